"""Genre classification: readers, sealed test, planted leaks, classifiers against known answers, decisions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from reelation.contenders.genres import contenders
from reelation.errors import DataError
from reelation.evaluation.datasets.hgb import read_hgb_imdb
from reelation.evaluation.datasets.labelled import Labelled, bare_graph
from reelation.evaluation.datasets.magnn import read_magnn_imdb
from reelation.evaluation.decisions import Rule, choose_rule
from reelation.evaluation.harness import run
from reelation.evaluation.label_models.graphical import neighbours_predictions
from reelation.evaluation.label_models.kernels import KernelConfig, Mixture, fit_kernels, near_kernels
from reelation.evaluation.label_models.logistic import fit_logistic
from reelation.evaluation.label_models.nearby import nearby_scores
from reelation.evaluation.label_models.propagated import neighbours_labels
from reelation.evaluation.label_models.spreading import spread
from reelation.evaluation.label_models.stacking import Member, averaged, folds, log_odds, stack
from reelation.evaluation.task import LeakError
from reelation.evaluation.tasks.genres import Answers, LabelTask, hgb_imdb, magnn_imdb
from reelation.features.metapaths import averages, own_blocks, sharing, together
from reelation.graph.build import Relation


def world(titles: int = 240, exclusive: bool = False) -> Labelled:
    """Two crews of forty who never mix, one makes class a, one class b; every third title is also c."""
    rng = np.random.default_rng(0)
    side = np.arange(titles) % 2
    people = np.stack([rng.permutation(40)[:3] for _ in range(titles)]) + 40 * side[:, None]
    matrix = sparse.csr_array(
        (np.ones(titles * 3, np.float32), (np.repeat(np.arange(titles), 3), people.ravel())), shape=(titles, 80)
    )
    labels = np.zeros((titles, 2 if exclusive else 3), bool)
    labels[np.arange(titles), side] = True
    if not exclusive:
        labels[::3, 2] = True
    rows = rng.permutation(titles)
    train, validation, test = (np.sort(part) for part in np.split(rows, [titles // 3, titles // 2]))
    graph = bare_graph("world", {"title": titles, "actor": 80}, {"actor": matrix})
    return Labelled(graph, labels, ("a", "b", "c")[: labels.shape[1]], exclusive, train, validation, test)


def task(exclusive: bool = False) -> LabelTask:
    return LabelTask("world", "which crew", world(exclusive=exclusive))


def test_contenders_see_no_label_of_the_test() -> None:
    problem, exam = task().open(0)
    assert not problem.labels[world().test].any()
    assert problem.labels[problem.validation].any(axis=1).all()
    assert exam.leaks(problem) == []


def test_planted_leaks_are_found() -> None:
    """Test labels shown, as a relation, as a feature, and a test title in training."""
    data = world()
    problem, exam = task().open(0)
    graph = problem.graph
    column = sparse.csr_array(data.labels[:, :1].astype(np.float32))
    relation = replace(graph, relations={**graph.relations, "tag": Relation("tag", "tag", column)})
    planted = {
        "labels of": replace(problem, labels=data.labels),
        "relation 'tag'": replace(problem, graph=relation),
        "features of titles": replace(problem, features={"title": column}),
        "in training": replace(problem, train=np.append(problem.train, data.test[0])),
    }
    for words, leaky in planted.items():
        assert any(words in said for said in exam.leaks(leaky)), words


def test_the_harness_refuses_a_leaky_task() -> None:
    class Leaky(LabelTask):
        def open(self, seed: int):  # type: ignore[no-untyped-def]
            problem, exam = super().open(seed)
            return replace(problem, labels=self.data.labels), exam

    leaky = Leaky("world", "which crew", world())
    with pytest.raises(LeakError, match="labels of 120 test titles"):
        run(leaky, contenders(leaky)[:1], [0])


def test_marks_are_right_for_a_perfect_and_an_empty_answer() -> None:
    truth = world().labels

    def perfect(rows: NDArray[np.int64]) -> Answers:
        return Answers(truth[rows].astype(float), truth[rows])

    figures = task().open(0)[1].grade(perfect)
    assert {name: figure.value() for name, figure in figures.items()} == {
        "macro F1": 1.0,
        "micro F1": 1.0,
        "calibration error": 0.0,
    }
    _, exam = task(exclusive=True).open(0)
    with pytest.raises(ValueError, match="one class a title"):
        exam.grade(lambda rows: Answers(np.zeros((len(rows), 2)), np.zeros((len(rows), 2), bool)))


def test_carved_validation_changes_with_the_seed_and_only_with_it() -> None:
    carved = replace(task(), carve=0.25)
    first, again, other = (carved.open(seed)[0] for seed in (0, 0, 1))
    assert np.array_equal(first.validation, again.validation)
    assert not np.array_equal(first.validation, other.validation)
    assert np.array_equal(first.known(), world().train)


def test_thresholds_by_hand() -> None:
    """Class 0 is best cut between .6 and .4 (F1 1); class 1 takes everything from .2 on (F1 .8)."""
    probability = np.array([[0.9, 0.2], [0.6, 0.5], [0.4, 0.3], [0.1, 0.1]])
    truth = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], bool)
    rule = choose_rule(truth, probability)
    assert rule.thresholds == pytest.approx([0.5, 0.15])
    assert choose_rule(truth, probability, exclusive=True) == Rule(None)


def test_no_title_goes_without_a_class() -> None:
    rule = Rule(np.array([0.5, 0.9]))
    assert rule.decide(np.array([[0.4, 0.5], [0.1, 0.8]])).tolist() == [[True, False], [False, True]]


def test_sharing_by_hand() -> None:
    """Titles 0 and 1 share a thing, 1 and 2 another, 3 has nothing of anybody's."""
    matrix = sparse.csr_array(np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], np.float32))
    assert sharing(matrix).toarray() == pytest.approx(
        np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    )


