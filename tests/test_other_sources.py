"""Streaming catalogues, JustWatch, Wikipedia, TMDB, tables of one's own, the default catalogue: their traps."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reelation.catalogue.doctor import doctor
from reelation.catalogue.store import write_catalogue
from reelation.errors import DataError, MissingExtraError, UsageError
from reelation.sources.base import Report, Source
from reelation.sources.default import DefaultSource, default_path
from reelation.sources.generic import GenericSource
from reelation.sources.justwatch import JustWatchSource
from reelation.sources.streaming import StreamingSource
from reelation.sources.tmdb import TmdbSource
from reelation.sources.wikipedia import WikipediaSource

World = tuple[dict[str, pl.DataFrame], Report]
Row = tuple[Any, ...]

SHOWS = "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,description\n"
TITLES = (
    "id,title,type,description,release_year,age_certification,runtime,genres,production_countries,seasons,"
    "imdb_id,imdb_score,imdb_votes,tmdb_popularity,tmdb_score\n"
)


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(source: Source, path: Path) -> World:
    report = Report()
    tables = source.read(path, report)
    assert all(count.rows_in == count.kept + count.set_aside + count.skipped for count in report.files.values())
    return tables, report


def catalogue_hash(tables: dict[str, pl.DataFrame], folder: Path) -> str:
    found = write_catalogue(folder, dict(tables), ()).hash
    assert [one for one in doctor(folder) if one.severity == "error"] == []
    return found


def rows(world: World, table: str, *columns: str) -> list[Row]:
    return sorted(world[0][table].select(columns).rows(), key=str)


def tags(world: World, facet: str) -> list[Row]:
    return sorted(world[0]["tags"].filter(facet=facet).select("title_id", "value").rows())


def people(world: World, role: str) -> list[Row]:
    named = world[0]["credits"].filter(role=role).join(world[0]["people"], on="person_id").sort("title_id", "order")
    return named.select("title_id", "name").rows()


def json_lines(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


# Streaming catalogues


@pytest.fixture
def shows(tmp_path: Path) -> World:
    put(
        tmp_path / "shows" / "netflix_titles.csv",
        SHOWS + 's1,Movie,"One, Two","Ann Lee, Bo Ek","Cy Ek, Ann Lee, Cy Ek","France, Peru",,1999,PG,90 min,'
        '"Dramas, Comedies","Says ""no"",\nthen yes."\n'
        "s2,TV Show,Two,,,,,2001,TV-MA,2 Seasons,TV Dramas,\n"
        "s3,movie,Three,,,,,2002,74 min,,Dramas,Three.\n"
        "s4,Game,Four,,,,,2003,PG,9 min,Dramas,Four.\n"
        "s5,Movie,Five,,,,,soon,PG,9 min,Dramas,Five.\n"
        "s6,Movie,Six,,,,,1700,PG,9 min,Dramas,Six.\n"
        "s1,Movie,Seven,,,,,2004,PG,9 min,Dramas,Seven.\n"
        ",Movie,Eight,,,,,2004,PG,9 min,Dramas,Eight.\n"
        "s9,Movie,,,,,,2004,PG,9 min,Dramas,Nine.\n"
        "s10,Movie,Ten\n",
    )
    put(
        tmp_path / "shows" / "disney_plus_titles.csv",
        SHOWS + 's1,Movie,"One, Two",,,,,1999,PG,1 Season,Dramas,Other.\n',
    )
    put(tmp_path / "shows" / "notes.csv", "a,b\n1,2\n")
    return read(StreamingSource(), tmp_path / "shows")


def test_streaming_titles(shows: World) -> None:
    assert rows(shows, "titles", "title_id", "kind", "name", "year", "runtime_min") == [
        ("disney_plus:s1", "film", "One, Two", 1999, None),
        ("netflix:s1", "film", "One, Two", 1999, 90.0),
        ("netflix:s2", "series", "Two", 2001, None),
        ("netflix:s3", "film", "Three", 2002, 74.0),
    ]
    assert rows(shows, "texts", "title_id", "text") == [
        ("disney_plus:s1", "Other."),
        ("netflix:s1", 'Says "no",\nthen yes.'),
        ("netflix:s3", "Three."),
    ]


def test_streaming_people_and_tags_of_joined_cells(shows: World) -> None:
    assert people(shows, "director") == [("netflix:s1", "Ann Lee"), ("netflix:s1", "Bo Ek")]
    assert people(shows, "actor") == [("netflix:s1", "Cy Ek"), ("netflix:s1", "Ann Lee")]
    assert tags(shows, "genre")[:3] == [
        ("disney_plus:s1", "Dramas"),
        ("netflix:s1", "Comedies"),
        ("netflix:s1", "Dramas"),
    ]
    assert tags(shows, "country") == [("netflix:s1", "France"), ("netflix:s1", "Peru")]
    assert [value for _, value in tags(shows, "network")] == ["disney_plus", *["netflix"] * 3]


def test_a_duration_in_the_rating_column_is_moved(shows: World) -> None:
    assert tags(shows, "certificate") == [("disney_plus:s1", "PG"), ("netflix:s1", "PG"), ("netflix:s2", "TV-MA")]
    assert shows[1].notes == ["netflix_titles.csv: a duration stood in the rating column and was moved."]


def test_streaming_rows_set_aside_say_why(shows: World) -> None:
    assert shows[1].rejected.rows() == [
        ("netflix_titles.csv", 6, "type 'Game' is neither Movie nor TV Show"),
        ("netflix_titles.csv", 7, "release_year 'soon' is not a number"),
        ("netflix_titles.csv", 8, "year 1700 is outside 1870 to 2100"),
        ("netflix_titles.csv", 9, "the same title as line 2"),
        ("netflix_titles.csv", 10, "show_id is missing"),
        ("netflix_titles.csv", 11, "name is missing"),
        ("netflix_titles.csv", 12, "3 cells where the header has 12"),
    ]


def test_a_folder_names_its_services(tmp_path: Path, shows: World) -> None:
    assert StreamingSource().sniff(tmp_path / "shows") == "streaming catalogues of disney_plus, netflix"


# JustWatch


@pytest.fixture
def justwatch(tmp_path: Path) -> World:
    put(
        tmp_path / "titles.csv",
        TITLES + "tm1,One,MOVIE,Words.,1999,R,90,\"['drama', 'sci-fi']\",\"['US', 'FR']\",,tt0000001,7.1,100.0,3.5,6\n"
        "ts2,Two,SHOW,,2001,,25,[],['JP'],2.0,,,,,\n"
        "tm3,Three,MOVIE,,2002,,9,\"__import__('os')\",['US'],,,,,,\n"
        "tm4,Four,MOVIE,,2003,,9,\"[__import__('os').getpid()]\",['US'],,,,,,\n"
        "tm5,Five,PLAY,,2003,,9,[],[],,,,,,\n"
        "tm6,Six,MOVIE,,99,,9,[],[],,,,,,\n"
        ",Seven,MOVIE,,1999,,9,[],[],,,,,,\n"
        "tm1,Eight,MOVIE,,1999,,9,[],[],,,,,,\n"
        "tm9,Nine,MOVIE,,1999,,9,['drama',[],,,,,,\n",
    )
    put(
        tmp_path / "credits.csv",
        "person_id,id,name,character,role\n"
        '7,tm1,Ann Lee,"Hero ""H""",ACTOR\n8,tm1,Bo Ek,,ACTOR\n7,tm1,Ann Lee,,DIRECTOR\n7,ts2,Ann Lee,Self,actor\n'
        "7,tm99,Ann Lee,,ACTOR\n7,tm1,Ann Lee,,GAFFER\n7,tm1,,,ACTOR\n,tm1,Cy Ek,,ACTOR\n",
    )
    return read(JustWatchSource(), tmp_path)


