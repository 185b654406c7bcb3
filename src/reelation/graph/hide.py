"""The graph without some of its edges, for tests and for labels that must not leak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reelation.graph.build import Graph


def hide_tags(graph: Graph, facet: str, rows: NDArray[np.int64]) -> Graph:
    """The same graph, in which the titles in `rows` have no tags of `facet`.

    Args:
        graph: stays as it is.
        facet: a tag facet, e.g. "genre".
        rows: [hidden] titles.
    """
    relation = graph.relations[facet]
    hidden = np.zeros(len(graph), bool)
    hidden[rows] = True
    matrix = relation.matrix.copy()
    matrix.data = np.where(np.repeat(hidden, np.diff(matrix.indptr)), 0, matrix.data).astype(np.float32)
    matrix.eliminate_zeros()
    return replace(graph, relations={**graph.relations, facet: replace(relation, matrix=matrix)})
