"""Tags told from everything else: known answers, the same in training and in answers, honest and calibrated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from scipy import sparse

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.cli.main import app
from reelation.contenders.genres import ATLAS_ROW, contenders
from reelation.engine import Engine
from reelation.errors import AtlasError, UsageError
from reelation.evaluation.tasks.genres import CALIBRATION, CatalogueGenres
from reelation.graph.build import build_graph
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.parts.classifier import FACETS
from reelation.training.run import TrainConfig, train
from reelation.training.tagging import (
    TagConfig,
    Tagging,
    calibrate,
    calibrated,
    common_classes,
    neighbours_tags,
    tag_features,
)
from tests.world import SOURCE

TITLES = 240
GENRES = ("comedy", "drama", "horror")
SEED = 5
WRONG = {4: "horror", 100: "comedy"}
"""Titles whose genre is not their people's."""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Every genre has ten people of its own, three of whom make each title; all share one crowd of extras."""
    rng = np.random.default_rng(1)
    kinds = np.arange(TITLES) % 3
    titles = [
        {
            "title_id": f"t:{i:03d}",
            "kind": "film",
            "name": f"Film {i}",
            "year": 1990 + int(kinds[i]) * 5 + int(rng.integers(9)),
        }
        for i in range(TITLES)
    ]
    credits, tags = [], []
    for i in range(TITLES):
        cast = [f"p:{GENRES[kinds[i]]}{n}" for n in rng.choice(10, 3, replace=False)] + [f"p:extra{rng.integers(20)}"]
        credits += [{"title_id": f"t:{i:03d}", "person_id": one, "role": "actor"} for one in cast]
        genre = WRONG.get(i, GENRES[kinds[i]])
        tags += [{"title_id": f"t:{i:03d}", "facet": "genre", "value": genre}]
        tags += [{"title_id": f"t:{i:03d}", "facet": "country", "value": str(rng.choice(["France", "Spain"]))}]
    people = sorted({row["person_id"] for row in credits})
    tables = tables_of(
        SOURCE.name,
        {
            "titles": titles,
            "people": [{"person_id": one, "name": one.removeprefix("p:").title()} for one in people],
            "credits": credits,
            "tags": pl.DataFrame(tags).with_columns(weight=1.0),
        },
    )
    return write_catalogue(tmp_path_factory.mktemp("classify") / "catalogue", tables, (SOURCE,))


