"""Explanations: drops are what deletion does, walks exist, and fidelity is counted as defined."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import UsageError
from reelation.graph.build import Graph, build_graph
from reelation.insights.deletion import Deletion
from reelation.insights.evidence import Shared
from reelation.search import paths as search_paths
from reelation.search.exact import METRICS, Measure, Scorer
from reelation.search.paths import FACTOR, OFF_THE_WAY, cheapest_walks
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.recipe import plan_facets
from reelation.training.run import TrainConfig, train
from reelation.training.weights import plan_scores
from tests.crowded import RECIPE, TITLES, crowded, deleted

PAIRS = [(0, 1), (3, 40), (17, 18), (25, 59)]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return crowded(tmp_path_factory.mktemp("crowded") / "catalogue")


@pytest.fixture(scope="module")
def graph(catalogue: Catalogue) -> Graph:
    return build_graph(catalogue)


@pytest.fixture(scope="module")
def atlas(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=5), threads=1), recipe=RECIPE, seed=3)
    return train(catalogue, tmp_path_factory.mktemp("crowded") / "atlas", config)


def _thing(atlas: Atlas, graph: Graph, node: int) -> tuple[str, int]:
    """Node type and column of a node."""
    kind = atlas.manifest.node_types[atlas.node_type[node]]
    return kind, graph.nodes[kind].row(atlas.nodes[node].removeprefix(f"{kind}:"))


@pytest.mark.parametrize("pair", PAIRS)
def test_drop_is_what_a_graph_without_the_edges_scores_less(atlas: Atlas, graph: Graph, pair: tuple[int, int]) -> None:
    learned = {"none": np.zeros((TITLES, 1), np.float32)}
    deletion = Deletion(atlas, *pair, Measure.of(atlas))
    whole = plan_facets(graph, learned, RECIPE, 3)
    before, total = float(plan_scores(whole)(np.array([pair[0]]))[0, pair[1]]), _total(atlas, whole)
    nodes = [at for at, node in enumerate(deletion.nodes) if not atlas.nodes[int(node)].startswith("word:")]
    kinds = set()
    for at, drop in zip(nodes, deletion.drops(np.array(nodes)), strict=True):
        kind, column = _thing(atlas, graph, int(deletion.nodes[at]))
        plans = plan_facets(deleted(graph, pair, kind, column), learned, RECIPE, 3)
        after = float(plan_scores(plans)(np.array([pair[0]]))[0, pair[1]])
        assert drop == pytest.approx((before - after) / total, abs=1e-6), (kind, column)
        kinds.add(kind)
    assert kinds == {"person", "genre", "country", "keyword", "company"}


def _total(atlas: Atlas, plans: Any) -> float:
    """By how much the atlas's score is scaled down, from a block that both have."""
    genre = next(block for plan in plans for block in plan.dense if block.name == "genre")
    stored = next(b for facet in atlas.manifest.facets for b in facet.blocks if b.name == "genre")
    return float(genre.weight / (np.linalg.norm(atlas.vectors[0, stored.columns]) ** 2))


@pytest.mark.parametrize("metric", METRICS)
def test_nothing_deleted_is_the_score(atlas: Atlas, metric: str) -> None:
    measure = Measure.of(atlas, {"people": 2.0, "story": 0.5}, metric)
    for a, b in PAIRS:
        deletion = Deletion(atlas, a, b, measure)
        whole = np.ones((1, deletion.things), bool)
        assert deletion.scores(whole)[0] == pytest.approx(Scorer(atlas, measure).scores(a)[b], abs=1e-5)


def test_two_things_deleted_at_once_are_not_two_drops(atlas: Atlas) -> None:
    deletion = Deletion(atlas, 0, 1, Measure.of(atlas))
    kept = np.ones((2, deletion.things), bool)
    kept[1] = False
    whole, nothing = deletion.scores(kept)
    learned = sum(
        float(atlas.vectors[0, block.columns] @ atlas.vectors[1, block.columns])
        for facet in atlas.manifest.facets
        for block in facet.blocks
        if block.name == "learned"
    )
    assert nothing == pytest.approx(learned, abs=1e-6), "only the network is left when everything is gone"
    assert whole != pytest.approx(nothing, abs=1e-3)


