"""A graph of many titles that have nothing but genres and years."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from reelation.graph.build import Graph, Relation


def crowd(titles: int = 400) -> Graph:
    """Titles in two genres by turns and years that rise by one every twenty titles."""
    rows = np.arange(titles)
    genre = sparse.csr_array((np.ones(titles, np.float32), (rows, rows % 2)), shape=(titles, 2))
    base = Graph(
        nodes={},
        relations={"genre": Relation("genre", "genre", genre)},
        names={"title": [None] * titles},
        kind=["film"] * titles,
        year=(1990 + rows // 20).astype(np.int16),
        runtime=np.full(titles, np.nan, np.float32),
        catalogue_hash="",
        sources=(),
    )
    object.__setattr__(base, "nodes", {"title": range(titles)})
    return base
