"""Who has seen a title beyond how many have, and what is expected of titles that nobody has seen."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reelation.audiences import SEEN_BY, WIDELY_SEEN, audience_blocks, beyond_popularity, expected, widely_seen
from reelation.catalogue.store import Catalogue
from reelation.features.audience import audience_matrix
from reelation.graph.build import build_graph
from reelation.graph.hide import without
from reelation.training.recipe import AMONG_VIEWERS, Recipe, plan_facets
from reelation.training.weights import parts_of

TITLES = 400


def made_up() -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Vectors that hang on how many viewers there are and on a taste; viewers; content that tells both; the tastes."""
    rng = np.random.default_rng(4)
    viewers = np.maximum(rng.lognormal(3, 1, TITLES).astype(np.int64), 1)
    taste = rng.normal(size=(TITLES, 2)).astype(np.float32)
    vectors = np.concatenate([np.log1p(viewers)[:, None] ** 2 / 30 + 0.2, taste], axis=1).astype(np.float32)
    content = np.concatenate([taste, np.log1p(viewers)[:, None]], axis=1) + 0.1 * rng.normal(size=(TITLES, 3))
    return vectors, viewers, content.astype(np.float32), taste


def test_what_hangs_on_numbers_alone_is_taken_out() -> None:
    vectors, viewers, _, taste = made_up()
    viewers[:3] = 0
    found = beyond_popularity(vectors, viewers)
    assert not found[:3].any()
    assert np.abs(found[3:, 0]).max() < 0.05 * np.ptp(vectors[:, 0])
    assert [np.corrcoef(found[3:, 1 + at], taste[3:, at])[0, 1] for at in (0, 1)] == pytest.approx([1, 1], abs=0.02)
    assert not beyond_popularity(vectors, np.zeros(TITLES, np.int64)).any()


def test_widely_seen_grows_with_viewers_up_to_the_top_hundredth() -> None:
    viewers = np.arange(301)
    found = widely_seen(viewers)[:, 0]
    assert found[0] == 0
    assert (np.diff(found[:295]) > 0).all()
    assert found[-3:] == pytest.approx([1, 1, 1])
    assert found[30] == pytest.approx(np.log1p(30) / np.log1p(297.01), abs=1e-3)
    assert not widely_seen(np.zeros(5, np.int64)).any()


def test_who_was_not_seen_gets_what_titles_like_it_have() -> None:
    vectors, viewers, content, taste = made_up()
    hidden = np.arange(TITLES) % 10 == 0
    before, wide_before = audience_blocks(vectors, viewers, content)
    beyond, wide = audience_blocks(vectors, np.where(hidden, 0, viewers), content)
    assert np.corrcoef(beyond[~hidden, 1], before[~hidden, 1])[0, 1] > 0.999
    assert np.corrcoef(beyond[hidden, 1], taste[hidden, 0])[0, 1] > 0.9
    assert np.corrcoef(wide[hidden, 0], wide_before[hidden, 0])[0, 1] > 0.9
    assert wide.min() >= 0
    assert wide.max() <= 1
    alone, nothing = audience_blocks(vectors, np.where(hidden, 0, viewers), content[:, :0])
    assert not alone[hidden].any()
    assert not nothing[hidden].any()


def test_a_prediction_is_the_ridge_regression() -> None:
    rng = np.random.default_rng(1)
    content, others, target = rng.normal(size=(50, 3)), rng.normal(size=(7, 3)), rng.normal(size=(50, 2))
    centred = content - content.mean(axis=0)
    weights = np.linalg.inv(centred.T @ centred + 20 * np.eye(3)) @ centred.T @ (target - target.mean(axis=0))
    theirs = (others - content.mean(axis=0)) @ weights + target.mean(axis=0)
    ours = expected(content.astype(np.float32), target.astype(np.float32), others.astype(np.float32))
    assert ours == pytest.approx(theirs, abs=1e-5)


def test_other_weights_hold_where_viewers_are_known(tiny_catalogue: Catalogue) -> None:
    graph = build_graph(tiny_catalogue)
    watched = parts_of(plan_facets(graph, {}, Recipe(), 0))
    alone = parts_of(plan_facets(without(graph, ["rating", "like", "watch"]), {}, Recipe(), 0))
    assert set(watched) - set(alone) == {("audience", SEEN_BY), ("audience", WIDELY_SEEN)}
    for (facet, name), part in alone.items():
        assert watched[facet, name].weight == AMONG_VIEWERS.get(f"{facet}: {name}", part.weight)
    recipe, seen = Recipe(), audience_matrix(graph)
    assert seen is not None
    few = len(np.unique(seen.indices))
    assert watched["audience", SEEN_BY].weight == pytest.approx(recipe.audience[0] * few / (few + recipe.few_viewers))
    assert watched["story", "genre"].weight != alone["story", "genre"].weight
    assert not any(facet == "words" for facet, _ in parts_of(plan_facets(graph, {}, Recipe(words=0.0), 0)))
