"""Briefs of gaps, blends and casting: every fact traced, hostile names as text, and with nothing found."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.create.blend.blend import blend, combine
from reelation.create.brief.as_csv import as_csv
from reelation.create.brief.document import Document, Paragraph, Table
from reelation.create.brief.markdown import markdown
from reelation.create.brief.of_blend import of_blend
from reelation.create.brief.of_casting import of_casting
from reelation.create.brief.of_gaps import of_gaps
from reelation.create.brief.page import page
from reelation.create.casting.answer import Likely
from reelation.create.casting.casting import CastingWanted, casting
from reelation.create.casting.people import person_at, person_named
from reelation.create.facts import Fact, plain, statistic
from reelation.create.gaps.gaps import GapsWanted, gaps
from reelation.insights.related import Wanted
from reelation.messages import LANGUAGES, Messages, messages
from reelation.search.filters import Filters
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.brief_facts import Tracer
from tests.test_briefs import HOSTILE
from tests.world import SOURCE

GENRES = tuple(f"{name} one" if number else "<script>alert(1)</script>" for number, name in enumerate("abcdef"))
THEMES = tuple(f"{name} two" if number else "=cmd() | *x*" for number, name in enumerate("abcdefghijkl"))
PEOPLE = tuple(HOSTILE[number % len(HOSTILE)] if number % 3 == 0 else f"Person {number}" for number in range(43))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """800 titles of two families of genres and themes that go together, but for one pair; names that mean harm."""
    random = np.random.default_rng(1)
    titles, tags, credits = [], [], []
    for row in range(800):
        key, side = f"t:{row:03d}", int(random.integers(2))
        name = HOSTILE[row % len(HOSTILE)] if row % 7 == 0 else f"Title {row}"
        titles.append((key, "episode" if row % 40 == 9 else "film", name, 1980 + row // 30 if row % 23 else None))
        genre = 3 * side + int(random.integers(3))
        tags.append((key, "genre", GENRES[genre]))
        themes = {6 * (side if random.random() < 0.9 else 1 - side) + int(random.integers(6)) for _ in range(2)}
        tags += [(key, "keyword", THEMES[theme]) for theme in themes if (genre, theme) != (0, 0)]
        people = random.choice(20, 3, replace=False).tolist()
        credits += [(key, f"p:{one + 20 * side:02d}", "director" if one % 4 == 0 else "actor") for one in people]
    credits += [
        ("t:001", "p:40", "actor"),
        ("t:001", "p:41", "actor"),
        ("t:002", "p:41", "actor"),
        ("t:002", "p:42", "actor"),
    ]
    tables: dict[str, pl.DataFrame | list[dict[str, str]]] = {
        "titles": pl.DataFrame(titles, schema=["title_id", "kind", "name", "year"], orient="row"),
        "people": [{"person_id": f"p:{number:02d}", "name": name} for number, name in enumerate(PEOPLE)],
        "credits": pl.DataFrame(credits, schema=["title_id", "person_id", "role"], orient="row"),
        "tags": pl.DataFrame(tags, schema=["title_id", "facet", "value"], orient="row").with_columns(weight=1.0),
    }
    folder = tmp_path_factory.mktemp("briefs") / "catalogue"
    return write_catalogue(folder, tables_of(SOURCE.name, tables), (SOURCE,))


@pytest.fixture(scope="module")
def atlas(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    config = TrainConfig(
        learn=LearnConfig(fit=FitConfig(steps=20, validate_every=20), threads=1),
        seed=3,
        parts=("names", "evidence", "network", "collaborations"),
    )
    return train(catalogue, tmp_path_factory.mktemp("briefs") / "atlas", config)


def _document(kind: str, atlas: Atlas, say: Messages) -> tuple[Document, dict[str, object]]:
    """A brief, and the answer's JSON, made anew."""
    few = Wanted(k=6)
    if kind == "gaps":
        wanted = GapsWanted(by=("genre", "keyword"), fewest_lately=0)
        return of_gaps(atlas, gaps(atlas, wanted, say), say), gaps(atlas, wanted, say).to_json()
    if kind == "gaps until":
        wanted = GapsWanted(by=("genre", "keyword", "decade"), fewest_lately=0, until=2000, rate=0.2)
        return of_gaps(atlas, gaps(atlas, wanted, say), say), gaps(atlas, wanted, say).to_json()
    if kind == "no gaps":
        wanted = GapsWanted(by=("genre", "keyword"), fewest_expected=1000)
        return of_gaps(atlas, gaps(atlas, wanted, say), say), gaps(atlas, wanted, say).to_json()
    if kind in ("blend", "one end"):
        mix = 0.4 if kind == "blend" else 1.0
        found = [blend(atlas, 7, 11, mix, few, say) for _ in range(2)]
        return of_blend(atlas, found[0], say), found[1].to_json()
    if kind in ("combine", "many", "no titles"):
        plus, minus = ((3, 14), (20,)) if kind == "combine" else ((3, 14, 15, 21, 22), ())
        filters = few if kind != "no titles" else Wanted(k=6, filters=Filters(since=2100))
        found = [combine(atlas, plus, minus, filters, say) for _ in range(2)]
        return of_blend(atlas, found[0], say), found[1].to_json()
    attached = {"alone": (), "casting": ("Person 4", "Person 8"), "nobody": ("Person 4",)}[kind]
    wanted_people = CastingWanted(
        role="actor" if kind != "alone" else "director",
        like=(3, 9),
        with_people=tuple(person_named(atlas, name, say) for name in attached),
        exclude=_people(atlas) if kind == "nobody" else (),
        active=None if kind == "alone" else 10,
    )
    people = [casting(atlas, wanted_people, say) for _ in range(2)]
    return of_casting(atlas, people[0], say), people[1].to_json()


