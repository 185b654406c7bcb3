"""Gated fusion: from whatever is known of a title (a poster, a text, its people …) to its place among all titles.

    inputs  ->  a tower each  ->  attention over those that are there  ->  [titles, width] guess of the title's vector

One input is enough; several are weighed by how much each has to say of this very title. A tower is a linear map in
closed form, which stays as it is, beside a hidden layer that learns what the linear map misses.

Source: gates over modalities are Arevalo et al. 2017, Gated Multimodal Units (arXiv:1702.01992), there for genres of
films from poster and plot; dropping whole modalities in training is ModDrop, Neverova et al. 2016 (arXiv:1501.00102).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.models.base import Model

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FusionConfig:
    """Sizes of the fusion network."""

    hidden: int = 128
    """Width of each tower, and of what they are fused into."""
    dropout: float = 0.3
    """Probability that a number of a tower's hidden layer is left out in training."""
    keep: float = 0.5
    """Probability that an input which is there is looked at in a training example; one always is."""


class FusionNetwork(Model):
    """One tower an input, a gate over the inputs that are there, one linear head."""

    def __init__(
        self,
        inputs: Mapping[str, Floats],
        linear: Mapping[str, tuple[Floats, Floats]],
        size: float,
        config: FusionConfig,
    ) -> None:
        """Draw the first weights.

        Args:
            inputs: name -> [titles, columns]; a zero row is a title that does not have it.
            linear: name -> ([columns, width], [width]) the map from an input to the vector, and what is added.
            size: the usual size of a number of the vectors: the unit of what the hidden layers add.
            config: sizes.
        """
        super().__init__()
        self._size = size
        width = len(next(iter(linear.values()))[1])
        self._linear = {name: tuple(torch.from_numpy(part) for part in parts) for name, parts in linear.items()}
        self.inputs = {name: torch.from_numpy(np.ascontiguousarray(rows)) for name, rows in inputs.items()}
        self.there = torch.stack([rows.any(dim=1) for rows in self.inputs.values()], dim=1)
        """[titles, inputs] which title has which."""
        self._config = config
        self._scale = {name: _usual(rows) for name, rows in self.inputs.items()}
        self.bent = nn.ModuleList(nn.Linear(rows.shape[1], config.hidden) for rows in self.inputs.values())
        self.mixed = nn.ModuleList(nn.Linear(config.hidden, config.hidden) for _ in self.inputs)
        self.gate = nn.ModuleList(nn.Linear(config.hidden, 1) for _ in self.inputs)
        self.head = nn.Linear(config.hidden, width, bias=False)
        nn.init.zeros_(self.head.weight)

    def guess(self, rows: Tensor, looked_at: Tensor | None = None) -> Tensor:
        """[rows, width] guesses.

        Args:
            rows: [rows] int64 of titles that have at least one input.
            looked_at: [rows, inputs] which inputs to read; all that are there where None.
        """
        there = self.there[rows] if looked_at is None else looked_at
        looking = [there[:, at].nonzero().squeeze(1) for at in range(len(self.inputs))]  # the others cost nothing
        given = [values[rows[some]] for some, values in zip(looking, self.inputs.values(), strict=True)]
        towers = [self._tower(at, name, x) for at, (name, x) in enumerate(zip(self.inputs, given, strict=True))]
        odds = torch.stack(
            [
                torch.full((len(rows),), -torch.inf).index_copy(0, some, self.gate[at](torch.relu(tower)).squeeze(1))
                for at, (some, tower) in enumerate(zip(looking, towers, strict=True))
            ],
            dim=1,
        )
        share = torch.softmax(odds, dim=1)
        mixed = torch.zeros(len(rows), self._config.hidden)
        straight = torch.zeros(len(rows), self.head.out_features)
        for at, (some, name) in enumerate(zip(looking, self.inputs, strict=True)):
            own, (weights, shift) = share[some, at, None], self._linear[name]
            mixed = mixed.index_add(0, some, own * towers[at])
            straight = straight.index_add(0, some, own * (given[at] @ weights + shift))
        fused: Tensor = self.head(mixed)
        return fused * self._size + straight

    def _tower(self, at: int, name: str, x: Tensor) -> Tensor:
        hidden = torch.relu(self.bent[at](x * self._scale[name]))
        found: Tensor = self.mixed[at](nn.functional.dropout(hidden, self._config.dropout, self.training))
        return found

    def some_inputs(self, rows: Tensor) -> Tensor:
        """[rows, inputs] a random choice among the inputs that are there, never none: modality dropout."""
        there = self.there[rows]
        drawn = torch.rand(there.shape).masked_fill(~there, 2.0)
        return there & ((drawn < self._config.keep) | (drawn == drawn.min(dim=1, keepdim=True).values))

    def export(self) -> dict[str, Floats]:
        """The weights as plain arrays, for answering without PyTorch; see `reelation.search.fusing`."""
        found = {"head": _array(self.head.weight.T * self._size)}
        for at, name in enumerate(self.inputs):
            bent, mixed, gate = self.bent[at], self.mixed[at], self.gate[at]
            assert isinstance(bent, nn.Linear)
            assert isinstance(mixed, nn.Linear)
            assert isinstance(gate, nn.Linear)
            found[f"{name}-straight"], found[f"{name}-shift"] = (_array(part) for part in self._linear[name])
            found[f"{name}-bent"] = _array(bent.weight.T * self._scale[name])
            found[f"{name}-bend"] = _array(bent.bias)
            found[f"{name}-mixed"] = _array(mixed.weight.T)
            found[f"{name}-mix"] = _array(mixed.bias)
            found[f"{name}-gate"] = _array(torch.cat([gate.weight[0], gate.bias]))
        return found


def _usual(rows: Tensor) -> float:
    """One over the usual size of a number in the rows that are not zero."""
    there = rows[rows.any(dim=1)]
    size = float(there.pow(2).mean().sqrt()) if len(there) else 0.0
    return 1 / size if size > 0 else 1.0


def _array(tensor: Tensor) -> Floats:
    return np.array(tensor.detach().numpy(), np.float32, order="C")
