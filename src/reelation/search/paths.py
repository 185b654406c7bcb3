"""Walks from one title to another through what titles share: cheap where it is rare, dear where it is a hub.

    cheapest_walks(atlas, start, end)  ->  [Walk(titles, nodes, cost), ...]   no two share anything between the ends

A step goes from a title to a person, tag, linked title or viewer, and on to another title that has it too. It costs

    FACTOR of its kind * (1 + ln d),   d: titles that have it

which is what it takes to say which of the d titles comes next; and a title on the way costs

    OFF_THE_WAY * (1 - mean cosine to both ends),   between the atlas's vectors

so walks keep near both ends. Things with more than `HUB` titles are passed only where both ends have them, at a toll.
The search is bidirectional and best-first by levels: both ends are widened in turn, each level as a few array
operations over the atlas's edges, the `BEAM` cheapest titles of a level go on, and walks are put together where the
two sides meet.

Source: bidirectional search, Pohl 1971; 1 + ln d as the cost of a step is the description length of a random walk's
choice, as in SemRank-like path ranking (Anyanwu et al. 2005, doi:10.1145/1060745.1060766). Factors are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS

Rows = NDArray[np.int64]
Doubles = NDArray[np.float64]

FACTOR = {
    "title": 0.5,
    "person": 1.0,
    "viewer": 1.4,
    "certificate": 1.8,
    "language": 1.8,
    "country": 1.8,
    "word": np.inf,
}
"""By type of node; other tags 1.2. Words of titles are no reason."""
_TAG = 1.2
OFF_THE_WAY = 5.0
HUB = 500
"""Titles. Nothing that more have is passed on the way; where both ends have it, it costs `HUB_TOLL` more."""
HUB_TOLL = 5.0
BEAM = 300
"""Titles, and ten times as many nodes, that go on from a level."""
_LIKED = 3.5
"""Stars from which a viewer counts as having liked a title; likes count, watches without stars too."""


@dataclass(frozen=True)
class Walk:
    """One walk."""

    titles: tuple[int, ...]
    """Rows, the start first and the end last."""
    nodes: tuple[int, ...]
    """What each title shares with the next: a node of the atlas; beyond them, a viewer's number is added."""
    cost: float
    """The lower, the more it says."""


@dataclass(frozen=True)
class _Level:
    """Titles or nodes that a side has reached; where there are several ways to one, the cheapest comes first."""

    at: Rows
    """Rising."""
    cost: Doubles
    via: Rows
    """[reached] place in the level before."""

    @classmethod
    def sorted(cls, at: Rows, cost: Doubles, via: Rows) -> _Level:
        """All ways, by where they lead and then by cost."""
        order = np.lexsort((cost, at))
        return cls(at[order], cost[order], via[order])

    def of(self, chosen: Rows | NDArray[np.bool_]) -> _Level:
        return _Level(self.at[chosen], self.cost[chosen], self.via[chosen])

    def cheapest(self) -> _Level:
        """The cheapest way to each."""
        first = np.ones(len(self.at), bool)
        first[1:] = self.at[1:] != self.at[:-1]
        return self.of(first)

    def cut(self, most: int) -> _Level:
        """Only so many, the cheapest."""
        return self if len(self.at) <= most else self.of(np.sort(np.argpartition(self.cost, most)[:most]))


def cheapest_walks(atlas: Atlas, start: int, end: int, count: int = 3, steps: int = 2) -> list[Walk]:
    """Up to `count` walks, cheapest first, of which no two share a title or node between the ends.

    Each is the cheapest that avoids all that the ones before it went through.

    Args:
        atlas: where to walk; viewers take part where it has the part "viewers".
        start: a title.
        end: another.
        count: how many at the most, >= 1.
        steps: from title to title, at the most, 1 to 4.
    """
    search = _Search(atlas, start, end)
    found: list[Walk] = []
    while len(found) < count and (walk := search.cheapest(steps)) is not None:
        found.append(walk)
        search.avoid(walk)
    return sorted(found, key=lambda walk: walk.cost)