def test_justwatch_titles_and_ids(justwatch: World, tmp_path: Path) -> None:
    columns = ("title_id", "kind", "name", "year", "runtime_min", "imdb_id", "justwatch_id")
    assert rows(justwatch, "titles", *columns) == [
        ("justwatch:tm1", "film", "One", 1999, 90.0, "tt0000001", "tm1"),
        ("justwatch:ts2", "series", "Two", 2001, 25.0, None, "ts2"),
    ]
    assert rows(justwatch, "measures", "measure", "value") == [
        ("audience_score", 71.0),
        ("popularity", 3.5),
        ("votes", 100.0),
    ]
    assert JustWatchSource().sniff(tmp_path) == "1 table of titles with 1 of credits"


def test_justwatch_lists_are_literals_and_never_run(justwatch: World) -> None:
    assert tags(justwatch, "genre") == [("justwatch:tm1", "drama"), ("justwatch:tm1", "sci-fi")]
    assert tags(justwatch, "country") == [("justwatch:tm1", "FR"), ("justwatch:tm1", "US"), ("justwatch:ts2", "JP")]
    assert justwatch[1].rejected.filter(file="titles.csv").rows() == [
        ("titles.csv", 4, "genres '__import__('os')' is not a list"),
        ("titles.csv", 5, "genres '[__import__('os').getpid()]' is not a list"),
        ("titles.csv", 6, "type 'PLAY' is neither MOVIE nor SHOW"),
        ("titles.csv", 7, "year 99 is outside 1870 to 2100"),
        ("titles.csv", 8, "id is missing"),
        ("titles.csv", 9, "the same title as line 2"),
        ("titles.csv", 10, "genres '['drama'' is not a list"),
    ]


