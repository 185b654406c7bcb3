from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelation.catalogue.match import Matches, match
from reelation.catalogue.names import folded
from reelation.catalogue.parts import Part
from reelation.folding import fold
from tests.parts import film, part


def works(found: Matches) -> set[frozenset[str]]:
    """The title ids of each work that several rows describe."""
    groups = found.entries.group_by("work").agg(pl.col("title_id"))["title_id"].to_list()
    return {frozenset(group) for group in groups if len(group) > 1}


def test_a_shared_id_joins_whatever_the_names_say() -> None:
    a = part("imdb", [film("imdb:tt1", "Seven", 1995, imdb_id="tt1")])
    b = part("justwatch", [film("justwatch:tm9", "Se7en", 1996, imdb_id="tt1", justwatch_id="tm9")])
    found = match([a, b])
    assert works(found) == {frozenset({"imdb:tt1", "justwatch:tm9"})}
    assert (found.by_id, found.by_title) == (1, 0)


def test_ids_join_across_three_sources() -> None:
    a = part("imdb", [film("imdb:tt1", "A", 2000)])
    b = part("movielens", [film("ml:1", "A", 2000, imdb_id="tt1", tmdb_id="7")])
    c = part("tmdb", [film("tmdb:7", "Another name", 2001)])
    assert works(match([c, a, b])) == {frozenset({"imdb:tt1", "ml:1", "tmdb:7"})}


def test_a_bridge_between_two_imdb_ids_is_refused_and_told() -> None:
    a = part("imdb", [film("imdb:tt1", "A", 2000), film("imdb:tt2", "A", 2000)])
    b = part("wikidata", [film("wikidata:Q1", "A", 2000, imdb_id="tt1")])
    c = part("default", [film("x:1", "A", 2000, imdb_id="tt2", wikidata_id="Q1")])
    found = match([a, b, c])
    assert works(found) == {frozenset({"imdb:tt1", "wikidata:Q1"}), frozenset({"imdb:tt2", "x:1"})}
    assert found.conflicts.height == 1
    assert "wikidata Q1" in found.conflicts["why"][0]


SOLARIS = {"directors": ["Andrei Tarkovsky"], "cast": ["Natalya Bondarchuk", "Donatas Banionis"]}


@pytest.mark.parametrize(
    ("other", "joined"),
    [
        (film("netflix:s1", "SOLARIS", 1972, directors=["Andrei Tarkovsky"]), True),
        (film("netflix:s1", "Solaris", 1973, directors=["Andrei Tarkovsky"]), True),
        (film("netflix:s1", "Solaris", 1974, directors=["Andrei Tarkovsky"]), False),
        (film("netflix:s1", "Solaris", 1972, cast=["Natalya Bondarchuk"]), True),
        (film("netflix:s1", "Solaris", 1973, cast=["Natalya Bondarchuk"]), False),
        (film("netflix:s1", "Solaris", 1972, directors=["Steven Soderbergh"]), False),
        (film("netflix:s1", "Solaris", 1972), False),
        (film("netflix:s1", "Solaris", 1972, genres=["science fiction"]), True),
        (film("netflix:s1", "Solaris", 1972, genres=["comedy"]), False),
        (film("netflix:s1", "Solaris", 1972, runtime_min=166.0, genres=["science fiction"]), True),
        (film("netflix:s1", "Solaris", 1972, runtime_min=99.0, genres=["science fiction"]), False),
        (film("netflix:s1", "Solaris", None, **SOLARIS), False),
        (film("netflix:s1", "Солярис", 1972, directors=["Andrei Tarkovsky"]), True),
        ({**film("netflix:s1", "Solaris", 1972, directors=["Andrei Tarkovsky"]), "kind": "series"}, False),
        ({**film("netflix:s1", "Solaris", 1972, directors=["Andrei Tarkovsky"]), "kind": "episode"}, False),
    ],
)
def test_name_and_year_join_only_with_evidence(other: dict[str, object], joined: bool) -> None:
    ours = film("imdb:tt1", "Solaris", 1972, runtime_min=167.0, genres=["science fiction"], **SOLARIS)
    a = part("imdb", [ours], aliases=[{"title_id": "imdb:tt1", "name": "Солярис"}])
    found = match([a, part("streaming", [other])])
    assert bool(works(found)) == joined
    assert found.by_title == int(joined)


