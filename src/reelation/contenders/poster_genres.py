"""Who says which genres a film has by its poster: common genres, colours, our features; and beside texts and the graph.

    alone(task)   majority, colour histogram, our picture features
    beside(task)  text, graph, both, and both with the poster

Everything is chosen on cross-fitted scores of the titles that may be learned from; thresholds too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reelation.contenders.label_rows import VALIDATION, Row, answering
from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.decisions import choose_rule, validation_f1
from reelation.evaluation.label_models.kernels import KernelConfig, choose_kernels, fit_kernels
from reelation.evaluation.label_models.logistic import fit_logistic
from reelation.evaluation.label_models.stacking import (
    Member,
    average,
    averaged,
    cross_fitted,
    log_odds,
    stack,
)
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.genres import LabelProblem, Predict
from reelation.evaluation.tasks.poster_genres import PosterGenres, PosterProblem
from reelation.features.text import compact
from reelation.rows import Measured
from reelation.seeds import generator
from reelation.training.tagging import TagConfig, Tagging, tag_features

Floats = NDArray[np.floating]
Scores = Callable[[PosterProblem, int], Member]
"""problem, seed -> log-odds of the titles in `problem.known()`, left out, and of everyone."""

OURS_ALONE, OURS = "Reelation's picture features", "poster + text + graph"
BESIDE = (0.0, 0.1, 0.2, 0.3, 0.5)
WIDTH = 200
_SOFT = 0.02
"""Scores of ridge regression below this say no more than this as probabilities."""


def contenders(task: PosterGenres) -> list[Row]:
    """The rows of either table."""
    if task.alone:
        colours = {f"penalty {p:g}": partial(_histogram, p) for p in (10.0, 30.0, 100.0, 300.0)}
        return [
            _row("most common genres", "baseline", {"share": _common}),
            _row("colour histogram", "baseline", colours | {"kernel": _histogram_kernel}),
            _row(OURS_ALONE, "ours", {"logistic": partial(_picture_logistic, 100.0), "with kernels": _pictures}),
        ]
    both: Sequence[Scores] = (partial(_graph, True, False), _sentences)
    return [
        _row("poster", "baseline", {"logistic and kernel": _pictures}),
        _row("text", "baseline", {"sentence vectors": _sentences}),
        _row("graph", "baseline", {"as the atlas classifies": partial(_graph, False, False)}),
        _stacked("text + graph", "baseline", both),
        _stacked("poster among the features", "other model", (partial(_graph, True, True), _sentences)),
        _stacked(OURS, "ours", both, _pictures),
    ]


def _row(name: str, kind: Kind, options: Mapping[str, Scores]) -> Row:
    def fit(problem: LabelProblem, seed: int) -> Fitted[Predict]:
        assert isinstance(problem, PosterProblem)
        truth, began = problem.labels[problem.known()], time.perf_counter()
        found = {option: scores(problem, seed) for option, scores in options.items()}
        figures = {option: validation_f1(truth, member.left_out) for option, member in found.items()}
        best = max(figures, key=lambda option: figures[option])
        both = averaged([found[best]])
        rule = choose_rule(truth, both.left_out)
        about = {
            "chosen": best,
            VALIDATION: round(figures[best], 4),
            "options": {option: round(value, 4) for option, value in figures.items()},
            "curve": [(round(time.perf_counter() - began, 3), round(figures[best], 4))],
        }
        return answering(both.everyone, rule, about)

    return Contender(name, kind, fit, settings={"options": list(options)})


def _stacked(name: str, kind: Kind, parts: Sequence[Scores], beside: Scores | None = None) -> Row:
    """Members put together by a logistic regression on cross-fitted scores, or by their mean; whichever does better.

    Args:
        name, kind: of the row.
        parts: members.
        beside: a weaker member, which may also only move what the others say together a little.
    """

    def fit(problem: LabelProblem, seed: int) -> Fitted[Predict]:
        assert isinstance(problem, PosterProblem)
        truth, began = problem.labels[problem.known()], time.perf_counter()
        members = [scores(problem, seed) for scores in parts]
        strong, usual = average(members), log_odds(truth.mean(axis=0))
        if beside is not None:
            weak = beside(problem, seed)
            tried = {f"beside, weight {weight}": averaged([_moved(strong, weak, weight, usual)]) for weight in BESIDE}
            members.append(weak)
        else:
            tried = {"mean of log-odds": averaged(members)}
        for penalty in (3.0, 30.0, 300.0):
            tried[f"penalty {penalty:g}"] = stack(members, truth, generator(seed, "stack"), penalty)
        figures = {option: validation_f1(truth, found.left_out) for option, found in tried.items()}
        best = max(figures, key=lambda option: figures[option])
        rule = choose_rule(truth, tried[best].left_out)
        about = {
            "chosen": best,
            VALIDATION: round(figures[best], 4),
            "options": {option: round(value, 4) for option, value in figures.items()},
            "curve": [(round(time.perf_counter() - began, 3), round(figures[best], 4))],
        }
        return answering(tried[best].everyone, rule, about)

    return Contender(name, kind, fit, settings={"members": len(parts), "beside": beside is not None})


def _moved(strong: Member, weak: Member, weight: float, usual: Floats) -> Member:
    """What `strong` says, moved by how far `weak` departs from the usual."""
    return Member(
        strong.left_out + weight * (weak.left_out - usual), strong.everyone + weight * (weak.everyone - usual)
    )


def _folded(problem: PosterProblem, seed: int, features: Floats, penalty: float) -> Member:
    """Logistic regression, cross-fitted."""

    def fit(rows: Rows) -> Floats:
        return fit_logistic(features[rows], problem.labels[rows], penalty, iterations=60).probability(features)

    return cross_fitted(fit, problem.known(), generator(seed, "poster folds"))


def _common(problem: PosterProblem, seed: int) -> Member:
    known = problem.known()
    share = np.tile(log_odds(problem.labels[known].mean(axis=0)), (len(problem.labels), 1))
    return Member(share[known], share)


def _histogram(penalty: float, problem: PosterProblem, seed: int) -> Member:
    return _folded(problem, seed, 10 * np.sqrt(problem.pictures.histograms.astype(np.float64)), penalty)


def _histogram_kernel(problem: PosterProblem, seed: int) -> Member:
    return _kernels(problem, {"colours": _near(np.sqrt(problem.pictures.histograms), problem)})


def _picture_logistic(penalty: float, problem: PosterProblem, seed: int) -> Member:
    raw, known = problem.pictures.raw, problem.known()
    return _folded(problem, seed, 10 * Measured.of(raw[known], WIDTH)(raw).astype(np.float64), penalty)


def _pictures(problem: PosterProblem, seed: int) -> Member:
    """The mean of a linear model on all directions and of kernels on features and colours."""
    raw, known = problem.pictures.raw, problem.known()
    measured = Measured.of(raw[known], raw.shape[1])
    standard = np.clip((raw - measured.mean) * measured.scale, -4, 4).astype(np.float32)
    kernels = {"features": _near(standard, problem), "colours": _near(np.sqrt(problem.pictures.histograms), problem)}
    return average([_picture_logistic(100.0, problem, seed), _kernels(problem, kernels)])


def _near(rows: NDArray[np.float32], problem: PosterProblem) -> NDArray[np.float32]:
    """[titles, known] Gaussian similarities, as wide as the usual distance; 0 for titles without a poster."""
    there = np.flatnonzero(problem.pictures.raw.any(axis=1))
    known = problem.known()
    some, others = rows[there], rows[known]
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * some @ others.T
    found = np.zeros((len(rows), len(known)), np.float32)
    found[there] = np.exp(-np.maximum(squares, 0) / np.median(squares))
    return found


def _kernels(problem: PosterProblem, parts: dict[str, NDArray[np.float32]]) -> Member:
    known, config = problem.known(), KernelConfig(ridges=(1.0, 2.0, 4.0))
    scores = fit_kernels(parts, problem.labels, known, choose_kernels(parts, problem.labels, known, config))
    return Member(log_odds(scores.left_out, _SOFT), log_odds(scores.everyone, _SOFT))


def _sentences(problem: PosterProblem, seed: int) -> Member:
    if problem.text is None:
        raise ValueError("texts are wanted and there are none")
    return _folded(problem, seed, 10 * compact(problem.text, 256).astype(np.float64), 10.0)


def _graph(text: bool, poster: bool, problem: PosterProblem, seed: int) -> Member:
    """The part "classifier" of an atlas, with these labels; what it says of known titles is left out already."""
    config = TagConfig(folds=5)
    parts = [compact(problem.text)] if text and problem.text is not None else []
    parts += [Measured.of(problem.pictures.raw[problem.known()], 96)(problem.pictures.raw)] if poster else []
    vectors = np.concatenate(parts, axis=1) if parts else None
    features = tag_features(problem.graph, "genre", config, vectors)
    tagging = Tagging(features, problem.labels, problem.known(), seed, config)
    scores = log_odds(tagging.probability(np.arange(len(problem.labels))))
    return Member(scores[problem.known()], scores)
