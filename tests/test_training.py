"""Training on the tiny world: laws of the loop, the walks, the checkpoint and the atlas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.errors import AtlasError, DataError, UsageError
from reelation.features.propagate import channels
from reelation.graph.build import Graph, GraphOptions, build_graph
from reelation.graph.hetero import to_hetero
from reelation.graph.hide import without
from reelation.models.base import TitleEncoder
from reelation.models.hetero_passing import HeteroPassingConfig
from reelation.models.message_passing import MessagePassingConfig
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig, ModelConfig, learn, make_encoder
from reelation.training.loop import FitConfig, fit
from reelation.training.objectives import Relatedness, RelatednessConfig
from reelation.training.run import TrainConfig, train
from reelation.training.walks import Walks
from tests.world import SOURCE, tiny_tables

QUICK = LearnConfig(fit=FitConfig(steps=30, validate_every=10), threads=1)
MODELS: list[ModelConfig] = [
    QUICK.model,
    *(MessagePassingConfig(kind, width=16, hidden=8) for kind in ("gcn", "gat", "sage")),
    *(HeteroPassingConfig(kind, width=16, hidden=8) for kind in ("rgcn", "hgt", "hetero-sage", "hetero-gat")),
]


@pytest.fixture(scope="module")
def graph(tiny_catalogue: Catalogue) -> Graph:
    return build_graph(tiny_catalogue)


def test_graph_has_what_the_world_has(graph: Graph) -> None:
    assert len(graph) == 12
    assert graph.relations["director"].matrix.nnz == 8
    assert graph.relations["episode_of"].matrix.shape == (12, 12)
    row, viewer = graph.nodes["title"].row("w:void1"), graph.nodes["viewer"].row("v:2")
    assert graph.relations["rating"].matrix[row, viewer] == 0.5
    director = graph.relations["actor"]
    order = dict(zip(director.matrix.indices.tolist(), director.attributes["order"].tolist(), strict=True))
    assert order[graph.nodes["person"].row("p:flo")] in (1, 2)


def test_left_out_relations_are_gone(tiny_catalogue: Catalogue) -> None:
    graph = build_graph(tiny_catalogue, GraphOptions(leave_out=("genre", "episode_of")))
    assert "genre" not in graph.relations
    assert "genre" not in graph.nodes
    with pytest.raises(UsageError, match="no relation"):
        build_graph(tiny_catalogue, GraphOptions(leave_out=("colour",)))


def test_sources_not_for_training_are_left_out(tmp_path: Path) -> None:
    tables = tiny_tables()
    catalogue = write_catalogue(tmp_path, tables, (replace(SOURCE, trainable=False),))
    assert build_graph(catalogue).edges == 0
    assert build_graph(catalogue, GraphOptions(display_sources=True)).edges > 0


def test_walks_end_where_something_is_shared(graph: Graph) -> None:
    shared = sum((r.matrix != 0).astype(int) @ (r.matrix != 0).astype(int).T for r in graph.relations.values())
    starts, ends = Walks(graph).pairs(2000, np.random.default_rng(0))
    linked = np.asarray(shared.toarray() > 0)
    for name in ("episode_of",):
        matrix = graph.relations[name].matrix.toarray() > 0
        linked |= matrix | matrix.T
    assert linked[starts, ends].all()
    assert (starts != ends).all()
    assert len(starts) > 1000


def test_nothing_shared_is_said(tmp_path: Path) -> None:
    tables = {"titles": tiny_tables()["titles"]}
    with pytest.raises(DataError, match="nothing to train on"):
        learn(build_graph(write_catalogue(tmp_path, tables, (SOURCE,))), QUICK, seed=0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: getattr(model, "kind", "default"))
def test_every_model_learns_the_world(graph: Graph, model: ModelConfig) -> None:
    """Over-fitting test: after training, the space-horror films are nearer to each other than to any court drama."""
    learned = learn(graph, replace(QUICK, model=model, fit=FitConfig(steps=120, validate_every=60, patience=9)), seed=1)
    vectors = np.concatenate(list(learned.blocks.values()), axis=1)
    voids = [graph.nodes["title"].row(f"w:void{n}") for n in (1, 2, 3)]
    benches = [graph.nodes["title"].row(f"w:bench{n}") for n in (1, 2, 3)]
    inside = vectors[voids] @ vectors[voids].T
    across = vectors[voids] @ vectors[benches].T
    assert inside[~np.eye(3, dtype=bool)].mean() > across.mean() + 0.2
    assert learned.history.losses[-1] < learned.history.losses[0]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: getattr(model, "kind", "default"))
def test_same_seed_same_vectors(graph: Graph, model: ModelConfig) -> None:
    runs = [learn(graph, replace(QUICK, model=model), seed=3) for _ in range(2)]
    for facet, block in runs[0].blocks.items():
        assert np.array_equal(block, runs[1].blocks[facet])
    assert np.isfinite(np.concatenate(list(runs[0].blocks.values()), axis=1)).all()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: getattr(model, "kind", "default"))
def test_a_batch_equals_one_by_one(graph: Graph, model: ModelConfig) -> None:
    encoder = make_encoder(graph, replace(QUICK, model=model), seed=0).eval()
    with torch.no_grad():
        together = encoder.embed(torch.arange(len(graph)))
        alone = torch.cat([encoder.embed(torch.tensor([row])) for row in range(len(graph))])
    assert torch.allclose(together, alone, atol=1e-5)


def test_interrupted_and_resumed_equals_uninterrupted(graph: Graph, tmp_path: Path) -> None:
    class Stops(Relatedness):
        calls = 0

        def loss(self, encoder: TitleEncoder, rng: np.random.Generator) -> Tensor:
            Stops.calls += 1
            if Stops.calls == 15:
                raise KeyboardInterrupt
            return super().loss(encoder, rng)

    def parts(kind: type[Relatedness]) -> tuple[TitleEncoder, Relatedness]:
        return make_encoder(graph, QUICK, seed=5), kind(Walks(graph), len(graph), 5, RelatednessConfig())

    with pytest.raises(KeyboardInterrupt):
        fit(*parts(Stops), QUICK.fit, 5, tmp_path)
    assert (tmp_path / "checkpoint.npz").is_file()
    resumed, straight = parts(Relatedness), parts(Relatedness)
    histories = fit(*resumed, QUICK.fit, 5, tmp_path), fit(*straight, QUICK.fit, 5)
    assert histories[0].losses == pytest.approx(histories[1].losses, abs=1e-6)
    weights: list[list[NDArray[np.float32]]] = [
        [value.detach().numpy() for value in run[0].state_dict().values()] for run in (resumed, straight)
    ]
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(*weights, strict=True))
    assert not (tmp_path / "checkpoint.npz").exists()


def test_a_loss_that_is_no_number_stops(graph: Graph) -> None:
    class Broken:
        figure = "nothing"
        head: nn.Module = nn.Module()

        def loss(self, encoder: TitleEncoder, rng: np.random.Generator) -> Tensor:
            return encoder.facet_logits.sum() * float("nan")

        def validate(self, encoder: TitleEncoder) -> float:
            return 0.0

    with pytest.raises(DataError, match="the loss is nan"):
        fit(make_encoder(graph, QUICK, 0), Broken(), QUICK.fit, 0)


def test_saved_and_opened_answers_the_same(tiny_atlas: Atlas, tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=40, validate_every=20), threads=1), seed=7)
    again = train(tiny_catalogue, tmp_path, config)
    assert np.array_equal(again.vectors, tiny_atlas.vectors)
    assert np.array_equal(again.edge_value, tiny_atlas.edge_value)
    opened = Atlas.open(tmp_path)
    assert np.array_equal(opened.vectors, again.vectors)
    assert opened.manifest == again.manifest


def test_a_newer_or_broken_atlas_is_refused(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="No atlas"):
        Atlas.open(tmp_path / "none")
    train(tiny_catalogue, tmp_path, TrainConfig(learn=QUICK, seed=0))
    manifest = tmp_path / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(
        text.replace('"format": 1', '"format": 99').replace('"oldest_reader": 1', '"oldest_reader": 99')
    )
    with pytest.raises(AtlasError, match="pip install -U"):
        Atlas.open(tmp_path)
    manifest.write_text(text)
    vectors = next(tmp_path.glob("generation-*/vectors.npy"))
    vectors.write_bytes(vectors.read_bytes()[:100])
    with pytest.raises(AtlasError, match="damaged"):
        Atlas.open(tmp_path)


def test_hidden_genres_change_no_input(graph: Graph) -> None:
    """A planted leak: whatever genres titles have, the encoder sees the same numbers."""
    relation = graph.relations["genre"]
    lying = relation.matrix.copy()
    for row in (graph.nodes["title"].row(key) for key in ("w:void1", "w:bench2")):
        lying.data[lying.indptr[row] : lying.indptr[row + 1]] *= 0.5
    swapped = replace(graph, relations={**graph.relations, "genre": replace(relation, matrix=lying)})
    seen = [channels(without(one, ["genre"]), seed=0) for one in (graph, swapped)]
    assert all(np.array_equal(a.values, b.values) for a, b in zip(*seen, strict=True))
    assert {channel.name for channel in channels(graph, seed=0)} > {channel.name for channel in seen[0]}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: getattr(model, "kind", "default"))
def test_genres_are_learned_from_people(model: ModelConfig, tmp_path: Path) -> None:
    """200 titles by two crews, one all horror, one all drama: the hidden genre follows from the crew."""
    titles = [f"t:{n:03}" for n in range(200)]
    tables = tables_of(
        "world",
        {
            "titles": [{"title_id": key, "kind": "film", "name": key} for key in titles],
            "credits": [
                {"title_id": key, "person_id": f"p:{n % 2}:{(n * part) % 7}", "role": "actor"}
                for n, key in enumerate(titles)
                for part in (1, 3, 5)
            ],
            "tags": [
                {"title_id": key, "facet": "genre", "value": ("horror", "drama")[n % 2]} for n, key in enumerate(titles)
            ],
        },
    )
    graph = build_graph(write_catalogue(tmp_path, tables, (SOURCE,)))
    config = LearnConfig(model, fit=FitConfig(steps=150, validate_every=50), objective="genres", threads=1)
    scores = learn(graph, config, seed=0).genres
    assert scores is not None
    assert scores.titles == 20
    assert scores.macro_f1 > 0.9


def test_too_few_genres_are_refused(graph: Graph) -> None:
    with pytest.raises(DataError, match="Too few titles have genres"):
        learn(graph, replace(QUICK, objective="genres"), seed=0)


def test_hetero_data_holds_every_edge_both_ways(graph: Graph) -> None:
    data = to_hetero(graph)
    assert data["title"].num_nodes == len(graph)
    assert sum(data[kind].edge_index.shape[1] for kind in data.edge_types) == 2 * graph.edges
    assert data.validate()
    director = data["title", "director", "person"]
    assert director.edge_index.shape[1] == director.edge_idf.shape[0] == director.edge_order.shape[0]
    assert ("viewer", "rev_rating", "title") in data.edge_types
