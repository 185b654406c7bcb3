"""Titles of the atlas that an export may mean: by any of their names and ids, and how well they fit.

entries  ->  Candidates  ->  rows of one entry
"""

from __future__ import annotations

from collections.abc import Sequence

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.histories.entry import FILMS, SERIES, Entry
from reelation.search.batch import rows_of_ids, rows_of_names
from reelation.search.lookup import spellings

_SERVICE = {"tmdb_tv": "tmdb"}


class Candidates:
    """The atlas's names and ids, as far as the entries ask for them."""

    def __init__(self, atlas: Atlas, entries: Sequence[Entry]) -> None:
        self._atlas = atlas
        names = {name for entry in entries for name in (entry.name, *entry.names, *entry.shows) if name}
        self._spelled = {name: spellings(name) for name in names}
        self._named = rows_of_names(atlas, {key for keys in self._spelled.values() for key in keys})
        pairs = {pair for entry in entries for pair in (*entry.ids, *entry.episode_ids)}
        self._by_id = rows_of_ids(atlas, {_written(service, key) for service, key in pairs})
        self._services = (
            {pair.split("=", 1)[0] for text in atlas.externals for pair in text.split()} if pairs else set()
        )
        self._year = atlas.year
        self._end = atlas.end_year

    def hits(self, names: Sequence[str]) -> dict[int, int]:
        """Row -> how far its spelling is from the one in the export: 0 is that one itself."""
        found: dict[int, int] = {}
        for name in names:
            for place, key in enumerate(self._spelled.get(name, ())):
                for row, _ in self._named.get(key, ()):
                    found[row] = min(found.get(row, place), place)
        return found

    def rows(self, service: str, key: str, kinds: tuple[str, ...]) -> list[int]:
        """Titles with this id; TMDB numbers films and series apart, so there the kind must fit."""
        rows = self._by_id.get(_written(service, key), [])
        if not service.startswith("tmdb"):
            return rows
        wanted = SERIES if service == "tmdb_tv" else FILMS
        return [row for row in rows if self.kind(row) in wanted and (not kinds or self.kind(row) in kinds)]

    def alike(self, entry: Entry, row: int) -> bool:
        """Whether at least one of name and year agrees, as far as there is any."""
        year = int(self._year[row])
        apart = abs(year - entry.year) if entry.year and year and not entry.year_of_part else None
        return not entry.name or row in self.hits((entry.name, *entry.names)) or apart is None or apart <= 1

    def another_id(self, entry: Entry, row: int) -> bool:
        """Whether a service tells the entry's title and this one apart."""
        if not entry.ids:
            return False
        known = dict(pair.split("=", 1) for pair in self._atlas.externals[row].split() if "=" in pair)
        service, _, key = self._atlas.titles[row].partition(":")
        known.setdefault(service, key)
        return any(known.get(service, key) != key for service, key in entry.ids)

    def unknown_id(self, entry: Entry) -> bool:
        """Whether the entry has an id of a service by which titles of the atlas are known, though none has this one."""
        return any(_SERVICE.get(service, service) in self._services for service, _ in entry.ids)

    def fits(self, entry: Entry, row: int) -> bool:
        """Whether the title is of a kind that the entry may be; no episode where the export says nothing of it."""
        kind = self.kind(row)
        return kind in entry.kinds if entry.kinds else kind != "episode"

    def kind(self, row: int) -> str:
        """The title's kind."""
        return KINDS[self._atlas.kind[row]]

    def runs(self, row: int, year: int) -> bool:
        """Whether a series that began earlier may have run in this year."""
        first, last = int(self._year[row]), int(self._end[row])
        return bool(first) and first < year and (not last or year <= last)

    def same_year(self, entry: Entry, row: int) -> bool:
        """Whether the years are at most one apart, as far as the export gives one."""
        return entry.year is None or abs(int(self._year[row]) - entry.year) <= 1


def _written(service: str, key: str) -> str:
    """As the atlas writes it."""
    return key.replace(":", "=", 1) if service == "title_id" else f"{_SERVICE.get(service, service)}={key}"
