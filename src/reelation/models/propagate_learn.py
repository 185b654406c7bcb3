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

from reelation.draws import Keys, apart, lot, uniform
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

    def __init__(self, channels: Sequence[Channel], config: PropagateLearnConfig, titles: Keys | None = None) -> None:
        """A network whose first weights PyTorch's generator decides.

        Args:
            channels: what it reads.
            config: sizes.
            titles: [titles] keys, for what is dropped in training; rows where None.
        """
        first = int(torch.randint(2**62, ()))
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
        self._keys = titles if titles is not None else np.arange(len(channels[0].values), dtype=np.uint64)
        self._number = {name: at for at, name in enumerate(name for names in self._names.values() for name in names)}
        self._draw(channels, first)

    def _draw(self, channels: Sequence[Channel], first: int) -> None:
        """Weights as PyTorch's linear layers have them at first, uniform up to one over the root of what comes in, but
        each layer's by its name and each thing's by its id, so that other things change none of them.
        """
        for facet, names in self._names.items():
            for name, projection, channel in zip(
                names,
                self.project[facet],  # type: ignore[call-overload]
                (channel for channel in channels if channel.facet == facet),
                strict=True,
            ):
                _draw_linear(projection, lot(first, f"{facet} {name}"), channel.things)
            _draw_linear(self.head[facet][2], lot(first, f"{facet} out"))  # type: ignore[index]

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
        left_out = self._left_out(rows) if self.training and self._config.channel_dropout > 0 else None
        for facet, inputs in self._inputs.items():
            projections = self.project[facet]
            total = torch.zeros(len(rows), self._config.hidden)
            for name, values, projection in zip(self._names[facet], inputs, projections, strict=True):  # type: ignore[call-overload]
                part = projection(values[rows].float())
                if left_out is not None and len(inputs) > 1:
                    keep = ~left_out[:, self._number[name], None]
                    part = part * keep / (1 - self._config.channel_dropout)
                total = total + part
            blocks.append(self.head[facet](total))
        return unit_blocks(blocks)

    def _left_out(self, rows: Tensor) -> Tensor:
        """[batch, channels of all facets] which channels each example does without, by the ids of its titles."""
        drawn = int(torch.randint(2**62, ()))
        numbers = uniform(apart(self._keys[rows.numpy()]), drawn, len(self._number))
        return torch.from_numpy(numbers < self._config.channel_dropout)


def _draw_linear(layer: nn.Linear, drawn: int, things: Keys | None = None) -> None:
    bound = layer.in_features**-0.5
    columns = things if things is not None else np.arange(layer.in_features, dtype=np.uint64)
    weight = (2 * uniform(columns, drawn, layer.out_features) - 1) * bound
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight.T))
        if layer.bias is not None:
            bias = uniform(np.zeros(1, np.uint64), lot(drawn, "bias"), layer.out_features)[0]
            layer.bias.copy_(torch.from_numpy((2 * bias - 1) * bound))


def _array(tensor: Tensor) -> Floats:
    return np.array(tensor.detach().numpy(), np.float32, order="C")
