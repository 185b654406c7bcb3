"""Personal exports made from real titles, damaged as real ones are, with the right answer for every row.

    titles  ->  damaged copies  ->  files of Letterboxd, IMDb, Trakt, 豆瓣, Netflix + {(file, line): title id or None}

The rates are those measured between sources that share IMDb ids (MovieLens, Wikidata, JustWatch against the default
catalogue): years differ by one in 1.3 to 2.9 % of films, names in 1.2 to 5.9 %. They were set before anything was run.
"""

from __future__ import annotations

import csv
import io
import json
import random
import unicodedata
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl

from reelation.histories.chinese import COUNTRIES, GENRES

YEAR_OFF, OTHER_NAME, RESPELLED, UNKNOWN_NAME, TWICE = 0.03, 0.06, 0.04, 0.01, 0.05
Truth = dict[tuple[str, int], str | None]
"""(file, line) -> the right title, None where the catalogue does not have it."""

_ROMAN = {"2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}
_IMDB_RATINGS = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,"
    "Release Date,Directors"
)
_IMDB_LIST = (
    "Position,Const,Created,Modified,Description,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,"
    "Release Date,Directors"
)
_CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Known:
    """A title as the catalogue has it."""

    title_id: str
    kind: str
    name: str
    year: int
    others: tuple[str, ...] = ()
    imdb: str | None = None
    directors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    runtime: float | None = None
    there: bool = True
    """Whether the catalogue that is searched has it."""

    @property
    def series(self) -> bool:
        return self.kind in ("series", "mini_series")


@dataclass
class Exports:
    """Where each export is, and the right answers."""

    paths: list[Path] = field(default_factory=list)
    truth: Truth = field(default_factory=dict)


def damaged(title: Known, dice: random.Random) -> Known:
    """The title as another service would have it."""
    name, year = title.name, title.year
    if title.others and dice.random() < OTHER_NAME:
        name = dice.choice(title.others)
    if dice.random() < RESPELLED:
        name = respelled(name, dice)
    if dice.random() < UNKNOWN_NAME:
        name = f"{name}: {dice.choice(('The Movie', 'Director’s Cut', 'A Love Story', '完整版'))}"
    if dice.random() < YEAR_OFF:
        year += dice.choice((-1, 1))
    return replace(title, name=name, year=year)


def respelled(name: str, dice: random.Random) -> str:
    """Another way of writing the same name."""
    words = name.split()
    ways = [name.upper(), name.replace(" - ", ": "), name.replace(":", " -"), name.replace("'", "’")]
    ways.append("".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)))
    ways.append(name.replace(" and ", " & ") if " and " in name else name.replace("&", "and"))
    if words[0] in ("The", "A") and len(words) > 1:
        ways += [" ".join(words[1:]), f"{' '.join(words[1:])}, {words[0]}"]
    if words[-1] in _ROMAN:
        ways.append(" ".join([*words[:-1], _ROMAN[words[-1]]]))
    return dice.choice([way for way in ways if way != name] or [name])


def letterboxd(titles: list[Known], folder: Path, dice: random.Random) -> Exports:
    """A zip with diary, ratings, watched, watchlist and likes; and what must not be read."""
    found = Exports()
    rows: dict[str, list[list[object]]] = {
        "diary.csv": [["Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date"]],
        "ratings.csv": [["Date", "Name", "Year", "Letterboxd URI", "Rating"]],
        "watched.csv": [["Date", "Name", "Year", "Letterboxd URI"]],
        "watchlist.csv": [["Date", "Name", "Year", "Letterboxd URI"]],
        "likes/films.csv": [["Date", "Name", "Year", "Letterboxd URI"]],
    }
    for title in titles:
        one, day = damaged(title, dice), _day(dice)
        told = [day, one.name, one.year, f"https://boxd.it/{dice.randrange(36**4):x}"]
        if dice.random() < 0.1:
            files = {"watchlist.csv": told}
        else:
            stars = dice.randrange(1, 11) / 2
            files = {"watched.csv": told}
            if dice.random() < 0.7:
                files["ratings.csv"] = [*told, stars]
            if dice.random() < 0.6:
                files["diary.csv"] = [*told, stars, "", "rewatch, with friends", day]
            if dice.random() < 0.2:
                files["likes/films.csv"] = told
        for file, row in files.items():
            for _ in range(1 + (dice.random() < TWICE)):
                rows[file].append(row)
                found.truth[file, len(rows[file])] = title.title_id if title.there else None
    path = folder / "letterboxd-someone-2026-11-01.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in rows.items():
            archive.writestr(file, _csv(content))
        archive.writestr("profile.csv", "Username,Email Address\nsomeone,someone@example.org\n")
        archive.writestr("deleted/diary.csv", "Date,Name,Year,Letterboxd URI\n2020-01-01,Deleted,1999,x\n")
    found.paths = [path]
    return found


