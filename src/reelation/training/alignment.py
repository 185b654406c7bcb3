"""What fusion learns: to put a title that is known by one thing only where it would be if everything were known.

    inputs of a title  ->  guess  --closest to the titles that its full vector is closest to-->  loss

The full vectors are fixed; the towers are aligned with them, not the other way round.

Source: a locked tower that others are aligned with is LiT, Zhai et al. 2022 (arXiv:2111.07991); InfoNCE with soft
targets from the locked tower's own similarities follows CLIP's descendants, Andonian et al. 2022 (arXiv:2204.04588).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.models.fusion import FusionNetwork
from reelation.seeds import generator
from reelation.training.parts.neighbours import Wholes

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

FIGURE = "recall@50 of held-out titles' neighbours"
_SAMPLE = 50_000
"""Titles that the axes are taken from at the most."""


@dataclass(frozen=True)
class AlignmentConfig:
    """The contrastive loss of fusion; chosen on held-out titles (docs/research/senses.md)."""

    batch: int = 512
    """Titles a step; half of them have a picture or sound, where there are enough."""
    crowd: int = 1536
    """Further titles that each guess is compared with."""
    temperature: float = 0.05
    """Of the full vectors' own scores, which run from 0 to about 1."""
    regression: float = 1.0
    """Weight of the squared distance to the full vector, which keeps guesses of the right length: unsure is short."""
    held_out: float = 0.1
    """Share of titles to choose the best step by."""
    pool: int = 3000
    """Titles among which held-out titles' neighbours have to be found."""
    neighbours: int = 50
    axes: int = 128
    """Columns that guesses are compared by in training: the axes along which full vectors are longest. A wide atlas
    costs little more than a narrow one then; what is validated are whole scores."""


class Alignment:
    """Guesses from some of a title's inputs, against where the title is by all that is known of it."""

    figure = FIGURE

    def __init__(
        self, there: NDArray[np.bool_], full: Floats, wholes: Wholes, seed: int, config: AlignmentConfig
    ) -> None:
        """Hold out titles.

        Args:
            there: [titles, inputs] which titles have which input; a title of which not enough else is known has none.
            full: [titles, width] the vectors to be guessed.
            wholes: the whole scores, terms included.
            seed: of the held-out titles.
            config: how.
        """
        self._full, self._config = torch.from_numpy(full), config
        self._sketch = torch.from_numpy(wholes.sketch(seed))
        self._length = torch.from_numpy(wholes.lengths)
        self.head: nn.Module = nn.ParameterDict({"log_scale": nn.Parameter(torch.tensor(3.0))})
        rng = generator(seed, "fusion held out")
        known = rng.permutation(np.flatnonzero(there.any(axis=1)))
        held = known[: int(config.held_out * len(known))]
        self.learnable = np.sort(known[len(held) :])
        """[learnable] titles that are learned from."""
        rare = there.sum(axis=0) < there.sum(axis=0).max() / 2
        self._rare = self.learnable[there[self.learnable][:, rare].any(axis=1)]
        self._axes = torch.from_numpy(_main_axes(full[known[len(held) :][:_SAMPLE]], config.axes))
        self._narrow = self._full @ self._axes
        self._pool = np.sort(rng.permutation(self.learnable)[: config.pool])
        self._asked = [held[there[held, at]][:400] for at in range(there.shape[1])]
        self._near = [self._neighbours(wholes, rows) for rows in self._asked]

    def _neighbours(self, wholes: Wholes, rows: Rows) -> NDArray[np.bool_]:
        """[rows, pool] the closest titles of each among the pool, by the whole score."""
        if not len(rows):
            return np.zeros((0, len(self._pool)), bool)
        scores = wholes.cosines(rows, self._pool) * wholes.lengths[self._pool]
        return _top(scores, self._config.neighbours)

    def loss(self, encoder: FusionNetwork, rng: np.random.Generator) -> Tensor:
        """Cross-entropy between whom the full vector is close to and whom the guess is close to, and the distance."""
        config = self._config
        few = rng.choice(self._rare, min(config.batch // 2, len(self._rare)), replace=False)
        rest = rng.choice(self.learnable, min(config.batch - len(few), len(self.learnable)), replace=False)
        crowd = rng.integers(0, len(self._full), config.crowd)
        rows = torch.from_numpy(np.concatenate([few, rest]))
        others = torch.from_numpy(np.unique(np.concatenate([few, rest, crowd])))
        guess = encoder.guess(rows, encoder.some_inputs(rows))
        itself = rows[:, None] == others[None, :]
        with torch.no_grad():
            wanted = (self._sketch[rows] @ self._sketch[others].T) * self._length[others]
            target = torch.softmax(wanted.masked_fill(itself, -torch.inf) / config.temperature, dim=1)
        assert isinstance(self.head, nn.ParameterDict)
        logits = (guess @ self._axes) @ self._narrow[others].T * torch.exp(self.head["log_scale"])
        told = torch.log_softmax(logits.masked_fill(itself, -1e4), dim=1)
        contrast = -(target * told).sum(dim=1).mean()
        distance = (guess - self._full[rows]).pow(2).sum() / self._full[rows].pow(2).sum().clamp_min(1e-9)
        return contrast + config.regression * distance

    def validate(self, encoder: FusionNetwork) -> float:
        """The mean over inputs of recall@50 by each alone; see `recalls`."""
        found = [value for value in self.recalls(encoder).values() if not np.isnan(value)]
        return float(np.mean(found)) if found else 0.0

    def recalls(self, encoder: FusionNetwork) -> dict[str, float]:
        """Input -> share of held-out titles' neighbours among the closest 50 of a guess from that input alone."""
        full, figures = self._full[torch.from_numpy(self._pool)], {}
        for at, (name, rows) in enumerate(zip(encoder.inputs, self._asked, strict=True)):
            only = torch.zeros(len(rows), len(encoder.inputs), dtype=torch.bool)
            only[:, at] = True
            if not len(rows):
                figures[name] = float("nan")
                continue
            scores = (encoder.guess(torch.from_numpy(rows), only) @ full.T).numpy()
            scores[rows[:, None] == self._pool[None, :]] = -np.inf
            hit = _top(scores, self._config.neighbours) & self._near[at]
            figures[name] = float((hit.sum(axis=1) / np.maximum(1, self._near[at].sum(axis=1))).mean())
        return figures


def _main_axes(rows: Floats, count: int) -> Floats:
    """[columns, count] directions at right angles in which rows are longest; fewer where there are fewer columns."""
    _, axes = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    return np.ascontiguousarray(axes[:, : -count - 1 : -1], np.float32)


def _top(scores: Floats, count: int) -> NDArray[np.bool_]:
    """[rows, columns] True at the `count` highest of each row."""
    count = min(count, scores.shape[1])
    best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    found = np.zeros(scores.shape, bool)
    np.put_along_axis(found, best, values=True, axis=1)
    return found
