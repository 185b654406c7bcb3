"""Recommenders of titles that nobody has met: from what is known of a title to whom it will please.

features of warm titles + likes  ->  one ridge a viewer (a Gaussian process over titles)  ->  cold titles
the same towards log(likes)      ->  how popular a title like this one gets
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from reelation.errors import MissingExtraError
from reelation.evaluation.recommenders.content import SIDE, blocks, compressed, content_knn, tf_idf
from reelation.evaluation.recommenders.known import Floats, Known
from reelation.evaluation.recommenders.linear import ease, histories
from reelation.features.exact import unit_rows_sparse
from reelation.seeds import generator

KERNEL = {**SIDE, "people": 3.0, "text": 1.0}
"""Blocks of the kernel between titles and how much each counts."""


_FEW = 512
"""Columns up to which a dense product is the faster one."""


@dataclass(frozen=True)
class ColdConfig:
    """Settings of the members."""

    kernels: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {
            "everything": KERNEL,
            "people": {"people": 1.0, "era": 0.3},
            "story": {"genre": 1.0, "pairs": 0.5, "keyword": 1.0, "text": 1.0, "era": 0.3},
        }
    )
    """Each makes a member: name -> blocks of the kernel between titles and how much each counts."""
    noise: float = 3.0
    """Of the Gaussian process: how little one like says."""
    neighbours: int = 20
    """Of the nearest-neighbour members."""
    strength: float = 200.0
    """EASE's penalty, whose scores are the smoothed likes."""
    dislike: float = -0.3


def title_kernel(known: Known, shares: Mapping[str, float] = KERNEL) -> Floats:
    """[titles, titles] weighted sum of cosines of what is known of two titles."""
    return _kernel(_facts(known), shares)


def _facts(known: Known) -> dict[str, sparse.csr_array]:
    return {**blocks(known.graph, known.rows), "text": tf_idf(known.texts)}


def _kernel(facts: Mapping[str, sparse.csr_array], shares: Mapping[str, float]) -> Floats:
    titles = next(iter(facts.values())).shape[0]
    total = np.zeros((titles, titles), np.float32)
    for name, block in facts.items():
        if shares.get(name, 0) > 0:
            total += np.float32(shares[name]) * _products(block)
    return total


def _products(block: sparse.csr_array) -> Floats:
    if block.shape[1] > _FEW:
        return np.asarray((block @ block.T).toarray(), np.float32)
    columns = np.asarray(block.toarray(), np.float32)
    return np.asarray(columns @ columns.T, np.float32)


def warm_titles(known: Known) -> NDArray[np.bool_]:
    """[titles] True for those that somebody likes or dislikes."""
    return np.asarray((known.liked.popularity() + known.disliked.popularity()) > 0)


def regressed(kernel: Floats, warm: NDArray[np.bool_], targets: Floats, noise: float) -> Floats:
    """Kernel ridge regression from warm titles to all, one regression a row of `targets`, each about its own mean.

    Args:
        kernel: [titles, titles].
        warm: [titles] True for those to learn from.
        targets: [rows, titles]; only warm columns are read.
        noise: added to the kernel's diagonal, above 0.

    Returns:
        [rows, titles].

    Source: Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, equation 2.25.
    """
    inner = kernel[np.ix_(warm, warm)]
    inner[np.diag_indices(len(inner))] += noise
    known = targets[:, warm]
    mean = known.mean(axis=1, keepdims=True)
    solved = linalg.cho_solve(linalg.cho_factor(inner, lower=True, overwrite_a=True), (known - mean).T)
    return np.asarray((kernel[:, warm] @ solved).T + mean, np.float32)


def title_facts(known: Known, seed: int, width: int = 40) -> Floats:
    """[titles, facts] plain numbers of titles, and how popular other titles with their people and tags are.

    Nothing of a title's own events is in its row: means over its people leave it out.
    """
    graph, rows = known.graph, known.rows
    warm = warm_titles(known)
    fame = np.log1p(known.liked.popularity()).astype(np.float32)
    columns: list[NDArray[Any]] = [graph.year[rows], graph.runtime[rows], np.array([len(t) for t in known.texts])]
    for relation in graph.relations.values():
        if relation.target == "title":
            continue
        matrix = relation.matrix[rows]
        columns.append(np.diff(matrix.indptr))
        columns.extend(_fame_of_fellows(matrix, fame, warm))
    columns.extend(compressed(unit_rows_sparse(blocks_together(known)), width, seed).T)
    if "genre" in graph.relations:
        columns.extend(graph.relations["genre"].matrix[rows].toarray().T)
    return np.column_stack([np.asarray(column, np.float32) for column in columns])


