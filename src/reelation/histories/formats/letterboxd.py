"""Letterboxd: the zip of Settings > Data, the folder that comes out of it, or single files of it.

`profile.csv`, comments and reviews are never opened. What was deleted, or belongs to nothing any more, is left alone.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from reelation.cell_values import BadRowError, cell, whole
from reelation.histories.entry import FILMS, Entry, Tally
from reelation.histories.files import Files
from reelation.histories.formats import Choices, Format, read_rows
from reelation.histories.values import stars_of, time_of

_STATUS = {
    "watched.csv": "watch",
    "ratings.csv": "rating",
    "diary.csv": "watch",
    "watchlist.csv": "watchlist",
    "likes/films.csv": "like",
}
"""Member -> what being in it means. Reviews stand in the diary or among the ratings as well."""
_MARKS = {"name", "letterboxd uri"}
_FILM = "https://letterboxd.com/film/"
_KINDS = (*FILMS, "mini_series")


def _knows(files: Files) -> tuple[str, ...]:
    if len(files.names) == 1 and files.path.name == files.names[0]:
        return files.names if files.header(files.names[0]) >= _MARKS else ()
    return tuple(name for name in files.names if name in _STATUS and files.header(name) >= _MARKS)


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    found: list[Entry] = []
    for name in names:
        text, status = files.text(name), _STATUS.get(name)
        if status is None:
            status = _status_of(name, files.header(name))

        def convert(line: int, row: dict[str, str], name: str = name, status: str = status) -> Entry:
            return _entry(name, line, row, status)

        found += read_rows(text, name, tally, convert)
    return found


def _status_of(file: str, header: frozenset[str]) -> str:
    """What a single file is, by its columns, then by its name."""
    if header & {"watched date", "rewatch"}:
        return "watch"
    if "rating" in header:
        return "rating"
    stem = PurePosixPath(file).stem.lower()
    return "watchlist" if "watchlist" in stem else "like" if "like" in stem or stem == "films" else "watch"


def _entry(file: str, line: int, row: dict[str, str], status: str) -> Entry:
    name = cell(row.get("name"))
    if name is None:
        raise BadRowError("no name")
    stars = stars_of(row.get("rating"), 5)
    if status == "rating" and stars is None:
        raise BadRowError("no rating")
    address = cell(row.get("letterboxd uri")) or ""
    slug = address.removeprefix(_FILM).strip("/") if address.startswith(_FILM) else ""
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=name,
        year=whole(row.get("year"), "year"),
        kinds=_KINDS,
        ids=(("letterboxd", slug),) if slug else (),
        status=status,
        stars=stars,
        time=time_of(row.get("watched date") or row.get("date")),
    )


FORMAT = Format("letterboxd", "Letterboxd", _knows, _read)
