"""R-GCN, HGT, and heterogeneous GraphSAGE and GAT: message passing that tells relations apart.

Titles and everything that they are related to are nodes of their own types; each relation passes messages both ways.
R-GCN and GraphSAGE average over a relation's edges, which is a sparse product. Attention looks at every edge, through
PyTorch Geometric. The whole graph is passed once a step and the loss looks at a batch of titles.

Source: R-GCN, Schlichtkrull et al. 2018 (arXiv:1703.06103); HGT, Hu et al. 2020 (arXiv:2003.01332); GraphSAGE, Hamilton
et al. 2017 (arXiv:1706.02216), and GATv2, Brody et al. 2022 (arXiv:2105.14491), with weights for each relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch_geometric.nn import GATv2Conv, HeteroConv, HGTConv

from reelation.catalogue.schema_names import EVENTS
from reelation.graph.build import Graph
from reelation.models.base import TitleEncoder, unit_blocks
from reelation.models.node_inputs import Features, NodeInputs
from reelation.models.sparse_product import SparseProduct, mean_of

Kind = Literal["rgcn", "hgt", "hetero-sage", "hetero-gat"]
EdgeType = tuple[str, str, str]
"""Source type, relation, target type."""
States = dict[str, Tensor]
"""Node type -> [nodes, hidden]."""


@dataclass(frozen=True)
class HeteroPassingConfig:
    """Sizes of a heterogeneous message-passing network."""

    kind: Kind = "rgcn"
    """rgcn: mean of each relation, weights mixed from a few bases. hgt: attention by types of node and relation.
    hetero-sage: mean of each relation with weights of its own. hetero-gat: attention within each relation."""
    width: int = 128
    """Columns of the title vector."""
    hidden: int = 64
    """Width between the layers and of the nodes' first vectors."""
    layers: int = 2
    heads: int = 2
    """Attention heads."""
    bases: int = 4
    """Basis matrices; rgcn only."""
    dropout: float = 0.0
    """Probability that a number of a node's vector is dropped before each layer, 0 to 1."""
    most: int = 2_000
    """Nodes with more titles than this are left out: they smear everything together."""


class HeteroPassing(TitleEncoder):
    """A heterogeneous graph network over titles, people and tags."""

    def __init__(self, graph: Graph, config: HeteroPassingConfig, seed: int, features: Features | None = None) -> None:
        super().__init__({"graph": config.width})
        torch.manual_seed(seed)
        self._config = config
        edges = typed_edges(graph, config.most)
        types = ["title", *dict.fromkeys(target for _, _, target in edges if target != "title")]
        self._edges: dict[EdgeType, Any] = (
            {kind: SparseProduct(mean_of(matrix)) for kind, matrix in edges.items()}
            if config.kind in ("rgcn", "hetero-sage")
            else {kind: _edge_index(matrix) for kind, matrix in edges.items()}
        )
        self.inputs = NodeInputs(graph, types, config.hidden, features)
        self.layers = nn.ModuleList(_layer(config, types, list(edges)) for _ in range(config.layers))
        self.out = nn.Linear(config.hidden, config.width)
        self._last: Tensor | None = None

    def start_step(self) -> None:
        """Forget the last pass over the graph."""
        self._last = None

    def embed(self, rows: Tensor) -> Tensor:
        """See `TitleEncoder.embed`; the graph is passed once a step."""
        if self._last is None:
            states: States = self.inputs()
            for i, layer in enumerate(self.layers):
                final = i == len(self.layers) - 1
                dropped = {
                    kind: nn.functional.dropout(state, self._config.dropout, self.training)
                    for kind, state in states.items()
                }
                # Only what ends at titles matters in the last layer; HGT wants all its edge types at once.
                part = final and self._config.kind != "hgt"
                edges = {kind: edge for kind, edge in self._edges.items() if kind[2] == "title" or not part}
                steps: States = layer(dropped, edges)
                states = states | {
                    kind: states[kind] + (step if final else nn.functional.elu(step)) for kind, step in steps.items()
                }
            self._last = self.out(states["title"])
        return unit_blocks([self._last[rows]])


