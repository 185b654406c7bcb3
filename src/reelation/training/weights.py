"""How much each part of the score counts, learned from pairs that belong together.

    facet plans (any weights) + questions  ->  fit_weights  ->  part -> weight >= 0  ->  reweighed  ->  facet plans

The score stays what it was: an exact sum over parts, weight x <row, row>. Only the weights are learned, a convex
problem in as many numbers as there are parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from reelation.evaluation.questions import HARD, MATCHED, RANDOM, Questions
from reelation.evaluation.retrieval import ScoreRows
from reelation.seeds import generator
from reelation.training.assemble import DenseBlock, FacetPlan, SparseTerms

Part = tuple[str, str]
"""Facet, name of its block or node type of its terms."""
Floats = NDArray[np.float32]


CROWD = "crowd"
_SILENT = 1e-6
"""A part that says less than this of all pairs looked at gets no weight."""


@dataclass(frozen=True)
class WeightConfig:
    """How weights are fitted."""

    pairs: int = 10
    """Right titles of a query that are looked at, at most."""
    crowd: int = 300
    """Titles that every right one has to beat besides its own wrong ones, drawn once for all."""
    pull: float = 1e-3
    """Strength of the pull of all weights, in units of their part's spread, towards 0."""
    steps: int = 100
    emphasis: Mapping[str, float] = field(default_factory=lambda: {RANDOM: 0.0, MATCHED: 1.0, HARD: 4.0, CROWD: 0.5})
    """How much the lists of each kind of wrong titles count."""


def parts_of(plans: Sequence[FacetPlan]) -> dict[Part, DenseBlock | SparseTerms]:
    """Every part of the score under its facet and name."""
    found: dict[Part, DenseBlock | SparseTerms] = {}
    for plan in plans:
        found |= {(plan.name, block.name): block for block in plan.dense}
        found |= {(plan.name, f"{terms.node_type} terms"): terms for terms in plan.terms}
    return found


def _titles(parts: Mapping[Part, DenseBlock | SparseTerms]) -> int:
    one = next(iter(parts.values()))
    return int(one.columns.shape[0] if isinstance(one, DenseBlock) else one.matrix.shape[0])


def reweighed(plans: Sequence[FacetPlan], weights: Mapping[Part, float]) -> tuple[FacetPlan, ...]:
    """The same parts with other weights; parts of weight 0, and facets without parts, are left out."""
    found = []
    for plan in plans:
        dense = [replace(block, weight=weights.get((plan.name, block.name), 0.0)) for block in plan.dense]
        terms = [replace(term, weight=weights.get((plan.name, f"{term.node_type} terms"), 0.0)) for term in plan.terms]
        kept = replace(
            plan,
            dense=tuple(block for block in dense if block.weight > 0),
            terms=tuple(term for term in terms if term.weight > 0),
        )
        if kept.dense or kept.terms:
            found.append(kept)
    return tuple(found)


def plan_scores(plans: Sequence[FacetPlan]) -> ScoreRows:
    """The score that an atlas made of `plans` ranks by, before its weights are scaled to add up to 1."""
    parts = parts_of(plans)
    dense = [part for part in parts.values() if isinstance(part, DenseBlock)]
    terms = [part for part in parts.values() if isinstance(part, SparseTerms)]
    scaled = [block.columns * np.float32(block.weight**0.5) for block in dense]
    columns = np.concatenate([*scaled, np.zeros((_titles(parts), 0), np.float32)], axis=1)
    across = [(term.matrix.tocsr(), (term.matrix * term.weight).T.tocsr()) for term in terms]

    def score_rows(rows: NDArray[np.int64]) -> Floats:
        scores = columns[rows] @ columns.T
        for left, right in across:
            scores += (left[rows] @ right).toarray()
        return np.asarray(scores, np.float32)

    return score_rows


