"""Rating prediction: readers, the sealed test, predictors with known answers, the blend, GC-MC."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.contenders.rating_blend import title_process
from reelation.errors import DataError
from reelation.evaluation.datasets.gcmc import FILE, read_monti
from reelation.evaluation.datasets.movielens_folds import one_hot, read_fold
from reelation.evaluation.harness import run
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.rating_models.biases import BiasConfig, fit_biases
from reelation.evaluation.rating_models.blend import HeldOut, Member, held_out, learn_weights
from reelation.evaluation.rating_models.machine import MachineConfig, fit_machine
from reelation.evaluation.rating_models.neighbours import NeighbourConfig, fit_neighbours
from reelation.evaluation.rating_models.processes import ProcessConfig, fit_process
from reelation.evaluation.task import Contender, Fitted, LeakError, SealedError
from reelation.evaluation.tasks.ratings import Predict, RatingProblem, RatingTask, monti_set, movielens_fold


def events(
    rows: list[tuple[int, int, float]], viewers: int, titles: int, times: list[int] | None = None
) -> Interactions:
    viewer, title, stars = zip(*rows, strict=True)
    return Interactions(
        np.array(viewer, np.int32),
        np.array(title, np.int32),
        np.array(stars, np.float32),
        np.full(len(rows), UNKNOWN_TIME) if times is None else np.array(times, np.int64),
        viewers,
        titles,
    )


def two_tastes(viewers: int = 40, titles: int = 20, seed: int = 0) -> Interactions:
    """Even viewers love even titles and loathe odd ones, odd viewers the other way round; 70 % of pairs are rated."""
    rng = np.random.default_rng(seed)
    viewer, title = np.nonzero(rng.random((viewers, titles)) < 0.7)
    stars = np.where(viewer % 2 == title % 2, 5, 1).astype(np.float32)
    time = rng.integers(0, 10**8, len(viewer))
    return Interactions(viewer.astype(np.int32), title.astype(np.int32), stars, time, viewers, titles)


def tastes_task() -> RatingTask:
    everything = two_tastes()
    tested = np.random.default_rng(1).random(len(everything)) < 0.2
    return RatingTask("Ratings, two tastes", "", everything.only(~tested), everything.only(tested))


def everywhere(stars: Interactions) -> tuple[Any, Any, Any]:
    return stars.viewer, stars.title, stars.time


def test_biases_by_hand() -> None:
    """Overall 3; title 0 has 5 and 3, damped by two: (2 + 0) / 4; viewers keep what is left over n + 1."""
    known = events([(0, 0, 5), (1, 0, 3), (0, 1, 3), (1, 1, 1)], 3, 3)
    found = fit_biases(known, BiasConfig(viewer=1, title=2, rounds=1))
    assert found.overall == 3
    assert found.title == pytest.approx([0.5, -0.5, 0])
    assert found.viewer == pytest.approx([(1.5 + 0.5) / 3, (-0.5 - 1.5) / 3, 0])
    unknown = found.predict(np.array([2]), np.array([2]))
    assert unknown == pytest.approx([3])


@pytest.mark.parametrize("what", ["neighbours", "process", "turned process", "machine"])
def test_two_tastes_are_told_apart(what: str) -> None:
    """A viewer's own side is known from other titles alone: biases are blind to it, everything else is not."""
    task = tastes_task()
    problem, exam = task.open(0)
    known = problem.known()
    predict: Predict
    if what == "neighbours":
        predict = fit_neighbours(known, NeighbourConfig(shrinkage=5)).predict
    elif what == "process":
        predict = fit_process(known, None, ProcessConfig(rounds=6, strength=5)).predict
    elif what == "turned process":
        predict = title_process(problem, known, ProcessConfig(rounds=6, strength=5))
    else:
        pytest.importorskip("myfm")
        predict = fit_machine(problem, known, MachineConfig(rank=4, samples=30), 0)
    assert exam.grade(predict)["RMSE"].value() < 1.0
    blind = task.open(0)[1].grade(fit_biases(known).predict)
    assert blind["RMSE"].value() > 1.8


def test_a_process_without_ratings_of_a_viewer_answers_the_mean() -> None:
    process = fit_process(two_tastes(), None, ProcessConfig(rounds=1))
    alone = replace(process, events=process.events.only(process.events.viewer != 3))
    assert alone.predict(np.array([3]), np.array([4]), np.array([0])) == pytest.approx(process.mean[4])


