"""How a history spreads over the graph, one relation at a time: from titles to what they share, and on to titles.

    titles seen, weights  ->  Reach.weighted  ->  [titles] sum over titles seen i of weight_i R(i, .)

    R(i, c) = sum over shared nodes n of one type of share_i(n) * share_c(n),   share_c(n) = idf(n) / length(c)

R is the cosine of two titles' nodes of one type, rare nodes counting more. A history whose titles are weighed by how
lately they were liked spreads what it was about lately. Divided by `Reach.size`, the sum is the cosine of a title and
the history as one bundle of nodes, however long the history is. That size costs no pass over the titles, so several
weightings of one history go through the graph as their sum.

Source: decayed events passed along relations before anything is learned; relation-wise propagation as in SIGN (Frasca
et al. 2020, arXiv:2004.11198), decay by age as in Ding & Li 2005, doi:10.1145/1099554.1099689.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import AtlasContent
from reelation.rows import rarity
from reelation.search.shared import Shared

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Kinds = NDArray[np.integer[Any]]


class Reach:
    """R between the titles seen and all others, for some types of nodes."""

    def __init__(self, content: AtlasContent, kinds: Kinds, length: Floats, shared: Shared) -> None:
        """Compare titles.

        Args:
            content: edges.
            kinds: [relations] values of `content.node_type`.
            length: [titles, relations] see `lengths`.
            shared: of the titles seen, with all their nodes of these types.
        """
        self._content, self._length, self._shared = content, np.maximum(length, 1e-9), shared
        rare = rarity(len(length), shared.degree)
        self._nodes = [shared.of_kind(kind) for kind in kinds.tolist()]
        self._rare = [rare[nodes].astype(np.float64) for nodes in self._nodes]
        self._edges = [np.flatnonzero((shared.place >= n.start) & (shared.place < n.stop)) for n in self._nodes]
        self._shares = [
            rare[shared.place[edges]] / self._length[shared.rows[shared.owner[edges]], relation]
            for relation, edges in enumerate(self._edges)
        ]

    def weighted(self, relation: int, weights: NDArray[np.floating[Any]]) -> Floats:
        """[titles] the sum of R(i, .) over the titles seen times `weights` [seen]."""
        passed = self._shared.passed(self._bundle(relation, weights) * self._rare[relation], self._nodes[relation])
        return np.asarray(passed / self._length[:, relation])

    def size(self, relation: int, weights: NDArray[np.floating[Any]]) -> float:
        """The length of the titles seen as one bundle of nodes, each title times its weight; 0 where there are none."""
        return float(np.linalg.norm(self._bundle(relation, weights)))

    def between(self, others: Rows) -> Floats:
        """[relations, seen, others] R of each pair."""
        content, shared = self._content, self._shared
        start, stop = content.edge_start[others], content.edge_start[others + 1]
        node, owner = content.edge_node[spans(start, stop)], np.repeat(np.arange(len(others)), stop - start)
        order = np.argsort(node, kind="stable")
        found = np.zeros((len(self._nodes), len(shared.rows), len(others)), np.float32)
        for relation, (edges, nodes) in enumerate(zip(self._edges, self._nodes, strict=True)):
            here = shared.place[edges]
            first, last = (np.searchsorted(node, shared.node[here], side, sorter=order) for side in ("left", "right"))
            there = owner[order[spans(first, last)]]
            share = np.repeat(self._shares[relation] * self._rare[relation][here - nodes.start], last - first)
            cell = np.repeat(shared.owner[edges], last - first) * len(others) + there
            added = np.bincount(cell, share / self._length[others[there], relation], minlength=found[0].size)
            found[relation] = added.reshape(found.shape[1:])
        return found

    def _bundle(self, relation: int, weights: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """[nodes of the relation] what the titles seen have of each, weighed."""
        edges, nodes = self._edges[relation], self._nodes[relation]
        amount = weights[self._shared.owner[edges]] * self._shares[relation]
        found = np.bincount(self._shared.place[edges] - nodes.start, amount, minlength=nodes.stop - nodes.start)
        return np.asarray(found, np.float64)


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
