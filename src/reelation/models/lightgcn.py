"""LightGCN: vectors of viewers and titles, smoothed over who liked what; no weights but the vectors themselves.

    vectors [viewers + titles, width]  --layers times, symmetric normalised adjacency-->  mean over all layers

Source: He et al. 2020 (arXiv:2002.02126), equations 3 to 8, with its initialisation (normal, deviation .1).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from reelation.models.base import Model


@dataclass(frozen=True)
class LightGcnConfig:
    """Sizes of a LightGCN."""

    width: int = 64
    """Columns of a vector."""
    layers: int = 3
    """Times that vectors are averaged over neighbours."""


class LightGcn(Model):
    """Viewers and titles by what is liked."""

    def __init__(self, likes: sparse.csr_array, config: LightGcnConfig, seed: int) -> None:
        """Prepare the adjacency and draw the first vectors.

        Args:
            likes: [viewers, titles], an entry for each like.
            config: sizes.
            seed: of the first vectors.
        """
        super().__init__()
        self.viewers, self.titles = likes.shape
        self._layers = config.layers
        self._adjacency = _normalised(likes)
        drawn = torch.Generator().manual_seed(seed)
        self.own = nn.Parameter(torch.randn(self.viewers + self.titles, config.width, generator=drawn) * 0.1)
        self._last: Tensor | None = None

    def start_step(self) -> None:
        """Forget the last pass over the graph."""
        self._last = None

    def vectors(self) -> tuple[Tensor, Tensor]:
        """[viewers, width] and [titles, width]; scores are their inner products. One pass a step."""
        if self._last is None:
            state, total = self.own, self.own
            for _ in range(self._layers):
                state = _Symmetric.apply(self._adjacency, state)  # type: ignore[no-untyped-call]
                total = total + state
            self._last = total / (self._layers + 1)
        return self._last[: self.viewers], self._last[self.viewers :]


class _Symmetric(torch.autograd.Function):
    """Sparse symmetric matrix times dense; its own transpose, so the way back is the same product."""

    @staticmethod
    def forward(ctx: Any, matrix: Tensor, dense: Tensor) -> Tensor:
        ctx.matrix = matrix
        return matrix @ dense

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[None, Tensor]:
        return None, ctx.matrix @ slopes[0]


def _normalised(likes: sparse.csr_array) -> Tensor:
    """D^-1/2 A D^-1/2 of the bipartite graph, as CSR."""
    both = sparse.csr_array(sparse.block_array([[None, likes], [likes.T, None]], format="csr")).astype(np.float32)
    both.data[:] = 1
    degree = np.diff(both.indptr)
    root = np.divide(1, np.sqrt(degree), out=np.zeros(len(degree)), where=degree > 0).astype(np.float32)
    both.data = both.data * np.repeat(root, degree) * root[both.indices]
    with warnings.catch_warnings(), torch.sparse.check_sparse_tensor_invariants(True):  # type: ignore[no-untyped-call]
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        return torch.sparse_csr_tensor(
            torch.from_numpy(both.indptr.astype(np.int64)),
            torch.from_numpy(both.indices.astype(np.int64)),
            torch.from_numpy(both.data),
            size=both.shape,
        )