@pytest.fixture(scope="module")
def engine(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    learn = LearnConfig(fit=FitConfig(steps=5, validate_every=5), threads=1)
    folder = tmp_path_factory.mktemp("classify") / "atlas"
    return Engine(train(catalogue, folder, TrainConfig(learn=learn, seed=SEED)), "en")


def test_people_tell_the_genre(engine: Engine) -> None:
    found = engine.classify("t:002")
    assert (found[0].tag, found[0].given) == ("horror", True)
    assert found[0].probability > 0.8 > 0.2 > found[1].probability
    assert "for it: Horror" in found[0].reason
    wrong = engine.classify("t:004")  # its people make dramas, whatever it says
    assert (wrong[0].tag, wrong[0].given) == ("drama", False)


def test_log_odds_are_the_sum_of_what_speaks(engine: Engine) -> None:
    for one in engine.classify("t:010"):
        odds = one.base + sum(each.part for each in one.evidence) + one.rest
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(one.probability, abs=1e-5)


@pytest.mark.parametrize("facet", ["genre", "country"])
def test_answers_are_what_training_says(engine: Engine, catalogue: Catalogue, facet: str) -> None:
    graph = build_graph(catalogue)
    matrix = graph.relations[facet].matrix
    labels = matrix.toarray() > 0
    config = TagConfig() if facet == "genre" else TagConfig(folds=2, iterations=12)
    tagging = Tagging(tag_features(graph, facet, config), labels, np.arange(TITLES), SEED, config)
    expected = tagging.probability(np.arange(TITLES))
    for row in range(0, TITLES, 7):
        by_tag = {one.tag: one.probability for one in engine.classify(engine.titles()[row], facet)}
        told = [by_tag[str(key)] for key in graph.nodes[facet].ids]
        assert told == pytest.approx(expected[row], abs=2e-3)


def test_a_new_title_is_told_from_people_and_not_from_its_own_genres(engine: Engine) -> None:
    new = {"name": "Film 999", "year": 2003, "credits": {"actor": ["Horror1", "Horror2"]}}
    found = engine.classify(new)
    assert (found[0].tag, found[0].given) == ("horror", None)
    said = engine.classify({**new, "tags": {"genre": ["comedy"]}})
    assert [one.probability for one in said] == pytest.approx([one.probability for one in found])


def test_wrong_genres_are_suspicious(engine: Engine) -> None:
    found = engine.suspicious(k=10)
    wrong = {(one.title.title_id, one.tag) for one in found if one.given}
    missing = {(one.title.title_id, one.tag) for one in found if not one.given}
    assert {("t:004", "horror"), ("t:100", "comedy")} <= wrong
    assert {("t:004", "drama"), ("t:100", "drama")} <= missing
    assert len(engine.suspicious(k=1)) == 2


def test_quality_is_said(engine: Engine) -> None:
    figures = engine.classify("t:002").figures
    assert figures["micro_f1"] > 0.9 > figures["most_common_micro_f1"]
    assert 0 <= figures["calibration_error"] <= 0.06  # 120 titles: bins are small


def test_what_cannot_be_told_is_an_error(engine: Engine, tiny_atlas: Atlas) -> None:
    with pytest.raises(UsageError, match="tells no keyword; it tells genre, country"):
        engine.classify("t:002", "keyword")
    with pytest.raises(AtlasError, match="too few tagged titles"):
        Engine(tiny_atlas).classify("w:void1")


def test_neighbours_tags_are_means_over_others() -> None:
    rng = np.random.default_rng(2)
    there = rng.random((30, 8)) < 0.2
    labels = (rng.random((30, 3)) < 0.4).astype(np.float32)
    known = rng.random(30) < 0.8
    rare = rng.random(8).astype(np.float32) + 1
    config = TagConfig(shrink=2.0, pull=1.5)
    found = neighbours_tags(sparse.csr_array(there.astype(np.float32)), rare, labels, known, np.arange(30), config)
    prior = labels[known].mean(axis=0)
    pull = 1.5 * np.mean([rare[thing] for thing in np.nonzero(there)[1]])
    for title in range(30):
        total, weight = np.zeros(3), 0.0
        for thing in np.flatnonzero(there[title]):
            others = [other for other in np.flatnonzero(there[:, thing] & known) if other != title]
            if others:
                total += rare[thing] * (labels[others] - prior).sum(axis=0) / (len(others) + 2)
                weight += rare[thing]
        assert found[title] == pytest.approx(total / (weight + pull), abs=1e-5)


def test_calibration_finds_the_slope() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(20_000, 2)).astype(np.float32) * 2
    labels = rng.random(logits.shape) < 1 / (1 + np.exp(-(logits * [0.5, 2.0] + [0.3, -1.0])))
    curve = calibrate(logits, labels)
    assert curve == pytest.approx(np.array([[0.5, 2.0], [0.3, -1.0]]), abs=0.08)
    assert calibrated(logits, curve).mean(axis=0) == pytest.approx(labels.mean(axis=0), abs=1e-2)


def test_common_classes_are_the_frequent_ones() -> None:
    assert common_classes([5, 30, 20, 19, 40], least=20, most=2).tolist() == [1, 4]
    assert "genre" in FACETS


def test_the_command(engine: Engine, tmp_path: Path) -> None:
    at = ["--atlas", str(engine.atlas.folder)]
    told = json.loads(CliRunner().invoke(app, ["classify", "t:002", *at, "--json"]).output)
    assert told["tags"][0]["tag"] == "horror"
    file = tmp_path / "new.json"
    file.write_text(json.dumps({"name": "Film 999", "credits": {"actor": ["Drama1"]}}), "utf-8")
    new = CliRunner().invoke(app, ["classify", "--json-file", str(file), *at, "--lang", "zh"])
    assert "支持：Drama1" in new.output
    doubts = CliRunner().invoke(app, ["classify", "--suspicious", *at])
    assert "looks wrong" in doubts.output
    assert isinstance(CliRunner().invoke(app, ["classify", *at]).exception, UsageError)


def test_the_row_of_the_table_runs_the_same_code(catalogue: Catalogue) -> None:
    task = CatalogueGenres(build_graph(catalogue))
    problem, exam = task.open(0)
    (row,) = (row for row in contenders(task) if row.name == ATLAS_ROW)
    figures = exam.grade(row.fit(problem, 0).predict)
    assert figures["micro F1"].value() > 0.9
    assert figures[CALIBRATION].value() < 0.1  # 24 titles
