"""Cold start: a fifth of the titles has no event at all, and only those are ranked.

Viewings  ->  ColdStart.open(seed)  ->  RankingProblem + sealed exam over the cold titles only
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.catalogue.store import Catalogue
from reelation.evaluation.datasets.viewings import Viewings, from_catalogue, ml_latest_small
from reelation.evaluation.figures import Figure
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.ranking import Predict
from reelation.evaluation.splits import cold_split
from reelation.evaluation.tasks.topn import RankingExam, RankingProblem


class ColdExam(RankingExam):
    """The same ranking over cold titles; any event of a cold title is a leak."""

    def leaks(self, problem: RankingProblem) -> list[str]:
        """Beside what top-N looks for: events of a title that must be cold."""
        found = super().leaks(problem)
        for name in ("train", "validation", "train_disliked", "validation_disliked"):
            events: Interactions = getattr(problem, name)
            if (warm := int(self._titles[events.title].sum())) > 0:
                found.append(f"{warm} events of cold titles are in {name}")
        return found

    def _mark(self, predict: Predict) -> dict[str, Figure]:
        figures = super()._mark(predict)
        return {name: figure for name, figure in figures.items() if name != "novelty"}


class ColdStart:
    """20 % of the titles for the test, 10 % for validation; nobody's event with one of them is in training."""

    main = "NDCG@10"
    lower_is_better = False

    def __init__(self, viewings: Viewings) -> None:
        self._viewings = viewings
        self.name = f"Cold start, {viewings.name}"
        self.about = (
            f"A fifth of the titles of {viewings.name} has no rating at all and only those are ranked, "
            "by what is known of them: which does a viewer like?"
        )
        self.fingerprint = f"{viewings.fingerprint} cold 1"

    @property
    def has_texts(self) -> bool:
        """Whether any title has a plot."""
        return any(self._viewings.texts)

    def open(self, seed: int) -> tuple[RankingProblem, ColdExam]:
        """See `Task.open`."""
        liked, disliked = self._viewings.liked, self._viewings.disliked
        train, validation, test = (liked.only(part) for part in cold_split(liked, seed))
        where = np.zeros(liked.titles, np.int8)
        where[validation.title], where[test.title] = 1, 2
        low_train, low_validation, low_test = (disliked.only(where[disliked.title] == part) for part in range(3))
        later: list[NDArray[np.bool_]] = [where == part for part in (1, 2)]
        problem = RankingProblem(
            train=train,
            validation=validation,
            train_disliked=low_train,
            validation_disliked=low_validation,
            graph=self._viewings.graph,
            rows=self._viewings.rows,
            texts=self._viewings.texts,
            in_order=False,
            validation_titles=later[0],
            test_titles=later[1],
        )
        exam = ColdExam(f"{self.name}, seed {seed}", test, train.join(validation), low_test, later[1])
        return problem, exam


def tasks(data: Path) -> list[ColdStart]:
    """MovieLens latest-small with all its metadata.

    Args:
        data: see `reelation.evaluation.datasets.viewings.ml_latest_small`.

    Raises:
        DataError: a folder is missing.
    """
    return [ColdStart(ml_latest_small(data))]


def of_catalogue(catalogue: Catalogue, name: str) -> list[ColdStart]:
    """Any catalogue with ratings and metadata.

    Raises:
        DataError: there are no ratings.
    """
    return [ColdStart(from_catalogue(catalogue, name))]
