"""Who places a title of which one thing is known: chance, the nearest by that thing, ours without fusion, and with it.

contenders(task)          the rows of the table
closest_by_everything()   the right answers: an atlas of the whole catalogue, nothing stripped
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation import settings
from reelation.arrays import load_array
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.one_sense import OneSense, OneSenseProblem, rich_titles
from reelation.evaluation.tasks.relatedness import Material
from reelation.features.exact import unit_rows_sparse
from reelation.features.senses import Sense
from reelation.features.text import compact
from reelation.graph.build import Graph, idf, union
from reelation.rows import unit_rows
from reelation.seeds import generator
from reelation.training.assemble import Assembled, assemble
from reelation.training.fusing import FusingConfig, Given, filled, fuse, linear_maps, what_is_given
from reelation.training.learn import LearnConfig, learn
from reelation.training.parts.neighbours import Wholes
from reelation.training.recipe import Recipe, plan_facets

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Row = Contender[OneSenseProblem, ScoreRows]

OURS = "Reelation, fused"
KEPT = 300
"""Closest titles that are kept of each."""
NEAREST = 20


def contenders(task: OneSense) -> list[Row]:
    """The rows of the table."""
    settings_ = {"recipe": asdict(Recipe()), "fusing": asdict(FusingConfig())}
    return [
        Contender("random", "baseline", _random),
        Contender("nearest by that thing", "baseline", _nearest, seeded=False),
        _ours("Reelation, nothing guessed", "other model", lambda problem, made, seed: made.content, settings_),
        _ours(f"mean place of the {NEAREST} nearest", "other model", _by_neighbours, settings_),
        _ours("ridge regression to the full vector", "other model", _by_ridge, settings_),
        _ours(OURS, "ours", _fused, settings_),
    ]


def _random(problem: OneSenseProblem, seed: int) -> Fitted[ScoreRows]:
    rng = generator(seed, "random scores")
    return Fitted(lambda rows: rng.random((len(rows), len(problem.graph)), np.float32))


def _nearest(problem: OneSenseProblem, seed: int) -> Fitted[ScoreRows]:
    """Cosines of posters, of sentence vectors, of shared people; a stripped title has one of them."""
    text = unit_rows(compact(problem.vectors))
    people = _shared_people(problem.graph)

    def score_rows(rows: Rows) -> Floats:
        found = text[rows] @ text.T + (people[rows] @ people.T).toarray()
        for sense in problem.senses:
            found += sense.columns[rows] @ sense.columns.T
        return np.asarray(found, np.float32)

    return Fitted(score_rows)


def _shared_people(graph: Graph) -> sparse.csr_array:
    """[titles, people] idf, unit length."""
    there = union(graph.of_target("person"))
    return unit_rows_sparse(sparse.csr_array(there @ sparse.diags_array(idf(there))))


class Made:
    """An atlas of the stripped catalogue, before anything is guessed."""

    def __init__(self, graph: Graph, senses: Sequence[Sense], text: Floats, seed: int) -> None:
        learned = learn(graph, LearnConfig(threads=1), seed, text=text)
        plans = plan_facets(graph, learned.blocks, Recipe(), seed, text, senses)
        assembled: Assembled = assemble(graph, None, plans)
        self.graph, self.senses, self.text = graph, senses, text
        self.content, self.facets = assembled.content, assembled.facets

    def given(self) -> Given:
        """What there is to guess from."""
        return what_is_given(self.graph, self.content, self.facets, self.senses, self.text)


_KEPT: dict[str, Made] = {}
"""The last one: rows of one seed share it, so that their difference is that of the guesses alone."""


def _made(problem: OneSenseProblem, seed: int) -> Made:
    key = f"{problem.mark} {seed}"
    if key not in _KEPT:
        _KEPT.clear()
        _KEPT[key] = Made(problem.graph, problem.senses, compact(problem.vectors), seed)
    return _KEPT[key]


def _ours(
    name: str, kind: Kind, guess: Callable[[OneSenseProblem, Made, int], object], about: Mapping[str, Any]
) -> Row:
    def fit(problem: OneSenseProblem, seed: int) -> Fitted[ScoreRows]:
        made = _made(problem, seed)
        found = guess(problem, made, seed)
        content, told = found if isinstance(found, tuple) else (found, {})
        return Fitted(_scores(Wholes(content)), told)

    return Contender(name, kind, fit, settings=about)


def _scores(wholes: Wholes) -> ScoreRows:
    return lambda rows: np.asarray(wholes.cosines(rows) * wholes.lengths, np.float32)


def _fused(problem: OneSenseProblem, made: Made, seed: int) -> object:
    fused = fuse(made.graph, made.content, made.facets, made.senses, made.text, seed)
    if fused is None:
        raise ValueError("too few posters to learn from")
    looks = [
        (seconds, round(value, 4))
        for seconds, (_, value) in zip(fused.history.times, fused.history.validation, strict=True)
    ]
    return fused.content, {"validation": fused.recalls, "curve": looks}


def _by_neighbours(problem: OneSenseProblem, made: Made, seed: int) -> object:
    """The mean full vector of the nearest by what is given."""
    given = made.given()
    score_rows = _nearest(problem, seed).predict

    def guess(rows: Rows) -> Floats:
        scores = np.where(given.whole, score_rows(rows), -np.inf)
        best = np.argpartition(-scores, NEAREST, axis=1)[:, :NEAREST]
        return np.asarray(given.full[best].mean(axis=1), np.float32)

    return filled(made.content, made.facets, given, guess, 64)


def _by_ridge(problem: OneSenseProblem, made: Made, seed: int) -> object:
    """Linear regression from each input to the full vector, in closed form; the mean over the inputs that are there."""
    given = made.given()
    maps = linear_maps(given, np.flatnonzero(given.whole), FusingConfig().ridge)

    def guess(some: Rows) -> Floats:
        total, count = np.zeros((len(some), given.full.shape[1]), np.float32), np.zeros((len(some), 1), np.float32)
        for name, rows in given.inputs.items():
            there, (weights, mean) = rows[some].any(axis=1, keepdims=True), maps[name]
            total += there * (rows[some] @ weights + mean)
            count += there
        return total / count

    return filled(made.content, made.facets, given, guess)


def closest_by_everything(material: Material, senses: tuple[Sense, ...]) -> NDArray[np.int32]:
    """[titles, KEPT] the titles closest to each by all facets of an atlas that knows everything; kept in the cache.

    Only titles with a picture, a text and people are asked and found; -1 elsewhere.
    """
    assert material.vectors is not None
    digest = hashlib.sha256(f"closest 1 {material.catalogue.hash} {asdict(Recipe())} {asdict(LearnConfig())}".encode())
    for sense in senses:
        digest.update(sense.encoder.encode() + sense.columns.tobytes())
    path: Path = settings.cache_folder() / "evaluation" / f"closest-{digest.hexdigest()[:16]}.npy"
    if path.is_file():
        return np.asarray(load_array(path))
    wholes = Wholes(Made(material.graph, senses, compact(material.vectors), 0).content)
    rich = np.flatnonzero(rich_titles(material, senses))
    found = np.full((len(material.graph), min(KEPT, len(rich) - 1)), -1, np.int32)
    for at in range(0, len(rich), 512):
        rows = rich[at : at + 512]
        scores = wholes.cosines(rows, rich) * wholes.lengths[rich]
        scores[rows[:, None] == rich[None, :]] = -np.inf
        found[rows] = rich[np.argsort(-scores, axis=1, kind="stable")[:, : found.shape[1]]]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npy")
    np.save(draft, found)
    draft.replace(path)
    return found
