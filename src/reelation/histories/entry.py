"""What every personal export comes down to: entries, and an account of the rows that gave none.

a row of an export  ->  Entry(name, year, kinds, ids, evidence, status, stars, time)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.file_count import FileCount

FILMS = ("film", "short", "special", "video", "unknown")
"""Kinds that a service means when it says "film"."""
SERIES = ("series", "mini_series", "unknown")
"""Kinds that a service means when it says "series"."""


@dataclass(frozen=True)
class Entry:
    """One thing that a person did, as their export says it."""

    source: str
    """Name of the format: "letterboxd", "imdb" …"""
    file: str
    line: int
    """From 1, the header included; of JSON the element's number."""
    name: str
    """Of the title; of a season or an episode the show's."""
    status: str
    """One of `reelation.catalogue.schema_names.EVENTS`."""
    names: tuple[str, ...] = ()
    """Other names that the export gives, the original one first."""
    year: int | None = None
    """Of first release; where `part` and `year_of_part`, the year of the season or episode."""
    kinds: tuple[str, ...] = ()
    """Kinds that the title may have; empty: the export does not say."""
    ids: tuple[tuple[str, str], ...] = ()
    """(service, id) pairs of the title, of a season or an episode those of the show."""
    stars: float | None = None
    """0.5 to 5."""
    time: int = UNKNOWN_TIME
    """Seconds since 1970, UTC; a date without a time is its midnight."""
    season: int | None = None
    episode: int | None = None
    episode_name: str = ""
    episode_ids: tuple[tuple[str, str], ...] = ()
    year_of_part: bool = False
    """Whether `year` is that of the season or episode, not of the show."""
    shows: tuple[str, ...] = ()
    """Names of shows of which this may be an episode if nothing is called `name`, the longest first."""
    directors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """English names as the catalogue has them."""
    genres: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    """Services that showed it."""
    runtime: float | None = None
    """Minutes."""

    @property
    def part(self) -> bool:
        """Whether this is a season or an episode of something."""
        return self.season is not None or self.episode is not None or bool(self.episode_name)

    def to_json(self) -> dict[str, Any]:
        """Plain values, without what is empty."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value or (value is not False and value == 0)}

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> Entry:
        """Read back what `to_json` gave."""
        known = {name: content[name] for name in cls.__dataclass_fields__ if name in content}
        for name in ("ids", "episode_ids"):
            known[name] = tuple((service, key) for service, key in known.get(name, ()))
        for name in ("names", "kinds", "shows", "directors", "cast", "countries", "genres", "networks"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


@dataclass
class Tally:
    """Counts rows, and keeps every row set aside with file, line and reason."""

    files: dict[str, FileCount] = field(default_factory=dict)
    rejected: list[tuple[str, int | None, str]] = field(default_factory=list)
    """(file, line, reason)."""
    skipped: Counter[str] = field(default_factory=Counter)
    """What was left out by design -> rows."""
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What the person should know: (key of `reelation.messages` below "history.note.", its values)."""

    def count(self, file: str, *, rows_in: int = 0, kept: int = 0) -> None:
        """Add to the counts of `file`."""
        found = self.files.setdefault(file, FileCount())
        found.rows_in += rows_in
        found.kept += kept

    def set_aside(self, file: str, line: int | None, reason: str) -> None:
        """Set one row aside."""
        self.files.setdefault(file, FileCount()).set_aside += 1
        self.rejected.append((file, line, reason))

    def skip(self, file: str, what: str, rows: int = 1) -> None:
        """Leave rows out by design; `what` is a key of `reelation.messages` below "history.skipped."."""
        self.files.setdefault(file, FileCount()).skipped += rows
        self.skipped[what] += rows

    def note(self, key: str, **values: Any) -> None:
        """Say something once."""
        if (key, values) not in self.notes:
            self.notes.append((key, values))
