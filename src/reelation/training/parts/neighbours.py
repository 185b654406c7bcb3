"""The nearest neighbours of every title by the whole score: vectors and sparse terms together.

    AtlasContent  ->  find_neighbours  ->  rows [titles, k] by cosine, and the closest by the plain score

Groups and the layout work on the cosine graph: under the plain score, titles with many well-known people are near to
everything, and groups come out less stable (measured: docs/decisions/0013-neighbours-by-blocks.md). The map links a
title to its closest by the plain score, so that it agrees with `reelation related`; those are kept as a part.

Up to `EXACT` titles every pair is scored, in blocks. Beyond that, titles are sorted into cells by k-means on a
sketch of the whole score, and every title is scored against the titles of the cells nearest to its own: the work grows
with titles x candidates, and the scores that are kept are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.seeds import generator
from reelation.training.parts import PartContext

Floats = NDArray[np.float32]

EXACT = 120_000
"""Up to so many titles every pair is scored."""
NEAREST, CLOSEST = 15, 100
"""Neighbours kept of each title (fewer where there are few titles), and closest ones for lists and the map."""
_CELL, _CELLS = 512, 32
"""Titles in a cell, and cells searched for each."""
_BLOCK = 256
_SKETCH, _HASHED, _SAMPLE = 128, 256, 50_000
"""Columns of a sketch, columns that the terms are hashed to, and titles that its axes are taken from at the most."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest titles of each title; -1 where there are fewer that share anything."""

    rows: NDArray[np.int32]
    """[titles, k] by cosine, nearest first."""
    cosines: Floats
    """[titles, k] above 0, at most 1; 0 where `rows` is -1."""
    closest: NDArray[np.int32]
    """[titles, k'] by the plain score, closest first, as `reelation.insights.related` has them."""


class Wholes:
    """Every title as one row of the whole score: a dense vector and a sparse row of terms."""

    def __init__(self, content: AtlasContent) -> None:
        titles = len(content.titles)
        terms = sparse.csr_array(
            (np.array(content.edge_value), np.array(content.edge_node), np.array(content.edge_start)),
            shape=(titles, len(content.nodes)),
        )
        terms.eliminate_zeros()
        self.lengths = np.sqrt(np.asarray(content.norms).sum(axis=1, dtype=np.float64)).astype(np.float32)
        """[titles] the square root of each title's score with itself."""
        inverse = np.divide(1, self.lengths, out=np.zeros_like(self.lengths), where=self.lengths > 0)
        self.dense = np.asarray(content.vectors) * inverse[:, None]
        """[titles, width] of unit length together with `terms`; zero for a title of which nothing is known."""
        self.terms = sparse.csr_array(sparse.diags_array(inverse) @ terms)
        """[titles, nodes]."""

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def by_node(self) -> sparse.csr_array:
        """[nodes, titles] `terms` the other way round."""
        return self.terms.T.tocsr()

    def cosines(self, rows: NDArray[np.integer], others: NDArray[np.integer] | None = None) -> Floats:
        """[rows, others] exact cosines of the whole score; against all titles where `others` is None."""
        if others is None:
            found = self.dense[rows] @ self.dense.T
            shared = sparse.csr_array(self.terms[rows] @ self.by_node)
        else:
            found = self.dense[rows] @ self.dense[others].T
            shared = sparse.csr_array(self.terms[rows] @ self.terms[others].T)
        found[np.repeat(np.arange(len(rows)), np.diff(shared.indptr)), shared.indices] += shared.data
        return np.asarray(found, np.float32)

    def sketch(self, seed: int, width: int = _SKETCH) -> Floats:
        """[titles, width] fewer columns whose inner products are near the cosines.

        Each node of the terms gets one of `_HASHED` columns and a sign, beside the vectors; of all these columns the
        main axes are kept, those in which the titles are longest.

        Args:
            seed: of columns and signs.
            width: columns at the most.

        Source: Charikar, Chen, Farach-Colton 2004, doi:10.1016/S0304-3975(03)00400-6, for columns and signs.
        """
        rng = generator(seed, "sketch")
        nodes, titles = self.terms.shape[1], len(self)
        signs = rng.choice(np.array([-1, 1], np.float32), nodes)
        hashed = sparse.csr_array((signs, (np.arange(nodes), rng.integers(0, _HASHED, nodes))), shape=(nodes, _HASHED))
        wide = np.hstack([self.dense, (self.terms @ hashed).toarray()]).astype(np.float32)
        some = wide if titles <= _SAMPLE else wide[np.sort(rng.choice(titles, _SAMPLE, replace=False))]
        _, axes = np.linalg.eigh((some.T @ some).astype(np.float64))
        return np.asarray(wide @ axes[:, : -width - 1 : -1].astype(np.float32), np.float32)


