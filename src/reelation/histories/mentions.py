"""Entries that mean the same title, put together: they share one decision.

[Entry, ...]  ->  mentions_of  ->  [Mention, ...], each with its key, which stays the same from import to import
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reelation.folding import fold
from reelation.histories.entry import SERIES, Entry

SERVICES = ("title_id", "imdb", "wikidata", "tmdb", "tmdb_tv", "douban", "letterboxd", "movielens")
"""Services by trust, as in the merging of catalogues; "tmdb_tv" is TMDB's count of series."""


@dataclass(frozen=True)
class Mention:
    """One title as exports mention it."""

    key: str
    entry: Entry
    """The entry that says most about the title."""
    entries: tuple[int, ...]
    """Places of its entries."""

    @cached_property
    def mark(self) -> str:
        """A short name for scripts: eight hexadecimal digits of the key's hash."""
        return mark_of(self.key)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys under which the same title may be mentioned elsewhere: one for each id, then the one by name."""
        ids = tuple(f"{service}={key}" for service, key in self.entry.ids)
        return (*ids, *((name_key(self.entry),) if self.entry.name else ()))

    @property
    def label(self) -> str:
        """'Alien (1979)', or the bare name; an id where there is no name."""
        name = self.entry.name or self.key
        return f"{name} ({self.entry.year})" if self.entry.year and not self.entry.year_of_part else name


def mark_of(key: str) -> str:
    """Eight hexadecimal digits for a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def name_key(entry: Entry) -> str:
    """The key of an entry by what the title is called: folded name, year, film or series."""
    year = "" if entry.year is None or entry.year_of_part else str(entry.year)
    series = bool(entry.kinds) and set(entry.kinds) <= set(SERIES)
    film = bool(entry.kinds) and not series and "series" not in entry.kinds
    return f"{fold(entry.name) or entry.name}|{year}|{'series' if series else 'film' if film else ''}"


def key_of(entry: Entry) -> str:
    """The key of an entry: its most trusted id, else by what the title is called."""
    ids = dict(entry.ids)
    service = next((service for service in SERVICES if service in ids), None)
    return f"{service}={ids[service]}" if service else name_key(entry)


def mentions_of(entries: Sequence[Entry], settle: Callable[[Entry], Entry]) -> list[Mention]:
    """Put entries together, in the order of their first.

    Args:
        entries: of one history.
        settle: what an entry means in the catalogue at hand; see `as_episode` and `as_itself`.
    """
    places: dict[str, list[int]] = {}
    told: dict[str, Entry] = {}
    for at, raw in enumerate(entries):
        entry = settle(raw)
        key = key_of(entry)
        places.setdefault(key, []).append(at)
        if key not in told or _says(entry) > _says(told[key]):
            told[key] = entry
    return [Mention(key, told[key], tuple(some)) for key, some in places.items()]


def as_episode(entry: Entry, show: str) -> Entry:
    """An entry whose title turned out to begin with a show's."""
    rest = entry.name[len(show) :].strip(" :：")
    return replace(entry, name=show, kinds=SERIES, episode_name=rest, shows=())


def as_itself(entry: Entry) -> Entry:
    """An episode or season that the catalogue has as a title of its own."""
    return replace(entry, ids=entry.episode_ids, episode_ids=(), kinds=("episode", *SERIES), year_of_part=False)


def _says(entry: Entry) -> int:
    """How many things an entry says that help to find its title."""
    told = (entry.name, entry.year, entry.kinds, entry.ids, entry.directors, entry.cast, entry.countries, entry.runtime)
    return sum(map(bool, told))
