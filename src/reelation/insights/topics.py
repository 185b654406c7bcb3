"""What titles are about and who made them, counted: the nodes of an atlas by aspect, and decades beside them.

rows of titles (and their weights)  ->  Counts: topic -> how many of them have it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.messages import Messages

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

ASPECTS: dict[str, tuple[str, ...]] = {
    "people": ("person",),
    "genres": ("genre",),
    "themes": ("keyword", "subject", "trope"),
    "eras": ("decade",),
    "countries": ("country",),
    "languages": ("language",),
    "companies": ("company", "network"),
    "places": ("place",),
    "franchises": ("franchise",),
}
"""Aspect -> the types of nodes that it holds; "decade" is made here, from years."""


@dataclass(frozen=True)
class Topic:
    """One person, tag or decade."""

    node_id: str
    """With its type in front: "person:imdb:nm0000631", "genre:Horror", "decade:1970"."""
    name: str
    type: str
    titles: int
    """How many titles of the atlas have it."""


def topic_name(topic: Topic, say: Messages) -> str:
    """What a topic is called in the language of `say`, as far as it has a word for it."""
    kind, _, value = topic.node_id.partition(":")
    return say.say("words.decade", decade=value) if kind == "decade" else say.tag(kind, topic.name)


class Topics:
    """The topics of one aspect, numbered, and which titles have which."""

    def __init__(self, atlas: Atlas, aspect: str) -> None:
        """Number them: nodes of the aspect's types in their order, or decades from the earliest on."""
        self._atlas = atlas
        self.aspect = aspect
        known = atlas.manifest.node_types
        wanted = [known.index(name) for name in ASPECTS[aspect] if name in known]
        self._ranges = [_range(atlas.node_type, kind) for kind in wanted]
        self._eras = aspect == "eras"
        if self._eras:
            years = np.asarray(atlas.year)
            self._first = int(years[years > 0].min(initial=9999)) // 10 * 10
            self._nodes = np.zeros(0, np.int64)
            last = int(years.max(initial=0)) // 10 * 10
            per = np.bincount(np.maximum(years[years > 0] - self._first, 0) // 10)
            self.titles = per.astype(np.int64) if last >= self._first else np.zeros(0, np.int64)
        else:
            spans = [np.arange(first, last) for first, last in self._ranges]
            self._nodes = np.concatenate(spans) if spans else np.zeros(0, np.int64)
            self.titles = np.asarray(atlas.posting_start[self._nodes + 1] - atlas.posting_start[self._nodes])

    def __len__(self) -> int:
        return len(self.titles)

    @cached_property
    def covered(self) -> NDArray[np.bool_]:
        """[titles of the atlas] True where a title has any topic of the aspect."""
        if self._eras:
            return np.asarray(self._atlas.year > 0)
        found = np.zeros(len(self._atlas), bool)
        for first, last in self._ranges:
            start = self._atlas.posting_start
            found[self._atlas.posting_title[int(start[first]) : int(start[last])]] = True
        return found

    def of(self, rows: Rows, edges: tuple[Rows, Rows] | None = None) -> tuple[Rows, Rows]:
        """Which of `rows` have which topics.

        Args:
            rows: [titles] rows of the atlas.
            edges: `edges_of` them, where they are known already.

        Returns:
            place in `rows` [pairs], topic [pairs].
        """
        if self._eras:
            years = self._atlas.year[rows].astype(np.int64)
            known = np.flatnonzero(years > 0)
            return known, (years[known] - self._first) // 10
        places, nodes = edges if edges is not None else edges_of(self._atlas, rows)
        owners, topics, shift = [], [], 0
        for first, last in self._ranges:
            inside = (nodes >= first) & (nodes < last)
            owners.append(places[inside])
            topics.append(nodes[inside] - first + shift)
            shift += last - first
        empty = np.zeros(0, np.int64)
        return np.concatenate([empty, *owners]), np.concatenate([empty, *topics])

    def rows(self, topic: int) -> Rows:
        """The titles that have `topic`, rising."""
        if self._eras:
            decade = self._first + 10 * topic
            return np.flatnonzero((self._atlas.year >= decade) & (self._atlas.year < decade + 10))
        return self._atlas.posting_title[self._atlas.titles_of(int(self._nodes[topic]))].astype(np.int64)

    def weigh(self, topics: Rows, weights: Floats) -> Floats:
        """The sum of `weights` [titles of the atlas] over the titles of each of `topics`."""
        if self._eras:
            years = np.asarray(self._atlas.year).astype(np.int64)
            known = years > 0
            sums = np.bincount((years[known] - self._first) // 10, weights=weights[known], minlength=len(self))
            return np.asarray(sums[topics])
        nodes = self._nodes[topics]
        places, at = ragged(self._atlas.posting_start, nodes)
        sums = np.bincount(places, weights=weights[self._atlas.posting_title[at]], minlength=len(topics))
        return sums.astype(np.float64)

    def names(self) -> list[str]:
        """Names of all topics, in the order of their numbers."""
        if self._eras:
            return [self.topic(number).name for number in range(len(self))]
        names = self._atlas.node_names
        return [name for first, last in self._ranges for name in names.between(first, last)]

    def find(self, node_id: str) -> int | None:
        """The number of a topic by its node's id; None where this aspect has no such node."""
        node = self._atlas.nodes.find(node_id)
        at = int(np.searchsorted(self._nodes, node)) if node is not None else len(self._nodes)
        return at if at < len(self._nodes) and self._nodes[at] == node else None

    def topic(self, number: int) -> Topic:
        """What stands behind a number."""
        if self._eras:
            decade = self._first + 10 * number
            return Topic(f"decade:{decade}", f"{decade}s", "decade", int(self.titles[number]))
        node = int(self._nodes[number])
        kind = self._atlas.manifest.node_types[self._atlas.node_type[node]]
        return Topic(self._atlas.nodes[node], self._atlas.node_names[node], kind, int(self.titles[number]))

    def roles(self, number: int, rows: Rows) -> tuple[str, ...]:
        """By which relations the titles in `rows` have the topic, most frequent first; () for decades."""
        if self._eras:
            return ()
        _, nodes = edges_of(self._atlas, rows)
        bits = relations_of(self._atlas, rows)[nodes == self._nodes[number]]
        names = self._atlas.manifest.relations
        counts = [(int((bits >> i & 1).sum()), name) for i, name in enumerate(names)]
        return tuple(name for count, name in sorted(counts, key=lambda pair: -pair[0]) if count)


def topics_of(atlas: Atlas, aspect: str) -> Topics:
    """The topics of `aspect`, made once an atlas."""
    name = f"topics {aspect}"
    if name not in atlas.kept:
        atlas.kept[name] = Topics(atlas, aspect)
    found: Topics = atlas.kept[name]
    return found


def _range(types: NDArray[np.uint8], kind: int) -> tuple[int, int]:
    """Where the nodes of a type stand: they are sorted by type."""
    first, last = (int(np.searchsorted(types, np.uint8(kind), side=side)) for side in ("left", "right"))
    return first, last


def edges_of(atlas: Atlas, rows: Rows) -> tuple[Rows, Rows]:
    """All edges of the titles in `rows`: place in `rows` [edges], node [edges]."""
    places, at = ragged(atlas.edge_start, rows)
    return places, atlas.edge_node[at].astype(np.int64)


def relations_of(atlas: Atlas, rows: Rows) -> NDArray[np.uint32]:
    """Relation bits in the order of `edges_of`."""
    return np.asarray(atlas.edge_relations[ragged(atlas.edge_start, rows)[1]])


def ragged(start: NDArray[np.int64], rows: Rows | Sequence[int]) -> tuple[Rows, Rows]:
    """Where the entries of `rows` stand in arrays that `start` divides: place in `rows` [entries], index [entries]."""
    rows = np.asarray(rows, np.int64)
    first, length = start[rows], start[rows + 1] - start[rows]
    ends = np.cumsum(length)
    places = np.repeat(np.arange(len(rows)), length)
    return places, np.repeat(first - ends + length, length) + np.arange(int(ends[-1]) if len(rows) else 0)
