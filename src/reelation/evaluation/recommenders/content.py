"""Titles by what is known of them: shared people, genres, keywords and words of their plots, idf-weighted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import MissingExtraError
from reelation.evaluation.recommenders.known import Floats, Known
from reelation.features.exact import era_columns, pair_columns, people_terms, unit_rows_sparse
from reelation.graph.build import Graph

TAGS = ("genre", "keyword", "subject", "company", "country", "language", "franchise", "based_on")
ROLES = {"actor": 1.0, "director": 1.0, "writer": 1.0, "creator": 1.0}
CONTENT = {"people": 1.0, "genre": 1.0, "pairs": 0.5, "keyword": 1.0}
"""Blocks of the content baselines and how much each counts in the cosine."""
SIDE = {**CONTENT, "company": 0.3, "country": 0.2, "language": 0.2, "franchise": 1.0, "based_on": 0.5, "era": 0.7}
"""Blocks of the side information and how much each counts."""


_ROWS_AT_ONCE = 1024


def blocks(graph: Graph, rows: NDArray[np.int64]) -> dict[str, sparse.csr_array]:
    """Idf-weighted sparse features of unit length (or zero), one block a kind of fact.

    Args:
        graph: metadata of these and other titles.
        rows: [titles] which of its rows.

    Returns:
        Name -> [titles, things]: "people" (all roles in `ROLES`), the tag facets in `TAGS` that the graph has,
        "pairs" of genres, "era".
    """
    found = {"era": sparse.csr_array(era_columns(graph.year)[rows])}
    if credits := [relation for relation in graph.of_target("person") if relation.name in ROLES]:
        found["people"] = people_terms(credits, ROLES, 1.0)[rows]
    for name in TAGS:
        if name in graph.relations:
            relation = graph.relations[name]
            found[name] = unit_rows_sparse((relation.matrix @ sparse.diags_array(relation.idf())).tocsr())[rows]
    if "genre" in graph.relations:
        found["pairs"] = sparse.csr_array(pair_columns(graph.relations["genre"], 200)[0][rows])
    return found


def side_features(known: Known, shares: Mapping[str, float] = SIDE) -> sparse.csr_array:
    """[titles, things] the blocks named in `shares` side by side, each times the root of its share."""
    there = blocks(known.graph, known.rows)
    parts = [block * np.float32(shares[name] ** 0.5) for name, block in there.items() if shares.get(name, 0) > 0]
    return sparse.csr_array(sparse.hstack(parts, format="csr"))


def compressed(features: sparse.csr_array, width: int, seed: int) -> Floats:
    """[titles, width] features whose inner products are those of `features` as nearly as that width allows.

    Raises:
        MissingExtraError: scikit-learn is not installed.

    Source: Halko, Martinsson & Tropp 2011 (arXiv:0909.4061).
    """
    if features.shape[1] <= width:
        return np.asarray(features.toarray(), np.float32)
    try:
        from sklearn.utils.extmath import randomized_svd
    except ModuleNotFoundError as error:
        raise MissingExtraError("Side information", "evaluate") from error
    left, values, _ = randomized_svd(
        sparse.csr_matrix(features), min(width, min(features.shape) - 1), n_iter=3, random_state=seed
    )
    return np.asarray(left * values, np.float32)


def content_knn(known: Known, shares: Mapping[str, float] = CONTENT, neighbours: int | None = None) -> Floats:
    """[viewers, titles] summed content cosine to what the viewer likes; never asks how popular a title is.

    Args:
        known: what is known.
        shares: blocks of the cosine, see `side_features`.
        neighbours: only so many of a title's nearest titles with a history count; None for all.

    Source: content-based nearest neighbours as item-kNN over attributes, Pazzani & Billsus 2007,
        doi:10.1007/978-3-540-72079-9_10.
    """
    return _to_liked(known, unit_rows_sparse(side_features(known, shares)), neighbours)


def text_knn(known: Known, vectors: NDArray[np.floating[Any]] | None = None, neighbours: int | None = None) -> Floats:
    """[viewers, titles] the same by the cosine of plots.

    Args:
        known: what is known.
        vectors: [titles, width] unit-length vectors of the plots, zero without one; None for TF-IDF.
        neighbours: as in `content_knn`.
    """
    features = tf_idf(known.texts) if vectors is None else sparse.csr_array(vectors)
    return _to_liked(known, features, neighbours)


def tf_idf(texts: tuple[str, ...]) -> sparse.csr_array:
    """[titles, words] TF-IDF of English texts, unit length; zero rows without text.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ModuleNotFoundError as error:
        raise MissingExtraError("TF-IDF", "evaluate") from error
    if not any(texts):
        return sparse.csr_array((len(texts), 1), dtype=np.float32)
    model = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=min(2, sum(map(bool, texts))))
    return sparse.csr_array(model.fit_transform(texts).astype(np.float32))


def _to_liked(known: Known, features: sparse.csr_array, neighbours: int | None) -> Floats:
    likes = known.liked.matrix()
    if neighbours is None:
        return np.asarray((sparse.csr_array(likes @ features) @ features.T).toarray(), np.float32)
    warm = np.flatnonzero(known.liked.popularity() > 0)
    of_warm, theirs = features[warm].T.tocsc(), likes[:, warm].T.tocsr()
    found = np.zeros((features.shape[0], likes.shape[0]), np.float32)
    for at in range(0, features.shape[0], _ROWS_AT_ONCE):
        rows = np.arange(at, min(at + _ROWS_AT_ONCE, features.shape[0]))
        similar = np.asarray((features[rows] @ of_warm).toarray(), np.float32)
        similar[rows[:, None] == warm] = 0
        if neighbours < len(warm):
            least = np.partition(similar, -neighbours, axis=1)[:, -neighbours, None]
            similar[similar < least] = 0
        found[rows] = sparse.csr_array(similar) @ theirs.toarray()
    return np.ascontiguousarray(found.T)


def ease_rows(known: Known, scale: float, width: int, seed: int) -> Floats:
    """[width, titles] side information as further rows for `ease`, `scale` times as large as its cosine."""
    return np.ascontiguousarray(compressed(side_features(known), width, seed).T) * np.float32(scale)
