"""Where somebody differs from the crowd: titles rated otherwise, agreement, and how well known the titles are."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.histories.history import RATING, History
from reelation.inference import normal_quantile
from reelation.insights.crowd import Crowd, correlations
from reelation.insights.titles import Title, title_at

_FEWEST_RATERS = 5
_FEWEST_SHARED = 20
_BROAD = normal_quantile(0.975)


@dataclass(frozen=True)
class Apart:
    """A title that somebody rates otherwise than others do."""

    title: Title
    stars: float
    """Their own rating, 0.5 to 5."""
    others: float
    """What others rate it, stars; drawn to their general mean where few did."""
    difference: float
    """Stars above or below, once each side's general mean is taken off."""
    raters: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **self.title.to_json(),
            "stars": self.stars,
            "others": round(self.others, 3),
            "difference": round(self.difference, 3),
            "raters": self.raters,
        }


@dataclass(frozen=True)
class AgainstCrowd:
    """One person against the atlas's viewers."""

    viewers: int
    shared: int
    """Titles that both the person and at least 5 others rated."""
    above: tuple[Apart, ...]
    """Rated much higher than others do, the most first."""
    below: tuple[Apart, ...]
    contrarian: float | None
    """1 less the correlation of the ratings with the others' means: 0 agrees with all, 1 goes an own way, 2 against
    them. None below 20 shared titles."""
    contrarian_low: float | None
    """95 % interval, by Fisher's transformation (Fisher 1921)."""
    contrarian_high: float | None
    more_contrarian_than: float | None
    """The share of viewers with a lower index, 0 to 1."""
    known: float
    """How well known the titles seen are, 0 to 1: the mean share of the average viewer's titles that are less known;
    0.5 for the average viewer."""
    known_low: float
    """95 % interval."""
    known_high: float

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "viewers": self.viewers,
            "shared": self.shared,
            "above": [one.to_json() for one in self.above],
            "below": [one.to_json() for one in self.below],
            "contrarian": _rounded(self.contrarian),
            "contrarian_low": _rounded(self.contrarian_low),
            "contrarian_high": _rounded(self.contrarian_high),
            "more_contrarian_than": _rounded(self.more_contrarian_than),
            "known": round(self.known, 4),
            "known_low": round(self.known_low, 4),
            "known_high": round(self.known_high, 4),
        }


def against_crowd(atlas: Atlas, history: History, crowd: Crowd, count: int) -> AgainstCrowd:
    """Compare a history with the crowd.

    Args:
        atlas: has the titles.
        history: with at least one title seen.
        crowd: the others.
        count: titles to list each way.
    """
    rows, stars = last_ratings(history)
    _, _, counts = crowd.deviations
    shared = counts[rows] >= _FEWEST_RATERS
    rows, stars = rows[shared], stars[shared]
    others = crowd.means[rows]
    apart = stars - stars.mean() - others if len(rows) else np.zeros(0)
    order = np.lexsort((rows, -apart))

    def listed(places: NDArray[np.int64]) -> tuple[Apart, ...]:
        return tuple(
            Apart(
                title_at(atlas, int(rows[i])),
                float(stars[i]),
                crowd.level + float(others[i]),
                float(apart[i]),
                int(counts[rows[i]]),
            )
            for i in places[:count]
        )

    agreement = float(correlations(np.zeros(len(rows), np.int64), stars, others, 1, _FEWEST_SHARED)[0])
    ends: tuple[float | None, float | None] = (None, None)
    if np.isfinite(agreement):
        at, half = atanh(min(max(agreement, -0.999999), 0.999999)), _BROAD / sqrt(len(rows) - 3)
        ends = 1 - tanh(at + half), 1 - tanh(at - half)
    everyone = crowd.agreement[np.isfinite(crowd.agreement)]
    known, half = _known(history, crowd)
    return AgainstCrowd(
        viewers=int((crowd.sizes > 0).sum()),
        shared=len(rows),
        above=listed(order[apart[order] > 0]),
        below=listed(order[::-1][apart[order[::-1]] < 0]),
        contrarian=1 - agreement if np.isfinite(agreement) else None,
        contrarian_low=ends[0],
        contrarian_high=ends[1],
        more_contrarian_than=float((everyone > agreement).mean()) if np.isfinite(agreement) and len(everyone) else None,
        known=known,
        known_low=max(0.0, known - half),
        known_high=min(1.0, known + half),
    )


def last_ratings(history: History) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows rated, rising, and the last stars that each got."""
    rated = (history.kind == RATING) & np.isfinite(history.value)
    rows = np.unique(history.row[rated])
    stars = np.zeros(len(rows))
    stars[np.searchsorted(rows, history.row[rated])] = history.value[rated]
    return rows, stars


def _known(history: History, crowd: Crowd) -> tuple[float, float]:
    """The mean place of the titles seen in the average viewer's, by how many saw them; and half its interval."""
    viewers = crowd.seen_by
    by_count = np.bincount(viewers, weights=crowd.weights)
    below = np.cumsum(by_count) - by_count / 2
    places = below[viewers[history.seen]]
    spread = float(places.std(ddof=1)) if len(places) > 1 else 0.5
    return float(places.mean()), _BROAD * spread / sqrt(max(len(places), 1))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