def test_name_and_year_without_evidence_is_a_question() -> None:
    a = part("imdb", [film("imdb:tt1", "Home", 2009)])
    b = part("streaming", [film("netflix:s1", "Home", 2009)])
    found = match([a, b])
    assert works(found) == set()
    assert found.questions["why"].to_list() == ["nothing else agrees"]


def test_two_candidates_that_fit_are_a_question() -> None:
    one = film("imdb:tt1", "Double", 2000, directors=["Ann"])
    two = film("imdb:tt2", "Double", 2000, directors=["Ann"])
    found = match(
        [part("imdb", [one, two]), part("streaming", [film("netflix:s1", "Double", 2000, directors=["Ann"])])]
    )
    assert works(found) == set()
    assert found.questions.height == 2
    assert all(why.startswith("several candidates fit") for why in found.questions["why"])


def test_the_same_year_goes_before_the_year_beside_it() -> None:
    short = film("imdb:tt1", "Whiplash", 2013, directors=["D"])
    feature = film("imdb:tt2", "Whiplash", 2014, directors=["D"])
    found = match([part("imdb", [short, feature]), part("wikipedia", [film("w:1", "Whiplash", 2014, directors=["D"])])])
    assert works(found) == {frozenset({"imdb:tt2", "w:1"})}


def test_genres_alone_need_a_unique_name() -> None:
    ours = [film("imdb:tt1", "Hamlet", 1964, genres=["drama"]), film("imdb:tt2", "Hamlet", 1966, genres=["drama"])]
    found = match([part("imdb", ours), part("movielens", [film("ml:1", "Hamlet", 1964, genres=["drama"])])])
    assert works(found) == set()


def test_rows_of_one_source_are_never_joined_by_name() -> None:
    twice = [film(f"netflix:s{n}", "Twin", 2000, directors=["Ann"]) for n in (1, 2)]
    found = match([part("streaming", twice), part("imdb", [film("imdb:tt1", "Else", 2000)])])
    assert works(found) == set()


def test_services_in_one_source_are_matched_with_each_other() -> None:
    rows = [film(f"{service}:s1", "Twin", 2000, directors=["Ann"]) for service in ("netflix", "hulu")]
    assert works(match([part("streaming", rows)])) == {frozenset({"netflix:s1", "hulu:s1"})}


def test_differing_ids_rule_out_a_match_and_are_told() -> None:
    a = part("imdb", [film("imdb:tt1", "Identity", 2003, directors=["M"])])
    b = part("justwatch", [film("justwatch:tm1", "Identity", 2003, imdb_id="tt9", directors=["M"])])
    found = match([a, b])
    assert works(found) == set()
    assert found.questions["why"].to_list() == ["other ids, though: 1 shared director(s), 0 of the cast"]


def test_one_source_alone_is_joined_by_nothing_but_ids() -> None:
    rows = [film("imdb:tt1", "A", 2000, directors=["X"]), film("imdb:tt2", "A", 2000, directors=["X"])]
    found = match([part("imdb", rows)])
    assert (found.by_id, found.by_title, found.questions.height) == (0, 0, 0)


@given(st.permutations(range(4)), st.randoms(use_true_random=False))
def test_the_outcome_does_not_depend_on_any_order(order: list[int], random: object) -> None:
    parts = [
        part(
            "imdb", [film("imdb:tt1", "Alpha", 2000, directors=["A"]), film("imdb:tt2", "Beta", 2001, cast=["B", "C"])]
        ),
        part("wikidata", [film("wikidata:Q1", "Alpha!", 2001, directors=["A"]), film("wikidata:Q2", "Gamma", 1999)]),
        part("streaming", [film("netflix:s1", "beta", 2001, cast=["B"]), film("hulu:s1", "Gamma", 1999, genres=["x"])]),
        part("wikipedia", [film("wikipedia:Gamma: film", "Gamma", 1999, genres=["x"])]),
    ]
    straight = works(match(parts))
    shuffled = [
        Part(
            p.source,
            {name: table.sample(fraction=1, shuffle=True, seed=sum(order)) for name, table in p.tables.items()},
        )
        for p in (parts[at] for at in order)
    ]
    assert works(match(shuffled)) == straight


@given(st.lists(st.text(max_size=12) | st.sampled_from(["Ocean's & Co", "A_b", "Amélie", "千と千尋の神隠し"])))
def test_folding_a_column_is_folding_each_name(names: list[str]) -> None:
    assert folded(pl.Series("name", names, dtype=pl.String)).to_list() == [fold(name) for name in names]
