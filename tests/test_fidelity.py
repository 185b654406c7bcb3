"""Fidelity: what deletion does to the trained models themselves, and how it is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.store import Catalogue
from reelation.cli.main import app
from reelation.contenders import explained_passing, explanations
from reelation.contenders.explained_default import ExplainedDefault
from reelation.contenders.explained_passing import ExplainedPassing, config_of
from reelation.errors import DataError
from reelation.evaluation.tasks.explanations import ExplanationExam, ExplanationProblem, Explanations, Kept
from reelation.features import propagate
from reelation.features.propagate import channels
from reelation.graph import build
from reelation.models.message_passing import Kind, MessagePassing
from reelation.models.propagate_learn import PropagateLearn
from reelation.training.learn import LearnConfig, embed_all
from reelation.training.loop import FitConfig
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.weights import plan_scores
from tests.crowded import crowded, deleted

QUICK = LearnConfig(fit=FitConfig(steps=8), threads=1)


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> ExplanationProblem:
    catalogue = crowded(tmp_path_factory.mktemp("crowded") / "catalogue")
    return ExplanationProblem(catalogue, build.build_graph(catalogue))


class Additive:
    """A model whose score is a sum over things, so that every figure is known."""

    things = 4

    def scores(self, kept: Kept) -> NDArray[np.float64]:
        return np.asarray(kept @ np.array([4.0, 2.0, 1.0, 1.0]))


class Choice:
    def __init__(self, chosen: list[list[int]]) -> None:
        self._chosen = np.zeros((len(chosen), 4), bool)
        np.put_along_axis(self._chosen, np.array(chosen), True, axis=1)

    def pair(self, a: int, b: int) -> Additive:
        return Additive()

    def explain(self, pair: Any, rng: np.random.Generator) -> Kept:
        return self._chosen


def test_fidelity_by_hand() -> None:
    pairs = np.array([[0, 1], [2, 3]])
    figures = ExplanationExam("sums", pairs, 0).grade(Choice([[0, 1]]))
    assert {name: figure.value() for name, figure in figures.items() if name != "ms"} == pytest.approx(
        {"fidelity+": 6 / 8, "fidelity-": 2 / 8, "sparsity": 0.5}
    )
    by_lot = ExplanationExam("sums", pairs, 0).grade(Choice([[0], [3]]))
    assert by_lot["fidelity+"].value() == pytest.approx((4 + 1) / 2 / 8), "draws are averaged"
    assert by_lot["sparsity"].value() == pytest.approx(0.75)


class Replay:
    """Rarities as they were: the same answers in the same order, whatever is asked the second time."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.kept: list[Any] = []
        self.recording = True

    def __call__(self, matrix: sparse.csr_array) -> Any:
        if self.recording:
            self.kept.append(self._real(matrix))
            return self.kept[-1]
        return next(self._again)

    def rewind(self) -> None:
        self._again: Iterator[Any] = iter(self.kept)
        self.recording = False


