"""From scores to a list: a pull towards the known or the unknown, towards what is new to somebody, towards variety.

    scores  ->  pulled by fame  ->  the best few hundred  ->  mixed with newness  ->  picked one by one, far apart

All parts are on one scale: 0 is the middling title, 1 the best one. Distances are 1 - cosine of the atlas's vectors.

Source: picking one by one by relevance and distance, Carbonell & Goldstein 1998, doi:10.1145/290941.291025; here with
    the mean distance to those picked, the greedy form of max-sum diversification, Borodin et al. 2012,
    doi:10.1145/2213556.2213580.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.errors import UsageError
from reelation.search.exact import nearest

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

POOL = 300
"""Titles that newness and variety choose from, or thirty times the length of the list where that is more."""


@dataclass(frozen=True)
class Sliders:
    """What to pull the list towards; 0 does nothing."""

    popularity: float = 0.0
    """-1 (little known) to 1 (well known): at 1, fame counts as much as relevance."""
    diversity: float = 0.0
    """0 to 1 (distance between titles only, among the best few hundred)."""
    novelty: float = 0.0
    """0 to 1 (unlike all that was seen, among the best few hundred)."""

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            UsageError: a slider is out of range.
        """
        for name, low in (("popularity", -1), ("diversity", 0), ("novelty", 0)):
            if not low <= getattr(self, name) <= 1:
                raise UsageError(f"{name} is {getattr(self, name):g}; it must be {low} to 1")


def levelled(scores: Floats, allowed: NDArray[np.bool_]) -> tuple[Floats, float, float]:
    """Scores with the middling allowed title at 0 and the best one at 1.

    Returns:
        [titles] levelled scores; what was taken off; what they were divided by. All 0 where nothing is allowed or
        all allowed titles are alike.
    """
    some = scores[allowed]
    if not len(some):
        return np.zeros_like(scores), 0.0, 1.0
    middle = float(np.median(some))
    span = float(some.max()) - middle
    span = span if span > 1e-9 else 1.0
    return np.asarray((scores - np.float32(middle)) / np.float32(span), np.float32), middle, span


def choose(
    level: Floats,
    k: int,
    allowed: NDArray[np.bool_],
    sliders: Sliders,
    fame: Floats,
    vectors: Floats,
    seen: Rows,
    *,
    start: int = 0,
) -> Rows:
    """Rows of the list, best first: places `start` to `start + k` of the whole, which is the same for every `start`.

    Args:
        level: [titles] see `levelled`.
        k: how many; fewer come back where fewer are allowed.
        allowed: [titles] rows that may come back.
        sliders: the pulls.
        fame: [titles] 0 to 1.
        vectors: [titles, width] of the atlas.
        seen: rows that novelty keeps away from.
        start: places left out.
    """
    pulled = level + np.float32(sliders.popularity) * fame if sliders.popularity else level
    if not sliders.diversity and not sliders.novelty:
        return nearest(pulled, start + k, allowed=allowed)[start:]
    pool = nearest(pulled, max(POOL, 30 * k), allowed=allowed)
    worth = stretched(pulled[pool].astype(np.float64))
    if sliders.novelty:
        fresh = stretched(newness(vectors, pool, seen).astype(np.float64))
        worth = (1 - sliders.novelty) * worth + sliders.novelty * fresh
    return completed(varied(pool, worth, sliders.diversity, vectors, start + k), pulled, start + k, allowed)[start:]


def varied(pool: Rows, worth: NDArray[np.float64], diversity: float, vectors: Floats, k: int) -> Rows:
    """Up to `k` rows of `pool`, by worth, and each as far from those before it as `diversity` asks.

    Args:
        pool: rows.
        worth: [pool] 0 to 1.
        diversity: 0 to 1.
        vectors: [titles, width] of the atlas.
        k: how many.
    """
    if not diversity:
        return pool[np.lexsort((pool, -worth))][:k]
    directions, picked = unit(vectors, pool), np.zeros(len(pool), bool)
    apart, order = np.zeros(len(pool)), []
    for number in range(min(k, len(pool))):
        mean = apart / number if number else apart
        value = (1 - diversity) * worth + (diversity * mean if number else 0.0)
        best = int(np.argmax(np.where(picked, -np.inf, value if number else worth)))
        picked[best] = True
        order.append(best)
        apart += 1 - directions @ directions[best]
    return pool[order]


def completed(rows: Rows, scores: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
    """`rows`, and after them the highest of all others until there are `k`; fewer where fewer are allowed."""
    if len(rows) >= k:
        return rows[:k]
    others = np.ones(len(scores), bool) if allowed is None else allowed.copy()
    others[rows] = False
    return np.concatenate([rows, nearest(scores, k - len(rows), allowed=others)])


def unit(vectors: Floats, rows: Rows) -> Floats:
    """[rows, width] the vectors of `rows` at length 1; zero rows stay zero."""
    some = np.asarray(vectors[rows], np.float32)
    return np.asarray(some / np.maximum(np.linalg.norm(some, axis=1, keepdims=True), 1e-12), np.float32)


def newness(vectors: Floats, rows: Rows, seen: Rows) -> Floats:
    """[rows] distance to the nearest of `seen`, 0 to 2; 1 where nothing was seen."""
    if not len(seen):
        return np.ones(len(rows), np.float32)
    return np.asarray(1 - (unit(vectors, rows) @ unit(vectors, seen).T).max(axis=1), np.float32)


def spread(vectors: Floats, rows: Rows) -> float:
    """Mean distance between two of `rows`; 0 for fewer than two."""
    if len(rows) < 2:
        return 0.0
    near = unit(vectors, rows) @ unit(vectors, rows).T
    return float(1 - (near.sum() - np.trace(near)) / (len(rows) * (len(rows) - 1)))


def stretched(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lowest at 0, the highest at 1; all 0 where they are alike."""
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