def test_a_titles_own_label_has_no_way_into_its_row() -> None:
    data = world()
    near = averages(data.graph)
    before = neighbours_labels(near, data.labels, data.train)["actor"]
    flipped = data.labels.copy()
    one = data.train[0]
    flipped[one] = ~flipped[one]
    after = neighbours_labels(near, flipped, data.train)["actor"]
    assert np.array_equal(before[one], after[one])
    assert not np.array_equal(before, after)


def test_logistic_regression_equals_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((80, 5))
    labels = np.stack([features[:, 0] + rng.standard_normal(80) > 0, features[:, 1] > 0.5], axis=1)
    ours = fit_logistic(sparse.csr_array(features), labels, penalty=0.5).probability(features)
    for column in range(2):
        theirs = LogisticRegression(C=2.0).fit(features, labels[:, column]).predict_proba(features)[:, 1]
        assert ours[:, column] == pytest.approx(theirs, abs=2e-3)
    three = np.eye(3, dtype=bool)[np.argmax(features[:, :3] + rng.standard_normal((80, 3)), axis=1)]
    softmax = fit_logistic(features, three, penalty=0.5, exclusive=True).probability(features)
    theirs = LogisticRegression(C=2.0).fit(features, three.argmax(axis=1)).predict_proba(features)
    assert softmax == pytest.approx(theirs, abs=2e-3)


def test_labels_spread_to_neighbours() -> None:
    data = world()
    found = spread(together(averages(data.graph)), data.labels, data.train)
    assert ((found >= 0) & (found <= 1)).all()
    right = found[data.test][:, :2].argmax(axis=1) == data.labels[data.test][:, :2].argmax(axis=1)
    assert right.all()


def test_left_out_scores_are_those_of_models_without_the_title() -> None:
    """Leave-one-out in closed form equals leaving one out."""
    data = world()
    parts = {"actor": near_kernels(data.graph, data.train, KernelConfig())["actor"]}
    found = fit_kernels(parts, data.labels, data.train, Mixture({"actor": 1.0}, ridge=1.0))
    kernel = parts["actor"][data.train].astype(np.float64)
    target = data.labels[data.train].astype(np.float64)
    mean = target.mean(axis=0)
    rest = np.arange(1, len(kernel))
    solved = np.linalg.solve(kernel[np.ix_(rest, rest)] + np.eye(len(rest)), target[rest] - mean)
    assert found.left_out[0] == pytest.approx(mean + kernel[0, rest] @ solved, abs=1e-4)


def test_the_first_answer_reads_the_learned_labels_only_and_learns_the_world() -> None:
    data = world()
    found = nearby_scores(data.graph, data.labels, data.train)
    shown = np.zeros_like(data.labels)
    shown[data.train] = data.labels[data.train]
    assert nearby_scores(data.graph, shown, data.train).tolist() == found.tolist()
    right = found[data.test][:, :2].argmax(axis=1) == data.labels[data.test][:, :2].argmax(axis=1)
    assert right.all()


def test_the_first_answer_sees_one_step_further_than_shared_things() -> None:
    """Titles in a chain: 0 and 1 share an actor, 1 and 2 another one; 0 is labelled, and 3, which is alone."""
    cast = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    graph = bare_graph("chain", {"title": 4, "actor": 3}, {"actor": sparse.csr_array(cast)})
    labels = np.array([[True], [False], [False], [False]])
    found = nearby_scores(graph, labels, np.array([0, 3]))[:, 0]
    assert found[0] > found[1] > found[2] > found[3]
    assert found[3] == pytest.approx(0.5)  # nothing is known of it: the mean


def test_stacking_prefers_the_member_that_knows() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((300, 2)) < 0.4
    knows, guesses = truth + 0.3 * rng.standard_normal((300, 2)), rng.standard_normal((300, 2))
    stacked = stack([Member(guesses, guesses), Member(knows, knows)], truth, np.random.default_rng(0))
    assert ((stacked.left_out > 0.5) == truth).mean() > 0.9
    parted = folds(10, np.random.default_rng(0))
    assert np.sort(np.concatenate([part for _, part in parted])).tolist() == list(range(10))


