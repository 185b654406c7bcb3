"""Where a share changes its level for good: one split after the other, each tested against chance.

seen and of, by year  ->  turning points with the shares before and after
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

RATE = 0.05
"""The chance of any turning point at all where the share never changes."""
_SHUFFLES = 399
_MOST = 4
_SHORTEST = 3
"""Years that a level lasts at the least."""


@dataclass(frozen=True)
class TurningPoint:
    """A year from which on the share is another."""

    year: int
    """The first one of the new level."""
    before: float
    """The share from the turning point before this one (or the beginning) to this one, 0 to 1."""
    after: float
    """The share from here to the next one (or the end)."""
    p_value: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "year": self.year,
            "before": round(self.before, 6),
            "after": round(self.after, 6),
            "p_value": round(self.p_value, 4),
        }


def turning_points(
    years: Rows, seen: Floats | Rows, of: Floats | Rows, random: np.random.Generator
) -> tuple[TurningPoint, ...]:
    """Find them by binary segmentation, the strongest first, at most 4; given in the order of years.

    Args:
        years: [years] rising.
        seen: [years] how many have it.
        of: [years] out of how many.
        random: for the simulations.

    Source: the likelihood-ratio test of a change in a binomial share, Worsley 1983, doi:10.1093/biomet/70.2.455, its
        distribution simulated; segmentation by Scott & Knott 1974, doi:10.2307/2529204.
    """
    seen, of = np.asarray(seen, np.float64), np.asarray(of, np.float64)
    cuts: list[tuple[int, float]] = []
    waiting = [(0, len(years))]
    while waiting and len(cuts) < _MOST:
        tried = [(_best_split(seen[a:b], of[a:b]), a, b) for a, b in waiting]
        (strength, at), start, stop = max(tried, key=lambda one: one[0][0])
        waiting.remove((start, stop))
        if strength <= 0:
            continue
        p_value = _chance(seen[start:stop], of[start:stop], strength, random)
        if p_value > RATE:
            continue
        cuts.append((start + at, p_value))
        waiting += [(start, start + at), (start + at, stop)]
    bounds = [0, *sorted(at for at, _ in cuts), len(years)]
    found = []
    for at, p_value in sorted(cuts):
        place = bounds.index(at)
        sides = [slice(bounds[place - 1], at), slice(at, bounds[place + 1])]
        before, after = (float(seen[side].sum() / max(of[side].sum(), 1)) for side in sides)
        found.append(TurningPoint(int(years[at]), before, after, p_value))
    return tuple(found)


def _best_split(seen: Floats, of: Floats) -> tuple[float, int]:
    """Twice the gain in log likelihood of the best split of one series, and where it is."""
    if len(seen) < 2 * _SHORTEST:
        return 0.0, 0
    gains = _gains(seen[None], of)
    at = int(np.argmax(gains[0]))
    return float(gains[0, at]), at + _SHORTEST


def _gains(seen: Floats, of: Floats) -> Floats:
    """[series, splits] for `seen` [series, years]: split i parts the first i + 3 years from the rest."""
    left, whole = np.cumsum(seen, axis=1), np.cumsum(of)
    inside = slice(_SHORTEST - 1, len(of) - _SHORTEST)
    k, n = left[:, inside], whole[inside]
    total, every = left[:, -1:], whole[-1]
    parts = _log_likelihood(k, n) + _log_likelihood(total - k, every - n)
    return np.asarray(2 * (parts - _log_likelihood(total, every)))


def _log_likelihood(k: Floats, n: Floats | float) -> Floats:
    """Of a binomial share at its best value, without the constant: k log(k/n) + (n-k) log((n-k)/n)."""
    return np.asarray(_x_log_x(k) + _x_log_x(n - k) - _x_log_x(np.asarray(n, np.float64)))


def _x_log_x(x: Floats) -> Floats:
    return x * np.log(np.maximum(x, 1e-12))


def _chance(seen: Floats, of: Floats, strength: float, random: np.random.Generator) -> float:
    """How often a series of one share throughout has a split as strong, this one counted in."""
    share = seen.sum() / max(of.sum(), 1)
    simulated = random.binomial(of.astype(np.int64), share, (_SHUFFLES, len(of))).astype(np.float64)
    strongest = _gains(simulated, of).max(axis=1)
    return float((1 + (strongest >= strength - 1e-9).sum()) / (_SHUFFLES + 1))
