from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation.catalogue.merge import Merged, merge
from reelation.catalogue.parts import Part
from reelation.catalogue.store import write_catalogue
from tests.parts import film, part


def title(merged: Merged, title_id: str) -> dict[str, object]:
    return merged.tables["titles"].filter(pl.col("title_id") == title_id).row(0, named=True)


def credits(merged: Merged) -> set[tuple[str, str]]:
    return set(merged.tables["credits"].select("title_id", "person_id").rows())


def test_the_best_id_and_the_most_trusted_field_win() -> None:
    a = part("justwatch", [film("justwatch:tm1", "Se7en", 1996, imdb_id="tt1", runtime_min=127.0)])
    b = part("wikidata", [film("wikidata:Q1", "Seven", 1995, imdb_id="tt1", original_name="Se7en")])
    merged = merge([a, b])
    row = title(merged, "imdb:tt1")
    assert (row["name"], row["year"], row["runtime_min"], row["source"]) == ("Seven", 1995, 127.0, "wikidata")
    assert (row["wikidata_id"], row["justwatch_id"]) == ("Q1", "tm1")
    assert merged.tables["titles"].height == 1


def test_a_name_that_lost_becomes_an_alias() -> None:
    a = part("justwatch", [film("justwatch:tm1", "Hero", 2002, imdb_id="tt1")])
    b = part("imdb", [film("imdb:tt1", "英雄", 2002, original_name="Ying xiong")])
    aliases = merge([a, b]).tables["aliases"]
    assert aliases.select("title_id", "name", "source").rows() == [("imdb:tt1", "Hero", "justwatch")]


def test_children_follow_their_title_and_repeat_once() -> None:
    a = part("imdb", [film("imdb:tt1", "A", 2000, genres=["Drama"], cast=["imdb:nm1=Ann Lee"])])
    b = part("streaming", [film("netflix:s1", "A", 2000, genres=["Dramas", "Comedies"], cast=["Ann Lee", "Bo Ek"])])
    merged = merge([a, b])
    tags = merged.tables["tags"].sort("value").select("title_id", "value", "source").rows()
    assert tags == [("imdb:tt1", "comedy", "streaming"), ("imdb:tt1", "drama", "imdb")]
    assert credits(merged) == {("imdb:tt1", "imdb:nm1"), ("imdb:tt1", "name:bo ek")}


def test_order_and_character_come_from_whoever_knows() -> None:
    a = part("wikidata", [film("wikidata:Q1", "A", 2000, imdb_id="tt1", cast=["wikidata:Q9=Ann"])])
    one = {"title_id": "justwatch:tm1", "person_id": "justwatch:person:1", "role": "actor", "character": "Eve"}
    b = part(
        "justwatch",
        [film("justwatch:tm1", "A", 2000, imdb_id="tt1")],
        people=[{"person_id": "justwatch:person:1", "name": "ANN"}],
        credits=[{**one, "order": 3}],
    )
    row = merge([a, b]).tables["credits"].row(0, named=True)
    assert (row["person_id"], row["order"], row["character"], row["source"]) == ("wikidata:Q9", 3, "Eve", "wikidata")


def test_ratings_by_another_services_id_find_their_title() -> None:
    a = part("wikidata", [film("wikidata:Q1", "A", 2000, movielens_id="7")])
    event = {"viewer_id": "ml:viewer:1", "title_id": "ml:7", "kind": "rating", "value": 4.0, "time": 1}
    b = part("movielens", [film("ml:8", "B", 2001)], events=[event])
    assert merge([a, b]).tables["events"]["title_id"].to_list() == ["wikidata:Q1"]


def test_loose_ends_go_and_are_counted() -> None:
    links = [
        {"title_id": "imdb:tt1", "other_id": "imdb:tt404", "kind": "sequel"},
        {"title_id": "imdb:tt1", "other_id": "wikidata:Q1", "kind": "remake"},
    ]
    tags = [{"title_id": "imdb:tt404", "facet": "genre", "value": "Drama"}]
    a = part("imdb", [film("imdb:tt1", "A", 2000)], links=links, tags=tags)
    b = part("wikidata", [film("wikidata:Q1", "A", 2000, imdb_id="tt1")])
    merged = merge([a, b])
    assert merged.dangling == {"links": 2, "tags": 1}
    assert merged.tables["links"].height == merged.tables["tags"].height == 0


def test_somebody_credited_without_a_row_gets_one() -> None:
    credit = {"title_id": "imdb:tt1", "person_id": "imdb:nm5", "role": "actor"}
    people = merge([part("imdb", [film("imdb:tt1", "A", 2000)], credits=[credit])]).tables["people"]
    assert people.select("person_id", "name").rows() == [("imdb:nm5", None)]


def test_who_says_series_has_looked() -> None:
    a = part("wikidata", [film("wikidata:Q1", "Dark", 2017, imdb_id="tt1")])
    b = part("justwatch", [{**film("justwatch:ts1", "Dark", 2017, imdb_id="tt1"), "kind": "series"}])
    assert title(merge([a, b]), "imdb:tt1")["kind"] == "series"


def test_display_sources_fill_no_field_that_training_reads() -> None:
    a = part("movielens", [film("ml:1", "A", None, tmdb_id="5")])
    b = part("tmdb", [film("tmdb:5", "A", 2000, runtime_min=90.0, original_name="Ah")], trainable=False)
    row = title(merge([a, b]), "tmdb:5")
    assert (row["year"], row["runtime_min"], row["original_name"], row["source"]) == (None, None, "Ah", "movielens")
    alone = merge([part("tmdb", [film("tmdb:5", "A", 2000)], trainable=False)])
    assert title(alone, "tmdb:5")["year"] == 2000


