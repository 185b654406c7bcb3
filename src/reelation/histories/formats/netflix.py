"""Netflix: the short viewing history (`Title,Date`), and ViewingActivity.csv of the full one.

Names of profiles, devices and countries are not read. Dates are written as the account's country writes them, so their
order is found out from the whole column. `Show: Season 2: Episode` is a show; what it is where no season is named, only
the catalogue can tell (see `Entry.shows`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.cell_values import BadRowError, cell
from reelation.histories.entry import FILMS, SERIES, Entry, Tally
from reelation.histories.files import Files
from reelation.histories.formats import Choices, Format, read_rows
from reelation.histories.values import seconds_of, time_of

_SEASON = re.compile(
    r"(?:(?:season|series|staffel|saison|temporada|stagione|seizoen|sezon|säsong|sæson|sesong|kausi|série|сезон)"
    r"\s*(?P<number>\d+)\b.*"
    r"|(?P<before>\d+)\.?\s*(?:season|staffel|temporada|stagione|sezon|kausi|évad|сезон)"
    r"|第\s*(?P<han>[一二三四五六七八九十\d]+)\s*[季部]|シーズン\s*(?P<kana>\d+)|시즌\s*(?P<hangul>\d+)"
    r"|limited series|miniseries|mini-series|miniserie|mini-série|limitierte serie|série limitée|serie limitada)",
    re.IGNORECASE,
)
"""A part of a title that says that what stands before it is a show."""
_PIECE = re.compile(
    r"(?:part|volume|vol\.|chapter|book|collection|teil|partie|parte|часть)\s*(?P<number>\d+)", re.IGNORECASE
)
"""A part that says so only if an episode follows: "Kill Bill: Vol. 2" is a film."""
_DATE = re.compile(r"(\d{1,4})\D+(\d{1,2})\D+(\d{1,4})\D*")
_ORDERS = {"mdy": (2, 0, 1), "dmy": (2, 1, 0), "ymd": (0, 1, 2)}
"""Order -> where year, month and day stand."""
_FIRST_YEAR = 1997
_REPEATS = 3
"""So many different continuations of one beginning are episodes, where nothing is called so as a whole."""
_SHORTEST = 120
"""Seconds; less is a look, not a viewing."""
_HAN = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)}


def _knows(files: Files) -> tuple[str, ...]:
    if len(files.names) == 1 and files.path.name == files.names[0]:
        wanted: tuple[str, ...] = files.names
    else:
        wanted = tuple(
            name
            for name in files.names
            if PurePosixPath(name).name.lower() in ("viewingactivity.csv", "netflixviewinghistory.csv")
        )
    return tuple(name for name in wanted if _is_ours(files.header(name)))


def _is_ours(header: frozenset[str]) -> bool:
    return header == {"title", "date"} or header >= {"title", "start time", "supplemental video type"}


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    found: list[Entry] = []
    for name in names:
        full = "start time" in files.header(name)

        def convert(line: int, row: dict[str, str], name: str = name, full: bool = full) -> Entry | None:
            if full and cell(row.get("supplemental video type")):
                tally.skip(name, "trailer")
                return None
            if full and _seconds(row.get("duration")) < _SHORTEST:
                tally.skip(name, "look")
                return None
            title = cell(row.get("title"))
            if title is None:
                raise BadRowError("no title")
            return _entry(name, line, title, time_of(row.get("start time")) if full else UNKNOWN_TIME)

        dates: dict[int, str] = {}

        def dated(line: int, row: dict[str, str], dates: dict[int, str] = dates) -> Entry | None:
            dates[line] = row.get("date", "")
            return convert(line, row)

        entries = read_rows(files.text(name), name, tally, convert if full else dated)
        times = {} if full else _times(dates, name, tally, choices.dates)
        found += [_with_time(entry, times.get(entry.line, entry.time)) for entry in entries]
    return _with_shows(found)


def date_order(dates: Sequence[str]) -> tuple[str, bool]:
    """The order of day, month and year in which all dates make sense.

    Args:
        dates: as written, newest first, as Netflix sorts them.

    Returns:
        "mdy", "dmy" or "ymd"; and whether it is certain: one order only makes sense of all dates, or of those that do
        one only runs from new to old.
    """
    split = [found.groups() for date in dates if (found := _DATE.fullmatch(date.strip()))]
    sense = {order: days for order in _ORDERS if (days := _days(split, order)) is not None}
    if len(sense) > 1:
        falling = {order: days for order, days in sense.items() if days == sorted(days, reverse=True)}
        sense = falling or sense
    if len(sense) == 1:
        return next(iter(sense)), True
    return ("dmy" if any("." in date for date in dates) else "mdy"), False


def split_title(title: str) -> tuple[str, int | None, str] | None:
    """'Dark: Season 2: Lost and Found' -> ('Dark', 2, 'Lost and Found'); None where no part names a season."""
    parts = re.split(r"\s*[:：]\s+|：", title)
    for at, part in enumerate(parts[1:], start=1):
        piece = _PIECE.fullmatch(part.strip()) if at + 1 < len(parts) else None
        if found := _SEASON.fullmatch(part.strip()) or piece:
            text = next((value for value in found.groups() if value), "")
            number = _HAN.get(text) or (int(text) if text.isdigit() and text.isascii() else None)
            return ": ".join(parts[:at]), number, ": ".join(parts[at + 1 :])
    return None


def _entry(file: str, line: int, title: str, time: int) -> Entry:
    told = split_title(title)
    parts = re.split(r"\s*[:：]\s+|：", title)
    show, season, episode = told or (title, None, "")
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=show,
        kinds=SERIES if told else FILMS,
        season=season,
        episode_name=episode or (title[len(show) :].strip(" :：") if told else ""),
        shows=() if told else tuple(": ".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)),
        networks=("netflix",),
        status="watch",
        time=time,
    )


def _with_time(entry: Entry, time: int) -> Entry:
    return entry if entry.time == time else replace(entry, time=time)


def _with_shows(entries: list[Entry]) -> list[Entry]:
    """Keep as possible shows only beginnings that the history has often enough, each time with another ending."""
    told = Counter(entry.name for entry in entries if entry.season is not None)
    endings: dict[str, set[str]] = {}
    for entry in entries:
        for show in entry.shows:
            endings.setdefault(show, set()).add(entry.name)
    often = {show for show, names in endings.items() if len(names) >= _REPEATS} | set(told)
    return [
        replace(entry, shows=tuple(show for show in entry.shows if show in often)) if entry.shows else entry
        for entry in entries
    ]


def _times(dates: dict[int, str], file: str, tally: Tally, chosen: str | None) -> dict[int, int]:
    """Line -> time, of a column of dates without times."""
    order, certain = (chosen, True) if chosen else date_order(list(dates.values()))
    if not certain and any(_DATE.fullmatch(date.strip()) for date in dates.values()):
        tally.note("dates", option="--dates", file=file, order=order)
    found = {}
    for line, date in dates.items():
        split = _DATE.fullmatch(date.strip())
        day = _day(split.groups(), order) if split else None
        found[line] = seconds_of(day) if day else UNKNOWN_TIME
    if unread := sum(time == UNKNOWN_TIME for time in found.values()):
        tally.note("undated", file=file, rows=unread)
    return found


def _days(dates: list[tuple[str, ...]], order: str) -> list[datetime] | None:
    """All dates read in this order; None where one makes no sense."""
    latest = datetime.now(UTC).replace(tzinfo=None)
    found = [_day(date, order) for date in dates]
    days = [day for day in found if day is not None and day.year >= _FIRST_YEAR and day.date() <= latest.date()]
    return days if len(days) == len(found) else None


def _day(date: tuple[str, ...], order: str) -> datetime | None:
    year, month, day = (date[place] for place in _ORDERS[order])
    if len(year) not in (2, 4):
        return None
    try:
        return datetime(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _seconds(duration: str | None) -> float:
    """Of "00:45:12"; infinite where there is nothing to read."""
    parts = (duration or "").split(":")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return float("inf")
    hours, minutes, seconds = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds


FORMAT = Format("netflix", "Netflix", _knows, _read)