def test_left_out_answers_equal_leaving_out() -> None:
    """Closed form against conditioning on the others, one by one."""
    known = two_tastes(8, 6)
    process = fit_process(known, None, ProcessConfig(rounds=2))
    together = process.left_out()
    for row in range(0, len(known), 5):
        kept = np.arange(len(known)) != row
        alone = replace(process, events=known.only(kept))
        one = known.only(~kept)
        assert alone.predict(*everywhere(one)) == pytest.approx(together[row], abs=1e-4)


def test_a_process_does_not_mind_the_order_of_ratings() -> None:
    known = two_tastes(12, 8)
    shuffled = known.only(np.random.default_rng(5).permutation(len(known)))
    one, other = (fit_process(part, None, ProcessConfig(rounds=3)) for part in (known, shuffled))
    assert one.predict(*everywhere(known)) == pytest.approx(other.predict(*everywhere(known)), abs=1e-3)


def test_moods_are_found_where_they_are() -> None:
    """Stars that depend on the moment alone: moods take the variance, a near moment says more than a far one."""
    rng = np.random.default_rng(0)
    viewer = np.repeat(np.arange(30), 12)
    session = np.tile(np.repeat([0, 1, 2], 4), 30)
    mood = rng.normal(0, 1, (30, 3))[viewer, session]
    title = np.concatenate([rng.choice(60, 12, replace=False) for _ in range(30)])
    time = session * 10**8 + rng.integers(0, 600, len(viewer))
    stars = (3 + mood + rng.normal(0, 0.1, len(viewer))).astype(np.float32)
    known = Interactions(viewer.astype(np.int32), title.astype(np.int32), stars, time, 30, 60)
    process = fit_process(known, None, ProcessConfig(rounds=8))
    assert process.moods[1] + process.moods[2] > 0.3
    asked = np.zeros(2, np.int32)
    near, far = process.predict(asked, asked, np.array([300, 10**8 + 300])) - process.mean[0]
    truth = [stars[(viewer == 0) & (session == part)].mean() - 3 for part in (0, 1)]
    assert near - far == pytest.approx(truth[0] - truth[1], abs=0.5)


@given(st.integers(0, 2**31 - 1))
def test_blend_is_never_far_from_its_best_member(seed: int) -> None:
    """One member is right, one is noise, one is a constant: the right one gets nearly all the weight."""
    rng = np.random.default_rng(seed)
    stars = rng.integers(1, 6, 400).astype(np.float32)
    right = stars + rng.normal(0, 0.1, 400)
    answers = np.stack([right, rng.uniform(1, 5, 400), np.full(400, 3.0)], axis=1)
    known = Interactions(
        np.zeros(400, np.int32), np.arange(400, dtype=np.int32), stars, np.zeros(400, np.int64), 1, 400
    )
    weights = learn_weights(HeldOut(known, answers), (1, 2, 3, 4, 5), seed)
    assert weights.rmse < 0.15
    assert weights.shares[0] == pytest.approx(1, abs=0.15)
    assert abs(weights.shares[1]) < 0.1


def test_held_out_members_never_see_what_they_answer() -> None:
    seen: list[tuple[set[int], set[int]]] = []

    def spy(problem: RatingProblem, train: Interactions, seed: int):  # type: ignore[no-untyped-def]
        def predict(viewer, title, time):  # type: ignore[no-untyped-def]
            asked = set((viewer.astype(np.int64) * train.titles + title).tolist())
            seen.append((set(train.pairs().tolist()), asked))
            return np.full(len(viewer), 3.0)

        return predict

    problem, _ = tastes_task().open(3)
    found = held_out(problem, [Member("spy", spy)], 3, folds=4)
    assert len(seen) == 4
    assert all(not train & asked and len(train) + len(asked) == len(problem.known()) for train, asked in seen)
    assert len(found.events) == len(np.unique(found.events.pairs())) == 4 * len(problem.validation)


def test_validation_is_carved_by_seed_and_the_test_stays() -> None:
    task = tastes_task()
    (first, exam), (again, _), (other, later) = task.open(0), task.open(0), task.open(1)
    assert (first.validation.pairs() == again.validation.pairs()).all()
    assert set(first.validation.pairs()) != set(other.validation.pairs())
    assert set(first.known().pairs()) == set(other.known().pairs()) == set(task.train.pairs())
    assert exam.population == later.population


def test_a_planted_leak_is_caught_before_fitting() -> None:
    task = tastes_task()
    leaky = replace(task, train=task.train.join(task.test.only(np.arange(3))))
    assert any("test ratings are in" in words for words in leaky.open(0)[1].leaks(leaky.open(0)[0]))

    def never(problem: RatingProblem, seed: int) -> Fitted:  # type: ignore[type-arg]
        raise AssertionError("a contender was shown a problem with a leak")

    with pytest.raises(LeakError, match="test ratings"):
        run(leaky, [Contender("any", "baseline", never)], [0])


