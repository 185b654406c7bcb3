"""Exact neighbours: every title is scored, and a score is the exact sum of its facets' scores.

    one title's row  ->  Scorer.scores  ->  [titles] scores  ->  nearest rows

A title is one vector (a block of columns a facet) and a sparse list of terms (the people in it, mostly).
For facet f, title q and title c:

    dot_f(q, c) = <vector_f(q), vector_f(c)> + sum over shared nodes n of value_q(n) * value_c(n)

and with weights w_f given by the asker (1 where nothing is given)

    dot       = sum_f w_f dot_f(q, c)
    cosine    = dot / (|q| |c|),  |x|^2 = sum_f w_f |x_f|^2
    euclidean = sum_f w_f (|q_f|^2 + |c_f|^2 - 2 dot_f(q, c)), the squared distance

Row numbers, never title ids: `reelation.ids` is the one place that translates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.errors import UsageError

Metric = Literal["dot", "cosine", "euclidean"]
METRICS: tuple[str, ...] = get_args(Metric)

_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Measure:
    """How to compare: weights by facet, and the metric."""

    weights: NDArray[np.float32]
    """[facets] >= 0, in the atlas's order."""
    metric: Metric

    @classmethod
    def of(cls, atlas: Atlas, weights: Mapping[str, float] | None = None, metric: str = "dot") -> Measure:
        """Check what the asker gave; facets that are not named keep weight 1.

        Raises:
            UsageError: no such facet or metric, a negative or non-finite weight, or all weights 0.
        """
        if metric not in METRICS:
            raise UsageError(f"no metric '{metric}'; there are {', '.join(METRICS)}")
        chosen = np.ones(len(atlas.facet_names), np.float32)
        for name, weight in (weights or {}).items():
            if name not in atlas.facet_names:
                raise UsageError(f"this atlas has no facet '{name}'; it has {', '.join(atlas.facet_names)}")
            if not 0 <= weight < float("inf"):
                raise UsageError(f"the weight of '{name}' is {weight}; it must be 0 or more")
            chosen[atlas.facet_names.index(name)] = weight
        if not chosen.any():
            raise UsageError("all facets have weight 0; at least one must count")
        return cls(chosen, metric)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Point:
    """What a title is compared by; one that is not in the atlas has one too."""

    vector: NDArray[np.float32]
    """[width], as a row of `Atlas.vectors`."""
    nodes: NDArray[np.int64]
    """[edges] rising."""
    relations: NDArray[np.uint32]
    """[edges] bit set of `Manifest.relations`."""
    values: NDArray[np.float32]
    """[edges] the value in the sparse part of the score."""
    norms: NDArray[np.float32]
    """[facets] squared lengths."""


def point_at(atlas: Atlas, row: int) -> Point:
    """The point of the title in `row`."""
    edges = atlas.edges_of(row)
    return Point(
        np.array(atlas.vectors[row]),
        atlas.edge_node[edges].astype(np.int64),
        np.array(atlas.edge_relations[edges]),
        np.array(atlas.edge_value[edges]),
        np.array(atlas.norms[row]),
    )