class _Search:
    """Both ends, and what may not be passed."""

    def __init__(self, atlas: Atlas, start: int, end: int) -> None:
        self._atlas, self._ends = atlas, (start, end)
        factors = [FACTOR.get(kind, _TAG) for kind in atlas.manifest.node_types]
        self._factor = np.array(factors or [1.0])
        self._closed_nodes: set[int] = set()
        self._closed_titles = {start, end}
        self._viewers = _Viewers.of(atlas)
        vectors = np.asarray(atlas.vectors[[start, end]], np.float32)
        self._towards = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        self._own = [self._first(end) for end in self._ends]
        self._around: list[_Level] | None = None

    def avoid(self, walk: Walk) -> None:
        """Close what the walk went through; a title and the node that stands for it are one."""
        self._closed_nodes.update(walk.nodes)
        self._closed_titles.update(walk.titles)
        for node in walk.nodes:
            if (row := linked_title(self._atlas, node)) is not None:
                self._closed_titles.add(row)
        for row in walk.titles[1:-1]:
            if (found := self._atlas.nodes.find(f"title:{self._atlas.titles[row]}")) is not None:
                self._closed_nodes.add(found)

    def cheapest(self, steps: int) -> Walk | None:
        """The cheapest open walk of so many steps at the most."""
        sides = [
            [_Level(np.array([end]), np.zeros(1), np.zeros(1, np.int64)), own]
            for end, own in zip(self._ends, self._own, strict=True)
        ]
        best = self._meeting_at_nodes(sides)
        for step in range(2, steps + 1):
            if step == 2:
                self._around = self._around or [self._to_titles(own) for own in self._own]
                for side, around in zip(sides, self._around, strict=True):
                    side.append(self._open(around, side[-1]))
            elif step % 2:
                for side in sides:
                    near = side[-1].cut(BEAM)
                    side[-1] = _Level(near.at, near.cost + self._off_the_way(near.at), near.via)
                    side.append(self._to_nodes(side[-1]).cut(10 * BEAM))
            else:
                for side in sides:
                    side.append(self._open(self._to_titles(side[-1]), side[-1]))
            walk = self._meeting_at_nodes(sides) if step % 2 else self._meeting_at_titles(sides)
            if walk is not None and (best is None or walk.cost < best.cost):
                best = walk
        return best

    def _first(self, row: int) -> _Level:
        """All nodes of an end, closed ones too, and the viewers who liked it."""
        nodes = np.asarray(self._atlas.edge_node[self._atlas.edges_of(row)], np.int64)
        cost = self._cost(nodes)
        if self._viewers is not None:
            viewers, liked = self._viewers.of_title(row)
            nodes = np.concatenate([nodes, viewers + len(self._atlas.nodes)])
            cost = np.concatenate([cost, np.where(liked > 1, FACTOR["viewer"] * (1 + np.log(liked)), np.inf)])
        return _Level(nodes, cost, np.zeros(len(nodes), np.int64)).of(np.isfinite(cost))

    def _cost(self, nodes: Rows) -> Doubles:
        """[nodes] of a step over each; infinite where only one title has it."""
        titles = self._titles(nodes)
        cost = self._factor[self._atlas.node_type[nodes]] * (1 + np.log(titles)) + np.where(titles > HUB, HUB_TOLL, 0)
        return np.where(titles > 1, cost, np.inf)

    def _titles(self, nodes: Rows) -> Rows:
        starts = self._atlas.posting_start
        return np.asarray(starts[nodes + 1] - starts[nodes], np.int64)

    def _to_nodes(self, level: _Level) -> _Level:
        flat, via = _ranges(self._atlas.edge_start, level.at)
        nodes = np.asarray(self._atlas.edge_node[flat], np.int64)
        cost = level.cost[via] + self._cost(nodes)
        open_ = np.isfinite(cost) & (self._titles(nodes) <= HUB) & ~np.isin(nodes, list(self._closed_nodes))
        return _Level.sorted(nodes[open_], cost[open_], via[open_]).cheapest()

    def _to_titles(self, level: _Level) -> _Level:
        """All ways to titles, by hubs not."""
        atlas = self._atlas
        known = np.flatnonzero(level.at < len(atlas.nodes))
        known = known[self._titles(level.at[known]) <= HUB]
        flat, via = _ranges(atlas.posting_start, level.at[known])
        titles, via = np.asarray(atlas.posting_title[flat], np.int64), known[via]
        if self._viewers is not None and len(viewers := np.flatnonzero(level.at >= len(atlas.nodes))):
            liked, which = self._viewers.titles_of(level.at[viewers] - len(atlas.nodes))
            titles, via = np.concatenate([titles, liked]), np.concatenate([via, viewers[which]])
        return _Level.sorted(titles, level.cost[via], via)

    def _open(self, titles: _Level, before: _Level) -> _Level:
        """The cheapest ways to titles through what is not closed."""
        open_ = ~np.isin(before.at, list(self._closed_nodes))[titles.via]
        open_ &= ~np.isin(titles.at, list(self._closed_titles))
        return titles.of(open_).cheapest()

    def _off_the_way(self, titles: Rows) -> Doubles:
        vectors = np.asarray(self._atlas.vectors[titles], np.float32)
        lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-12)
        cosines = (vectors @ self._towards.T).mean(axis=1) / lengths
        return OFF_THE_WAY * (1 - np.asarray(cosines, np.float64))

    def _meeting_at_nodes(self, sides: list[list[_Level]]) -> Walk | None:
        nodes, here, there = _common(sides)
        own = sides[0][-1].cost[here] if len(sides[0]) == 2 else self._cost(nodes)  # paid by both halves
        cost = sides[0][-1].cost[here] + sides[1][-1].cost[there] - own
        cost[np.isin(nodes, list(self._closed_nodes))] = np.inf
        return self._best(sides, here, there, cost)

    def _meeting_at_titles(self, sides: list[list[_Level]]) -> Walk | None:
        titles, here, there = _common(sides)
        cost = sides[0][-1].cost[here] + sides[1][-1].cost[there]
        near = np.argsort(cost, kind="stable")[: 2 * BEAM]
        return self._best(sides, here[near], there[near], cost[near] + self._off_the_way(titles[near]))

    def _best(self, sides: list[list[_Level]], here: Rows, there: Rows, cost: Doubles) -> Walk | None:
        """The cheapest walk that passes nothing twice, of those whose halves meet at these places."""
        for at in np.argsort(cost, kind="stable")[:20].tolist():
            way = [*_back(sides[0], int(here[at])), *_back(sides[1], int(there[at]))[-2::-1]]
            titles, nodes = tuple(way[::2]), tuple(way[1::2])
            if np.isfinite(cost[at]) and len(set(titles)) == len(titles) and len(set(nodes)) == len(nodes):
                return Walk(titles, nodes, float(cost[at]))
        return None


