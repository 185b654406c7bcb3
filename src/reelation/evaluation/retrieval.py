"""Retrieval of related titles: given one, rank all others, and see where the right ones stand.

score_rows(rows) -> [rows, titles]   +   labels: row -> its right rows   ->   per-query figures
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.metrics import Interval, bootstrap_interval, ranks_of, recall_at

ScoreRows = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""[queries] rows -> [queries, titles] scores, higher is better."""


@dataclass(frozen=True)
class Retrieval:
    """Figures of each query."""

    reciprocal_rank: NDArray[np.float64]
    """[queries] one over the rank of the best-ranked right title, among all titles but the query."""
    recall_10: NDArray[np.float64]
    """[queries] share of the right titles among the first ten."""
    recall_50: NDArray[np.float64]
    """[queries] share of the right titles among the first fifty."""

    def summary(self, seed: int = 0) -> dict[str, Interval]:
        """Mean and 95 % bootstrap interval over queries of each figure."""
        return {
            "mrr": bootstrap_interval(self.reciprocal_rank, seed),
            "recall@10": bootstrap_interval(self.recall_10, seed),
            "recall@50": bootstrap_interval(self.recall_50, seed),
        }


def evaluate_retrieval(score_rows: ScoreRows, labels: Mapping[int, Iterable[int]], at_once: int = 64) -> Retrieval:
    """Rank all titles for each query and find its right ones; ties take their middle rank.

    Args:
        score_rows: scores every title against some.
        labels: query row -> rows that are right, at least one each.
        at_once: queries scored together.
    """
    queries = np.array(sorted(labels), np.int64)
    figures: list[tuple[float, float, float]] = []
    for start in range(0, len(queries), at_once):
        rows = queries[start : start + at_once]
        scores = np.array(score_rows(rows), np.float64)
        scores[np.arange(len(rows)), rows] = -np.inf
        for line, row in zip(scores, rows.tolist(), strict=True):
            ranks = ranks_of(line, sorted(labels[row]))
            figures.append((1 / ranks.min(), recall_at(ranks, 10), recall_at(ranks, 50)))
    columns: Any = np.array(figures, np.float64).reshape(-1, 3).T
    return Retrieval(*columns)


def group_labels(groups: Mapping[str, Iterable[int]], largest: int = 30) -> dict[int, set[int]]:
    """Every title's fellow members over all groups of 2 to `largest` titles."""
    labels: dict[int, set[int]] = {}
    for members in groups.values():
        rows = set(members)
        if 2 <= len(rows) <= largest:
            for row in rows:
                labels.setdefault(row, set()).update(rows - {row})
    return labels
