"""A made-up catalogue in which titles share much: sixty titles, and more keywords and companies than columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse

from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.graph.build import Graph
from reelation.sources.base import tables_of
from reelation.training.recipe import Recipe
from tests.world import SOURCE

TITLES = 60
RECIPE = Recipe(
    columns={"genre": (4.5, 48), "country": (0.2, 16), "keyword": (4.0, 5), "company": (3.9, 4)}, genre_pairs=(1.9, 60)
)
"""Keywords and companies are projected; every genre and every pair of genres has a column."""


def crowded(folder: Path) -> Catalogue:
    """The catalogue: people in three roles, genres, countries, and keywords that weigh more or less."""
    rng = np.random.default_rng(5)
    titles = [f"c:{n:02}" for n in range(TITLES)]
    credits = {
        (title, f"p:{person:02}", role)
        for title in titles
        for role, many in (("actor", 5), ("director", 1), ("composer", 2))
        for person in rng.integers(0, 30, many)
    }
    tags = {
        (title, facet, f"{facet} {value}"): round(float(rng.uniform(0.3, 1)), 2) if facet == "keyword" else 1.0
        for title in titles
        for facet, most, many in (("genre", 8, 3), ("country", 4, 1), ("keyword", 20, 4), ("company", 12, 2))
        for value in rng.integers(0, most, many)
    }
    rows: list[dict[str, object]] = [
        {"title_id": title, "kind": "film", "name": f"Film {n}", "year": 1950 + n, "runtime_min": 80.0 + n}
        for n, title in enumerate(titles)
    ]
    tables: dict[str, pl.DataFrame | list[dict[str, object]]] = {
        "titles": rows,
        "people": [{"person_id": f"p:{n:02}", "name": f"Person {n}"} for n in range(30)],
        "credits": [{"title_id": a, "person_id": b, "role": c} for a, b, c in sorted(credits)],
        "tags": pl.DataFrame(
            [(*key, weight) for key, weight in sorted(tags.items())],
            schema=["title_id", "facet", "value", "weight"],
            orient="row",
        ),
    }
    return write_catalogue(folder, tables_of(SOURCE.name, tables), (SOURCE,))


def deleted(graph: Graph, rows: tuple[int, int], target: str, column: int) -> Graph:
    """The graph without the edges of two titles to one node."""
    relations = {}
    for name, relation in graph.relations.items():
        if relation.target == target:
            matrix = relation.matrix.tocoo()
            kept = ~(np.isin(matrix.row, rows) & (matrix.col == column))
            left = sparse.csr_array(
                (matrix.data[kept], (matrix.row[kept], matrix.col[kept])), shape=relation.matrix.shape
            )
            left.sort_indices()
            relation = replace(relation, matrix=left, attributes={})
        relations[name] = relation
    return replace(graph, relations=relations)
