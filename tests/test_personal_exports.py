"""Formats of personal exports: what is read, what is never read, what is set aside and why."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import DataError, UsageError
from reelation.histories.detect import find_exports
from reelation.histories.entry import Entry, Tally
from reelation.histories.formats import Choices
from reelation.histories.formats.netflix import date_order, split_title
from reelation.histories.values import stars_of, time_of
from reelation.histories.xlsx import sheets

WATCHED = "Date,Name,Year,Letterboxd URI\n2024-05-12,Voidborn,1979,https://boxd.it/1\n"
RATINGS = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,"
    "Release Date,Directors\n"
)
ACTIVITY = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country"
)


def read(*paths: Path, own: bool = False, choices: Choices | None = None) -> tuple[list[Entry], Tally]:
    found, others = find_exports(paths, own=own, columns=dict(choices.columns) if choices else None)
    assert not others, others
    tally, entries = Tally(), []
    for one in found:
        entries += one.format.read(one.files, one.names, tally, choices or Choices())
    for file, count in tally.files.items():
        assert count.rows_in == count.kept + count.set_aside + count.skipped, (file, count)
    return entries, tally


def packed(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def workbook(path: Path, content: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in content.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def day(year: int, month: int, number: int, hour: int = 0) -> int:
    return int(datetime(year, month, number, hour, tzinfo=UTC).timestamp())


# Letterboxd


def letterboxd_files() -> dict[str, str]:
    return {
        "watched.csv": WATCHED,
        "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n2024-05-12,Voidborn,1979,https://boxd.it/1,4.5\n"
        "2024-08-01,Bad,2024,https://boxd.it/2,not-a-number\n",
        "diary.csv": "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
        '2024-05-13,"Foo, the ""Movie""",2022,https://boxd.it/3,,Yes,"a, b",2024-05-12\n',
        "watchlist.csv": "Date,Name,Year,Letterboxd URI\n2024-05-12,The Tide,2002,https://letterboxd.com/film/the-tide/\n",
        "likes/films.csv": WATCHED,
        "likes/reviews.csv": "Date,Letterboxd URI\nx,y\n",
        "deleted/diary.csv": "Date,Name,Year,Letterboxd URI\n2020-01-01,Deleted,1999,x\n",
        "orphaned/diary.csv": "Date,Name,Year,Letterboxd URI\n2020-01-01,Orphaned,1999,x\n",
        "profile.csv": "Username,Email Address\nsomeone,someone@example.org\n",
        "comments.csv": "Date,Content,Comment\n2020-01-01,x,private words\n",
        "reviews.csv": "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date\n"
        "2020-01-01,Voidborn,1979,x,4,,private words,,2020-01-01\n",
    }