def imdb(titles: list[Known], folder: Path, dice: random.Random) -> Exports:
    """A ratings CSV in today's format and a watchlist in the old one."""
    found = Exports()
    ratings: list[list[object]] = [list(_IMDB_RATINGS.split(","))]
    listed: list[list[object]] = [list(_IMDB_LIST.split(","))]
    for title in titles:
        one = damaged(title, dice)
        const = title.imdb or f"tt99{dice.randrange(10**6):06}"
        kind = "TV Series" if title.series else "Movie"
        directors, runtime = ", ".join(title.directors[:2]), f"{title.runtime:.0f}" if title.runtime else ""
        if dice.random() < 0.15:
            kind = "tvSeries" if title.series else "movie"
            row: list[object] = [len(listed), const, "Tue Feb 12 00:00:00 2013", "", "for later", one.name, "", kind]
            row += ["7.1", runtime, one.year, "Drama", "100", f"{one.year}-01-01", directors]
            _add(listed, row, "WATCHLIST.csv", title, found.truth, dice)
        else:
            row = [const, dice.randrange(1, 11), _day(dice), one.name, title.name, "", kind, "7.1", runtime, one.year]
            row += ["Drama", "100", f"{one.year}-01-01", directors]
            _add(ratings, row, "ratings.csv", title, found.truth, dice)
    for file, rows in (("ratings.csv", ratings), ("WATCHLIST.csv", listed)):
        (folder / file).write_bytes(_csv(rows).encode())
        found.paths.append(folder / file)
    return found


def trakt(titles: list[Known], folder: Path, dice: random.Random) -> Exports:
    """A folder with ratings, history with episodes, and a watchlist."""
    found = Exports()
    files: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("ratings-movies.json", "ratings-shows.json", "history.json", "watchlist.json")
    }

    def add(file: str, item: dict[str, object], title: Known) -> None:
        for _ in range(1 + (dice.random() < TWICE)):
            files[file].append(item)
            found.truth[file, len(files[file])] = title.title_id if title.there else None

    for title in titles:
        one = damaged(title, dice)
        subject = "show" if title.series else "movie"
        ids = {
            "trakt": dice.randrange(10**6),
            "slug": "x",
            "imdb": title.imdb or f"tt99{dice.randrange(10**6):06}",
            "tmdb": None,
        }
        told: dict[str, object] = {subject: {"title": one.name, "year": one.year, "ids": ids}}
        when = f"{_day(dice)}T20:15:33.000Z"
        if dice.random() < 0.1:
            add("watchlist.json", {"listed_at": when, "type": subject, "notes": "secret", **told}, title)
        elif title.series:
            for number in range(1, dice.randrange(2, 5)):
                episode = {"season": 1, "number": number, "title": f"Part {number}", "ids": {"imdb": None}}
                add("history.json", {"watched_at": when, "action": "watch", "episode": episode, **told}, title)
            add("ratings-shows.json", {"rated_at": when, "rating": dice.randrange(1, 11), **told}, title)
        else:
            add("history.json", {"watched_at": when, "action": "scrobble", "type": "movie", **told}, title)
            add("ratings-movies.json", {"rated_at": when, "rating": dice.randrange(1, 11), **told}, title)
    place = folder / "trakt"
    place.mkdir()
    for file, items in files.items():
        (place / file).write_text(json.dumps(items), encoding="utf-8")
    (place / "user-profile.json").write_text('{"username": "someone"}', encoding="utf-8")
    found.paths = [place]
    return found