@pytest.mark.parametrize("text", ["[" * 90_000, "[" * 200_000, "['a', 1 + 1]", "{'a': 1}", "drama"])
def test_no_list_cell_breaks_the_reading(text: str, tmp_path: Path) -> None:
    good, bad = (f't{n},{n},MOVIE,,1999,,9,"{cell}",[],,,,,,\n' for n, cell in enumerate(("['a']", text)))
    tables, report = read(JustWatchSource(), put(tmp_path / "titles.csv", TITLES + good + bad))
    assert (tables["titles"].height, report.rejected["line"].to_list()) == (1, [3])


def test_justwatch_credits(justwatch: World) -> None:
    assert rows(justwatch, "credits", "title_id", "person_id", "role", "order", "character") == [
        ("justwatch:tm1", "justwatch:person:7", "actor", 0, 'Hero "H"'),
        ("justwatch:tm1", "justwatch:person:7", "director", 0, None),
        ("justwatch:tm1", "justwatch:person:8", "actor", 1, None),
        ("justwatch:ts2", "justwatch:person:7", "actor", 0, "Self"),
    ]
    assert justwatch[1].rejected.filter(file="credits.csv").rows() == [
        ("credits.csv", 6, "title tm99 is in no table of titles"),
        ("credits.csv", 7, "role 'GAFFER' is neither ACTOR nor DIRECTOR"),
        ("credits.csv", 8, "the person has no name or no id"),
        ("credits.csv", 9, "the person has no name or no id"),
    ]


# Wikipedia


def film(title: str | None, year: object, **more: object) -> dict[str, object]:
    return {"title": title, "year": year, "cast": [], "genres": [], **more}


def test_wikipedia_films(tmp_path: Path) -> None:
    lead = "One is a 1999 film directed by Ann Lee. It runs."
    fifties = [
        film("One", 1999, cast=["Bo Ek", "", "Cy Ek"], genres=["Drama"], href="One_(film)", extract=lead),
        film("One", 1999, href=None),
        film("ONE!", 1999),
        film("Two", 1999, href="List"),
        film("Three", 1999, href="List"),
        film(None, 1999),
        film("Four", "soon"),
        film("Five", 1500),
        7,
    ]
    put(tmp_path / "a.json", json.dumps(fifties))
    put(tmp_path / "b.json.gz", gzip.compress(json.dumps([film("One", 1999, href="One_(film)")]).encode()))
    world = read(WikipediaSource(), tmp_path)
    assert WikipediaSource().sniff(tmp_path) == "Wikipedia film lists in 2 files"
    assert rows(world, "titles", "title_id", "name", "year") == [
        ("wikipedia:One_(film)", "One", 1999),
        ("wikipedia:one 1999", "One", 1999),
        ("wikipedia:three 1999", "Three", 1999),
        ("wikipedia:two 1999", "Two", 1999),
    ]
    assert rows(world, "texts", "title_id", "kind", "language", "text") == [
        ("wikipedia:One_(film)", "lead", "en", lead)
    ]
    assert [name for _, name in people(world, "actor")] == ["Bo Ek", "Cy Ek"]
    assert [name for _, name in people(world, "director")] == ["Ann Lee"]
    assert world[1].rejected.rows() == [
        ("a.json", 3, "the same title as line 2"),
        ("a.json", 6, "title is missing"),
        ("a.json", 7, "year 'soon' is not a number"),
        ("a.json", 8, "year 1500 is outside 1870 to 2100"),
        ("a.json", 9, "a int where an object should be"),
        ("b.json.gz", 1, "the same title as a.json 1"),
    ]