def test_letterboxd_as_zip_and_as_folder(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", letterboxd_files())
    entries, tally = read(path)
    told = {(one.file, one.name, one.status, one.stars) for one in entries}
    assert told == {
        ("watched.csv", "Voidborn", "watch", None),
        ("ratings.csv", "Voidborn", "rating", 4.5),
        ("diary.csv", 'Foo, the "Movie"', "watch", None),
        ("watchlist.csv", "The Tide", "watchlist", None),
        ("likes/films.csv", "Voidborn", "like", None),
    }
    assert tally.rejected == [("ratings.csv", 3, "rating 'not-a-number' is not a number")]
    assert [one.time for one in entries if one.file == "diary.csv"] == [day(2024, 5, 12)]
    assert [one.ids for one in entries if one.file == "watchlist.csv"] == [(("letterboxd", "the-tide"),)]
    inside = packed(tmp_path / "again.zip", {f"letterboxd-me/{k}": v for k, v in letterboxd_files().items()})
    assert len(read(inside)[0]) == len(entries)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    assert len(read(tmp_path / "folder")[0]) == len(entries)


def test_private_files_and_columns_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    honest = zipfile.ZipFile.open

    def watch(archive: zipfile.ZipFile, name: zipfile.ZipInfo, *rest: object) -> object:
        opened.append(name.filename)
        return honest(archive, name, *rest)  # type: ignore[arg-type]

    path = packed(tmp_path / "export.zip", letterboxd_files())
    monkeypatch.setattr(zipfile.ZipFile, "open", watch)
    entries, _ = read(path)
    assert set(opened) == {"watched.csv", "ratings.csv", "diary.csv", "watchlist.csv", "likes/films.csv"}
    (tmp_path / "reviews.csv").write_text(letterboxd_files()["reviews.csv"], encoding="utf-8")
    entries += read(tmp_path / "reviews.csv")[0]
    (tmp_path / "activity.csv").write_text(
        f"{ACTIVITY}\nprivate words,2021-01-01 20:15:33,01:45:12,,Voidborn,,private words,x,y,private words\n",
        encoding="utf-8",
    )
    entries += read(tmp_path / "activity.csv")[0]
    (tmp_path / "list.csv").write_text(
        "Position,Const,Created,Modified,Description,Title,Title Type,Year\n"
        "1,tt9000001,2020-01-01,,private words,V,movie,1979\n",
        encoding="utf-8",
    )
    entries += read(tmp_path / "list.csv")[0]
    assert len(entries) == 8
    assert "private words" not in json.dumps([entry.to_json() for entry in entries])


def test_single_files_of_letterboxd_are_known_by_their_columns(tmp_path: Path) -> None:
    table = tmp_path / "x.csv"
    for content, status in (
        (WATCHED, "watch"),
        ("Name,Year,Letterboxd URI,Rating\nArrival,2016,x,4.0\n", "rating"),
        ("Date,Name,Year,Letterboxd URI,Rewatch\n2024-01-12,Arrival,2016,x,yes\n", "watch"),
    ):
        table.write_text(content, encoding="utf-8")
        assert [entry.status for entry in read(table)[0]] == [status]


# IMDb, TMDB, Trakt


def test_imdb_ratings_of_today(tmp_path: Path) -> None:
    path = tmp_path / "a1b2.csv"
    path.write_text(
        RATINGS + "tt9000001,9,2021-05-03,Voidborn,Leerenkind,u,Movie,8.1,117,1979,Horror,100,1979-01-01,Ada Quill\n"
        "tt9000077,10,2021-05-03,Harbour Lights: Fog,Fog,u,TV Episode,8.1,45,2001,Crime,100,2001-01-01,X\n"
        "tt9000078,10,2021-05-03,A Game,A Game,u,Video Game,8.1,,2001,Crime,100,2001-01-01,\n"
        "tt9000079,11,2021-05-03,Eleven,Eleven,u,Movie,8.1,,2001,Crime,100,2001-01-01,\n"
        "tt9000080,,2021-05-03,None,None,u,Movie,8.1,,2001,Crime,100,2001-01-01,\n",
        encoding="utf-8",
    )
    (film, episode), tally = read(path)
    assert (film.stars, film.ids, film.names, film.directors) == (
        4.5,
        (("imdb", "tt9000001"),),
        ("Leerenkind",),
        ("Ada Quill",),
    )
    assert (film.time, film.runtime, film.year) == (day(2021, 5, 3), 117.0, 1979)
    assert (episode.name, episode.episode_name, episode.ids) == ("Harbour Lights", "Fog", ())
    assert episode.episode_ids == (("imdb", "tt9000077"),)
    assert tally.skipped == {"game": 1}
    assert [line for _, line, _ in tally.rejected] == [5, 6]


def test_imdb_lists_of_long_ago_and_watchlists(tmp_path: Path) -> None:
    header = "position,const,created,modified,description,Title,Title type,Directors,You rated,IMDb Rating,Year\n"
    row = "1,tt9000001,Tue Feb 12 00:00:00 2013,,,Voidborn,Feature Film,Ada Quill,,7.0,1979\n"
    (tmp_path / "WATCHLIST.csv").write_text(header + row, encoding="utf-8")
    (tmp_path / "best.csv").write_text(header + row, encoding="utf-8")
    (listed,), quiet = read(tmp_path / "WATCHLIST.csv")
    assert (listed.status, listed.time) == ("watchlist", day(2013, 2, 12))
    assert not quiet.notes
    (best,), told = read(tmp_path / "best.csv", choices=Choices(lists="watch"))
    assert best.status == "watch"
    assert [key for key, _ in told.notes] == ["list"]


def test_tmdb_takes_the_persons_rating_not_everybodys(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(
        "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated\n"
        "862,tt9000001,movie,Voidborn,1979-05-25,,,8.1,7,2020-01-02T10:00:00Z\n"
        "99,,tv,Harbour Lights,2001-02-01,,,9.9,,\n",
        encoding="utf-8",
    )
    (film, series), _ = read(path)
    assert (film.stars, film.ids, film.time) == (3.5, (("imdb", "tt9000001"), ("tmdb", "862")), day(2020, 1, 2, 10))
    assert (series.stars, series.ids, series.status) == (None, (("tmdb_tv", "99"),), "watchlist")


def test_trakt_movies_shows_episodes_and_what_it_leaves_alone(tmp_path: Path) -> None:
    movie = {"title": "Voidborn", "year": 1979, "ids": {"trakt": 1, "imdb": "tt9000001", "tmdb": 862}}
    show = {"title": "Harbour Lights", "year": 2001, "ids": {"imdb": None, "tmdb": 99}}
    episode = {"season": 1, "number": 2, "title": "Ebb", "ids": {"imdb": "tt9000078"}}
    files = {
        "ratings-movies.json": [{"rated_at": "2020-01-02T10:00:00.000Z", "rating": 9, "type": "movie", "movie": movie}],
        "history-1.json": [
            {"id": 1, "watched_at": "2020-01-03T10:00:00.000Z", "action": "watch", "show": show, "episode": episode},
            {"id": 2, "watched_at": "2020-01-03T10:00:00.000Z", "action": "watch"},
            "nothing",
        ],
        "lists-watchlist.json": [{"listed_at": "2020-01-02T10:00:00Z", "notes": "private words", "movie": movie}],
        "ratings-seasons.json": [],
    }
    folder = tmp_path / "trakt"
    folder.mkdir()
    for name, rows in files.items():
        (folder / name).write_text(json.dumps(rows), encoding="utf-8")
    (folder / "user-settings.json").write_text("not even JSON", encoding="utf-8")
    entries, tally = read(folder)
    by_file = {one.file: one for one in entries}
    assert by_file["ratings-movies.json"].stars == 4.5
    watched = by_file["history-1.json"]
    assert (watched.name, watched.season, watched.episode, watched.ids) == (
        "Harbour Lights",
        1,
        2,
        (("tmdb_tv", "99"),),
    )
    assert by_file["lists-watchlist.json"].status == "watchlist"
    assert sorted(line or 0 for _, line, _ in tally.rejected) == [2, 3]
    path = packed(tmp_path / "trakt.zip", {name: json.dumps(rows) for name, rows in files.items()})
    assert len(read(path)[0]) == len(entries) == 3
    assert len(read(folder / "history-1.json")[0]) == 1


# 豆瓣


def douban_rows() -> list[list[object]]:
    return [
        ["标题", "简介", "豆瓣评分", "链接", "创建时间", "我的评分", "标签", "评论"],
        [
            "虚空之子 / Voidborn",
            "1979 / 英国 / 科幻 恐怖 / Ada Quill / Cy Marlow  Bo Ferrant",
            8.5,
            "https://movie.douban.com/subject/1300868/",
            "2020-01-02 03:04:05",
            4,
            "标签",
            "private words",
        ],
        ["港口灯火 第二季", "2002 / 法国", 8.0, "https://movie.douban.com/subject/5/", 43832.5, None, "", ""],
        [None, "1999", None, None, None, None, None, None],
    ]


def test_douban_seasons_evidence_and_shanghai_time(tmp_path: Path) -> None:
    others: list[list[object]] = [["标题", "链接"], ["一本书", "https://book.douban.com/subject/1/"], ["又一本", ""]]
    path = workbook(
        tmp_path / "豆伴.xlsx", {"看过": douban_rows(), "想读": others, "听过": others[:2], "玩过": others[:2]}
    )
    (film, season), tally = read(path)
    assert (film.name, film.names, film.year, film.stars) == ("虚空之子", ("Voidborn",), 1979, 4.0)
    assert (film.countries, film.genres) == (("United Kingdom",), ("science fiction", "horror"))
    assert "Ada Quill" in film.directors
    assert {"Cy Marlow", "Bo Ferrant"} <= set(film.cast)
    assert film.time == int(datetime(2020, 1, 1, 19, 4, 5, tzinfo=UTC).timestamp())
    assert (season.name, season.season, season.ids, season.year_of_part) == ("港口灯火", 2, (), True)
    assert season.time == int(datetime(2020, 1, 2, 4, tzinfo=UTC).timestamp())
    assert tally.skipped == {"book": 2, "music": 1, "game": 1}
    assert [line for _, line, _ in tally.rejected] == [4]
    assert "private words" not in json.dumps([entry.to_json() for entry in (film, season)])


def test_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", {"看过": douban_rows()})
    with zipfile.ZipFile(good) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
    )
    for name, broken, reason in (
        ("xl/sharedStrings.xml", bomb, "document type"),
        ("xl/sharedStrings.xml", b"<sst><si>", "damaged"),
        ("xl/worksheets/sheet1.xml", b'<worksheet><row><c t="s"><v>99</v></c></row></worksheet>', "not there"),
        ("xl/worksheets/sheet1.xml", b'<worksheet><row><c r="ZZZ1"><v>1</v></c></row></worksheet>', "columns"),
        ("xl/worksheets/sheet1.xml", b" " * (64 << 20), "unsafe"),
    ):
        path = tmp_path / "bad.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in {**content, name: broken}.items():
                archive.writestr(member, data)
        with pytest.raises(DataError, match=reason):
            sheets(path, lambda _: True)


def test_cells_of_a_workbook_are_read_as_another_library_writes_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", None, "c"], [1, 2.5, "虚空\n之子"], [None, None, True]]
    found = sheets(workbook(tmp_path / "x.xlsx", {"one": rows, "two": [["x"]]}), "one".__eq__)
    assert found == {"one": [["a", "", "c"], ["1", "2.5", "虚空\n之子"], ["", "", "1"]]}


# Netflix


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Dark: Season 2: Lost and Found", ("Dark", 2, "Lost and Found")),
        ("Dark: Staffel 1: Lügen", ("Dark", 1, "Lügen")),
        ("Money Heist: Part 3: 48 Meters Underground", ("Money Heist", 3, "48 Meters Underground")),
        ("Star Trek: Discovery: Season 1: Lethe", ("Star Trek: Discovery", 1, "Lethe")),
        ("怪奇物语：第二季：第一章", ("怪奇物语", 2, "第一章")),
        ("Unorthodox: Limited Series: Part 1", ("Unorthodox", None, "Part 1")),
        ("Kill Bill: Vol. 2", None),
        ("Mission: Impossible - Fallout", None),
        ("Roma", None),
    ],
)
def test_titles_of_netflix(title: str, expected: tuple[str, int | None, str] | None) -> None:
    assert split_title(title) == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["12/31/19", "12/30/19"], ("mdy", True)),
        (["31.12.19", "1.12.19"], ("dmy", True)),
        (["2019-12-31", "2019-12-01"], ("ymd", True)),
        (["3/2/19", "2/9/19", "1/11/19"], ("mdy", True)),  # only so do they run from new to old
        (["9/3/19", "11/2/19", "1/1/19"], ("dmy", True)),
        (["5/5/19", "4/4/19"], ("mdy", False)),
        (["1/2/2003", "1/2/2003"], ("mdy", False)),
        (["5.5.2019"], ("dmy", False)),
    ],
)
def test_order_of_dates_from_the_whole_column(dates: list[str], expected: tuple[str, bool]) -> None:
    assert date_order(dates) == expected


