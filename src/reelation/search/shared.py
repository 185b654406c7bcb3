"""What some titles share with others: their nodes, and at each node all its titles; gathered once, read many times.

    rows  ->  Shared.passed(amount of each node)  ->  [titles]

`Kernel` and `Reach` both send a history through the graph; most of the time goes into finding what is where.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import AtlasContent

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

NO_KINDS = np.zeros(0, np.int16)


class Shared:
    """Edges of some titles, and the postings of the nodes at their ends."""

    def __init__(self, content: AtlasContent, rows: Rows, kinds: NDArray[np.integer[Any]] = NO_KINDS) -> None:
        """Gather.

        Args:
            content: edges and postings; nodes of one type lie side by side.
            rows: [seen] of titles.
            kinds: values of `content.node_type` whose nodes count in any case; of others those with a value.
        """
        start, stop = content.edge_start[rows], content.edge_start[rows + 1]
        edge = spans(start, stop)
        value, node = np.asarray(content.edge_value[edge]), np.asarray(content.edge_node[edge])
        kept = np.flatnonzero((value != 0) | np.isin(content.node_type[node], kinds))
        self.rows = rows
        self.owner: Rows = np.repeat(np.arange(len(rows)), stop - start)[kept]
        """[edges] place in `rows`."""
        self.value: Floats = value[kept]
        """[edges] see `AtlasContent.edge_value`."""
        self.node: Rows
        """[nodes] distinct, rising."""
        self.place: Rows
        """[edges] place in `node`."""
        self.node, self.place = np.unique(node[kept].astype(np.int64), return_inverse=True)
        self.kind: NDArray[np.integer[Any]] = content.node_type[self.node]
        """[nodes]."""
        first, last = content.posting_start[self.node], content.posting_start[self.node + 1]
        self.degree: Rows = np.asarray(last - first, np.int64)
        """[nodes] how many titles have each."""
        self.posting = spans(first, last)
        """[postings] places among the postings of `content`."""
        self._title = content.posting_title[self.posting].astype(np.int64)
        self._end = np.cumsum(self.degree)
        self._titles = len(content.vectors)

    def of_kind(self, kind: int) -> slice:
        """The nodes of one type."""
        return slice(*np.searchsorted(self.kind, [kind, kind + 1]).tolist())

    def passed(self, amount: NDArray[np.number[Any]], nodes: slice = slice(None), by: Floats | None = None) -> Floats:
        """[titles] the sum of the amounts of each title's nodes.

        Args:
            amount: [those nodes].
            nodes: which nodes have one; without, all.
            by: [postings] what each posting's amount is multiplied by; only with all nodes.
        """
        degree, found = self.degree[nodes], np.zeros(self._titles, np.float32)
        first = int(self._end[nodes.start - 1]) if nodes.start else 0
        given = np.repeat(amount.astype(np.float32), degree)
        if by is not None:
            given *= by
        np.add.at(found, self._title[first : first + len(given)], given)
        return found
