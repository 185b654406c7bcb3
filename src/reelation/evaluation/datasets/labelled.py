"""A graph some of whose titles have labels, with the split that a benchmark's authors fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import DataError
from reelation.graph.build import Graph, Relation
from reelation.ids import Vocabulary

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """What a reader of a node classification benchmark returns."""

    graph: Graph
    """Shows no labels."""
    labels: NDArray[np.bool_]
    """[titles, classes]; all False where a title has no known label."""
    classes: tuple[str, ...]
    exclusive: bool
    """Every labelled title has exactly one class."""
    train: Rows
    validation: Rows
    """Empty where the official split has none."""
    test: Rows
    features: Mapping[str, sparse.csr_array] = field(default_factory=dict)
    """Node type -> [nodes, columns] float32; empty where a set has only structure."""

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        parts = np.concatenate([self.train, self.validation, self.test])
        if len(np.unique(parts)) != len(parts):
            raise DataError("Training, validation and test share titles.")
        count = self.labels[parts].sum(axis=1)
        if (count == 0).any() or (self.exclusive and (count != 1).any()):
            raise DataError(f"{int((count != 1).sum())} titles of the split do not have the labels they should have.")


def bare_graph(
    name: str,
    nodes: Mapping[str, int],
    relations: Mapping[str, sparse.csr_array],
    names: Mapping[str, list[str | None]] | None = None,
) -> Graph:
    """A graph of benchmark nodes that have numbers instead of names; years and lengths are unknown.

    Args:
        name: of the set, the prefix of all ids.
        nodes: node type -> how many; "title" among them. A relation's target is the node type of its name.
        relations: node type -> [titles, nodes] 0 or 1.
        names: node type -> names, for those types that have some.
    """
    titles = nodes["title"]
    known = names or {}
    return Graph(
        nodes={
            kind: Vocabulary.of_sorted(f"{name}:{kind}:{i:06d}" for i in range(count)) for kind, count in nodes.items()
        },
        relations={kind: Relation(kind, kind, _tidy(matrix)) for kind, matrix in relations.items()},
        names={kind: known.get(kind, [None] * count) for kind, count in nodes.items()},
        kind=["film"] * titles,
        year=np.zeros(titles, np.int16),
        runtime=np.full(titles, np.nan, np.float32),
        catalogue_hash=name,
        sources=(name,),
    )


def _tidy(matrix: sparse.csr_array) -> sparse.csr_array:
    tidy = sparse.csr_array(matrix, dtype=np.float32)
    tidy.sum_duplicates()
    tidy.data = np.ones_like(tidy.data)
    return tidy
