"""Metrics against hand-computed values, brute force and a second library."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import coverage_error, f1_score, label_ranking_average_precision_score, top_k_accuracy_score

from reelation.catalogue.store import Catalogue
from reelation.evaluation.baselines import overlap_baselines
from reelation.evaluation.metrics import (
    adjusted_mutual_information,
    adjusted_rand,
    bootstrap_interval,
    f1_scores,
    ranks_of,
    recall_at,
    reciprocal_ranks,
)
from reelation.evaluation.retrieval import evaluate_retrieval, group_labels
from reelation.graph.build import Graph, build_graph

Doubles = NDArray[np.float64]
few_scores = arrays(np.float64, st.integers(1, 12), elements=st.sampled_from([-np.inf, 0.0, 0.5, 1.0, 2.0]))
labels = arrays(bool, st.tuples(st.integers(1, 8), st.integers(1, 5)))


@pytest.fixture(scope="module")
def graph(tiny_catalogue: Catalogue) -> Graph:
    return build_graph(tiny_catalogue)


def test_ties_take_the_middle_rank() -> None:
    scores = np.array([5.0, 3.0, 3.0, 3.0, 1.0, -np.inf, -np.inf])
    assert ranks_of(scores, [0, 1, 3, 4, 6]).tolist() == [1, 3, 3, 5, 6.5]


@settings(deadline=None)
@given(few_scores)
def test_ranks_are_those_of_scipy(scores: Doubles) -> None:
    everything = np.arange(len(scores))
    assert ranks_of(scores, everything).tolist() == rankdata(-scores, "average").tolist()


def test_recall_counts_ranks_up_to_k() -> None:
    ranks = np.array([1, 2.5, 10, 10.5])
    assert [recall_at(ranks, k) for k in (0, 1, 3, 10, 11)] == [0, 0.25, 0.5, 0.75, 1]
    assert recall_at(np.zeros(0), 10) == 0


def test_reciprocal_ranks_by_hand() -> None:
    scores = np.array([[0.9, 0.1, 0.5], [0.2, 0.2, 0.2], [0.1, 0.7, 0.7]])
    assert reciprocal_ranks(scores, np.array([2, 0, 1])).tolist() == pytest.approx([1 / 2, 1 / 2, 1 / 1.5])


def test_ranking_figures_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    scores = np.stack([rng.permutation(20) for _ in range(50)]).astype(np.float64)
    right = rng.integers(0, 20, 50)
    one = np.eye(20, dtype=int)[right]
    assert reciprocal_ranks(scores, right).mean() == pytest.approx(label_ranking_average_precision_score(one, scores))
    ranks = np.concatenate([ranks_of(line, [row]) for line, row in zip(scores, right.tolist(), strict=True)])
    for k in (1, 5, 10):
        assert recall_at(ranks, k) == pytest.approx(top_k_accuracy_score(right, scores, k=k, labels=np.arange(20)))
    several = rng.random((50, 20)) < 0.3
    several[:, 0] = True
    worst = [ranks_of(line, np.flatnonzero(has)).max() for line, has in zip(scores, several, strict=True)]
    assert np.mean(worst) == pytest.approx(coverage_error(several, scores))


def test_f1_by_hand() -> None:
    truth = np.array([[1, 0, 1, 0], [1, 1, 0, 0], [0, 1, 0, 0]])
    predicted = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0]])
    assert f1_scores(truth, predicted) == pytest.approx(((0.8 + 2 / 3 + 0 + 0) / 4, 2 * 3 / (5 + 5)))
    assert f1_scores(np.zeros((2, 3)), np.zeros((2, 3))) == (0, 0)


@settings(max_examples=40, deadline=None)
@given(labels, st.integers(0, 2**16))
def test_f1_is_that_of_scikit_learn(truth: NDArray[np.bool_], seed: int) -> None:
    predicted = np.random.default_rng(seed).random(truth.shape) < 0.5
    if truth.shape[1] == 1:  # scikit-learn takes one column for something else
        truth, predicted = (np.pad(one, ((0, 0), (0, 1))) for one in (truth, predicted))
    expected = [f1_score(truth, predicted, average=average, zero_division=0) for average in ("macro", "micro")]
    assert f1_scores(truth, predicted) == pytest.approx(expected)


@settings(max_examples=20, deadline=None)
@given(arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1)), st.integers(0, 99))
def test_an_interval_holds_its_mean_and_repeats(values: Doubles, seed: int) -> None:
    found = bootstrap_interval(values, seed, resamples=200)
    assert found == bootstrap_interval(values, seed, resamples=200)
    assert found.mean == pytest.approx(values.mean())
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    inner = bootstrap_interval(values, seed, resamples=200, level=0.5)
    assert found.low <= inner.low <= inner.high <= found.high


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    samples = rng.exponential(2.0, (200, 80))
    for level, least, most in ((0.95, 0.9, 0.99), (0.5, 0.4, 0.6)):
        found = [bootstrap_interval(sample, seed, 200, level) for seed, sample in enumerate(samples)]
        assert least <= np.mean([one.low <= 2.0 <= one.high for one in found]) <= most


SCORES = np.array([[9, 3, 2, 1], [4, 9, 4, 4], [0, 1, 9, 2], [5, 6, 7, 0]], np.float32)


def scores_of(rows: NDArray[np.int64]) -> NDArray[np.float32]:
    return SCORES[rows]


def test_retrieval_by_hand() -> None:
    """Row 0 finds 2 second and 3 third; row 1 is tied three ways; row 3 has its one right title last."""
    found = evaluate_retrieval(scores_of, {3: [0], 0: {2, 3}, 1: {0}})
    assert found.reciprocal_rank.tolist() == pytest.approx([1 / 2, 1 / 2, 1 / 3])
    assert found.recall_10.tolist() == found.recall_50.tolist() == [1, 1, 1]
    assert found.summary()["mrr"].mean == pytest.approx(4 / 9)
    assert SCORES[0, 0] == 9  # what the scorer returned is not written to


def test_recall_is_a_share_of_the_right_titles() -> None:
    line = np.arange(100, 0, -1, dtype=np.float32)[None]
    found = evaluate_retrieval(lambda rows: line, {0: [1, 10, 11, 50, 51]})
    assert (found.recall_10.item(), found.recall_50.item()) == (0.4, 0.8)


def test_the_query_never_counts_itself() -> None:
    best_of_all = SCORES + 1000 * np.eye(4, dtype=np.float32)
    right = {row: [(row + 1) % 4] for row in range(4)}
    plain, lifted = (evaluate_retrieval(lambda rows, s=s: s[rows], right) for s in (SCORES, best_of_all))  # type: ignore[misc]
    assert plain.reciprocal_rank.tolist() == lifted.reciprocal_rank.tolist()


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(1, 9))
def test_how_many_are_scored_together_does_not_matter(seed: int, at_once: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (9, 9)).astype(np.float32)
    right = {row: [int(rng.integers(9))] for row in range(9)}
    straight, parts = (evaluate_retrieval(lambda rows: scores[rows], right, n) for n in (64, at_once))
    assert straight.reciprocal_rank.tolist() == parts.reciprocal_rank.tolist()


def test_groups_too_small_or_too_large_give_no_labels() -> None:
    groups = {"one": [1], "twice one": [7, 7], "pair": [1, 2], "other": [2, 3], "many": range(10, 20)}
    assert group_labels(groups, largest=9) == {1: {2}, 2: {1, 3}, 3: {2}}
    assert len(group_labels(groups, largest=10)) == 13


BASELINES: dict[str, tuple[float, float, float, float, float, float]] = {
    "shared genres": (0, 1, 0, 0, 0, 0),
    "shared people": (1, 0, 0, 0, 0, 0),
    "people + genres": (1, 0.5, 0, 0, 0, 0),
    "title words": (0, 0, 0, 0, 0, 1),
    "hand-weighted overlap": (1, 0.25, 0.25, 0.2, 0.05, 0),
    "hand-weighted overlap, lighter": (1, 0.15, 0.15, 0.1, 0.05, 0),
    "hand-weighted overlap + title words": (1, 0.15, 0.15, 0.1, 0.05, 1),
}
"""Weights of people, genres, genre pairs, era, country and words."""


def by_hand(graph: Graph) -> list[Doubles]:
    """[titles, titles] cosines of people, genres, genre pairs, era, country and words, one pair at a time."""

    def things(*names: str) -> list[set[str]]:
        found: list[set[str]] = [set() for _ in range(len(graph))]
        for relation in (graph.relations[name] for name in names):
            for row, column in zip(*relation.matrix.nonzero(), strict=True):
                found[row].add(graph.nodes[relation.target][int(column)])
        return found

    def cosine(has: list[set[str]]) -> Doubles:
        counts: dict[str, int] = {}
        for one in set().union(*has):
            counts[one] = sum(one in some for some in has)
        weight = {one: (np.log((1 + len(has)) / (1 + count)) + 1) ** 2 for one, count in counts.items()}
        size = [sum(weight[one] for one in some) for some in has]
        out = np.zeros((len(has), len(has)))
        for a, b in product(range(len(has)), repeat=2):
            if has[a] and has[b]:
                out[a, b] = sum(weight[one] for one in has[a] & has[b]) / np.sqrt(size[a] * size[b])
        return out

    genres = things("genre")
    pairs = [{f"{a}+{b}" for a, b in combinations(sorted(some), 2)} for some in genres]
    words: list[set[str]] = [set() for _ in range(len(graph))]
    for key, word in (("void", "voidborn"), ("tide", "tide")):
        for row in range(len(graph)):
            if key in graph.nodes["title"][row]:
                words[row].add(word)
    years = graph.year.astype(float)
    centres = np.linspace(years[years > 0].min(), years.max(), 24)
    bumps = np.exp(-0.5 * ((years[:, None] - centres) / 8) ** 2) * (years > 0)[:, None]
    size = np.linalg.norm(bumps, axis=1)
    era = (bumps @ bumps.T) / np.where(size > 0, size, 1)[:, None] / np.where(size > 0, size, 1)
    return [
        cosine(things(*(relation.name for relation in graph.of_target("person")))),
        cosine(genres),
        cosine(pairs),
        era,
        cosine(things("country")),
        cosine(words),
    ]


def test_baselines_are_what_they_say(graph: Graph) -> None:
    parts, found = by_hand(graph), overlap_baselines(graph)
    assert set(found) == set(BASELINES)
    for name, weights in BASELINES.items():
        expected = sum(weight * part for weight, part in zip(weights, parts, strict=True))
        assert found[name](np.arange(len(graph))) == pytest.approx(expected, abs=1e-5), name


@pytest.mark.parametrize("name", [name for name in BASELINES if name != "shared genres"])
def test_the_own_crew_comes_first(graph: Graph, name: str) -> None:
    crew = [graph.nodes["title"].row(f"w:void{n}") for n in (1, 2, 3)]
    scores = overlap_baselines(graph)[name](np.array(crew))
    others = np.delete(scores, crew, axis=1)
    assert (scores[:, crew].min(axis=1) > others.max(axis=1)).all()


def test_adjusted_rand_by_hand() -> None:
    """{0,1},{2,3} against {0,1,2},{3}: one pair together in both; 2 and 3 pairs, 6 in all, so (1 - 1) / (2.5 - 1)."""
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])) == pytest.approx(0.0)
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2])) == 1.0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=60))
def test_agreement_of_groupings_as_in_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    first, second = np.array(pairs, np.int64).T
    assert adjusted_rand(first, second) == pytest.approx(adjusted_rand_score(first, second), abs=1e-9)
    ours = adjusted_mutual_information(first, second)
    assert ours == pytest.approx(adjusted_mutual_info_score(first, second), abs=1e-6)