def test_every_piece_of_evidence_has_its_drop(atlas: Atlas, catalogue: Catalogue) -> None:
    engine = Engine(atlas, "en")
    found = engine.explain("c:00", "c:01")
    assert all(one.drop is not None and one.used for one in found.shared)
    assert {number.name for number in found.numbers} == {"year", "runtime"}
    assert sum(block.part for block in found.blocks) == pytest.approx(found.score, abs=1e-5)
    learned = sum(block.part for block in found.blocks if block.block == "learned")
    assert found.learned == pytest.approx(learned, abs=1e-9)
    year = next(number for number in found.numbers if number.name == "year")
    era = next(block for block in found.blocks if block.block == "era")
    assert year.drop == pytest.approx(era.part, abs=1e-6)
    assert {"drop", "used"} <= found.to_json()["shared"][0].keys()
    assert engine.related("c:00", k=1)[0].shared[0].drop is None, "lists do not measure"


def test_an_atlas_made_without_the_part_says_what_it_did_not_measure(atlas: Atlas) -> None:
    old = replace(atlas, manifest=replace(atlas.manifest, parts={}))
    for a, b in itertools.combinations(range(12), 2):
        found = Engine(old, "en").explain(old.titles[a], old.titles[b])
        drops = {one.type: one.drop for one in found.shared}
        assert all(drop is None for kind, drop in drops.items() if kind in ("keyword", "company", "genre"))
        assert all(drop is not None for kind, drop in drops.items() if kind in ("person", "country"))


def test_what_the_model_does_not_read_is_metadata(tiny_atlas: Atlas) -> None:
    found = Engine(tiny_atlas, "en").explain("Fog", "Ebb")
    used = {one.type: one.used for one in found.shared}
    assert used["title"] is False, "links lead training, but no input of the network holds them"
    assert used["person"] is True
    none = dict.fromkeys(tiny_atlas.facet_names, 0.0)
    assert all(not one.used for one in Engine(tiny_atlas).explain("Fog", "Ebb", weights={**none, "words": 1}).shared)
    assert found.reason.endswith("; known besides, not read by the model: both episode of Harbour Lights")
    text = _run("why", "Fog", "Ebb", tiny_atlas)
    assert "Also in common, but not read by the model\n       -  Harbour Lights" in text


def test_differences_name_what_only_one_has(tiny_atlas: Atlas) -> None:
    found = {one.what: one for one in Engine(tiny_atlas, "en").explain("Voidborn", "The Bench").differences}
    assert set(found["genre"].here) == {"Horror", "Sci-Fi"}
    assert found["genre"].there == ("Drama",)
    assert found["country"].sentence == "country: United Kingdom in Voidborn, France in The Bench"
    assert found["people"].here[0] == "Ada Quill", "directors first"
    assert found["year"].bits == pytest.approx(3.0)
    same = Engine(tiny_atlas, "en").explain("Voidborn", "Voidborn").differences
    assert same == ()
    chinese = Engine(tiny_atlas, "zh").explain("Voidborn", "The Bench").differences
    assert any("晚 15 年" in one.sentence for one in chinese)


def _run(command: str, a: str, b: str, atlas: Atlas, *more: str) -> str:
    found = CliRunner().invoke(app, [command, a, b, "-a", str(atlas.folder), "--lang", "en", *more])
    assert found.exit_code == 0, found.exception
    return found.stdout


def test_why_has_three_depths(tiny_atlas: Atlas) -> None:
    one = _run("why", "Voidborn", "Voidborn III", tiny_atlas, "--depth", "sentence")
    assert one.count("\n") == 1
    assert "Bo Ferrant" in one
    assert "How they differ" in _run("why", "Voidborn", "Voidborn III", tiny_atlas)
    assert "—writer→ Bo Ferrant" in _run("why", "Voidborn", "Voidborn III", tiny_atlas, "-d", "paths")
    content = json.loads(_run("why", "Voidborn", "Voidborn III", tiny_atlas, "-d", "paths", "--json"))
    assert content["paths"][0]["points"][0]["id"] == "w:void1"
    short = json.loads(_run("why", "Voidborn", "Voidborn III", tiny_atlas, "-d", "sentence", "--json"))
    assert short.keys() == {"depth", "title_a", "title_b", "metric", "score", "reason"}
    wrong = CliRunner().invoke(app, ["why", "Voidborn", "The Bench", "-a", str(tiny_atlas.folder), "-d", "all"])
    assert isinstance(wrong.exception, UsageError)


# Paths


def _edges(catalogue: Catalogue) -> set[tuple[str, str, str, str]]:
    """(title, type, id, relation) of everything that the catalogue's tables join."""
    found = {
        (t, "person", p, r) for t, p, r in catalogue.table("credits").select("title_id", "person_id", "role").rows()
    }
    found |= {(t, f, v, f) for t, f, v in catalogue.table("tags").select("title_id", "facet", "value").rows()}
    found |= {(t, "title", o, k) for t, o, k in catalogue.table("links").select("title_id", "other_id", "kind").rows()}
    liked = catalogue.table("events").filter((pl.col("kind") != "rating") | (pl.col("value") >= 3.5))
    return found | {(t, "viewer", v, "liked") for t, v in liked.select("title_id", "viewer_id").rows()}


