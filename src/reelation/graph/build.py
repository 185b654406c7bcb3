"""From the catalogue's tables to a typed heterogeneous graph, held as one sparse matrix a relation.

    Catalogue  ->  build_graph  ->  Graph: nodes (vocabularies) and relations (title x something, CSR)

Every relation starts at titles. Rows are always titles, columns are people, genres, countries, viewers,
or other titles. Nothing is averaged or weighted here beyond what the catalogue says; what a model makes
of it is the model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema import EVENTS, FACETS, LINKS, ROLES
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, UsageError
from reelation.ids import Vocabulary
from reelation.rows import rarity


@dataclass(frozen=True)
class GraphOptions:
    """What goes into the graph."""

    display_sources: bool = False
    """Also use sources whose terms leave them out of training (TMDB)."""
    leave_out: tuple[str, ...] = ()
    """Relations to leave out, e.g. ("franchise", "same_series") when series are to be found again."""
    min_titles: int = 1
    """People and tags with fewer titles than this carry no relation and are left out."""


@dataclass(frozen=True)
class Relation:
    """One typed relation: title x target."""

    name: str
    """A role, a tag facet, a link kind, or an event kind: "director", "genre", "sequel", "rating"."""
    target: str
    """The node type of the columns: "person", a facet, "title", or "viewer"."""
    matrix: sparse.csr_array
    """[titles, targets] float32, sorted indices, at most one entry a pair. Credits and links: 1. Tags: their
    weight, 0 to 1. Ratings: stars, 0.5 to 5. Other events: 1."""
    attributes: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Arrays beside `matrix.data`: "order" (int16 billing from 0, -1 unknown) for credits; "time" (int64
    seconds since 1970, the least int64 where unknown) for events."""

    def idf(self) -> NDArray[np.float32]:
        """How rare each target is; see `idf`."""
        return idf(self.matrix)


def idf(matrix: sparse.csr_array) -> NDArray[np.float32]:
    """How rare each column is: ln((1 + titles) / (1 + titles with it)) + 1.

    Args:
        matrix: [titles, things]; every stored entry counts as one, whatever its value.

    Returns:
        [things] float32, at least 1.

    Source: the smoothed inverse document frequency of scikit-learn's TfidfTransformer.
    """
    degree = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return rarity(matrix.shape[0], degree)


def union(relations: Sequence[Relation]) -> sparse.csr_array:
    """[titles, things] 1 where any of the relations joins the two; all have the same target."""
    anyone = sparse.csr_array(relations[0].matrix.shape, dtype=np.float32)
    for relation in relations:
        one = relation.matrix.copy()
        one.data = np.ones_like(one.data)
        anyone = anyone.maximum(one)
    return anyone


@dataclass(frozen=True)
class Graph:
    """Titles and what they are related to."""

    nodes: dict[str, Vocabulary]
    """Node type -> its ids. "title" is always there."""
    relations: dict[str, Relation]
    names: dict[str, NDArray[np.str_] | list[str | None]]
    """Node type -> what to call each node; None where a source has only an id."""
    kind: list[str]
    """[titles] a value of `reelation.catalogue.schema.KINDS`."""
    year: NDArray[np.int16]
    """[titles] calendar year of first release; 0 unknown."""
    runtime: NDArray[np.float32]
    """[titles] minutes; NaN unknown."""
    catalogue_hash: str
    sources: tuple[str, ...]
    """Names of the sources whose rows are in here."""

    def __len__(self) -> int:
        return len(self.nodes["title"])

    @property
    def edges(self) -> int:
        """Number of edges over all relations."""
        return sum(relation.matrix.nnz for relation in self.relations.values())

    def of_target(self, target: str) -> list[Relation]:
        """The relations that end at node type `target`, e.g. all credits for "person"."""
        return [relation for relation in self.relations.values() if relation.target == target]


def build_graph(catalogue: Catalogue, options: GraphOptions | None = None) -> Graph:
    """Build the graph of everything in `catalogue` that may be trained on.

    Raises:
        DataError: the catalogue has no titles.
        UsageError: `leave_out` names a relation that cannot exist.
    """
    options = options or GraphOptions()
    if unknown := set(options.leave_out) - {*ROLES, *FACETS, *LINKS, *EVENTS}:
        raise UsageError(f"no relation {sorted(unknown)}; there are {', '.join((*ROLES, *FACETS, *LINKS, *EVENTS))}")
    allowed = [source.name for source in catalogue.sources if source.trainable or options.display_sources]
    titles = catalogue.scan("titles").select("title_id", "name", "kind", "year", "runtime_min").collect()
    if titles.height == 0:
        raise DataError(f"The catalogue in {catalogue.folder} has no titles.")
    reader = _Reader(catalogue, titles["title_id"], allowed, options)
    nodes = {"title": Vocabulary.of_sorted(titles["title_id"])}
    names: dict[str, Any] = {"title": titles["name"].to_list()}
    relations: dict[str, Relation] = {}
    reader.credits(nodes, names, relations)
    reader.tags(nodes, names, relations)
    reader.links(relations)
    reader.events(nodes, names, relations)
    return Graph(
        nodes=nodes,
        relations=relations,
        names=names,
        kind=titles["kind"].to_list(),
        year=titles["year"].fill_null(0).to_numpy().astype(np.int16),
        runtime=titles["runtime_min"].fill_null(float("nan")).to_numpy().astype(np.float32),
        catalogue_hash=catalogue.hash,
        sources=tuple(allowed),
    )


