"""Top-N recommendation: which titles a viewer likes next, out of all that he has not seen.

Viewings + protocol  ->  TopN.open(seed)  ->  RankingProblem + sealed exam
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.evaluation.datasets.viewings import Viewings, from_catalogue, movielens
from reelation.evaluation.figures import Figure
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.ranking import Predict, ranking_figures
from reelation.evaluation.splits import random_split, split_at, time_split
from reelation.evaluation.task import Exam
from reelation.graph.build import Graph

Protocol = Literal["random", "time"]


@dataclass(frozen=True)
class RankingProblem:
    """What contenders see."""

    train: Interactions
    """Liked titles to learn from."""
    validation: Interactions
    """Liked titles to choose by; after choosing, everybody may learn from them too."""
    train_disliked: Interactions
    """Ratings below the threshold, known together with `train`; never right, and not barred from lists."""
    validation_disliked: Interactions
    """The same, known together with `validation`."""
    graph: Graph
    """Metadata, without events."""
    rows: NDArray[np.int64]
    """[titles] row of each title in `graph`."""
    texts: tuple[str, ...]
    """[titles] plot, or ""."""
    in_order: bool
    """True: validation comes after training and the test after both; False: parted at random."""
    validation_titles: NDArray[np.bool_]
    """[titles] True for those that are ranked when choosing."""
    test_titles: NDArray[np.bool_]
    """[titles] True for those that are ranked in the test."""


class RankingExam(Exam[RankingProblem, Predict]):
    """Full ranking of all test titles that are not among the viewer's training and validation titles."""

    def __init__(
        self,
        population: str,
        test: Interactions,
        known: Interactions,
        disliked: Interactions,
        titles: NDArray[np.bool_] | None = None,
    ) -> None:
        """Seal a test.

        Args:
            population: see `Exam`.
            test: right answers.
            known: training and validation.
            disliked: ratings below the threshold that are as hidden as the test.
            titles: [titles] True for those that are ranked; None for all.
        """
        super().__init__(population)
        self._test, self._known, self._disliked = test, known, disliked
        self._titles = np.ones(test.titles, bool) if titles is None else titles

    @property
    def asked(self) -> NDArray[np.int64]:
        """[lists] who is asked, in the order of the figures' values."""
        return np.flatnonzero(np.diff(self._test.matrix().indptr))

    def leaks(self, problem: RankingProblem) -> list[str]:
        """Test pairs among the events, test moments among their times, events in the graph."""
        found = []
        hidden = np.concatenate([self._test.pairs(), self._disliked.pairs()])
        for name in ("train", "validation", "train_disliked", "validation_disliked"):
            events: Interactions = getattr(problem, name)
            if (both := int(np.isin(events.pairs(), hidden).sum())) > 0:
                found.append(f"{both} events of the test are in {name}")
            if problem.in_order and len(events) and len(self._test) and events.time.max() >= self._test.time.min():
                found.append(f"{name} reaches into the time of the test")
        found += [f"the graph has the relation '{name}'" for name in problem.graph.relations if name in EVENTS]
        return found

    def _mark(self, predict: Predict) -> dict[str, Figure]:
        barred = (self._known.matrix().toarray() > 0) | ~self._titles
        return ranking_figures(predict, self._test.matrix(), barred, self._known.popularity())


class TopN:
    """One data set under one protocol.

    random: each viewer's liked titles parted 8:1:1 at random, as RecBole-GNN does. time: all events parted at two
    moments, 80/10/10 %; viewers are asked about if they have test events and liked something before.
    """

    main = "NDCG@10"
    lower_is_better = False

    def __init__(self, viewings: Viewings, protocol: Protocol, moments: tuple[int, int] | None = None) -> None:
        """Take a data set.

        Args:
            viewings: ratings.
            protocol: how they are parted.
            moments: the last seconds of training and of validation, where parted in time; None: 80/10/10 %.
        """
        self._viewings, self._protocol, self._moments = viewings, protocol, moments
        split = "random 8:1:1" if protocol == "random" else "global time split"
        self.name = f"Top-N, {viewings.name}, {split}"
        self.about = (
            f"What does a viewer of {viewings.name} like next? All titles not known to be liked are ranked; "
            + ("a random tenth of his likes is the test." if protocol == "random" else "the last tenth in time is it.")
        )
        self.fingerprint = f"{viewings.fingerprint} {protocol} 1"

    @property
    def in_order(self) -> bool:
        """Whether it is parted in order of time."""
        return self._protocol == "time"

    @property
    def timed(self) -> bool:
        """Whether every like has a time."""
        return bool((self._viewings.liked.time != UNKNOWN_TIME).all())

    def open(self, seed: int) -> tuple[RankingProblem, RankingExam]:
        """See `Task.open`."""
        liked, disliked = self._viewings.liked, self._viewings.disliked
        if self._protocol == "random":
            split, low = random_split(liked, seed), random_split(disliked, seed)
            train, validation, test = (liked.only(part) for part in split)
            low_train, low_validation, low_test = (disliked.only(part) for part in low)
            population = f"{self.name}, seed {seed}"
        else:
            in_time = time_split(liked) if self._moments is None else split_at(liked, *self._moments)
            train, validation, test = (liked.only(part) for part in in_time)
            if not len(train) or not len(validation) or not len(test):
                raise DataError(f"{self._viewings.name} has too few moments in time for a split by time.")
            low_train, low_validation, low_test = (
                disliked.only((disliked.time >= low) & (disliked.time < high))
                for low, high in (
                    (np.iinfo(np.int64).min, validation.time.min()),
                    (validation.time.min(), test.time.min()),
                    (test.time.min(), np.iinfo(np.int64).max),
                )
            )
            population = self.name
        known = train.join(validation)
        if self._protocol == "time":
            test = test.only(np.bincount(known.viewer, minlength=known.viewers)[test.viewer] > 0)
        problem = RankingProblem(
            train=train,
            validation=validation,
            train_disliked=low_train,
            validation_disliked=low_validation,
            graph=self._viewings.graph,
            rows=self._viewings.rows,
            texts=self._viewings.texts,
            in_order=self._protocol == "time",
            validation_titles=np.ones(liked.titles, bool),
            test_titles=np.ones(liked.titles, bool),
        )
        return problem, RankingExam(population, test, known, low_test)


def tasks(data: Path) -> list[TopN]:
    """Both MovieLens releases under both protocols.

    Args:
        data: the folder that holds `ml-100k`, `ml-latest-small-2018`, `ml-latest-small-wikidata` and
            `tmdb_small_movielens`.

    Raises:
        DataError: one is missing.
    """
    return [TopN(viewings, protocol) for viewings in movielens(data) for protocol in _BOTH]


def of_catalogue(catalogue: Catalogue, name: str) -> list[TopN]:
    """Both protocols on any catalogue with ratings; by time only where every rating has one.

    Raises:
        DataError: there are no ratings.
    """
    viewings = from_catalogue(catalogue, name)
    both = [TopN(viewings, protocol) for protocol in _BOTH]
    return both if both[0].timed else both[:1]


_BOTH: tuple[Protocol, ...] = ("random", "time")
