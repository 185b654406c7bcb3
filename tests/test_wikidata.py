"""Wikidata extracts, in the shape of the dumps and in the shape that fetching writes."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from reelation.errors import DataError
from reelation.sources.base import Report
from reelation.sources.wikidata import WikidataSource

World = tuple[dict[str, pl.DataFrame], Report]

DUMPED: dict[str, object] = {
    "qid": "Q1",
    "imdb_id": "tt0000001",
    "title": "One",
    "enwiki_title": "Uno (1999 film)",
    "date": "1999-01-19",
    "year": 1999,
    "genres": ["drama film"],
    "country_qid": "Q30",
    "country": None,
    "language_qid": "Q1860",
    "language": "English",
    "directors": [["Q5", "Ann"]],
    "cast": [["Q6", None], ["Q7", None]],
    "main_subject": [["Q75", "Internet"], ["Q188728", None]],
    "based_on": "Q80",
    "series": "Q90",
    "rotten_tomatoes_id": "m/one",
}
FETCHED: dict[str, object] = {
    "qid": "Q2",
    "kind": "series",
    "labels": {"en": "Two", "zh": "二"},
    "aliases": {"en": ["Deux", "Two"], "zh": []},
    "date": "+2001-05-00T00:00:00Z",
    "end_date": "2004-01-01",
    "runtime_min": 45,
    "creators": [["Q5", "Ann"]],
    "composers": [["Q8", "Cy"]],
    "countries": [["Q142", "France"], ["Q30", "United States of America"]],
    "languages": [["Q150", "French"]],
    "networks": [["Q9", "Arte"]],
    "awards": [["Q10", "Prize"]],
    "narrative_location": [["Q90", "Paris"]],
    "follows": [["Q1", "One"], ["Q404", "Gone"]],
    "tmdb_id": "77",
    "douban_id": "88",
}


def write(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def read(path: Path) -> World:
    report = Report()
    tables = WikidataSource().read(path, report)
    assert all(count.rows_in == count.kept + count.set_aside + count.skipped for count in report.files.values())
    return tables, report


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "person_labels.tsv").write_text("qid\tname\tsource\nQ6\tBob\twikidata_label\nQ7\tDan\taligned\n")
    write(tmp_path / "films.jsonl.gz", DUMPED)
    write(tmp_path / "series.jsonl", FETCHED)
    (tmp_path / "notes.txt").write_text("not ours")
    return read(tmp_path)


def test_titles_of_both_shapes(world: World) -> None:
    columns = ("title_id", "kind", "name", "year", "end_year", "runtime_min", "imdb_id", "tmdb_id", "douban_id")
    assert world[0]["titles"].select(columns).rows() == [
        ("wikidata:Q1", "film", "One", 1999, None, None, "tt0000001", None, None),
        ("wikidata:Q2", "series", "Two", 2001, 2004, 45.0, None, "77", "88"),
    ]
    assert sorted(world[0]["aliases"].select("title_id", "name", "language").rows()) == [
        ("wikidata:Q1", "Uno", "en"),
        ("wikidata:Q2", "Deux", "en"),
        ("wikidata:Q2", "二", "zh"),
    ]


def test_people_get_names_that_are_no_guesses(world: World) -> None:
    assert sorted(world[0]["people"].select("person_id", "name").rows(), key=str) == [
        ("wikidata:Q5", "Ann"),
        ("wikidata:Q6", "Bob"),
        ("wikidata:Q7", None),
        ("wikidata:Q8", "Cy"),
    ]
    roles = world[0]["credits"].select("person_id", "role", "order").rows()
    assert ("wikidata:Q5", "creator", None) in roles
    assert ("wikidata:Q6", "actor", None) in roles


def test_tags_and_links(world: World) -> None:
    tags = set(world[0]["tags"].select("title_id", "facet", "value").rows())
    assert tags == {
        ("wikidata:Q1", "genre", "drama film"),
        ("wikidata:Q1", "country", "wikidata:Q30"),
        ("wikidata:Q1", "language", "English"),
        ("wikidata:Q1", "subject", "Internet"),
        ("wikidata:Q1", "subject", "wikidata:Q188728"),
        ("wikidata:Q1", "based_on", "wikidata:Q80"),
        ("wikidata:Q1", "franchise", "wikidata:Q90"),
        ("wikidata:Q2", "country", "France"),
        ("wikidata:Q2", "country", "United States of America"),
        ("wikidata:Q2", "language", "French"),
        ("wikidata:Q2", "network", "Arte"),
        ("wikidata:Q2", "award", "Prize"),
        ("wikidata:Q2", "place", "Paris"),
    }
    assert world[0]["links"].drop("source").rows() == [("wikidata:Q2", "wikidata:Q1", "follows")]
    assert "1 links lead to items that are not in these files" in world[1].notes


def test_the_keys_of_another_extract(tmp_path: Path) -> None:
    item = {"wikidata_id": "Q3", "label": "Three", "director": ["Q5"], "cast_member": ["Q6"], "genre": ["war film"]}
    tables, _ = read(
        write(tmp_path / "x.jsonl", {**item, "publication_date": "1950-01-01", "country_of_origin": ["Q30"]})
    )
    assert tables["titles"].select("name", "year").rows() == [("Three", 1950)]
    assert tables["credits"].height == 2
    assert sorted(tables["tags"]["value"]) == ["war film", "wikidata:Q30"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "the line is not a JSON object"),
        ('{"qid": "Q3"', "the line is not JSON"),
        (" ", "the line is not JSON"),
        ({"qid": "3", "title": "x"}, "qid '3' is not a Q-number"),
        ({"qid": "Q3"}, "name is missing"),
        ({"qid": "Q3", "title": "x", "kind": "song"}, "kind 'song' is not known"),
        ({"qid": "Q3", "title": "x", "year": "soon"}, "year 'soon' is not a number"),
        ({"qid": "Q3", "title": "x", "year": 99}, "year 99 is outside 1870 to 2100"),
        ({"qid": "Q3", "title": "x", "cast": [["Q1"]]}, "cast is not a list of [id, label]"),
        ({"qid": "Q3", "title": "x", "cast": {"Q1": 1}}, "cast is not a list of [id, label]"),
        ({"qid": "Q3", "title": "x", "labels": ["x"]}, "labels is not an object of names by language"),
        ('{"qid": "Q3", "title": "\\ud800"}', "the line holds half a character"),
        ('{"qid": "Q3", "title": "x", "runtime_min": 1e16}', "runtime_min '1e+16' is not a number"),
    ],
)
def test_lines_set_aside_say_why(tmp_path: Path, line: object, reason: str) -> None:
    tables, report = read(write(tmp_path / "x.jsonl", DUMPED, line))
    assert tables["titles"].height == 1
    (found,) = report.rejected.rows()
    assert found[:2] == ("x.jsonl", 2)
    assert found[2].startswith(reason)


def test_other_files_are_not_ours(tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", {"id": 1})
    assert WikidataSource().sniff(tmp_path) is None
    assert WikidataSource().sniff(tmp_path / "absent") is None
    with pytest.raises(DataError, match="no JSON lines with Wikidata items"):
        read(tmp_path)


@pytest.mark.realdata
def test_the_real_extract(shared_data: Path) -> None:
    tables, report = read(shared_data / "wikidata_films")
    assert {name: table.height for name, table in tables.items()} == {
        "titles": 41_594,
        "aliases": 1_715,
        "people": 82_032,
        "credits": 372_612,
        "tags": 186_124,
    }
    assert report.rejected.height == 0
    assert report.files["person_labels.tsv"].skipped == 2_557
    assert tables["titles"]["imdb_id"].n_unique() == 41_587
