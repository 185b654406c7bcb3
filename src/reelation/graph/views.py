"""The graph as tables of nodes and edges, and as a NetworkX graph.

Graph  ->  tables(graph, selection)  ->  nodes, edges (Polars)  ->  NetworkX, or a file (`graph.export`)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation.errors import MissingExtraError, UsageError
from reelation.graph.build import Graph, Relation

if TYPE_CHECKING:
    import networkx as nx

_NO_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Selection:
    """Which part of the graph to take; all of it where nothing is said."""

    relations: tuple[str, ...] = ()
    """Names of relations; all where empty."""
    since: int | None = None
    """First year of titles; a title of unknown year does not pass a year range."""
    until: int | None = None
    """Last year of titles."""
    kinds: tuple[str, ...] = ()
    """Kinds of titles."""


@dataclass(frozen=True)
class Tables:
    """A graph as two tables."""

    nodes: pl.DataFrame
    """id (unique over all types), label, kind (a title's kind, else the type), type ("title", "person" …), year."""
    edges: pl.DataFrame
    """id, source, target, relation, weight, order (billing), time (seconds since 1970)."""


def title_mask(graph: Graph, selection: Selection) -> NDArray[np.bool_]:
    """[titles] which titles the selection takes."""
    mask = np.ones(len(graph), bool)
    if selection.since is not None or selection.until is not None:
        low = selection.since if selection.since is not None else 1
        high = selection.until if selection.until is not None else 9999
        mask &= (graph.year >= low) & (graph.year <= high)
    if selection.kinds:
        mask &= np.isin(np.array(graph.kind), selection.kinds)
    return mask


def chosen_relations(graph: Graph, selection: Selection) -> list[Relation]:
    """The relations that the selection takes.

    Raises:
        UsageError: one that this graph does not have.
    """
    if unknown := set(selection.relations) - set(graph.relations):
        raise UsageError(f"no relation {', '.join(sorted(unknown))}; this graph has {', '.join(graph.relations)}")
    return [one for name, one in graph.relations.items() if not selection.relations or name in selection.relations]


def tables(graph: Graph, selection: Selection | None = None) -> Tables:
    """Nodes and edges of a part of the graph: the titles it takes and everything that touches them.

    Raises:
        UsageError: an unknown relation.
    """
    selection = selection or Selection()
    mask = title_mask(graph, selection)
    frames, used = [], {"title": mask.copy()}
    for relation in chosen_relations(graph, selection):
        matrix = relation.matrix
        rows = np.repeat(np.arange(len(graph)), np.diff(matrix.indptr))
        keep = mask[rows] & (mask[matrix.indices] if relation.target == "title" else True)
        columns = matrix.indices[keep]
        if relation.target != "title":
            seen = used.setdefault(relation.target, np.zeros(matrix.shape[1], bool))
            seen[columns] = True
        frames.append(_edges(graph, relation, rows[keep], columns, keep))
    nodes = pl.concat([node_table(graph, kind, np.flatnonzero(seen)) for kind, seen in used.items()])
    edges = pl.concat(frames) if frames else _no_edges()
    return Tables(nodes, edges.with_columns(id=pl.int_range(edges.height)).select("id", pl.exclude("id")))


def to_networkx(graph: Graph, selection: Selection | None = None) -> nx.MultiDiGraph:
    """A NetworkX multigraph: node attributes label, kind, type, year; edge attributes relation, weight, order, time.

    Raises:
        MissingExtraError: NetworkX is not installed.
        UsageError: an unknown relation.
    """
    try:
        import networkx as nx
    except ModuleNotFoundError as error:
        raise MissingExtraError("A NetworkX graph", "networkx") from error
    found = tables(graph, selection)
    result = nx.MultiDiGraph()
    for node in found.nodes.iter_rows(named=True):
        result.add_node(node.pop("id"), **_without_nulls(node))
    for edge in found.edges.iter_rows(named=True):
        result.add_edge(edge.pop("source"), edge.pop("target"), key=edge.pop("id"), **_without_nulls(edge))
    return result


def node_id(node_type: str, key: str) -> str:
    """The id of a node in exports: a title keeps its own, everything else has its type in front."""
    return key if node_type == "title" else f"{node_type}:{key}"


def node_table(graph: Graph, node_type: str, rows: NDArray[np.int64]) -> pl.DataFrame:
    """The nodes of one type in `rows`: id, label, kind, type, year."""
    ids, names = graph.nodes[node_type], graph.names[node_type]
    title = node_type == "title"
    return pl.DataFrame(
        {
            "id": [node_id(node_type, ids[int(row)]) for row in rows],
            "label": [str(names[int(row)] or ids[int(row)]) for row in rows],
            "kind": [graph.kind[int(row)] if title else node_type for row in rows],
            "type": [node_type] * len(rows),
            "year": [int(graph.year[row]) or None if title else None for row in rows],
        },
        schema={"id": pl.String, "label": pl.String, "kind": pl.String, "type": pl.String, "year": pl.Int64},
    )


def _edges(
    graph: Graph, relation: Relation, rows: NDArray[Any], columns: NDArray[Any], keep: NDArray[np.bool_]
) -> pl.DataFrame:
    sources, targets = graph.nodes["title"].ids, graph.nodes[relation.target].ids
    titles = np.array([node_id("title", key) for key in sources], object)
    others = (
        titles if relation.target == "title" else np.array([node_id(relation.target, key) for key in targets], object)
    )
    order, time = relation.attributes.get("order"), relation.attributes.get("time")
    frame = pl.DataFrame(
        {
            "source": pl.Series(titles[rows].tolist(), dtype=pl.String),
            "target": pl.Series(others[columns].tolist(), dtype=pl.String),
            "relation": pl.Series([relation.name] * len(rows), dtype=pl.String),
            "weight": relation.matrix.data[keep].astype(np.float64),
            "order": pl.Series(
                order[keep].astype(np.int64) if order is not None else [None] * len(rows), dtype=pl.Int64
            ),
            "time": pl.Series(time[keep] if time is not None else [None] * len(rows), dtype=pl.Int64),
        }
    )
    unknown = {"order": -1, "time": _NO_TIME}
    return frame.with_columns(pl.when(pl.col(name) != value).then(pl.col(name)) for name, value in unknown.items())


def _no_edges() -> pl.DataFrame:
    kinds: dict[str, Any] = dict.fromkeys(("source", "target", "relation"), pl.String)
    return pl.DataFrame(schema={**kinds, "weight": pl.Float64, "order": pl.Int64, "time": pl.Int64})


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
