"""Learning classes of titles from labels: several a title, or exactly one."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.evaluation.decisions import validation_f1
from reelation.models.base import TitleEncoder

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class LabelHead(nn.Module):
    """A linear layer on title vectors, which it scales to a length of its own."""

    def __init__(self, width: int, share: Floats, exclusive: bool, dropout: float = 0.0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(width**0.5))
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(width, len(share))
        share = share.clip(1e-3, 1 - 1e-3)
        first = np.log(share) if exclusive else np.log(share / (1 - share))
        nn.init.zeros_(self.linear.weight)
        self.linear.bias.data = torch.from_numpy(first.astype(np.float32))

    def forward(self, vectors: Tensor) -> Tensor:
        """[titles, width] unit-length blocks -> [titles, classes] logits."""
        out: Tensor = self.linear(self.dropout(vectors * self.scale))
        return out


class Labels:
    """Supervised: classes from a linear layer on a title's vector.

    The graph that the encoder sees must not hold the labels of any title that it is asked for in training.
    """

    figure = "macro F1 of validation titles"

    def __init__(
        self, labels: Flags, train: Rows, validation: Rows, width: int, *, exclusive: bool, dropout: float = 0.0
    ) -> None:
        """Keep labels and splits.

        Args:
            labels: [titles, classes].
            train: rows to learn from; at most 2,048 a step.
            validation: rows to choose by.
            width: columns of the encoder's vectors.
            exclusive: exactly one class a title, learned by softmax; otherwise one sigmoid a class.
            dropout: of the vectors before the linear layer, 0 to 1.
        """
        self._labels, self._train, self._validation, self._exclusive = labels, train, validation, exclusive
        self.head: nn.Module = LabelHead(width, labels[train].mean(axis=0).astype(np.float32), exclusive, dropout)

    def loss(self, encoder: TitleEncoder, rng: np.random.Generator) -> Tensor:
        """Cross-entropy of a batch of training titles."""
        rows = self._train
        if len(rows) > 2048:
            rows = rng.choice(rows, 2048, replace=False)
        logits = self.head(encoder.embed(torch.from_numpy(rows)))
        truth = torch.from_numpy(self._labels[rows])
        if self._exclusive:
            return nn.functional.cross_entropy(logits, truth.float().argmax(dim=1))
        return nn.functional.binary_cross_entropy_with_logits(logits, truth.float())

    def probabilities(self, encoder: TitleEncoder, rows: Rows) -> Floats:
        """[rows, classes] predicted probabilities, from an encoder in evaluation mode."""
        with torch.no_grad():
            logits = self.head(encoder.embed(torch.from_numpy(rows)))
            found = torch.softmax(logits, dim=1) if self._exclusive else torch.sigmoid(logits)
            return np.asarray(found.numpy(), np.float32)

    def validate(self, encoder: TitleEncoder) -> float:
        """Macro F1 of the validation titles, at the thresholds that suit them best."""
        found = self.probabilities(encoder, self._validation)
        return validation_f1(self._labels[self._validation], found, self._exclusive)
