"""Genres from posters: of films that have one, learned from seven tenths of them and asked of the rest.

    catalogue + posters  ->  PosterGenres.open(seed)  ->  PosterProblem + sealed exam

Two tasks on the same titles and splits: posters alone, and posters beside texts and the graph. No film without a poster
shows a genre to anyone, so that all rows know the same labels.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelation.errors import DataError
from reelation.evaluation.tasks.genres import MACRO, LabelExam, LabelProblem
from reelation.evaluation.tasks.relatedness import Material
from reelation.graph.build import Graph
from reelation.seeds import generator

Floats = NDArray[np.float32]

LEAST_POSTERS = 100
"""Genres of fewer posters are no class: F1 of a class with a handful of test titles is mostly noise."""
TEST, VALIDATION = 0.3, 0.1
_NOTHING = np.zeros((0, 0), np.float32)


class Pictures(NamedTuple):
    """What there is of posters."""

    raw: Floats
    """[titles, columns] as the encoder gave them; zero rows without a poster."""
    histograms: Floats
    """[titles, 512] plain colour histograms, zero without a poster."""
    hash: str
    """Changes with the pictures and their encoder."""


@dataclass(frozen=True)
class PosterProblem(LabelProblem):
    """What a contender sees."""

    pictures: Pictures = field(default_factory=lambda: Pictures(_NOTHING, _NOTHING, ""))
    text: Floats | None = None
    """[titles, width] sentence vectors, zero without a text; None where texts may not be looked at."""


@dataclass(frozen=True)
class PosterGenres:
    """Genres of the films that have a poster, several a film; another split for every seed."""

    material: Material
    pictures: Pictures
    alone: bool
    """Posters are all that contenders may look at."""
    main: str = MACRO
    lower_is_better: bool = False

    @property
    def name(self) -> str:
        """See `Task.name`."""
        return f"Genres, posters {'alone' if self.alone else 'with texts and graph'}"

    @property
    def about(self) -> str:
        """See `Task.about`."""
        seen = "its poster alone" if self.alone else "its poster, text, people, year and other tags"
        return f"Which genres a film has, from {seen}; learned from 70 % of the films with a poster."

    @property
    def fingerprint(self) -> str:
        """Changes with the catalogue, the pictures and the protocol."""
        content = f"poster genres 1 {LEAST_POSTERS} {TEST} {self.material.catalogue.hash} {self.pictures.hash}"
        return hashlib.sha256(f"{content} {self.alone}".encode()).hexdigest()[:16]

    def open(self, seed: int) -> tuple[PosterProblem, LabelExam]:
        """See `Task.open`.

        Raises:
            DataError: fewer than 200 films with a poster have one of the common genres.
        """
        graph = self.material.graph
        relation = graph.relations.get("genre")
        if relation is None:
            raise DataError("Genres are asked for, and the catalogue has none.")
        there = self.pictures.raw.any(axis=1)
        counts = np.bincount(relation.matrix[np.flatnonzero(there)].indices, minlength=relation.matrix.shape[1])
        common = np.flatnonzero(counts >= LEAST_POSTERS)
        labels = relation.matrix[:, common].toarray() > 0
        titles = np.flatnonzero(there & labels.any(axis=1))
        if len(titles) < 200:
            raise DataError(f"Only {len(titles)} films have a poster and a common genre; at least 200 are needed.")
        shuffled = generator(seed, "poster genres").permutation(titles)
        cuts = [int(TEST * len(titles)), int((TEST + VALIDATION) * len(titles))]
        test, validation, train = (np.sort(part) for part in np.split(shuffled, cuts))
        seen = labels.copy()
        seen[np.setdiff1d(np.arange(len(seen)), np.concatenate([train, validation]))] = False
        problem = PosterProblem(
            graph=_bare(graph, alone=self.alone),
            labels=seen,
            classes=tuple(str(graph.nodes["genre"][int(tag)]) for tag in common),
            exclusive=False,
            train=train,
            validation=validation,
            refit=True,
            pictures=self.pictures,
            text=None if self.alone else self.material.vectors,
        )
        population = f"poster genres {self.material.catalogue.hash} {self.pictures.hash} {seed}"
        return problem, LabelExam(population, labels, test, exclusive=False)


def _bare(graph: Graph, *, alone: bool) -> Graph:
    """The graph without genres; without anything where posters are all that may be looked at."""
    relations = {} if alone else {name: one for name, one in graph.relations.items() if name != "genre"}
    kept = {"title"} | {relation.target for relation in relations.values()}
    return replace(
        graph,
        relations=relations,
        nodes={kind: ids for kind, ids in graph.nodes.items() if kind in kept},
        names={kind: names for kind, names in graph.names.items() if kind in kept},
    )
