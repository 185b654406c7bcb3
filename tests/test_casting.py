"""Casting: who is close, what they bring, whom they worked with, when they were active; and nothing made up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas
from reelation.create.casting.casting import CastingWanted, casting
from reelation.create.casting.people import availability, person_named, worked_together
from reelation.errors import TitleNotFoundError, UsageError
from reelation.messages import messages
from reelation.search.exact import point_at
from reelation.search.pair_features import PAIR, PERSON
from tests.invented import invented_atlas

SAY = messages("en")
YEARS = [1990, 1995, 2001, 2003, 2005, 2007, 2009, 2010, 0]
HAVING = {
    "person:Ann": [2, 3, 4],  # storms: all in the first clump
    "person:Bea": [2, 7],
    "person:Cal": [5, 6, 7],  # the second clump
    "person:Dan": [0, 1],  # long ago
    "person:Eve": [8],  # year unknown
    "person:Fay": [3],
    "person:Gil": [4, 6],
    "genre:storm": [0, 1, 2, 3, 4],
    "genre:court": [5, 6, 7, 8],
    "country:Norway": [2, 3],
}
"""Titles 0 to 4 are alike, 5 to 8 are alike."""


def made(folder: Path, parts: dict[str, Part] | None = None) -> Atlas:
    vectors = np.zeros((len(YEARS), 4), np.float32)
    vectors[:5, 0], vectors[5:, 1] = 1, 1
    vectors[:, 2] = np.linspace(0, 0.2, len(YEARS))
    return invented_atlas(folder, YEARS, HAVING, vectors=vectors, parts=parts)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return made(tmp_path_factory.mktemp("casting") / "atlas")


def node(atlas: Atlas, name: str) -> int:
    return person_named(atlas, name, SAY)


def names(found: object) -> list[str]:
    return [one.person.name for one in found]  # type: ignore[attr-defined]


def wanted(**fields: object) -> CastingWanted:
    return CastingWanted(role="director", **fields)  # type: ignore[arg-type]


def test_those_of_the_clump_come_first(atlas: Atlas) -> None:
    found = casting(atlas, wanted(like=(2,)), SAY)
    assert names(found)[0] == "Ann"
    assert found[0].closest[0].title.title_id == "t:00002"
    assert found[0].closest[0].closeness == 1
    assert {one.title.title_id for one in found[0].closest} == {"t:00002", "t:00003", "t:00004"}
    assert names(found).index("Cal") > names(found).index("Fay")
    assert (found.people, found.last_year, found.candidates) == (7, 2010, 5)
    described = casting(atlas, wanted(point=point_at(atlas, 6)), SAY)
    assert names(described)[0] == "Cal"


def test_one_title_is_less_evidence_than_three(atlas: Atlas) -> None:
    found = {one.person.name: one for one in casting(atlas, wanted(like=(3,)), SAY)}
    assert found["Fay"].closeness == pytest.approx(0.5)
    assert found["Ann"].closeness > 0.9
    assert len(found["Fay"].closest) == 1


def test_availability_says_what_credits_say(atlas: Atlas) -> None:
    ann = availability(atlas, node(atlas, "Ann"))
    assert (ann.titles, ann.first_year, ann.last_year, ann.lately, ann.gap) == (3, 2001, 2005, 3, 5)
    assert ann.per_year == pytest.approx(0.3)
    dan = availability(atlas, node(atlas, "Dan"))
    assert (dan.lately, dan.per_year, dan.gap) == (0, 0, 15)
    eve = availability(atlas, node(atlas, "Eve"))
    assert (eve.titles, eve.first_year, eve.last_year, eve.lately, eve.per_year, eve.gap) == (1, *[None] * 5)
    assert ann.died is dan.died is eve.died is None


def test_who_is_not_active_and_who_has_no_years(atlas: Atlas) -> None:
    assert not {"Dan", "Eve"} & set(names(casting(atlas, wanted(like=(2,)), SAY)))
    everybody = casting(atlas, wanted(like=(2,), active=None), SAY)
    assert {"Dan", "Eve"} <= set(names(everybody))
    eve = next(one for one in everybody if one.person.name == "Eve")
    assert any("not known" in line for line in eve.sentences)


def test_those_attached(atlas: Atlas) -> None:
    ann, gil = node(atlas, "Ann"), node(atlas, "Gil")
    found = casting(atlas, wanted(like=(2,), with_people=(ann,), exclude=(gil,)), SAY)
    assert not {"Ann", "Gil"} & set(names(found))
    by_name = {one.person.name: one for one in found}
    (both,) = by_name["Bea"].together
    assert (both.person.name, both.titles, both.first_year, both.last_year) == ("Ann", 1, 2001, 2001)
    assert [title.title_id for title in both.examples] == ["t:00002"]
    assert [topic.name for topic in by_name["Cal"].brings] == ["court"]  # Ann has storm and Norway
    assert by_name["Cal"].brings[0].titles == 3
    assert by_name["Cal"].complement == 1
    assert by_name["Fay"].brings == ()
    assert by_name["Cal"].circle == 2  # Bea and Gil, both of whom worked with Ann
    assert by_name["Cal"].new_to_attached == 0
    assert by_name["Cal"].likely == ()
    assert any("without that part" in note for note in found.notes)
    assert worked_together(atlas, ann, (ann, gil))[0].person.name == "Gil"


def test_the_pull_towards_what_is_lacking(atlas: Atlas) -> None:
    ann = node(atlas, "Ann")
    plain = casting(atlas, wanted(like=(2,), with_people=(ann,), likely=0, complement=0), SAY)
    pulled = casting(atlas, wanted(like=(2,), with_people=(ann,), likely=0, complement=1), SAY)
    assert names(plain).index("Cal") > names(plain).index("Fay")
    assert names(pulled)[0] == "Cal"


def test_the_model_and_the_years_of_death(atlas: Atlas, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    width = len(PAIR) + 2 * len(PERSON)
    columns: dict[str, Column] = {
        "weights": random.normal(size=(5, width)).astype(np.float32) * 0.1,
        "bias": np.zeros(5, np.float32),
        "out": np.ones(4, np.float32),
        "died-node": np.array([node(atlas, "Bea")], np.int32),
        "died-year": np.array([2012], np.int16),
    }
    part = Part(columns, {"features": [*PAIR, *PERSON], "years": 5})
    known = made(tmp_path / "atlas", {"collaborations": part})
    ann = node(known, "Ann")
    found = casting(known, wanted(like=(2,), with_people=(ann,)), SAY)
    assert "Bea" not in names(found)
    assert found.dead == 1
    assert any("year of death" in note for note in found.notes)
    assert availability(known, node(known, "Bea")).died == 2012
    by_name = {one.person.name: one for one in found}
    (chance,) = by_name["Cal"].likely
    assert 0 < chance.chance < 1
    assert {one.name for one in chance.between} == {"Bea", "Gil"}
    assert any("both worked with" in line for line in by_name["Cal"].sentences)
    assert by_name["Gil"].likely == ()  # they have worked together


def test_plain_values_and_the_same_twice(atlas: Atlas) -> None:
    asked = wanted(like=(2,), with_people=(node(atlas, "Gil"),))
    one, two = (casting(atlas, asked, SAY) for _ in range(2))
    assert one == two
    content = json.loads(json.dumps(one.to_json()))
    assert content["items"][0]["rank"] == 1
    assert set(content["items"][0]) >= {"closest", "availability", "together", "likely", "brings", "sentences"}
    frame = one.to_frame()
    assert frame.height == len(one)
    assert {"name", "first_year", "gap_years", "closest"} <= set(frame.columns)
    chinese = casting(atlas, asked, messages("zh"))
    assert "最接近" in chinese[0].sentences[0]


def test_what_cannot_be_asked(atlas: Atlas) -> None:
    with pytest.raises(UsageError, match="nobody as 'stunts'; it has people as director"):
        casting(atlas, CastingWanted(role="stunts", like=(0,)), SAY)
    with pytest.raises(UsageError, match="needs a project"):
        CastingWanted(role="director")
    with pytest.raises(UsageError, match="is no person"):
        casting(atlas, wanted(like=(0,), with_people=(0,)), SAY)
    with pytest.raises(UsageError, match="no title in row"):
        casting(atlas, wanted(like=(99,)), SAY)
    with pytest.raises(UsageError, match="1 to 1,000"):
        wanted(like=(0,), count=0)
    with pytest.raises(TitleNotFoundError):
        node(atlas, "Zoe")
