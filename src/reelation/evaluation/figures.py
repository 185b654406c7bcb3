"""Figures with the sample that they were computed from, so that every one of them gets an honest interval.

    values [units, columns]  --mean over units-->  [columns]  --statistic-->  one number

A unit is what is drawn again in the bootstrap: a viewer, a query, a title. Every figure here is a function of column
means, so resampling is one matrix product. Two rows of a table that answer for the same population are resampled with
the same draws, which makes their difference a paired one.

Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 (percentile intervals) and 15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.metrics import Interval
from reelation.seeds import generator

Doubles = NDArray[np.float64]
Statistic = Literal["mean", "ratio", "rmse", "macro f1", "micro f1", "ece"]
RESAMPLES = 1000


def _mean(means: Doubles) -> Doubles:
    return means[:, 0]


def _ratio(means: Doubles) -> Doubles:
    return np.asarray(np.divide(means[:, 0], means[:, 1], out=np.zeros(len(means)), where=means[:, 1] > 0))


def _rmse(means: Doubles) -> Doubles:
    return np.asarray(np.sqrt(_ratio(means)))


def _thirds(means: Doubles) -> tuple[Doubles, Doubles]:
    hits, predicted, true = np.split(means, 3, axis=1)
    return hits, predicted + true


def _macro(means: Doubles) -> Doubles:
    hits, total = _thirds(means)
    return np.asarray(np.divide(2 * hits, total, out=np.zeros_like(hits), where=total > 0).mean(axis=1))


def _micro(means: Doubles) -> Doubles:
    hits, total = (part.sum(axis=1) for part in _thirds(means))
    return np.asarray(np.divide(2 * hits, total, out=np.zeros_like(hits), where=total > 0))


def _ece(means: Doubles) -> Doubles:
    confidence, hits, count = np.split(means, 3, axis=1)
    return np.asarray(np.abs(confidence - hits).sum(axis=1) / np.maximum(count.sum(axis=1), 1e-12))


_OF_MEANS: Mapping[Statistic, Callable[[Doubles], Doubles]] = {
    "mean": _mean,
    "ratio": _ratio,
    "rmse": _rmse,
    "macro f1": _macro,
    "micro f1": _micro,
    "ece": _ece,
}


@dataclass(frozen=True)
class Figure:
    """One figure of one contender at one seed.

    Columns by statistic: mean [value] · ratio [sum, count] · rmse [sum of squared errors, count] · macro/micro f1
    [hits | predicted | true, one column a label each] · ece [summed confidence | hits | decisions, one column a bin
    each].
    """

    values: Doubles
    """[units, columns]."""
    statistic: Statistic = "mean"

    def value(self) -> float:
        """The figure itself."""
        return float(_OF_MEANS[self.statistic](self.values.mean(axis=0, keepdims=True))[0])

    def resampled(self, population: str) -> Doubles:
        """[RESAMPLES] the figure on bootstrap samples of its units, the same draws for the same population."""
        return _OF_MEANS[self.statistic](_weights(population, len(self.values)) @ self.values)


def mean_figure(values: Sequence[float] | NDArray[np.floating]) -> Figure:
    """A mean over units."""
    return Figure(np.asarray(values, np.float64).reshape(-1, 1))


def ratio_figure(values: NDArray[np.floating], units: NDArray[np.integer]) -> Figure:
    """A mean over questions, resampled over units (viewers) that are asked several each.

    Args:
        values: [questions].
        units: [questions] who each belongs to; any integers.
    """
    _, which = np.unique(units, return_inverse=True)
    sums = np.bincount(which, weights=np.asarray(values, np.float64))
    return Figure(np.stack([sums, np.bincount(which).astype(np.float64)], axis=1), "ratio")


def rmse_figure(errors: NDArray[np.floating], units: NDArray[np.integer]) -> Figure:
    """Root mean squared error, resampled over units (viewers) that have several errors each.

    Args:
        errors: [ratings] predicted minus true, in stars.
        units: [ratings] who each belongs to; any integers.
    """
    _, which = np.unique(units, return_inverse=True)
    squares = np.bincount(which, weights=np.asarray(errors, np.float64) ** 2)
    return Figure(np.stack([squares, np.bincount(which).astype(np.float64)], axis=1), "rmse")


def f1_figures(truth: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> dict[str, Figure]:
    """Macro and micro F1 of decisions about labels, resampled over titles; definitions as in `metrics.f1_scores`.

    Args:
        truth: [titles, labels].
        predicted: [titles, labels].
    """
    values = np.concatenate([truth & predicted, predicted, truth], axis=1).astype(np.float64)
    return {"macro F1": Figure(values, "macro f1"), "micro F1": Figure(values, "micro f1")}


def calibration_figure(truth: NDArray[np.bool_], probability: NDArray[np.floating], bins: int = 15) -> Figure:
    """Expected calibration error of yes-or-no probabilities, over equally wide bins; 0 is perfect, 1 the worst.

    Args:
        truth: [titles, labels].
        probability: [titles, labels] 0 to 1.
        bins: how many.

    Source: Guo et al. 2017 (arXiv:1706.04599), each label of each title as one decision.
    """
    where = np.minimum((probability * bins).astype(np.int64), bins - 1)
    values = np.zeros((len(truth), 3, bins))
    rows = np.broadcast_to(np.arange(len(truth))[:, None], where.shape)
    for column, amount in enumerate((probability, truth, np.ones_like(probability))):
        np.add.at(values[:, column], (rows, where), amount)
    return Figure(values.reshape(len(truth), -1), "ece")


def summary(figures: Mapping[int, Figure], populations: Mapping[int, str], level: float = 0.95) -> Interval:
    """Mean over seeds of a figure, with its bootstrap interval.

    Args:
        figures: seed -> figure.
        populations: seed -> population; seeds with the same one are resampled together.
        level: coverage, 0 to 1.
    """
    value = float(np.mean([figure.value() for figure in figures.values()]))
    return _interval(value, _samples(figures, populations), level)


def difference(
    ours: Mapping[int, Figure], theirs: Mapping[int, Figure], populations: Mapping[int, str], level: float = 0.95
) -> Interval:
    """Paired difference of two contenders' figures, ours minus theirs, with its bootstrap interval.

    A contender that does not depend on the seed has one run, which stands for every seed of the same population.

    Raises:
        ValueError: they have no population in common.
    """
    pairs = {seed: match for seed in ours if (match := _partner(seed, theirs, populations)) is not None}
    own = {seed: ours[seed] for seed in pairs}
    if len(ours) == 1 < len(theirs):
        own = {seed: match for seed in theirs if (match := _partner(seed, ours, populations)) is not None}
        pairs = {seed: theirs[seed] for seed in own}
    if not pairs:
        raise ValueError("the two rows answer for different populations, so their difference has no pairs")
    value = float(np.mean([own[seed].value() - pairs[seed].value() for seed in pairs]))
    return _interval(value, _samples(own, populations) - _samples(pairs, populations), level)


def _partner(seed: int, others: Mapping[int, Figure], populations: Mapping[int, str]) -> Figure | None:
    if seed in others:
        return others[seed]
    return next((figure for other, figure in others.items() if populations[other] == populations[seed]), None)


def _samples(figures: Mapping[int, Figure], populations: Mapping[int, str]) -> Doubles:
    return np.asarray(np.mean([figure.resampled(populations[seed]) for seed, figure in figures.items()], axis=0))


def _interval(value: float, samples: Doubles, level: float) -> Interval:
    low, high = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))


@lru_cache(maxsize=8)
def _weights(population: str, units: int) -> NDArray[np.float32]:
    """[RESAMPLES, units] how often each unit is drawn, over the number of units."""
    rng = generator(0, f"bootstrap {population}")
    drawn = np.stack([np.bincount(rng.integers(0, units, units), minlength=units) for _ in range(RESAMPLES)])
    return (drawn / units).astype(np.float32)
