"""Recommendation as time goes on: what a viewer likes next, with all that came before known.

    NextItem(viewings, likes)   asked at every like: what comes next
    NextItem(viewings, visits)  asked whenever somebody comes back: all that they like until they leave again
    NextItem.open(seed)  ->  NextProblem + sealed exam
    Predict(Questions)  ->  [questions, titles] scores, each from what was known before its own second

Parted at two moments like the top-N split by time. Weights are learned once, from what was known when the test began;
histories, popularity and memories go on with the log, as they do in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.errors import DataError
from reelation.evaluation.datasets.viewings import LIKED, Viewings
from reelation.evaluation.figures import Figure, mean_figure, ratio_figure
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Asking, Predict, Rows, Window, likes, visits
from reelation.evaluation.ranking import asked_scores, list_figures
from reelation.evaluation.splits import time_split
from reelation.evaluation.task import Exam, LeakError
from reelation.graph.build import Graph

_AT_ONCE = 128
"""Questions that a contender is asked together."""
_WORDS: dict[Asking, tuple[str, str, str]] = {
    likes: ("next", "Next item", "next, at every like of"),
    visits: ("visits", "A list a visit", "in a visit, asked as they come back in"),
}
"""Mark of the fingerprint, name, what is asked."""
_CUTS = (0.02, 0.06, 0.12, 0.2)
"""Places of the test, as shares of its questions, at which the log is cut to see whether an answer changes."""


@dataclass(frozen=True)
class NextProblem:
    """What contenders see."""

    log: Interactions
    """Training and validation events, oldest first, ratings in stars."""
    train: int
    """Events of it that are training; the rest is validation."""
    graph: Graph
    """Metadata, without events."""
    rows: Rows
    """[titles] row of each title in `graph`."""
    texts: tuple[str, ...]
    """[titles] plot, or ""."""
    asking: Asking = likes

    def windows(self, number: int = 1) -> list[Window]:
        """Spans to choose by: the validation span, and spans of as many events before it ("rolling origin").

        Source: Tashman 2000, doi:10.1016/S0169-2070(00)00065-0.
        """
        found, end = [], len(self.log)
        for count in range(1, number + 1):
            start = self.train if count == 1 else _after_second(self.log, self.train - (count - 1) * self._span)
            if start < self._span:
                break
            found.append(self.asking(self.log, self.log.stars >= LIKED, start, end))
            end = start
        return found

    @property
    def _span(self) -> int:
        return len(self.log) - self.train


def _after_second(log: Interactions, place: int) -> int:
    """The first place at or after `place` where a new second begins."""
    if not 0 < place < len(log):
        return max(0, min(place, len(log)))
    return int(np.searchsorted(log.time, log.time[place - 1], side="right"))


class NextExam(Exam[NextProblem, Predict]):
    """Full ranking of all titles that the viewer had not rated before, at every moment of the test."""

    def __init__(self, population: str, test: Window, train: int) -> None:
        """Seal a test.

        Args:
            population: see `Exam`.
            test: its questions; their log holds everything.
            train: events that contenders see.
        """
        super().__init__(population)
        self._test, self._train = test, train

    def leaks(self, problem: NextProblem) -> list[str]:
        """Test pairs among the events, test moments among their times, events in the graph."""
        log = self._test.questions.log
        hidden = log.only(np.arange(self._train, len(log)))
        found = []
        if (both := int(np.isin(problem.log.pairs(), hidden.pairs()).sum())) > 0:
            found.append(f"{both} events of the test are in the log")
        if len(problem.log) and len(hidden) and problem.log.time.max() >= hidden.time.min():
            found.append("the log reaches into the time of the test")
        return found + [f"the graph has the relation '{name}'" for name in problem.graph.relations if name in EVENTS]

    def _mark(self, predict: Predict) -> dict[str, Figure]:
        asked, right = self._test.questions, self._test.right
        self._look_for_foresight(predict)
        parts = []
        for at in range(0, len(asked), _AT_ONCE):
            rows = np.arange(at, min(at + _AT_ONCE, len(asked)))
            some = asked.only(rows)
            scores = asked_scores(predict(some), len(rows), asked.log.titles)
            scores[some.barred()] = -np.inf
            parts.append(list_figures(scores, right[rows]))
        return next_figures(np.concatenate(parts), asked.viewer)

    def _look_for_foresight(self, predict: Predict) -> None:
        """Ask some questions with the log as it is and again with it cut before their second.

        Raises:
            LeakError: an answer changes.
        """
        asked = self._test.questions
        for cut in _CUTS:
            row = np.array([int(cut * len(asked))])
            one = asked.only(row)
            short = replace(one, log=asked.log.only(np.arange(one.known[0])))
            with_all, without = (np.nan_to_num(np.asarray(predict(q), np.float64), neginf=0.0) for q in (one, short))
            if not np.allclose(with_all, without, rtol=1e-3, atol=1e-4 * max(float(np.abs(without).max()), 1e-9)):
                raise LeakError(f"question {row[0]} is answered differently when what comes after it is not there")


def next_figures(each: NDArray[np.float64], viewer: Rows) -> dict[str, Figure]:
    """Means over questions, with viewers as what is drawn again; and the mean over viewers of their own means.

    Args:
        each: [questions, 3] recall@10, recall@20, NDCG@10.
        viewer: [questions].
    """
    figures = {
        name: ratio_figure(each[:, column], viewer) for column, name in enumerate(("recall@10", "recall@20", "NDCG@10"))
    }
    _, which = np.unique(viewer, return_inverse=True)
    return {**figures, "NDCG@10 by viewer": mean_figure(np.bincount(which, each[:, 2]) / np.bincount(which))}


class NextItem:
    """One data set, parted at two moments, 80/10/10 %, what is liked in the last part asked about in order."""

    main = "NDCG@10"
    lower_is_better = False

    def __init__(self, viewings: Viewings, asking: Asking = likes) -> None:
        """Take a data set.

        Args:
            viewings: ratings with times.
            asking: what is asked: each like, or each visit.

        Raises:
            DataError: a rating has no time.
        """
        self._viewings, self._asking = viewings, asking
        log = viewings.liked.join(viewings.disliked)
        if (log.time == UNKNOWN_TIME).any():
            raise DataError(f"{viewings.name} has ratings without a time; what comes next cannot be asked of them.")
        self._log = log.only(np.lexsort((log.title, log.viewer, log.time)))
        mark, what, when = _WORDS[asking]
        self.name = f"{what}, {viewings.name}"
        self.about = (
            f"What does a viewer of {viewings.name} like {when} the last tenth in time? All titles not rated before "
            "are ranked, with everything before that second known."
        )
        self.fingerprint = f"{viewings.fingerprint} {mark} 1"

    def open(self, seed: int) -> tuple[NextProblem, NextExam]:
        """See `Task.open`; the same for every seed.

        Raises:
            DataError: it cannot be parted, or there is nobody to ask.
        """
        log = self._log
        split = time_split(log)
        if not len(split.train) or not len(split.validation) or not len(split.test):
            raise DataError(f"{self._viewings.name} has too few moments in time for a split by time.")
        train, known = len(split.train), len(split.train) + len(split.validation)
        problem = NextProblem(
            log=log.only(np.arange(known)),
            train=train,
            graph=self._viewings.graph,
            rows=self._viewings.rows,
            texts=self._viewings.texts,
            asking=self._asking,
        )
        test = self._asking(log, log.stars >= LIKED, known, len(log))
        if not len(test.questions) or not any(len(look.questions) for look in problem.windows()):
            raise DataError(f"{self.name}: nobody can be asked in each of the last two tenths of the events.")
        return problem, NextExam(self.name, test, known)


def tasks(sets: Sequence[Viewings]) -> list[NextItem]:
    """Next items, then lists a visit, of each of some sets.

    Raises:
        DataError: one has ratings without a time.
    """
    return [NextItem(viewings, asking) for asking in (likes, visits) for viewings in sets]


def of_viewings(viewings: Viewings) -> list[NextItem]:
    """Any ratings that have times; lists a visit only where viewers come back.

    Raises:
        DataError: some have no time.
    """
    next_items, lists = tasks([viewings])
    try:
        lists.open(0)
    except DataError:
        return [next_items]
    return [next_items, lists]
