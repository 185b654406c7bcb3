"""Which rows and nodes of an earlier atlas are which of the grown graph.

Atlas, Graph  ->  Maps
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS
from reelation.graph.build import Graph
from reelation.ids import Vocabulary
from reelation.search.naming import node_range

Rows = NDArray[np.int64]


def places_in(there: Vocabulary, wanted: Vocabulary, prefix: str = "") -> Rows:
    """[wanted] where each id of `wanted`, with `prefix` before it, stands in `there`; -1 where it does not."""
    row = {key: i for i, key in enumerate(there.ids)}
    return np.array([row.get(prefix + key, -1) for key in wanted.ids], np.int64)


@dataclass(frozen=True)
class Maps:
    """From the earlier atlas to the grown graph and back."""

    atlas: Atlas
    graph: Graph

    @cached_property
    def earlier(self) -> Rows:
        """[titles] the row that each title had; -1 for new ones."""
        return places_in(self.atlas.titles, self.graph.nodes["title"])

    @cached_property
    def later(self) -> Rows:
        """[titles of the atlas] the row that each has now; -1 for those that are gone."""
        found = np.full(len(self.atlas), -1, np.int64)
        known = np.flatnonzero(self.earlier >= 0)
        found[self.earlier[known]] = known
        return found

    @cached_property
    def fresh(self) -> Rows:
        """Rows of new titles, rising."""
        return np.flatnonzero(self.earlier < 0)

    @cached_property
    def changed(self) -> Rows:
        """Rows of titles that the atlas has with other people, tags, links, year or length, rising."""
        found = [np.zeros(0, np.int64)]
        atlas, names = self.atlas, self.atlas.manifest.relations
        owner = np.repeat(np.arange(len(atlas)), np.diff(atlas.edge_start))
        bits, node = np.asarray(atlas.edge_relations), np.asarray(atlas.edge_node)
        for name in {*self.graph.relations, *names} - {*EVENTS, "itself"}:
            relation = self.graph.relations.get(name)
            wide = relation.matrix.shape[1] if relation is not None else 1
            now = np.zeros(0, np.int64)
            if relation is not None:
                coo = relation.matrix.tocoo()
                now = coo.row.astype(np.int64) * wide + coo.col
            before = np.zeros(0, np.int64)
            if name in names:
                at = np.flatnonzero((bits >> np.uint32(names.index(name))) & np.uint32(1))
                kind = (
                    relation.target if relation is not None else atlas.manifest.node_types[atlas.node_type[node[at[0]]]]
                )
                first, _ = node_range(atlas, kind)
                row = self.later[owner[at]]
                column = (
                    self.node_later(kind)[node[at] - first] if relation is not None else np.zeros(len(at), np.int64)
                )
                found.append(row[(column < 0) & (row >= 0)])
                both = (row >= 0) & (column >= 0)
                before = row[both] * wide + column[both]
            found.append(np.setxor1d(now, before) // wide)
        known = np.flatnonzero(self.earlier >= 0)
        old = self.earlier[known]
        other = (self.graph.year[known] != atlas.year[old]) | ~np.isclose(
            self.graph.runtime[known], atlas.runtime[old], equal_nan=True
        )
        found.append(known[other])
        every = np.unique(np.concatenate(found))
        return every[self.earlier[every] >= 0]

    def node_later(self, kind: str) -> Rows:
        """[nodes of a type of the atlas] the number that each has in the graph; -1 for those that are gone."""
        first, last = node_range(self.atlas, kind)
        found = np.full(last - first, -1, np.int64)
        known = np.flatnonzero(self.node_earlier(kind) >= 0)
        found[self.node_earlier(kind)[known]] = known
        return found

    def node_earlier(self, kind: str) -> Rows:
        """[nodes of a type of the graph] the number that each had among its type in the atlas; -1 for new ones."""
        if kind == "title":
            return self.earlier
        if kind not in self._nodes:
            first, last = node_range(self.atlas, kind)
            there = Vocabulary(self.atlas.nodes.ids.take(np.arange(first, last)))
            wanted = self.graph.nodes.get(kind, Vocabulary.of_sorted([]))
            self._nodes[kind] = places_in(there, wanted, f"{kind}:")
        return self._nodes[kind]

    @cached_property
    def _nodes(self) -> dict[str, Rows]:
        return {}
