"""Top-N recommendation asked at several dates: a split by time at each, all lists together in one table.

    Viewings  ->  ListsAtDates.open(seed)  ->  [RankingProblem at each date]  +  sealed exams

Few viewers of a small data set like something before one moment and after it, so a single split by time says little of
a difference between two rows. Each date here is a split of its own, with training, validation and test of the same
sizes ("rolling origin"); whoever answers is fitted anew at each, and sees nothing of what comes after.

Source: Tashman 2000, doi:10.1016/S0169-2070(00)00065-0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import DataError
from reelation.evaluation.datasets.viewings import Viewings
from reelation.evaluation.figures import Figure, mean_figure, ratio_figure
from reelation.evaluation.ranking import Predict
from reelation.evaluation.splits import moment
from reelation.evaluation.task import Exam
from reelation.evaluation.tasks.topn import RankingExam, RankingProblem, TopN

ENDS = (1.0, 0.6, 0.5, 0.4)
"""Where the tests end, as shares of all likes in order of time; each is a tenth of them.

The last tenth is the test of the split by time. By the three before it our settings were chosen, so they are left out.
"""
TENTH = 0.1

Problems = tuple[RankingProblem, ...]
Answers = tuple[Predict, ...]
"""Who answers at each date."""


class DatesExam(Exam[Problems, Answers]):
    """Every date's own exam; means over lists, with viewers as what is drawn again."""

    def __init__(self, population: str, exams: Sequence[RankingExam]) -> None:
        """Seal the tests.

        Args:
            population: see `Exam`.
            exams: of each date.
        """
        super().__init__(population)
        self._exams = tuple(exams)

    def leaks(self, problem: Problems) -> list[str]:
        """What each exam finds in its own date's problem."""
        pairs = enumerate(zip(self._exams, problem, strict=True), start=1)
        return [f"date {number}: {leak}" for number, (exam, one) in pairs for leak in exam.leaks(one)]

    def _mark(self, predict: Answers) -> dict[str, Figure]:
        marked = [exam.grade(answers) for exam, answers in zip(self._exams, predict, strict=True)]
        viewers = np.concatenate([exam.asked for exam in self._exams])
        figures = {}
        for name in marked[0]:
            values = [figures_of[name].values[:, 0] for figures_of in marked]
            each = name != "coverage"  # the others have one number a list
            figures[name] = (
                ratio_figure(np.concatenate(values), viewers) if each else mean_figure(np.mean(values, axis=0))
            )
        return figures


class ListsAtDates:
    """One data set, split by time at several dates."""

    main = "NDCG@10"
    lower_is_better = False

    def __init__(self, viewings: Viewings, ends: Sequence[float] = ENDS) -> None:
        """Take a data set.

        Args:
            viewings: ratings with times.
            ends: where the tests end, as shares of all likes in order of time.

        Raises:
            DataError: a rating has no time, or there is nobody to ask at one of the dates.
        """
        if (viewings.liked.time == UNKNOWN_TIME).any():
            raise DataError(f"{viewings.name} has ratings without a time; nothing can be asked of them at a date.")
        self._at = [_split_at(viewings, end) for end in ends]
        for end, one in zip(ends, self._at, strict=True):
            if not len(one.open(0)[1].asked):
                raise DataError(f"{viewings.name}: nobody can be asked in the tenth of likes up to {end:.0%}.")
        self.name = f"Lists at {len(ends)} dates, {viewings.name}"
        self.about = (
            f"What does a viewer of {viewings.name} like next, asked at {len(ends)} dates with what was known then? "
            "All titles not known to be liked are ranked; the next tenth of all likes is right."
        )
        self.fingerprint = f"{viewings.fingerprint} dates {list(ends)} 1"

    @property
    def latest(self) -> TopN:
        """The split at the first of `ends`; by default the last tenth of all likes."""
        return self._at[0]

    def open(self, seed: int) -> tuple[Problems, DatesExam]:
        """See `Task.open`; the same for every seed."""
        opened = [one.open(seed) for one in self._at]
        return tuple(problem for problem, _ in opened), DatesExam(self.name, [exam for _, exam in opened])


def _split_at(viewings: Viewings, end: float) -> TopN:
    """The split by time of what had happened when a share of all likes had."""
    train, validation, test = (moment(viewings.liked, round(end - back * TENTH, 9)) for back in (2, 1, 0))
    liked, disliked = viewings.liked, viewings.disliked
    if end < 1:
        liked, disliked = (events.only(events.time <= test) for events in (liked, disliked))
    return TopN(replace(viewings, liked=liked, disliked=disliked), "time", (train, validation))
