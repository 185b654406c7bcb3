"""How every row of a genre table is chosen and fitted: options on validation titles, then once more on all it may know.

{option: fit}  ->  the option with the best validation macro F1, its decision rule, and its answers
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.decisions import Rule, choose_rule, validation_f1
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.genres import Answers, LabelProblem, Predict

Floats = NDArray[np.floating]
Row = Contender[LabelProblem, Predict]
Classify = Callable[[LabelProblem, Rows, int], Floats]
"""problem, rows to learn from, seed -> [titles, classes] probabilities of all titles."""
VALIDATION = "validation macro F1"


def row(name: str, kind: Kind, options: Mapping[str, Classify], *, seeded: bool = True) -> Row:
    """A row whose options are tried one after the other."""

    def fit(problem: LabelProblem, seed: int) -> Fitted[Predict]:
        began = time.perf_counter()
        truth = problem.labels[problem.validation]
        found: dict[str, tuple[float, Floats]] = {}
        curve: list[tuple[float, float]] = []
        for option, classify in options.items():
            probability = classify(problem, problem.train, seed)
            figure = validation_f1(truth, probability[problem.validation], problem.exclusive)
            found[option] = figure, probability
            curve.append((round(time.perf_counter() - began, 3), round(figure, 4)))
        best = max(found, key=lambda option: found[option][0])
        figure, probability = found[best]
        rule = choose_rule(truth, probability[problem.validation], problem.exclusive)
        if problem.refit:
            probability = options[best](problem, problem.known(), seed)
        about = {
            "chosen": best,
            VALIDATION: round(figure, 4),
            "options": {option: round(value, 4) for option, (value, _) in found.items()},
            "curve": curve,
        }
        return answering(probability, rule, about)

    return Contender(name, kind, fit, seeded, {"options": list(options)})


def answering(probability: Floats, rule: Rule, about: dict[str, Any]) -> Fitted[Predict]:
    """Answers looked up in the probabilities of all titles."""

    def predict(rows: Rows) -> Answers:
        return Answers(probability[rows], rule.decide(probability[rows]))

    return Fitted(predict, about)
