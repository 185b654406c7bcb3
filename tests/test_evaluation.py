"""The harness: splits, figures with intervals, sealed tests, resuming, tables. Answers are known in advance."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import f1_score, ndcg_score, roc_auc_score

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import DataError
from reelation.evaluation.figures import (
    Figure,
    calibration_figure,
    difference,
    f1_figures,
    mean_figure,
    rmse_figure,
    summary,
)
from reelation.evaluation.harness import run
from reelation.evaluation.interactions import Interactions, compact
from reelation.evaluation.metrics import auc, f1_scores, ndcg_at, ranks_of
from reelation.evaluation.plots import plot_curves, plot_table
from reelation.evaluation.report import Table, markdown, tabulate, training_cost
from reelation.evaluation.splits import cold_split, random_split, time_split
from reelation.evaluation.task import Contender, Exam, Fitted, LeakError, SealedError

Predict = Callable[[NDArray[np.int64]], NDArray[np.float64]]


def events(seed: int = 0, viewers: int = 30, titles: int = 40, count: int = 400) -> Interactions:
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, viewers * titles, count))
    return Interactions(
        viewer=(pairs // titles).astype(np.int32),
        title=(pairs % titles).astype(np.int32),
        stars=rng.integers(1, 6, len(pairs)).astype(np.float32),
        time=rng.integers(0, 50, len(pairs)).astype(np.int64),
        viewers=viewers,
        titles=titles,
    )


# --- events and splits


def test_events_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"title runs 0 to 3, expected 0 to 2"):
        Interactions(
            np.zeros(2, np.int32),
            np.array([0, 3], np.int32),
            np.ones(2, np.float32),
            np.zeros(2, np.int64),
            viewers=1,
            titles=3,
        )
    with pytest.raises(ValueError, match=r"stars has 1 rows, viewer has 2"):
        replace(events().only(np.arange(2)), stars=np.ones(1, np.float32))


def test_compact_numbers_only_what_is_there() -> None:
    some = events().only(np.array([5, 40, 41]))
    fresh, viewers, titles = compact(some)
    assert fresh.viewers == len(set(some.viewer.tolist()))
    assert viewers[fresh.viewer].tolist() == some.viewer.tolist()
    assert titles[fresh.title].tolist() == some.title.tolist()


@given(st.integers(0, 1000), st.integers(1, 300))
def test_splits_part_everything_once(seed: int, count: int) -> None:
    found = events(seed, count=count)
    for split in (random_split(found, seed), time_split(found), cold_split(found, seed)):
        assert np.sort(np.concatenate(split)).tolist() == list(range(len(found)))


@given(st.integers(0, 1000))
def test_a_time_split_never_sees_the_future(seed: int) -> None:
    found = events(seed)
    train, validation, test = (found.time[part] for part in time_split(found))
    assert train.max() < validation.min()
    assert validation.max() < test.min()


def test_cold_titles_are_never_seen() -> None:
    split = cold_split(events(), seed=3)
    train, validation, test = (set(events().title[part].tolist()) for part in split)
    assert not train & test
    assert not train & validation
    assert not validation & test
    assert len(test) == 8


def test_random_split_follows_the_rounding_of_the_protocol() -> None:
    """By hand: n events of a viewer -> (train, validation, test) of ratios 8:1:1 with at least one held out."""
    sizes = {1: (1, 0, 0), 2: (1, 0, 1), 3: (1, 1, 1), 9: (7, 1, 1), 10: (8, 1, 1), 25: (21, 2, 2), 30: (24, 3, 3)}
    for size, expected in sizes.items():
        one = Interactions(
            np.zeros(size, np.int32),
            np.arange(size, dtype=np.int32),
            np.ones(size, np.float32),
            np.zeros(size, np.int64),
            viewers=1,
            titles=size,
        )
        assert tuple(len(part) for part in random_split(one, 0)) == expected


def test_random_split_depends_on_the_seed_only() -> None:
    first, again, other = (random_split(events(), seed) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert first.test.tolist() != other.test.tolist()


def test_events_without_time_cannot_be_split_by_it() -> None:
    found = events()
    found.time[3] = UNKNOWN_TIME
    with pytest.raises(DataError, match=r"1 of \d+ events have no time"):
        time_split(found)


# --- figures


def test_ndcg_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        scores, relevant = rng.random(30), rng.random(30) < 0.2
        if relevant.any():
            ours = ndcg_at(ranks_of(scores, np.flatnonzero(relevant)), int(relevant.sum()), 10)
            assert ours == pytest.approx(ndcg_score(relevant[None].astype(int), scores[None], k=10))


def test_ndcg_by_hand() -> None:
    """Two right ones of three at ranks 1 and 3: (1 + 1/2) / (1 + 1/log2(3) + 1/2)."""
    assert ndcg_at(np.array([1.0, 3.0, 12.0]), 3, 10) == pytest.approx(1.5 / (1.5 + 1 / np.log2(3)))
    assert ndcg_at(np.array([]), 0, 10) == 0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_area_under_the_curve_is_that_of_scikit_learn(positive: list[int], negative: list[int]) -> None:
    truth = [1] * len(positive) + [0] * len(negative)
    ours = auc(np.array(positive, float), np.array(negative, float))
    assert ours == pytest.approx(roc_auc_score(truth, positive + negative))


def test_area_needs_both_sides() -> None:
    with pytest.raises(ValueError, match="right ones and wrong ones"):
        auc(np.array([1.0]), np.array([]))


def test_rmse_by_hand() -> None:
    figure = rmse_figure(np.array([1.0, -2.0, 2.0]), np.array([7, 7, 9]))
    assert figure.value() == pytest.approx(3**0.5)
    assert figure.values.tolist() == [[5, 2], [4, 1]]


def test_f1_figures_are_the_metric_and_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    truth, predicted = rng.random((40, 6)) < 0.3, rng.random((40, 6)) < 0.4
    figures = f1_figures(truth, predicted)
    metric = f1_scores(truth, predicted)
    assert figures["macro F1"].value() == pytest.approx(metric.macro)
    assert figures["micro F1"].value() == pytest.approx(f1_score(truth, predicted, average="micro"))


def test_calibration_by_hand() -> None:
    """Ten decisions at .85 of which five are right, ten at .05 of which none is: (.35 x 10 + .05 x 10) / 20."""
    probability = np.concatenate([np.full((10, 1), 0.85), np.full((10, 1), 0.05)])
    truth = np.zeros((20, 1), bool)
    truth[:5] = True
    assert calibration_figure(truth, probability, bins=10).value() == pytest.approx(0.2)


def test_calibrated_probabilities_have_a_small_error() -> None:
    rng = np.random.default_rng(2)
    probability = rng.random((4000, 5))
    truth = rng.random((4000, 5)) < probability
    assert calibration_figure(truth, probability).value() < 0.02
    assert calibration_figure(truth, probability**3).value() > 0.2


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for i in range(200):
        _, low, high = summary({0: mean_figure(rng.normal(5, 2, 60))}, {0: f"sample {i}"})
        hits += low <= 5 <= high
    assert 180 <= hits <= 198


def test_paired_differences_are_narrower_than_unpaired_ones() -> None:
    rng = np.random.default_rng(4)
    hard = rng.normal(0, 1, 300)
    ours, theirs = mean_figure(hard + 0.05 + rng.normal(0, 0.02, 300)), mean_figure(hard)
    paired = difference({0: ours}, {0: theirs}, {0: "test"})
    alone = summary({0: ours}, {0: "test"})
    assert 0.04 < paired.low < paired.mean < paired.high < 0.06
    assert alone.high - alone.low > 10 * (paired.high - paired.low)


def test_one_run_stands_for_every_seed_of_the_same_population() -> None:
    ours = {seed: mean_figure([seed + 1.0, seed + 2.0, seed + 3.0]) for seed in range(3)}
    theirs = {0: mean_figure([1.0, 2.0, 3.0])}
    populations = dict.fromkeys(range(3), "the same test")
    assert difference(ours, theirs, populations).mean == pytest.approx(1.0)
    assert difference(theirs, ours, populations).mean == pytest.approx(-1.0)
    with pytest.raises(ValueError, match="different populations"):
        difference({1: ours[1]}, theirs, {0: "a", 1: "b"})


# --- harness


@dataclass(frozen=True)
class Coins:
    """A problem: guess a number near 3 from a training sample."""

    train: NDArray[np.float64]


class CoinExam(Exam[Coins, Predict]):
    def __init__(self, population: str, answers: NDArray[np.float64]) -> None:
        super().__init__(population)
        self._answers = answers

    def leaks(self, problem: Coins) -> list[str]:
        shared = np.isin(problem.train, self._answers).sum()
        return [f"{shared} test answers among the training numbers"] if shared else []

    def _mark(self, predict: Predict) -> dict[str, Figure]:
        guesses = predict(np.arange(len(self._answers)))
        return {"closeness": mean_figure(-np.abs(guesses - self._answers))}


@dataclass(frozen=True)
class CoinTask:
    name: str = "Coins, near three"
    about: str = "How close guesses come."
    main: str = "closeness"
    lower_is_better: bool = False
    fingerprint: str = "1"
    leaky: bool = False
    same_test: bool = False

    def open(self, seed: int) -> tuple[Coins, CoinExam]:
        rng = np.random.default_rng(0 if self.same_test else seed)
        numbers = rng.normal(3, 1, 60)
        train, test = numbers[:30], numbers[30:]
        if self.leaky:
            train = np.concatenate([train, test[:1]])
        return Coins(train), CoinExam("one" if self.same_test else f"seed {seed}", test)


def guess(name: str, value: Callable[[Coins], float], calls: list[str]) -> Contender[Coins, Predict]:
    def fit(problem: Coins, seed: int) -> Fitted[Predict]:
        calls.append(f"{name} {seed}")
        found = value(problem)
        return Fitted(lambda rows: np.full(len(rows), found), {"curve": [(1.0, 0.5), (2.0, found)]})

    return Contender(name, "ours" if name == "mean" else "baseline", fit)


def test_a_planted_leak_stops_the_run() -> None:
    with pytest.raises(LeakError, match=r"Coins, near three: .* 1 test answers among the training numbers"):
        run(CoinTask(leaky=True), [guess("zero", lambda _: 0.0, [])], [0])


def test_a_test_is_looked_at_once() -> None:
    _, exam = CoinTask().open(0)
    exam.grade(lambda rows: np.zeros(len(rows)))
    with pytest.raises(SealedError, match="looked at once"):
        exam.grade(lambda rows: np.zeros(len(rows)))


def test_a_run_started_again_computes_only_what_is_missing(tmp_path: Path) -> None:
    calls: list[str] = []
    rows = [guess("mean", lambda problem: float(problem.train.mean()), calls), guess("zero", lambda _: 0.0, calls)]
    first = run(CoinTask(), rows[:1], [0, 1], tmp_path)
    again = run(CoinTask(), rows, [0, 1], tmp_path)
    assert calls == ["mean 0", "mean 1", "zero 0", "zero 1"]
    assert [one.figures["closeness"].values.tolist() for one in again[:2]] == [
        one.figures["closeness"].values.tolist() for one in first
    ]
    run(replace(CoinTask(), fingerprint="2"), rows[:1], [0], tmp_path)
    run(CoinTask(), [replace(rows[1], settings={"value": 0})], [1], tmp_path)
    assert calls[4:] == ["mean 0", "zero 1"]
    other = [replace(row, kind="other model") for row in rows]  # a matter of the table, not of the result
    assert {one.kind for one in run(CoinTask(), other, [0], tmp_path)} == {"other model"}


def test_a_torn_result_is_computed_again(tmp_path: Path) -> None:
    calls: list[str] = []
    row = guess("zero", lambda _: 0.0, calls)
    run(CoinTask(), [row], [0], tmp_path)
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:200])
    run(CoinTask(), [row], [0], tmp_path)
    assert calls == ["zero 0", "zero 0"]


def test_what_does_not_depend_on_the_seed_runs_once_a_split() -> None:
    calls: list[str] = []
    row = replace(guess("zero", lambda _: 0.0, calls), seeded=False)
    assert len(run(CoinTask(same_test=True), [row], [0, 1, 2])) == 1
    assert len(run(CoinTask(), [row], [0, 1, 2])) == 3


def table() -> Table:
    calls: list[str] = []
    rows = [
        guess("zero", lambda _: 0.0, calls),
        guess("two", lambda _: 2.0, calls),
        guess("mean", lambda problem: float(problem.train.mean()), calls),
    ]
    return tabulate(CoinTask(), run(CoinTask(), rows, [0, 1, 2]))


def test_a_table_ranks_and_compares_with_the_best_baseline() -> None:
    found = table()
    assert [row.name for row in found.rows] == ["mean", "two", "zero"]
    assert found.best_baseline == "two"
    ours = found.rows[0]
    assert ours.runs == 3
    assert ours.ahead is not None
    assert 0 < ours.ahead.low < ours.ahead.mean < ours.ahead.high
    assert ours.ahead.mean == pytest.approx(ours.figures["closeness"].mean - found.rows[1].figures["closeness"].mean)
    assert found.rows[1].ahead is None
    text = markdown(found)
    assert text.splitlines()[2].startswith("| **mean** | ours | -")
    assert "| closeness, against two |" in text.splitlines()[0]


def test_figures_of_parts_stand_in_a_table_of_their_own() -> None:
    found = table()
    whole = found.rows[0].figures["closeness"]
    parted = replace(
        found, rows=tuple(replace(r, figures={**r.figures, "closeness, tails": whole}) for r in found.rows)
    )
    first, second = (part.splitlines() for part in markdown(parted).split("\n\n"))
    assert first == markdown(found).splitlines()
    assert second[0] == "| model | closeness, tails |"
    assert len(second) == 2 + len(found.rows)
    shares = tuple(replace(r, figures={"closeness, 20%": whole, "closeness, 80%": whole}) for r in found.rows)
    whole_text = markdown(replace(found, rows=shares, main="closeness, 20%"))
    assert "| closeness, 20% | closeness, 80% |" in whole_text
    assert "\n\n" not in whole_text


def test_a_table_survives_json() -> None:
    found = table()
    again = Table.from_json(json.loads(json.dumps(found.to_json())))
    assert markdown(again) == markdown(found)
    assert again.rows[0].figures == found.rows[0].figures


def test_lower_can_be_better() -> None:
    @dataclass(frozen=True)
    class Worse(CoinTask):
        lower_is_better: bool = True

    rows = [guess("zero", lambda _: 0.0, []), guess("two", lambda _: 2.0, [])]
    assert tabulate(Worse(), run(Worse(), rows, [0])).best_baseline == "zero"


def test_training_cost_reads_the_curves() -> None:
    """The graph network reaches its best, .6, after 100 s; ours passes .6 after 5 s; the third never does."""
    found = table()
    curves = {"mean": [(1, 0.2), (5, 0.61)], "two": [(10, 0.3), (100, 0.6), (200, 0.5)], "zero": [(1, 0.1)]}
    kinds = {"mean": "ours", "two": "graph network", "zero": "graph network"}
    rows = [replace(row, kind=kinds[row.name], about={"curve": curves[row.name]}) for row in found.rows]  # type: ignore[arg-type]
    cost = training_cost(replace(found, rows=tuple(rows)))
    assert cost is not None
    assert cost[0] == "two"
    assert [(c.name, c.seconds, c.share) for c in cost[1]] == [
        ("mean", 5, 0.05),
        ("two", 100, 1.0),
        ("zero", None, None),
    ]
    errors = [replace(row, about={"curve": [(t, 1 - v) for t, v in row.about["curve"]]}) for row in rows]
    assert training_cost(replace(found, rows=tuple(errors), lower_is_better=True)) == cost
    assert training_cost(found) is None


def test_pictures_are_drawn_the_same_twice(tmp_path: Path) -> None:
    found = table()
    for name in ("a.svg", "b.svg"):
        plot_table(found, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert plot_curves(found, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").stat().st_size > 1000
    bare = replace(found, rows=tuple(replace(row, about={}) for row in found.rows))
    assert not plot_curves(bare, tmp_path / "none.svg")
    assert not (tmp_path / "none.svg").exists()
