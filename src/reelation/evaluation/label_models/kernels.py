"""Similarities of titles at several distances in the graph, and ridge regression on their weighted sum.

    graph  ->  kernels (own things, two and three steps away, diffusion)  ->  greedy weights  ->  scores of all titles

Weights are chosen on leave-one-out scores of the titles that are learned from, which ridge regression gives in closed
form, so that nothing else needs to be held out.

Source: regularised Laplacian kernels, Smola & Kondor 2003; leave-one-out by the hat matrix, Golub, Heath & Wahba 1979;
adding up kernels greedily is a plain form of multiple kernel learning, Gönen & Alpaydın 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from reelation.catalogue.schema_names import EVENTS
from reelation.evaluation.label_models.propagated import compressed
from reelation.evaluation.metrics import auc
from reelation.features.metapaths import averages, own_blocks, together
from reelation.graph.build import Graph
from reelation.rows import unit_rows

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Kernels = dict[str, Floats]
"""Name -> [titles, learned] similarities, 1 of every title with itself."""


@dataclass(frozen=True)
class KernelConfig:
    """What is tried."""

    ridges: tuple[float, ...] = (0.5, 1.0, 2.0)
    """Penalties, relative to a kernel whose diagonal is 1."""
    step: float = 0.25
    """How much weight one round moves; the first kernel starts from 1."""
    rounds: int = 12
    least: float = 2e-4
    """A round that lifts the figure by less is the last."""
    reach: float = 0.95
    """Of diffusion, 0 to 1: how much goes on at each step."""
    rank: int = 500
    """Of diffusion's low-rank form, and of what is averaged where it is large."""
    plain: int = 15_000_000
    """What is averaged as it is: at most so many cells."""


@dataclass(frozen=True)
class Mixture:
    """What was chosen."""

    weights: dict[str, float]
    """Kernel -> weight; they add up to 1."""
    ridge: float
    ranking: tuple[float, ...] = ()
    """The figure after each round: mean area under the ROC curve over classes, leaving one out."""


@dataclass(frozen=True)
class KernelScores:
    """Scores of ridge regression: around 0 where a class is unlikely, around 1 where it is sure."""

    everyone: Floats
    """[titles, classes]."""
    left_out: Floats
    """[learned, classes] of the titles that were learned from, each as if its label had been hidden."""


def near_kernels(
    graph: Graph,
    columns: Rows,
    config: KernelConfig,
    features: sparse.csr_array | None = None,
    vectors: Floats | None = None,
) -> Kernels:
    """Similarities of all titles to some, by what they have and by what titles at most three steps away have.

    Args:
        graph: events and links are passed over.
        columns: [learned] titles.
        config: how much is averaged as it is.
        features: [titles, columns] of titles.
        vectors: [titles, width] dense vectors of texts, zero where there is none.
    """
    own = own_blocks(graph, features)
    average = together(averages(graph, features))
    found = {name: _cosines(block, columns) for name, block in own.items()}
    for name, block in own.items():
        if name in ("year", "length"):
            continue
        few = block.shape[0] * block.shape[1] <= config.plain
        near = block.toarray().astype(np.float32) if few else compressed(block, config.rank)
        for steps in (1, 2, 3):
            near = np.asarray(average @ near, np.float32)
            if steps == 1 or block.nnz > 3 * len(graph):  # a block of few entries says little from afar
                unit = unit_rows(near)
                found[f"{name}, {steps} away"] = unit @ unit[columns].T
    if vectors is not None:
        now = unit_rows(vectors)
        for steps in (0, 1, 2, 3):
            now = now if steps == 0 else np.asarray(average @ now, np.float32)
            unit = unit_rows(now)
            found[f"texts, {steps} away"] = np.exp(3 * (unit @ unit[columns].T - 1)).astype(np.float32)
    return found


def diffusion_kernels(
    graph: Graph, columns: Rows, config: KernelConfig, features: sparse.csr_array | None = None
) -> Kernels:
    """Similarities of all titles to some over paths of any length; see `near_kernels`."""
    there = _relations(graph, features)
    most = max(there, key=lambda name: there[name].nnz)
    return {
        "diffusion": _diffusion(there, {}, columns, config),
        f"diffusion, {most} counted twice": _diffusion(there, {most: 2.0}, columns, config),
    }


