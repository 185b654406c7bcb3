"""Baselines of relatedness, each from one signal: popularity, words of texts, sentences, viewers, walks on the graph.

All of them score by inner products of one row a title (or by a number a title), so all are `ScoreRows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import EVENTS
from reelation.errors import DataError, MissingExtraError
from reelation.evaluation.retrieval import ScoreRows
from reelation.graph.build import Graph
from reelation.rows import unit_rows

Floats = NDArray[np.float32]


def by_popularity(graph: Graph) -> ScoreRows:
    """The number of events of a title, whoever asks; without events the number of its edges."""
    events = graph.of_target("viewer")
    counted = events if events else list(graph.relations.values())
    count = sum((np.diff(relation.matrix.indptr) for relation in counted), np.zeros(len(graph)))
    return lambda rows: np.tile(count.astype(np.float32), (len(rows), 1))


def by_words(texts: Sequence[str]) -> ScoreRows:
    """Cosines of TF-IDF vectors of texts: scikit-learn's defaults, with English stop words left out.

    Raises:
        DataError: there are no texts.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ModuleNotFoundError as error:
        raise MissingExtraError("TF-IDF", "evaluate") from error
    if not any(texts):
        raise DataError("There are no texts here; TF-IDF needs some.")
    vectors = sparse.csr_array(TfidfVectorizer(stop_words="english", dtype=np.float32).fit_transform(texts))
    return lambda rows: np.asarray((vectors[rows] @ vectors.T).toarray(), np.float32)


def by_vectors(vectors: Floats, *, centred: bool = False) -> ScoreRows:
    """Cosines of one dense vector a title.

    Args:
        vectors: [titles, width]; zero rows score 0 with everything.
        centred: subtract the mean of the rows that are not zero first, which takes out what all sentences share.
    """
    there = np.asarray(vectors.any(axis=1), bool)
    if centred and there.any():
        vectors = np.where(there[:, None], vectors - vectors[there].mean(axis=0), 0).astype(np.float32)
    unit = unit_rows(vectors)
    return lambda rows: np.asarray(unit[rows] @ unit.T, np.float32)


@dataclass(frozen=True)
class ItemKnnConfig:
    """How viewers make two titles alike."""

    least_stars: float = 0.0
    """Ratings below this don't count."""
    shrink: float = 0.0
    """Added to the product of lengths, so that titles with few viewers are trusted less."""


def by_viewers(graph: Graph, config: ItemKnnConfig | None = None) -> ScoreRows:
    """Item-based neighbours: cosines of titles over their viewers, every counted rating as 1.

    Raises:
        DataError: there are no ratings.

    Source: Deshpande & Karypis 2004, doi:10.1145/963770.963776; the shrinkage is that of Bell & Koren 2007,
        doi:10.1109/ICDM.2007.90.
    """
    config = config or ItemKnnConfig()
    if "rating" not in graph.relations:
        raise DataError("There are no ratings here; item neighbours need some.")
    seen = (graph.relations["rating"].matrix >= max(config.least_stars, 1e-6)).astype(np.float32).tocsr()
    lengths = np.sqrt(np.asarray(seen.sum(axis=1), np.float32).ravel())

    def score_rows(rows: NDArray[np.int64]) -> Floats:
        together = (seen[rows] @ seen.T).toarray()
        below = lengths[rows, None] * lengths[None, :] + config.shrink
        return np.asarray(np.divide(together, below, out=np.zeros_like(together), where=below > 0), np.float32)

    return score_rows


@dataclass(frozen=True)
class Node2vecConfig:
    """Walks and vectors of node2vec."""

    width: int = 64
    walks: int = 5
    """Walks from each node."""
    length: int = 20
    """Nodes of a walk."""
    most: int = 2_000
    """Nodes with more titles are left out; walks through them lead everywhere."""
    liked_stars: float = 4.0
    """Ratings from here on are edges between viewer and title."""


def by_node2vec(graph: Graph, config: Node2vecConfig, seed: int) -> ScoreRows:
    """Cosines of node2vec vectors; see `node2vec_vectors`."""
    return by_vectors(node2vec_vectors(graph, config, seed))


def node2vec_vectors(graph: Graph, config: Node2vecConfig, seed: int) -> Floats:
    """[titles, width] node2vec over titles, people, tags and viewers, with return and in-out parameters of 1.

    Source: Grover & Leskovec 2016, arXiv:1607.00653, by NetworKit, on one thread.
    """
    try:
        import networkit
    except ModuleNotFoundError as error:
        raise MissingExtraError("node2vec", "train") from error
    first, second, nodes = node_pairs(graph, config)
    used, numbers = np.unique(np.concatenate([first, second]), return_inverse=True)
    network = networkit.GraphFromCoo(
        (np.ones(len(first)), (numbers[: len(first)].astype(np.uint64), numbers[len(first) :].astype(np.uint64))),
        n=len(used),
        weighted=False,
        directed=False,
    )
    networkit.setSeed(seed, False)
    networkit.setNumberOfThreads(1)
    walker = networkit.embedding.Node2Vec(network, 1.0, 1.0, config.length, config.walks, config.width)
    vectors = np.zeros((nodes, config.width), np.float32)
    walker.run()
    vectors[used] = np.array(walker.getFeatures(), np.float32)
    return vectors[: len(graph)]


def node_pairs(graph: Graph, config: Node2vecConfig) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """All relations as one graph, titles first.

    Returns:
        first, second [edges]: the ends of each edge, once each; the number of nodes.
    """
    start, total = {"title": 0}, len(graph)
    firsts, seconds = [], []
    for relation in graph.relations.values():
        if relation.target not in start:
            start[relation.target] = total
            total += relation.matrix.shape[1]
        matrix = relation.matrix.tocoo()
        kept = (matrix.data >= config.liked_stars) if relation.name == "rating" else np.ones(matrix.nnz, bool)
        degree = np.bincount(matrix.col[kept], minlength=matrix.shape[1])
        if relation.name not in EVENTS:
            kept &= degree[matrix.col] <= config.most
        kept &= degree[matrix.col] > 1
        firsts.append(matrix.row[kept].astype(np.int64))
        seconds.append(matrix.col[kept].astype(np.int64) + start[relation.target])
    pairs = np.stack([np.concatenate(firsts), np.concatenate(seconds)])
    pairs = np.unique(np.sort(pairs[:, pairs[0] != pairs[1]], axis=0), axis=1)
    return pairs[0], pairs[1], total
