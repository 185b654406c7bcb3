"""The default: a small network on features that were propagated once.

For each facet, every channel (a relation, or a metapath) has its own projection; whole channels are dropped at
random in training, so that no single relation is leaned on; the projections are summed and pass one hidden
layer. Cost per step depends on the batch, not on the graph.

Source: relation-wise projections and channel dropout follow SeHGNN (arXiv:2207.02547); facet blocks are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from reelation.features.propagate import Channel
from reelation.models.base import TitleEncoder, unit_blocks


@dataclass(frozen=True)
class PropagateLearnConfig:
    """Sizes of the default network."""

    width: int = 48
    """Columns of each facet's learned block."""
    hidden: int = 128
    """Width of each facet's hidden layer."""
    channel_dropout: float = 0.3
    """Probability that a channel is left out of a training example."""


class PropagateLearn(TitleEncoder):
    """One small network a facet, over propagated channels."""

    def __init__(self, channels: Sequence[Channel], config: PropagateLearnConfig) -> None:
        facets = list(dict.fromkeys(channel.facet for channel in channels))
        super().__init__(dict.fromkeys(facets, config.width))
        self._config = config
        self._inputs = {
            facet: [torch.from_numpy(channel.values) for channel in channels if channel.facet == facet]
            for facet in facets
        }
        self.project = nn.ModuleDict(
            {
                facet: nn.ModuleList(nn.Linear(values.shape[1], config.hidden, bias=False) for values in inputs)
                for facet, inputs in self._inputs.items()
            }
        )
        self.head = nn.ModuleDict(
            {
                facet: nn.Sequential(nn.LayerNorm(config.hidden), nn.PReLU(), nn.Linear(config.hidden, config.width))
                for facet in facets
            }
        )

    def embed(self, rows: Tensor) -> Tensor:
        """See `TitleEncoder.embed`."""
        blocks = []
        for facet, inputs in self._inputs.items():
            projections = self.project[facet]
            total = torch.zeros(len(rows), self._config.hidden)
            for values, projection in zip(inputs, projections, strict=True):  # type: ignore[call-overload]
                part = projection(values[rows].float())
                if self.training and self._config.channel_dropout > 0 and len(inputs) > 1:
                    keep = torch.rand(len(rows), 1) >= self._config.channel_dropout
                    part = part * keep / (1 - self._config.channel_dropout)
                total = total + part
            blocks.append(self.head[facet](total))
        return unit_blocks(blocks)
