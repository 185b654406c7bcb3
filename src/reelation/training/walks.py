"""Positive pairs: two titles joined by a random walk title -> person, tag or viewer -> title.

A walk leaves a title through one of its relations, prefers rare things (idf), and comes back to any other title
of that thing, so that pairs that share a little-known writer are drawn more often than pairs that share a
country. Everything is drawn in arrays; no loop runs over edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import LINKS, ROLES
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


@dataclass(frozen=True)
class _Way:
    """One relation to walk: title -> thing with idf, thing -> title evenly."""

    share: float
    forth: sparse.csr_array
    climbing: NDArray[np.float64]
    """Running sum of idf weights along `forth`, to draw from by binary search."""
    back: sparse.csr_array


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
        self._ways = [
            way for name, matrix in matrices.items() if (way := _way(matrix, shares[name], idf_power)) is not None
        ]
        if not self._ways:
            raise DataError("No two titles share a person, tag or viewer, so there is nothing to train on.")
        has = np.stack([np.diff(way.forth.indptr) > 0 for way in self._ways], axis=1)
        self._climbing = np.cumsum(has * np.array([way.share for way in self._ways]), axis=1)
        self.starts: Rows = np.flatnonzero(self._climbing[:, -1] > 0)
        """Titles from which a walk can leave."""

    def ends(self, starts: Rows, rng: np.random.Generator) -> Rows:
        """Walk once from each title.

        Args:
            starts: [walks] rows out of `self.starts`.
            rng: the generator to draw from.

        Returns:
            [walks] the other title; now and then the same one, where the walk came straight back.
        """
        levels = self._climbing[starts]
        chosen = (levels <= (rng.random(len(starts)) * levels[:, -1])[:, None]).sum(axis=1)
        ends = starts.copy()
        for i, way in enumerate(self._ways):
            at = np.flatnonzero(chosen == i)
            if len(at):
                ends[at] = _walk(way, starts[at], rng)
        return ends

    def pairs(self, count: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Draw `count` pairs of different titles (a few fewer where walks came straight back)."""
        starts = rng.choice(self.starts, count)
        ends = self.ends(starts, rng)
        differ = starts != ends
        return starts[differ], ends[differ]


def _way(matrix: sparse.csr_array, share: float, idf_power: float) -> _Way | None:
    degree = np.bincount(matrix.indices, minlength=matrix.shape[1])
    shared = degree >= 2
    forth = matrix.copy()
    idf = (np.log((1 + matrix.shape[0]) / (1 + degree)) + 1) ** idf_power
    forth.data = np.where(shared[forth.indices], idf[forth.indices] * np.maximum(forth.data, 1e-3), 0)
    forth.eliminate_zeros()
    if forth.nnz == 0:
        return None
    back = matrix.T.tocsr()
    return _Way(share, forth, np.concatenate([[0.0], np.cumsum(forth.data)]), back)


def _walk(way: _Way, starts: Rows, rng: np.random.Generator) -> Rows:
    low, high = way.climbing[way.forth.indptr[starts]], way.climbing[way.forth.indptr[starts + 1]]
    edges = np.searchsorted(way.climbing, low + rng.random(len(starts)) * (high - low), side="right") - 1
    edges = np.clip(edges, way.forth.indptr[starts], way.forth.indptr[starts + 1] - 1)
    things = way.forth.indices[edges]
    first, last = way.back.indptr[things], way.back.indptr[things + 1]
    return np.asarray(way.back.indices[first + (rng.random(len(starts)) * (last - first)).astype(np.int64)], np.int64)
