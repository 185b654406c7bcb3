"""Multi-hop features: what a title has, and what the titles that it shares something with have, as sparse blocks.

    Graph  ->  own_blocks (people, tags, words of a title)  ->  averaged over title -> thing -> title, once or twice

A title never counts among its own neighbours. So the same averages may be taken of labels: a title's row then says
what its neighbours are labelled, never what it is labelled itself.

Source: propagation along metapaths before learning, and labels as one more feature, follow SeHGNN, Yang et al. 2023
(arXiv:2207.02547).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from reelation.catalogue.schema_names import EVENTS
from reelation.features.exact import era_columns, unit_rows_sparse
from reelation.graph.build import Graph, idf

Blocks = dict[str, sparse.csr_array]
"""Name -> [titles, columns] float32."""


def own_blocks(graph: Graph, features: sparse.csr_array | None = None) -> Blocks:
    """What titles have: one block a relation, idf-weighted, rows of unit length.

    Args:
        graph: events and links are passed over.
        features: [titles, columns], counted like one more relation; named "features".
    """
    found = {
        name: _weighted(relation.matrix)
        for name, relation in graph.relations.items()
        if name not in EVENTS and relation.target != "title"
    }
    if features is not None:
        found["features"] = _weighted(features)
    if (graph.year > 0).any():
        minutes = np.nan_to_num(np.clip(graph.runtime, 0, 600)).astype(np.int16)
        found["year"] = sparse.csr_array(era_columns(graph.year, 24))
        found["length"] = sparse.csr_array(era_columns(minutes, 16, scale=10.0))
    return found


def averages(graph: Graph, features: sparse.csr_array | None = None, most: int = 300) -> Blocks:
    """Averaging over the titles that share a thing, one matrix a relation.

    Args:
        graph: events and links are passed over.
        features: [titles, columns], counted like one more relation.
        most: things with more titles than this are left out; they say little and cost much.

    Returns:
        Relation -> [titles, titles]; rows add up to 1, or to 0 where a title shares nothing; the diagonal is empty.
    """
    matrices = {
        name: relation.matrix
        for name, relation in graph.relations.items()
        if name not in EVENTS and relation.target != "title"
    }
    if features is not None:
        matrices["features"] = features
    return {name: sharing(matrix, most) for name, matrix in matrices.items()}


def sharing(matrix: sparse.csr_array, most: int = 300) -> sparse.csr_array:
    """[titles, titles] how to average over titles that share a thing: rare things count more, by idf.

    Args:
        matrix: [titles, things].
        most: things with more titles than this are left out.
    """
    degree = np.bincount(matrix.indices, minlength=matrix.shape[1])
    used = (degree > 1) & (degree <= most)
    there = sparse.csr_array((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)
    first = rows_to_one(there @ sparse.diags_array(np.where(used, idf(matrix), 0).astype(np.float32)))
    mean = np.divide(used, degree - 1, out=np.zeros(len(degree), np.float32), where=degree > 1)
    both = sparse.coo_array(first @ (sparse.diags_array(mean) @ there.T))
    other = both.row != both.col
    shape = both.shape
    return rows_to_one(sparse.csr_array((both.data[other], (both.row[other], both.col[other])), shape=shape))


def together(parts: Mapping[str, sparse.csr_array]) -> sparse.csr_array:
    """[titles, titles] the mean of several averages, rows adding up to 1 again."""
    total = None
    for part in parts.values():
        total = part if total is None else total + part
    if total is None:
        raise ValueError("there is nothing to average over")
    return rows_to_one(total)


def rows_to_one(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows that add up to 1; empty rows stay empty."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
    scaled = sparse.csr_array(sparse.diags_array(scale) @ matrix, dtype=np.float32)
    scaled.eliminate_zeros()
    return scaled


def _weighted(matrix: sparse.csr_array) -> sparse.csr_array:
    weighted = sparse.csr_array(matrix @ sparse.diags_array(idf(matrix)), dtype=np.float32)
    return unit_rows_sparse(weighted)
