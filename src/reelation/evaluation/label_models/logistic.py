"""Logistic regression of many classes at once: one sigmoid a class, or one softmax over all.

All classes share each product with the features, so that a hundred genres cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, special

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Beside:
    """Blocks of columns side by side, sparse or dense, each multiplied in its own way, in single precision."""

    blocks: tuple[NDArray[np.float32] | sparse.csr_array, ...]
    """[titles, columns of the block] float32 each."""

    @property
    def shape(self) -> tuple[int, int]:
        """Titles, columns of all blocks."""
        return self.blocks[0].shape[0], sum(block.shape[1] for block in self.blocks)

    @property
    def T(self) -> Above:  # noqa: N802
        """The same, transposed."""
        return Above(tuple(sparse.csr_array(b.T) if sparse.issparse(b) else b.T for b in self.blocks))

    def rows(self, rows: NDArray[np.int64]) -> Beside:
        """Some of the titles."""
        return Beside(tuple(block[rows] for block in self.blocks))

    def __matmul__(self, weights: Floats) -> NDArray[np.float32]:
        cuts = np.cumsum([block.shape[1] for block in self.blocks])[:-1]
        parts = np.split(np.asarray(weights, np.float32), cuts)
        found = np.zeros((self.shape[0], weights.shape[1]), np.float32)
        for block, part in zip(self.blocks, parts, strict=True):
            found += block @ part
        return found


@dataclass(frozen=True)
class Above:
    """Blocks of rows one above the other."""

    blocks: tuple[NDArray[np.float32] | sparse.csr_array, ...]

    def __matmul__(self, columns: Floats) -> NDArray[np.float32]:
        single = np.asarray(columns, np.float32)
        return np.concatenate([np.asarray(block @ single) for block in self.blocks])


Matrix: TypeAlias = Floats | sparse.csr_array | Beside


@dataclass(frozen=True)
class Logistic:
    """A fitted model."""

    weights: Floats
    """[columns, classes]."""
    bias: Floats
    """[classes]."""
    exclusive: bool

    def probability(self, features: Matrix) -> Floats:
        """[titles, columns] -> [titles, classes] 0 to 1."""
        return _link(np.asarray(features @ self.weights) + self.bias, self.exclusive)


def fit_logistic(
    features: Matrix, labels: NDArray[np.bool_], penalty: float, *, exclusive: bool = False, iterations: int = 200
) -> Logistic:
    """Minimise cross-entropy, summed over titles, plus penalty / 2 times the squared weights; the bias is free.

    Args:
        features: [titles, columns].
        labels: [titles, classes].
        penalty: above 0; one over scikit-learn's `C`.
        exclusive: exactly one class a title.
        iterations: of L-BFGS, at most.
    """
    truth = labels.astype(np.float64)
    columns, classes = features.shape[1], labels.shape[1]
    transposed = sparse.csr_array(features.T) if isinstance(features, sparse.csr_array) else features.T
    share = truth.mean(axis=0).clip(1e-4, 1 - 1e-4)
    start = np.zeros((columns + 1, classes))
    start[-1] = np.log(share) if exclusive else special.logit(share)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        both = flat.reshape(columns + 1, classes)
        weights = both[:-1]
        logits = np.asarray(features @ weights) + both[-1]
        error = _link(logits, exclusive) - truth
        if exclusive:
            entropy = float((special.logsumexp(logits, axis=1) - (logits * truth).sum(axis=1)).sum())
        else:
            entropy = float((np.logaddexp(0, logits) - logits * truth).sum())
        gradient = np.concatenate([transposed @ error + penalty * weights, error.sum(axis=0, keepdims=True)])
        return entropy + penalty / 2 * float((weights**2).sum()), gradient.ravel()

    found = optimize.minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": iterations})
    both = found.x.reshape(columns + 1, classes)
    return Logistic(both[:-1], both[-1], exclusive)


def _link(logits: Floats, exclusive: bool) -> Floats:
    found: Floats = special.softmax(logits, axis=1) if exclusive else special.expit(logits)
    return found
