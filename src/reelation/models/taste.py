"""Propagate-then-learn for viewers: titles from propagated features, a viewer from the titles that he likes.

    features of titles [titles, width]  --small network-->  title vectors, as liked and as asked about
    mean of the vectors of what a viewer likes  --inner product-->  every title

A title needs no history to get a vector, and a viewer needs no training to get one.

Source: relation-wise features first, learning after, as in SIGN (arXiv:2004.11198); a viewer as the mean of item
vectors with a softmax over items follows Covington et al. 2016, doi:10.1145/2959100.2959190.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.models.base import Model


@dataclass(frozen=True)
class TasteConfig:
    """Sizes of a taste network."""

    width: int = 96
    """Columns of a title's and a viewer's vector."""
    hidden: int = 192
    dropout: float = 0.3
    """Of features and of hidden units."""
    own: bool = True
    """Also a learned vector a title; off where titles without history are asked about."""


class Taste(Model):
    """Viewers by what they like, titles by their features."""

    def __init__(self, features: NDArray[np.float32], config: TasteConfig, seed: int) -> None:
        """Draw the first weights.

        Args:
            features: [titles, width] propagated features.
            config: sizes.
            seed: of the first weights.
        """
        super().__init__()
        torch.manual_seed(seed)
        self._features = torch.from_numpy(features)
        self.body = nn.Sequential(
            nn.Dropout(config.dropout),
            nn.Linear(features.shape[1], config.hidden),
            nn.LayerNorm(config.hidden),
            nn.PReLU(),
            nn.Dropout(config.dropout),
        )
        self.liked = nn.Linear(config.hidden, config.width)
        self.asked = nn.Linear(config.hidden, config.width)
        self.bias = nn.Linear(config.hidden, 1)
        self.own: nn.ParameterList | None = None
        if config.own:
            shapes = ((len(features), config.width), (len(features), config.width), (len(features), 1))
            self.own = nn.ParameterList(nn.Parameter(torch.randn(shape) * 0.02) for shape in shapes)

    def scores(self, likes: Tensor) -> Tensor:
        """Logits of every title.

        Args:
            likes: [viewers, titles] how much each title counts in the viewer's mean; rows add up to 1 or are 0.

        Returns:
            [viewers, titles].
        """
        hidden = self.body(self._features)
        liked, asked, bias = self.liked(hidden), self.asked(hidden), self.bias(hidden)
        if self.own is not None:
            liked, asked, bias = liked + self.own[0], asked + self.own[1], bias + self.own[2]
        found: Tensor = likes @ liked @ asked.T + bias.T
        return found