def test_two_works_with_one_id_get_two_ids() -> None:
    rows = [film("justwatch:tm1", "A", 2000, imdb_id="tt1"), film("justwatch:tm2", "A", 2000, imdb_id="tt1")]
    merged = merge([part("justwatch", rows)])
    assert merged.tables["titles"]["title_id"].sort().to_list() == ["imdb:tt1", "justwatch:tm2"]
    assert merged.conflicts.select("title_id", "other_id").rows() == [("imdb:tt1", "justwatch:tm2")]


def test_a_single_source_stays_as_it_is() -> None:
    rows = [film("imdb:tt1", "A", 2000, cast=["imdb:nm1=Ann"], genres=["drama"]), film("imdb:tt2", "B", 2001)]
    before = part("imdb", rows).tables
    after = merge([part("imdb", rows)])
    for name in ("people", "credits", "tags"):
        assert after.tables[name].equals(before[name])
    assert (after.by_id, after.by_title, after.dangling) == (0, 0, {})


NAMESAKES = [
    part("imdb", [film("imdb:tt1", "A", 2000, directors=["imdb:nm1=John Smith"])]),
    part("wikidata", [film("wikidata:Q2", "B", 2001, directors=["wikidata:Q22=John Smith"])]),
]


@pytest.mark.parametrize("both", [True, False])
def test_namesakes_stay_apart(both: bool) -> None:
    """A name is a person where a title says so; elsewhere only if nobody else has that name."""
    rows = [
        film("netflix:s1", "A", 2000, directors=["John Smith"]),
        film("netflix:s2", "B", 2001, directors=["John Smith"]),
        film("netflix:s3", "C", 2002, directors=["John Smith"]),
    ]
    known = NAMESAKES if both else NAMESAKES[:1]
    merged = merge([*(Part(p.source, dict(p.tables)) for p in known), part("streaming", rows)])
    assert credits(merged) == {
        ("imdb:tt1", "imdb:nm1"),
        ("wikidata:Q2" if both else "netflix:s2", "wikidata:Q22" if both else "imdb:nm1"),
        ("netflix:s3", "name:john smith" if both else "imdb:nm1"),
    }


def test_three_sources_agree_on_one_person() -> None:
    a = part("imdb", [film("imdb:tt1", "A", 2000, cast=["imdb:nm1=Zoë Ek"])])
    b = part("wikidata", [film("wikidata:Q1", "A", 2000, imdb_id="tt1", cast=["wikidata:Q9=Zoe Ek"])])
    c = part("justwatch", [film("justwatch:tm1", "A", 2000, imdb_id="tt1", cast=["justwatch:person:1=ZOË EK"])])
    d = part("streaming", [film("netflix:s1", "A", 2000, cast=["Zoe Ek"])])
    merged = merge([d, c, b, a])
    assert credits(merged) == {("imdb:tt1", "imdb:nm1")}
    assert merged.tables["people"].select("person_id", "name").rows() == [("imdb:nm1", "Zoë Ek")]


def test_father_and_son_of_one_name_in_one_title_are_left_alone() -> None:
    a = part("wikidata", [film("wikidata:Q1", "A", 2000, cast=["wikidata:Q8=Al Ek", "wikidata:Q9=Al Ek"])])
    b = part("streaming", [film("netflix:s1", "A", 2000, cast=["Al Ek"], directors=["D"])])
    a.tables["titles"] = a.tables["titles"].with_columns(imdb_id=pl.lit("tt1"))
    b.tables["titles"] = b.tables["titles"].with_columns(imdb_id=pl.lit("tt1"))
    people = {person for _, person in credits(merge([a, b]))}
    assert people == {"wikidata:Q8", "wikidata:Q9", "name:al ek", "name:d"}


def world() -> list[Part]:
    return [
        part(
            "imdb",
            [
                film("imdb:tt1", "Alpha", 2000, directors=["imdb:nm1=Ann Lee"], genres=["Sci-Fi"], runtime_min=90.0),
                film("imdb:tt2", "Beta", 2001, cast=["imdb:nm2=Bo Ek", "imdb:nm3=Cy Ek"], genres=["Drama"]),
            ],
            links=[{"title_id": "imdb:tt2", "other_id": "imdb:tt1", "kind": "sequel"}],
        ),
        part("wikidata", [film("wikidata:Q1", "Alpha!", 2001, imdb_id="tt1", directors=["wikidata:Q11=Ann Lee"])]),
        part(
            "streaming",
            [
                film("netflix:s1", "beta", 2001, cast=["Bo Ek", "Cy Ek", "Di Ek"], genres=["TV Dramas"]),
                film("hulu:s1", "Alpha", 2000, runtime_min=91.0, genres=["scifi"]),
                film("hulu:s2", "Alpha", 2000, runtime_min=91.0, genres=["scifi"]),
            ],
        ),
        part("wikipedia", [film("wikipedia:Beta", "Beta", 2002, cast=["Bo Ek", "Cy Ek"], countries=["USA"])]),
    ]


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_catalogue(tmp_path_factory.mktemp("straight"), merge(world()).tables, ()).hash


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(4)), seed=st.integers(0, 99))
def test_order_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, straight: str, order: list[int], seed: int
) -> None:
    parts = [world()[at] for at in order]
    for each in parts:
        for name, table in each.tables.items():
            each.tables[name] = table.sample(fraction=1, shuffle=True, seed=seed)
    folder: Path = tmp_path_factory.mktemp("shuffled")
    assert write_catalogue(folder, merge(parts).tables, ()).hash == straight