def _people(atlas: Atlas) -> tuple[int, ...]:
    """All nodes of people."""
    person = atlas.manifest.node_types.index("person")
    return tuple(np.flatnonzero(np.asarray(atlas.node_type) == person).tolist())


FULL = ("gaps", "gaps until", "blend", "one end", "combine", "many", "casting", "alone")
EMPTY = ("no gaps", "no titles", "nobody")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*FULL, *EMPTY])
def test_every_number_and_claim_is_traced(catalogue: Catalogue, atlas: Atlas, kind: str, language: str) -> None:
    say = messages(language)
    document, again = _document(kind, atlas, say)
    assert Tracer(catalogue, atlas, say).check(document, again, {}) == []
    assert len(document.facts()) > (25 if kind in FULL else 1)
    assert len(document.tables()) == (kind in FULL)
    assert not re.search(r"[{}]", "".join(text.text for text in document.texts()).replace("{}", ""))


@pytest.mark.parametrize("kind", FULL)
def test_hostile_names_are_text(atlas: Atlas, kind: str) -> None:
    document, _ = _document(kind, atlas, messages("en"))
    text = page(document)
    assert "<script" not in text
    assert "\u202e" not in text
    columns = len(document.tables()[0].columns)
    lines = [line for line in markdown(document).split("\n") if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {columns + 1}
    rows = list(csv.reader(io.StringIO(as_csv(document))))
    assert not any(cell.startswith(("=", "+", "@", "-")) for row in rows for cell in row)


def test_the_planted_gap_leads(atlas: Atlas) -> None:
    document, again = _document("gaps", atlas, messages("en"))
    table = document.tables()[0]
    assert isinstance(table, Table)
    assert table.rows[0][0].text == f"{GENRES[0]} and {THEMES[0]}"
    assert table.rows[0][1].text == "0"
    assert again["called"] == len(table.rows)


def test_a_brief_says_the_same_as_the_answer(atlas: Atlas) -> None:
    """The sentences of an answer and those of its brief are made apart; they must not differ."""
    say = messages("en")
    found = casting(atlas, CastingWanted(like=(3,), with_people=(person_named(atlas, "Person 4", say),)), say)
    document = of_casting(atlas, found, say)
    text = "\n".join(said.text for said in document.texts())
    for one in found:
        for line in one.sentences:
            if line.startswith(("Closest", "Titles with")):
                assert line in text
    mixed = blend(atlas, 7, 11, 0.5, Wanted(k=5), say)
    shares = [row[3:] for row in of_blend(atlas, mixed, say).tables()[0].rows]
    assert [[cell.text for cell in row] for row in shares] == [
        [f"{part.share:.0%}" for part in one.elements] for one in mixed
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_chances_and_those_who_worked_with_both(catalogue: Catalogue, atlas: Atlas, language: str) -> None:
    """Two who never met, and one who worked with both: who that is, is looked up; a tiny chance is not said."""
    say = messages(language)
    one, between, other = (atlas.nodes.find(f"person:p:{number}") for number in (40, 41, 42))
    assert one is not None
    assert between is not None
    assert other is not None
    rest = tuple(node for node in _people(atlas) if node not in (one, other))
    found = casting(atlas, CastingWanted(like=(2,), with_people=(one,), exclude=rest, active=None), say)
    assert len(found) == 1
    tracer = Tracer(catalogue, atlas, say)
    for chance, said in ((0.03124, "3.1%"), (0.0001, "%")):
        for who, good in ((between, True), (_people(atlas)[0], False)):
            likely = Likely(person_at(atlas, one), chance, (person_at(atlas, who),))
            told = replace(found, items=(replace(found[0], likely=(likely,)),))
            document = of_casting(atlas, told, say)
            assert any(said in text.text for text in document.texts()) == (chance > 0.001)
            assert (tracer.check(document, told.to_json(), {}) == []) == good


def test_the_tracer_notices_what_is_invented(catalogue: Catalogue, atlas: Atlas) -> None:
    say = messages("en")
    document, again = _document("casting", atlas, say)
    tracer = Tracer(catalogue, atlas, say)
    person = "person:p:04"
    for wrong in (
        plain(statistic("titles", 1, (person,))),
        plain(statistic("last year", 2100, (person,))),
        plain(statistic("circle", 3, (person,))),
        plain(statistic("titles until 1990", 700, ("genre:a one",))),
        plain(Fact(person, "worked with", "person:p:39", "Person 4")),
        plain(Fact(person, "name", "Person 5", "Person 5")),
        plain(Fact("answer", "items.0.closeness", again["items"][0]["closeness"], "9.99")),  # type: ignore[index]
        plain(Fact("answer", "role", "actor", "director")),
    ):
        lying = replace(document, blocks=(*document.blocks, Paragraph(wrong)))
        assert tracer.check(lying, again, {}) != [], wrong


def test_names_stand_in_bold_and_numbers_to_the_right(atlas: Atlas) -> None:
    document, _ = _document("casting", atlas, messages("en"))
    assert document.tables()[0].numeric() == (True, False, True, True, True, True, False)
    assert "\n- **Person 17** Closest titles: " in markdown(document)
    text = page(document)
    assert "<li><b>Person 17</b> Closest titles: " in text
    assert '<td class="number">' in text
    assert Table((plain(Fact("answer", "a", 1, "1")),), ()).numeric() == (False,)
