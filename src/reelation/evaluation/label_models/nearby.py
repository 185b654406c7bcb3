"""A first answer in moments: ridge regression on what titles have, and on what those have that share it with them.

    own things + averages one step away  ->  one sparse matrix  ->  dual ridge regression  ->  scores of all titles

Everything stays sparse, so nothing is compressed and nothing is chosen; the kernels of `kernels` see further.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from reelation.features.exact import unit_rows_sparse
from reelation.features.metapaths import averages, own_blocks, together
from reelation.graph.build import Graph

NEAR = 2.0
"""How much more than a title's own things its neighbours' count; chosen on validation titles, as the others here."""
RIDGE = 1.0
MOST = 30
"""Things with more titles than this make no neighbours."""


def nearby_scores(
    graph: Graph, labels: NDArray[np.bool_], rows: NDArray[np.int64], features: sparse.csr_array | None = None
) -> NDArray[np.float32]:
    """Score everyone.

    Args:
        graph: events and links are passed over.
        labels: [titles, classes]; read at `rows` only.
        rows: [learned] titles to learn from.
        features: [titles, columns] of titles, counted like one more relation.

    Returns:
        [titles, classes] around 0 where a class is unlikely, around 1 where it is sure.
    """
    own = sparse.csr_array(sparse.hstack(list(own_blocks(graph, features).values())))
    own = own[:, np.flatnonzero(np.bincount(own.indices, minlength=own.shape[1]) > 1)]
    near = unit_rows_sparse(sparse.csr_array(together(averages(graph, features, MOST)) @ own))
    both = sparse.csr_array(sparse.hstack([own, near * np.float32(NEAR**0.5)]) / np.float32((1 + NEAR) ** 0.5))
    learned = both[rows]
    kernel = (learned @ learned.T.tocsr()).toarray() + RIDGE * np.eye(len(rows), dtype=np.float32)
    target = labels[rows].astype(np.float32)
    mean = target.mean(axis=0)
    solved = linalg.solve(kernel, target - mean, assume_a="pos")
    return np.asarray(both @ (learned.T @ solved) + mean, np.float32)
