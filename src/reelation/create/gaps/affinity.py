"""How many titles two topics would share, going by whom else each goes with: a model of plausibility.

    titles with both, expected by chance  ->  expected  ->  [topics, topics] expected titles, each from all other pairs

    log expected_ab = log chance_ab + c + s (x_a . y_b + x_b . y_a) / 2

A log-linear model of counts with a short vector a topic: horror and vampire get alike vectors because they meet the
same topics. No pair has a say in its own expectation: pairs are dealt into four parts by their ids, and each part is
foretold from the other three. c and s are fitted on what was so foretold, by types of topics, so a graph in which
nothing goes with anything ends near s = 0, which is chance.

Source: weighted alternating least squares as in Hu, Koren & Volinsky 2008, doi:10.1109/ICDM.2008.22, on the working
response of a Poisson model (McCullagh & Nelder 1989, Generalized Linear Models, ch. 2.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from reelation.draws import lot, mixed, random_directions

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_PARTS, _WIDTH, _SWEEPS = 4, 16, 6
_PENALTY, _MOST_WEIGHT = 3.0, 10.0
"""Of vectors' lengths; and how many titles one pair counts for at the most."""
_LOW, _HIGH = -6.0, 4.0
"""Bounds of the logarithm of what affinity does to chance."""
_LEAST_PAIRS = 50
"""Types of topics with fewer pairs of any chance are left at chance."""
_LEAST_CHANCE = 1e-6


@dataclass(frozen=True)
class Affinity:
    """What the model expects."""

    expected: Floats
    """[topics, topics] titles, symmetric, 0 on the diagonal; each foretold without the pair's own count."""
    alike: Floats
    """[topics, topics] -1 to 1: how alike two topics are in what they meet more or less often than by chance."""


def affinity(ids: Sequence[str], kind: Rows, both: Floats, chance: Floats) -> Affinity:
    """Fit and foretell.

    Args:
        ids: [topics] node ids, which deal pairs into parts.
        kind: [topics] number of each one's type.
        both: [topics, topics] titles with both.
        chance: [topics, topics] how many by chance.
    """
    keys = np.array([int.from_bytes(blake2b(one.encode(), digest_size=8).digest(), "little") for one in ids], np.uint64)
    part = (mixed(keys[:, None] ^ keys[None]) % np.uint64(_PARTS)).astype(np.int64)
    width = min(_WIDTH, len(ids))
    start = random_directions(keys, lot(0, "affinity"), width).astype(np.float64)
    logs = np.log((both + 0.5) / (chance + 0.5))
    np.fill_diagonal(logs, 0)
    found = np.zeros_like(both)
    for number in range(_PARTS):
        hidden = (part == number) | np.eye(len(ids), dtype=bool)
        found[hidden] = _vectors(both, chance, np.where(hidden, 0, logs), ~hidden, start)[hidden]
    lengths = np.maximum(np.linalg.norm(logs, axis=1, keepdims=True), 1e-12)
    return Affinity(_fitted(kind, both, chance, found), (logs / lengths) @ (logs / lengths).T)


def _vectors(both: Floats, chance: Floats, logs: Floats, known: NDArray[np.bool_], start: Floats) -> Floats:
    """[topics, topics] the logarithm of affinity, from the pairs that are known."""
    basis = start
    for _ in range(3):
        basis = np.linalg.qr(logs @ basis + 1e-9 * start)[0]
    left, right = 0.5 * (logs @ basis), basis
    even = np.sqrt(max(float(np.linalg.norm(left)), 1e-12) / max(float(np.linalg.norm(right)), 1e-12))
    left, right = left / even, right * even
    for sweep in range(2 * _SWEEPS):
        logarithm = np.clip(left @ right.T, _LOW, _HIGH)
        mean = chance * np.exp(logarithm)
        weight = np.where(known & (chance > _LEAST_CHANCE), mean / (1 + mean / _MOST_WEIGHT), 0)
        wanted = np.clip(logarithm + (both - mean) / np.maximum(mean, _LEAST_CHANCE), -8, 8)
        if sweep % 2 == 0:
            left = _solved(weight, weight * wanted, right)
        else:
            right = _solved(weight.T, (weight * wanted).T, left)
    found = np.clip(left @ right.T, _LOW, _HIGH)
    return np.asarray((found + found.T) / 2)


def _solved(weight: Floats, wanted: Floats, other: Floats) -> Floats:
    """One side's vectors by ridge regression, given the other's."""
    count, width = other.shape
    squares = (weight @ (other[:, :, None] * other[:, None, :]).reshape(count, -1)).reshape(-1, width, width)
    solved = np.linalg.solve(squares + _PENALTY * np.eye(width), (wanted @ other)[:, :, None])
    return np.asarray(solved[:, :, 0])


def _fitted(kind: Rows, both: Floats, chance: Floats, foretold: Floats) -> Floats:
    """Expected titles: `foretold` set right by two numbers for each two types of topics."""
    one, two = np.triu_indices(len(kind), 1)
    types = np.minimum(kind[one], kind[two]) * (int(kind.max()) + 1) + np.maximum(kind[one], kind[two])
    seen, usual, logarithm = both[one, two], chance[one, two], foretold[one, two]
    mean = usual.copy()
    for pair in np.unique(types).tolist():
        of = np.flatnonzero((types == pair) & (usual > _LEAST_CHANCE))
        if len(of) >= _LEAST_PAIRS:
            mean[of] = _poisson(logarithm[of], seen[of], usual[of])
    expected = np.zeros_like(both)
    expected[one, two] = expected[two, one] = mean
    return expected


def _poisson(logarithm: Floats, seen: Floats, usual: Floats) -> Floats:
    """Chance times exp(c + s logarithm), with the c and s that fit `seen` best; s is at least 0."""
    columns, found = np.stack([np.ones_like(logarithm), logarithm], axis=1), np.zeros(2)
    for _ in range(50):
        mean = usual * np.exp(np.clip(columns @ found, _LOW, _HIGH))
        bend = (columns.T * mean) @ columns + 1e-6 * np.eye(2)
        step = np.clip(np.linalg.solve(bend, columns.T @ (seen - mean)), -1, 1)
        found = found + step
        if not (np.abs(step) > 1e-9).any():
            break
    if found[1] < 0:
        return np.asarray(usual * (seen.sum() / max(float(usual.sum()), 1e-12)))
    return np.asarray(usual * np.exp(np.clip(columns @ found, _LOW, _HIGH)))
