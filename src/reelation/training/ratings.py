"""What to learn about ratings: the level of stars, or the stars themselves.

model + known ratings  ->  loss on training ratings, root mean squared error on validation ratings
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from reelation.evaluation.interactions import Interactions
from reelation.models.gcmc import Gcmc


class LevelLoss:
    """Cross entropy of the level that was given, over a batch of training ratings; messages pass along all of them.

    Validation is by root mean squared error, its sign turned so that higher is better. Where nothing is held out, for
    the last fit on everything, the error on training ratings keeps the last weights.

    Source: van den Berg et al. 2017 (arXiv:1706.02263), equation 6, and section 3.1 on batches.
    """

    figure = "minus RMSE"

    def __init__(
        self, train: Interactions, held: Interactions | None, levels: tuple[float, ...], batch: int = 20_000
    ) -> None:
        """Keep the ratings.

        Args:
            train: learned from.
            held: validation; None for the last fit, on everything.
            levels: every value of stars, rising.
            batch: ratings a step.
        """
        self.head: nn.Module = nn.Module()
        self._levels, self._batch = levels, batch
        self._viewer, self._title, stars = _columns(train)
        self._held = _columns(held) if held is not None else (self._viewer, self._title, stars)
        self._level = torch.from_numpy(np.searchsorted(np.asarray(levels, np.float32), train.stars))

    def loss(self, encoder: Gcmc, rng: np.random.Generator) -> Tensor:
        """See `Objective.loss`."""
        if len(self._level) <= self._batch:
            return nn.functional.cross_entropy(encoder.logits(self._viewer, self._title), self._level)
        rows = torch.from_numpy(rng.integers(0, len(self._level), self._batch))
        return nn.functional.cross_entropy(encoder.logits(self._viewer[rows], self._title[rows]), self._level[rows])

    def validate(self, encoder: Gcmc) -> float:
        """Minus the root mean squared error on validation ratings, in stars."""
        viewer, title, stars = self._held
        found = encoder.stars(viewer, title).clamp(self._levels[0], self._levels[-1])
        return -float(torch.sqrt(torch.mean((found - stars) ** 2)))


def _columns(events: Interactions) -> tuple[Tensor, Tensor, Tensor]:
    viewer, title = (torch.from_numpy(column.astype(np.int64)) for column in (events.viewer, events.title))
    return viewer, title, torch.from_numpy(events.stars)