def _common(sides: list[list[_Level]]) -> tuple[Rows, Rows, Rows]:
    """What both sides have reached, and its places in their last levels."""
    return np.intersect1d(sides[0][-1].at, sides[1][-1].at, assume_unique=True, return_indices=True)


def _back(levels: list[_Level], at: int) -> list[int]:
    """From an end to the place `at` of its last level, both included."""
    way = []
    for level in reversed(levels):
        way.append(int(level.at[at]))
        at = int(level.via[at])
    return way[::-1]


def _ranges(starts: NDArray[np.int64], which: Rows) -> tuple[Rows, Rows]:
    """All entries of some rows of a CSR: their places, and for each the place in `which` of its row."""
    first = np.asarray(starts[which], np.int64)
    sizes = np.asarray(starts[which + 1], np.int64) - first
    via = np.repeat(np.arange(len(which)), sizes)
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(which) else np.zeros(0, np.int64)
    return np.arange(int(sizes.sum())) - np.repeat(before, sizes) + np.repeat(first, sizes), via


def linked_title(atlas: Atlas, node: int) -> int | None:
    """The row of the title that a node stands for; None for people, tags and viewers."""
    if node >= len(atlas.nodes) or atlas.manifest.node_types[atlas.node_type[node]] != "title":
        return None
    return atlas.titles.row(atlas.nodes[node].removeprefix("title:"))


class _Viewers:
    """Who liked what, by the part "viewers"."""

    def __init__(self, start: NDArray[np.int64], title: NDArray[np.int32], liked: NDArray[np.bool_]) -> None:
        self._start, self._title, self._liked = start, title, liked

    @classmethod
    def of(cls, atlas: Atlas) -> _Viewers | None:
        part = atlas.part("viewers")
        if part is None:
            return None
        kinds, value = part.array("kind"), part.array("value")
        liked = (kinds != EVENTS.index("rating")) | (value >= _LIKED)
        for hidden in ("dislike", "hide", "watchlist"):
            if hidden in EVENTS:
                liked &= kinds != EVENTS.index(hidden)
        return cls(part.array("start"), part.array("title"), liked)

    @cached_property
    def _counts(self) -> Rows:
        """[viewers] liked titles."""
        sums = np.concatenate([[0], np.cumsum(self._liked)])
        return np.asarray(sums[self._start[1:]] - sums[self._start[:-1]], np.int64)

    def of_title(self, row: int) -> tuple[Rows, Rows]:
        """Viewers who liked a title, and how many titles each of them liked."""
        at = np.flatnonzero((self._title == row) & self._liked)
        viewers = np.unique(np.searchsorted(self._start, at, side="right") - 1)
        return viewers, self._counts[viewers]

    def titles_of(self, viewers: Rows) -> tuple[Rows, Rows]:
        """Titles that these viewers liked, and for each the place of its viewer."""
        flat, via = _ranges(self._start, viewers)
        liked = self._liked[flat]
        return np.asarray(self._title[flat[liked]], np.int64), via[liked]