def test_netflix_says_when_dates_do_not_tell(tmp_path: Path) -> None:
    path = tmp_path / "NetflixViewingHistory.csv"
    path.write_text('Title,Date\n"Roma","5/4/19"\n"Okja","soon"\n', encoding="utf-8")
    (first, second), tally = read(path)
    assert [key for key, _ in tally.notes] == ["dates", "undated"]
    assert (first.time, second.time) == (day(2019, 5, 4), UNKNOWN_TIME)
    (first, _), tally = read(path, choices=Choices(dates="dmy"))
    assert first.time == day(2019, 4, 5)
    assert [key for key, _ in tally.notes] == ["undated"]


def test_the_full_history_of_netflix(tmp_path: Path) -> None:
    path = tmp_path / "ViewingActivity.csv"
    row = "Me,2021-01-01 20:15:33,{},,{},{},TV,x,y,DE"
    lines = [
        row.format("01:45:12", "Roma", ""),
        row.format("00:00:45", "Okja", ""),
        row.format("00:02:10", "T", "TRAILER"),
    ]
    path.write_text("\n".join([ACTIVITY, *lines]), encoding="utf-8")
    (entry,), tally = read(path)
    assert (entry.name, entry.time) == ("Roma", int(datetime(2021, 1, 1, 20, 15, 33, tzinfo=UTC).timestamp()))
    assert tally.skipped == {"look": 1, "trailer": 1}