def blocks_together(known: Known) -> sparse.csr_array:
    """[titles, things] all blocks side by side, weighted as in `SIDE`."""
    there = blocks(known.graph, known.rows)
    parts = [block * np.float32(SIDE[name] ** 0.5) for name, block in there.items() if name in SIDE]
    return sparse.csr_array(sparse.hstack(parts, format="csr"))


def _fame_of_fellows(matrix: sparse.csr_array, fame: Floats, warm: NDArray[np.bool_]) -> list[Floats]:
    """Mean, and largest over a title's things, of the log likes of other warm titles with the same thing."""
    has = matrix.copy()
    has.data = np.ones_like(has.data)
    weight = warm.astype(np.float32)
    sums, counts = has.T @ (fame * weight), has.T @ weight
    owner = np.repeat(np.arange(has.shape[0]), np.diff(has.indptr))
    others_sum = sums[has.indices] - (fame * weight)[owner]
    others = counts[has.indices] - weight[owner]
    shrunk = (others_sum + fame[warm].mean() * 2) / (others + 2)
    number = np.diff(has.indptr)
    mean = np.bincount(owner, weights=shrunk, minlength=len(number)) / np.maximum(number, 1)
    largest = np.full(len(number), -1.0)
    np.maximum.at(largest, owner, shrunk)
    together = np.bincount(owner, weights=others_sum, minlength=len(number))
    return [np.asarray(part, np.float32) for part in (np.where(number > 0, mean, np.nan), largest, together)]


def expected_popularity(facts: Floats, known: Known, seed: int) -> Floats:
    """[titles] log(1 + likes) that boosted trees expect of a title with such facts.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingRegressor
    except ModuleNotFoundError as error:
        raise MissingExtraError("Popularity from metadata", "evaluate") from error
    warm = warm_titles(known)
    model = HistGradientBoostingRegressor(
        max_iter=200,
        learning_rate=0.05,
        max_leaf_nodes=15,
        l2_regularization=5.0,
        random_state=int(generator(seed, "popularity").integers(2**31)),
    )
    model.fit(facts[warm], np.log1p(known.liked.popularity()[warm]))
    return np.asarray(model.predict(facts), np.float32)


def cold_features(known: Known, seed: int, config: ColdConfig) -> Iterator[tuple[str, Floats]]:
    """Features of the blend, those of the first kernel first; names that start with "=" are plain numbers."""
    warm, mixed = warm_titles(known), histories(known, config.dislike)
    smooth, facts = smoothed(known, config), _facts(known)
    for name, shares in config.kernels.items():
        scores = regressed(_kernel(facts, shares), warm, smooth, config.noise)
        yield f"EASE by {name}", scores
        yield f"everybody by {name}", np.broadcast_to(scores.mean(axis=0), mixed.shape)
    yield "people kNN", content_knn(known, {"people": 1.0, "keyword": 0.2}, config.neighbours)
    fame = expected_popularity(title_facts(known, seed), known, seed)
    yield "expected popularity", np.broadcast_to(fame, mixed.shape)
    yield from _times(known).items()


def smoothed(known: Known, config: ColdConfig) -> Floats:
    """[viewers, titles] EASE's scores, and what the viewer likes half-way from there to 1."""
    mixed, own = histories(known, config.dislike), histories(known)
    scores = ease(mixed, mixed, config.strength)
    return scores + own * (1 - scores) * np.float32(0.5)


def _times(known: Known) -> dict[str, Floats]:
    """How a title's year goes with the years of what the viewer likes, and with the years in which he was there."""
    year = known.graph.year[known.rows].astype(np.float32)
    usual = np.median(year[year > 0]) if (year > 0).any() else 0
    year = np.where(year > 0, year, usual).astype(np.float32)
    liked = known.liked
    last = np.full(liked.viewers, -np.inf)
    np.maximum.at(last, liked.viewer, liked.time / (365.25 * 86_400) + 1970)
    last = np.where(np.isfinite(last), last, year.max())
    span = int(year.max() - year.min()) + 1
    at = (year - year.min()).astype(np.int64)
    per_year = np.zeros((liked.viewers, span), np.float32)
    np.add.at(per_year, (liked.viewer, at[liked.title]), 1)
    titles_a_year = np.bincount(at[warm_titles(known)], minlength=span)
    kernel = np.exp(-0.5 * (np.subtract.outer(np.arange(span), np.arange(span)) / 3) ** 2)
    rate = (per_year @ kernel) / np.maximum(titles_a_year @ kernel, 1)
    return {
        "likes of that time": np.asarray(np.log(rate[:, at] + 1e-3), np.float32),
        "=years before the viewer's last": np.asarray(last[:, None] - year[None, :], np.float32),
    }
