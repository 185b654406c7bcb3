"""How a genre, theme, person, company, country or group grew, turned, moved and split over the years.

thing + years of titles (+ viewers' times)  ->  Timeline
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.errors import UsageError
from reelation.inference import normal_two_sided, share_interval, wilson_interval
from reelation.insights.careers import Career, career
from reelation.insights.drift import trend_score
from reelation.insights.movement import Movement, movement
from reelation.insights.outlook import Outlook, outlook
from reelation.insights.things import Thing, thing_named
from reelation.insights.turning_points import TurningPoint, turning_points
from reelation.insights.viewing import Viewing, viewing
from reelation.messages import Messages, messages
from reelation.seeds import generator

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

RATE = 0.05
FEWEST = 20
"""Fewer titles with a year tell nothing of a trend."""
_SMOOTH = 2
"""Years to each side that are pooled for the smooth line."""


@dataclass(frozen=True)
class Year:
    """One calendar year."""

    year: int
    titles: int
    """Titles that have the thing."""
    of: int
    """Titles that have anything of its kind."""
    share: float | None
    """`titles` in `of`, 0 to 1; None where there are none."""
    smooth: float | None
    """The share of the five years around it."""
    low: float
    """95 % interval of `smooth` (Wilson)."""
    high: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "year": self.year,
            "titles": self.titles,
            "of": self.of,
            "share": None if self.share is None else round(self.share, 6),
            "smooth": None if self.smooth is None else round(self.smooth, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
        }


@dataclass(frozen=True)
class Peak:
    """The five years around one in which the share was highest for certain."""

    year: int
    share: float
    low: float
    """95 % interval (Clopper-Pearson)."""
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
class Timeline:
    """One thing over the years."""

    node_id: str
    name: str
    type: str
    titles: int
    """Titles that have it, episodes aside."""
    unknown_years: int
    """Of them without a year: counted here, and left out of everything else."""
    first_year: int | None
    last_year: int | None
    years: tuple[Year, ...]
    """All years from the first title of the atlas to the last."""
    trend: str | None
    """"more" or "less" over all years, beyond chance at 5 %; None where neither, or below 20 titles."""
    p_value: float | None
    """Of no trend (Armitage 1955)."""
    peak: Peak | None
    turning_points: tuple[TurningPoint, ...]
    movement: Movement | None
    viewing: Viewing | None
    """What viewers watched of it, by the year of watching; None without viewers or times."""
    outlook: Outlook | None
    """The next five years; None for people, groups, and below 20 titles."""
    career: Career | None
    """Of people only: titles by role, and with whom."""
    summary: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "node_id": self.node_id,
            "name": self.name,
            "type": self.type,
            "titles": self.titles,
            "unknown_years": self.unknown_years,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "summary": list(self.summary),
            "trend": self.trend,
            "p_value": None if self.p_value is None else float(f"{self.p_value:.3g}"),
            "peak": self.peak.to_json() if self.peak else None,
            "turning_points": [one.to_json() for one in self.turning_points],
            "movement": self.movement.to_json() if self.movement else None,
            "viewing": self.viewing.to_json() if self.viewing else None,
            "outlook": self.outlook.to_json() if self.outlook else None,
            "career": self.career.to_json() if self.career else None,
            "years": [one.to_json() for one in self.years],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: year, titles, of, share, smooth, low, high."""
        import polars as pl

        return pl.DataFrame([one.to_json() for one in self.years])


def timeline(atlas: Atlas, text: str, *, by: str | None = None, say: Messages | None = None) -> Timeline:
    """One thing over the years.

    Args:
        atlas: has it.
        text: its name or id; see `reelation.insights.things.thing_named`.
        by: its type, where the name alone could mean several.
        say: the language of sentences; the person's own where None.

    Raises:
        UsageError: no such type here, or the atlas knows no years.
        TitleNotFoundError: nothing has this name.
        AmbiguousTitleError: several things have it.
    """
    say = say or messages()
    thing = thing_named(atlas, text, say, by)
    years, seen, of, unknown = yearly(atlas, thing)
    if not len(years):
        raise UsageError("This atlas knows the year of no title, so nothing has a timeline")
    random = generator(atlas.manifest.seed, f"timeline {thing.node_id}")
    smooth = (_around(seen), _around(of))
    low, high = wilson_interval(smooth[0], smooth[1])
    enough = int(seen.sum()) >= FEWEST
    score = _trend(years, seen, of) if enough else 0.0
    p_value = float(normal_two_sided(np.array([score]))[0]) if enough else None
    having = years[seen > 0]
    found = Timeline(
        node_id=thing.node_id,
        name=thing.name,
        type=thing.type,
        titles=int(seen.sum()) + unknown,
        unknown_years=unknown,
        first_year=int(having[0]) if len(having) else None,
        last_year=int(having[-1]) if len(having) else None,
        years=tuple(
            Year(
                int(years[i]),
                int(seen[i]),
                int(of[i]),
                float(seen[i] / of[i]) if of[i] else None,
                float(smooth[0][i] / smooth[1][i]) if smooth[1][i] else None,
                float(low[i]),
                float(high[i]),
            )
            for i in range(len(years))
        ),
        trend=("more" if score > 0 else "less") if p_value is not None and p_value <= RATE else None,
        p_value=p_value,
        peak=_peak(years, smooth[0], smooth[1]) if enough else None,
        turning_points=turning_points(years, seen, of, random) if enough else (),
        movement=movement(atlas, thing, random),
        viewing=viewing(atlas, thing),
        outlook=outlook(atlas, thing),
        career=career(atlas, thing),
        summary=(),
    )
    from dataclasses import replace

    from reelation.insights.timeline_words import summary

    return replace(found, summary=summary(found, say))


def yearly(atlas: Atlas, thing: Thing) -> tuple[Rows, Floats, Floats, int]:
    """Counts by year, episodes aside: a series counts once.

    Returns:
        years [years], all from the first to the last of the atlas; titles with the thing [years]; titles with
        anything of its kind [years]; how many titles with the thing have no year.
    """
    counted = thing.covered & (atlas.kind != KINDS.index("episode"))
    years = atlas.year.astype(np.int64)
    dated = counted & (years > 0)
    having = np.zeros(len(atlas), bool)
    having[thing.rows] = True
    having &= counted
    every = years[years > 0]
    if not len(every):
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0), int(having.sum())
    first, last = int(every.min()), int(every.max())
    seen, of = (
        np.bincount(years[which] - first, minlength=last - first + 1).astype(np.float64)
        for which in (having & dated, dated)
    )
    return np.arange(first, last + 1), seen, of, int((having & ~dated).sum())


def _around(values: Floats) -> Floats:
    """Sums over each year and the two on each side."""
    return np.convolve(values, np.ones(2 * _SMOOTH + 1), "same") if len(values) > 2 * _SMOOTH else values


def _trend(years: Rows, seen: Floats, of: Floats) -> float:
    """The Cochran-Armitage score from counts by year."""
    has = np.concatenate([np.ones(int(seen.sum())), np.zeros(int((of - seen).sum()))])
    at = np.concatenate([np.repeat(years, seen.astype(np.int64)), np.repeat(years, (of - seen).astype(np.int64))])
    return trend_score(has, at.astype(np.float64))


def _peak(years: Rows, seen: Floats, of: Floats) -> Peak:
    """Where the lower end of the interval is highest: few titles in a thin year make no peak."""
    low, high = share_interval(seen, of)
    at = int(np.argmax(np.where(of > 0, low, -1)))
    return Peak(int(years[at]), float(seen[at] / of[at]), float(low[at]), float(high[at]))
