"""Lists of related titles: pages, sliders, conditions, and the kept lists that say the same as a search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.engine import Engine
from reelation.errors import UsageError
from reelation.insights.related import Wanted
from reelation.search.choosing import POOL, spread
from reelation.search.closest import first_of, kept_closest
from reelation.search.exact import Measure, Scorer, nearest, point_at
from reelation.search.fame import fame_of
from reelation.search.filters import Filters
from tests.clumps import clumps_atlas, clumps_catalogue
from tests.invented import invented_atlas


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """More titles than the pool that sliders choose from."""
    folder = tmp_path_factory.mktemp("lists")
    return clumps_atlas(clumps_catalogue(folder / "catalogue", titles=POOL + 60), folder / "atlas")


def _ids(engine: Engine, row: int, **wanted: object) -> list[str]:
    return [one.title.title_id for one in engine.related_at(row, Wanted(**wanted))]  # type: ignore[arg-type]


def test_kept_lists_say_what_a_search_says(atlas: Atlas) -> None:
    measure = Measure.of(atlas)
    kept = kept_closest(atlas, measure)
    assert kept is not None
    rng = np.random.default_rng(3)
    passing = rng.random(len(atlas)) < 0.5
    told = 0
    for row in range(0, len(atlas), 7):
        scores = Scorer(atlas, measure).scores_of(point_at(atlas, row))
        for allowed in (None, passing):
            found = first_of(kept, row, 20, allowed)
            if found is not None:
                told += 1
                expected = nearest(scores, 20, allowed=allowed, without=row)
                assert scores[found] == pytest.approx(scores[expected], abs=1e-6)
    assert told > 20
    assert kept_closest(atlas, Measure.of(atlas, {atlas.facet_names[0]: 2.0})) is None
    assert kept_closest(atlas, Measure.of(atlas, metric="cosine")) is None


def test_a_kept_list_that_is_too_short_says_nothing() -> None:
    kept = np.array([[3, 1, -1], [2, 0, 3]], np.int32)
    assert first_of(kept, 0, 2) is not None
    assert first_of(kept, 0, 3) is None
    assert first_of(kept, 1, 4) is None
    few = first_of(kept, 1, 2, np.array([True, True, False, True]))
    assert few is not None
    assert few.tolist() == [0, 3]
    assert first_of(kept, 1, 3, np.array([True, True, False, True])) is None


@pytest.mark.parametrize(
    "wanted",
    [{}, {"popularity": 0.7}, {"diversity": 0.6}, {"popularity": -1.0, "diversity": 0.3}, {"metric": "cosine"}],
    ids=str,
)
def test_pages_join_to_the_whole(atlas: Atlas, wanted: dict[str, float]) -> None:
    engine = Engine(atlas, "en")
    pages = [_ids(engine, 5, k=10, start=start, **wanted) for start in range(0, 50, 10)]
    joined = [one for page in pages for one in page]
    assert len(set(joined)) == 50
    assert engine.related_at(5, Wanted(k=10, start=20, **wanted))[0].rank == 21  # type: ignore[arg-type]
    if not wanted.get("diversity") and not wanted.get("popularity"):
        assert joined == _ids(engine, 5, k=50, **wanted)


def test_pages_go_on_after_the_pool_of_the_sliders(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    everything = _ids(engine, 5, k=len(atlas) - 1, popularity=0.5)
    assert len(set(everything)) == len(atlas) - 1
    assert _ids(engine, 5, k=1, start=len(atlas) - 1, popularity=0.5) == []


def test_popularity_and_diversity_move_the_list_their_way(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, fame = Engine(atlas, "en"), np.random.default_rng(1).random(len(atlas)).astype(np.float32)
    monkeypatch.setitem(atlas.kept, "fame", fame)

    def rows(**wanted: float) -> NDArray[np.int64]:
        return np.array([atlas.titles.row(one) for one in _ids(engine, 5, k=10, **wanted)])

    assert fame[rows(popularity=1.0)].mean() > fame[rows()].mean() > fame[rows(popularity=-1.0)].mean()
    far, middle, near = (spread(atlas.vectors, rows(diversity=value)) for value in (1.0, 0.5, 0.0))
    assert far > middle > near
    assert rows(diversity=0.9)[0] == rows()[0]


def test_fame_comes_from_the_part_that_has_it(tiny_atlas: Atlas, tmp_path: Path) -> None:
    recommender = tiny_atlas.part("recommender")
    assert recommender is not None
    assert fame_of(tiny_atlas) is not None
    assert np.array_equal(np.asarray(fame_of(tiny_atlas)), recommender.array("fame"))
    renown = np.array([0.2, 0.9, 0.2, 0.5], np.float32)
    position = np.zeros((4, 2), np.float32)
    layout = Part({"renown": renown, "position": position}, {"method": "pca"})
    told = invented_atlas(tmp_path / "told", [2000] * 4, {"genre:western": [0]}, parts={"layout": layout})
    assert np.allclose(np.asarray(fame_of(told)), [0, 1, 0, 2 / 3])
    silent = invented_atlas(tmp_path / "silent", [2000] * 4, {"genre:western": [0]})
    assert fame_of(silent) is None
    with pytest.raises(UsageError, match="how well known"):
        Engine(silent, "en").related_at(0, Wanted(popularity=0.5))


def test_conditions(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    old = next(title for title in engine.titles() if (title.year or 9999) < 1980)
    years = [one.title.year for one in engine.related(old, k=30, as_of=1990)]
    assert years
    assert all(year is not None and year <= 1990 for year in years)
    narrow = engine.related(old, k=30, as_of=1990, filters=Filters(until=1980))
    assert all((one.title.year or 9999) <= 1980 for one in narrow)
    best = engine.related_at(5, Wanted(k=1))[0]
    close = engine.related_at(5, Wanted(k=len(atlas), min_relevance=0.5))
    assert 0 < len(close) == close.candidates < len(atlas) - 1
    assert all(one.score >= best.score * 0.5 - 1e-6 for one in close)
    gone = engine.related_at(5, Wanted(k=5, outside=np.array([atlas.titles.row(best.title.title_id)])))
    assert best.title.title_id not in [one.title.title_id for one in gone]
    assert gone.candidates == len(atlas) - 2


def test_without_reasons_the_scores_stay(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    told, bare = (engine.related_at(5, Wanted(k=8, explain=explain)) for explain in (True, False))
    assert [one.score for one in told] == [one.score for one in bare]
    assert all(one.reason for one in told)
    assert all(one.reason == "" and one.shared == () for one in bare)


def test_wrong_wishes() -> None:
    for wrong in ({"k": 0}, {"start": -1}, {"min_relevance": 1.5}, {"popularity": 2.0}, {"diversity": -0.1}):
        with pytest.raises(UsageError):
            Wanted(**wrong)
    with pytest.raises(UsageError, match="distance"):
        replace(Wanted(metric="euclidean"), min_relevance=0.5)


def test_filters_are_worked_out_once(tiny_atlas: Atlas) -> None:
    first = Filters(genres=("Drama",)).allowed(tiny_atlas)
    assert first is Filters(genres=("Drama",)).allowed(tiny_atlas)
    assert first is not None
    with pytest.raises(ValueError, match="read-only"):
        first[0] = True
    for year in range(1900, 2000):
        Filters(since=year).allowed(tiny_atlas)
    assert len(tiny_atlas.kept["filters"]) == 64


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=200), st.integers(1, 40), st.data())
def test_nearest_is_a_stable_sort(values: list[int], k: int, data: st.DataObject) -> None:
    scores = np.array(values, np.float32)
    without = data.draw(st.none() | st.integers(0, len(values) - 1))
    allowed = data.draw(st.none() | st.lists(st.booleans(), min_size=len(values), max_size=len(values)).map(np.array))
    rows = [
        row
        for row in np.argsort(-scores, kind="stable").tolist()
        if row != without and (allowed is None or allowed[row])
    ]
    assert nearest(scores, k, allowed=allowed, without=without).tolist() == rows[:k]
