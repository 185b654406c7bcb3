"""What to learn for recommendation: liked titles above others, in pairs (BPR) or against all (softmax)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn

from reelation.models.lightgcn import LightGcn
from reelation.models.taste import Taste

Quality = Callable[[NDArray[np.floating[Any]]], float]
"""[viewers, titles] scores -> figure on validation data, higher is better."""


@dataclass(frozen=True)
class BprConfig:
    """Bayesian personalised ranking."""

    batch: int = 2048
    """Likes a step."""
    ridge: float = 1e-4
    """Penalty on the vectors that a step uses."""


class Bpr:
    """A liked title above a random one that the viewer is not known to like.

    Source: Rendle et al. 2009 (arXiv:1205.2618); the penalty on first-layer vectors as in LightGCN,
        arXiv:2002.02126, equation 15.
    """

    figure = "validation"

    def __init__(
        self, likes: sparse.csr_array, quality: Callable[[LightGcn], float] | None, config: BprConfig | None = None
    ) -> None:
        """Keep the likes.

        Args:
            likes: [viewers, titles].
            quality: the figure on validation data. None: there is nothing to choose by; training runs to its end and
                the last weights stay.
            config: batch and penalty.
        """
        self._config = config or BprConfig()
        self._quality = quality
        self._looks = 0
        self.head: nn.Module = nn.Module()
        pairs = likes.tocoo()
        self._viewer, self._title = pairs.row.astype(np.int64), pairs.col.astype(np.int64)
        self._titles = likes.shape[1]
        self._known = np.sort(self._viewer * self._titles + self._title)

    def loss(self, encoder: LightGcn, rng: np.random.Generator) -> Tensor:
        """See `Objective.loss`."""
        chosen = rng.integers(0, len(self._viewer), self._config.batch)
        viewer, liked = self._viewer[chosen], self._title[chosen]
        other = rng.integers(0, self._titles, len(chosen))
        for _ in range(3):
            clash = self._is_known(viewer, other)
            other[clash] = rng.integers(0, self._titles, int(clash.sum()))
        of_viewers, of_titles = encoder.vectors()
        v, a, b = (torch.from_numpy(rows) for rows in (viewer, liked, other))
        margin = (of_viewers[v] * (of_titles[a] - of_titles[b])).sum(dim=1)
        used = encoder.own[torch.cat([v, encoder.viewers + a, encoder.viewers + b])]
        return nn.functional.softplus(-margin).mean() + self._config.ridge * (used**2).sum() / (2 * len(chosen))

    def validate(self, encoder: LightGcn) -> float:
        """The figure on validation data; without any, the number of looks so far."""
        self._looks += 1
        return float(self._looks) if self._quality is None else self._quality(encoder)

    def _is_known(self, viewer: NDArray[np.int64], title: NDArray[np.int64]) -> NDArray[np.bool_]:
        pairs = viewer * self._titles + title
        at = np.minimum(np.searchsorted(self._known, pairs), len(self._known) - 1)
        return np.asarray(self._known[at] == pairs)


def lightgcn_scores(encoder: LightGcn) -> NDArray[np.float32]:
    """[viewers, titles] inner products."""
    with torch.no_grad():
        of_viewers, of_titles = encoder.vectors()
        return np.asarray((of_viewers @ of_titles.T).numpy(), np.float32)


@dataclass(frozen=True)
class SoftmaxConfig:
    """Liked titles against all."""

    batch: int = 128
    """Viewers a step."""
    kept: float = 0.5
    """Share of a viewer's likes, on average, from which the others have to be told."""


class LikesSoftmax:
    """From some of a viewer's likes to the others, as one draw each out of all titles with a history.

    Source: the multinomial likelihood of Liang et al. 2018 (arXiv:1802.05814), with likes dropped from the input and
        only the dropped ones asked for.
    """

    figure = "NDCG@10"

    def __init__(
        self,
        likes: sparse.csr_array,
        quality: Quality | None,
        candidates: NDArray[np.bool_],
        config: SoftmaxConfig | None = None,
    ) -> None:
        """Keep the likes.

        Args:
            likes: [viewers, titles].
            quality: of scores; None as in `Bpr`.
            candidates: [titles] True for titles with a history.
            config: batch and share.
        """
        self._config = config or SoftmaxConfig()
        self._quality = quality
        self._looks = 0
        self.head: nn.Module = nn.Module()
        self._likes = likes
        self._barred = torch.from_numpy(~candidates)
        self._able = np.flatnonzero(np.diff(likes.indptr) >= 2)

    def loss(self, encoder: Taste, rng: np.random.Generator) -> Tensor:
        """See `Objective.loss`."""
        rows = rng.choice(self._able, min(self._config.batch, len(self._able)), replace=False)
        liked = self._likes[rows].toarray()
        given = liked * (rng.random(liked.shape) < self._config.kept)
        wanted = liked - given
        logits = encoder.scores(torch.from_numpy(_shares(given)))
        logits = logits.masked_fill(self._barred | torch.from_numpy(given > 0), -1e4)
        told = torch.from_numpy(_shares(wanted))
        return -(told * nn.functional.log_softmax(logits, dim=1)).sum(dim=1).mean()

    def validate(self, encoder: Taste) -> float:
        """NDCG@10 on validation data; without any, the number of looks so far."""
        self._looks += 1
        return float(self._looks) if self._quality is None else self._quality(taste_scores(encoder, self._likes))


def taste_scores(encoder: Taste, likes: sparse.csr_array) -> NDArray[np.float32]:
    """[viewers, titles] scores of every title for every viewer by all of his likes."""
    with torch.no_grad():
        return np.asarray(encoder.scores(torch.from_numpy(_shares(likes.toarray()))).numpy(), np.float32)


def _shares(likes: NDArray[np.float32]) -> NDArray[np.float32]:
    total = likes.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(likes, total, out=np.zeros_like(likes), where=total > 0), np.float32)
