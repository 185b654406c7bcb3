"""豆瓣: the workbook that the browser extension 豆伴 writes.

Sheets 想看, 在看 and 看过 are films and series; books, music, games and what else there is are counted and left alone.
简介 ("1994 / 美国 / 剧情 犯罪 / 导演 / 演员") is evidence. 评论 is not read. Times are those of Shanghai.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.cell_values import BadRowError, cell
from reelation.histories.chinese import COUNTRIES, GENRES
from reelation.histories.entry import FILMS, SERIES, Entry, Tally
from reelation.histories.files import Files
from reelation.histories.formats import Choices, Format, convert_rows
from reelation.histories.values import seconds_of, stars_of, time_of
from reelation.histories.xlsx import is_workbook, sheet_names, sheets

_STATUS = {"想看": "watchlist", "在看": "watch", "看过": "watch"}
_OTHERS = {"读": "book", "听": "music", "玩": "game"}
"""Letter in a sheet's name -> what is in it."""
_SUBJECT = re.compile(r"https?://(?P<kind>\w+)\.douban\.com/subject/(?P<id>\d+)/?")
_SEASON = re.compile(r"(?P<show>.*\S)\s*(?:第\s*(?P<number>[一二三四五六七八九十\d]+)\s*季|Season\s*(?P<digits>\d+))")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)}
_SHANGHAI = 8.0
"""Hours east of UTC; no summer time since 1992."""
_READ = ("标题", "简介", "链接", "创建时间", "我的评分")
_EXCEL = datetime(1899, 12, 30)


def _knows(files: Files) -> tuple[str, ...]:
    if len(files.names) != 1 or not is_workbook(files.path):
        return ()
    return files.names if any(name.strip() in _STATUS for name in sheet_names(files.path)) else ()


def _read(files: Files, names: tuple[str, ...], tally: Tally, choices: Choices) -> list[Entry]:
    found: list[Entry] = []
    for sheet, rows in sheets(files.path, lambda _: True).items():
        where = f"{files.path.name}:{sheet}"
        status = _STATUS.get(sheet.strip())
        if status is None:
            kind = next((what for letter, what in _OTHERS.items() if letter in sheet), "other")
            filled = sum(any(row) for row in rows[1:])
            tally.count(where, rows_in=filled)
            tally.skip(where, kind, filled)
            continue

        def convert(line: int, row: dict[str, Any], where: str = where, status: str = status) -> Entry | None:
            return _entry(where, line, row, status, tally)

        found += convert_rows(_named(rows), where, tally, convert)
    return found


def _named(rows: list[list[str]]) -> list[tuple[int, dict[str, Any]]]:
    """Line and cells by column, of the columns that are read."""
    places = {name: at for at, name in enumerate(rows[0] if rows else []) if name in _READ}
    return [
        (line, {name: row[at] for name, at in places.items() if at < len(row)})
        for line, row in enumerate(rows[1:], start=2)
        if any(row)
    ]


def _entry(file: str, line: int, row: dict[str, Any], status: str, tally: Tally) -> Entry | None:
    subject = _SUBJECT.match(row.get("链接", ""))
    if subject and subject["kind"] not in ("movie", "www"):
        tally.skip(file, {"book": "book", "music": "music"}.get(subject["kind"], "other"))
        return None
    titles = [part for part in re.split(r"\s+/\s+", row.get("标题", "")) if part.strip()]
    if not titles:
        raise BadRowError("没有标题 (no title)")
    season = _SEASON.fullmatch(titles[0].strip())
    names = [found["show"] if (found := _SEASON.fullmatch(name.strip())) else name.strip() for name in titles]
    year, countries, genres, people = _described(row.get("简介", ""))
    ids = (("douban", subject["id"]),) if subject else ()
    return Entry(
        source=FORMAT.name,
        file=file,
        line=line,
        name=names[0],
        names=tuple(dict.fromkeys(names[1:])),
        year=year,
        kinds=SERIES if season else (*FILMS, *SERIES),
        ids=() if season else ids,
        episode_ids=ids if season else (),
        season=_season(season["number"] or season["digits"]) if season else None,
        year_of_part=bool(season),
        status=status,
        stars=stars_of(row.get("我的评分"), 5, "我的评分"),
        time=_time(row.get("创建时间", "")),
        directors=people[0] if people else (),
        cast=tuple(name for some in people[1:] for name in some),
        countries=countries,
        genres=genres,
    )


def _described(text: str) -> tuple[int | None, tuple[str, ...], tuple[str, ...], list[tuple[str, ...]]]:
    """Year, countries, genres, and the people by field: directors, then the cast."""
    fields = [field.strip() for field in re.split(r"\s*/\s*", text) if field.strip()]
    year, countries, genres = None, [], []
    people: list[tuple[str, ...]] = []
    for field in fields:
        words = field.split()
        if year is None and (found := re.match(r"(\d{4})(?!\d)", field)):
            year = int(found[1])
        elif not people and all(word in COUNTRIES for word in words):
            countries += [COUNTRIES[word] for word in words]
        elif not people and any(word in GENRES for word in words):
            genres += [GENRES[word] for word in words if word in GENRES]
        elif cell(field):
            people.append(_people(field))
    return year, tuple(countries), tuple(genres), people


def _people(field: str) -> tuple[str, ...]:
    """Names parted by blanks; Latin names, which have blanks of their own, are also taken whole."""
    if all(ord(letter) < 0x2E80 for letter in field):
        parts = [part for part in re.split(r"\s{2,}|,", field) if part.strip()]
        words = field.split()
        pairs = [" ".join(words[at : at + size]) for size in (2, 3) for at in range(len(words) - size + 1)]
        return tuple(dict.fromkeys([*(part.strip() for part in parts), *pairs]))
    return tuple(field.split())


def _season(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS.get(text, 1)


def _time(text: str) -> int:
    """Of "2020-01-02 03:04:05" in Shanghai, or of Excel's count of days."""
    found = time_of(text, _SHANGHAI)
    if found == UNKNOWN_TIME:
        try:
            days = float(text)
        except ValueError:
            return UNKNOWN_TIME
        if 20_000 < days < 80_000:
            return seconds_of(_EXCEL + timedelta(days=days), _SHANGHAI)
    return found


FORMAT = Format("douban", "豆瓣 (豆伴)", _knows, _read)
