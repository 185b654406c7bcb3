"""Genre classification: which genres a title has, from what it is related to.

    labelled titles  ->  LabelProblem (training and validation labels)  +  LabelExam (sealed test labels)

The graph that contenders see shows no genre of any title: labels are handed over beside it, those of training and
validation titles only. A model that reads its neighbours' labels gets them from there, and has to leave out its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import DataError
from reelation.evaluation.datasets.hgb import read_hgb_imdb
from reelation.evaluation.datasets.labelled import Labelled, Rows
from reelation.evaluation.datasets.magnn import read_magnn_imdb
from reelation.evaluation.figures import Figure, calibration_figure, f1_figures
from reelation.evaluation.task import Exam
from reelation.graph.build import Graph
from reelation.seeds import generator

Flags = NDArray[np.bool_]
Floats = NDArray[np.floating]

MACRO, MICRO, CALIBRATION = "macro F1", "micro F1", "calibration error"
LEAST_TITLES = 20
"""Genres with fewer titles than this are no class: too few would be left to test."""
_SAME = 0.98
"""A column of the problem that agrees with a class on the test titles to this F1 is the class itself."""


class Answers(NamedTuple):
    """What a contender says about some titles."""

    probability: Floats
    """[titles, classes] 0 to 1."""
    decided: Flags
    """[titles, classes] which classes it settles on; exactly one each where classes exclude each other."""


Predict = Callable[[Rows], Answers]
"""[titles] rows -> answers."""


@dataclass(frozen=True)
class LabelProblem:
    """What a contender sees."""

    graph: Graph
    """Shows no label."""
    labels: Flags
    """[titles, classes] of training and validation titles; all False everywhere else."""
    classes: tuple[str, ...]
    exclusive: bool
    """Every title has exactly one class."""
    train: Rows
    validation: Rows
    refit: bool
    """Once everything is chosen, validation labels may be learned from too; so it is for every row, or for none."""
    features: Mapping[str, sparse.csr_array] = field(default_factory=dict)
    """Node type -> [nodes, columns]; empty where there is only structure."""

    def known(self) -> Rows:
        """Titles that the last fit may learn from."""
        return np.sort(np.concatenate([self.train, self.validation])) if self.refit else self.train


class LabelExam(Exam[LabelProblem, Predict]):
    """The test titles of one split."""

    def __init__(self, population: str, labels: Flags, test: Rows, exclusive: bool) -> None:
        super().__init__(population)
        self._truth, self._test, self._exclusive = labels[test], test, exclusive

    def leaks(self, problem: LabelProblem) -> list[str]:
        """Test titles in training or validation, their labels, and relations or features that are a label."""
        found = [
            f"{count} test titles are in {name}"
            for name, rows in (("training", problem.train), ("validation", problem.validation))
            if (count := int(np.isin(self._test, rows).sum()))
        ]
        if count := int(problem.labels[self._test].any(axis=1).sum()):
            found.append(f"the labels of {count} test titles are shown")
        looked = {
            f"the relation '{name}'": relation.matrix
            for name, relation in problem.graph.relations.items()
            if relation.target != "title"
        }
        if "title" in problem.features:
            looked["the features of titles"] = problem.features["title"]
        for name, matrix in looked.items():
            shown = _shown(matrix[self._test], self._truth)
            found += [f"{name} has a column that is class {problem.classes[label]}" for label in shown]
        return found

    def _mark(self, predict: Predict) -> dict[str, Figure]:
        probability, decided = predict(self._test)
        if decided.shape != self._truth.shape or probability.shape != self._truth.shape:
            raise ValueError(f"answers are {probability.shape} and {decided.shape}, asked were {self._truth.shape}")
        if self._exclusive and (decided.sum(axis=1) != 1).any():
            raise ValueError("one class a title has to be decided on")
        return {**f1_figures(self._truth, decided), CALIBRATION: calibration_figure(self._truth, probability)}


def _shown(matrix: sparse.csr_array, truth: Flags) -> list[int]:
    """Classes with at least 5 titles that a column of `matrix` marks, all but exactly."""
    there = sparse.csr_array((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)
    there.data[matrix.data == 0] = 0
    hits = there.T @ truth.astype(np.float32)
    size = truth.sum(axis=0)
    total = np.asarray(there.sum(axis=0)).reshape(-1, 1) + size
    f1 = np.divide(2 * hits, total, out=np.zeros_like(hits), where=total > 0)
    return np.flatnonzero((f1 >= _SAME).any(axis=0) & (size >= 5)).tolist()


@dataclass(frozen=True)
class LabelTask:
    """A labelled graph with its split."""

    name: str
    about: str
    data: Labelled
    carve: float = 0.0
    """Share of training titles that become validation, drawn by seed; 0 where the split has validation titles."""
    main: str = MACRO
    lower_is_better: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes with the graph, the labels and the split."""
        data = self.data
        digest = hashlib.sha256(f"labels 1 {self.carve} {data.classes}".encode())
        for name, relation in sorted(data.graph.relations.items()):
            digest.update(name.encode() + relation.matrix.indices.tobytes() + relation.matrix.indptr.tobytes())
        for part in (np.packbits(data.labels), data.train, data.validation, data.test):
            digest.update(np.ascontiguousarray(part).tobytes())
        for name, matrix in sorted(data.features.items()):
            digest.update(name.encode() + matrix.indices.tobytes() + matrix.data.tobytes())
        return digest.hexdigest()[:16]

    def open(self, seed: int) -> tuple[LabelProblem, LabelExam]:
        """See `Task.open`; an official test is the same for every seed."""
        data = self.data
        train, validation = data.train, data.validation
        if self.carve > 0:
            shuffled = generator(seed, "label validation").permutation(train)
            held = int(len(shuffled) * self.carve)
            train, validation = np.sort(shuffled[held:]), np.sort(shuffled[:held])
        seen = data.labels.copy()
        seen[np.setdiff1d(np.arange(len(seen)), np.concatenate([train, validation]))] = False
        problem = LabelProblem(
            data.graph,
            seen,
            data.classes,
            data.exclusive,
            train,
            validation,
            refit=self.carve > 0,
            features=data.features,
        )
        return problem, LabelExam(f"{self.name} {self.fingerprint}", data.labels, data.test, data.exclusive)


