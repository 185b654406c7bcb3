"""Trakt: JSON of ratings, history, watched, watchlist and hidden items, one file or a folder or zip of them.

Other files of such a folder (settings, profile, comments, followers) are never opened, and notes are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from reelation.cell_values import BadRowError, cell, imdb_id, whole
from reelation.cells import json_rows
from reelation.histories.entry import FILMS, SERIES, Entry, Tally
from reelation.histories.files import Files
from reelation.histories.formats import Choices, Format, convert_rows
from reelation.histories.values import stars_of, time_of

_MEMBER = re.compile(
    r"(ratings|history|watched|watched[-_]history|watchlist|lists[-_]watchlist)([-_](movies|shows|seasons|episodes))?([-_]?\d+)?\.json"
)
_TIMES = {"rated_at": "rating", "watched_at": "watch", "last_watched_at": "watch", "listed_at": "watchlist"}
_SUBJECTS = ("movie", "show", "season", "episode")


def _knows(files: Files) -> tuple[str, ...]:
    if len(files.names) == 1 and files.path.name == files.names[0]:
        return files.names if files.names[0].lower().endswith(".json") and _is_ours(files, files.names[0]) else ()
    named = [name for name in files.names if _MEMBER.fullmatch(PurePosixPath(name).name.lower())]
    return tuple(name for name in named if _is_ours(files, name))


def _is_ours(files: Files, name: str) -> bool:
    """By the first piece: an array of objects with one of our times and one of our subjects, or an empty one."""
    start = files.start(name)
    keys = set(re.findall(r'"(\w+)"\s*:', start))
    empty = start.strip() == "[]" and bool(_MEMBER.fullmatch(PurePosixPath(name).name.lower()))
    return empty or (start.lstrip().startswith("[") and bool(keys & set(_TIMES)) and bool(keys & {"movie", "show"}))


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    found: list[Entry] = []
    for name in names:

        def convert(line: int, row: Mapping[str, Any], name: str = name) -> Entry:
            return _entry(name, line, row)

        text = files.text(name)
        if text.strip() in ("", "[]"):
            tally.count(name)
            continue
        found += convert_rows(json_rows(text, tally, name), name, tally, convert)
    return found


def _entry(file: str, line: int, row: Mapping[str, Any]) -> Entry:
    mark = next((key for key in _TIMES if row.get(key)), None)
    if mark is None:
        raise BadRowError(f"none of {', '.join(_TIMES)}")
    inner = {key: row[key] for key in _SUBJECTS if isinstance(row.get(key), dict)}
    title = inner.get("movie") or inner.get("show")
    if title is None:
        raise BadRowError("neither a movie nor a show")
    film = "movie" in inner
    season, episode = inner.get("season", {}), inner.get("episode", {})
    name, ids = cell(title.get("title")), _ids(title, film=film)
    if name is None and not ids:
        raise BadRowError("neither a title nor an id")
    stars = stars_of(row.get("rating"), 10) if mark == "rated_at" else None
    if mark == "rated_at" and stars is None:
        raise BadRowError("no rating")
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=name or "",
        year=whole(title.get("year"), "year"),
        kinds=FILMS if film else SERIES,
        ids=ids,
        status=_TIMES[mark],
        stars=stars,
        time=time_of(row[mark]),
        season=whole(season.get("number", episode.get("season")), "season"),
        episode=whole(episode.get("number"), "episode"),
        episode_name=cell(episode.get("title")) or "",
        episode_ids=_ids(episode, film=False),
    )


def _ids(subject: Mapping[str, Any], *, film: bool) -> tuple[tuple[str, str], ...]:
    """IMDb's and TMDB's. TMDB numbers films and series apart, so a series' number goes under a name of its own."""
    ids = subject.get("ids")
    if not isinstance(ids, dict):
        return ()
    found = [("imdb", imdb_id(ids.get("imdb"))), ("tmdb" if film else "tmdb_tv", cell(ids.get("tmdb")))]
    return tuple((service, key) for service, key in found if key)


FORMAT = Format("trakt", "Trakt", _knows, _read)
