"""The default: a small network on features that were propagated once.

For each facet, every channel (a relation, or a metapath) has its own projection; whole channels are dropped at
random in training, so that no single relation is leaned on; the projections are summed and pass one hidden
layer. Cost per step depends on the batch, not on the graph.

Source: relation-wise projections and channel dropout follow SeHGNN (arXiv:2207.02547); facet blocks are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.features.propagate import Channel
from reelation.models.base import TitleEncoder, unit_blocks

Floats = NDArray[np.float32]
NORM_EPSILON = 1e-5


@dataclass(frozen=True)
class PropagateLearnConfig:
    """Sizes of the default network."""

    width: int = 48
    """Columns of each facet's learned block."""
    hidden: int = 128
    """Width of each facet's hidden layer."""
    channel_dropout: float = 0.3
    """Probability that a channel is left out of a training example."""


class FacetNetwork(NamedTuple):
    """One facet's network: unit(PReLU(norm(channels side by side @ project)) @ out + shift)."""

    channels: tuple[str, ...]
    """"people actor", "story genre over person" …: facet and name of each channel."""
    widths: tuple[int, ...]
    """Columns of each channel."""
    project: Floats
    """[sum of widths, hidden] float32."""
    norm: Floats
    """[2, hidden] factor and shift of the layer normalisation, whose epsilon is `NORM_EPSILON`."""
    slope: Floats
    """[1] of negative numbers."""
    out: Floats
    """[hidden, width]."""
    shift: Floats
    """[width]."""


class PropagateLearn(TitleEncoder):
    """One small network a facet, over propagated channels."""

    def __init__(self, channels: Sequence[Channel], config: PropagateLearnConfig) -> None:
        facets = list(dict.fromkeys(channel.facet for channel in channels))
        super().__init__(dict.fromkeys(facets, config.width))
        self._config = config
        self._names = {
            facet: tuple(f"{channel.facet} {channel.name}" for channel in channels if channel.facet == facet)
            for facet in facets
        }
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
                facet: nn.Sequential(
                    nn.LayerNorm(config.hidden, NORM_EPSILON), nn.PReLU(), nn.Linear(config.hidden, config.width)
                )
                for facet in facets
            }
        )

    def export(self) -> dict[str, FacetNetwork]:
        """Facet -> its network as plain arrays, for answering without PyTorch."""
        found = {}
        for facet in self._inputs:
            projections: Any = self.project[facet]
            head: Any = self.head[facet]
            norm, slope, out = head
            found[facet] = FacetNetwork(
                channels=self._names[facet],
                widths=tuple(int(values.shape[1]) for values in self._inputs[facet]),
                project=_array(torch.cat([one.weight for one in projections], dim=1).T),
                norm=_array(torch.stack([norm.weight, norm.bias])),
                slope=_array(slope.weight),
                out=_array(out.weight.T),
                shift=_array(out.bias),
            )
        return found

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


def _array(tensor: Tensor) -> Floats:
    return np.array(tensor.detach().numpy(), np.float32, order="C")
