"""Recommenders: textbook formulas, laws, and a blend that does not memorise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.blend import BlendConfig, joined, judged, right_counts
from reelation.evaluation.recommenders.cold import regressed
from reelation.evaluation.recommenders.content import blocks, compressed, content_knn
from reelation.evaluation.recommenders.known import looks
from reelation.evaluation.recommenders.linear import ease
from reelation.evaluation.recommenders.neighbours import item_knn, moment_knn
from reelation.evaluation.recommenders.popularity import contemporary_popularity, popularity, recent_popularity
from reelation.evaluation.recommenders.stacking import Stack, crossed, fit_linear, spread_out, stack
from reelation.evaluation.tasks.topn import TopN
from reelation.seeds import generator
from tests.likes import TITLES, VIEWERS, known_of, world


def test_ease_is_the_same_from_both_sides() -> None:
    """Few rows or many, one formula; and nothing recommends a title because of itself."""
    x = (np.random.default_rng(1).random((12, 30)) < 0.3).astype(np.float32)
    gram = x.T @ x + 5 * np.eye(30)
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    assert ease(x, x, 5.0) == pytest.approx(x @ weights, abs=1e-4)
    tall = np.vstack([x, x, x])
    assert ease(tall, np.eye(30, dtype=np.float32), 5.0).diagonal() == pytest.approx(np.zeros(30), abs=1e-5)
    assert ease(x, np.eye(30, dtype=np.float32), 5.0).diagonal() == pytest.approx(np.zeros(30), abs=1e-5)


def test_item_knn_by_hand() -> None:
    """Titles 0 and 1 share one viewer of one and two."""
    base = world()
    liked = Interactions(
        np.array([0, 0, 1], np.int32),
        np.array([0, 1, 1], np.int32),
        np.ones(3, np.float32),
        np.zeros(3, np.int64),
        2,
        2,
    )
    known = replace(known_of(base), liked=liked, disliked=liked.only(np.zeros(0, int)))
    assert item_knn(known, 10, shrink=0.0) == pytest.approx(np.array([[1, 1], [1, 0]]) / np.sqrt(2), abs=1e-6)
    assert moment_knn(known, 1.0, shrink=0.0) == pytest.approx(item_knn(known, 10, shrink=0.0), abs=1e-6)


def test_popularity_in_time() -> None:
    known = known_of(world(), in_order=True)
    assert recent_popularity(known, 1e9)[0] == pytest.approx(popularity(known)[0], rel=1e-3)
    assert recent_popularity(known, 0.1)[0].sum() < popularity(known)[0].sum() / 10
    everywhere = contemporary_popularity(replace(known, in_order=False), width=1e6)
    assert everywhere[3] == pytest.approx(everywhere[0], rel=1e-4)
    assert np.corrcoef(everywhere[0], popularity(known)[0])[0, 1] > 0.999


def test_ridge_is_the_textbook_formula() -> None:
    rng = np.random.default_rng(2)
    features = rng.standard_normal((9, 4)).astype(np.float32)
    kernel, warm, likes = features @ features.T, np.arange(9) < 6, rng.random((3, 9)).astype(np.float32)
    mean = likes[:, :6].mean(axis=1, keepdims=True)
    expected = (likes[:, :6] - mean) @ np.linalg.inv(kernel[:6, :6] + 2 * np.eye(6)) @ kernel[:6] + mean
    assert regressed(kernel, warm, likes, 2.0) == pytest.approx(expected, abs=1e-4)


def test_compressed_features_keep_inner_products() -> None:
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(4)
    low = sparse.csr_array((rng.random((50, 6)) @ rng.random((6, 80))).astype(np.float32))
    found = compressed(low, 10, 0)
    assert found @ found.T == pytest.approx((low @ low.T).toarray(), rel=1e-3)


def test_content_of_the_other_kind_says_nothing() -> None:
    known = known_of(world())
    assert set(blocks(known.graph, known.rows)) == {"era", "people", "genre", "pairs"}
    scores = content_knn(known, {"genre": 1.0}, neighbours=5)
    even = np.arange(VIEWERS) % 2 == 0
    assert scores[even][:, ::2].mean() > 3 * scores[even][:, 1::2].mean()


# --- stacking


def planted(weights: NDArray[np.float64], seed: int = 0) -> Stack:
    """Each viewer picks one of 20 candidates with probability softmax(features @ weights)."""
    rng = generator(seed, "planted")
    features = rng.standard_normal((400, 20, len(weights))).astype(np.float32)
    picked = (features @ weights + rng.gumbel(size=(400, 20))).argmax(axis=1)
    right = np.zeros((400, 20), bool)
    right[np.arange(400), picked] = True
    owner, title = np.repeat(np.arange(400), 20), np.tile(np.arange(20), 400)
    return Stack(np.arange(400), owner, title, features.reshape(8000, -1), right.ravel())


def test_weights_that_made_the_choices_are_found_again() -> None:
    truth = np.array([1.0, -0.5, 0.0])
    assert fit_linear(planted(truth), 1e-5).weights == pytest.approx(truth, abs=0.12)


def test_a_firm_penalty_holds_one_weight_back_and_leaves_the_others() -> None:
    truth = np.array([1.0, -0.5, 0.0])
    firm = fit_linear(planted(truth), np.array([1e-5, 10.0, 1e-5])).weights
    assert firm[0] == pytest.approx(1.0, abs=0.2)
    assert abs(firm[1]) < 0.05
    one = fit_linear(planted(truth), 0.01)
    assert fit_linear(planted(truth), np.full(3, 0.01)).weights == pytest.approx(one.weights)


def test_candidates_come_before_all_others() -> None:
    known = known_of(world())
    scores = {"a": popularity(known), "b": -popularity(known)}
    data = crossed(stack(scores, known.barred(), np.arange(3), ["a"], None, each=4), [0], np.array([0.0, 1.0, 2.0]))
    assert data.features[:, 2] == pytest.approx(data.features[:, 0] * data.owner)
    assert (np.bincount(data.owner) == 4).all()
    found = spread_out(data, np.linspace(-3, 3, len(data.owner)).astype(np.float32), VIEWERS, scores["a"])
    assert found[0, data.title[data.owner == 0]].min() > np.delete(found[0], data.title[data.owner == 0]).max()
    assert np.argmax(found[40]) == np.argmax(scores["a"][40])


def test_titles_cannot_be_memorised_by_cross_fitting() -> None:
    """A feature that only names a title, on an occasion where a few titles are everybody's hit, helps nobody."""
    problem, _ = TopN(world(), "random").open(0)
    look = looks(problem)[0]
    hits = np.zeros((VIEWERS, TITLES), np.float32)
    hits[:, generator(1, "hits").permutation(TITLES)[:3]] = 1
    names = {
        f"={title}": np.broadcast_to(np.eye(TITLES, dtype=np.float32)[title], hits.shape) for title in range(TITLES)
    }
    names["noise"] = generator(2, "noise").standard_normal((VIEWERS, TITLES)).astype(np.float32)
    nobody = look.known.liked.only(np.zeros(0, int))
    occasion = replace(look, right=sparse.csr_array(hits), known=replace(look.known, liked=nobody))
    data = stack(names, np.zeros(hits.shape, bool), np.arange(VIEWERS), ["noise"], occasion.right, each=TITLES)
    found = judged(
        joined([data]), right_counts(joined([data]), [occasion.right]), 0, BlendConfig(("noise",)), list(names)
    )
    assert max(found.values()) < 0.35  # by memory it would be 1


