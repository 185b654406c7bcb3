"""Top-N and cold start: marking by hand, laws of the models, leaks that are caught, a blend that does not memorise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.store import Catalogue
from reelation.contenders import cold as cold_rows
from reelation.contenders import topn as topn_rows
from reelation.evaluation.datasets.viewings import Viewings, from_catalogue, ml_100k, ml_latest_small
from reelation.evaluation.harness import run
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.ranking import ndcg, ranking_figures
from reelation.evaluation.recommenders.blend import BlendConfig, joined, judged
from reelation.evaluation.recommenders.cold import regressed
from reelation.evaluation.recommenders.content import blocks, compressed, content_knn
from reelation.evaluation.recommenders.known import Known, everything, looks
from reelation.evaluation.recommenders.linear import ease, histories
from reelation.evaluation.recommenders.neighbours import item_knn, moment_knn
from reelation.evaluation.recommenders.popularity import contemporary_popularity, popularity, recent_popularity
from reelation.evaluation.recommenders.stacking import Stack, crossed, fit_linear, spread_out, stack
from reelation.evaluation.splits import random_split
from reelation.evaluation.task import LeakError
from reelation.evaluation.tasks.cold import ColdStart
from reelation.evaluation.tasks.topn import Protocol, RankingExam, RankingProblem, TopN
from reelation.graph.build import Graph, Relation
from reelation.ids import Strings, Vocabulary
from reelation.seeds import generator

VIEWERS, TITLES = 60, 40


def world(seed: int = 0) -> Viewings:
    """Even viewers like even titles (genre a, person 0), odd ones odd titles; a tenth of the likes crosses over."""
    rng = generator(seed, "world")
    matches = np.equal.outer(np.arange(VIEWERS) % 2, np.arange(TITLES) % 2)
    liked = rng.random((VIEWERS, TITLES)) < np.where(matches, 0.6, 0.06)
    liked[np.arange(TITLES) % VIEWERS, np.arange(TITLES)] = True
    liked[np.arange(VIEWERS), np.arange(VIEWERS) % TITLES] = True
    low = ~liked & (rng.random(liked.shape) < 0.05)
    return Viewings("world", _events(liked, rng, 4), _events(low, rng, 1), _graph(), np.arange(TITLES), _texts(), "w")


def _events(cells: NDArray[np.bool_], rng: np.random.Generator, stars: float) -> Interactions:
    viewer, title = np.nonzero(cells)
    time = rng.permutation(len(viewer)).astype(np.int64) * 3600 + 1_000_000_000
    full = np.full(len(viewer), stars, np.float32)
    return Interactions(viewer.astype(np.int32), title.astype(np.int32), full, time, VIEWERS, TITLES)


def _texts() -> tuple[str, ...]:
    return tuple("rocket ship beyond stars" if i % 2 == 0 else "judge court verdict lawyer" for i in range(TITLES))


def _graph() -> Graph:
    two = sparse.csr_array(np.eye(2, dtype=np.float32)[np.arange(TITLES) % 2])
    ids = {"title": [f"t:{i:02}" for i in range(TITLES)], "person": ["p:0", "p:1"], "genre": ["a", "b"]}
    return Graph(
        nodes={name: Vocabulary(Strings.of(values)) for name, values in ids.items()},
        relations={"actor": Relation("actor", "person", two), "genre": Relation("genre", "genre", two)},
        names={name: list(values) for name, values in ids.items()},
        kind=["film"] * TITLES,
        year=np.full(TITLES, 2000, np.int16),
        runtime=np.full(TITLES, 90, np.float32),
        catalogue_hash="",
        sources=(),
    )


def known_of(viewings: Viewings, *, in_order: bool = False) -> Known:
    return Known(
        viewings.liked,
        viewings.disliked,
        viewings.graph,
        viewings.rows,
        viewings.texts,
        in_order,
        np.ones(TITLES, bool),
    )


# --- marking


def test_marking_by_hand() -> None:
    """Two right of five titles, one seen: ranks 1 and 3 of those left."""
    scores = np.array([[9.0, 5.0, 8.0, 4.0, 3.0]])
    right, barred = sparse.csr_array([[0, 1, 0, 1, 0]]), np.array([[True, False, False, False, False]])
    figures = ranking_figures(lambda viewers: scores[viewers], right, barred, np.array([1, 1, 1, 1, 1]))
    gain = 1 / np.log2(2 + 1) + 1 / np.log2(3 + 1)
    assert figures["NDCG@10"].value() == pytest.approx(gain / (1 + 1 / np.log2(3)))
    assert figures["recall@10"].value() == 1
    assert figures["coverage"].value() == 1
    assert figures["novelty"].value() == 0


def test_marking_agrees_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(3)
    scores, right = rng.random((20, 50)), rng.random((20, 50)) < 0.1
    right[:, 0] = True
    ours = ndcg(scores, sparse.csr_array(right.astype(np.float32)), np.zeros_like(right))
    theirs = [metrics.ndcg_score(truth[None], line[None], k=10) for truth, line in zip(right, scores, strict=True)]
    assert ours == pytest.approx(theirs)


def test_ties_count_their_middle_rank_and_order_does_not_matter() -> None:
    scores, right = np.zeros((1, 9)), np.zeros((1, 9))
    barred = np.zeros((1, 9), bool)
    for place in range(9):
        here = right.copy()
        here[0, place] = 1
        assert ndcg(scores, sparse.csr_array(here), barred)[0] == pytest.approx(1 / np.log2(6))


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="not numbers"):
        ranking_figures(
            lambda viewers: np.full((len(viewers), 2), np.nan),
            sparse.csr_array([[1, 0]]),
            np.zeros((1, 2), bool),
            np.ones(2, np.int64),
        )
    with pytest.raises(ValueError, match="expected"):
        ranking_figures(
            lambda viewers: np.zeros((len(viewers), 3)),
            sparse.csr_array([[1, 0]]),
            np.zeros((1, 2), bool),
            np.ones(2, np.int64),
        )


# --- protocols


@pytest.mark.parametrize("protocol", ["random", "time"])
def test_problem_holds_nothing_of_the_test(protocol: Protocol) -> None:
    problem, exam = TopN(world(), protocol).open(0)
    assert exam.leaks(problem) == []
    asked = exam._test.pairs()
    for events in (problem.train, problem.validation, problem.train_disliked, problem.validation_disliked):
        assert not np.isin(events.pairs(), asked).any()
    if protocol == "time":
        assert problem.train.time.max() < problem.validation.time.min()
        assert problem.validation.time.max() < exam._test.time.min()


def test_random_protocol_is_the_random_split() -> None:
    problem, _ = TopN(world(), "random").open(5)
    assert len(problem.train) == len(random_split(world().liked, 5).train)


class _Leaky(TopN):
    """Hands out one test event."""

    def open(self, seed: int) -> tuple[RankingProblem, RankingExam]:
        problem, exam = super().open(seed)
        return replace(problem, train=problem.train.join(exam._test.only(np.array([0])))), exam


def test_a_planted_leak_is_caught() -> None:
    with pytest.raises(LeakError, match="1 events of the test are in train"):
        run(_Leaky(world(), "random"), [topn_rows.fixed("popularity", popularity)], [0])


def test_a_look_into_the_future_is_a_leak() -> None:
    problem, exam = TopN(world(), "time").open(0)
    late = replace(problem.train_disliked, time=problem.train_disliked.time + 10**9)
    assert "train_disliked reaches into the time of the test" in exam.leaks(replace(problem, train_disliked=late))


def test_cold_titles_have_no_event_and_one_is_a_leak() -> None:
    problem, exam = ColdStart(world()).open(0)
    assert exam.leaks(problem) == []
    assert problem.test_titles.sum() == TITLES // 5
    assert not problem.test_titles[everything(problem).liked.title].any()
    warmed = problem.train.join(
        replace(problem.train.only(np.array([0])), title=np.flatnonzero(problem.test_titles)[:1].astype(np.int32))
    )
    assert any("cold titles" in leak for leak in exam.leaks(replace(problem, train=warmed)))


def test_looks_in_order_only_see_what_came_before() -> None:
    problem, _ = TopN(world(), "time").open(0)
    found = looks(problem)
    assert len(found) == 3
    for look in found:
        last = look.known.liked.time.max()
        asked = np.stack(look.right.nonzero(), axis=1)
        known = everything(problem).liked
        moments = {(v, t): when for v, t, when in zip(known.viewer, known.title, known.time, strict=True)}
        assert all(moments[v, t] > last for v, t in asked.tolist())


# --- models


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
    found = judged(joined([data]), [occasion], 0, BlendConfig(("noise",)), list(names))
    assert max(found.values()) < 0.35  # by memory it would be 1


# --- rows, end to end


@pytest.mark.parametrize("protocol", ["random", "time"])
def test_every_row_learns_the_two_groups(protocol: Protocol) -> None:
    """Small, but all of it: every contender is fitted, marked and better than chance; the same seed repeats it."""
    for library in ("sklearn", "implicit", "torch"):
        pytest.importorskip(library)
    task = TopN(world(), protocol)
    rows = {one.name: one for one in topn_rows.contenders(task)}
    found = run(task, [rows["popularity"], rows["EASE"], rows["iALS"], rows["our blend"]], [0])
    value = {one.contender: one.figures["NDCG@10"].value() for one in found}
    assert value["EASE"] > value["popularity"]
    assert value["our blend"] > value["popularity"]
    again = run(task, [rows["our blend"]], [0])[0]
    assert again.figures["NDCG@10"].values == pytest.approx(found[-1].figures["NDCG@10"].values)


def test_cold_rows_tell_the_groups_apart() -> None:
    for library in ("sklearn", "torch"):
        pytest.importorskip(library)
    task = ColdStart(world())
    found = run(task, [row for row in cold_rows.contenders(task) if "network" not in row.name], [0])
    value = {one.contender: one.figures["NDCG@10"].value() for one in found}
    assert value["our blend"] > value["popularity expected from metadata"]
    assert value["ridge on content, one a viewer"] > value["popularity expected from metadata"]


def test_networks_learn_the_two_groups() -> None:
    """LightGCN and the taste network, through the one loop."""
    pytest.importorskip("torch")
    from reelation.contenders.ranking_networks import LightGcnRow, TasteRow, lightgcn_row, taste_row

    task = TopN(world(), "random")
    quick = LightGcnRow(width=8, batch=256, steps=100, validate_every=20, learning_rate=2e-2)
    small = TasteRow(width=8, hidden=16, features=8, steps=60, validate_every=20, batch=32)
    rows = [topn_rows.fixed("popularity", popularity), lightgcn_row(quick), taste_row(small)]
    found = {one.contender: one for one in run(task, rows, [0])}
    least = found["popularity"].figures["NDCG@10"].value()
    for name, one in found.items():
        if name != "popularity":
            assert one.figures["NDCG@10"].value() > least, name
            assert len(one.about["curve"]) > 1


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


# --- real data


@pytest.mark.realdata
def test_movielens_100k_is_read_and_ease_is_where_it_was(shared_data: Path) -> None:
    """Reproduces the known figures: popularity .131, EASE .305 by NDCG@10 (another draw: a band)."""
    pytest.importorskip("bokeh_sampledata")
    task = TopN(ml_100k(shared_data), "random")
    problem, exam = task.open(0)
    known = everything(problem)
    own = histories(known)
    figures = exam.grade(lambda viewers: ease(own, own, 200.0)[viewers])
    assert 0.29 <= figures["NDCG@10"].value() <= 0.32
    assert len(known.liked) + len(exam._test) == 82_520


@pytest.mark.realdata
@pytest.mark.slow
def test_movielens_latest_small_joins_every_source(shared_data: Path) -> None:
    viewings = ml_latest_small(shared_data)
    assert len(viewings.liked) + len(viewings.disliked) > 98_000
    assert {"actor", "director", "genre", "keyword", "company"} <= set(viewings.graph.relations)
    assert "rating" not in viewings.graph.relations
    assert sum(map(bool, viewings.texts)) > 6_000


def test_any_catalogue_with_ratings_will_do(tiny_catalogue: Catalogue) -> None:
    viewings = from_catalogue(tiny_catalogue, "tiny")
    ratings = tiny_catalogue.table("events").filter(pl.col("kind") == "rating")
    assert len(viewings.liked) == ratings.filter(pl.col("value") >= 3).height
    assert viewings.liked.popularity().min() >= 1
    assert [viewings.graph.nodes["title"][int(row)] for row in viewings.rows]