@pytest.mark.parametrize("length", [2, 4, 5, 8])
def test_every_hop_is_in_the_catalogue(
    tiny_atlas: Atlas, tiny_catalogue: Catalogue, atlas: Atlas, catalogue: Catalogue, length: int
) -> None:
    seen: set[str] = set()
    for opened, tables in ((tiny_atlas, tiny_catalogue), (atlas, catalogue)):
        known, engine = _edges(tables), Engine(opened, "en")
        for a, b in itertools.combinations(range(12), 2):
            found = engine.paths(opened.titles[a], opened.titles[b], count=4, length=length)
            between = [point.id for path in found for point in path.points[1:-1]]
            assert len(set(between)) == len(between), "no two paths share anything between the ends"
            assert [path.cost for path in found] == sorted(path.cost for path in found)
            for path in found:
                assert (path.points[0].id, path.points[-1].id) == (opened.titles[a], opened.titles[b])
                assert len(path.hops) <= length
                assert len(path.hops) == len(path.points) - 1
                for hop, here, there in zip(path.hops, path.points, path.points[1:], strict=False):
                    title, other = (here, there) if hop.forward else (there, here)
                    assert title.type == "title"
                    assert hop.relations
                    for relation in hop.relations:
                        assert (title.id, other.type, other.id, relation) in known
                        seen.add(other.type)
    assert {"person", "genre", "company", "viewer", "title"} <= seen


def test_the_cheapest_walk_is_the_cheapest(atlas: Atlas) -> None:
    """Against all walks of one and two steps, one by one."""
    types = atlas.manifest.node_types
    sizes = np.diff(atlas.posting_start)
    unit = atlas.vectors / np.linalg.norm(atlas.vectors, axis=1, keepdims=True)
    has = {t: {int(n) for n in atlas.edge_node[atlas.edges_of(t)] if sizes[n] > 1} for t in range(len(atlas))}

    def step(node: int) -> float:
        factor = FACTOR.get(types[atlas.node_type[node]], 1.2)
        return float(factor * (1 + np.log(sizes[node])))

    for a, b in PAIRS:
        costs = [step(node) for node in has[a] & has[b]]
        for middle in set(range(len(atlas))) - {a, b}:
            away = OFF_THE_WAY * (1 - float(unit[middle] @ (unit[a] + unit[b])) / 2)
            costs += [
                step(one) + step(two) + away for one in has[a] & has[middle] for two in has[middle] & has[b] - {one}
            ]
        assert cheapest_walks(atlas, a, b, 1, 2)[0].cost == pytest.approx(min(costs), abs=1e-4)


def test_hubs_are_passed_only_where_both_ends_have_them(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = np.diff(atlas.posting_start)
    monkeypatch.setattr(search_paths, "HUB", 8)
    for a, b in PAIRS:
        for walk in cheapest_walks(atlas, a, b, 5, 3):
            if len(walk.nodes) > 1:
                assert max(sizes[list(walk.nodes)]) <= 8


def test_links_are_told_in_their_direction(tiny_atlas: Atlas) -> None:
    engine = Engine(tiny_atlas, "en")
    texts = [path.text for path in engine.paths("Fog", "Ebb")]
    assert "Fog (2001) —episode of→ Harbour Lights (2001) ←episode of— Ebb (2001)" in texts
    assert engine.paths("Harbour Lights", "Fog")[0].text == "Harbour Lights (2001) ←episode of— Fog (2001)"
    assert engine.paths("Voidborn", "Untraced").items == ()
    assert engine.paths("Voidborn", "Hung Jury").to_frame().columns == ["rank", "hops", "cost", "text"]
    printed = _run("path", "Voidborn", "Untraced", tiny_atlas)
    assert "--length 6" in printed
    for wrong in ({"count": 0}, {"length": 1}, {"length": 9}):
        with pytest.raises(UsageError):
            engine.paths("Fog", "Ebb", **wrong)
    with pytest.raises(UsageError, match="two different"):
        engine.paths("Fog", "Fog")


def test_strongest_evidence_is_sorted(atlas: Atlas) -> None:
    from reelation.insights.evidence import measured

    found = measured(atlas, 0, 1, Measure.of(atlas))
    drops = [one.drop or 0.0 for one in found.strongest()]
    assert drops == sorted(drops, reverse=True)
    assert len(drops) == len(found.shared) + len(found.numbers)
    assert any(isinstance(one, Shared) for one in found.strongest())
