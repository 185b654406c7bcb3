"""The laws at full size: the default catalogue's 17,470 films and their graph."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.engine import Engine
from reelation.graph.build import build_graph
from reelation.graph.export import write_graph
from reelation.graph.views import tables
from reelation.search.exact import METRICS, Measure, Scorer
from reelation.sources.default import default_path
from reelation.sources.importing import import_paths
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=20, validate_every=10)), seed=11)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return import_paths([default_path()], tmp_path_factory.mktemp("default") / "catalogue").catalogue


@pytest.fixture(scope="module")
def atlas(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return train(catalogue, tmp_path_factory.mktemp("default") / "atlas", CONFIG)


def test_same_seed_same_atlas(catalogue: Catalogue, atlas: Atlas, tmp_path: Path) -> None:
    again = train(catalogue, tmp_path / "again", CONFIG)
    opened = Atlas.open(again.folder)
    for array in ("vectors", "norms", "edge_node", "edge_value", "posting_title"):
        assert np.array_equal(getattr(opened, array), getattr(atlas, array)), array
    asked = Engine(atlas), Engine(opened)
    for title in ("Alien (1979)", "Solaris (1972)"):
        first, second = (engine.related(title).to_json() for engine in asked)
        assert first == second


@pytest.mark.parametrize("metric", METRICS)
def test_facets_add_up_for_ten_thousand_pairs(atlas: Atlas, metric: str) -> None:
    rng = np.random.default_rng(0)
    scorer = Scorer(atlas, Measure.of(atlas, {"people": 1.5, "words": 0.3}, metric))
    worst = 0.0
    for row in rng.integers(len(atlas), size=100).tolist():
        others = rng.integers(len(atlas), size=100)
        apart = np.abs(scorer.facet_scores(row, others).sum(axis=1) - scorer.scores(row)[others])
        worst = max(worst, float(apart.max()))
    assert worst < 1e-5


def test_one_vector_of_at_most_384_numbers(atlas: Atlas) -> None:
    assert atlas.vectors.shape == (17_470, atlas.manifest.width)
    assert atlas.manifest.width <= 384


@pytest.mark.parametrize(("kind", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_the_whole_graph_reads_back(catalogue: Catalogue, tmp_path: Path, kind: str, read: object) -> None:
    found = tables(build_graph(catalogue))
    write_graph(found, tmp_path / f"demo.{kind}", {})
    back = read(tmp_path / f"demo.{kind}")  # type: ignore[operator]
    assert (back.number_of_nodes(), back.number_of_edges()) == (found.nodes.height, found.edges.height)
    assert found.edges.height > 200_000
