"""The years ahead of one thing: its share as forecast, and how such forecasts did on years that were held out.

Forecaster of all things of its aspect  ->  outlook  ->  Outlook
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.insights.forecast import LEVEL, YEARS, Checked, Counts, Forecaster, check
from reelation.insights.things import Thing
from reelation.insights.topics import topics_of

_HELD_OUT = 10
"""Last years that the check forecasts from what was known before each."""
_WHOLE = 0.5
"""A last year with less than this share of the titles of the five before it is not over, in this catalogue."""


@dataclass(frozen=True)
class Ahead:
    """A year that is forecast."""

    year: int
    share: float
    """Of titles, 0 to 1."""
    low: float
    """Interval of `LEVEL`, for the share that will come, the chance of single titles included."""
    high: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "year": self.year,
            "share": round(self.share, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
        }


@dataclass(frozen=True)
class Outlook:
    """The next years of one thing."""

    since: int
    """The last year that was used."""
    years: tuple[Ahead, ...]
    checked: Checked | None
    """Over all things of its kind; None where the catalogue has too few years."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "since": self.since,
            "level": LEVEL,
            "years": [one.to_json() for one in self.years],
            "checked": self.checked.to_json() if self.checked else None,
        }


def outlook(atlas: Atlas, thing: Thing) -> Outlook | None:
    """Forecast `thing`; None for people and groups, and for things with fewer than 20 titles of known year.

    Of people a share says little, and groups are made from all titles, those of the last years too.
    """
    if thing.aspect in ("people", "groups", "eras"):
        return None
    forecaster, last, checked = _made(atlas, thing.aspect)
    if forecaster is None:
        return None
    number = topics_of(atlas, thing.aspect).find(thing.node_id)
    at = int(np.searchsorted(forecaster.counts.numbers, -1 if number is None else number))
    if number is None or at == len(forecaster.counts.numbers) or forecaster.counts.numbers[at] != number:
        return None
    made, since = forecaster.at(last), int(forecaster.counts.years[last])
    ahead = tuple(
        Ahead(since + 1 + i, float(made.share[at, i]), float(made.low[at, i]), float(made.high[at, i]))
        for i in range(YEARS)
    )
    return Outlook(since, ahead, checked)


def _made(atlas: Atlas, aspect: str) -> tuple[Forecaster | None, int, Checked | None]:
    """Worked out once an atlas and aspect: forecaster, place of the last whole year, check."""
    kept: dict[str, tuple[Forecaster | None, int, Checked | None]] = atlas.kept.setdefault("forecasts", {})
    if aspect not in kept:
        counts = Counts.read(atlas, aspect)
        last = _last_whole(counts) if len(counts.numbers) else 0
        if last < 2 * YEARS:
            kept[aspect] = None, 0, None
        else:
            forecaster = Forecaster(counts)
            first = last - _HELD_OUT + 1
            kept[aspect] = forecaster, last, check(forecaster, first, last) if first > 2 * _HELD_OUT else None
    return kept[aspect]


def _last_whole(counts: Counts) -> int:
    for last in range(len(counts.of) - 1, 5, -1):
        if counts.of[last] >= _WHOLE * counts.of[last - 5 : last].mean():
            return last
    return 0
