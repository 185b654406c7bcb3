"""Programmes on invented titles: limits met, what is unknown handled, what cannot be met told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.create.programme.parts import Programme, Wanted
from reelation.create.programme.programme import programme
from reelation.create.programme.traits import trait_of
from reelation.errors import ImpossibleError, TitleNotFoundError, UsageError
from reelation.insights.things import thing_named
from reelation.messages import LANGUAGES, messages
from reelation.search.filters import Filters
from tests.invented import invented_atlas

SAY = messages("en")
_COUNT = 48


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """48 films of six decades, four countries and twelve directors; half are westerns; each tenth has no length."""
    rows = np.arange(_COUNT)
    having: dict[str, Sequence[int]] = {"genre:western": rows[rows % 2 == 0].tolist(), "genre:drama": rows.tolist()}
    having |= {f"country:{name}": rows[rows // 3 % 4 == at].tolist() for at, name in enumerate("ABCD")}
    having |= {f"person:p{at:02d}": rows[1:][rows[1:] // 2 % 12 == at].tolist() for at in range(12)}
    made = invented_atlas(tmp_path_factory.mktemp("programme") / "atlas", 1950 + rows * 7 % 60, having)
    runtime = np.where(rows % 10 == 4, np.nan, 80 + rows).astype(np.float32)
    return replace(made, runtime=runtime)


def _rows(atlas: Atlas, found: Programme) -> np.ndarray:
    return np.array([atlas.titles.find(slot.title.title_id) for slot in found], np.int64)


def test_a_programme_meets_every_limit(atlas: Atlas) -> None:
    wanted = Wanted(
        ("western",),
        count=6,
        at_most={"director": 1, "country": 2},
        at_least={"decade": 4},
        longest=620,
        must=("t:00010",),
    )
    found = programme(atlas, wanted, SAY)
    rows = _rows(atlas, found)
    assert len(set(rows.tolist())) == 6
    assert 10 in rows
    assert (rows % 2 == 0).all()
    assert trait_of(atlas, "director", rows).member.sum(axis=1).max() == 1
    assert trait_of(atlas, "country", rows).member.sum(axis=1).max() <= 2
    assert len(trait_of(atlas, "decade", rows).values) >= 4
    assert not np.isnan(atlas.runtime[rows]).any()
    assert atlas.runtime[rows].sum() <= 620
    assert found.gap < 1e-5
    assert found.left_out == {"length": 5, "director": 1}
    assert [slot.place for slot in found] == [1, 2, 3, 4, 5, 6]
    assert found[-1].joins is None
    assert found.to_frame().height == 6
    assert found.to_json()["coverage"]["decade"]["values"] >= 4


def test_unknown_lengths_are_left_out_or_assumed_never_guessed(atlas: Atlas) -> None:
    tight = Wanted(("western",), count=24, longest=10_000)
    with pytest.raises(ImpossibleError, match="of 5 more the length is not known"):
        programme(atlas, tight, SAY)
    found = programme(atlas, replace(tight, assume_minutes=90), SAY)
    assert sum(slot.assumed for slot in found) == found.unknown_length == 5
    noted = next(slot for slot in found if slot.assumed)
    assert "length unknown, taken as 90 min" in noted.note.text
    assert noted.title.runtime_min is None
    with pytest.raises(ImpossibleError, match=r"length of Title 4 \(1978\), which has to be in, is not known"):
        programme(atlas, Wanted(("western",), count=3, longest=900, must=("t:00004",)), SAY)
    assert 4 in _rows(atlas, programme(atlas, Wanted(("western",), count=3, must=("t:00004",)), SAY))


def test_what_cannot_be_met_is_told_with_what_could_be(atlas: Atlas) -> None:
    with pytest.raises(ImpossibleError, match="at most 3 of the same country instead of 1") as raised:
        programme(atlas, Wanted(("western",), count=10, at_most={"country": 1}), SAY)
    assert ("count", 10, 4) in raised.value.conflicts
    with pytest.raises(ImpossibleError, match="at least 4 different by country instead of 9"):
        programme(atlas, Wanted(("western",), count=10, at_least={"country": 9}), SAY)
    with pytest.raises(ImpossibleError, match="minutes together instead of 300"):
        programme(atlas, Wanted(("western",), count=10, longest=300), SAY)
    with pytest.raises(ImpossibleError, match="without 'since' there are"):
        programme(atlas, Wanted(("western",), count=10, filters=Filters(since=2005)), SAY)
    with pytest.raises(ImpossibleError, match="has to be in, but does not pass"):
        programme(atlas, Wanted(("western",), must=("t:00000",), filters=Filters(since=1990)), SAY)


def test_excluded_titles_are_out_and_titles_asked_for_may_be_of_another_theme(atlas: Atlas) -> None:
    whole = set(_rows(atlas, programme(atlas, Wanted(("western",), count=8), SAY)).tolist())
    gone = sorted(whole)[:3]
    found = programme(
        atlas, Wanted(("western",), count=8, without=tuple(f"t:{row:05d}" for row in gone), must=("t:00001",)), SAY
    )
    assert not set(gone) & set(_rows(atlas, found).tolist())
    assert [slot.title.title_id for slot in found if not slot.in_theme] == ["t:00001"]
    assert [slot.must for slot in found if not slot.in_theme] == [True]
    with pytest.raises(UsageError, match="cannot be both"):
        programme(atlas, Wanted(("western",), must=("t:00002",), without=("t:00002",)), SAY)


def test_two_themes_are_met_by_all_and_none_by_none(atlas: Atlas) -> None:
    found = programme(atlas, Wanted(("western", "country:A"), count=3), SAY)
    both = set(thing_named(atlas, "western", SAY).rows.tolist()) & set(
        thing_named(atlas, "country:A", SAY).rows.tolist()
    )
    assert set(_rows(atlas, found).tolist()) <= both
    with pytest.raises(ImpossibleError, match="No title has all of"):
        programme(atlas, Wanted(("person:p00", "person:p01")), SAY)
    with pytest.raises(TitleNotFoundError):
        programme(atlas, Wanted(("no such thing",)), SAY)


def test_seeds_alone_make_a_theme(atlas: Atlas) -> None:
    found = programme(atlas, Wanted(seeds=("t:00003", "t:00005"), count=4, variety=0.0, popularity=0.0), SAY)
    assert [title.title_id for title in found.seeds] == ["t:00003", "t:00005"]
    assert min(slot.closeness for slot in found) > 0


def test_variety_is_never_worth_less_coverage(atlas: Atlas) -> None:
    def covered(variety: float) -> int:
        found = programme(atlas, Wanted(("drama",), count=6, variety=variety), SAY)
        return sum(found.coverage[trait].values for trait in ("decade", "country", "director"))

    assert covered(0.0) <= covered(0.4) <= covered(1.0) == 6 + 4 + 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_title_is_a_programme_too(atlas: Atlas, language: str) -> None:
    found = programme(atlas, Wanted(("western",), count=1), messages(language))
    assert len(found) == 1
    assert found.relatedness is None
    assert found.order_exact


@pytest.mark.parametrize(
    "bad",
    [
        {"themes": ()},
        {"count": 0},
        {"count": 61},
        {"at_most": {"colour": 1}},
        {"at_least": {"decade": 0}},
        {"variety": 1.5},
        {"popularity": float("nan")},
        {"longest": -1.0},
        {"shortest": 500.0, "longest": 400.0},
    ],
)
def test_wishes_out_of_range_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Wanted(**{"themes": ("western",), **bad})  # type: ignore[arg-type]
