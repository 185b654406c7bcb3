"""The graph without some of its edges, for tests and for labels that must not leak."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.graph.build import Graph, Relation


def without(graph: Graph, names: Collection[str]) -> Graph:
    """The same graph without the relations in `names`; those that it lacks are passed over."""
    return replace(graph, relations={name: kept for name, kept in graph.relations.items() if name not in names})


def hide_rows(graph: Graph, names: Collection[str], rows: NDArray[np.int64]) -> Graph:
    """The same graph, in which the titles in `rows` have none of the relations in `names`.

    Args:
        graph: stays as it is.
        names: relations, e.g. all credits; those that the graph lacks are passed over.
        rows: [hidden] titles.
    """
    shown = np.ones(len(graph), bool)
    shown[rows] = False
    changed = {
        name: _only(relation, np.repeat(shown, np.diff(relation.matrix.indptr)))
        for name, relation in graph.relations.items()
        if name in names
    }
    return replace(graph, relations={**graph.relations, **changed})


def hide_viewers(graph: Graph, viewers: NDArray[np.int64]) -> Graph:
    """The same graph without anything that `viewers` did; they stay in the vocabulary, so that rows keep their numbers.

    Args:
        graph: stays as it is.
        viewers: [hidden] columns of the relations that end at viewers.
    """
    changed = {
        relation.name: _only(relation, ~np.isin(relation.matrix.indices, viewers))
        for relation in graph.of_target("viewer")
    }
    return replace(graph, relations={**graph.relations, **changed})


def without_viewers(graph: Graph) -> Graph:
    """The same graph without viewers and what they did."""
    kept = {name: relation for name, relation in graph.relations.items() if relation.target != "viewer"}
    return replace(graph, relations=kept)


def _only(relation: Relation, kept: NDArray[np.bool_]) -> Relation:
    """The relation with only the entries (in the order of `matrix.data`) that are `kept`."""
    matrix = relation.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[kept]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=matrix.shape[0]))])
    fresh = sparse.csr_array((matrix.data[kept], matrix.indices[kept], indptr), shape=matrix.shape)
    return replace(relation, matrix=fresh, attributes={key: value[kept] for key, value in relation.attributes.items()})