def test_an_array_cut_short_loses_only_its_end(tmp_path: Path) -> None:
    whole = json.dumps([film("One", 1999), film("Two", 2000)])
    tables, report = read(WikipediaSource(), put(tmp_path / "a.json", whole[:-20]))
    assert tables["titles"]["name"].to_list() == ["One"]
    assert report.rejected["line"].to_list() == [2]


# TMDB

MOVIE: dict[str, Any] = {
    "adult": False,
    "id": 5,
    "title": "One",
    "original_title": "Un",
    "original_language": "fr",
    "overview": "Words.",
    "tagline": "See it.",
    "popularity": 2.5,
    "release_date": "1999-01-02",
    "runtime": 0,
    "budget": 0,
    "revenue": 700,
    "vote_average": 6.5,
    "vote_count": 10,
    "poster_path": "/one.jpg",
    "genres": [{"id": 1, "name": "Drama"}],
    "production_countries": [{"iso_3166_1": "FR", "name": "France"}],
    "belongs_to_collection": {"id": 3, "name": "One Collection"},
    "external_ids": {"imdb_id": "tt0000001"},
    "keywords": {"keywords": [{"id": 2, "name": "heist"}]},
    "credits": {
        "cast": [
            {"id": 12, "name": "Bo Ek", "character": "Two", "order": 1},
            {"id": 11, "name": "Ann Lee", "character": "One", "order": 0},
        ],
        "crew": [
            {"id": 11, "name": "Ann Lee", "job": "Director"},
            {"id": 13, "name": "Cy Ek", "job": "Screenplay"},
            {"id": 13, "name": "Cy Ek", "job": "Novel"},
            {"id": 14, "name": "Di Ek", "job": "Gaffer"},
        ],
    },
}


def test_tmdb_is_shown_and_not_trained_on() -> None:
    assert TmdbSource().licence.trainable is False


@pytest.mark.parametrize("pretty", [False, True])
def test_a_movie_object_of_tmdb(pretty: bool, tmp_path: Path) -> None:
    path = put(tmp_path / "5.json", json.dumps(MOVIE, indent=2 if pretty else None))
    assert TmdbSource().sniff(path) == "TMDB objects in 5.json"
    world = read(TmdbSource(), path)
    columns = ("title_id", "name", "original_name", "year", "runtime_min", "tmdb_id", "imdb_id")
    assert rows(world, "titles", *columns) == [("tmdb:5", "One", "Un", 1999, None, "5", "tt0000001")]
    assert rows(world, "credits", "person_id", "role", "order", "character") == [
        ("tmdb:person:11", "actor", 0, "One"),
        ("tmdb:person:11", "director", 0, None),
        ("tmdb:person:12", "actor", 1, "Two"),
        ("tmdb:person:13", "writer", 0, None),
    ]
    assert rows(world, "tags", "facet", "value") == [
        ("country", "France"),
        ("franchise", "One Collection"),
        ("genre", "Drama"),
        ("keyword", "heist"),
        ("language", "fr"),
    ]
    assert rows(world, "texts", "kind", "text") == [("plot", "Words."), ("tagline", "See it.")]
    assert rows(world, "media", "modality", "uri") == [("poster", "/one.jpg")]
    assert rows(world, "measures", "measure", "value") == [
        ("audience_score", 65.0),
        ("box_office_usd", 700.0),
        ("popularity", 2.5),
        ("votes", 10.0),
    ]


def test_the_daily_export_of_tmdb(tmp_path: Path) -> None:
    def line(key: object, **more: object) -> dict[str, object]:
        return {"adult": False, "id": key, "original_title": f"Film {key}", "popularity": 1.5, "video": False, **more}

    text = json_lines(line(1), line(2), line(3, adult=True), line(1), line("x"), line(4, original_title="")) + "{cut\n"
    path = put(tmp_path / "movie_ids_05_15_2024.json.gz", gzip.compress(text.encode()))
    assert TmdbSource().sniff(path) is not None
    world = read(TmdbSource(), path)
    assert rows(world, "titles", "title_id", "name", "tmdb_id") == [
        ("tmdb:1", "Film 1", "1"),
        ("tmdb:2", "Film 2", "2"),
    ]
    assert world[1].rejected.select("line", "reason").rows()[:5] == [
        (3, "marked as adult"),
        (4, "the same title as line 1"),
        (5, "id 'x' is not a number"),
        (6, "name is missing"),
        (7, world[1].rejected["reason"][4]),
    ]
    assert world[1].rejected["reason"][4].startswith("not JSON")


