"""Questions about relatedness: for each query title its right ones, and wrong ones to tell them from.

    labels (query -> right rows) + a graph  ->  draw_questions  ->  Questions  ->  mark  ->  figures of each query

Every right title has wrong ones of its own, drawn to match it, as in a case-control study:

    random               any title
    popularity-matched   titles about as popular as the right one
    hard                 titles of the right one's genres and era, and about as popular

so popularity cannot answer the second, nor popularity, genre and era together the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.retrieval import ScoreRows, evaluate_retrieval
from reelation.graph.build import Graph

Rows = NDArray[np.int64]
Labels = Mapping[int, frozenset[int]]

RANDOM, MATCHED, HARD = "random", "popularity-matched", "hard"
DRAWN = 10
"""Wrong titles drawn for each right one and each kind: half of them more popular than it, half less."""
_ERA_YEARS, _LEAST_OVERLAP = 10, 1 / 3
_NEAREST = 15
"""Titles nearest in popularity on either side, among which the wrong ones are drawn."""
_REACH = 1_000
"""Titles on either side that are looked at; those that are right for the query are passed over."""


@dataclass(frozen=True)
class Questions:
    """Queries with right and wrong titles."""

    labels: dict[int, frozenset[int]]
    """Query row -> right rows, at least one each."""
    query: Rows
    """[pairs] place of the query among the sorted queries."""
    right: Rows
    """[pairs] row of a right title."""
    wrong: dict[str, NDArray[np.int32]]
    """Kind -> [pairs, DRAWN] rows of wrong titles; -1 throughout where none were to be had."""

    @property
    def queries(self) -> Rows:
        """[queries] rows, rising."""
        return np.array(sorted(self.labels), np.int64)

    def only(self, rows: Rows) -> Questions:
        """The questions of some queries."""
        chosen = np.isin(self.queries, rows)
        kept = chosen[self.query]
        place = np.cumsum(chosen) - 1
        labels = {row: self.labels[row] for row in self.queries[chosen].tolist()}
        wrong = {kind: drawn[kept] for kind, drawn in self.wrong.items()}
        return Questions(labels, place[self.query[kept]], self.right[kept], wrong)


def draw_questions(
    graph: Graph,
    labels: Labels,
    known: Labels,
    popularity: NDArray[np.number] | None,
    rng: np.random.Generator,
) -> Questions:
    """Draw wrong titles for every pair of a query and a right title.

    Genres overlap by a third or more (Jaccard) and years are at most ten apart. Popularity is matched by drawing five
    out of the 15 next more popular titles and five out of the 15 next less popular ones, so that popularity itself gets
    one half; a right title that has fewer than five on one side, as the most popular ones do, has no wrong ones.

    Args:
        graph: whole: genres and years are read here, whatever a contender will see.
        labels: query -> right titles.
        known: query -> titles never drawn as wrong (right ones of any part of the split).
        popularity: [titles] counts; None leaves the popularity-matched kind out and makes "hard" genre and era alone.
        rng: draws.
    """
    order = {row: place for place, row in enumerate(sorted(labels))}
    pairs = [(order[row], other) for row in order for other in sorted(labels[row])]
    query, right = np.array(pairs, np.int64).reshape(-1, 2).T
    rows = np.array(sorted(labels), np.int64)
    pools = _Pools(graph, popularity, rng)
    wrong: dict[str, NDArray[np.int32]] = {}
    barred = np.zeros(len(graph), bool)
    for kind in [RANDOM, *([MATCHED] if popularity is not None else []), HARD]:
        drawn = np.full((len(right), DRAWN), -1, np.int32)
        pool_of = {one: pools.of(kind, one) for one in np.unique(right).tolist()}
        for pair, (place, one) in enumerate(zip(query.tolist(), right.tolist(), strict=True)):
            row = int(rows[place])
            own = np.array([row, *labels[row], *known.get(row, ())])
            barred[own] = True
            free = [side[~barred[side]][:_NEAREST] for side in pool_of[one]]
            barred[own] = False
            each = DRAWN // len(free)
            if min(len(side) for side in free) >= each:
                drawn[pair] = np.concatenate([rng.choice(side, each, replace=False) for side in free])
        wrong[kind] = drawn
    return Questions(dict(labels), query, right, wrong)


class _Pools:
    """Titles that are like one in genre, era and popularity."""

    def __init__(self, graph: Graph, popularity: NDArray[np.number] | None, rng: np.random.Generator) -> None:
        self._titles, self._rng = len(graph), rng
        self._year = graph.year.astype(np.int64)
        self._log = np.log1p(popularity.astype(np.float64)) if popularity is not None else np.zeros(len(graph))
        self._log = self._log + rng.random(len(graph)) * 1e-9  # equally popular titles in no particular order
        genre = graph.relations["genre"].matrix if "genre" in graph.relations else None
        self._genres = sparse.csr_array((len(graph), 1)) if genre is None else (genre > 0).astype(np.float32)
        self._count = np.asarray(self._genres.sum(axis=1)).ravel()

    def of(self, kind: str, row: int) -> list[Rows]:
        """Candidates: those less and those more popular, each from near to far; random ones as one list."""
        if kind == RANDOM:
            return [self._rng.choice(self._titles, min(self._titles, 20 * DRAWN), replace=False).astype(np.int64)]
        fits = np.arange(self._titles) if kind == MATCHED else self._alike(row)
        distance = self._log[fits] - self._log[row]
        order = np.argsort(np.abs(distance), kind="stable")
        fits, distance = fits[order], distance[order]
        return [fits[distance < 0][:_REACH], fits[distance > 0][:_REACH]]

    def _alike(self, row: int) -> Rows:
        if self._year[row] == 0 or self._count[row] == 0:
            return np.zeros(0, np.int64)
        shared = (self._genres[[row]] @ self._genres.T).toarray().ravel()
        union = self._count + self._count[row] - shared
        near = (np.abs(self._year - self._year[row]) <= _ERA_YEARS) & (self._year > 0)
        return np.flatnonzero(near & (shared >= _LEAST_OVERLAP * union))


def mark(score_rows: ScoreRows, questions: Questions) -> dict[str, NDArray[np.float64]]:
    """Figures of each query: ranks among all titles, and the area under the curve against each kind of wrong title.

    Returns:
        "MRR", "recall@10", "recall@50", and "AUC <kind>": [queries] the mean over right titles of the share of its own
        wrong ones that score lower, ties counting half; NaN for a query none of whose right titles has wrong ones.
    """
    wanted: dict[str, list[NDArray[np.float64]]] = {kind: [] for kind in questions.wrong}
    start = np.searchsorted(questions.query, np.arange(len(questions.labels) + 1))
    queries = questions.queries

    def watch(rows: Rows) -> NDArray[np.float32]:
        scores = score_rows(rows)
        for line, row in zip(scores, rows.tolist(), strict=True):
            at = slice(*start[np.searchsorted(queries, row) + np.arange(2)])
            right = line[questions.right[at]][:, None]
            for kind, drawn in questions.wrong.items():
                other = line[drawn[at]]
                won = ((other < right) + 0.5 * (other == right)).mean(axis=1)
                wanted[kind].append(np.where(drawn[at, 0] >= 0, won, np.nan))
        return scores

    ranked = evaluate_retrieval(watch, questions.labels)
    found = {"MRR": ranked.reciprocal_rank, "recall@10": ranked.recall_10, "recall@50": ranked.recall_50}
    return found | {f"AUC {kind}": np.array([_mean(one) for one in each]) for kind, each in wanted.items()}


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def means(figures: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """The mean of each figure over the queries that have it."""
    return {name: _mean(values) for name, values in figures.items()}


def split_pairs(labels: Labels) -> Iterator[tuple[int, int]]:
    """Every pair once, the lower row first."""
    seen = {(min(row, other), max(row, other)) for row, others in labels.items() for other in others}
    yield from sorted(seen)


def labels_of(pairs: Iterator[tuple[int, int]] | set[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """Query -> right titles, both ways."""
    found: dict[int, set[int]] = {}
    for a, b in pairs:
        if a != b:
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
    return {row: frozenset(others) for row, others in sorted(found.items())}
