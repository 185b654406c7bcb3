"""What is asked of a contender, and how its answers are marked, with the test kept out of its reach.

    Task.open(seed)  ->  problem (all that a contender sees)  +  Exam (sealed: questions and right answers)
    Contender.fit(problem, seed)  ->  Fitted.predict   --Exam.grade-->   figures

A contender never holds the exam. Before it is fitted, the exam looks through the problem for its own answers
(`leaks`); an exam is marked once and then refuses. Whatever is chosen is chosen on the problem's validation data.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from reelation.errors import ReelationError
from reelation.evaluation.figures import Figure

P = TypeVar("P")
"""A problem: training and validation data."""
M = TypeVar("M")
"""What answers: a function of arrays, whose form the task defines."""

Kind = Literal["baseline", "graph network", "other model", "ours"]


class LeakError(ReelationError):
    """The problem given to contenders holds the test's answers."""


class SealedError(ReelationError):
    """The test was already looked at once."""


class Exam(abc.ABC, Generic[P, M]):
    """The test of one seed."""

    def __init__(self, population: str) -> None:
        self.population = population
        """Names the sample; two exams with the same name have the same units in the same order."""
        self._marked = False

    @abc.abstractmethod
    def leaks(self, problem: P) -> list[str]:
        """Where `problem` holds right answers of this test, in words; empty where it holds none."""

    @abc.abstractmethod
    def _mark(self, predict: M) -> dict[str, Figure]:
        """Ask every question and compare."""

    def grade(self, predict: M) -> dict[str, Figure]:
        """Mark a contender's answers.

        Raises:
            SealedError: on the second call.
        """
        if self._marked:
            raise SealedError("this test was marked already; a test is looked at once")
        self._marked = True
        return self._mark(predict)


class Task(Protocol[P, M]):
    """A data set with a protocol."""

    @property
    def name(self) -> str:
        """Unique; also the name of its folder and the heading of its table."""

    @property
    def about(self) -> str:
        """What is measured, in one sentence that a newcomer understands."""

    @property
    def main(self) -> str:
        """The figure that rows are ordered by."""

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller main figure is the better one."""

    @property
    def fingerprint(self) -> str:
        """Changes when data or protocol change; results of another fingerprint are computed again."""

    def open(self, seed: int) -> tuple[P, Exam[P, M]]:
        """The problem and its sealed test; the same seed gives the same split."""


@dataclass(frozen=True)
class Fitted(Generic[M]):
    """A contender after fitting."""

    predict: M
    about: dict[str, Any] = field(default_factory=dict)
    """Plain values for the report: what was chosen, parts of a blend, "curve": [(seconds, validation figure)]."""


@dataclass(frozen=True)
class Contender(Generic[P, M]):
    """One row of a table."""

    name: str
    kind: Kind
    fit: Callable[[P, int], Fitted[M]]
    """Problem and seed -> fitted. Reads training data, chooses on validation data."""
    seeded: bool = True
    """False: the result depends on the split alone, so one run a split is enough."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Plain values that decide the result; results under other settings are computed again."""