def test_a_test_is_marked_once_and_stars_are_cut_to_the_range() -> None:
    _, exam = tastes_task().open(0)
    figures = exam.grade(lambda viewer, title, time: np.where(viewer % 2 == title % 2, 99.0, -99.0))
    assert figures["RMSE"].value() == 0
    with pytest.raises(SealedError):
        exam.grade(lambda viewer, title, time: np.zeros(len(viewer)))


def test_gcmc_learns_two_tastes_and_ignores_the_order_of_ratings() -> None:
    pytest.importorskip("torch")
    from reelation.contenders.rating_networks import GcmcPlan, asking, fit_gcmc
    from reelation.models.gcmc import Gcmc, GcmcConfig, rating_graph
    from reelation.training.loop import FitConfig

    problem, exam = tastes_task().open(0)
    fit_config = FitConfig(steps=120, learning_rate=1e-2, weight_decay=0.0, validate_every=120)
    plan = GcmcPlan(GcmcConfig(hidden=20, width=8, dropout=0.2), fit_config, informed=False, batch=1000)
    model, history = fit_gcmc(problem, problem.known(), None, 0, plan)
    assert history.losses[-1] < history.losses[0] / 2
    assert exam.grade(asking(model))["RMSE"].value() < 1.0
    known = problem.known()
    shuffled = known.only(np.random.default_rng(2).permutation(len(known)))
    one, other = (asking(Gcmc(rating_graph(part, problem.levels), plan.model, 4).eval()) for part in (known, shuffled))
    assert one(*everywhere(known)) == pytest.approx(other(*everywhere(known)), abs=1e-5)


def test_one_hot_columns() -> None:
    found = one_hot([["b", "a"], [], ["b", "b"]]).toarray()
    assert found.tolist() == [[1, 1], [0, 0], [0, 1]]


def test_readers_say_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No file"):
        read_fold(tmp_path, 1)
    with pytest.raises(ValueError, match="1 to 5"):
        read_fold(tmp_path, 6)
    h5py = pytest.importorskip("h5py")
    with pytest.raises(DataError, match="No file"):
        read_monti(tmp_path)
    (tmp_path / FILE).write_text("not HDF5")
    with pytest.raises(DataError, match="could not be read"):
        read_monti(tmp_path)
    with h5py.File(tmp_path / FILE, "w") as file:
        file["M"], file["Otraining"] = np.ones((2, 3)), np.ones((2, 3))
    with pytest.raises(DataError, match="no matrix Otest"):
        read_monti(tmp_path)


def test_matlab_matrices_are_turned_back(tmp_path: Path) -> None:
    """Viewers are rows: h5py shows Matlab's matrices transposed."""
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / FILE, "w") as file:
        file["M"] = np.array([[4.5, 1], [0, 2], [3, 0]])
        file["Otraining"] = np.array([[1.0, 0], [0, 1], [1, 0]])
        file["Otest"] = np.array([[0.0, 1], [0, 0], [0, 0]])
    data = read_monti(tmp_path)
    assert (data.train.viewers, data.train.titles) == (2, 3)
    assert list(zip(data.train.viewer, data.train.title, data.train.stars, strict=True)) == [
        (0, 0, 4.5),
        (0, 2, 3),
        (1, 1, 2),
    ]
    assert [data.test.viewer.tolist(), data.test.title.tolist(), data.test.stars.tolist()] == [[1], [0], [1]]
    assert data.viewer_links is None


@pytest.mark.realdata
def test_official_splits_and_damped_biases_on_real_data(shared_data: Path) -> None:
    """Sizes as published; damped biases inside a band around what is known of them."""
    pytest.importorskip("h5py")
    monti = shared_data / "gcmc_monti"
    expected = [
        (movielens_fold(shared_data / "ml-100k", 1), 80_000, 20_000, 0.94, 0.97),
        (monti_set(monti / "flixster", "Flixster"), 23_556, 2_617, 0.87, 0.91),
        (monti_set(monti / "douban", "Douban"), 123_202, 13_689, 0.72, 0.75),
    ]
    for task, train, test, low, high in expected:
        problem, exam = task.open(0)
        assert (len(problem.known()), len(task.test)) == (train, test)
        assert exam.leaks(problem) == []
        assert low < exam.grade(fit_biases(problem.known()).predict)["RMSE"].value() < high
