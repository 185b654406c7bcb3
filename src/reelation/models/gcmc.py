"""GC-MC: a graph auto-encoder that completes a matrix of ratings.

    ratings = one bipartite graph a level  --messages a level-->  viewer and title vectors  --bilinear-->  level

Source: van den Berg, Kipf & Welling 2017 (arXiv:1706.02263): messages by level with stacked accumulation (eq. 1, 2),
node dropout (2.5), left-normalised messages, a bilinear decoder whose matrices share a basis (eq. 5), weights shared
over levels by adding them up (3.1, "ordinal weight sharing"), features through a layer of their own (eq. 10).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn

from reelation.evaluation.interactions import Interactions
from reelation.models.base import Model


@dataclass(frozen=True)
class GcmcConfig:
    """Sizes of GC-MC; the defaults are the paper's for MovieLens 100K."""

    hidden: int = 500
    """Width of the messages, all levels side by side."""
    width: int = 75
    """Columns of viewer and title vectors."""
    bases: int = 2
    """Matrices that the decoder's levels are mixed from."""
    dropout: float = 0.7
    """Probability that a whole node sends no messages, and of each number of the hidden layer."""
    feature_width: int = 10
    """Hidden width of the features' own layer."""


@dataclass(frozen=True)
class RatingGraph:
    """What GC-MC passes messages over."""

    by_level: list[sparse.csr_array]
    """A level of stars each: [viewers, titles] 1 where given."""
    levels: NDArray[np.float32]
    """[levels] stars, rising."""
    viewer_features: sparse.csr_array | None = None
    """[viewers, columns]."""
    title_features: sparse.csr_array | None = None
    """[titles, columns]."""


def rating_graph(
    events: Interactions,
    levels: tuple[float, ...],
    viewer_features: sparse.csr_array | None = None,
    title_features: sparse.csr_array | None = None,
) -> RatingGraph:
    """Part the ratings by level.

    Args:
        events: the ratings that messages pass along.
        levels: every value that stars can take.
        viewer_features: [viewers, columns] or None.
        title_features: [titles, columns] or None.
    """
    parts = [events.only(events.stars == level).matrix() for level in levels]
    return RatingGraph(parts, np.asarray(levels, np.float32), viewer_features, title_features)