def test_the_default_model_is_asked_as_if_the_edges_had_never_been(
    problem: ExplanationProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything from a graph without the edges, with weights and rarities as trained, gives the same score."""
    small = replace(QUICK, inputs=propagate.PropagateConfig(people_width=8, tag_width=6))
    model = ExplainedDefault(problem, 1, small)
    a, b = 3, 40
    pair = model.pair(a, b)
    things = [*pair.deletion.shared[:3].tolist(), 0, len(pair.deletion.nodes) - 1]
    kept = np.ones((len(things) + 1, pair.things), bool)
    kept[np.arange(len(things)), things] = False
    replay = Replay(build.idf)
    for module in (build, propagate):
        monkeypatch.setattr(module, "idf", replay)
    channels(problem.graph, 1, small.inputs)
    whole = plan_facets(problem.graph, {}, Recipe(), 1)
    scores, total = pair.scores(kept), _weight(model, whole)
    assert scores[-1] == pytest.approx(_again(model, problem.graph, small, a, b, replay) / total, rel=2e-3)
    for at, thing in enumerate(things):
        node = model.atlas.nodes[int(pair.deletion.nodes[thing])]
        kind, _, name = node.partition(":")
        if kind == "word":
            continue
        without = deleted(problem.graph, (a, b), kind, problem.graph.nodes[kind].row(name))
        anew = _again(model, without, small, a, b, replay) / total
        assert scores[at] == pytest.approx(anew, rel=2e-3), node
        assert abs(scores[at] - scores[-1]) > 1e-5, node


def _again(model: ExplainedDefault, graph: build.Graph, config: LearnConfig, a: int, b: int, replay: Replay) -> float:
    replay.rewind()
    made = channels(graph, 1, config.inputs)
    network = PropagateLearn(made, config.model)  # type: ignore[arg-type]
    network.load_state_dict(model._network.state_dict())
    vectors = embed_all(network, len(graph))
    starts = np.cumsum([0, *network.facets.values()])
    blocks = {name: vectors[:, i:j] for name, i, j in zip(network.facets, starts[:-1], starts[1:], strict=True)}
    return float(plan_scores(plan_facets(graph, blocks, Recipe(), 1))(np.array([a]))[0, b])


def _weight(model: ExplainedDefault, plans: Any) -> float:
    """By how much the atlas's score is scaled down."""
    genre = next(block for plan in plans for block in plan.dense if block.name == "genre")
    stored = next(b for facet in model.atlas.manifest.facets for b in facet.blocks if b.name == "genre")
    return float(genre.weight / (np.linalg.norm(model.atlas.vectors[0, stored.columns]) ** 2))


@pytest.mark.parametrize("kind", ["gcn", "gat", "sage"])
def test_a_passing_network_is_asked_as_if_the_edges_had_never_been(problem: ExplanationProblem, kind: Kind) -> None:
    config = replace(config_of(kind), fit=FitConfig(steps=4))
    model = ExplainedPassing(problem, kind, 2, config)
    a, b = 3, 40
    pair = model.pair(a, b)
    whole = np.ones((1, pair.things), bool)
    assert pair.scores(whole)[0] == pytest.approx(float(model.vectors[a] @ model.vectors[b]), abs=1e-5)
    for thing in range(0, pair.things, 4):
        target, column, common = _column(problem.graph, int(pair._things[thing]))
        if common <= 3:  # with fewer titles left it would be no node any more
            continue
        network = MessagePassing(deleted(problem.graph, (a, b), target, column), config.model, 2)  # type: ignore[arg-type]
        network.load_state_dict(model.network.state_dict())
        vectors = embed_all(network, len(problem.graph))
        kept = whole.copy()
        kept[0, thing] = False
        assert pair.scores(kept)[0] == pytest.approx(float(vectors[a] @ vectors[b]), abs=1e-5), (target, column)


def _column(graph: build.Graph, node: int) -> tuple[str, int, int]:
    """Type, column and number of titles of a node of `union_edges`."""
    first = len(graph)
    for target in dict.fromkeys(relation.target for relation in graph.relations.values()):
        if node < first + len(graph.nodes[target]):
            column = node - first
            return target, column, int((build.union(graph.of_target(target)).indices == column).sum())
        first += len(graph.nodes[target])
    raise AssertionError(node)


def test_gnn_explainer_gives_every_thing_a_number(problem: ExplanationProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explained_passing, "EPOCHS", 3)
    pair = ExplainedPassing(problem, "gcn", 2, replace(config_of("gcn"), fit=FitConfig(steps=4))).pair(3, 40)
    before = pair.scores(np.ones((1, pair.things), bool))
    mask = pair.mask(np.random.default_rng(0))
    assert mask.shape == (pair.things,)
    assert (mask > 0).all()
    assert pair.scores(np.ones((1, pair.things), bool)) == pytest.approx(before), "the model is left as it was"


def test_our_evidence_carries_more_than_chance(problem: ExplanationProblem) -> None:
    task = Explanations(problem.catalogue, "crowded", pairs=20)
    model = ExplainedDefault(problem, 1, QUICK)
    found = {}
    for name, choose in (("ours", explanations._largest), ("lot", explanations._by_lot), ("all", explanations._all)):
        _, exam = task.open(0)
        found[name] = {key: figure.value() for key, figure in exam.grade(explanations._Chosen(model, choose)).items()}
    assert found["ours"]["fidelity+"] >= 2 * found["lot"]["fidelity+"]
    assert found["ours"]["fidelity-"] < found["lot"]["fidelity-"]
    assert found["ours"]["sparsity"] == pytest.approx(found["lot"]["sparsity"], abs=0.05)


def test_the_sample_is_fixed(problem: ExplanationProblem, tiny_catalogue: Catalogue) -> None:
    task = Explanations(problem.catalogue, "crowded", pairs=15)
    pairs = [task.open(seed)[1]._pairs for seed in (0, 0, 1)]
    assert (pairs[0] == pairs[1]).all()
    assert not np.array_equal(pairs[0], pairs[2])
    assert (pairs[0][:, 0] != pairs[0][:, 1]).all()
    with pytest.raises(DataError, match="too few titles"):
        Explanations(tiny_catalogue, "tiny")


def test_evaluate_explanations_quickly(
    problem: ExplanationProblem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ExplainedDefault(problem, 0, QUICK)
    monkeypatch.setattr(explanations, "_trained_default", lambda same, seed: model)
    ask = ["evaluate", "explanations", "-c", str(problem.catalogue.folder), "--quick", "--json", "--out", str(tmp_path)]
    found = CliRunner().invoke(app, ask)
    assert found.exit_code == 0, found.exception
    (table,) = json.loads(found.stdout)["tables"]
    names = [row["name"] for row in table["rows"]]
    assert len(names) == 4
    assert names[0] == "Reelation, 5 largest drops"
    assert table["rows"][0]["ahead"][1] > 0, "better than any baseline, for certain"
    everything = explanations.contenders(Explanations(problem.catalogue, "crowded"))
    assert {"GCN, GNNExplainer", "GAT, GNNExplainer", "GraphSAGE, GNNExplainer"} <= {row.name for row in everything}
    assert torch.get_num_threads() == 1
