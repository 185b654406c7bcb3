"""Groups by HDBSCAN on the layout: an option beside Leiden, for those who want what the eye sees on the map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import MissingExtraError
from reelation.evaluation.metrics import adjusted_rand
from reelation.seeds import generator
from reelation.training.parts.communities import Labels, Level, modularity

_SHARES = (0.02, 0.004, 0.0015)
"""For each level, the share of all titles that a group has at the least."""
_JITTER = 0.002
"""For stability: positions are shaken by so much of the map's width."""


def density_levels(positions: NDArray[np.float32], graph: sparse.csr_array, seed: int) -> tuple[Level, ...]:
    """Nested groups of dense places; a title between them goes where most of its links go.

    Args:
        positions: [titles, 2] of the layout.
        graph: [titles, titles] similarity, for titles that HDBSCAN calls noise.
        seed: of the shaking that tells how stable the groups are.

    Raises:
        MissingExtraError: scikit-learn is not installed.

    Source: Campello, Moulavi, Sander 2013, doi:10.1007/978-3-642-37456-2_14; scikit-learn's implementation.
    """
    shaken = positions + generator(seed, "density").normal(0, _JITTER, positions.shape).astype(np.float32)
    above = again = np.zeros(len(positions), np.int64)
    levels = []
    for share in _SHARES:
        least = max(3, round(share * len(positions)))
        above, again = (_split(points, graph, upper, least) for points, upper in ((positions, above), (shaken, again)))
        levels.append(Level(above, share, modularity(graph, above), adjusted_rand(above, again)))
    return tuple(levels)


def _split(positions: NDArray[np.float32], graph: sparse.csr_array, above: Labels, least: int) -> Labels:
    try:
        from sklearn.cluster import HDBSCAN
    except ModuleNotFoundError as error:
        raise MissingExtraError("Groups by HDBSCAN", "evaluate") from error
    labels, groups = np.full(len(positions), -1, np.int64), 0
    for upper in range(int(above.max()) + 1):
        rows = np.flatnonzero(above == upper)
        if len(rows) < 2 * least:
            labels[rows] = groups
            groups += 1
            continue
        found = HDBSCAN(min_cluster_size=least, min_samples=min(5, least), copy=True).fit_predict(positions[rows])
        found = _settle(found.astype(np.int64), graph[rows][:, rows])
        labels[rows] = found + groups
        groups += int(found.max()) + 1
    return labels


def _settle(labels: Labels, graph: sparse.csr_array) -> Labels:
    """Give every title without a group the one that most of its links lead to; the largest where none does."""
    groups = int(labels.max()) + 1
    if groups == 0:
        return np.zeros(len(labels), np.int64)
    for _ in range(10):
        loose = np.flatnonzero(labels < 0)
        inside = np.flatnonzero(labels >= 0)
        member = sparse.csr_array((np.ones(len(inside)), (inside, labels[inside])), shape=(len(labels), groups))
        links = (graph[loose] @ member).toarray()
        found = links.max(axis=1) > 0 if len(loose) else np.zeros(0, bool)
        if not found.any():
            break
        labels[loose[found]] = links[found].argmax(axis=1)
    labels[labels < 0] = int(np.bincount(labels[labels >= 0]).argmax())
    return labels