def test_neighbours_predictions_know_no_own_label() -> None:
    rng = np.random.default_rng(5)
    labels = rng.random((60, 2)) < 0.5
    kin = np.arange(60) // 2 * 2 + (1 - np.arange(60) % 2)  # in pairs that are labelled alike
    labels = labels | labels[kin]
    near = {"kin": sparse.csr_array((np.ones(60), (np.arange(60), kin)), shape=(60, 60))}
    rows = np.arange(0, 60, 3)
    seen: list[int] = []

    def member(truth: NDArray[np.bool_]) -> Member:
        def predict(learned: NDArray[np.int64]) -> NDArray[np.floating]:
            seen.append(len(learned))
            share = np.full((60, 2), 0.5)
            share[learned] = np.where(truth[learned], 0.9, 0.1)
            return share

        return neighbours_predictions(predict, near, truth, rows, np.random.default_rng(0))

    found = member(labels)
    assert len(seen) == 6 * 6
    assert max(seen) == len(rows)
    for place in range(0, 20, 5):
        other = labels.copy()
        other[rows[place]] = ~other[rows[place]]
        assert member(other).left_out[place] == pytest.approx(found.left_out[place])


def test_what_neighbours_are_predicted_to_be_tells() -> None:
    rng = np.random.default_rng(6)
    labels = np.repeat(rng.random((200, 2)) < 0.5, 2, axis=0)
    kin = np.arange(400) + 1 - 2 * (np.arange(400) % 2)
    near = {"kin": sparse.csr_array((np.ones(400), (np.arange(400), kin)), shape=(400, 400))}
    rows = np.arange(0, 400, 2)
    hints = np.where(labels, 0.7, 0.3)
    hints[rows] = 0.5  # of the learned titles themselves nothing is known
    found = neighbours_predictions(lambda _: hints, near, labels, rows, np.random.default_rng(0))
    assert ((found.left_out > 0) == labels[rows]).all()


def test_the_mean_of_log_odds_as_probabilities() -> None:
    odds = log_odds(np.array([[0.9, 0.2]])), log_odds(np.array([[0.5, 0.5]]))
    found = averaged([Member(one, one) for one in odds])
    assert found.everyone == pytest.approx(np.array([[0.75, 1 / 3]]))  # odds 9 and 1: 3; 1/4 and 1: 1/2
    assert averaged([Member(odds[0], odds[0])], exclusive=True).left_out.sum() == pytest.approx(1)
    assert log_odds(np.array([0.0, 1.0]), 0.01) == pytest.approx(np.log([1 / 99, 99]))


@pytest.mark.parametrize("exclusive", [False, True])
def test_every_contender_learns_the_world(exclusive: bool) -> None:
    """The crew gives a and b away; the commonest genres alone do not."""
    problem, exam = task(exclusive).open(0)
    for row in contenders(task(exclusive)):
        if row.name in ("HGT", "GAT, by relation") and exclusive:
            continue  # once is enough for the slowest
        _, exam = task(exclusive).open(0)
        probability, decided = row.fit(problem, 0).predict(world(exclusive=exclusive).test)
        assert ((probability >= 0) & (probability <= 1)).all(), row.name
        right = (decided[:, :2] == world(exclusive=exclusive).labels[world(exclusive=exclusive).test][:, :2]).mean()
        assert right > 0.9 or row.kind == "baseline", (row.name, right)
    assert exam.population


def test_missing_and_broken_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"link\.dat"):
        read_hgb_imdb(tmp_path)
    with pytest.raises(DataError, match="IMDB_processed"):
        read_magnn_imdb(tmp_path)
    (tmp_path / "IMDB_processed.zip").write_bytes(b"no archive")
    with pytest.raises(DataError, match="could not be read"):
        read_magnn_imdb(tmp_path)
    (tmp_path / "link.dat").write_text("0\tx\t0\t1\n")
    with pytest.raises(DataError, match="not three numbers"):
        read_hgb_imdb(tmp_path)


@pytest.mark.realdata
def test_official_splits(shared_data: Path) -> None:
    hgb = hgb_imdb(shared_data / "hgb_imdb")
    assert (len(hgb.data.train), len(hgb.data.test)) == (1371, 3202)
    assert hgb.data.labels[hgb.data.train].sum(axis=0).tolist() == [357, 431, 541, 327, 770]
    assert {name: r.matrix.nnz for name, r in hgb.data.graph.relations.items()} == {
        "director": 4932,
        "actor": 14779,
        "keyword": 23610,
    }
    magnn = magnn_imdb(shared_data / "magnn_imdb")
    assert [len(part) for part in (magnn.data.train, magnn.data.validation, magnn.data.test)] == [400, 400, 3478]
    for found in (hgb, magnn):
        problem, exam = found.open(0)
        assert exam.leaks(problem) == []


@pytest.mark.realdata
def test_logistic_regression_on_features_is_as_good_as_it_was(shared_data: Path) -> None:
    """A band on validation titles, so that a silent break shows."""
    found = hgb_imdb(shared_data / "hgb_imdb")
    problem, _ = found.open(0)
    logistic = next(row for row in contenders(found) if row.name == "logistic regression on features")
    assert 0.58 <= logistic.fit(problem, 0).about["validation macro F1"] <= 0.70
    assert "keyword" in own_blocks(problem.graph)
