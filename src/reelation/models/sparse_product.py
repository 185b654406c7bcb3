"""Sums over neighbours as a sparse matrix product that can be trained through.

PyTorch Geometric's gather and scatter makes a row for every edge; a CSR product does not, and takes a quarter of the
time and memory. Its gradient is the product with the transpose, which is kept beside it.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor


class SparseProduct:
    """x -> matrix @ x, for a fixed sparse matrix."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        """Keep the matrix and its transpose.

        Args:
            matrix: [targets, sources].
        """
        self.shape: tuple[int, int] = matrix.shape
        self._forth, self._back = _tensor(matrix), _tensor(matrix.T.tocsr())

    def __call__(self, x: Tensor) -> Tensor:
        """[sources, width] -> [targets, width]."""
        found: Tensor = _Product.apply(x, self._forth, self._back)  # type: ignore[no-untyped-call]
        return found


def mean_of(matrix: sparse.csr_array) -> sparse.csr_array:
    """The matrix with rows that add up to 1; empty rows stay empty.

    Args:
        matrix: [targets, sources], no entry below 0.
    """
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
    return (sparse.diags_array(scale) @ matrix).tocsr().astype(np.float32)


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, forth: Tensor, back: Tensor) -> Tensor:
        ctx.back = back
        return forth @ x

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return ctx.back @ grads[0], None, None


def _tensor(matrix: sparse.csr_array) -> Tensor:
    matrix = matrix.copy()
    matrix.sum_duplicates()  # also sorts
    with warnings.catch_warnings(), torch.sparse.check_sparse_tensor_invariants(True):  # type: ignore[no-untyped-call]
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data.astype(np.float32)),
            size=matrix.shape,
        )
