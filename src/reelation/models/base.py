"""The contracts of models: what the loop can train, and encoders of titles (rows in, one block a facet out)."""

from __future__ import annotations

import abc

import torch
from torch import Tensor, nn


class Model(nn.Module):
    """Anything that `reelation.training.loop.fit` can train, with an objective that knows how to ask it."""

    def start_step(self) -> None:
        """Called before every training step and before evaluation; full-graph models forget their last pass here."""


class TitleEncoder(Model, abc.ABC):
    """Turns titles into vectors made of one block a facet.

    `facets` says how wide each facet's block is, in the order of the columns. How much each facet counts is
    learned beside the encoder, as one number a facet.
    """

    def __init__(self, facets: dict[str, int]) -> None:
        super().__init__()
        self.facets = facets
        self.facet_logits = nn.Parameter(torch.zeros(len(facets)))
        self.log_temperature = nn.Parameter(torch.tensor(-2.5))

    @abc.abstractmethod
    def embed(self, rows: Tensor) -> Tensor:
        """Blocks side by side.

        Args:
            rows: [batch] int64, rows of titles.

        Returns:
            [batch, sum of widths]; each block of unit length.
        """

    def facet_weights(self) -> Tensor:
        """[facets] shares of the score, positive, adding up to 1."""
        return torch.softmax(self.facet_logits, dim=0)

    def similarity(self, a: Tensor, b: Tensor) -> Tensor:
        """[a, b] weighted inner products of two sets of embedded titles, over the learned temperature."""
        weights = torch.repeat_interleave(
            self.facet_weights(), torch.tensor(list(self.facets.values())), output_size=a.shape[1]
        )
        return (a * weights) @ b.T * torch.exp(-self.log_temperature)


def unit_blocks(blocks: list[Tensor]) -> Tensor:
    """Scale each block's rows to length 1 and put the blocks side by side."""
    return torch.cat([nn.functional.normalize(block, dim=1) for block in blocks], dim=1)