def douban(titles: list[Known], folder: Path, dice: random.Random) -> Exports:
    """A workbook of 豆伴, with seasons of series as entries of their own, and books and music beside."""
    found = Exports()
    book = openpyxl.Workbook()
    book.remove(book.active)
    header = ["标题", "简介", "豆瓣评分", "链接", "创建时间", "我的评分", "标签", "评论"]
    sheets = {name: book.create_sheet(name) for name in ("想看", "在看", "看过", "读过", "听过")}
    for sheet in sheets.values():
        sheet.append(header)
    countries = {english: chinese for chinese, english in reversed(COUNTRIES.items())}
    genres = {english: chinese for chinese, english in reversed(GENRES.items())}
    for title in titles:
        one = damaged(title, dice)
        seasons = range(1, dice.randrange(2, 5)) if title.series and dice.random() < 0.5 else (None,)
        for season in seasons:
            year = one.year + (season or 1) - 1
            name = one.name if season is None else f"{one.name} 第{_CHINESE[season - 1]}季"
            fields = [str(year), " ".join(countries[c] for c in title.countries[:2] if c in countries)]
            fields.append(" ".join(genres[g] for g in title.genres[:3] if g in genres))
            fields += ["  ".join(title.directors[:1]), "  ".join(title.cast[:3])]
            link = f"https://movie.douban.com/subject/{dice.randrange(10**6, 10**8)}/"
            sheet = sheets[dice.choice(("想看", "在看", "看过", "看过", "看过", "看过"))]
            for _ in range(1 + (dice.random() < TWICE)):
                when = f"{_day(dice)} 23:30:00"
                stars = dice.randrange(1, 6) if sheet.title == "看过" else None
                sheet.append([name, " / ".join(f for f in fields if f), 8.1, link, when, stars, "标签", "私密评论"])
                where = (f"someone.xlsx:{sheet.title}", sheet.max_row)
                found.truth[where] = title.title_id if title.there else None
    for other in ("读过", "听过"):
        sheets[other].append(
            ["一本书", "作者 / 2001", 9.0, "https://book.douban.com/subject/1/", "2020-01-01", 5, "", ""]
        )
    found.paths = [folder / "someone.xlsx"]
    book.save(found.paths[0])
    return found


def netflix(titles: list[Known], folder: Path, dice: random.Random) -> Exports:
    """The short history, newest first, with German dates and several episodes of each series."""
    found = Exports()
    rows: list[tuple[date, str, Known]] = []
    for title in titles:
        one = damaged(title, dice)
        first = max(date(2012, 1, 1), date(title.year + 1, 1, 1))
        day = min(first + timedelta(days=dice.randrange(2000)), date(2026, 10, 31))
        if title.series:
            for number in range(1, dice.randrange(2, 7)):
                season = f"{dice.choice(('Staffel', 'Season'))} {1 + number // 4}"
                rows.append((day, f"{one.name}: {season}: Folge {number}", title))
        else:
            rows.append((day, one.name, title))
        if dice.random() < TWICE:
            rows.append((day, rows[-1][1], title))
    rows.sort(key=lambda row: row[0], reverse=True)
    table: list[list[object]] = [["Title", "Date"]]
    for day, name, title in rows:
        table.append([name, f"{day:%d.%m.%y}"])
        found.truth["NetflixViewingHistory.csv", len(table)] = title.title_id if title.there else None
    found.paths = [folder / "NetflixViewingHistory.csv"]
    found.paths[0].write_text(_csv(table), encoding="utf-8-sig")
    return found


MAKERS = {"letterboxd": letterboxd, "imdb": imdb, "trakt": trakt, "douban": douban, "netflix": netflix}


def _add(
    table: list[list[object]], row: list[object], file: str, title: Known, truth: Truth, dice: random.Random
) -> None:
    for _ in range(1 + (dice.random() < TWICE)):
        table.append(row)
        truth[file, len(table)] = title.title_id if title.there else None


def _day(dice: random.Random) -> str:
    return (datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(4000))).strftime("%Y-%m-%d")


def _csv(rows: list[list[object]]) -> str:
    content = io.StringIO()
    csv.writer(content, lineterminator="\r\n").writerows(rows)
    return content.getvalue()
