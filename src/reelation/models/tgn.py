"""TGN: a memory a viewer and a title, rewritten by every event, read through attention over the last neighbours.

    events, oldest first  --messages, GRU-->  memory  --attention over each node's last events-->  vectors
    vector of a viewer at a moment  --inner product-->  every title

Memory, messages and neighbours are PyTorch Geometric's; titles and viewers have a learned vector beside their memory,
which TGN leaves open ("node features").

Source: Rossi et al. 2020 (arXiv:2006.10637); attention over time encodings of neighbours as in PyTorch Geometric's
example.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch_geometric.nn import TransformerConv
from torch_geometric.nn.models.tgn import IdentityMessage, LastAggregator, LastNeighborLoader, TGNMemory

from reelation.models.base import Model

_HOUR = 3600.0


@dataclass(frozen=True)
class TgnConfig:
    """Sizes."""

    width: int = 64
    """Of memories and vectors."""
    time_width: int = 32
    neighbours: int = 10
    """Last events of a node that attention reads."""
    dropout: float = 0.1


@dataclass(frozen=True)
class Stream:
    """Events as tensors, oldest first."""

    source: Tensor
    """[events] viewers' nodes."""
    target: Tensor
    """[events] titles' nodes."""
    time: Tensor
    """[events] seconds, int64."""
    message: Tensor
    """[events, 1] verdicts."""


class Tgn(Model):
    """Viewers are nodes 0 on, titles come after them."""

    def __init__(self, viewers: int, titles: int, config: TgnConfig, seed: int) -> None:
        """Draw the first weights.

        Args:
            viewers: how many.
            titles: how many.
            config: sizes.
            seed: of the first weights.
        """
        super().__init__()
        torch.manual_seed(seed)
        self.viewers, self.titles = viewers, titles
        nodes, width = viewers + titles, config.width
        message = IdentityMessage(1, width, config.time_width)
        self.memory = TGNMemory(nodes, 1, width, config.time_width, message, LastAggregator())
        self.neighbours = LastNeighborLoader(nodes, config.neighbours)
        self.own = nn.Embedding(nodes, width)
        nn.init.normal_(self.own.weight, std=0.1)
        edge = 1 + config.time_width
        self.attention = TransformerConv(width, width // 2, heads=2, dropout=config.dropout, edge_dim=edge)
        self.bias = nn.Parameter(torch.zeros(titles))
        self.read = 0
        """Events of the stream that memory and neighbours know."""

    def restart(self) -> None:
        """Forget all events."""
        self.memory.reset_state()
        self.neighbours.reset_state()
        self.read = 0

    def learn_of(self, stream: Stream, upto: int) -> None:
        """Read the events that follow, up to a place, as one batch."""
        some = slice(self.read, upto)
        source, target = stream.source[some], stream.target[some]
        self.memory.update_state(source, target, stream.time[some], stream.message[some])
        self.neighbours.insert(source, target)
        self.read = upto

    def vectors(self, nodes: Tensor, stream: Stream) -> Tensor:
        """[nodes, width] as of the last event read.

        Args:
            nodes: [nodes] distinct.
            stream: the one that was read.
        """
        around, edges, event = self.neighbours(nodes)
        memory, updated = self.memory(around)
        x = memory + self.own(around)
        age = (updated[edges[0]] - stream.time[event]).to(x.dtype) / _HOUR
        attributes = torch.cat([self.memory.time_enc(age), stream.message[event]], dim=1)
        found = x + self.attention(x, edges, attributes)
        place = torch.searchsorted(around, nodes)
        vectors: Tensor = found[place]
        return vectors

    def scores(self, viewer: Tensor, title: Tensor, stream: Stream) -> Tensor:
        """[viewers, titles] logits of some titles for some viewers.

        Args:
            viewer: [viewers] numbers, repeats allowed.
            title: [titles] distinct numbers.
            stream: the one that was read.
        """
        people, which = torch.unique(viewer, return_inverse=True)
        nodes = torch.cat([people, title + self.viewers])
        together = self.vectors(nodes, stream)
        logits: Tensor = together[: len(people)][which] @ together[len(people) :].T + self.bias[title]
        return logits

    def snapshot(self) -> Tgn:
        """A copy that reads on by itself."""
        return copy.deepcopy(self)
