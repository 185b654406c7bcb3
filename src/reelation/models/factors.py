"""Matrix factorisation with biases: the classic of rating prediction.

Source: Koren, Bell & Volinsky 2009, doi:10.1109/MC.2009.263, equation 5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from reelation.models.base import Model


class Factors(Model):
    """Overall mean + biases + inner product."""

    def __init__(self, viewers: int, titles: int, width: int, overall: float, seed: int) -> None:
        """Draw the first weights.

        Args:
            viewers: how many.
            titles: how many.
            width: columns of the factors.
            overall: mean stars.
            seed: of the weights.
        """
        super().__init__()
        torch.manual_seed(seed)
        self.overall = nn.Parameter(torch.tensor(float(overall)))
        self.viewer_bias = nn.Parameter(torch.zeros(viewers))
        self.title_bias = nn.Parameter(torch.zeros(titles))
        self.viewer = nn.Parameter(torch.randn(viewers, width) * 0.1)
        self.title = nn.Parameter(torch.randn(titles, width) * 0.1)

    def stars(self, viewer: Tensor, title: Tensor) -> Tensor:
        """[pairs] predicted stars.

        Args:
            viewer: [pairs] int64.
            title: [pairs] int64.
        """
        biases = self.overall + self.viewer_bias[viewer] + self.title_bias[title]
        return biases + (self.viewer[viewer] * self.title[title]).sum(dim=1)

    def penalty(self, viewer: Tensor, title: Tensor) -> Tensor:
        """Mean squared length of the pairs' factors and biases: what weighted regularisation penalises."""
        lengths = self.viewer[viewer].square().sum(1) + self.title[title].square().sum(1)
        return (lengths + self.viewer_bias[viewer].square() + self.title_bias[title].square()).mean()