class Scorer:
    """Scores of all titles against one."""

    def __init__(self, atlas: Atlas, measure: Measure) -> None:
        self._atlas = atlas
        self._measure = measure
        self._columns = np.zeros(atlas.manifest.width, np.float32)
        for weight, facet in zip(measure.weights, atlas.manifest.facets, strict=True):
            for block in facet.blocks:
                self._columns[block.columns] = weight
        node_weights = np.where(atlas.node_facet >= 0, measure.weights[atlas.node_facet], 0)
        self._node_weights = node_weights.astype(np.float32)

    def scores(self, row: int) -> NDArray[np.float32]:
        """Score every title against the one in `row`; more is closer (euclidean: the negative distance).

        Returns:
            [titles] float32.
        """
        return self.scores_of(point_at(self._atlas, row))

    def scores_of(self, point: Point) -> NDArray[np.float32]:
        """The same for any point."""
        atlas = self._atlas
        query = point.vector * self._columns
        scores = np.empty(len(atlas), np.float32)
        for start in range(0, len(atlas), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            np.dot(atlas.vectors[part], query, out=scores[part])
        for node, value in zip(point.nodes.tolist(), point.values.tolist(), strict=True):
            weight = self._node_weights[atlas.node_type[node]]
            if value and weight:
                titles = atlas.titles_of(node)
                scores[atlas.posting_title[titles]] += (weight * value) * atlas.posting_value[titles]
        return self._by_metric(scores, point)

    def facet_scores(self, row: int, others: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same scores for a few titles, split by facet; the sum over facets is the score.

        Args:
            row: the title asked about.
            others: [others] rows.

        Returns:
            [others, facets] float32. Euclidean: minus the squared distance within each facet.
        """
        return self.facet_scores_of(point_at(self._atlas, row), others)

    def facet_scores_of(self, point: Point, others: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for any point."""
        atlas, weights = self._atlas, self._measure.weights
        products = np.array(atlas.vectors[others]) * point.vector
        split = np.zeros((len(others), len(weights)), np.float32)
        for i, facet in enumerate(atlas.manifest.facets):
            for block in facet.blocks:
                split[:, i] += products[:, block.columns].sum(axis=1)
        owner, nodes, values = terms_shared_with_each(atlas, point, others)[:3]
        facets = atlas.node_facet[atlas.node_type[nodes]]
        np.add.at(split, (owner[facets >= 0], facets[facets >= 0]), values[facets >= 0])
        split *= weights
        if self._measure.metric == "dot":
            return split
        squares = np.array(atlas.norms[others]) * weights, point.norms * weights
        if self._measure.metric == "euclidean":
            return np.asarray(2 * split - squares[0] - squares[1], np.float32)
        lengths = np.sqrt(squares[0].sum(axis=1) * squares[1].sum())[:, None]
        return np.asarray(np.divide(split, lengths, out=np.zeros_like(split), where=lengths > 0))

    def _by_metric(self, dots: NDArray[np.float32], point: Point) -> NDArray[np.float32]:
        if self._measure.metric == "dot":
            return dots
        squares = np.asarray(self._atlas.norms @ self._measure.weights, np.float32)
        own = np.float32(point.norms @ self._measure.weights)
        if self._measure.metric == "euclidean":
            return np.asarray(2 * dots - squares - own, np.float32)
        lengths = np.sqrt(squares * own)
        return np.asarray(np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0))


def shared_terms(atlas: Atlas, row: int, other: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Nodes that two titles share, and what each adds to the unweighted score through the sparse terms.

    Returns:
        nodes [shared] int64, rising; products [shared] float32, 0 for nodes that are evidence only.
    """
    return terms_shared_with(atlas, point_at(atlas, row), other)


def terms_shared_with(atlas: Atlas, point: Point, other: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The same for any point and a title."""
    _, nodes, products, _, _ = terms_shared_with_each(atlas, point, np.array([other]))
    return nodes, products


def terms_shared_with_each(
    atlas: Atlas, point: Point, others: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """The same for any point and several titles.

    Returns:
        owner [shared], the place in `others`, rising; nodes [shared], rising within an owner; products [shared];
        where the node stands in `point.nodes`; and where in `Atlas.edge_node`.
    """
    start, stop = atlas.edge_start[others], atlas.edge_start[others + 1]
    at = spans(start, stop)
    there = atlas.edge_node[at]
    here = np.searchsorted(point.nodes, there)
    both = np.flatnonzero(here < len(point.nodes))
    both = both[point.nodes[here[both]] == there[both]]
    owner = np.repeat(np.arange(len(others)), stop - start)[both]
    at, here = at[both], here[both]
    products = np.asarray(point.values[here] * atlas.edge_value[at], np.float32)
    return owner, there[both].astype(np.int64), products, here, at


def nearest(
    scores: NDArray[np.float32], k: int, *, allowed: NDArray[np.bool_] | None = None, without: int | None = None
) -> NDArray[np.int64]:
    """Rows of the `k` highest scores, best first; equal scores in the order of rows.

    Args:
        scores: [titles].
        k: how many, >= 1; fewer come back where fewer are allowed.
        allowed: [titles] rows that may come back; all where None.
        without: a row to leave out (the title asked about).
    """
    counted = scores if allowed is None else np.where(allowed, scores, np.float32(-np.inf))
    rows = np.flatnonzero(counted >= _least(counted, k + (without is not None)))
    if allowed is not None:
        rows = rows[allowed[rows]]
    if without is not None:
        rows = rows[rows != without]
    return rows[np.lexsort((rows, -scores[rows]))][:k].astype(np.int64)


def _least(scores: NDArray[np.float32], k: int) -> np.float32:
    """A score that at least `k` reach, and not many more; the least of all where there are no more than `k`.

    The k-th highest of the highest scores of parts: at most the k-th highest of all.
    """
    width = max(1, len(scores) // (8 * k))
    parts = scores[: len(scores) // width * width].reshape(-1, width).max(axis=1)
    if len(parts) <= k:
        return np.float32(-np.inf)
    return np.float32(np.partition(parts, len(parts) - k)[len(parts) - k])
