import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelation.catalogue.genres import GENRES
from reelation.catalogue.schema import TABLES
from reelation.catalogue.values import canonical_tags, country, genres, language


@pytest.mark.parametrize("label", ["Sci-Fi", "scifi", "science fiction film", " Science  Fiction", "science fiction"])
def test_science_fiction_has_one_name(label: str) -> None:
    assert genres(label) == ("science fiction",)


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("documentation", ("documentary",)),
        ("TV Dramas", ("drama",)),
        ("romantic comedy", ("comedy", "romance")),
        ("Sci-Fi & Fantasy", ("fantasy", "science fiction")),
        ("International Movies", ()),
        ("(no genres listed)", ()),
        ("Children's", ("family",)),
        ("Film-Noir", ("film noir",)),
        ("peplum film", ("peplum",)),
        ("Tokusatsu", ("tokusatsu",)),
        ("", ()),
    ],
)
def test_labels_mean(label: str, meant: tuple[str, ...]) -> None:
    assert genres(label) == meant


@given(st.sampled_from(sorted({part for parts in GENRES.values() for part in parts})))
def test_a_canonical_genre_stays_what_it_is_or_names_its_kind(label: str) -> None:
    assert label in genres(label)


@pytest.mark.parametrize("label", ["US", "USA", "United States of America", "united states", "United States"])
def test_the_united_states_has_one_name(label: str) -> None:
    assert country(label) == "United States"


def test_countries_that_are_unknown_or_new_to_us() -> None:
    assert country("XX") is None
    assert country("Freedonia") == "Freedonia"
    assert country("People's Republic of China") == "China"
    assert country("Lebanon") == "Lebanon"


def test_languages() -> None:
    assert language("en") == "English"
    assert language("Kurdish language") == "Kurdish"
    assert language("artistic language") == "artistic language"
    assert language("Mandarin Chinese") == language("Putonghua") == "Mandarin"
    assert language("xx") is None
    assert language("Klingon") == "Klingon"


@given(st.text())
def test_canonical_labels_stay_canonical(text: str) -> None:
    for name in (country, language):
        once = name(text)
        assert once is None or name(once) == once


def test_tags_split_go_or_stay() -> None:
    rows = [
        ("t1", "genre", "Romantic Comedy"),
        ("t1", "genre", "IMAX"),
        ("t1", "country", "GB"),
        ("t1", "keyword", "US"),
    ]
    tags = pl.DataFrame(
        [{"title_id": a, "facet": b, "value": c, "weight": 1.0, "source": "s"} for a, b, c in rows],
        schema=TABLES["tags"].schema,
    )
    found = canonical_tags(tags)
    assert found.columns == tags.columns
    assert sorted(found.select("facet", "value").rows()) == [
        ("country", "United Kingdom"),
        ("genre", "comedy"),
        ("genre", "romance"),
        ("keyword", "US"),
    ]