def test_tmdb_tables_with_lists_as_json_and_as_literals(tmp_path: Path) -> None:
    def cell(value: object, literal: bool = False) -> str:
        return '"' + (repr(value) if literal else json.dumps(value)).replace('"', '""') + '"'

    drama, heist = [{"id": 1, "name": "Drama"}], [{"id": 2, "name": "heist"}]
    put(
        tmp_path / "movies.csv",
        "id,original_title,title,overview,release_date,genres,keywords,popularity\n"
        f"1,One,One,Words.,1999-01-02,{cell(drama)},{cell(heist)},1\n"
        f"2,Two,Two,,1999,{cell(drama, literal=True)},[],1\n"
        "1997-08-20,Three,Three,,1,[],[],1\n",
    )
    cast = [{"cast_id": 1, "character": "O'Hara", "id": 11, "name": "Ann Lee", "order": 0}]
    put(
        tmp_path / "credits.csv",
        f"movie_id,title,cast,crew\n1,One,{cell(cast)},[]\n2,Two,{cell(cast, True)},[]\n9,X,[],[]\n",
    )
    put(tmp_path / "keywords.csv", f"id,keywords\n2,{cell(heist, literal=True)}\n")
    world = read(TmdbSource(), tmp_path)
    assert tags(world, "genre") == [("tmdb:1", "Drama"), ("tmdb:2", "Drama")]
    assert tags(world, "keyword") == [("tmdb:1", "heist"), ("tmdb:2", "heist")]
    assert rows(world, "credits", "title_id", "person_id", "character") == [
        ("tmdb:1", "tmdb:person:11", "O'Hara"),
        ("tmdb:2", "tmdb:person:11", "O'Hara"),
    ]
    assert world[1].rejected.rows() == [
        ("credits.csv", 4, "title 9 is not in the main table"),
        ("movies.csv", 4, "id '1997-08-20' is not a number"),
    ]


# Tables of one's own


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Title,Release_Year,Directors", {"title": "Title", "year": "Release_Year", "director": "Directors"}),
        ("tconst,primaryTitle,startYear", {"imdb_id": "tconst", "title": "primaryTitle", "year": "startYear"}),
        ("片名,年份,导演,类型", {"title": "片名", "year": "年份", "director": "导演", "genres": "类型"}),
        ("Name;Starring;Plot", {"title": "Name", "cast": "Starring", "description": "Plot"}),
        ("movie\tlisted_in\tcountries", {"title": "movie", "genres": "listed_in", "country": "countries"}),
        ("title,name", {"title": "title"}),
        ("a,b", None),
    ],
)
def test_columns_are_known_by_their_names(header: str, expected: dict[str, str] | None, tmp_path: Path) -> None:
    sentence = GenericSource().sniff(put(tmp_path / "mine.csv", f"{header}\n"))
    if expected is None:
        assert sentence is None
        return
    assert sentence is not None
    found = dict(part.split(" = ") for part in sentence.removeprefix("a table with ").split(", "))
    assert found == {field: repr(column.lower()) for field, column in expected.items()}


@pytest.mark.parametrize("text", ["War, Spy", "War;Spy", "War | Spy", '["War", "Spy"]', "['War', 'Spy']", "War,,Spy,"])
def test_list_cells_in_every_way_of_writing(text: str, tmp_path: Path) -> None:
    quoted = text.replace('"', '""')
    world = read(GenericSource(), put(tmp_path / "mine.csv", f'title,genres,cast\nOne,"{quoted}","{quoted}"\n'))
    assert [value for _, value in tags(world, "genre")] == ["Spy", "War"]
    assert [name for _, name in people(world, "actor")] == ["War", "Spy"]


