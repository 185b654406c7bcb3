"""Marking of recommendation lists: every viewer's liked titles among all that he has not seen.

predict(viewers) -> [viewers, titles]   +   right titles, seen titles   ->   per-viewer figures
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.figures import Figure, mean_figure

Scores = NDArray[np.floating[Any]]
Predict = Callable[[NDArray[np.int64]], Scores]
"""[viewers] numbers -> [viewers, titles] scores, higher is better; minus infinity for what is never recommended."""

LIST = 10
"""Titles in a list whose coverage and novelty are looked at."""
_AT_ONCE = 256


def ranking_figures(
    predict: Predict,
    right: sparse.csr_array,
    barred: NDArray[np.bool_],
    popularity: NDArray[np.int64],
) -> dict[str, Figure]:
    """Recall, NDCG, novelty and coverage over all viewers with at least one right title.

    Every title that is not barred is ranked; ties take their middle rank. Coverage is the share of titles that
    somebody may be recommended that are among the first ten of anybody; novelty the mean self-information of a
    viewer's first ten in bits, -log2(share of viewers who liked the title), a title that nobody liked counting as
    one that one did.

    Args:
        predict: the contender.
        right: [viewers, titles], an entry for each right title.
        barred: [viewers, titles] True for what is not ranked: what the viewer is known to have seen.
        popularity: [titles] number of viewers who liked each, as known to contenders.

    Raises:
        ValueError: the contender's scores have another shape, or are not numbers.

    Source: Järvelin & Kekäläinen 2002, doi:10.1145/582415.582418 (NDCG, gain 1); recall of all right titles as in
        RecBole, Zhao et al. 2021 (arXiv:2011.01731); novelty after Zhou et al. 2010, doi:10.1073/pnas.1000488107.
    """
    questions = np.flatnonzero(np.diff(right.indptr))
    information = -np.log2(np.maximum(popularity, 1) / right.shape[0])
    listed = np.zeros(right.shape[1], bool)
    found: list[NDArray[np.float64]] = []
    for at in range(0, len(questions), _AT_ONCE):
        viewers = questions[at : at + _AT_ONCE]
        scores = asked_scores(predict(viewers), len(viewers), right.shape[1])
        scores[barred[viewers]] = -np.inf
        top = np.argsort(-scores, axis=1, kind="stable")[:, :LIST]
        real = np.isfinite(np.take_along_axis(scores, top, axis=1))
        listed[top[real]] = True
        novelty = (information[top] * real).sum(axis=1) / np.maximum(real.sum(axis=1), 1)
        found.append(np.column_stack([list_figures(scores, right[viewers]), novelty]))
    columns = np.concatenate(found) if found else np.zeros((0, 4))
    names = ("recall@10", "recall@20", "NDCG@10", "novelty")
    figures = {name: mean_figure(column) for name, column in zip(names, columns.T, strict=True)}
    return {**figures, "coverage": mean_figure([listed.sum() / max(int((~barred.all(axis=0)).sum()), 1)])}


def ndcg(scores: Scores, right: sparse.csr_array, barred: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[viewers] NDCG@10 of scores that are all there already; NaN for viewers without a right title.

    For choices on validation data.

    Args:
        scores: [viewers, titles].
        right: [viewers, titles].
        barred: [viewers, titles] True for what is not ranked.
    """
    found = np.full(right.shape[0], np.nan)
    questions = np.flatnonzero(np.diff(right.indptr))
    for at in range(0, len(questions), _AT_ONCE):
        viewers = questions[at : at + _AT_ONCE]
        some = np.array(scores[viewers], np.float64)
        some[barred[viewers]] = -np.inf
        found[viewers] = list_figures(some, right[viewers])[:, 2]
    return found


def asked_scores(answer: Scores, questions: int, titles: int) -> NDArray[np.float64]:
    """A contender's answer as numbers of its own, checked.

    Raises:
        ValueError: the scores have another shape than [questions, titles], or are not numbers.
    """
    scores = np.array(answer, np.float64)
    if scores.shape != (questions, titles):
        raise ValueError(f"scores are {scores.shape}, expected {(questions, titles)}")
    if bad := int((np.isnan(scores) | np.isposinf(scores)).sum()):
        raise ValueError(f"{bad} scores are not numbers")
    return scores


def list_figures(scores: NDArray[np.float64], right: sparse.csr_array) -> NDArray[np.float64]:
    """[lists, 3] recall@10, recall@20, NDCG@10.

    Args:
        scores: [lists, titles], minus infinity for what is not ranked.
        right: [lists, titles] an entry for each right title.
    """
    ordered = np.sort(scores, axis=1)
    gains, hits = np.zeros(len(scores)), np.zeros((len(scores), 2))
    count = np.diff(right.indptr)
    for row in range(len(scores)):
        titles = right.indices[right.indptr[row] : right.indptr[row + 1]]
        values = scores[row, titles]
        values = values[np.isfinite(values)]
        upto = np.searchsorted(ordered[row], values, side="right")
        equal = upto - np.searchsorted(ordered[row], values, side="left")
        ranks = scores.shape[1] - upto + (equal + 1) / 2
        hits[row] = [(ranks <= k).sum() for k in (10, 20)]
        gains[row] = (1 / np.log2(ranks[ranks <= 10] + 1)).sum()
    ideal = np.cumsum(1 / np.log2(np.arange(2, 12)))[np.clip(count, 1, 10) - 1]
    return np.column_stack([hits / np.maximum(count, 1)[:, None], gains / ideal])
