"""Blends: equal to the parents at the ends, the same from either side in the middle, exact, and no empty claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.create.blend.blend import MEETS, Blend, blend, combine
from reelation.create.blend.mixing import mixed
from reelation.errors import UsageError
from reelation.insights.related import Wanted, related
from reelation.messages import LANGUAGES, messages
from reelation.search.exact import Measure, Scorer
from tests.invented import invented_atlas

SAY = messages("en")
K = Wanted(k=5)


def _ids(found: Blend) -> list[str]:
    return [one.title.title_id for one in found]


def _pairs(atlas: Atlas, count: int = 12) -> list[tuple[int, int]]:
    random = np.random.default_rng(3)
    return [tuple(random.choice(len(atlas), 2, replace=False).tolist()) for _ in range(count)]


@pytest.mark.parametrize("metric", ["dot", "cosine"])
def test_the_ends_are_the_parents(tiny_atlas: Atlas, metric: str) -> None:
    for a, b in _pairs(tiny_atlas):
        for mix, own in ((0.0, a), (1.0, b)):
            found = blend(tiny_atlas, a, b, mix, Wanted(k=5, metric=metric), SAY)
            alone = related(tiny_atlas, own, Wanted(k=5, metric=metric, outside=np.array([a, b])), SAY)
            assert _ids(found) == [one.title.title_id for one in alone]
            assert [one.score for one in found] == pytest.approx([one.score for one in alone], abs=1e-5)


def test_the_middle_is_the_same_from_either_side(tiny_atlas: Atlas) -> None:
    for a, b in _pairs(tiny_atlas):
        one, two = (blend(tiny_atlas, *pair, 0.5, K, SAY) for pair in ((a, b), (b, a)))
        assert _ids(one) == _ids(two)
        for here, there in zip(one, two, strict=True):
            assert here.score == pytest.approx(there.score, abs=1e-6)
            assert [part.share for part in here.elements] == pytest.approx(
                [part.share for part in there.elements[::-1]], abs=1e-6
            )


def test_scores_are_the_exact_sum_of_what_each_parent_gives(tiny_atlas: Atlas) -> None:
    for a, b in _pairs(tiny_atlas):
        for metric in ("dot", "cosine"):
            for one in blend(tiny_atlas, a, b, 0.3, Wanted(k=5, metric=metric), SAY):
                assert sum(part.score for part in one.elements) == pytest.approx(one.score, abs=1e-5)
                for part in one.elements:
                    assert sum(part.facets.values()) == pytest.approx(part.score, abs=1e-6)
                assert sum(max(part.share, 0) for part in one.elements) == pytest.approx(1, abs=1e-6)


def test_a_long_parent_does_not_drown_the_other(tiny_atlas: Atlas) -> None:
    weights = Measure.of(tiny_atlas).weights
    for a, b in _pairs(tiny_atlas):
        parts = mixed(tiny_atlas, (a, b), (0.5, 0.5), weights).parts
        lengths = [float(np.sqrt(part.norms.sum())) for part in parts]
        assert lengths[0] == pytest.approx(lengths[1], rel=1e-4)


def test_the_length_of_a_mix_is_that_of_its_vector_and_terms(tiny_atlas: Atlas) -> None:
    point = mixed(tiny_atlas, (0, 1), (0.5, 0.5), Measure.of(tiny_atlas).weights).point
    own = float((point.vector.astype(np.float64) ** 2).sum())
    facets = tiny_atlas.node_facet[tiny_atlas.node_type[point.nodes]]
    own += float((point.values[facets >= 0].astype(np.float64) ** 2).sum())
    assert float(point.norms.sum()) == pytest.approx(own, rel=1e-4)


def test_a_title_taken_away_lowers_what_is_like_it(tiny_atlas: Atlas) -> None:
    a, b, c = (tiny_atlas.titles.find(key) for key in ("w:void1", "w:void2", "w:bench1"))
    assert a is not None
    assert b is not None
    assert c is not None
    scorer = Scorer(tiny_atlas, Measure.of(tiny_atlas))
    weights = Measure.of(tiny_atlas).weights
    with_, without = mixed(tiny_atlas, (a, c), (1, 1), weights), mixed(tiny_atlas, (a, c), (1, -1), weights)
    assert scorer.scores_of(without.point)[c] < scorer.scores_of(with_.point)[c]
    found = combine(tiny_atlas, (a, c), (b,), K, SAY)
    assert list(found.amounts) == [1, 1, -1]
    assert {"w:void1", "w:void2", "w:bench1"}.isdisjoint(_ids(found))
    for one in found:
        assert sum(part.score for part in one.elements) == pytest.approx(one.score, abs=1e-5)
        assert sum(max(part.share, 0) for part in one.elements) == pytest.approx(1, abs=1e-6)


def test_meets_is_said_only_with_evidence_from_both(tmp_path: Path) -> None:
    """Rows 0 and 1 are the parents; 2 has somebody of each, 3 of the first only, 4 nobody, 5 nothing of the second."""
    vectors = np.tile(np.array([0.0, 0.0, 1.0, 0.0], np.float32), (30, 1))
    vectors[:6] = np.array(
        [[1, 0, 0, 0], [0, 1, 0, 0], [0.7, 0.7, 0, 0], [0.7, 0.7, 0, 0], [0.7, 0.7, 0, 0], [1, 0.1, 0, 0]]
    )
    having = {"person:ann": [0, 2, 3, 5], "person:bob": [1, 2, 5], "genre:drama": list(range(30))}
    atlas = invented_atlas(tmp_path / "atlas", [2000] * 30, having, vectors=vectors)
    found = {one.title.name: one for one in blend(atlas, 0, 1, 0.5, Wanted(k=4), SAY)}
    told = found["Title 2"].sentence
    assert told == "Title 0 (2000) meets Title 1 (2000): ann from the first, bob from the second"
    assert [found[f"Title {row}"].sentence for row in (3, 4, 5)] == [None, None, None]
    assert min(part.share for part in found["Title 5"].elements) < MEETS
    assert found["Title 2"].elements[0].share == pytest.approx(0.5)
    assert all(one.sentence is None for one in blend(atlas, 0, 1, 0.0, Wanted(k=4), SAY))
    changed = {one.title.name: one for one in combine(atlas, (0,), (1,), Wanted(k=4), SAY)}
    assert "ann as in Title 0 (2000)" in str(changed["Title 5"].sentence)
    assert changed["Title 5"].elements[1].score < 0


def test_answers_are_plain_values_in_both_languages(tiny_atlas: Atlas) -> None:
    for language in LANGUAGES:
        found = blend(tiny_atlas, 0, 3, 0.4, K, messages(language))
        assert json.loads(json.dumps(found.to_json()))["amounts"] == [0.6, 0.4]
        frame = found.to_frame()
        assert frame.height == len(found)
        assert {"share_1", "share_2", "sentence"} <= set(frame.columns)


def test_what_cannot_be_blended_is_said(tiny_atlas: Atlas) -> None:
    wrong: list[tuple[Callable[[], Blend], str]] = [
        (lambda: blend(tiny_atlas, 0, 0, 0.5, K, SAY), "two different titles"),
        (lambda: blend(tiny_atlas, 0, 1, 1.5, K, SAY), "mix is 1.5"),
        (lambda: blend(tiny_atlas, 0, 1, 0.5, Wanted(metric="euclidean"), SAY), "no parts by parent"),
        (lambda: combine(tiny_atlas, (), (1,), K, SAY), "nothing is added"),
        (lambda: combine(tiny_atlas, (1,), (1,), K, SAY), "given twice"),
    ]
    for call, message in wrong:
        with pytest.raises(UsageError, match=message):
            call()
