"""Sixty viewers of two kinds and forty titles of two genres: what a recommender should find is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.datasets.viewings import Viewings
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.known import Known
from reelation.graph.build import Graph, Relation
from reelation.ids import Strings, Vocabulary
from reelation.seeds import generator

VIEWERS, TITLES = 60, 40


def world(seed: int = 0) -> Viewings:
    """Even viewers like even titles (genre a, person 0), odd ones odd titles; a tenth of the likes crosses over."""
    rng = generator(seed, "world")
    matches = np.equal.outer(np.arange(VIEWERS) % 2, np.arange(TITLES) % 2)
    liked = rng.random((VIEWERS, TITLES)) < np.where(matches, 0.6, 0.06)
    liked[np.arange(TITLES) % VIEWERS, np.arange(TITLES)] = True
    liked[np.arange(VIEWERS), np.arange(VIEWERS) % TITLES] = True
    low = ~liked & (rng.random(liked.shape) < 0.05)
    return Viewings("world", _events(liked, rng, 4), _events(low, rng, 1), _graph(), np.arange(TITLES), _texts(), "w")


def _events(cells: NDArray[np.bool_], rng: np.random.Generator, stars: float) -> Interactions:
    viewer, title = np.nonzero(cells)
    time = rng.permutation(len(viewer)).astype(np.int64) * 3600 + 1_000_000_000
    full = np.full(len(viewer), stars, np.float32)
    return Interactions(viewer.astype(np.int32), title.astype(np.int32), full, time, VIEWERS, TITLES)


def _texts() -> tuple[str, ...]:
    return tuple("rocket ship beyond stars" if i % 2 == 0 else "judge court verdict lawyer" for i in range(TITLES))


def _graph() -> Graph:
    two = sparse.csr_array(np.eye(2, dtype=np.float32)[np.arange(TITLES) % 2])
    ids = {"title": [f"t:{i:02}" for i in range(TITLES)], "person": ["p:0", "p:1"], "genre": ["a", "b"]}
    return Graph(
        nodes={name: Vocabulary(Strings.of(values)) for name, values in ids.items()},
        relations={"actor": Relation("actor", "person", two), "genre": Relation("genre", "genre", two)},
        names={name: list(values) for name, values in ids.items()},
        kind=["film"] * TITLES,
        year=np.full(TITLES, 2000, np.int16),
        runtime=np.full(TITLES, 90, np.float32),
        catalogue_hash="",
        sources=(),
    )


def known_of(viewings: Viewings, *, in_order: bool = False) -> Known:
    return Known(
        viewings.liked,
        viewings.disliked,
        viewings.graph,
        viewings.rows,
        viewings.texts,
        in_order,
        np.ones(TITLES, bool),
    )