class Gcmc(Model):
    """The paper's auto-encoder; nodes start from their identity."""

    def __init__(self, graph: RatingGraph, config: GcmcConfig, seed: int) -> None:
        """Draw the first weights.

        Args:
            graph: kept as messages' paths; both sides get vectors.
            config: sizes.
            seed: of the weights.
        """
        super().__init__()
        torch.manual_seed(seed)
        self._config = config
        self.levels: Tensor
        self.register_buffer("levels", torch.from_numpy(graph.levels), persistent=False)
        viewers, titles = graph.by_level[0].shape
        count = len(graph.levels)
        each = max(1, config.hidden // count)
        self._forth = [_left_normalised(part, graph.by_level) for part in graph.by_level]
        turned = [sparse.csr_array(part.T) for part in graph.by_level]
        self._back = [_left_normalised(part, turned) for part in turned]
        self.viewer_ids = nn.Parameter(_glorot(count, viewers, each))
        self.title_ids = nn.Parameter(_glorot(count, titles, each))
        self.viewer_side = _Side(count * each, graph.viewer_features, config)
        self.title_side = _Side(count * each, graph.title_features, config)
        self.bases = nn.Parameter(torch.stack([_glorot(1, config.width, config.width)[0] for _ in range(config.bases)]))
        self.mix = nn.Parameter(_glorot(1, config.bases, count)[0])
        self._last: tuple[Tensor, Tensor] | None = None

    def start_step(self) -> None:
        """Forget the last pass over the graph."""
        self._last = None

    def vectors(self) -> tuple[Tensor, Tensor]:
        """[viewers, width] and [titles, width], the graph passed once a step."""
        if self._last is None:
            to_viewers = self._messages(self._forth, self.title_ids)
            to_titles = self._messages(self._back, self.viewer_ids)
            self._last = self.viewer_side(to_viewers), self.title_side(to_titles)
        return self._last

    def _messages(self, paths: list[_Paths], weights: Tensor) -> Tensor:
        summed = torch.cumsum(weights, dim=0)  # a level's weights are its own added to those of all lower levels
        if self.training and self._config.dropout > 0:
            keep = (torch.rand(summed.shape[1], 1) >= self._config.dropout) / (1 - self._config.dropout)
            summed = summed * keep
        return torch.cat([_product(path, summed[level]) for level, path in enumerate(paths)], dim=1)

    def logits(self, viewer: Tensor, title: Tensor) -> Tensor:
        """Scores of every level.

        Args:
            viewer: [pairs] int64.
            title: [pairs] int64.

        Returns:
            [pairs, levels]; a softmax makes them probabilities.
        """
        viewers, titles = self.vectors()
        if len(viewers) * len(titles) <= len(viewer) * viewers.shape[1]:  # all pairs at once are fewer numbers
            pairs = viewer * len(titles) + title
            scores = torch.stack([(viewers @ base @ titles.T).flatten()[pairs] for base in self.bases], dim=1)
        else:
            ends = titles[title]
            scores = torch.stack([((viewers @ base)[viewer] * ends).sum(dim=1) for base in self.bases], dim=1)
        return scores @ self.mix

    def stars(self, viewer: Tensor, title: Tensor) -> Tensor:
        """[pairs] expected stars."""
        return torch.softmax(self.logits(viewer, title), dim=1) @ self.levels


class _Side(nn.Module):
    """From a side's messages (and features) to its vectors."""

    def __init__(self, messages: int, features: sparse.csr_array | None, config: GcmcConfig) -> None:
        super().__init__()
        self._dropout = nn.Dropout(config.dropout)
        self.out = nn.Linear(messages, config.width, bias=False)
        nn.init.xavier_uniform_(self.out.weight)
        self._features: _Paths | None = None
        if features is not None:
            self._features = _left_normalised(features, [features])
            self.hidden = nn.Parameter(_glorot(1, features.shape[1], config.feature_width)[0])
            self.hidden_bias = nn.Parameter(torch.zeros(config.feature_width))
            self.features_out = nn.Linear(config.feature_width, config.width, bias=False)

    def forward(self, messages: Tensor) -> Tensor:
        out: Tensor = self.out(self._dropout(torch.relu(messages)))
        if self._features is not None:
            hidden = torch.relu(_product(self._features, self.hidden) + self.hidden_bias)
            out = out + self.features_out(self._dropout(hidden))
        return out


_Paths = tuple[Tensor, Tensor]
"""A sparse matrix and its transpose."""


class _Product(torch.autograd.Function):
    """Sparse times dense with the stored transpose for the way back."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, forth: Tensor, back: Tensor, dense: Tensor) -> Tensor:
        ctx.back = back  # type: ignore[attr-defined]
        return forth @ dense

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *gradients: Tensor) -> tuple[None, None, Tensor]:
        return None, None, ctx.back @ gradients[0].contiguous()  # type: ignore[attr-defined]


def _product(paths: _Paths, dense: Tensor) -> Tensor:
    return _Product.apply(*paths, dense)  # type: ignore[no-any-return, no-untyped-call]


def _left_normalised(part: sparse.csr_array, parts: list[sparse.csr_array]) -> _Paths:
    """Messages over the number of all ratings of the receiver."""
    degree = np.maximum(sum(np.diff(one.indptr) for one in parts), 1)
    matrix = sparse.csr_array(sparse.diags_array(1 / degree) @ part, dtype=np.float32)
    return _csr(matrix), _csr(sparse.csr_array(matrix.T))


def _csr(matrix: sparse.csr_array) -> Tensor:
    matrix.sort_indices()
    with warnings.catch_warnings(), torch.sparse.check_sparse_tensor_invariants(True):  # type: ignore[no-untyped-call]
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        found: Tensor = torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data),
            size=matrix.shape,
        )
    return found


def _glorot(count: int, rows: int, columns: int) -> Tensor:
    bound = float((6 / (rows + columns)) ** 0.5)
    return (torch.rand(count, rows, columns) * 2 - 1) * bound
