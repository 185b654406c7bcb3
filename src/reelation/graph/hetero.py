"""The graph as PyTorch Geometric's HeteroData, for anybody's own model.

Node types are those of the graph; every relation becomes an edge type (title, relation, target) and its reverse.
"""

from __future__ import annotations

import numpy as np
import torch
from torch_geometric.data import HeteroData

from reelation.catalogue.schema_names import KINDS
from reelation.graph.build import Graph


def to_hetero(graph: Graph) -> HeteroData:
    """Turn the graph into HeteroData.

    Returns:
        title.x [titles, 3 + kinds] float32: (year - 1990) / 30, minutes / 100, whether the year is known, one column
            a kind; unknown numbers are 0. Titles of no known year have 0 in the third column.
        <type>.x [nodes, 1] float32: ln(1 + titles that it touches).
        <type>.node_id [nodes] int64: row number in `graph.nodes[type]`.
        (title, relation, type).edge_index [2, edges] int64 and (type, rev_relation, title).
        edge_weight [edges] float32: tag weight, stars, or 1. edge_idf [edges] float32: rarity of the target.
        edge_order [edges] int64: billing from 0, -1 unknown; credits only.
        edge_time [edges] int64: seconds since 1970; events only.
    """
    data = HeteroData()
    known = graph.year > 0
    kinds = np.eye(len(KINDS), dtype=np.float32)[[KINDS.index(kind) for kind in graph.kind]]
    numbers = np.stack(
        [
            np.where(known, (graph.year.astype(np.float32) - 1990) / 30, 0),
            np.nan_to_num(graph.runtime) / 100,
            known,
        ],
        axis=1,
    )
    data["title"].x = torch.from_numpy(np.concatenate([numbers.astype(np.float32), kinds], axis=1))
    data["title"].node_id = torch.arange(len(graph))
    for name, ids in graph.nodes.items():
        if name != "title":
            degree = sum(np.bincount(relation.matrix.indices, minlength=len(ids)) for relation in graph.of_target(name))
            data[name].x = torch.from_numpy(np.log1p(degree).astype(np.float32)[:, None])
            data[name].node_id = torch.arange(len(ids))
    for relation in graph.relations.values():
        matrix = relation.matrix.tocoo()
        forth = torch.from_numpy(np.stack([matrix.row, matrix.col]).astype(np.int64))
        values = {
            "edge_weight": torch.from_numpy(relation.matrix.data),
            "edge_idf": torch.from_numpy(relation.idf()[relation.matrix.indices]),
            **{f"edge_{key}": torch.from_numpy(array.astype(np.int64)) for key, array in relation.attributes.items()},
        }
        for edge_type, index in (
            (("title", relation.name, relation.target), forth),
            ((relation.target, f"rev_{relation.name}", "title"), forth.flip(0)),
        ):
            data[edge_type].edge_index = index
            for key, value in values.items():
                data[edge_type][key] = value
    return data
