"""The graph taken elsewhere: every format read back, projections counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, UsageError
from reelation.graph.build import Graph, GraphOptions, build_graph
from reelation.graph.export import FORMATS, write_graph
from reelation.graph.projections import project
from reelation.graph.views import Selection, Tables, tables, to_networkx


@pytest.fixture(scope="module")
def graph(tiny_catalogue: Catalogue) -> Graph:
    return build_graph(tiny_catalogue)


@pytest.mark.parametrize(("kind", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_xml_reads_back_with_equal_counts(graph: Graph, tmp_path: Path, kind: str, read: object) -> None:
    found = tables(graph)
    path = tmp_path / f"world.{kind}"
    write_graph(found, path, {"sources": ["the tiny world"]})
    back = read(path)  # type: ignore[operator]
    assert (back.number_of_nodes(), back.number_of_edges()) == (found.nodes.height, found.edges.height)
    assert back.nodes["w:void1"]["kind"] == "film"
    assert int(back.nodes["w:void1"]["year"]) == 1979
    assert {data["relation"] for _, _, data in back.edges(data=True)} == set(graph.relations)
    assert list(tmp_path.iterdir()) == [path]


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path) -> None:
    nodes = pl.DataFrame(
        {"id": ["a"], "label": ["bell\x07 & <ok> 影\ud7ff"], "kind": ["film"], "type": ["title"], "year": [None]}
    )
    edges = pl.DataFrame(
        schema=dict.fromkeys(("id", "source", "target", "relation", "weight", "order", "time"), pl.String)
    )
    for kind, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        write_graph(Tables(nodes, edges), tmp_path / f"x.{kind}", {})
        assert read(tmp_path / f"x.{kind}").nodes["a"]["label"] == "bell & <ok> 影\ud7ff"


def test_json_and_tables(graph: Graph, tmp_path: Path) -> None:
    found = tables(graph)
    write_graph(found, tmp_path / "world.json", {"licence": "CC0"})
    content = json.loads((tmp_path / "world.json").read_text())
    assert len(content["nodes"]) == found.nodes.height
    assert len(content["edges"]) == found.edges.height
    assert content["attributes"] == {"licence": "CC0"}
    for kind, ending in (("gephi", "csv"), ("parquet", "parquet")):
        write_graph(found, tmp_path / kind, {}, kind)
        read = pl.read_csv if ending == "csv" else pl.read_parquet
        assert read(tmp_path / kind / f"nodes.{ending}").height == found.nodes.height
        assert read(tmp_path / kind / f"edges.{ending}").height == found.edges.height
        write_graph(found, tmp_path / kind, {}, kind)  # again, over the old one


def test_networkx_has_parallel_edges(graph: Graph) -> None:
    whole = to_networkx(graph)
    assert whole.number_of_edges() == graph.edges
    roles = {data["relation"] for data in whole.get_edge_data("w:void3", "person:p:cy").values()}
    assert roles == {"actor", "director"}


def test_selection_by_year_relation_and_kind(graph: Graph) -> None:
    found = tables(graph, Selection(relations=("director",), since=1994, until=1998))
    titles = found.nodes.filter(pl.col("type") == "title")["id"].sort().to_list()
    assert titles == ["w:bench1", "w:bench2", "w:bench3"]
    assert found.edges.height == 3
    episodes = tables(graph, Selection(relations=("episode_of",), kinds=("episode",)))
    assert episodes.edges.height == 0  # the series itself is not taken
    with pytest.raises(UsageError, match="no relation colour"):
        tables(graph, Selection(relations=("colour",)))


def test_projection_counts_shared_people(graph: Graph) -> None:
    weights = {
        (a, b): weight
        for a, b, weight in project(graph, "titles").edges.select("source", "target", "weight").iter_rows()
    }
    assert weights["w:void1", "w:void2"] == 3
    assert weights["w:void1", "w:void3"] == 2
    assert ("w:void1", "w:bench1") not in weights
    people = project(graph, "people", min_shared=3).edges
    assert {"person:p:bo", "person:p:cy"} in [set(pair) for pair in people.select("source", "target").iter_rows()]
    with pytest.raises(DataError, match="no credits"):
        project(graph, "titles", Selection(relations=("genre",)))


def test_unknown_format_and_sources_not_for_training(graph: Graph, tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--format"):
        write_graph(tables(graph), tmp_path / "world.dot", {})
    assert set(FORMATS) == {"graphml", "gexf", "gephi", "json", "parquet"}
    assert build_graph(tiny_catalogue, GraphOptions(min_titles=2)).edges < graph.edges