def typed_edges(graph: Graph, most: int) -> dict[EdgeType, sparse.csr_array]:
    """Every relation but viewers' events, in both directions.

    Args:
        graph: whose relations.
        most: things with more titles than this, or with only one, are left out.

    Returns:
        (source type, relation, target type) -> [targets, sources] 1 where there is an edge.
    """
    found: dict[EdgeType, sparse.csr_array] = {}
    for relation in graph.relations.values():
        if relation.name in EVENTS:
            continue
        matrix = relation.matrix
        degree = np.bincount(matrix.indices, minlength=matrix.shape[1])
        least = 0 if relation.target == "title" else 1
        kept = (degree > least) & (degree <= most)
        there = matrix.copy()
        there.data = kept[there.indices].astype(np.float32)
        there.eliminate_zeros()
        if there.nnz:
            found["title", f"rev_{relation.name}", relation.target] = there.T.tocsr()
            found[relation.target, relation.name, "title"] = there
    return found


def _edge_index(matrix: sparse.csr_array) -> Tensor:
    entries = matrix.tocoo()
    return torch.from_numpy(np.stack([entries.col, entries.row]).astype(np.int64))


def _layer(config: HeteroPassingConfig, types: list[str], edges: list[EdgeType]) -> nn.Module:
    if config.kind == "hgt":
        conv: nn.Module = HGTConv(config.hidden, config.hidden, (types, edges), config.heads)
        return conv
    if config.kind == "hetero-gat":
        return _Attention(config, types, edges)
    return _Means(config, types, edges)


class _Means(nn.Module):
    """R-GCN, or GraphSAGE with weights of its own for each relation."""

    def __init__(self, config: HeteroPassingConfig, types: list[str], edges: list[EdgeType]) -> None:
        super().__init__()
        shared, size = config.kind == "rgcn", config.hidden
        matrices = min(config.bases, len(edges)) if shared else len(edges)
        self.weights = nn.Parameter(torch.randn(matrices, size, size) / size**0.5)
        first = torch.randn(len(edges), matrices) / matrices**0.5
        self.mixing = nn.Parameter(first) if shared else None
        self._own = dict.fromkeys(types, "all") if shared else {kind: kind for kind in types}
        self.own = nn.ModuleDict({name: nn.Linear(size, size) for name in dict.fromkeys(self._own.values())})
        self._place = {kind: i for i, kind in enumerate(edges)}

    def forward(self, states: States, edges: dict[EdgeType, SparseProduct]) -> States:
        """One step for every node type that an edge ends at."""
        weights = self.weights if self.mixing is None else torch.tensordot(self.mixing, self.weights, dims=1)
        out = {kind: self.own[self._own[kind]](states[kind]) for kind in dict.fromkeys(kind[2] for kind in edges)}
        for kind, product in edges.items():
            out[kind[2]] = out[kind[2]] + product(states[kind[0]]) @ weights[self._place[kind]]
        return out


class _Attention(nn.Module):
    """GATv2 within each relation; what the relations say is added up."""

    def __init__(self, config: HeteroPassingConfig, types: list[str], edges: list[EdgeType]) -> None:
        super().__init__()
        size, heads = config.hidden, config.heads
        self.conv = HeteroConv(
            {kind: GATv2Conv((size, size), size // heads, heads=heads, add_self_loops=False) for kind in edges}
        )
        self.own = nn.ModuleDict({kind: nn.Linear(size, size) for kind in types})

    def forward(self, states: States, edges: dict[EdgeType, Tensor]) -> States:
        """One step for every node type that an edge ends at."""
        found: States = self.conv(states, edges)
        return {kind: self.own[kind](states[kind]) + step for kind, step in found.items()}
