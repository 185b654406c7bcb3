"""What one source said in one import, and how far each source is trusted for a field that several give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

Tables = dict[str, pl.DataFrame]
"""Canonical tables by name (`reelation.catalogue.schema.TABLES`); a table with no rows may be missing."""

PRIORITY = (
    "imdb",
    "wikidata",
    "default",
    "movielens_wikidata",
    "movielens",
    "justwatch",
    "streaming",
    "wikipedia",
    "generic",
)
"""Sources from the most to the least trusted: the first that gives a field wins. Sources that are not named
come after them, display-only sources (TMDB) last of all."""

SERVICES = {
    "imdb": "imdb_id",
    "wikidata": "wikidata_id",
    "tmdb": "tmdb_id",
    "ml": "movielens_id",
    "letterboxd": "letterboxd_id",
    "douban": "douban_id",
    "justwatch": "justwatch_id",
}
"""How ids of a service begin -> its column in `titles`; the first that a work has makes its title_id."""


@dataclass(frozen=True)
class Part:
    """The tables that one source gave for one path."""

    source: str
    tables: Tables
    trainable: bool = True
    """False: display metadata, which never decides a field that training reads when another source is there."""


def rank(parts: Iterable[Part]) -> dict[str, int]:
    """Source name -> its place in the order of trust, from 0."""
    trainable = {part.source: part.trainable for part in parts}
    known = {name: at for at, name in enumerate(PRIORITY)}
    order = sorted(trainable, key=lambda name: (not trainable[name], known.get(name, len(known)), name))
    return {name: at for at, name in enumerate(order)}