# Tables of one's own


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "Film,Mark,Day,Status\nVoidborn (1979),8,2020-01-02,seen\nThe Tide,,,want to watch\nX,3,,perhaps\nY,12,,\n",
        encoding="utf-8",
    )
    choices = Choices(columns=(("title", "Film"), ("rating", "Mark"), ("date", "Day")), scale=10)
    (first, second), tally = read(path, own=True, choices=choices)
    assert (first.name, first.year, first.stars, first.status) == ("Voidborn", 1979, 4.0, "watch")
    assert second.status == "watchlist"
    assert [line for _, line, _ in tally.rejected] == [4, 5]


def test_a_table_is_a_catalogue_unless_somebody_or_a_column_says_otherwise(tmp_path: Path) -> None:
    plain, telling = tmp_path / "plain.csv", tmp_path / "telling.csv"
    plain.write_text("title,year,rating\nVoidborn,1979,4\n", encoding="utf-8")
    telling.write_text("imdb_id,rating,rating_scale,status\ntt9000001,4,5,watched\n", encoding="utf-8")
    assert find_exports([plain, telling])[1] == [plain]
    assert find_exports([plain, telling], own=True)[1] == []


def test_a_table_of_several_people_is_no_history(tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    path.write_text("user,title,rating\n1,Voidborn,4\n2,Voidborn,5\n", encoding="utf-8")
    with pytest.raises(UsageError, match="2 people"):
        read(path, own=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "mine.csv"
    text = 'title,year,rating,status\n虚空之子,1979,4,看过\n"Le Jury, pendu",1996,5,watched\n'
    path.write_bytes(text.replace("\n", newline).encode(encoding))
    entries, tally = read(path)
    assert [entry.name for entry in entries] == ["虚空之子", "Le Jury, pendu"]
    assert not tally.rejected


def test_stars_and_times() -> None:
    assert [stars_of(*pair) for pair in ((9, 10), (1, 10), ("4.5", 5), (95, 100), ("", 5), (0, 10), (1, 100))] == [
        4.5,
        0.5,
        4.5,
        4.75,
        None,
        None,
        0.5,
    ]
    assert time_of("2024-05-12T20:15:33.000Z") == time_of("2024-05-13 04:15:33", 8.0) == time_of("2024-05-12 20:15:33")
    assert [time_of(text) for text in ("", "soon", "0001-01-01", None)] == [UNKNOWN_TIME] * 4


def test_zips_that_lead_out_or_explode_are_refused(tmp_path: Path) -> None:
    climbing = packed(tmp_path / "a.zip", {**letterboxd_files(), "../../watched.csv": WATCHED})
    bomb = tmp_path / "b.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("watched.csv", WATCHED)
        archive.writestr("ratings.csv", b"\0" * (1 << 28))
    for path in (climbing, bomb):
        with pytest.raises(DataError, match="refused as unsafe"):
            find_exports([path])


def test_rows_with_commas_quotes_and_too_many_cells(tmp_path: Path) -> None:
    content = io.StringIO()
    csv.writer(content).writerows([["Date", "Name", "Year", "Letterboxd URI"], ["2024-05-12", "A\nB", 1979, "x"]])
    (tmp_path / "watched.csv").write_text(content.getvalue() + "a,b,c,d,e,f\n2024-05-12,,1979,x\n", encoding="utf-8")
    (entry,), tally = read(tmp_path / "watched.csv")
    assert entry.name == "A\nB"
    assert [line for _, line, _ in tally.rejected] == [4, 5]
