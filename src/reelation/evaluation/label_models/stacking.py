"""Several scorers put together: a logistic regression on scores that each title's own label had no part in.

    members: scores left out [learned, classes] + of everyone [titles, classes]  ->  Stacked: probabilities, both ways

Source: stacked generalisation, Wolpert 1992.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from reelation.evaluation.label_models.logistic import fit_logistic

Floats = NDArray[np.floating]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Member:
    """Scores of one scorer, on any scale."""

    left_out: Floats
    """[learned, classes] of titles that are learned from, each by a model that has not seen its label."""
    everyone: Floats
    """[titles, classes]."""


@dataclass(frozen=True)
class Stacked:
    """Probabilities."""

    left_out: Floats
    """[learned, classes], cross-fitted: for thresholds."""
    everyone: Floats
    """[titles, classes]."""


def folds(count: int, rng: np.random.Generator, parts: int = 5) -> list[tuple[Rows, Rows]]:
    """Random (rest, part) of `count` things, each thing in one part."""
    place = rng.permutation(count) % parts
    return [(np.flatnonzero(place != part), np.flatnonzero(place == part)) for part in range(parts)]


def cross_fitted(
    fit: Callable[[Rows], Floats], rows: Rows, rng: np.random.Generator, parts: int = 5, *, bagged: bool = False
) -> Member:
    """A scorer's left-out scores from models on the other folds.

    Args:
        fit: rows to learn from -> [titles, classes] probabilities; their log-odds are the scores.
        rows: [learned] titles.
        rng: draws the folds.
        parts: folds.
        bagged: everyone's scores are the mean of the folds' models; otherwise one more model learns from all.
    """
    parted = folds(len(rows), rng, parts)
    models = [log_odds(fit(rows[rest])) for rest, _ in parted]
    left_out = np.zeros((len(rows), models[0].shape[1]))
    for (_, part), scores in zip(parted, models, strict=True):
        left_out[part] = scores[rows[part]]
    return Member(left_out, np.mean(models, axis=0) if bagged else log_odds(fit(rows)))


def log_odds(probability: Floats, least: float = 1e-4) -> Floats:
    """Log-odds of what is taken for a probability, cut off at `least` and at one minus it."""
    return np.asarray(special.logit(np.clip(probability, least, 1 - least)))


def average(members: Sequence[Member]) -> Member:
    """The mean of members' scores, which are on one scale."""
    return Member(
        np.mean([one.left_out for one in members], axis=0), np.mean([one.everyone for one in members], axis=0)
    )


def averaged(members: Sequence[Member], *, exclusive: bool = False) -> Stacked:
    """The probabilities that the mean of members' log-odds stands for; nothing is learned, so little can go wrong.

    Args:
        members: whose scores are log-odds.
        exclusive: exactly one class a title: probabilities add up to 1.
    """
    mean = average(members)
    left_out, everyone = special.expit(mean.left_out), special.expit(mean.everyone)
    if exclusive:
        left_out, everyone = (part / part.sum(axis=1, keepdims=True) for part in (left_out, everyone))
    return Stacked(left_out, everyone)


def stack(
    members: Sequence[Member], truth: Flags, rng: np.random.Generator, penalty: float = 3.0, *, exclusive: bool = False
) -> Stacked:
    """Put members together.

    Args:
        members: one at least.
        truth: [learned, classes].
        rng: draws the folds of cross-fitting.
        penalty: of the logistic regression, on scores of unit spread.
        exclusive: exactly one class a title.
    """
    left_out = np.concatenate([member.left_out for member in members], axis=1)
    everyone = np.concatenate([member.everyone for member in members], axis=1)
    centre, spread = left_out.mean(axis=0), left_out.std(axis=0) + 1e-9
    left_out, everyone = (left_out - centre) / spread, (everyone - centre) / spread
    held = np.zeros(truth.shape)
    for rest, part in folds(len(truth), rng):
        model = fit_logistic(left_out[rest], truth[rest], penalty, exclusive=exclusive)
        held[part] = model.probability(left_out[part])
    return Stacked(held, fit_logistic(left_out, truth, penalty, exclusive=exclusive).probability(everyone))
