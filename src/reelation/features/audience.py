"""Who watched both: titles as short vectors whose inner products are nearly those of their viewers.

ratings, likes, views  ->  audience_vectors  ->  [titles, width]
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from reelation.catalogue.schema_names import EVENTS
from reelation.draws import Keys, lot, random_directions
from reelation.graph.build import Graph, idf
from reelation.seeds import generator

Floats = NDArray[np.float32]

LEAST_STARS = 3.0
"""A rating from here on says that a title suits its viewer; the choice was made on validation pairs."""


def audience_matrix(graph: Graph, least_stars: float = LEAST_STARS) -> sparse.csr_array | None:
    """[titles, viewers] 1 where a viewer rated a title `least_stars` or more, liked or watched it; None without any."""
    parts = []
    for name in EVENTS:
        if name in ("rating", "like", "watch") and name in graph.relations:
            matrix = graph.relations[name].matrix
            parts.append(sparse.csr_array(matrix >= least_stars if name == "rating" else matrix > 0, dtype=np.float32))
    if not parts or not any(part.nnz for part in parts):
        return None
    total = parts[0]
    for part in parts[1:]:
        total = total.maximum(part)
    return total.tocsr()


_DENSE = 1_000
"""Up to so many viewers (or titles), decompose whole: Lanczos iterations start anew at random where values tie."""

_WIDER = 4


def audience_vectors(
    audience: sparse.csr_array, width: int, shrink: float, seed: int, viewers: Keys | None = None
) -> Floats:
    """Titles by their viewers, in the directions that matter most.

    Inner products approximate sum over shared viewers of idf(viewer)^2 / sqrt((n_a + shrink) (n_b + shrink)), n being
    a title's viewers, so a title that few have seen says little; the longest row has length 1.

    Args:
        audience: [titles, viewers] 0 or 1.
        width: columns; fewer where there are fewer viewers.
        shrink: viewers, > 0.
        seed: of the start vector of the decomposition.
        viewers: [viewers] keys; with them the rows are turned into a space of `_WIDER` times as many columns, where a
            few more viewers or titles hardly change them, and not only their inner products. Without, the strongest
            column comes first, and each column's largest number is positive.

    Returns:
        [titles, width] float32.

    Source: a truncated singular value decomposition as item similarity, Cremonesi et al. 2010 (PureSVD),
        doi:10.1145/1864708.1864721; the shrinkage is ours.
    """
    count = np.diff(audience.indptr)
    scaled = sparse.diags_array(1 / np.sqrt(count + shrink)) @ audience @ sparse.diags_array(idf(audience))
    most = min(width, min(audience.shape) - 1)
    if most < 1:
        return np.zeros((audience.shape[0], 0), np.float32)
    rows: Any = _directions(scaled.astype(np.float64).tocsr(), most, seed)
    if viewers is not None:
        rows = rows @ _turn(scaled, rows, viewers, seed)
    else:  # signs are arbitrary; settle them
        rows *= np.where(rows[np.abs(rows).argmax(axis=0), np.arange(most)] < 0, -1, 1)
    return np.asarray(rows / max(float(np.linalg.norm(rows, axis=1).max()), 1e-12), np.float32)


def _turn(scaled: sparse.csr_array, rows: NDArray[np.float64], viewers: Keys, seed: int) -> NDArray[np.float64]:
    """[width, _WIDER width] orthonormal rows that bring the viewers' axes closest to directions drawn by their ids.

    Signs of singular vectors are arbitrary, and those of nearly the same strength turn into each other. In more columns
    than axes, what is closest hardly depends on the draw; in as many it does.

    Source: the orthogonal Procrustes problem, Schönemann 1966, doi:10.1007/BF02289451.
    """
    towards = random_directions(viewers, lot(seed, "audience axes"), _WIDER * rows.shape[1])
    strength = np.maximum((rows**2).sum(axis=0), 1e-12)
    left, _, right = np.linalg.svd((rows.T @ (scaled @ towards)) / strength[:, None], full_matrices=False)
    return np.asarray(left @ right)


def _directions(matrix: sparse.csr_array, most: int, seed: int) -> NDArray[np.float64]:
    """[rows, most] left singular vectors times their values, largest first."""
    if min(matrix.shape) > _DENSE:
        start = generator(seed, "audience").random(min(matrix.shape))
        left, strengths, _ = svds(matrix, k=most, v0=start)
        return np.asarray(left[:, ::-1] * strengths[::-1])
    wide = matrix.shape[1] > matrix.shape[0]
    values, vectors = np.linalg.eigh(((matrix @ matrix.T) if wide else (matrix.T @ matrix)).toarray())
    values, vectors = values[::-1][:most], vectors[:, ::-1][:, :most]
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)) if wide else matrix @ vectors)
