"""What titles say of each other, many at once, with the catalogue's usual taken off.

    rows, weights  ->  Kernel.weighted  ->  [titles] sum over rows i of weight_i K(i, c)

    K(i, c) = (v_i - m)' W (v_c - m) + sum over shared nodes n of value_i(n) * value_c(n)

v and the terms are those of `reelation.search.exact`, m is the mean vector of all titles, W undoes their covariance.
A plain sum of relatedness finds titles that are related to everything; K asks what sets a title apart. A weighted sum
of titles is itself one vector and one list of terms, so a history of any length costs one pass over the titles.

Source: one example against the whole background in closed form, Hariharan, Malik & Ramanan 2012,
    doi:10.1007/978-3-642-33765-9_33.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import AtlasContent
from reelation.search.shared import Shared

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_ROWS_AT_ONCE = 65_536


class Kernel:
    """K of one atlas."""

    def __init__(self, content: AtlasContent, centre: Floats, metric: Floats) -> None:
        """Compare the titles of `content`.

        Args:
            content: vectors and terms.
            centre: [width] m.
            metric: [width, width] W, symmetric; zero rows for columns that do not count.
        """
        self._content, self._centre, self._metric = content, centre, metric

    def weighted(self, rows: Rows, weights: Floats, shared: Shared | None = None) -> Floats:
        """[titles] the sum of K(i, .) over `rows` [n] times `weights` [n].

        Args:
            rows: [n].
            weights: [n].
            shared: what `rows` share, where it was gathered before.
        """
        content, shared = self._content, shared or Shared(self._content, rows)
        query = (weights @ np.asarray(content.vectors[rows]) - weights.sum() * self._centre) @ self._metric
        scores = np.empty(len(content.vectors), np.float32)
        for start in range(0, len(scores), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            np.dot(content.vectors[part], query, out=scores[part])
        scores -= np.float32(self._centre @ query)
        if len(shared.node):
            total = np.bincount(shared.place, shared.value * weights[shared.owner])
            scores += shared.passed(total, by=np.asarray(content.posting_value[shared.posting]))
        return scores

    def between(self, rows: Rows, others: Rows) -> Floats:
        """[rows, others] K of each pair."""
        here, there = (np.asarray(self._content.vectors[some]) - self._centre for some in (rows, others))
        found = np.asarray(here @ (self._metric @ there.T), np.float32)
        owner, nodes, values = self._terms(rows)
        theirs, their_nodes, their_values = self._terms(others)
        order = np.argsort(their_nodes, kind="stable")
        first = np.searchsorted(their_nodes, nodes, sorter=order)
        last = np.searchsorted(their_nodes, nodes, side="right", sorter=order)
        at, count = order[spans(first, last)], last - first
        cell = np.repeat(owner, count) * len(others) + theirs[at]
        added = np.bincount(cell, np.repeat(values, count) * their_values[at], minlength=found.size)
        return np.asarray(found + added.reshape(found.shape), np.float32)

    def _terms(self, rows: Rows) -> tuple[Rows, Rows, Floats]:
        """Every non-zero term of `rows`: place in `rows`, node, value."""
        content = self._content
        start, stop = content.edge_start[rows], content.edge_start[rows + 1]
        at = spans(start, stop)
        value = np.asarray(content.edge_value[at])
        kept = np.flatnonzero(value)
        owner = np.repeat(np.arange(len(rows)), stop - start)[kept]
        return owner, content.edge_node[at[kept]].astype(np.int64), value[kept]
