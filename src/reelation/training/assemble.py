"""From blocks to an atlas's arrays: facets side by side in one vector, evidence edges in one CSR.

dense blocks + sparse terms + graph  ->  assemble  ->  AtlasContent, facets
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.manifest import Block, Facet
from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import EVENTS, EXTERNAL_IDS, KINDS
from reelation.catalogue.store import Catalogue
from reelation.folding import fold
from reelation.graph.build import Graph
from reelation.ids import Strings, Vocabulary

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class DenseBlock:
    """A block of columns for one facet."""

    facet: str
    name: str
    weight: float
    """Its part of the score is weight x <row, row>."""
    columns: Floats
    """[titles, width]."""
    labels: tuple[str, ...] = ()
    """One node id a column, where a column stands for a node."""


@dataclass(frozen=True)
class SparseTerms:
    """Terms over the nodes of one type, for one facet."""

    facet: str
    node_type: str
    weight: float
    matrix: sparse.csr_array
    """[titles, nodes of the type]."""
    ids: tuple[str, ...] = ()
    """[nodes] ids of a type that the graph does not have (words of titles)."""

    def mean_square(self) -> float:
        """Mean squared length of the rows that are not empty."""
        filled = int((np.diff(self.matrix.indptr) > 0).sum())
        return float((self.matrix.data.astype(np.float64) ** 2).sum() / filled) if filled else 0.0


@dataclass(frozen=True)
class FacetPlan:
    """What a facet consists of."""

    name: str
    node_types: tuple[str, ...]
    dense: tuple[DenseBlock, ...] = ()
    terms: tuple[SparseTerms, ...] = field(default=())


@dataclass(frozen=True)
class Assembled:
    """Arrays for `write_atlas` and what the manifest says of them."""

    content: AtlasContent
    facets: tuple[Facet, ...]
    node_types: tuple[str, ...]
    relations: tuple[str, ...]


def assemble(graph: Graph, catalogue: Catalogue | None, plans: Sequence[FacetPlan]) -> Assembled:
    """Lay the blocks side by side and collect names, evidence and display columns.

    Weights go into the arrays as square roots, so the plain inner product of two rows (vectors and terms) is
    the weighted score.

    Args:
        graph: what is related to what.
        catalogue: names to show and to look up; None leaves them empty, where scores are all that is wanted.
        plans: what each facet consists of.
    """
    total = sum(plan_weight(plan) for plan in plans) or 1.0
    vectors, facets = _vectors(graph, plans, total)
    edges = _Edges(graph, plans, total)
    norms = np.zeros((len(graph), len(plans)), np.float32)
    for i, facet in enumerate(facets):
        for block in facet.blocks:
            norms[:, i] += np.einsum("ij,ij->i", vectors[:, block.columns], vectors[:, block.columns])
        for term in plans[i].terms:
            squares = np.asarray(term.matrix.multiply(term.matrix).sum(axis=1)).ravel()
            norms[:, i] += squares * term.weight / total
    shown = {**_display(graph, catalogue), **_names(graph, catalogue)} if catalogue else _unnamed(graph)
    content = AtlasContent(vectors=vectors, norms=norms, **edges.arrays(), **shown)
    return Assembled(content, facets, edges.types, edges.relations)


def plan_weight(plan: FacetPlan) -> float:
    """What all parts of a facet weigh together."""
    return sum(block.weight for block in plan.dense) + sum(term.weight * term.mean_square() for term in plan.terms)


def _vectors(graph: Graph, plans: Sequence[FacetPlan], total: float) -> tuple[Floats, tuple[Facet, ...]]:
    width = sum(block.columns.shape[1] for plan in plans for block in plan.dense)
    vectors = np.empty((len(graph), width), np.float32)
    facets, start = [], 0
    for plan in plans:
        blocks = []
        for block in plan.dense:
            stop = start + block.columns.shape[1]
            np.multiply(block.columns, np.float32((block.weight / total) ** 0.5), out=vectors[:, start:stop])
            blocks.append(Block(block.name, start, stop, block.labels))
            start = stop
        weight = plan_weight(plan) / total
        facets.append(Facet(plan.name, round(weight, 6), tuple(blocks), plan.node_types))
    return vectors, tuple(facets)


class _Edges:
    """Evidence: which titles touch which people, tags and linked titles, and by which relations."""

    def __init__(self, graph: Graph, plans: Sequence[FacetPlan], total: float) -> None:
        evidence = [relation for relation in graph.relations.values() if relation.name not in EVENTS]
        self.relations = (*(relation.name for relation in evidence), "itself")
        own = {term.node_type: term.ids for plan in plans for term in plan.terms if term.ids}
        self._ids = {name: list(graph.nodes[name].ids) for name in {relation.target for relation in evidence}}
        self._ids |= {name: list(ids) for name, ids in own.items()}
        self._names = {name: graph.names[name] for name in self._ids if name not in own} | own
        self.types = tuple(sorted(self._ids, key=lambda name: f"{name}:".encode()))
        sizes = [len(self._ids[name]) for name in self.types]
        self._first = dict(zip(self.types, np.cumsum([0, *sizes]).tolist(), strict=False))
        self._nodes = sum(sizes)
        self._graph = graph
        rows, columns, bits, values = [], [], [], []
        for i, relation in enumerate(evidence):
            matrix = relation.matrix.tocoo()
            rows.append(matrix.row.astype(np.int32))
            columns.append(matrix.col.astype(np.int32) + np.int32(self._first[relation.target]))
            bits.append(np.full(matrix.nnz, 1 << i, np.int64))
            values.append(np.zeros(matrix.nnz, np.float32))
            if relation.target == "title":  # the title linked to shares the node with those that link to it
                linked = np.flatnonzero(np.bincount(matrix.col)).astype(np.int32)
                rows.append(linked)
                columns.append(linked + np.int32(self._first["title"]))
                bits.append(np.full(len(linked), 1 << len(evidence), np.int64))
                values.append(np.zeros(len(linked), np.float32))
        for plan in plans:
            for term in plan.terms:
                matrix = term.matrix.tocoo()
                rows.append(matrix.row.astype(np.int32))
                columns.append(matrix.col.astype(np.int32) + np.int32(self._first[term.node_type]))
                bits.append(np.zeros(matrix.nnz, np.int64))
                values.append((matrix.data * (term.weight / total) ** 0.5).astype(np.float32))
        place = _concat(rows, np.int32), _concat(columns, np.int32)
        self._bits, self._values = _concat(bits, np.int64), _concat(values, np.float32)
        self._place = place

    def arrays(self) -> dict[str, Any]:
        """The edge, posting and node columns of `AtlasContent`."""
        rows, columns = self._place
        order = np.lexsort((columns, rows))
        rows, columns, bits, values = rows[order], columns[order], self._bits[order], self._values[order]
        fresh = np.ones(len(rows), bool)
        fresh[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        starts = np.flatnonzero(fresh)
        if len(starts):
            bits = np.bitwise_or.reduceat(bits, starts)
            values = np.add.reduceat(values, starts)
        rows, columns = rows[starts], columns[starts]
        edge_start, posting_start = (
            np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=size))]).astype(np.int64)
            for ids, size in ((rows, len(self._graph)), (columns, self._nodes))
        )
        by_node = np.argsort(columns, kind="stable")
        kinds = [np.full(len(self._ids[name]), i, np.uint8) for i, name in enumerate(self.types)]
        return {
            "edge_start": edge_start,
            "edge_node": columns.astype(np.int32),
            "edge_relations": bits.astype(np.uint32),
            "edge_value": values.astype(np.float32),
            "posting_start": posting_start,
            "posting_title": rows[by_node].astype(np.int32),
            "posting_value": values[by_node].astype(np.float32),
            "node_type": _concat(kinds, np.uint8),
            "nodes": Vocabulary.of_sorted(f"{name}:{node_id}" for name in self.types for node_id in self._ids[name]),
            "node_names": Strings.of(
                str(called if called is not None else node_id)
                for name in self.types
                for called, node_id in zip(self._names[name], self._ids[name], strict=True)
            ),
        }


def _display(graph: Graph, catalogue: Catalogue) -> dict[str, Any]:
    titles = catalogue.scan("titles").select("name", "original_name", "end_year", *EXTERNAL_IDS).collect()
    originals = titles.select(
        pl.when(pl.col("original_name") != pl.col("name")).then(pl.col("original_name")).fill_null("")
    ).to_series()
    externals = titles.select(
        pl.concat_str(
            [pl.format("{}={}", pl.lit(name.removesuffix("_id")), pl.col(name)) for name in EXTERNAL_IDS],
            separator=" ",
            ignore_nulls=True,
        ).fill_null("")
    ).to_series()
    return {
        "titles": graph.nodes["title"],
        "kind": np.array([KINDS.index(kind) for kind in graph.kind], np.uint8),
        "year": graph.year,
        "end_year": titles["end_year"].fill_null(0).to_numpy().astype(np.int16),
        "runtime": graph.runtime,
        "names": Strings.of(graph.names["title"]),  # type: ignore[arg-type]
        "originals": Strings.of(originals),
        "externals": Strings.of(externals),
    }


def _unnamed(graph: Graph) -> dict[str, Any]:
    """The same columns without a catalogue: years, kinds and runtimes only."""
    nothing = Strings.of([""] * len(graph))
    return {
        "titles": graph.nodes["title"],
        "kind": np.array([KINDS.index(kind) for kind in graph.kind], np.uint8),
        "year": graph.year,
        "end_year": np.zeros(len(graph), np.int16),
        "runtime": graph.runtime,
        **dict.fromkeys(("names", "originals", "externals"), nothing),
        "name_keys": Strings.of([]),
        "name_row": np.zeros(0, np.int32),
        "name_rank": np.zeros(0, np.uint8),
    }


def _names(graph: Graph, catalogue: Catalogue) -> dict[str, Any]:
    """Folded names of all titles, sorted: what `reelation.search.lookup` searches."""
    titles = catalogue.scan("titles").select("name", "original_name").collect()
    rows = pl.DataFrame({"title_id": list(graph.nodes["title"].ids), "row": np.arange(len(graph), dtype=np.int32)})
    aliases = catalogue.scan("aliases").select("title_id", "name").join(rows.lazy(), on="title_id").collect()
    named = pl.concat(
        [
            pl.DataFrame({"row": rows["row"], "rank": 0, "name": titles["name"]}),
            pl.DataFrame({"row": rows["row"], "rank": 1, "name": titles["original_name"]}),
            aliases.select("row", pl.lit(2).alias("rank"), "name").cast({"rank": pl.Int64}),
        ],
        how="vertical_relaxed",
    ).drop_nulls("name")
    keys = named.with_columns(key=pl.Series([fold(name) for name in named["name"]], dtype=pl.String))
    kept = keys.filter(pl.col("key") != "").group_by("key", "row").agg(pl.col("rank").min()).sort("key", "rank", "row")
    return {
        "name_keys": Strings.of(kept["key"]),
        "name_row": kept["row"].to_numpy().astype(np.int32),
        "name_rank": kept["rank"].to_numpy().astype(np.uint8),
    }


def _concat(parts: list[Any], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(dtype, copy=False) if parts else np.zeros(0, dtype)