# --- networks


def test_lightgcn_does_not_depend_on_numbering() -> None:
    torch = pytest.importorskip("torch")
    from reelation.models.lightgcn import LightGcn, LightGcnConfig

    likes = world().liked.matrix()
    order = np.random.default_rng(0).permutation(TITLES)
    one = LightGcn(likes, LightGcnConfig(8, 2), 0)
    two = LightGcn(sparse.csr_array(likes[:, order]), LightGcnConfig(8, 2), 0)
    with torch.no_grad():
        two.own[:VIEWERS] = one.own[:VIEWERS]
        two.own[VIEWERS:] = one.own[VIEWERS:][torch.from_numpy(order)]
        assert torch.allclose(one.vectors()[0], two.vectors()[0], atol=1e-6)
        assert torch.allclose(one.vectors()[1][torch.from_numpy(order)], two.vectors()[1], atol=1e-6)


def test_lightgcn_slopes_are_those_of_the_dense_product() -> None:
    torch = pytest.importorskip("torch")
    from reelation.models.lightgcn import LightGcn, LightGcnConfig

    model = LightGcn(world().liked.matrix(), LightGcnConfig(4, 2), 0)
    target = torch.randn(VIEWERS + TITLES, 4, generator=torch.Generator().manual_seed(1))
    (torch.cat(model.vectors()) * target).sum().backward()
    dense = model._adjacency.to_dense()
    expected = (target + dense @ target + dense @ dense @ target) / 3
    assert torch.allclose(model.own.grad, expected, atol=1e-5)
