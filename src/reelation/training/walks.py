"""Positive pairs: two titles joined by a random walk title -> person, tag or viewer -> title.

A walk leaves a title through one of its relations, prefers rare things (idf), and comes back to any other title
of that thing, so that pairs that share a little-known writer are drawn more often than pairs that share a
country. Everything is drawn in arrays; no loop runs over edges. A title's walk is drawn by its id, so that a catalogue
that has grown by a little gives nearly the same walks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import LINKS, ROLES
from reelation.draws import apart, mixed, uniform
from reelation.errors import DataError
from reelation.features.propagate import liking
from reelation.graph.build import Graph

Rows = NDArray[np.int64]

RELATION_SHARES: dict[str, float] = {
    **dict.fromkeys(ROLES, 0.3),
    "actor": 1.0,
    "director": 1.0,
    "writer": 1.0,
    "creator": 1.0,
    "self": 0.1,
    "genre": 0.6,
    "keyword": 0.8,
    "subject": 0.8,
    "trope": 0.8,
    "based_on": 0.8,
    "franchise": 1.0,
    "company": 0.4,
    "place": 0.3,
    "liked": 2.0,
    **dict.fromkeys(LINKS, 2.0),
}
"""How often walks leave through each relation, relative to each other, per title that has it. A choice of ours."""


_AMONG = 32
"""A walk's end is drawn among so many titles of a thing, from a point on the circle of all titles on."""


@dataclass(frozen=True)
class _Way:
    """One relation to walk: title -> thing with idf, thing -> title evenly."""

    share: float
    forth: sparse.csr_array
    climbing: NDArray[np.float64]
    """Running sum of idf weights along `forth`, to draw from by binary search."""
    back: sparse.csr_array
    """[things, places on the circle]."""


class Walks:
    """Draws pairs of titles that share something."""

    def __init__(self, graph: Graph, shares: Mapping[str, float] = RELATION_SHARES, idf_power: float = 1.0) -> None:
        """Prepare every relation that has things with at least two titles.

        Raises:
            DataError: no two titles share anything, so there is nothing to learn from.
        """
        matrices = {name: relation.matrix for name, relation in graph.relations.items() if shares.get(name, 0) > 0}
        if (liked := liking(graph)) is not None:
            matrices["liked"] = liked
        self.keys = graph.nodes["title"].keys
        """[titles] what to draw by."""
        at = uniform(self.keys, 0, 1)[:, 0]
        self._circle: Rows = np.argsort(at, kind="stable")
        """[places] titles by lot: a new one comes between two, so nearly all draws on the circle stay as they were."""
        self._at = at[self._circle]
        """[places] where on the circle each stands, 0 to 1."""
        self._ways = [
            way
            for name, matrix in matrices.items()
            if (way := _way(matrix, shares[name], idf_power, self._circle)) is not None
        ]
        if not self._ways:
            raise DataError("No two titles share a person, tag or viewer, so there is nothing to train on.")
        has = np.stack([np.diff(way.forth.indptr) > 0 for way in self._ways], axis=1)
        self._climbing = np.cumsum(has * np.array([way.share for way in self._ways]), axis=1)
        self.starts: Rows = np.flatnonzero(self._climbing[:, -1] > 0)
        """Titles from which a walk can leave; one that is there several times starts as many walks."""

    def ends(self, starts: Rows, rng: np.random.Generator) -> Rows:
        """Walk once from each title.

        Args:
            starts: [walks] rows out of `self.starts`.
            rng: the generator to draw from.

        Returns:
            [walks] the other title; now and then the same one, where the walk came straight back.
        """
        levels, number = self._climbing[starts], uniform(apart(self.keys[starts]), int(rng.integers(2**63)), 4)
        chosen = (levels <= (number[:, 0] * levels[:, -1])[:, None]).sum(axis=1)
        ends = starts.copy()
        for i, way in enumerate(self._ways):
            at = np.flatnonzero(chosen == i)
            if len(at):
                ends[at] = self._circle[_walk(way, starts[at], number[at, 1:], self._at)]
        return ends

    def pairs(self, count: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Draw `count` pairs of different titles (a few fewer where walks came straight back)."""
        starts = rng.choice(self.starts, count)
        ends = self.ends(starts, rng)
        differ = starts != ends
        return starts[differ], ends[differ]


def _way(matrix: sparse.csr_array, share: float, idf_power: float, circle: Rows) -> _Way | None:
    degree = np.bincount(matrix.indices, minlength=matrix.shape[1])
    shared = degree >= 2
    forth = matrix.copy()
    idf = (np.log((1 + matrix.shape[0]) / (1 + degree)) + 1) ** idf_power
    forth.data = np.where(shared[forth.indices], idf[forth.indices] * np.maximum(forth.data, 1e-3), 0)
    forth.eliminate_zeros()
    if forth.nnz == 0:
        return None
    back = matrix[circle].T.tocsr()
    back.sort_indices()
    return _Way(share, forth, np.concatenate([[0.0], np.cumsum(forth.data)]), back)


def _walk(way: _Way, starts: Rows, number: NDArray[np.float64], circle: NDArray[np.float64]) -> Rows:
    """The places on the circle where walks end; `number` [walks, 3] decides."""
    low, high = way.climbing[way.forth.indptr[starts]], way.climbing[way.forth.indptr[starts + 1]]
    edges = np.searchsorted(way.climbing, low + number[:, 0] * (high - low), side="right") - 1
    edges = np.clip(edges, way.forth.indptr[starts], way.forth.indptr[starts + 1] - 1)
    things = way.forth.indices[edges]
    first, last = way.back.indptr[things].astype(np.int64), way.back.indptr[things + 1].astype(np.int64)
    after = _after(circle, way.back.indices, first, last, number[:, 1])
    place = np.arange(min(_AMONG, int((last - first).max())))
    among = way.back.indices[first[:, None] + ((after - first)[:, None] + place) % (last - first)[:, None]]
    lots = mixed(np.ascontiguousarray(circle[among] + number[:, 2:]).view(np.uint64))  # each title draws one
    best = np.where(place < (last - first)[:, None], lots >> np.uint64(1), np.uint64(2**63)).argmin(axis=1)
    return np.asarray(among[np.arange(len(starts)), best], np.int64)


def _after(
    circle: NDArray[np.float64], places: NDArray[np.integer], first: Rows, last: Rows, wanted: NDArray[np.float64]
) -> Rows:
    """Where the first that is no less than `wanted` stands in each rising piece of `places`, `first` to `last`."""
    low, high = first.copy(), last.copy()
    while (low < high).any():
        middle = (low + high) // 2
        less = (low < high) & (circle[places[np.minimum(middle, len(places) - 1)]] < wanted)
        low, high = np.where(less, middle + 1, low), np.where(less, high, np.minimum(high, middle))
    return low
