"""How close titles are to some others taken together, and to each other: the atlas's cosine, many at a time.

rows  ->  closeness_to(members)  ->  [titles] mean cosine;   rows  ->  between  ->  [rows, rows] cosines

The cosine is that of `reelation.search.exact`, all facets with weight 1: the mean over members is one product with the
mean of their unit points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def closeness_to(atlas: Atlas, members: Rows, rows: Rows) -> Floats:
    """The mean cosine of each title to the members, itself left out.

    Args:
        atlas: has vectors and terms.
        members: [members] rows of titles, each once.
        rows: [rows] of the titles to place.

    Returns:
        [rows] about -1 to 1; 0 where there is no other member, or nothing is known of the title.
    """
    size = _lengths(atlas, members)
    some = members[size > 0]
    weight = 1 / size[size > 0]
    centre = weight @ np.asarray(atlas.vectors[some], np.float64)
    owner, node, value = _terms(atlas, some)
    amount = np.bincount(node, value * weight[owner], minlength=len(atlas.nodes))
    total = np.asarray(atlas.vectors[rows], np.float64) @ centre
    owner, node, value = _terms(atlas, rows)
    total += np.bincount(owner, value * amount[node], minlength=len(rows))
    lengths = _lengths(atlas, rows)
    cosines = np.divide(total, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    own = np.isin(rows, some)  # each member's cosine to itself is 1
    others = len(members) - np.isin(rows, members)
    return np.asarray(np.divide(cosines - own, others, out=np.zeros(len(rows)), where=others > 0))


def between(atlas: Atlas, rows: Rows) -> Floats:
    """[rows, rows] cosine of each pair; 1 on the diagonal, 0 where nothing is known of one of them."""
    lengths = _lengths(atlas, rows)
    scale = np.divide(1.0, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    vectors = np.asarray(atlas.vectors[rows], np.float64) * scale[:, None]
    owner, node, value = _terms(atlas, rows)
    _, place, times = np.unique(node, return_inverse=True, return_counts=True)
    number = np.cumsum(times > 1) - 1  # what only one title has joins no two
    kept = times[place] > 1
    terms = np.zeros((len(rows), int((times > 1).sum())))
    terms[owner[kept], number[place[kept]]] = value[kept] * scale[owner[kept]]
    found = vectors @ vectors.T + terms @ terms.T
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def _lengths(atlas: Atlas, rows: Rows) -> Floats:
    return np.asarray(np.sqrt(np.maximum(np.asarray(atlas.norms[rows], np.float64).sum(axis=1), 0)))


def _terms(atlas: Atlas, rows: Rows) -> tuple[Rows, Rows, Floats]:
    """Every non-zero term of `rows`: place in `rows`, node, value."""
    start, stop = atlas.edge_start[rows], atlas.edge_start[rows + 1]
    at = spans(start, stop)
    value = np.asarray(atlas.edge_value[at], np.float64)
    kept = np.flatnonzero(value)
    owner = np.repeat(np.arange(len(rows)), stop - start)[kept]
    return owner, atlas.edge_node[at[kept]].astype(np.int64), value[kept]
