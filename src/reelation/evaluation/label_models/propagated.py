"""Dense multi-hop features: what titles have, in few numbers, and its averages one and two steps away.

graph  ->  own blocks  ->  truncated SVD  ->  averaged over title -> thing -> title  ->  {name: [titles, width]}
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.features.metapaths import Blocks, own_blocks, together
from reelation.graph.build import Graph
from reelation.rows import unit_rows

Floats = NDArray[np.float32]


def multi_hop(
    graph: Graph, averages: Blocks, features: sparse.csr_array | None, width: int = 64, steps: int = 2
) -> dict[str, Floats]:
    """Own things and their averages.

    Args:
        graph: whose relations.
        averages: from `reelation.features.metapaths.averages`.
        features: [titles, columns] of titles.
        width: columns of each block at most.
        steps: how far.

    Returns:
        Name -> [titles, width]; rows of unit length, or zero where a title has nothing to say.
    """
    average = together(averages)
    found: dict[str, Floats] = {}
    for name, block in own_blocks(graph, features).items():
        now = compressed(block, width)
        found[name] = now
        for step in range(1, steps + 1):
            now = np.asarray(average @ now, np.float32)
            found[f"{name}, {step} away"] = unit_rows(now)
    return found


def compressed(block: sparse.csr_array, width: int) -> Floats:
    """The rows in at most `width` numbers by truncated singular value decomposition, unit length."""
    from sklearn.utils.extmath import randomized_svd

    if block.shape[1] <= width:
        return unit_rows(block.toarray().astype(np.float32))
    u, s, _ = randomized_svd(sparse.csr_matrix(block), width, n_iter=4, random_state=0)
    return unit_rows((u * s).astype(np.float32))


def neighbours_labels(averages: Blocks, labels: NDArray[np.bool_], known: NDArray[np.int64]) -> dict[str, Floats]:
    """What the titles one step away are labelled, relation by relation; a title's own label never counts.

    Args:
        averages: from `reelation.features.metapaths.averages`; their diagonals are empty.
        labels: [titles, classes].
        known: rows whose labels may be used.

    Returns:
        Relation -> [titles, classes + 1]: shares of each class, and of neighbours with a known label.
    """
    shown = np.zeros((len(labels), labels.shape[1] + 1), np.float32)
    shown[known, :-1] = labels[known]
    shown[known, -1] = 1
    return {name: np.asarray(average @ shown, np.float32) for name, average in averages.items()}
