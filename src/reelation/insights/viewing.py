"""What viewers watched of a thing, by the year in which they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.histories.history import DISLIKE, LIKE, RATING, WATCH
from reelation.inference import wilson_interval
from reelation.insights.things import Thing


@dataclass(frozen=True)
class Viewing:
    """Shares of viewing by calendar year (UTC)."""

    years: tuple[int, ...]
    events: tuple[int, ...]
    """Ratings, watches, likes and dislikes of titles with the thing."""
    of: tuple[int, ...]
    """Of all titles."""
    share: tuple[float, ...]
    low: tuple[float, ...]
    """95 % interval (Wilson), as if events were independent."""
    high: tuple[float, ...]

    def to_json(self) -> list[dict[str, Any]]:
        """Plain values."""
        return [
            {"year": year, "events": events, "of": of, "share": round(s, 6), "low": round(a, 6), "high": round(b, 6)}
            for year, events, of, s, a, b in zip(
                self.years, self.events, self.of, self.share, self.low, self.high, strict=True
            )
        ]


def viewing(atlas: Atlas, thing: Thing) -> Viewing | None:
    """What was watched of `thing`; None where the atlas knows no viewers, or no times."""
    part = atlas.part("viewers")
    if part is None:
        return None
    time, title, kind = (part.array(name) for name in ("time", "title", "kind"))
    kept = np.isin(kind, (RATING, WATCH, LIKE, DISLIKE)) & (time != UNKNOWN_TIME)
    if not kept.any():
        return None
    years = time[kept].astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970
    having = np.zeros(len(atlas), bool)
    having[thing.rows] = True
    first = int(years.min())
    of = np.bincount(years - first)
    events = np.bincount(years[having[title[kept]]] - first, minlength=len(of))
    some = np.flatnonzero(of)
    low, high = wilson_interval(events[some], of[some])
    return Viewing(
        tuple((some + first).tolist()),
        tuple(events[some].tolist()),
        tuple(of[some].tolist()),
        tuple((events[some] / of[some]).tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
    )