FILMS: list[dict[str, Any]] = [
    {"id": "a", "title": "One", "year": 1999, "director": "Ann Lee", "genres": ["War", "Spy"], "runtime": 90.0},
    {"id": "b", "title": "Zwei, zwei", "year": None, "director": None, "genres": [], "runtime": None},
    {"id": "c", "title": '三 "3"', "year": 2001, "director": "Bo Ek", "genres": ["Spy"], "runtime": 7.5},
]


def test_csv_json_and_parquet_give_the_same_catalogue(tmp_path: Path) -> None:
    flat = pl.DataFrame([{**one, "genres": "|".join(one["genres"])} for one in FILMS])
    frame = pl.DataFrame(FILMS)
    files = [tmp_path / kind / f"mine.{kind}" for kind in ("csv", "tsv", "jsonl", "json", "parquet", "csv.gz")]
    put(files[0], flat.write_csv())
    put(files[1], flat.write_csv(separator="\t"))
    put(files[2], json_lines(*FILMS))
    put(files[3], json.dumps(FILMS))
    files[4].parent.mkdir()
    frame.write_parquet(files[4])
    put(files[5], gzip.compress(flat.write_csv().encode()))
    hashes = {catalogue_hash(read(GenericSource(), file)[0], file.parent / "catalogue") for file in files}
    assert len(hashes) == 1


def test_a_key_that_only_later_rows_have_is_read(tmp_path: Path) -> None:
    lines = [{"title": "One"}, {"title": "Two", "director": "Ann Lee", "year": 1999}]
    hashes = set()
    for n, order in enumerate((lines, lines[::-1])):
        world = read(GenericSource(), put(tmp_path / str(n) / "mine.jsonl", json_lines(*order)))
        assert people(world, "director") == [("mine:two 1999", "Ann Lee")]
        hashes.add(catalogue_hash(world[0], tmp_path / str(n) / "catalogue"))
    assert len(hashes) == 1
    ragged = read(GenericSource(), put(tmp_path / "mine.csv", "title,year,director\nOne\nTwo,1999,Ann Lee\n"))
    assert people(ragged, "director") == [("mine:two 1999", "Ann Lee")]


def test_years_that_are_none_are_set_aside(tmp_path: Path) -> None:
    text = "title,year\nOne,1999\nTwo,1700\nThree,2101\nFour,soon\nFive,\nSix,1999-05-01\n,1999\n"
    world = read(GenericSource(), put(tmp_path / "mine.csv", text))
    assert rows(world, "titles", "name", "year") == [("Five", None), ("One", 1999), ("Six", 1999)]
    assert world[1].rejected.rows() == [
        ("mine.csv", 3, "year 1700 is outside 1870 to 2100"),
        ("mine.csv", 4, "year 2101 is outside 1870 to 2100"),
        ("mine.csv", 5, "year 'soon' is no year"),
        ("mine.csv", 8, "neither a title nor an id"),
    ]


def test_a_column_map_wins_over_known_names(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "Title,Werk,Jahr\nwrong,One,1999\n")
    source = GenericSource({"title": "Werk", "year": "jahr"})
    assert source.sniff(path) == "a table with title = 'werk', year = 'jahr'"
    assert rows(read(source, path), "titles", "name", "year") == [("One", 1999)]


def test_a_column_map_that_cannot_be_says_so(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "Werk,Jahr\nOne,1999\n")
    with pytest.raises(UsageError, match=r"no field regie; there are id, imdb_id"):
        read(GenericSource({"title": "Werk", "regie": "Jahr"}), path)
    assert GenericSource({"title": "Wrek"}).sniff(path) is None
    with pytest.raises(DataError, match="--column title=COLUMN"):
        read(GenericSource({"title": "Wrek"}), path)


def test_ids_name_a_title_and_rows_of_one_title_add_up(tmp_path: Path) -> None:
    text = "imdb_id,tmdb_id,title,genres\n111,5,One,War\ntt0000111,,One,Spy\nnonsense,6,Two,War\n,,Three,\n"
    world = read(GenericSource(), put(tmp_path / "mine.csv", text))
    assert rows(world, "titles", "title_id", "imdb_id", "tmdb_id") == [
        ("imdb:tt0000111", "tt0000111", "5"),
        ("mine:three", None, None),
        ("tmdb:6", None, "6"),
    ]
    assert tags(world, "genre")[:2] == [("imdb:tt0000111", "Spy"), ("imdb:tt0000111", "War")]
    assert "mine.csv: some IMDb ids are malformed and were left out." in world[1].notes


