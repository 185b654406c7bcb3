"""From an atlas of the tiny world to answers: related, why, look-up, filters, Python surface."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation.atlas.store import Atlas
from reelation.engine import Engine
from reelation.errors import AmbiguousTitleError, TitleNotFoundError, UsageError
from reelation.search.exact import METRICS, Measure, Scorer, nearest
from reelation.search.filters import Filters
from reelation.search.lookup import find


@pytest.fixture(scope="module")
def engine(tiny_atlas: Atlas) -> Engine:
    return Engine(tiny_atlas)


def test_a_sequel_is_closest(engine: Engine) -> None:
    found = engine.related("Voidborn", k=2)
    assert {item.title.title_id for item in found} == {"w:void2", "w:void3"}
    assert "same writer: Bo Ferrant" in found[0].reason


def test_reason_names_people_by_role_and_link(engine: Engine) -> None:
    assert "Cy Marlow" in engine.explain("Voidborn II: The Hatching", "Voidborn III").reason
    episode = engine.explain("Harbour Lights", "Fog")
    assert "episode of Harbour Lights" in episode.reason
    assert "both episode of Harbour Lights" in engine.explain("Fog", "Ebb").reason


def test_role_across(engine: Engine) -> None:
    found = engine.explain("w:tide72", "Harbour Lights")
    assert "Gus Orrin (director here, creator there)" in found.reason


@pytest.mark.parametrize("metric", METRICS)
def test_facets_add_up_to_the_score(engine: Engine, metric: str) -> None:
    atlas = engine.atlas
    scorer = Scorer(atlas, Measure.of(atlas, {"people": 2.0, "story": 0.5}, metric))
    everything = np.arange(len(atlas))
    for row in range(len(atlas)):
        assert scorer.facet_scores(row, everything).sum(axis=1) == pytest.approx(scorer.scores(row), abs=1e-5)


def test_blocks_and_shares_add_up(engine: Engine) -> None:
    found = engine.explain("Voidborn", "Voidborn III", weights={"people": 2})
    assert sum(block.part for block in found.blocks) == pytest.approx(found.score, abs=1e-5)


def test_euclidean_is_the_distance_between_vectors(engine: Engine) -> None:
    assert engine.similarity("Voidborn", "Voidborn", metric="euclidean") == pytest.approx(0, abs=1e-3)
    assert engine.similarity("Voidborn", "Hung Jury", metric="euclidean") > engine.similarity(
        "Voidborn", "Voidborn III", metric="euclidean"
    )


def test_cosine_of_a_title_with_itself_is_one(engine: Engine) -> None:
    assert engine.similarity("Voidborn", "Voidborn") == pytest.approx(1, abs=1e-5)
    assert engine.similarity("Voidborn", "Hung Jury", facets=["people"]) == pytest.approx(0, abs=0.6)


def test_weights_move_the_list(engine: Engine) -> None:
    by_words = engine.related("w:tide72", k=1, weights=dict.fromkeys(engine.atlas.facet_names, 0.0) | {"words": 1})
    assert by_words[0].title.title_id == "w:tide02"


def test_filters(engine: Engine) -> None:
    found = engine.related("Voidborn", filters=Filters(since=1990, until=1999, genres=("drama",), countries=("spain",)))
    assert [item.title.title_id for item in found] == ["w:bench3"]
    assert found.candidates == 1
    kinds = {item.title.kind for item in engine.related("Voidborn", filters=Filters(kinds=("series", "episode")))}
    assert kinds == {"series", "episode"}
    with pytest.raises(UsageError, match=r"no genre 'horor'.*close: Horror"):
        engine.related("Voidborn", filters=Filters(genres=("horor",)))


@pytest.mark.parametrize(
    ("text", "title_id"),
    [
        ("voidborn", "w:void1"),
        ("VOIDBORN (1979)", "w:void1"),
        ("w:void1", "w:void1"),
        ("tt9000001", "w:void1"),
        ("虚空之子", "w:void1"),
        ("ordenes del juez", "w:bench3"),
        ("le jury pendu", "w:bench2"),
        ("Tide, The (2002)", "w:tide02"),
        ("bench", "w:bench1"),
        ("The Tide (1971)", "w:tide72"),
        ("Untracd", "w:nothing"),
        ("Harbor Lights (2001)", "w:harbour"),
    ],
)
def test_look_up(engine: Engine, text: str, title_id: str) -> None:
    assert engine.find(text).title_id == title_id


def test_ambiguity_is_a_question(engine: Engine) -> None:
    with pytest.raises(AmbiguousTitleError) as caught:
        engine.find("the tide")
    assert len(caught.value.candidates) == 2


def test_nothing_found_suggests(engine: Engine) -> None:
    with pytest.raises(TitleNotFoundError) as caught:
        engine.find("Voidborne Four")
    assert any("Voidborn" in name for name in caught.value.suggestions)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_is_found_or_refused(tiny_atlas: Atlas, text: str) -> None:
    with contextlib.suppress(TitleNotFoundError, AmbiguousTitleError):
        assert 0 <= find(tiny_atlas, text).row < len(tiny_atlas)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=30), st.integers(1, 40))
def test_nearest_is_a_stable_sort(values: list[float], k: int) -> None:
    scores = np.array(values, np.float32)
    assert nearest(scores, k).tolist() == sorted(range(len(values)), key=lambda row: (-scores[row], row))[:k]


def test_wrong_questions_are_refused(engine: Engine) -> None:
    wrong: list[dict[str, Any]] = [
        {"metric": "manhattan"},
        {"weights": {"smell": 1.0}},
        {"weights": {"people": -1.0}},
        {"k": 0},
    ]
    for arguments in wrong:
        with pytest.raises(UsageError):
            engine.related("Voidborn", **arguments)
    with pytest.raises(UsageError, match="all facets have weight 0"):
        engine.related("Voidborn", weights=dict.fromkeys(engine.atlas.facet_names, 0.0))


def test_results_go_to_frames_json_and_jupyter(engine: Engine) -> None:
    found = engine.related("Voidborn", k=3)
    assert found.to_frame().height == 3
    assert json.loads(json.dumps(found.to_json()))["related"][0]["rank"] == 1
    assert "Voidborn" in found._repr_html_()
    explained = engine.explain("Voidborn", "Voidborn III")
    assert explained.to_frame().height == len(explained.shared) > 0
    assert "Voidborn III" in explained._repr_html_()
    frame = engine.titles().to_frame()
    assert frame.columns[:2] == ["title_id", "name"]
    assert frame.height == len(engine.titles()) == len(list(engine.titles()))


def test_a_title_without_anything_still_answers(engine: Engine) -> None:
    assert len(engine.related("Untraced", k=3)) == 3


def test_answering_imports_nothing_heavy(engine: Engine) -> None:
    program = (
        "import sys; from reelation.engine import Engine;"
        f"Engine.open({str(engine.atlas.folder)!r}).related('Voidborn').to_json();"
        "print([m for m in ('torch', 'scipy', 'polars', 'numba', 'pandas', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
