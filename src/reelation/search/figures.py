"""Figures of titles: what a catalogue knows of their scale, audience and reception, each with its source and unit.

atlas.part("figures")  ->  Figures.of  ->  of(row) with sources; column(measure) of all titles
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.errors import MissingPartError

UNITS = {
    "votes": "votes",
    "popularity": "index",
    "critic_score": "percent",
    "audience_score": "percent",
    "box_office_usd": "usd",
    "budget_usd": "usd",
    "oscars_won": "awards",
    "ratings": "ratings",
    "mean_stars": "stars",
}
"""Measure -> its unit. Scores are 0 to 100, stars 0.5 to 5; money is US dollars of the time, not adjusted."""
SCALE = ("box_office_usd", "budget_usd", "votes", "ratings", "popularity")
"""Measures of how large a title was, the plainest first."""
RECEPTION = ("critic_score", "audience_score", "mean_stars")
"""Measures of how it was received."""


@dataclass(frozen=True)
class Figure:
    """One figure of one title."""

    measure: str
    value: float
    unit: str
    source: str
    """Name of the source that gives it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"measure": self.measure, "value": round(self.value, 4), "unit": self.unit, "source": self.source}


class Figures:
    """The figures of an atlas."""

    def __init__(self, titles: int, part: Part) -> None:
        self._part, self._titles = part, titles
        self._start = part.array("start")
        self.measures: tuple[str, ...] = tuple(part.about["measures"])
        """Those that any title has."""
        self.sources: tuple[str, ...] = tuple(part.about["sources"])
        self._columns: dict[str, NDArray[np.float64]] = {}

    @classmethod
    def of(cls, atlas: Atlas) -> Figures | None:
        """Those of an atlas, read once; None where it was made without."""
        if "figures" not in atlas.kept:
            part = atlas.part("figures")
            atlas.kept["figures"] = None if part is None else cls(len(atlas), part)
        found: Figures | None = atlas.kept["figures"]
        return found

    @classmethod
    def needed(cls, atlas: Atlas) -> Figures:
        """The same.

        Raises:
            MissingPartError: the atlas was made without.
        """
        found = cls.of(atlas)
        if found is None:
            raise MissingPartError(
                "This atlas has no figures of titles: its catalogue has none, or an earlier version made it. "
                "Make it again with: reelation train"
            )
        return found

    def at(self, row: int) -> tuple[Figure, ...]:
        """All figures of the title in `row`, by measure, then source."""
        here = slice(int(self._start[row]), int(self._start[row + 1]))
        measure, source, value = (self._part.array(name)[here].tolist() for name in ("measure", "source", "value"))
        return tuple(
            Figure(self.measures[one], amount, UNITS.get(self.measures[one], "number"), self.sources[whose])
            for one, whose, amount in zip(measure, source, value, strict=True)
        )

    def column(self, measure: str) -> NDArray[np.float64]:
        """[titles] a measure of every title, NaN where it is unknown; of several sources the largest value."""
        if measure not in self._columns:
            found = np.full(self._titles, np.nan)
            if measure in self.measures:
                mine = np.flatnonzero(self._part.array("measure") == self.measures.index(measure))
                owner = np.searchsorted(self._start, mine, side="right") - 1
                np.fmax.at(found, owner, self._part.array("value")[mine])
            found.flags.writeable = False
            self._columns[measure] = found
        return self._columns[measure]
