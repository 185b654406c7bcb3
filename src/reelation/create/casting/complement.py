"""What somebody brings that the people attached lack: genres, countries, languages, companies, and people they know.

attached  ->  their tags and whom they worked with;  candidate  ->  the tags of two titles or more that are not there
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.create.casting.people import titles_of
from reelation.insights.topics import Topic

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

KINDS = ("genre", "country", "language", "company")
_LEAST = 2
"""Titles with a tag from which on somebody brings it."""
_SHOWN = 4


class Complement:
    """Against one group of people."""

    def __init__(self, atlas: Atlas, attached: tuple[int, ...]) -> None:
        self._atlas = atlas
        types = atlas.manifest.node_types
        self._kinds = [types.index(kind) for kind in KINDS if kind in types]
        self._person = types.index("person")
        self._attached = np.array(attached, np.int64)
        rows = [titles_of(atlas, node) for node in attached]
        nodes = self._nodes(np.unique(np.concatenate(rows)) if rows else np.zeros(0, np.int64))[1]
        self._had = np.unique(nodes)

    def _nodes(self, rows: Rows) -> tuple[Rows, Rows]:
        first, last = np.asarray(self._atlas.edge_start)[rows], np.asarray(self._atlas.edge_start)[rows + 1]
        node = np.asarray(self._atlas.edge_node)[spans(first, last)].astype(np.int64)
        return np.repeat(np.arange(len(rows)), last - first), node

    def _tags(self, people: Rows) -> tuple[Rows, Rows, Rows]:
        """Person's place, tag and how many of their titles have it, of those with `_LEAST` titles or more."""
        atlas = self._atlas
        first, last = np.asarray(atlas.posting_start)[people], np.asarray(atlas.posting_start)[people + 1]
        owner = np.repeat(np.arange(len(people)), last - first)
        place, node = self._nodes(np.asarray(atlas.posting_title)[spans(first, last)].astype(np.int64))
        kept = np.isin(np.asarray(atlas.node_type)[node], self._kinds)
        count = len(atlas.node_type)
        keys, times = np.unique(owner[place[kept]] * count + node[kept], return_counts=True)
        often = times >= _LEAST
        return keys[often] // count, keys[often] % count, times[often]

    def shares(self, people: Rows) -> Floats:
        """[people] 0 to 1: the share of each one's tags, by titles, that nobody attached has; 0 with nobody attached.

        Args:
            people: nodes.
        """
        if not len(self._attached) or not len(people):
            return np.zeros(len(people), np.float32)
        owner, node, times = self._tags(people)
        every = np.bincount(owner, times, minlength=len(people))
        fresh = ~np.isin(node, self._had)
        return np.asarray(
            np.bincount(owner[fresh], times[fresh], minlength=len(people)) / np.maximum(every, 1), np.float32
        )

    def brings(self, person: int) -> tuple[Topic, ...]:
        """Tags that nobody attached has, with how many titles of the person have them, most first; up to four."""
        if not len(self._attached):
            return ()
        atlas = self._atlas
        _, nodes, times = self._tags(np.array([person], np.int64))
        fresh = np.flatnonzero(~np.isin(nodes, self._had))
        order = fresh[np.lexsort((nodes[fresh], -times[fresh]))][:_SHOWN]
        types = atlas.manifest.node_types
        return tuple(
            Topic(atlas.nodes[node], atlas.node_names[node], types[atlas.node_type[node]], count)
            for node, count in zip(nodes[order].tolist(), times[order].tolist(), strict=True)
        )

    def circle(self, person: int) -> int:
        """How many people somebody worked with."""
        return len(self._beside(person))

    def fresh(self, person: int) -> int:
        """How many of them worked with nobody attached."""
        known = [self._beside(int(node)) for node in self._attached]
        own = np.setdiff1d(self._beside(person), self._attached)
        return len(np.setdiff1d(own, np.concatenate(known))) if known else len(own)

    def _beside(self, person: int) -> Rows:
        nodes = np.unique(self._nodes(titles_of(self._atlas, person))[1])
        nodes = nodes[np.asarray(self._atlas.node_type)[nodes] == self._person]
        return np.asarray(nodes[nodes != person].astype(np.int64))
