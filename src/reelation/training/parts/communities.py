"""Groups of titles on the neighbour graph: Leiden's method, several times over, and what all the runs agree on.

    Neighbours  ->  similarity graph  ->  consensus of runs at each level  ->  nested groups

Two titles are as near as their lists of neighbours are alike (Jaccard index): titles that are near to everything share
no lists, and groups come out more stable than with the score itself. One run of Leiden depends on its seed; the edges
are weighted again by the share of runs that keep both ends together, and the method runs once more on that.
Every level works inside the groups of the one above, so groups are nested.

Source: Traag, Waltman, van Eck 2019, doi:10.1038/s41598-019-41695-z (Leiden; networkit's implementation);
Lancichinetti, Fortunato 2012, doi:10.1038/srep00336 (consensus); Jarvis, Patrick 1973,
doi:10.1109/T-C.1973.223640 (shared neighbours).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import MissingExtraError
from reelation.evaluation.metrics import adjusted_rand
from reelation.seeds import generator
from reelation.training.parts.neighbours import Neighbours

Labels = NDArray[np.int64]
"""[titles] the number of each title's group, from 0."""

RESOLUTIONS = (0.5, 3.0, 20.0)
"""For each level: the more, the smaller the groups. What gave the most stable groups on the default catalogue."""
_RUNS = 6
"""Runs that one consensus is made of."""
_PASSES = 3
_SMALLEST = (0.004, 0.001, 0.0005)
"""For each level, the share of all titles that a group must have; a smaller one joins the group it is closest to."""


@dataclass(frozen=True)
class Level:
    """Groups of one level and how good they are."""

    labels: Labels
    resolution: float
    modularity: float
    """Of the similarity graph, -0.5 to 1."""
    stability: float
    """Adjusted Rand index with the same level of groups that were made with other seeds throughout."""


def similarity(found: Neighbours) -> sparse.csr_array:
    """[titles, titles] symmetric weights above 0: likeness of two titles' lists, where either lists the other.

    Twice the weight where both do.
    """
    titles = len(found.rows)
    there = found.rows >= 0
    rows = np.repeat(np.arange(titles), there.sum(axis=1))
    lists = sparse.csr_array((np.ones(len(rows), np.float32), (rows, found.rows[there])), shape=(titles, titles))
    own = lists + sparse.eye_array(titles, dtype=np.float32, format="csr")
    either = lists + lists.T
    shared = sparse.csr_array((own @ own.T).multiply(either > 0))
    sizes = np.diff(own.indptr)
    shared.sort_indices()
    pairs = shared.tocoo()
    likeness = pairs.data / (sizes[pairs.row] + sizes[pairs.col] - pairs.data)
    return sparse.csr_array(sparse.csr_array((likeness, (pairs.row, pairs.col)), shape=shared.shape).multiply(either))


def nested_levels(graph: sparse.csr_array, seed: int) -> tuple[Level, ...]:
    """Groups at `len(RESOLUTIONS)` levels, coarsest first, each inside those of the level before.

    Args:
        graph: [titles, titles] symmetric weights, from `similarity`.
        seed: of all the runs.

    Raises:
        MissingExtraError: networkit is not installed.
    """
    edges = _Edges.of(graph)
    kept, again = (_chain(edges, generator(seed, purpose)) for purpose in ("groups", "groups again"))
    return tuple(
        Level(labels, resolution, modularity(graph, labels), adjusted_rand(labels, other))
        for labels, other, resolution in zip(kept, again, RESOLUTIONS, strict=True)
    )


def _chain(edges: _Edges, rng: np.random.Generator) -> list[Labels]:
    """Groups of all levels, coarsest first."""
    inside, above, found = edges, np.zeros(edges.titles, np.int64), []
    for resolution, smallest in zip(RESOLUTIONS, _SMALLEST, strict=True):
        runs = [_leiden(inside, resolution, rng) for _ in range(_RUNS)]
        labels = _within(above, _consensus(inside, runs, resolution, rng))
        above = _absorb(inside, labels, max(3, round(smallest * edges.titles)))
        found.append(above)
        inside = edges.within(above)
    return found


