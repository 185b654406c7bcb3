"""What a message-passing network starts from: a vector a node, by node type.

Nodes that come with features start from a projection of them. All others start from a learned vector each; titles add
a projection of their year and length to it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from reelation.features.exact import era_columns
from reelation.graph.build import Graph
from reelation.models.sparse_product import SparseProduct, mean_of

Features = Mapping[str, sparse.csr_array]
"""Node type -> [nodes, columns], no entry below 0."""


def title_numbers(graph: Graph) -> Tensor:
    """[titles, 32] year and length as smooth columns; zero where they are unknown."""
    minutes = np.nan_to_num(np.clip(graph.runtime, 0, 600)).astype(np.int16)
    return torch.from_numpy(np.concatenate([era_columns(graph.year, 16), era_columns(minutes, 16, scale=10.0)], axis=1))


class Projection(nn.Module):
    """A linear layer on sparse rows, each scaled to add up to 1."""

    def __init__(self, features: sparse.csr_array, hidden: int) -> None:
        super().__init__()
        self._product = SparseProduct(mean_of(features))
        self.weight = nn.Parameter(torch.randn(features.shape[1], hidden))
        self.bias = nn.Parameter(torch.zeros(hidden))

    def forward(self) -> Tensor:
        """[nodes, hidden]."""
        return self._product(self.weight) + self.bias


class NodeInputs(nn.Module):
    """First vectors of all nodes of a graph."""

    def __init__(self, graph: Graph, types: list[str], hidden: int, features: Features | None = None) -> None:
        """Draw first weights from torch's generator.

        Args:
            graph: whose nodes.
            types: node types that are wanted; "title" among them.
            hidden: width.
            features: of those node types that have some.
        """
        super().__init__()
        features = features or {}
        self._numbers = title_numbers(graph)
        self.numbers = nn.Linear(self._numbers.shape[1], hidden, bias=False)
        self.projections = nn.ModuleDict({k: Projection(features[k], hidden) for k in types if k in features})
        self.own = nn.ParameterDict(
            {
                k: nn.Parameter(torch.randn(len(graph.nodes[k]), hidden) / hidden**0.5)
                for k in types
                if k not in features
            }
        )

    def forward(self) -> dict[str, Tensor]:
        """Node type -> [nodes, hidden]."""
        states = {kind: projection() for kind, projection in self.projections.items()} | dict(self.own.items())
        states["title"] = states["title"] + self.numbers(self._numbers)
        return states
