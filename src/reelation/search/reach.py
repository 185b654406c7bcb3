"""How a history spreads over the graph, one relation at a time: from titles to what they share, and on to titles.

    rows, weights  ->  Reach.weighted  ->  [relations, kinds of weights, titles]

    R(i, c) = sum over shared nodes n of one type of share_i(n) * share_c(n),   share_c(n) = idf(n) / length(c)

R is the cosine of two titles' nodes of one type, rare nodes counting more. A history whose titles are weighed by how
lately they were liked spreads what it was about lately; several weightings go through the graph together.

Source: decayed events passed along relations before anything is learned; relation-wise propagation as in SIGN (Frasca
et al. 2020, arXiv:2004.11198), decay by age as in Ding & Li 2005, doi:10.1145/1099554.1099689.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import AtlasContent
from reelation.rows import rarity

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Reach:
    """R of one atlas, for some types of nodes."""

    def __init__(self, content: AtlasContent, kinds: NDArray[np.integer], length: Floats) -> None:
        """Compare the titles of `content`.

        Args:
            content: edges and postings.
            kinds: [relations] values of `content.node_type`.
            length: [titles, relations] see `lengths`.
        """
        self._content, self._kinds, self._length = content, kinds, length

    def weighted(self, rows: Rows, weights: Floats) -> Floats:
        """[relations, kinds, titles] the sums of R(i, .) over `rows` [n] times `weights` [kinds, n]."""
        content, titles = self._content, len(self._length)
        found = np.zeros((len(self._kinds), len(weights), titles), np.float32)
        for relation, (owner, node, share) in enumerate(self._shares(rows)):
            nodes, place = np.unique(node, return_inverse=True)
            if not len(nodes):
                continue
            first, last = content.posting_start[nodes], content.posting_start[nodes + 1]
            there, rare = content.posting_title[spans(first, last)], self._rarity(nodes)
            length = np.maximum(self._length[:, relation], 1e-9)
            for kind, weight in enumerate(weights):
                total = np.bincount(place, weight[owner] * share) * rare
                reached = np.bincount(there, np.repeat(total, last - first), minlength=titles)
                found[relation, kind] = reached / length
        return found

    def between(self, rows: Rows, others: Rows) -> Floats:
        """[relations, rows, others] R of each pair."""
        shape = (len(rows), len(others))
        found = np.zeros((len(self._kinds), *shape), np.float32)
        for relation, (here, there) in enumerate(zip(self._shares(rows), self._shares(others), strict=True)):
            order = np.argsort(there[1], kind="stable")
            first = np.searchsorted(there[1], here[1], sorter=order)
            last = np.searchsorted(there[1], here[1], side="right", sorter=order)
            at, count = order[spans(first, last)], last - first
            cell = np.repeat(here[0], count) * shape[1] + there[0][at]
            added = np.repeat(here[2], count) * there[2][at]
            found[relation] = np.bincount(cell, added, minlength=shape[0] * shape[1]).reshape(shape)
        return found

    def _shares(self, rows: Rows) -> list[tuple[Rows, Rows, Floats]]:
        """For each relation: place in `rows`, node, share."""
        content = self._content
        start, stop = content.edge_start[rows], content.edge_start[rows + 1]
        node = np.asarray(content.edge_node[spans(start, stop)], np.int64)
        owner = np.repeat(np.arange(len(rows)), stop - start)
        kind = content.node_type[node]
        found = []
        for relation, wanted in enumerate(self._kinds.tolist()):
            kept = np.flatnonzero(kind == wanted)
            length = np.maximum(self._length[rows[owner[kept]], relation], 1e-9)
            found.append((owner[kept], node[kept], (self._rarity(node[kept]) / length).astype(np.float32)))
        return found

    def _rarity(self, nodes: Rows) -> Floats:
        start = self._content.posting_start
        return rarity(len(self._length), np.asarray(start[nodes + 1] - start[nodes]))


def lengths(content: AtlasContent, kinds: NDArray[np.integer]) -> Floats:
    """[titles, relations] the length of each title's rarities of the nodes of one type; 0 where it has none."""
    titles = len(content.edge_start) - 1
    rare = rarity(titles, np.diff(content.posting_start)).astype(np.float64) ** 2
    owner = np.repeat(np.arange(titles), np.diff(content.edge_start))
    kind = content.node_type[content.edge_node]
    found = np.zeros((titles, len(kinds)), np.float32)
    for relation, wanted in enumerate(kinds.tolist()):
        some = kind == wanted
        found[:, relation] = np.sqrt(np.bincount(owner[some], rare[content.edge_node[some]], minlength=titles))
    return found
