"""GCN, GAT and GraphSAGE on the same graph, through PyTorch Geometric.

Titles, people and tags are nodes of one graph; its edges are all credits, tags and links, both ways. A node starts
from its features, or where it has none from a learned vector; titles add their numbers to it. The whole graph is
passed once a step and the loss looks at a batch of titles.

Source: GCN, Kipf & Welling 2017 (arXiv:1609.02907); GATv2, Brody et al. 2022 (arXiv:2105.14491); GraphSAGE,
Hamilton et al. 2017 (arXiv:1706.02216).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.nn import GATv2Conv, GCNConv, SAGEConv
from torch_geometric.utils import to_torch_csr_tensor

from reelation.catalogue.schema_names import EVENTS
from reelation.graph.build import Graph
from reelation.models.base import TitleEncoder, unit_blocks
from reelation.models.node_inputs import Features, Projection, title_numbers

Kind = Literal["gcn", "gat", "sage"]


@dataclass(frozen=True)
class MessagePassingConfig:
    """Sizes of a message-passing network."""

    kind: Kind = "gcn"
    """gcn: symmetric normalisation with self-loops. gat: attention, version 2. sage: mean of neighbours and self."""
    width: int = 128
    """Columns of the title vector."""
    hidden: int = 64
    """Width between the layers and of the nodes' own vectors."""
    layers: int = 2
    heads: int = 2
    """Attention heads; gat only."""
    dropout: float = 0.0
    """Probability that a number of a node's vector is dropped before each layer, 0 to 1."""
    most: int = 2_000
    """Nodes with more titles than this are left out: they smear everything together."""


class MessagePassing(TitleEncoder):
    """A homogeneous graph network over titles, people and tags."""

    def __init__(self, graph: Graph, config: MessagePassingConfig, seed: int, features: Features | None = None) -> None:
        super().__init__({"graph": config.width})
        torch.manual_seed(seed)
        self._config = config
        edges, nodes = union_edges(graph, config.most)
        # GCN and GraphSAGE add up neighbours: a sparse product does that in a quarter of the time of gather and
        # scatter. Attention needs every edge on its own. The graph is undirected, so CSR equals its transpose.
        # Only what ends at titles matters in the last layer.
        if config.kind == "gat":
            self._edges = [edges] * (config.layers - 1) + [edges[:, edges[1] < len(graph)]]
        else:
            with warnings.catch_warnings(), torch.sparse.check_sparse_tensor_invariants(True):  # type: ignore[no-untyped-call]
                warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
                self._edges = [to_torch_csr_tensor(edges, size=(nodes, nodes))] * config.layers
        self._numbers, self._titles = title_numbers(graph), len(graph)
        self._last: Tensor | None = None
        features = features or {}
        types = ["title", *dict.fromkeys(r.target for r in graph.relations.values() if r.name not in EVENTS)]
        self._counts = {kind: len(graph.nodes[kind]) for kind in dict.fromkeys(types)}
        learned = sum(count for kind, count in self._counts.items() if kind not in features)
        self.own = nn.Parameter(torch.randn(learned, config.hidden) / config.hidden**0.5)
        self.numbers = nn.Linear(self._numbers.shape[1], config.hidden, bias=False)
        self.projections = nn.ModuleDict(
            {kind: Projection(features[kind], config.hidden) for kind in self._counts if kind in features}
        )
        self.layers = nn.ModuleList(_layer(config) for _ in range(config.layers))
        self.out = nn.Linear(config.hidden, config.width)

    def start_step(self) -> None:
        """Forget the last pass over the graph."""
        self._last = None

    def embed(self, rows: Tensor) -> Tensor:
        """See `TitleEncoder.embed`; the graph is passed once a step."""
        if self._last is None:
            state = self.inputs()
            for i, layer in enumerate(self.layers):
                dropped = nn.functional.dropout(state, self._config.dropout, self.training)
                step = layer(dropped, self._edges[i])
                state = state + (nn.functional.elu(step) if i < len(self.layers) - 1 else step)
            self._last = self.out(state[: self._titles])
        return unit_blocks([self._last[rows]])

    def inputs(self) -> Tensor:
        """[nodes, hidden] projected features where there are some, learned vectors elsewhere."""
        parts, at = [], 0
        for kind, count in self._counts.items():
            if kind in self.projections:
                parts.append(self.projections[kind]())
            else:
                parts.append(self.own[at : at + count])
                at += count
        return torch.cat([parts[0] + self.numbers(self._numbers), *parts[1:]])


def _layer(config: MessagePassingConfig) -> Any:
    if config.kind == "gcn":
        return GCNConv(config.hidden, config.hidden, cached=True)
    if config.kind == "gat":
        return GATv2Conv(config.hidden, config.hidden // config.heads, heads=config.heads)
    return SAGEConv(config.hidden, config.hidden)


def union_edges(graph: Graph, most: int) -> tuple[Tensor, int]:
    """All relations but viewers' events as one undirected graph.

    Returns:
        edges [2, edges] int64, both directions, each once; titles come first, then each node type in turn.
        nodes: how many there are.
    """
    first, total = {"title": 0}, len(graph)
    pairs = []
    for relation in graph.relations.values():
        if relation.name in EVENTS:
            continue
        if relation.target not in first:
            first[relation.target] = total
            total += relation.matrix.shape[1]
        matrix = relation.matrix.tocoo()
        degree = np.bincount(matrix.col, minlength=matrix.shape[1])
        kept = (degree[matrix.col] <= most) & (degree[matrix.col] > 1)
        pairs.append(np.stack([matrix.row[kept], matrix.col[kept] + first[relation.target]]).astype(np.int64))
    if not pairs:
        return torch.zeros((2, 0), dtype=torch.int64), total
    forth = np.concatenate(pairs, axis=1)
    both = np.unique(np.concatenate([forth, forth[::-1]], axis=1), axis=1)
    return torch.from_numpy(np.ascontiguousarray(both)), total