def modularity(graph: sparse.csr_array, labels: Labels) -> float:
    """Share of the weight inside groups, less what chance would put there.

    Source: Newman, Girvan 2004, doi:10.1103/PhysRevE.69.026113.
    """
    whole = float(graph.sum(dtype=np.float64))
    if whole == 0:
        return 0.0
    pairs = graph.tocoo()
    inside = float(pairs.data[labels[pairs.row] == labels[pairs.col]].sum(dtype=np.float64))
    degrees = np.bincount(labels, weights=np.asarray(graph.sum(axis=1)).ravel())
    return inside / whole - float(((degrees / whole) ** 2).sum())


@dataclass(frozen=True)
class _Edges:
    """Each undirected edge once."""

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    weight: NDArray[np.float64]
    titles: int

    @classmethod
    def of(cls, graph: sparse.csr_array) -> _Edges:
        upper = sparse.triu(graph, 1).tocoo()
        return cls(upper.row, upper.col, upper.data.astype(np.float64), graph.shape[0])

    def within(self, labels: Labels) -> _Edges:
        return self.weighted((labels[self.row] == labels[self.column]).astype(np.float64))

    def weighted(self, factor: NDArray[np.float64]) -> _Edges:
        kept = factor > 0
        return _Edges(self.row[kept], self.column[kept], self.weight[kept] * factor[kept], self.titles)


def _leiden(edges: _Edges, resolution: float, rng: np.random.Generator) -> Labels:
    """One run of Leiden's method, on one thread: two would make it depend on which is first."""
    nk = _networkit()
    nk.setSeed(int(rng.integers(2**31)), False)
    graph = nk.GraphFromCoo((edges.weight, (edges.row, edges.column)), n=edges.titles, weighted=True, directed=False)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    try:
        run = nk.community.ParallelLeiden(graph, iterations=_PASSES, randomize=True, gamma=resolution)
        run.run()
    finally:
        nk.setNumberOfThreads(threads)
    partition = np.array(run.getPartition().getVector(), np.int64)
    return np.asarray(np.unique(partition, return_inverse=True)[1], np.int64)


def _consensus(edges: _Edges, runs: Sequence[Labels], resolution: float, rng: np.random.Generator) -> Labels:
    """The method once more, on edges weighted by the share of `runs` that keep both ends together."""
    together = np.mean([labels[edges.row] == labels[edges.column] for labels in runs], axis=0)
    return _leiden(edges.weighted(together), resolution, rng)


def _absorb(edges: _Edges, labels: Labels, least: int) -> Labels:
    """Let every group of fewer than `least` titles join the one that it shares the most weight with."""
    while True:
        groups = int(labels.max(initial=0)) + 1
        a, b = labels[edges.row], labels[edges.column]
        apart = a != b
        ends, others = np.concatenate([a[apart], b[apart]]), np.concatenate([b[apart], a[apart]])
        links = sparse.coo_array((np.tile(edges.weight[apart], 2), (ends, others)), shape=(groups, groups)).tocsr()
        links.sum_duplicates()
        pairs = links.tocoo()
        sizes = np.bincount(labels, minlength=groups)
        order = np.lexsort((pairs.col, -pairs.data, pairs.row))
        group, first = np.unique(pairs.row[order], return_index=True)
        target = pairs.col[order][first]
        smaller = (sizes[group] < sizes[target]) | ((sizes[group] == sizes[target]) & (group < target))
        joins = (sizes[group] < least) & smaller  # of two small ones that want each other, one moves
        if not joins.any():
            return labels
        into = np.arange(groups)
        into[group[joins]] = target[joins]
        labels = np.unique(into[labels], return_inverse=True)[1]


def _within(above: Labels, labels: Labels) -> Labels:
    """Groups numbered anew so that none reaches over two groups of the level above."""
    return np.asarray(np.unique(above * (int(labels.max(initial=0)) + 1) + labels, return_inverse=True)[1], np.int64)


def _networkit() -> Any:
    try:
        import networkit
    except ModuleNotFoundError as error:
        raise MissingExtraError("Groups", "train") from error
    return networkit