@dataclass(frozen=True)
class CatalogueGenres:
    """Genres of a catalogue's titles, several a title; another split 8 : 1 : 1 for every seed."""

    graph: Graph
    """With its genres."""
    name: str = "Genres, default catalogue"
    about: str = "Which genres a film has, from its people, countries, languages, studio, certificate, year and length."
    main: str = MACRO
    lower_is_better: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes with the catalogue and the way that classes are chosen."""
        content = f"catalogue genres 1 {LEAST_TITLES} {self.graph.catalogue_hash} {self.graph.edges}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def open(self, seed: int) -> tuple[LabelProblem, LabelExam]:
        """See `Task.open`.

        Raises:
            DataError: fewer than 50 titles have a genre that at least `LEAST_TITLES` titles have.
        """
        relation = self.graph.relations.get("genre")
        counts = np.bincount(relation.matrix.indices, minlength=relation.matrix.shape[1]) if relation else np.zeros(0)
        common = np.flatnonzero(counts >= LEAST_TITLES)
        labels = relation.matrix[:, common].toarray() > 0 if relation and len(common) else np.zeros((0, 0), bool)
        titles = np.flatnonzero(labels.any(axis=1))
        if len(titles) < 50:
            raise DataError("Too few titles have genres to classify them; at least 50 are needed.")
        shuffled = generator(seed, "genre split").permutation(titles)
        parts = np.split(shuffled, [int(0.8 * len(titles)), int(0.9 * len(titles))])
        train, validation, test = (np.sort(part) for part in parts)
        others = {name: other for name, other in self.graph.relations.items() if name != "genre"}
        seen = labels.copy()
        seen[np.setdiff1d(np.arange(len(seen)), np.concatenate([train, validation]))] = False
        classes = tuple(str(self.graph.nodes["genre"][int(tag)]) for tag in common)
        bare = replace(
            self.graph,
            relations=others,
            nodes={kind: ids for kind, ids in self.graph.nodes.items() if kind != "genre"},
            names={kind: names for kind, names in self.graph.names.items() if kind != "genre"},
        )
        problem = LabelProblem(bare, seen, classes, False, train, validation, refit=True)
        return problem, LabelExam(f"{self.name} {self.fingerprint} {seed}", labels, test, exclusive=False)


def hgb_imdb(folder: Path) -> LabelTask:
    """HGB's IMDB: the official test; a fifth of the training titles, drawn by seed, is validation.

    Args:
        folder: see `read_hgb_imdb`.

    Raises:
        DataError: a file is missing or broken.
    """
    about = "Which of five genres a film has, from its director, actors and keywords alone; 1,371 films are labelled."
    return LabelTask("Genres, HGB IMDB", about, read_hgb_imdb(folder), carve=0.2)


def magnn_imdb(folder: Path) -> LabelTask:
    """MAGNN's IMDB, cleanly: learn from 400 titles, choose on 400, and answer for 3,478, once.

    Args:
        folder: see `read_magnn_imdb`.

    Raises:
        DataError: the file is missing or broken.
    """
    about = "Whether a film is action, comedy or drama, from its plot words, director and actors; 400 are labelled."
    return LabelTask("Genres, MAGNN IMDB", about, read_magnn_imdb(folder))
