"""Top-N and cold start: marking by hand, leaks that are caught, every row from end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from reelation.catalogue.store import Catalogue
from reelation.contenders import cold as cold_rows
from reelation.contenders import topn as topn_rows
from reelation.evaluation.datasets.viewings import from_catalogue, ml_100k, ml_latest_small
from reelation.evaluation.harness import run
from reelation.evaluation.ranking import ndcg, ranking_figures
from reelation.evaluation.recommenders.known import as_lists, at_the_end, everything, looks
from reelation.evaluation.recommenders.linear import ease, histories
from reelation.evaluation.recommenders.popularity import popularity
from reelation.evaluation.recommenders.signals import TIMELESS, SignalConfig, top_n_features
from reelation.evaluation.splits import random_split
from reelation.evaluation.task import LeakError
from reelation.evaluation.tasks.cold import ColdStart
from reelation.evaluation.tasks.topn import Protocol, RankingExam, RankingProblem, TopN
from reelation.seeds import generator
from tests.likes import TITLES, known_of, world

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


def test_at_the_end_everybody_knows_everything_in_order() -> None:
    problem, exam = TopN(world(), "time").open(0)
    known = everything(problem)
    asked = at_the_end(known)
    assert asked.viewer.tolist() == list(range(known.liked.viewers))
    assert (np.diff(asked.log.time) >= 0).all()
    assert (asked.time > asked.log.time.max()).all()
    assert (asked.time <= exam._test.time.min()).all()
    both = np.concatenate([known.liked.pairs(), known.disliked.pairs()])
    assert np.sort(asked.log.pairs()).tolist() == np.sort(both).tolist()
    for viewer, (titles, times, _) in enumerate(asked.own()):
        assert set(titles.tolist()) == set(asked.log.title[asked.log.viewer == viewer].tolist())
        assert (np.diff(times) >= 0).all()
    lists = as_lists(lambda some: np.ones((len(some), TITLES)), asked)(np.array([7, 2]))
    rated = [np.isin(np.arange(TITLES), asked.log.title[asked.log.viewer == viewer]) for viewer in (7, 2)]
    assert (np.isneginf(lists) == np.stack(rated)).all()


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
    told = found[-1].about
    seconds, figures = zip(*told["curve"], strict=True)
    assert list(seconds) == sorted(seconds)
    assert list(figures[:-1]) == sorted(figures[:-1])  # the best member so far
    assert figures[-2] == max(value for name, value in told["validation NDCG@10 of members"].items())
    assert figures[-1] == told["validation NDCG@10"]
    again = run(task, [rows["our blend"]], [0])[0]
    assert again.figures["NDCG@10"].values == pytest.approx(found[-1].figures["NDCG@10"].values)


def test_a_blend_that_knows_nothing_of_time_does_not_change_with_it() -> None:
    pytest.importorskip("implicit")
    known = known_of(world(), in_order=True)
    later = generator(0, "times").permutation(known.liked.time)
    moved = replace(known, liked=replace(known.liked, time=later))
    for config, same in ((SignalConfig(), False), (TIMELESS, True)):
        before, after = (dict(top_n_features(one, 0, config)) for one in (known, moved))
        assert before.keys() == after.keys()
        assert {name for name in before if np.array_equal(before[name], after[name])} >= {"log likes", "EASE", "iALS 1"}
        assert all(np.array_equal(before[name], after[name]) for name in before) == same
    assert {*topn_rows.TIMELESS_CALLING} <= before.keys()
    rows = {row.name: row for row in topn_rows.contenders(TopN(world(), "time"))}
    assert rows[topn_rows.TIMELESS_BLEND].kind == "other model"
    assert topn_rows.TIMELESS_BLEND not in {row.name for row in topn_rows.contenders(TopN(world(), "random"))}
    found = run(TopN(world(), "time"), [rows["popularity"], rows[topn_rows.TIMELESS_BLEND]], [0])
    assert found[1].figures["NDCG@10"].value() > found[0].figures["NDCG@10"].value()


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


def test_tgn_answers_with_lists() -> None:
    """Memories learn the two groups; what is marked is what the model says after the last event known."""
    pytest.importorskip("torch_geometric")
    from reelation.contenders.tgn import TgnRow, tgn_list_row

    task = TopN(world(), "time")
    rows = [topn_rows.fixed("popularity", popularity), tgn_list_row(TgnRow(width=16, epochs=6))]
    found = {one.contender: one for one in run(task, rows, [0])}
    value = {name: one.figures["NDCG@10"].value() for name, one in found.items()}
    assert value["TGN"] > value["popularity"]
    figures = found["TGN"].about["validation NDCG@10"]
    assert found["TGN"].about["epochs"] == 1 + int(np.argmax(figures))
    names = {one.name for one in topn_rows.contenders(task)}
    assert "TGN" in names
    assert "TGN" not in {one.name for one in topn_rows.contenders(TopN(world(), "random"))}


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