def build(context: PartContext) -> Part | None:
    """The titles closest to each, for the map; None where there is one title only."""
    if len(context.graph) < 2:
        return None
    found = context.neighbours
    how = "all pairs" if len(context.graph) <= EXACT else "cells"
    return Part({"closest": found.closest}, {"k": found.closest.shape[1], "search": how})


def find_neighbours(content: AtlasContent, seed: int, *, exact: int = EXACT) -> Neighbours:
    """Nearest neighbours of all titles.

    Args:
        content: of the atlas.
        seed: of the cells, where there are more than `exact` titles.
        exact: up to how many titles every pair is scored.
    """
    wholes = Wholes(content)
    titles = len(wholes)
    k, closest = min(NEAREST, max(3, titles // 8), titles - 1), min(CLOSEST, titles - 1)
    found = Neighbours(
        np.full((titles, k), -1, np.int32), np.zeros((titles, k), np.float32), np.full((titles, closest), -1, np.int32)
    )
    everything = np.arange(titles)
    if titles <= exact:
        for start in range(0, titles, _BLOCK):
            _keep(found, wholes, everything[start : start + _BLOCK], None)
        return found
    cells, near = _cells(wholes.sketch(seed), seed)
    for own, others in zip(cells, near, strict=True):
        candidates = np.sort(np.concatenate([cells[other] for other in others]))
        for start in range(0, len(own), _BLOCK):
            _keep(found, wholes, own[start : start + _BLOCK], candidates)
    return found


def _keep(found: Neighbours, wholes: Wholes, rows: NDArray[np.int64], others: NDArray[np.int64] | None) -> None:
    """Score `rows` against `others` and write the best into `found`."""
    cosines = wholes.cosines(rows, others)
    itself = rows if others is None else np.searchsorted(others, rows)
    cosines[np.arange(len(rows)), itself] = 0  # no neighbour of its own: only what is above 0 is kept
    for target, into in ((found.rows, found.cosines), (found.closest, None)):
        at, values = best_of(cosines, target.shape[1])
        places = rows[:, None], np.arange(at.shape[1])  # fewer than wanted where there are few candidates
        good = values > 0
        target[places] = np.where(good, at if others is None else others[at], -1)
        if into is not None:
            into[places] = np.where(good, values, 0)
            cosines *= wholes.lengths if others is None else wholes.lengths[others]  # the asker's own ranks nothing


def best_of(scores: Floats, k: int) -> tuple[NDArray[np.int64], Floats]:
    """[rows, k] columns and values of the `k` highest of each row, best first, equal ones in the order of columns."""
    rows, columns = scores.shape
    k = min(k, columns)
    width = max(1, columns // (4 * k))  # the k-th highest of the parts' highest is at most the k-th highest of all
    parts = scores[:, : columns // width * width].reshape(rows, -1, width).max(axis=2)
    least = np.partition(parts, parts.shape[1] - k, axis=1)[:, parts.shape[1] - k, None]
    owner, at = np.divmod(np.flatnonzero(scores >= least), columns)
    values = scores[owner, at]
    order = np.lexsort((at, -values, owner))
    first = np.searchsorted(owner, np.arange(rows))[:, None] + np.arange(k)
    return at[order][first], values[order][first]


def _cells(sketch: Floats, seed: int) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """Sort titles into cells by k-means.

    Returns:
        The rows of each cell, rising, and [cells, searched] the cells nearest to each, itself among them.
    """
    titles, rng = len(sketch), generator(seed, "cells")
    count = max(2, titles // _CELL)
    centres = sketch[np.sort(rng.choice(titles, count, replace=False))]
    for _ in range(4):
        cell = _nearest_centre(sketch, centres)
        sums = sparse.csr_array((np.ones(titles, np.float32), (cell, np.arange(titles))), (count, titles)) @ sketch
        sizes = np.bincount(cell, minlength=count)
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres).astype(np.float32)
    cell = _nearest_centre(sketch, centres)
    order = np.argsort(cell, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(cell, minlength=count))[:-1])
    distances = (centres**2).sum(axis=1) - 2 * centres @ centres.T
    np.fill_diagonal(distances, -np.inf)
    return rows, np.argsort(distances, axis=1, kind="stable")[:, : min(_CELLS, count)]


def _nearest_centre(points: Floats, centres: Floats) -> NDArray[np.int64]:
    half = (centres**2).sum(axis=1) / 2
    blocks = range(0, len(points), 8192)
    return np.concatenate([np.argmax(points[at : at + 8192] @ centres.T - half, axis=1) for at in blocks])
