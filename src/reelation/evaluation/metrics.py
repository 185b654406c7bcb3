"""Metrics: plain numpy, each checked against hand-computed values and a second library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]


class F1(NamedTuple):
    """F1 over genres (macro: their mean; micro: all decisions together), 0 to 1."""

    macro: float
    micro: float


class Interval(NamedTuple):
    """A mean with its bootstrap interval."""

    mean: float
    low: float
    high: float


def ranks_of(scores: Floats, relevant: Sequence[int] | NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Ranks, from 1, of the relevant items of one query; ties take their middle rank.

    Args:
        scores: [items], higher is better; an item that cannot be answered has minus infinity.
        relevant: indices of the relevant items.
    """
    ordered = np.sort(scores)
    values = scores[np.asarray(relevant)]
    above = len(scores) - np.searchsorted(ordered, values, side="right")
    equal = len(scores) - np.searchsorted(ordered, values, side="left") - above
    return np.asarray(above + (equal + 1) / 2, np.float64)


def reciprocal_ranks(scores: Floats, truth: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """One over the rank of each query's one right item; ties take their middle rank.

    Args:
        scores: [queries, items], higher is better.
        truth: [queries] index of the right item.
    """
    right = scores[np.arange(len(scores)), truth][:, None]
    above, equal = (scores > right).sum(axis=1), (scores == right).sum(axis=1)
    return np.asarray(1 / (above + (equal + 1) / 2))


def recall_at(ranks: NDArray[np.float64], k: int) -> float:
    """Share of the relevant items with rank at most `k`, 0 to 1."""
    return float((ranks <= k).mean()) if len(ranks) else 0.0


def ndcg_at(ranks: NDArray[np.float64], relevant: int, k: int) -> float:
    """Normalised discounted cumulative gain of one query with yes-or-no relevance, 0 to 1.

    Args:
        ranks: [relevant found in the list] from 1; ties may be half ranks.
        relevant: how many there are in all.
        k: length of the list.

    Source: Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418, with gain 1 and base 2.
    """
    if relevant == 0:
        return 0.0
    gain = (1 / np.log2(ranks[ranks <= k] + 1)).sum()
    return float(gain / (1 / np.log2(np.arange(2, min(relevant, k) + 2))).sum())


def auc(positive: Floats, negative: Floats) -> float:
    """Area under the ROC curve: how often a right one scores above a wrong one, ties counting half.

    Args:
        positive: [right] scores.
        negative: [wrong] scores.

    Raises:
        ValueError: either is empty.

    Source: Mann & Whitney 1947; Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747.
    """
    if not len(positive) or not len(negative):
        raise ValueError("the area under the curve needs right ones and wrong ones")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    return float(((below + upto) / 2).mean() / len(negative))


def f1_scores(truth: NDArray[Any], predicted: NDArray[Any]) -> F1:
    """Multi-label F1; a label that neither occurs nor is predicted scores 0, as in scikit-learn.

    Args:
        truth: [titles, labels] 0 or 1.
        predicted: [titles, labels] 0 or 1.
    """
    truth, predicted = truth.astype(bool), predicted.astype(bool)
    hits = (truth & predicted).sum(axis=0)
    total = truth.sum(axis=0) + predicted.sum(axis=0)
    each = np.divide(2 * hits, total, out=np.zeros(len(hits)), where=total > 0)
    return F1(float(each.mean()), float(2 * hits.sum() / total.sum()) if total.sum() else 0.0)


def bootstrap_interval(values: Floats, seed: int, resamples: int = 2000, level: float = 0.95) -> Interval:
    """Mean of per-query values with a percentile bootstrap interval over queries.

    Args:
        values: [queries]; for a paired difference, the differences.
        seed: of the resampling.
        resamples: number of bootstrap samples.
        level: coverage, 0 to 1.

    Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
    """
    rng = np.random.default_rng(seed)
    means = np.array([values[rng.integers(0, len(values), len(values))].mean() for _ in range(resamples)])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def adjusted_rand(first: Labels, second: Labels) -> float:
    """Agreement of two groupings of the same items: 1 the same, about 0 what chance gives.

    Args:
        first: [items] group numbers from 0.
        second: [items] those of the other.

    Source: Hubert & Arabie 1985, doi:10.1007/BF01908075.
    """
    cells, rows, columns = _contingency(first, second)
    together, in_rows, in_columns, whole = (
        float((sizes * (sizes - 1) / 2).sum()) for sizes in (cells, rows, columns, np.array([rows.sum()]))
    )
    expected = in_rows * in_columns / whole if whole else 0.0
    most = (in_rows + in_columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def adjusted_mutual_information(first: Labels, second: Labels) -> float:
    """Information that two groupings of the same items share, less what chance gives, over their mean entropy: to 1.

    Args:
        first: [items] group numbers from 0.
        second: [items] those of the other.

    Source: Vinh, Epps & Bailey 2010, https://jmlr.org/papers/v11/vinh10a.html (AMI with the arithmetic mean).
    """
    cells, rows, columns = _contingency(first, second)
    items = float(rows.sum())
    if items == 0 or len(rows) == len(columns) == 1:
        return 1.0
    h_rows, h_columns, h_cells = (-float((n / items * np.log(n / items)).sum()) for n in (rows, columns, cells))
    mutual = h_rows + h_columns - h_cells
    expected = _expected_information(rows, columns)
    span = (h_rows + h_columns) / 2 - expected
    return (mutual - expected) / span if abs(span) > 1e-12 else 1.0


def _contingency(first: Labels, second: Labels) -> tuple[NDArray[np.float64], ...]:
    """Sizes above 0 of the cells, rows and columns of the table of two groupings."""
    pairs = first.astype(np.int64) * (int(second.max(initial=0)) + 1) + second
    counts = (np.unique(labels, return_counts=True)[1].astype(np.float64) for labels in (pairs, first, second))
    return tuple(counts)


def _expected_information(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    """Mean mutual information of all tables with these sums of rows and columns (the hypergeometric model)."""
    items = int(rows.sum())
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, items + 1)))])  # log n!
    sizes = [np.unique(side.astype(np.int64), return_counts=True) for side in (rows, columns)]
    total = 0.0
    for a, times_a in zip(*sizes[0], strict=True):
        for b, times_b in zip(*sizes[1], strict=True):
            n = np.arange(max(1, a + b - items), min(a, b) + 1)
            chance = logs[a] + logs[b] + logs[items - a] + logs[items - b] - logs[items]
            chance = chance - logs[n] - logs[a - n] - logs[b - n] - logs[items - a - b + n]
            terms = n / items * np.log(items * n / (float(a) * float(b))) * np.exp(chance)
            total += float(terms.sum()) * int(times_a) * int(times_b)
    return total
