"""What the relatedness score is made of: audience vectors, compact texts, weights learned from pairs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from reelation.catalogue.store import Catalogue
from reelation.evaluation.questions import Questions
from reelation.features.audience import audience_matrix, audience_vectors
from reelation.features.text import compact
from reelation.graph.build import build_graph
from reelation.graph.hide import hide_viewers
from reelation.search.exact import Measure, Scorer
from reelation.training.assemble import DenseBlock, FacetPlan, SparseTerms
from reelation.training.learn import LearnConfig, learn
from reelation.training.loop import FitConfig
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.run import TrainConfig, train
from reelation.training.weights import WeightConfig, fit_weights, parts_of, plan_scores, reweighed


def test_audience_counts_ratings_that_say_the_title_suits(tiny_catalogue: Catalogue) -> None:
    graph = build_graph(tiny_catalogue)
    matrix = audience_matrix(graph)
    assert matrix is not None
    seen = {
        (graph.nodes["title"][int(row)], graph.nodes["viewer"][int(at)])
        for row, at in zip(*matrix.nonzero(), strict=True)
    }
    assert seen == {("w:void1", "v:1"), ("w:void2", "v:1"), ("w:bench1", "v:2"), ("w:bench2", "v:2")}
    assert audience_matrix(hide_viewers(graph, np.arange(2))) is None


def test_audience_vectors_keep_shrunken_cosines() -> None:
    rng = np.random.default_rng(0)
    audience = sparse.csr_array((rng.random((30, 12)) < 0.4).astype(np.float32))
    vectors = audience_vectors(audience, 11, 5.0, seed=0)
    rarity = np.log(31 / (1 + np.asarray(audience.sum(axis=0)).ravel())) + 1
    exact = (audience * rarity / np.sqrt(np.diff(audience.indptr) + 5)[:, None]).toarray()
    exact = exact @ exact.T
    scale = (vectors @ vectors.T)[0, 0] / exact[0, 0]
    assert np.corrcoef((vectors @ vectors.T).ravel(), exact.ravel())[0, 1] > 0.99  # 11 of 12 directions
    assert scale > 0
    assert np.linalg.norm(vectors, axis=1).max() == pytest.approx(1)
    assert (audience_vectors(audience, 11, 5.0, seed=0) == vectors).all()
    assert audience_vectors(audience[:, [0]].tocsr(), 8, 5.0, seed=0).shape == (30, 0)


def test_compact_texts_lose_what_all_share() -> None:
    rng = np.random.default_rng(1)
    vectors = (rng.normal(size=(50, 6)) * [3, 1, 0.1, 0.1, 0.1, 0.1] + 10).astype(np.float32)
    vectors[7] = 0
    found = compact(vectors, 2)
    assert found.shape == (50, 2)
    assert not found[7].any()
    assert np.linalg.norm(np.delete(found, 7, axis=0), axis=1) == pytest.approx(np.ones(49), abs=1e-5)
    assert abs(np.corrcoef(found[:, 0], np.sign(vectors[:, 0] - 10))[0, 1]) > 0.6
    assert compact(np.zeros((4, 6), np.float32)).shape == (4, 0)


def plans_and_questions() -> tuple[tuple[FacetPlan, ...], Questions]:
    """Forty titles in twenty pairs: "true" tells the pairs, "half" sometimes, "noise" never."""
    rng = np.random.default_rng(2)
    pair = np.arange(40) // 2
    true = np.eye(20, dtype=np.float32)[pair]
    half = np.where(rng.random(40)[:, None] < 0.5, true, np.eye(20, dtype=np.float32)[rng.integers(0, 20, 40)])
    noise = rng.normal(size=(40, 4)).astype(np.float32)
    terms = SparseTerms("b", "person", 1.0, sparse.csr_array(half.astype(np.float32)))
    plans = (
        FacetPlan("a", (), (DenseBlock("a", "true", 1.0, true), DenseBlock("a", "noise", 1.0, noise))),
        FacetPlan("b", (), (), (terms,)),
    )
    labels = {row: frozenset({row ^ 1}) for row in range(40)}
    wrong = np.stack([rng.permutation(np.delete(np.arange(40), [row, row ^ 1]))[:10] for row in range(40)])
    return plans, Questions(labels, np.arange(40), np.arange(40) ^ 1, {"random": wrong.astype(np.int32)})


def test_weights_go_to_what_tells_pairs() -> None:
    plans, questions = plans_and_questions()
    weights = fit_weights(plans, [questions], 0, WeightConfig(crowd=10))
    assert list(weights) == list(parts_of(plans))
    assert weights["a", "true"] > 3 * max(weights["a", "noise"], 0)
    assert weights["a", "true"] > weights["b", "person terms"] >= 0
    assert weights == fit_weights(plans, [questions], 0, WeightConfig(crowd=10))
    kept = reweighed(plans, {("a", "true"): 2.0})
    assert [(plan.name, [block.name for block in plan.dense]) for plan in kept] == [("a", ["true"])]


def test_a_score_is_the_weighted_sum_of_its_parts() -> None:
    plans, _ = plans_and_questions()
    rows = np.array([3, 30])
    weights = {part: 0.5 + number for number, part in enumerate(parts_of(plans))}
    alone = [
        weight * plan_scores(reweighed(plans, {part: 1.0, ("a", "true"): 1e-12} | {part: 1.0}))(rows)
        for part, weight in weights.items()
    ]
    assert plan_scores(reweighed(plans, weights))(rows) == pytest.approx(sum(alone), abs=1e-4)


def test_plans_rank_as_the_atlas_does(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    config = LearnConfig(fit=FitConfig(steps=10, validate_every=5), threads=1)
    config = replace(config, audience=replace(config.audience, fit=config.fit))
    atlas = train(tiny_catalogue, tmp_path / "atlas", TrainConfig(learn=config, seed=3))
    graph = build_graph(tiny_catalogue)
    plans = plan_facets(graph, learn(graph, config, 3).blocks, Recipe(), 3)
    assert "audience" in [plan.name for plan in plans]
    scorer = Scorer(atlas, Measure.of(atlas))
    ours = plan_scores(plans)(np.arange(len(graph)))
    theirs = np.stack([scorer.scores(row) for row in range(len(graph))])
    assert ours / ours.max() == pytest.approx(theirs / theirs.max(), abs=1e-4)