def choose_kernels(parts: Kernels, labels: NDArray[np.bool_], columns: Rows, config: KernelConfig) -> Mixture:
    """Choose weights and ridge on leave-one-out scores.

    Args:
        parts: from `near_kernels`, `diffusion_kernels` or both.
        labels: [titles, classes]; read at `columns` only.
        columns: [learned] titles.
        config: steps of the search.
    """
    truth = labels[columns]
    target = truth - truth.mean(axis=0).astype(np.float32)
    square = {name: part[columns] for name, part in parts.items()}

    def figure(kernel: Floats, ridge: float) -> float:
        return _ranking(truth, _left_out(kernel, target, ridge))

    ridge = config.ridges[len(config.ridges) // 2]
    alone = {name: figure(kernel, ridge) for name, kernel in square.items()}
    first = max(alone, key=lambda name: alone[name])
    weights, total, curve = {first: 1.0}, square[first].copy(), [alone[first]]
    for _ in range(config.rounds):
        size = sum(weights.values())
        moves = [(name, config.step * size) for name in square]
        moves += [
            (name, -config.step / 2 * size) for name, weight in weights.items() if weight > config.step / 2 * size
        ]
        tried = [figure(total + np.float32(step) * square[name], ridge * size) for name, step in moves]
        best = int(np.argmax(tried))
        if tried[best] < curve[-1] + config.least:
            break
        name, step = moves[best]
        weights[name] = weights.get(name, 0.0) + step
        total += np.float32(step) * square[name]
        curve.append(tried[best])
    size = sum(weights.values())
    ridge = max(config.ridges, key=lambda tried: figure(total, tried * size))
    shares = {name: round(weight / size, 4) for name, weight in weights.items()}
    return Mixture(shares, ridge, tuple(round(value, 5) for value in curve))


def fit_kernels(parts: Kernels, labels: NDArray[np.bool_], columns: Rows, mixture: Mixture) -> KernelScores:
    """Score everyone by ridge regression on a mixture of kernels.

    Args:
        parts: from `near_kernels`, `diffusion_kernels` or both.
        labels: [titles, classes]; read at `columns` only.
        columns: [learned] titles.
        mixture: from `choose_kernels`.
    """
    target = labels[columns].astype(np.float32)
    mean = target.mean(axis=0)
    kernel = _mixed(parts, mixture)
    square = kernel[columns]
    solved = linalg.solve(square + mixture.ridge * np.eye(len(square), dtype=np.float32), target - mean, assume_a="pos")
    return KernelScores(kernel @ solved + mean, _left_out(square, target - mean, mixture.ridge) + mean)


def ridge_predictor(
    parts: Kernels, labels: NDArray[np.bool_], columns: Rows, mixture: Mixture
) -> Callable[[Rows], Floats]:
    """Ridge regression on a mixture of kernels, to be fitted to some of the learned titles at a time.

    Args:
        parts: from `near_kernels`, `diffusion_kernels` or both.
        labels: [titles, classes].
        columns: [learned] titles, rising.
        mixture: from `choose_kernels`.

    Returns:
        Some of the learned titles -> [titles, classes] scores of everyone.
    """
    kernel = _mixed(parts, mixture)

    def predict(rows: Rows) -> Floats:
        own = kernel[:, np.searchsorted(columns, rows)]
        target = labels[rows].astype(np.float32)
        mean = target.mean(axis=0)
        penalty = mixture.ridge * np.eye(len(rows), dtype=np.float32)
        return np.asarray(own @ linalg.solve(own[rows] + penalty, target - mean, assume_a="pos") + mean, np.float32)

    return predict


def _mixed(parts: Kernels, mixture: Mixture) -> Floats:
    kernel = sum(np.float32(weight) * parts[name] for name, weight in mixture.weights.items())
    assert isinstance(kernel, np.ndarray)
    return kernel


def _left_out(kernel: Floats, target: Floats, ridge: float) -> Floats:
    """[learned, classes] each title's score from all others: y - (K + r)^-1 y / diag((K + r)^-1)."""
    factor, _ = linalg.lapack.spotrf(kernel + np.float32(ridge) * np.eye(len(kernel), dtype=np.float32), lower=1)
    inverse, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    return np.asarray(target - (inverse @ target) / np.diag(inverse)[:, None], np.float32)


def _ranking(truth: NDArray[np.bool_], scores: Floats) -> float:
    """Mean area under the ROC curve over the classes that some titles have and some lack."""
    mixed = [c for c in range(truth.shape[1]) if 0 < truth[:, c].sum() < len(truth)]
    return float(np.mean([auc(scores[truth[:, c], c], scores[~truth[:, c], c]) for c in mixed]))


def _cosines(block: sparse.csr_array, columns: Rows) -> Floats:
    return np.asarray((block @ block[columns].T.tocsr()).toarray(), np.float32)


def _relations(graph: Graph, features: sparse.csr_array | None) -> dict[str, sparse.csr_array]:
    found = {
        name: relation.matrix
        for name, relation in graph.relations.items()
        if name not in EVENTS and relation.target != "title"
    }
    return found if features is None else found | {"features": features}


def _diffusion(
    matrices: Mapping[str, sparse.csr_array], weights: Mapping[str, float], columns: Rows, config: KernelConfig
) -> Floats:
    """(I - a B B^T)^-1 with B the symmetrically normalised title x thing matrix, scaled to a diagonal of 1."""
    from sklearn.utils.extmath import randomized_svd

    parts = []
    for name, matrix in matrices.items():
        shared = np.bincount(matrix.indices, minlength=matrix.shape[1]) > 1
        there = sparse.csr_array((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)
        parts.append(there[:, np.flatnonzero(shared)] * weights.get(name, 1.0))
    both = sparse.csr_array(sparse.hstack(parts))
    left, right = (np.maximum(np.asarray(both.sum(axis=axis)).ravel(), 1e-12) ** -0.5 for axis in (1, 0))
    left[np.diff(both.indptr) == 0] = 0
    scaled = sparse.diags_array(left) @ both @ sparse.diags_array(right)
    rank = min(config.rank, min(scaled.shape) - 1)
    u, s, _ = randomized_svd(sparse.csr_matrix(scaled), rank, n_iter=4, random_state=0)
    more = 1 / (1 - config.reach * np.minimum(s, 1) ** 2) - 1
    size = 1 + (u**2 * more).sum(axis=1)
    kernel = (u * more) @ u[columns].T
    kernel[columns, np.arange(len(columns))] += 1
    return np.asarray(kernel / np.sqrt(size[:, None] * size[columns]), np.float32)
