"""PaCMAP: points in the plane that keep near titles near, clusters apart and the rough picture right.

    neighbours + far pairs + mid-near pairs  ->  three phases of Adam  ->  [titles, 2]

Three kinds of pairs pull or push with their own law; their weights change over three phases: first the rough picture
(mid-near pairs), then both, then the fine one (neighbours). A start that is a picture already gets the last
phase only, so that a new training changes the map as little as its neighbours ask for.

Source: Wang, Huang, Rudin, Shaposhnik 2021, https://jmlr.org/papers/v22/20-1061.html, its laws, weights and steps.
Why it is written out here: docs/decisions/0014-pacmap-written-out.md.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from reelation.seeds import generator

Floats = NDArray[np.float32]
Pairs = NDArray[np.int32]

_NEAR, _MIDDLE, _FAR = 10, 5, 20
"""Pairs of each kind for each title."""
_PHASES, _REFINING = (100, 100, 250), 150
_RATE = 1.0


def pacmap(neighbours: NDArray[np.int32], sketch: Floats, seed: int, start: Floats, *, refine: bool = False) -> Floats:
    """Place titles in the plane.

    Args:
        neighbours: [titles, k] rows of the nearest titles, nearest first, -1 where there are fewer.
        sketch: [titles, width] vectors whose distances tell which of a few titles is mid-near.
        seed: of pairs.
        start: [titles, 2] positions to begin with, in this method's own units.
        refine: whether `start` is a picture already, to be changed as little as need be.

    Returns:
        [titles, 2] float32, in the method's own units (a map is some 50 wide).
    """
    rng = generator(seed, "layout")
    near, middle, far = _near(neighbours), _mid_near(sketch, rng), _far(neighbours, rng)
    points = np.array(start, np.float32)
    momentum, square = np.zeros_like(points), np.zeros_like(points)
    phases = (0, 0, _REFINING) if refine else _PHASES
    for step in range(sum(phases)):
        w_near, w_middle = _weights(step, phases)
        pull = np.zeros_like(points)
        _gradient(points, near, pull, np.float32(w_near * 20), np.float32(10))
        if w_middle:
            _gradient(points, middle, pull, np.float32(w_middle * 20_000), np.float32(10_000))
        _gradient(points, far, pull, np.float32(-2), np.float32(1))
        momentum += 0.1 * (pull - momentum)
        square += 0.001 * (pull * pull - square)
        rate = _RATE * (1 - 0.999 ** (step + 1)) ** 0.5 / (1 - 0.9 ** (step + 1))
        points -= np.float32(rate) * momentum / (np.sqrt(square) + np.float32(1e-7))
    return points


def _weights(step: int, phases: tuple[int, int, int]) -> tuple[float, float]:
    """Weights of neighbours and of mid-near pairs; that of far pairs is 1 throughout."""
    if step < phases[0]:
        done = step / phases[0]
        return 2.0, 1000 * (1 - done) + 3 * done
    return (3.0, 3.0) if step < phases[0] + phases[1] else (1.0, 0.0)


def _near(neighbours: NDArray[np.int32]) -> Pairs:
    nearest = neighbours[:, :_NEAR]
    rows, columns = np.nonzero(nearest >= 0)
    return np.stack([rows, nearest[rows, columns]], axis=1).astype(np.int32)


def _mid_near(sketch: Floats, rng: np.random.Generator) -> Pairs:
    """For each title, several times the second nearest of six at random."""
    titles = len(sketch)
    others = []
    for _ in range(_MIDDLE):
        six = rng.integers(0, titles, (titles, 6), dtype=np.int32)
        distances = np.stack([((sketch[six[:, i]] - sketch) ** 2).sum(axis=1) for i in range(6)], axis=1)
        distances[six == np.arange(titles)[:, None]] = np.inf
        others.append(six[np.arange(titles), np.argsort(distances, axis=1, kind="stable")[:, 1]])
    return np.stack([np.tile(np.arange(titles, dtype=np.int32), _MIDDLE), np.concatenate(others)], axis=1)


def _far(neighbours: NDArray[np.int32], rng: np.random.Generator) -> Pairs:
    """For each title, titles at random; those that turn out to be neighbours are left out."""
    titles = len(neighbours)
    drawn = rng.integers(0, titles, (titles, _FAR), dtype=np.int32)
    itself = np.arange(titles, dtype=np.int32)[:, None]
    good = drawn != itself
    for column in neighbours[:, :_NEAR].T:
        good &= drawn != column[:, None]
    rows, columns = np.nonzero(good)
    return np.stack([rows.astype(np.int32), drawn[rows, columns]], axis=1)


@numba.njit("void(f4[:,:],i4[:,:],f4[:,:],f4,f4)", cache=True)
def _gradient(points: Any, pairs: Any, pull: Any, strength: Any, reach: Any) -> None:
    """Add to `pull` the gradient of strength/2 / reach x d / (reach + d), d = 1 + squared distance, over `pairs`."""
    for i in range(pairs.shape[0]):
        a, b = pairs[i, 0], pairs[i, 1]
        x, y = points[a, 0] - points[b, 0], points[a, 1] - points[b, 1]
        apart = reach + np.float32(1) + x * x + y * y
        force = strength / (apart * apart)
        pull[a, 0] += force * x
        pull[a, 1] += force * y
        pull[b, 0] -= force * x
        pull[b, 1] -= force * y
