"""What each facet adds to relatedness: the same score with and without it, on films that have a poster.

tasks(material, data)   same series, ReDial and co-liked pairs among films with a poster
contenders(task)        all facets; without each in turn; each alone
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.contenders.related_rows import Row, validated
from reelation.errors import DataError
from reelation.evaluation.questions import Labels
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.liked import co_liked, redial
from reelation.evaluation.tasks.relatedness import Material, RelatednessProblem, RelatednessTask
from reelation.evaluation.tasks.series import same_series
from reelation.features.senses import Sense
from reelation.features.text import compact
from reelation.training.assemble import FacetPlan
from reelation.training.learn import LearnConfig, learn
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.weights import plan_scores

Flags = NDArray[np.bool_]
FACETS = ("people", "story", "context", "audience", "words", "look")
LEAST = 30
"""Test queries that a set needs."""


def tasks(material: Material, data: Path, senses: Sequence[Sense]) -> list[RelatednessTask]:
    """The benchmark sets of relatedness, asked about films with a poster only, right answers likewise.

    Args:
        material: the catalogue.
        data: the public sets.
        senses: whose films are asked about.
    """
    there = np.any([sense.there for sense in senses], axis=0)
    made = [
        same_series(material, data / "wikidata_films" / "relation_pairs.tsv.gz"),
        redial(material, data / "redial"),
        co_liked(material),
    ]
    found = [_among(task, there) for task in made]
    if not (kept := [task for task in found if len(task.test) >= LEAST]):
        raise DataError("Too few films with a poster are related to each other to measure with.")
    return kept


def _among(task: RelatednessTask, there: Flags) -> RelatednessTask:
    about = f"{task.about} Only films with a poster are asked about, and found."
    test, validation = (_kept(labels, there) for labels in (task.test, task.validation))
    return replace(task, name=f"Facets, {task.name.lower()}", about=about, test=test, validation=validation, _drawn={})


def _kept(labels: Labels, there: Flags) -> Labels:
    kept = {row: frozenset(other for other in others if there[other]) for row, others in labels.items() if there[row]}
    return {row: others for row, others in kept.items() if others}


def contenders(task: RelatednessTask, senses: Sequence[Sense]) -> list[Row]:
    """The rows of the table; facets that the catalogue lacks are left out."""
    graph = task.material.graph
    names = [name for name in FACETS if name != "audience" or graph.of_target("viewer")]
    every: Callable[[str], bool] = lambda facet: True  # noqa: E731
    rows = [_row("all facets", "ours", every, senses)]
    rows += [_row(f"without {name}", "baseline", _all_but(name), senses) for name in names]
    return [*rows, *(_row(f"{name} alone", "other model", _only(name), senses) for name in names)]


def _all_but(name: str) -> Callable[[str], bool]:
    return lambda facet: facet != name


def _only(name: str) -> Callable[[str], bool]:
    return lambda facet: facet == name


def _row(name: str, kind: Kind, counts: Callable[[str], bool], senses: Sequence[Sense]) -> Row:
    def fit(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
        plans = [plan for plan in _plans(problem, senses, seed) if counts(plan.name)]
        score_rows = plan_scores(plans)
        return Fitted(score_rows, {"validation": validated(problem, score_rows)})

    return Contender(name, kind, fit, settings={"recipe": asdict(Recipe()), "learn": asdict(LearnConfig(threads=1))})


_KEPT: dict[tuple[int, int], tuple[RelatednessProblem, tuple[FacetPlan, ...]]] = {}


def _plans(problem: RelatednessProblem, senses: Sequence[Sense], seed: int) -> tuple[FacetPlan, ...]:
    """What `reelation train --media` makes of the problem; rows of one seed share it, and differ by facets alone."""
    key = (_shape(problem), seed)
    if key not in _KEPT:
        text = compact(problem.vectors) if problem.vectors is not None else None
        learned = learn(problem.graph, LearnConfig(threads=1), seed, text=text)
        _KEPT.clear()
        _KEPT[key] = problem, plan_facets(problem.graph, learned.blocks, Recipe(), seed, text, senses)
    return _KEPT[key][1]


def _shape(problem: RelatednessProblem) -> int:
    """Equal for equal problems: what is hidden differs in numbers of edges, texts and validation pairs."""
    parts = [
        (name, relation.matrix.nnz, int(relation.matrix.indices.astype(np.int64).sum()))
        for name, relation in problem.graph.relations.items()
    ]
    return hash((tuple(parts), tuple(problem.validation.right.tolist()), sum(map(len, problem.texts))))
