"""Whether people care for what is near a combination: how well known, and how well rated, the titles around it are.

    Atlas, rows  ->  Audience.of(rows, among)  ->  Interest: mean, usual mean, interval, high | low | unclear

Interest in a title is not interest in one like it; it is what a catalogue can say, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.inference import normal_quantile
from reelation.insights.crowd import crowd_of
from reelation.rows import share_below
from reelation.search.fame import fame_of

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_FEWEST = 5
"""Titles near a combination; of fewer nothing is said."""
_LEVEL = 0.95


@dataclass(frozen=True)
class Interest:
    """What an audience made of the titles near a combination."""

    titles: int
    """How many are near."""
    renown: float
    """Their mean: the share of all titles that are less well known, 0 to 1."""
    usual: float
    """The same of all titles that have either topic."""
    low: float
    """Of the 95 % interval of `renown` - `usual`."""
    high: float
    stars: float | None
    """Their mean rating above what each viewer gives on average; None where nobody rated them."""

    @property
    def called(self) -> str:
        """Say "high" or "low" where the interval leaves 0 out, else "unclear"."""
        return "high" if self.low > 0 else "low" if self.high < 0 else "unclear"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "titles": self.titles,
            "renown": round(self.renown, 4),
            "usual": round(self.usual, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "stars": None if self.stars is None else round(self.stars, 3),
            "called": self.called,
        }


class Audience:
    """How well known and rated the titles of an atlas are."""

    def __init__(self, atlas: Atlas) -> None:
        """Look up what the atlas has; it may have neither."""
        fame, crowd = fame_of(atlas), crowd_of(atlas)
        if fame is None and crowd is not None:
            fame = share_below(crowd.seen_by)
        self._fame = None if fame is None else np.asarray(fame, np.float64)
        self._ratings = None if crowd is None else crowd.deviations[1:]

    def of(self, near: Rows, among: Rows) -> Interest | None:
        """Interest in the titles `near` a combination, against all titles `among` which they are.

        None where the atlas does not say, or fewer than five titles are near.

        Source: the interval is that of Welch 1947, doi:10.1093/biomet/34.1-2.28, with normal quantiles.
        """
        if self._fame is None or len(near) < _FEWEST or len(among) < _FEWEST:
            return None
        here, there = self._fame[near], self._fame[among]
        apart = float(here.mean() - there.mean())
        spread = normal_quantile(1 - (1 - _LEVEL) / 2) * float(
            np.sqrt(here.var(ddof=1) / len(here) + there.var(ddof=1) / len(there))
        )
        stars = None
        if self._ratings is not None and (count := int(self._ratings[1][near].sum())):
            stars = float(self._ratings[0][near].sum()) / count
        return Interest(len(near), float(here.mean()), float(there.mean()), apart - spread, apart + spread, stars)
