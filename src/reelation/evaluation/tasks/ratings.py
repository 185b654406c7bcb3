"""Rating prediction: how many stars a viewer will give a title.

    official split  ->  RatingProblem (training, validation carved from it by seed)  +  RatingExam (the official test)

Source: the protocol of GC-MC, van den Berg et al. 2017 (arXiv:1706.02263): root mean squared error on fixed test sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.evaluation.datasets.gcmc import read_monti
from reelation.evaluation.datasets.movielens_folds import read_fold
from reelation.evaluation.figures import Figure, rmse_figure
from reelation.evaluation.interactions import Interactions, compact, from_graph
from reelation.evaluation.splits import random_split
from reelation.evaluation.task import Exam
from reelation.graph.build import build_graph
from reelation.seeds import generator

Predict = Callable[[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]], NDArray[np.floating]]
"""viewer [questions], title [questions], time [questions] seconds since 1970 -> stars [questions]."""

VALIDATION_SHARE = 0.1
RMSE = "RMSE"


@dataclass(frozen=True)
class RatingProblem:
    """What a contender sees."""

    train: Interactions
    validation: Interactions
    """A random tenth of the official training part."""
    levels: tuple[float, ...]
    """The stars that can be given, rising."""
    viewer_features: sparse.csr_array | None = None
    """[viewers, columns] 0 or 1."""
    title_features: sparse.csr_array | None = None
    """[titles, columns] 0 or 1."""
    viewer_links: sparse.csr_array | None = None
    """[viewers, viewers] 0 or 1, symmetric: who knows (or resembles) whom."""
    title_links: sparse.csr_array | None = None
    """[titles, titles] the same for titles."""

    def known(self) -> Interactions:
        """The whole official training part: for the last fit, when everything is chosen."""
        return self.train.join(self.validation)


def rmse(predict: Predict, events: Interactions, levels: Sequence[float]) -> float:
    """Root mean squared error in stars, answers cut to the range of stars.

    Args:
        predict: what answers.
        events: questions with their right answers.
        levels: every value of stars, rising.
    """
    stars = np.clip(predict(events.viewer, events.title, events.time), levels[0], levels[-1])
    return float(np.sqrt(np.mean((stars - events.stars) ** 2)))


class RatingExam(Exam[RatingProblem, Predict]):
    """The official test ratings."""

    def __init__(self, population: str, test: Interactions, levels: tuple[float, ...]) -> None:
        super().__init__(population)
        self._test, self._levels = test, levels

    def leaks(self, problem: RatingProblem) -> list[str]:
        """Test ratings among training, among validation, and validation among training."""
        parts = {"training": problem.train, "validation": problem.validation}
        found = [
            f"{count} test ratings are in {name}"
            for name, part in parts.items()
            if (count := int(np.isin(part.pairs(), self._test.pairs()).sum()))
        ]
        if count := int(np.isin(problem.validation.pairs(), problem.train.pairs()).sum()):
            found.append(f"{count} validation ratings are in training")
        return found

    def _mark(self, predict: Predict) -> dict[str, Figure]:
        test = self._test
        stars = np.clip(predict(test.viewer, test.title, test.time), self._levels[0], self._levels[-1])
        return {RMSE: rmse_figure(stars - test.stars, test.viewer)}


@dataclass(frozen=True)
class RatingTask:
    """One data set with its official split."""

    name: str
    about: str
    train: Interactions
    test: Interactions
    viewer_features: sparse.csr_array | None = None
    title_features: sparse.csr_array | None = None
    viewer_links: sparse.csr_array | None = None
    title_links: sparse.csr_array | None = None
    main: str = RMSE
    lower_is_better: bool = True

    @property
    def fingerprint(self) -> str:
        """Changes with the ratings, the split and the share of validation."""
        digest = hashlib.sha256(f"ratings 1 {VALIDATION_SHARE}".encode())
        for part in (self.train, self.test):
            for column in (part.pairs(), part.stars, part.time):
                digest.update(np.ascontiguousarray(column).tobytes())
        for matrix in (self.viewer_features, self.title_features, self.viewer_links, self.title_links):
            digest.update(b"none" if matrix is None else matrix.indices.tobytes() + matrix.indptr.tobytes())
        return digest.hexdigest()[:16]

    def open(self, seed: int) -> tuple[RatingProblem, RatingExam]:
        """See `Task.open`; the seed carves validation out of training, the test is the same for every seed."""
        shuffled = generator(seed, "rating validation").permutation(len(self.train))
        held = np.sort(shuffled[: int(len(shuffled) * VALIDATION_SHARE)])
        kept = np.setdiff1d(np.arange(len(self.train)), held)
        levels = tuple(float(level) for level in np.unique(self.train.stars))
        problem = RatingProblem(
            self.train.only(kept),
            self.train.only(held),
            levels,
            self.viewer_features,
            self.title_features,
            self.viewer_links,
            self.title_links,
        )
        return problem, RatingExam(f"{self.name} {self.fingerprint}", self.test, levels)


def of_catalogue(catalogue: Catalogue, name: str) -> RatingTask:
    """A catalogue's own ratings, a tenth of each viewer's drawn once as the test; genres are the titles' features.

    Raises:
        DataError: there are fewer than a hundred ratings.
    """
    graph = build_graph(catalogue)
    events, _, titles = compact(from_graph(graph))
    if len(events) < 100:
        raise DataError(f"{catalogue.folder} has {len(events)} ratings; at least 100 are needed.")
    split = random_split(events, seed=0)
    genres = graph.relations["genre"].matrix[titles] if "genre" in graph.relations else None
    return RatingTask(
        f"Ratings, {name}",
        f"How many stars a viewer of {name} gives a title; the viewer's other ratings and the moment are known.",
        events.only(np.concatenate([split.train, split.validation])),
        events.only(split.test),
        title_features=genres,
    )


def movielens_fold(folder: Path, fold: int = 1) -> RatingTask:
    """MovieLens 100K, one of its five official folds: 80,000 ratings to learn from, 20,000 to predict.

    Raises:
        DataError: a file is missing or broken.
    """
    data = read_fold(folder, fold)
    about = "How many stars (1 to 5) a viewer gives a film; the viewer's other ratings and the moment are known."
    name = f"Ratings, MovieLens 100K, fold u{fold}"
    return RatingTask(name, about, data.train, data.test, data.viewer_features, data.title_features)


def monti_set(folder: Path, name: str) -> RatingTask:
    """Flixster or Douban as GC-MC uses them.

    Args:
        folder: holds the set's `training_test_dataset.mat`.
        name: of the set, for the heading.

    Raises:
        DataError: the file is missing or broken.
    """
    data = read_monti(folder)
    about = f"How many stars a viewer of {name} gives a film; who is linked to whom is known, times are not."
    return RatingTask(
        f"Ratings, {name}",
        about,
        data.train,
        data.test,
        viewer_links=data.viewer_links,
        title_links=data.title_links,
    )
