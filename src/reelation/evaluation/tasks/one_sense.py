"""Titles of which one thing is known: do they land where they would be if everything were known.

    Material + senses + closest by everything  ->  OneSense.open(seed)  ->  OneSenseProblem + sealed exam

Test titles are stripped: of a third only the poster is left, of a third only the text, of a third only the people. The
right answers are the 50 titles that an atlas which knows everything puts closest to them, among all titles with a
poster, a text and people that are no test titles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import DataError
from reelation.evaluation.figures import Figure, mean_figure
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.task import Exam
from reelation.evaluation.tasks.relatedness import Material
from reelation.features.senses import Sense
from reelation.graph.build import Graph
from reelation.graph.hide import hide_rows
from reelation.seeds import generator

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

KINDS = ("poster", "text", "people")
EACH = 200
"""Test titles of each kind, at most."""
NEAR = 50
MAIN = f"recall@{NEAR}"


@dataclass(frozen=True)
class OneSenseProblem:
    """What contenders see: a catalogue in which some titles have lost all but one thing."""

    graph: Graph
    senses: tuple[Sense, ...]
    vectors: Floats
    """[titles, width] sentence vectors, zero without a text."""
    mark: str
    """Names what is seen: equal for equal problems."""


class OneSenseExam(Exam[OneSenseProblem, ScoreRows]):
    """The stripped titles of one seed."""

    def __init__(
        self, population: str, stripped: dict[str, Rows], candidates: Rows, closest: NDArray[np.int32]
    ) -> None:
        """Keep the right answers.

        Args:
            population: names the sample.
            stripped: kind -> [EACH] test titles.
            candidates: [candidates] rows that may be found.
            closest: [titles, ...] rows closest to each title by everything, closest first.
        """
        super().__init__(population)
        self._stripped, self._candidates = stripped, candidates
        there = np.zeros(len(closest), bool)
        there[candidates] = True
        self._right = {
            row: closest[row][there[closest[row]]][:NEAR] for rows in stripped.values() for row in rows.tolist()
        }

    def leaks(self, problem: OneSenseProblem) -> list[str]:
        """Anything that a stripped title should have lost."""
        found = []
        tests = np.concatenate(list(self._stripped.values()))
        for relation in problem.graph.relations.values():
            kept = self._stripped["people"] if relation.target == "person" else np.zeros(0, np.int64)
            lost = np.setdiff1d(tests, kept)
            if count := int((np.diff(relation.matrix.indptr)[lost] > 0).sum()):
                found.append(f"'{relation.name}' of {count} stripped titles")
            if relation.target == "title" and np.isin(relation.matrix.indices, tests).any():
                found.append(f"'{relation.name}' leads to stripped titles")
        if (problem.graph.year[tests] > 0).any() or (problem.graph.runtime[tests] > 0).any():
            found.append("years or lengths of stripped titles")
        if any(problem.graph.names["title"][row] for row in tests.tolist()):
            found.append("names of stripped titles")
        if problem.vectors[np.setdiff1d(tests, self._stripped["text"])].any():
            found.append("texts of stripped titles")
        lost = np.setdiff1d(tests, self._stripped["poster"])
        return found + ["posters of stripped titles" for sense in problem.senses if sense.columns[lost].any()]

    def _mark(self, predict: ScoreRows) -> dict[str, Figure]:
        recalls = {kind: self._recalls(predict, rows) for kind, rows in self._stripped.items()}
        figures = {MAIN: mean_figure(np.concatenate(list(recalls.values())))}
        return figures | {f"{MAIN}, {kind} only": mean_figure(values) for kind, values in recalls.items()}

    def _recalls(self, predict: ScoreRows, rows: Rows) -> NDArray[np.float64]:
        """[rows] share of the right titles among the best `NEAR`; equal scores in the order of chance."""
        found = np.zeros(len(rows))
        order = generator(0, f"ties {self.population}").permutation(len(self._candidates))
        among = self._candidates[order]
        for at in range(0, len(rows), 64):
            some = rows[at : at + 64]
            scores = np.asarray(predict(some), np.float64)[:, among]
            best = among[np.argsort(-scores, axis=1, kind="stable")[:, :NEAR]]
            for place, (row, answer) in enumerate(zip(some.tolist(), best, strict=True)):
                right = self._right[row]
                found[at + place] = np.isin(answer, right).sum() / max(1, len(right))
        return found


@dataclass(frozen=True)
class OneSense:
    """Stripped titles of a catalogue; others for every seed."""

    material: Material
    senses: tuple[Sense, ...]
    closest: Callable[[], NDArray[np.int32]] = field(repr=False)
    """Gives [titles, some hundreds] rows closest to each title by everything, closest first."""
    name: str = "Titles of which one thing is known"
    about: str = (
        f"How many of the {NEAR} titles closest to a film by everything are among the first {NEAR} when only its "
        "poster, only its text or only its people are known."
    )
    main: str = MAIN
    lower_is_better: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes with the catalogue, the pictures, the right answers and the protocol."""
        digest = hashlib.sha256(f"one sense 1 {EACH} {NEAR} {self.material.catalogue.hash}".encode())
        digest.update(np.ascontiguousarray(self.closest()).tobytes())
        for sense in self.senses:
            digest.update(sense.encoder.encode() + sense.columns.tobytes())
        return digest.hexdigest()[:16]

    def open(self, seed: int) -> tuple[OneSenseProblem, OneSenseExam]:
        """See `Task.open`.

        Raises:
            DataError: fewer than 300 titles have a poster, a text and people.
        """
        material = self.material
        if material.vectors is None:
            raise DataError("Titles are stripped of their texts, and there are none.")
        known = np.flatnonzero(rich_titles(material, self.senses))
        if len(known) < 300:
            raise DataError(f"Only {len(known)} titles have a poster, a text and people; at least 300 are needed.")
        each = min(EACH, len(known) // 6)
        drawn = generator(seed, "stripped titles").permutation(known)[: each * len(KINDS)].reshape(len(KINDS), each)
        stripped = {kind: np.sort(rows) for kind, rows in zip(KINDS, drawn, strict=True)}
        tests = np.sort(drawn.ravel())
        mark = f"{self.fingerprint} {seed}"
        problem = OneSenseProblem(
            _stripped(material.graph, tests, stripped["people"]),
            tuple(_without(sense, np.setdiff1d(tests, stripped["poster"])) for sense in self.senses),
            _zeroed(material.vectors, np.setdiff1d(tests, stripped["text"])),
            mark,
        )
        return problem, OneSenseExam(f"{self.name} {mark}", stripped, np.setdiff1d(known, tests), self.closest())


def rich_titles(material: Material, senses: Sequence[Sense]) -> NDArray[np.bool_]:
    """[titles] which titles have a picture, a text and people."""
    there = np.any([sense.there for sense in senses], axis=0)
    if material.vectors is not None:
        there &= material.vectors.any(axis=1)
    credits = material.graph.of_target("person")
    people = np.zeros(len(there), bool)
    for relation in credits:
        people |= np.diff(relation.matrix.indptr) > 0
    return np.asarray(there & people)


def _stripped(graph: Graph, tests: Rows, with_people: Sequence[int] | Rows) -> Graph:
    """The graph in which test titles have nothing, or their people only."""
    people = [relation.name for relation in graph.of_target("person")]
    graph = hide_rows(graph, people, np.setdiff1d(tests, with_people))
    graph = hide_rows(graph, [name for name in graph.relations if name not in people], tests)
    links = {relation.name: _no_links_to(relation.matrix, tests) for relation in graph.of_target("title")}
    relations = {
        name: replace(one, matrix=links[name], attributes={}) if name in links else one
        for name, one in graph.relations.items()
    }
    year, runtime = graph.year.copy(), graph.runtime.copy()
    year[tests], runtime[tests] = 0, np.nan
    lost = set(tests.tolist())
    names = [None if row in lost else name for row, name in enumerate(graph.names["title"])]
    return replace(graph, relations=relations, year=year, runtime=runtime, names={**graph.names, "title": names})


def _no_links_to(matrix: sparse.csr_array, tests: Rows) -> sparse.csr_array:
    kept = np.ones(matrix.shape[1], np.float32)
    kept[tests] = 0
    found = sparse.csr_array(matrix @ sparse.diags_array(kept))
    found.eliminate_zeros()
    return found


def _without(sense: Sense, rows: Rows) -> Sense:
    return replace(sense, columns=_zeroed(sense.columns, rows))


def _zeroed(matrix: Floats, rows: Rows) -> Floats:
    found = matrix.copy()
    found[rows] = 0
    return found
