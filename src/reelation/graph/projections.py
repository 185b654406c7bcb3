"""One-mode projections: titles joined by the people they share, people joined by the titles they share."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl
from scipy import sparse

from reelation.catalogue.schema_names import ROLES
from reelation.errors import DataError
from reelation.graph.build import Graph
from reelation.graph.views import Selection, Tables, chosen_relations, node_id, node_table, title_mask

Projection = Literal["titles", "people"]


def project(
    graph: Graph, onto: Projection, selection: Selection | None = None, *, min_shared: int = 1, most: int = 50
) -> Tables:
    """Join two titles (or people) by how many people (or titles) they share.

    Args:
        graph: the graph.
        onto: "titles" or "people".
        selection: years, kinds, and which roles count.
        min_shared: fewer shared ones make no edge.
        most: strongest edges kept a node; an edge stays if either end keeps it.

    Returns:
        nodes and undirected edges, each once, weight = number of shared ones, relation "shared people" or
        "shared titles".

    Raises:
        DataError: the graph has no credits.
    """
    selection = selection or Selection()
    credits = [one for one in chosen_relations(graph, selection) if one.name in ROLES]
    if not credits:
        raise DataError("The graph has no credits, so there is nothing to project.")
    has = sparse.csr_array(credits[0].matrix.shape, dtype=np.float32)
    for relation in credits:
        one = relation.matrix.copy()
        one.data = np.ones_like(one.data)
        has = has.maximum(one)
    mask = title_mask(graph, selection)
    has = (sparse.diags_array(mask.astype(np.float32)) @ has).tocsr()
    has.eliminate_zeros()
    side = has if onto == "titles" else has.T.tocsr()
    shared = _strongest(side, min_shared, most)
    node_type = "title" if onto == "titles" else "person"
    present = mask if onto == "titles" else np.diff(side.indptr) > 0
    ids = [node_id(node_type, key) for key in graph.nodes[node_type].ids]
    edges = pl.DataFrame(
        {
            "id": np.arange(shared.nnz),
            "source": pl.Series([ids[row] for row in shared.row.tolist()], dtype=pl.String),
            "target": pl.Series([ids[column] for column in shared.col.tolist()], dtype=pl.String),
            "relation": pl.Series(
                [f"shared {'people' if onto == 'titles' else 'titles'}"] * shared.nnz, dtype=pl.String
            ),
            "weight": shared.data.astype(np.float64),
            "order": pl.Series([None] * shared.nnz, dtype=pl.Int64),
            "time": pl.Series([None] * shared.nnz, dtype=pl.Int64),
        }
    )
    return Tables(node_table(graph, node_type, np.flatnonzero(present)), edges)


def _strongest(side: sparse.csr_array, min_shared: int, most: int, at_once: int = 4096) -> sparse.coo_array:
    """The upper triangle of side @ side.T, at most `most` entries a row or column, in blocks of rows."""
    rows, columns, values = [], [], []
    across = side.T.tocsr()
    for start in range(0, side.shape[0], at_once):
        block = (side[start : start + at_once] @ across).tocoo()
        keep = (block.data >= min_shared) & (block.row + start != block.col)
        row, column, value = block.row[keep] + start, block.col[keep], block.data[keep]
        order = np.lexsort((column, -value, row))
        row, column, value = row[order], column[order], value[order]
        first = np.searchsorted(row, row)
        top = np.arange(len(row)) - first < most
        rows.append(row[top])
        columns.append(column[top])
        values.append(value[top])
    row, column, value = (np.concatenate(parts) if parts else np.zeros(0) for parts in (rows, columns, values))
    low, high = np.minimum(row, column).astype(np.int64), np.maximum(row, column).astype(np.int64)
    _, once = np.unique(low * side.shape[0] + high, return_index=True)
    return sparse.coo_array((value[once], (low[once], high[once])), shape=(side.shape[0], side.shape[0]))