def test_ratings_of_ones_own(tmp_path: Path) -> None:
    """Out of ten here, so halved; times in seconds, in thousandths, or as dates, and none that no clock shows."""
    times = ["86400", "1000000000000", "1970-01-02", "", "²", "--5", "1" * 16, "9" * 40, "yesterday"]
    text = "user,title,rating,timestamp\n" + "".join(f"u{n},One,{n % 3 + 8},{t}\n" for n, t in enumerate(times))
    world = read(GenericSource(), put(tmp_path / "mine.csv", text))
    assert rows(world, "events", "viewer_id", "title_id", "kind", "value", "time") == [
        ("viewer:u0", "mine:one", "rating", 4.0, 86_400),
        ("viewer:u1", "mine:one", "rating", 4.5, 1_000_000_000),
        ("viewer:u2", "mine:one", "rating", 5.0, 86_400),
        ("viewer:u3", "mine:one", "rating", 4.0, None),
    ]
    assert world[1].rejected["line"].to_list() == [6, 7, 8, 9, 10]
    assert all(reason.startswith("time '") for reason in world[1].rejected["reason"])
    catalogue_hash(world[0], tmp_path / "catalogue")


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    path = put(
        tmp_path / "mine.csv", "title;director\nCafé;Zoë Ek\nA long plain title;Somebody Else\n".encode("cp1252")
    )
    assert ("Café",) in rows(read(GenericSource(), path), "titles", "name")
    path = put(tmp_path / "wide.csv", "title,director\nCafé,Zoë Ek\n".encode("utf-16"))
    assert ("Café",) in rows(read(GenericSource(), path), "titles", "name")


@pytest.mark.parametrize("seed", range(3))
def test_one_person_in_two_spellings(seed: int, tmp_path: Path) -> None:
    """Whichever spelling comes first in the file, the catalogue has the same one."""
    body = ["One,Ann Lee", "Two,ANN LEE", "Three,Ánn Lee"]
    tables = []
    for name in ("a", "b"):
        tables.append(read(GenericSource(), put(tmp_path / name / "mine.csv", "\n".join(["title,director", *body])))[0])
        random.Random(seed).shuffle(body)
    assert len({catalogue_hash(found, tmp_path / f"catalogue-{n}") for n, found in enumerate(tables)}) == 1
    assert tables[0]["people"].height == 1


# The default catalogue


def test_the_default_catalogue_loses_no_title() -> None:
    path = default_path()
    assert DefaultSource().sniff(path) == "the default catalogue of films"
    tables, report = read(DefaultSource(), path)
    count = report.files[path.name]
    assert (count.rows_in, count.kept, count.set_aside) == (17_472, 17_470, 2)
    assert report.rejected["reason"].to_list() == ["an IMDb id met before"] * 2
    assert tables["titles"].height == tables["titles"]["title_id"].n_unique() == 17_470
    assert tables["titles"]["wikidata_id"].str.contains(r"^Q[1-9]\d*$").all()
    assert 60_000 <= tables["people"].height <= 67_000
    values = {facet: frame["value"].n_unique() for (facet,), frame in tables["tags"].group_by("facet")}
    assert 18 <= values["genre"] <= 25
    assert 120 <= values["country"] <= 150
    assert 180 <= values["language"] <= 210
    assert tables["people"].filter(pl.col("name").str.contains(r"^(Jr|Sr)\.?$")).is_empty()
    assert tables["credits"]["order"].null_count() == tables["credits"].height


def test_a_file_that_only_looks_like_the_default_catalogue(tmp_path: Path) -> None:
    for content in (b"", b"SQLite format 3\x00" + b"\xff" * 4000):
        path = put(tmp_path / "movies.db", content)
        assert DefaultSource().sniff(path) is None
        with pytest.raises(DataError, match=r"not the movies\.db"):
            read(DefaultSource(), path)


def test_without_its_package_the_default_catalogue_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bokeh_sampledata", None)
    with pytest.raises(MissingExtraError, match=r"reelation\[demo\]"):
        default_path()


def test_a_chosen_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "films.csv").write_text("title,year\nInvented Film,1999\n", encoding="utf-8")
    report = Report()
    GenericSource({"year": "Jahr"}).read(tmp_path / "films.csv", report)
    assert report.notes == ["films.csv has no column 'Jahr', which was to be its year"]
