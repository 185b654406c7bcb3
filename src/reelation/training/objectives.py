"""What to learn: relatedness without labels, or genres with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.draws import chosen, sample
from reelation.evaluation.metrics import f1_scores, reciprocal_ranks
from reelation.models.base import TitleEncoder
from reelation.seeds import generator
from reelation.training.walks import Rows, Walks

Floats = NDArray[np.float32]
ExactScore = Callable[[Rows, Rows], Floats]
"""[a], [b] rows -> [a, b] what exact terms already say, in units of the loss's logits."""


@dataclass(frozen=True)
class RelatednessConfig:
    """Self-supervised relatedness."""

    batch: int = 1024
    """About so many pairs a step; every other pair's end is a negative."""
    held_out: int = 1000
    """Pairs kept for validation, from a fifth of the titles at the most; their starts are never trained on."""
    pool: int = 4000
    """About so many titles are those among which each held-out end has to be found."""


class Relatedness:
    """Contrastive: the end of a walk is closer than the ends of other walks.

    Source: InfoNCE, van den Oord et al. 2018 (arXiv:1807.03748), symmetric as in Chen et al. 2020
    (arXiv:2002.05709); pairs that are equal or walk to the same title are not counted as negatives.
    """

    figure = "MRR of held-out walks"

    def __init__(
        self,
        walks: Walks,
        titles: int,
        seed: int,
        config: RelatednessConfig | None = None,
        exact: ExactScore | None = None,
    ) -> None:
        self._config = config or RelatednessConfig()
        self._walks, self._exact = walks, exact
        self.head: nn.Module = nn.Module()
        starts, copies = np.unique(walks.starts, return_counts=True)
        keys, rng = walks.keys[starts], generator(seed, "held-out walks")
        held = chosen(keys, copies, min(self._config.held_out, len(starts) // 5), int(rng.integers(2**63)))
        ends = walks.ends(starts[held], rng)
        moved = ends != starts[held]
        self._held = starts[held][moved], ends[moved]
        pool = sample(walks.keys, np.ones(titles, np.int64), self._config.pool, int(rng.integers(2**63)))
        self._pool = np.unique(np.concatenate([self._held[1], pool]))
        left = ~np.isin(starts, self._held[0])
        self._starts, self._copies, self._keys = starts[left], copies[left], keys[left]

    def loss(self, encoder: TitleEncoder, rng: np.random.Generator) -> Tensor:
        """See `Objective.loss`."""
        drawn = sample(self._keys, self._copies, self._config.batch, int(rng.integers(2**63)))
        starts = self._starts[drawn]
        ends = self._walks.ends(starts, rng)
        both = encoder.embed(torch.from_numpy(np.concatenate([starts, ends])))
        a, b = both[: len(starts)], both[len(starts) :]
        logits = encoder.similarity(a, b)
        if self._exact is not None:
            logits = logits + torch.from_numpy(self._exact(starts, ends))
        same = (ends[:, None] == ends[None, :]) | (starts[:, None] == ends[None, :])
        np.fill_diagonal(same, False)
        logits = logits.masked_fill(torch.from_numpy(same), -1e4)
        truth = torch.arange(len(starts))
        forth = nn.functional.cross_entropy(logits, truth, reduction="none")
        back = nn.functional.cross_entropy(logits.T, truth, reduction="none")
        moved = torch.from_numpy(starts != ends)
        return (forth + back)[moved].sum() / (2 * max(int(moved.sum()), 1))

    def validate(self, encoder: TitleEncoder) -> float:
        """Mean reciprocal rank of each held-out walk's end among the pool."""
        starts, ends = self._held
        if len(starts) == 0:
            return 0.0
        pool = encoder.embed(torch.from_numpy(self._pool))
        found = []
        for at in range(0, len(starts), 512):
            rows = starts[at : at + 512]
            scores = encoder.similarity(encoder.embed(torch.from_numpy(rows)), pool).numpy()
            if self._exact is not None:
                scores = scores + self._exact(rows, self._pool)
            scores[rows[:, None] == self._pool[None, :]] = -np.inf
            found.append(reciprocal_ranks(scores, np.searchsorted(self._pool, ends[at : at + 512])))
        return float(np.concatenate(found).mean())


class Genres:
    """Supervised: several genres a title, from a linear layer on its vector.

    The graph that the encoder sees must not hold genres: see `reelation.graph.hide.without`.
    """

    figure = "macro F1 of held-out titles"

    def __init__(self, labels: Floats, train: Rows, validation: Rows, width: int, batch: int = 1024) -> None:
        """Keep labels and splits.

        Args:
            labels: [titles, genres] 0 or 1.
            train: rows to learn from.
            validation: rows to choose by.
            width: columns of the encoder's vectors.
            batch: titles a step.
        """
        self._labels, self._train, self._validation, self._batch = labels, train, validation, batch
        self.head: nn.Module = nn.Linear(width, labels.shape[1])
        share = labels[train].mean(axis=0).clip(1e-3, 1 - 1e-3)
        nn.init.zeros_(self.head.weight)
        self.head.bias.data = torch.from_numpy(np.log(share / (1 - share)).astype(np.float32))

    def loss(self, encoder: TitleEncoder, rng: np.random.Generator) -> Tensor:
        """Binary cross-entropy of a batch of training titles."""
        rows = rng.choice(self._train, min(self._batch, len(self._train)), replace=False)
        logits = self.head(encoder.embed(torch.from_numpy(rows)))
        return nn.functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(self._labels[rows]))

    def probabilities(self, encoder: TitleEncoder, rows: Rows) -> Floats:
        """[rows, genres] predicted probabilities."""
        with torch.no_grad():
            return np.asarray(torch.sigmoid(self.head(encoder.embed(torch.from_numpy(rows)))).numpy())

    def validate(self, encoder: TitleEncoder) -> float:
        """Macro F1 on the validation titles, at the threshold that suits them best."""
        return self.best_threshold(encoder)[1]

    def best_threshold(self, encoder: TitleEncoder) -> tuple[float, float]:
        """The probability, out of .05, .10 … .60, from which on a genre is said to apply, and its macro F1."""
        found, truth = self.probabilities(encoder, self._validation), self._labels[self._validation]
        tried = [(step / 20, f1_scores(truth, found >= step / 20).macro) for step in range(1, 13)]
        return max(tried, key=lambda pair: pair[1])