def fit_weights(
    plans: Sequence[FacetPlan], questions: Sequence[Questions], seed: int, config: WeightConfig | None = None
) -> dict[Part, float]:
    """Weights by which right titles beat their wrong ones of every kind, and a crowd.

    Minimises, over w >= 0, the mean of -ln softmax(score)[right] over lists of one right title and its wrong ones (one
    list a kind, one with the crowd), each query of a set counting the same, + pull x |w x spread|^2.

    Args:
        plans: parts; their present weights don't matter.
        questions: validation questions, one or several sets.
        seed: draws pairs and the crowd.
        config: how.

    Returns:
        Every part's weight, in units of the softmax's logits.

    Source: listwise softmax of Cao et al. 2007 (ListNet), doi:10.1145/1273496.1273513, with one right title a list.
    """
    config = config or WeightConfig()
    parts = parts_of(plans)
    taken = [_taken(one, generator(seed, "weights pairs"), config.pairs) for one in questions]
    count = _titles(parts)
    crowd = generator(seed, "weights crowd").choice(count, min(config.crowd, count), replace=False).astype(np.int32)
    lists: list[_List] = []
    for one, pairs in zip(questions, taken, strict=True):
        kinds = {kind: drawn[pairs] for kind, drawn in one.wrong.items()}
        kinds[CROWD] = np.tile(crowd, (len(pairs), 1))
        for kind, drawn in kinds.items():
            if (weight := config.emphasis.get(kind, 0.0)) > 0:
                found = _list(parts, one, pairs, drawn)
                if len(found.values):
                    lists.append(found._replace(share=found.share * np.float32(weight)))
    spread = np.sqrt(np.mean([np.mean(one.values**2, axis=(0, 1)) for one in lists], axis=0)) + 1e-9
    return dict(zip(parts, _solve(lists, spread, config).tolist(), strict=True))


class _List(NamedTuple):
    """Right titles, each with titles to beat."""

    values: Floats
    """[pairs, 1 + wrong, parts] what every part says, the right title first."""
    share: Floats
    """[pairs] how much each pair counts; every query the same, adding up to the emphasis of the list."""


def _solve(lists: Sequence[_List], spread: NDArray[np.float64], config: WeightConfig) -> NDArray[np.float64]:
    """[parts] the weights that minimise the loss."""
    scaled = [one.values / spread.astype(np.float32) for one in lists]
    whole = sum(float(one.share.sum()) for one in lists)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = config.pull * float(weights @ weights)
        slope: Any = 2 * config.pull * weights
        for values, one in zip(scaled, lists, strict=True):
            logits = values @ weights.astype(np.float32)
            logits -= logits.max(axis=1, keepdims=True)
            odds = np.exp(logits)
            odds /= odds.sum(axis=1, keepdims=True)
            share = one.share / whole
            total -= float(share @ np.log(np.maximum(odds[:, 0], 1e-30)))
            odds[:, 0] -= 1
            flat = (odds * share[:, None]).ravel()
            slope = slope + flat @ values.reshape(len(flat), -1)
        return total, slope

    bounds = [(0.0, None)] * len(spread)
    found: Any = optimize.minimize(
        loss, np.ones(len(spread)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": config.steps}
    )
    return np.where(spread > _SILENT, found.x / spread, 0.0)


def _taken(questions: Questions, rng: np.random.Generator, most: int) -> NDArray[np.int64]:
    """At most `most` pairs of each query."""
    order = np.lexsort((rng.random(len(questions.query)), questions.query))
    query = questions.query[order]
    place = np.arange(len(query)) - np.searchsorted(query, query)
    return np.sort(order[place < most])


def _list(
    parts: Mapping[Part, DenseBlock | SparseTerms],
    questions: Questions,
    pairs: NDArray[np.int64],
    drawn: NDArray[np.int32],
) -> _List:
    there = drawn[:, 0] >= 0
    rows = questions.queries[questions.query[pairs[there]]]
    others = np.concatenate([questions.right[pairs[there], None], drawn[there]], axis=1)
    values = np.stack([_products(part, rows, others) for part in parts.values()], axis=2)
    _, which, times = np.unique(rows, return_inverse=True, return_counts=True)
    share = 1 / times[which]
    return _List(values, (share / max(share.sum(), 1e-12)).astype(np.float32))


def _products(part: DenseBlock | SparseTerms, rows: NDArray[np.int64], others: NDArray[np.int64]) -> Floats:
    """[pairs, others] inner products of each row with its others, unweighted."""
    found = np.zeros(others.shape, np.float32)
    for at in range(0, len(rows), 256):
        some, own = others[at : at + 256], rows[at : at + 256]
        unique, where = np.unique(some, return_inverse=True)
        if isinstance(part, DenseBlock):
            scores = part.columns[own] @ part.columns[unique].T
        else:
            scores = (part.matrix[own] @ part.matrix[unique].T).toarray()
        found[at : at + 256] = np.take_along_axis(scores, where.reshape(some.shape), axis=1)
    return found
