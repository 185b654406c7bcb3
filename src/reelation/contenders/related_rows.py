"""A row of a relatedness table, and how rows choose on validation pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reelation.evaluation.questions import mark, means
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.relatedness import RelatednessProblem

Row = Contender[RelatednessProblem, ScoreRows]
LOOKS = 300
"""Validation queries that choices are made on, at most."""


def validated(problem: RelatednessProblem, score_rows: ScoreRows) -> dict[str, float]:
    """Figures on (at most `LOOKS`) validation queries."""
    queries = problem.validation.queries
    some = queries[:: max(1, len(queries) // LOOKS)][:LOOKS]
    return {name: round(value, 4) for name, value in means(mark(score_rows, problem.validation.only(some))).items()}


def choose(problem: RelatednessProblem, options: Mapping[str, Callable[[], ScoreRows]]) -> Fitted[ScoreRows]:
    """The option that does best on validation."""
    made = {name: option() for name, option in options.items()}
    figures = {name: validated(problem, score_rows) for name, score_rows in made.items()}
    best = max(figures, key=lambda name: figures[name]["MRR"] + figures[name]["AUC hard"])
    return Fitted(made[best], {"chosen": best, "validation": figures})