class _Reader:
    """Turns the tables of one catalogue into relations."""

    def __init__(self, catalogue: Catalogue, title_ids: pl.Series, allowed: list[str], options: GraphOptions) -> None:
        self._catalogue = catalogue
        self._options = options
        self._allowed = allowed
        self._titles = title_ids.len()
        self._rows = pl.LazyFrame({"title_id": title_ids, "row": np.arange(title_ids.len(), dtype=np.int32)})

    def _scan(self, table: str, kind: str) -> pl.LazyFrame:
        """A table's trainable rows of wanted kinds, with the title's row instead of its id."""
        return (
            self._catalogue.scan(table)
            .filter(pl.col("source").is_in(self._allowed) & ~pl.col(kind).is_in(self._options.leave_out))
            .join(self._rows, on="title_id", how="inner")
            .drop("title_id")
        )

    def _encode(self, frame: pl.DataFrame, column: str) -> tuple[pl.DataFrame, pl.Series]:
        """Replace the ids in `column` by rows of the sorted vocabulary of those that are common enough."""
        counts = frame.group_by(column).agg(pl.col("row").n_unique().alias("titles"))
        kept = counts.filter(pl.col("titles") >= self._options.min_titles)[column].sort()
        codes = pl.DataFrame({column: kept, "column": np.arange(kept.len(), dtype=np.int32)})
        return frame.join(codes, on=column, how="inner").drop(column), kept

    def credits(self, nodes: dict[str, Vocabulary], names: dict[str, Any], into: dict[str, Relation]) -> None:
        frame = self._scan("credits", "role").select("row", "person_id", "role", "order").collect()
        if frame.height == 0:
            return
        frame, people = self._encode(frame, "person_id")
        nodes["person"] = Vocabulary.of_sorted(people)
        known = self._catalogue.scan("people").select("person_id", "name").collect()
        names["person"] = pl.DataFrame({"person_id": people}).join(known, on="person_id", how="left")["name"].to_list()
        for role in _present(frame["role"], ROLES):
            part = frame.filter(pl.col("role") == role).with_columns(pl.col("order").fill_null(-1))
            into[role] = self._relation(role, "person", part, len(people), {"order": np.int16})

    def tags(self, nodes: dict[str, Vocabulary], names: dict[str, Any], into: dict[str, Relation]) -> None:
        frame = self._scan("tags", "facet").select("row", "facet", "value", pl.col("weight").fill_null(1.0)).collect()
        for facet in _present(frame["facet"], FACETS):
            part, values = self._encode(frame.filter(pl.col("facet") == facet), "value")
            nodes[facet] = Vocabulary.of_sorted(values)
            names[facet] = values.to_list()
            into[facet] = self._relation(facet, facet, part, len(values), {}, weight="weight")

    def links(self, into: dict[str, Relation]) -> None:
        others = self._rows.rename({"title_id": "other_id", "row": "column"})
        frame = self._scan("links", "kind").join(others, on="other_id", how="inner")
        found = frame.select("row", "column", "kind").collect()
        for kind in _present(found["kind"], LINKS):
            into[kind] = self._relation(kind, "title", found.filter(pl.col("kind") == kind), self._titles, {})

    def events(self, nodes: dict[str, Vocabulary], names: dict[str, Any], into: dict[str, Relation]) -> None:
        columns = ("row", "viewer_id", "kind", "value", "time")
        frame = self._scan("events", "kind").select(columns).collect()
        if frame.height == 0:
            return
        frame, viewers = self._encode(frame, "viewer_id")
        nodes["viewer"] = Vocabulary.of_sorted(viewers)
        names["viewer"] = viewers.to_list()
        for kind in _present(frame["kind"], EVENTS):
            part = frame.filter(pl.col("kind") == kind)
            part = part.with_columns(
                pl.col("value").fill_null(1.0) if kind == "rating" else pl.lit(1.0).alias("value"),
                pl.col("time").fill_null(np.iinfo(np.int64).min),
            ).sort("row", "column", "time")
            into[kind] = self._relation(
                kind, "viewer", part, len(viewers), {"time": np.int64}, weight="value", keep="last"
            )

    def _relation(
        self,
        name: str,
        target: str,
        frame: pl.DataFrame,
        width: int,
        attributes: Mapping[str, type],
        *,
        weight: str | None = None,
        keep: str = "first",
    ) -> Relation:
        order = [*attributes] if keep == "first" else []
        frame = frame.sort("row", "column", *order).unique(["row", "column"], keep=keep, maintain_order=True)  # type: ignore[arg-type]
        rows = frame["row"].to_numpy()
        data = frame[weight].to_numpy().astype(np.float32) if weight else np.ones(len(rows), np.float32)
        indptr = np.zeros(self._titles + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=self._titles), out=indptr[1:])
        matrix = sparse.csr_array(
            (data, frame["column"].to_numpy().astype(np.int32), indptr), shape=(self._titles, width)
        )
        return Relation(
            name, target, matrix, {key: frame[key].to_numpy().astype(dtype) for key, dtype in attributes.items()}
        )


def _present(column: pl.Series, order: Iterable[str]) -> list[str]:
    there = set(column.unique())
    return [name for name in order if name in there]
