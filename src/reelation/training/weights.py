"""How much each part of the score counts, learned from pairs that belong together.

    facet plans (any weights) + questions  ->  fit_weights  ->  part -> weight >= 0  ->  reweighed  ->  facet plans

The score stays what it was: an exact sum over parts, weight x <row, row>. Only the weights are learned, a convex
problem in as many numbers as there are parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from reelation.evaluation.questions import Questions
from reelation.evaluation.retrieval import ScoreRows
from reelation.seeds import generator
from reelation.training.assemble import DenseBlock, FacetPlan, SparseTerms

Part = tuple[str, str]
"""Facet, name of its block or node type of its terms."""
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class WeightConfig:
    """How weights are fitted."""

    pairs: int = 10
    """Right titles of a query that are looked at, at most."""
    crowd: int = 200
    """Titles that every right one has to beat besides its own wrong ones, drawn once for all."""
    pull: float = 1e-3
    """Strength of the pull of all weights, in units of their part's spread, towards 0."""
    steps: int = 200


def parts_of(plans: Sequence[FacetPlan]) -> dict[Part, DenseBlock | SparseTerms]:
    """Every part of the score under its facet and name."""
    found: dict[Part, DenseBlock | SparseTerms] = {}
    for plan in plans:
        found |= {(plan.name, block.name): block for block in plan.dense}
        found |= {(plan.name, f"{terms.node_type} terms"): terms for terms in plan.terms}
    return found


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
    columns = np.concatenate([block.columns * np.float32(block.weight**0.5) for block in dense], axis=1)
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
    list a kind, one with the crowd), each query and each set counting the same, + pull x |w x spread|^2.

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
    lists: list[tuple[Floats, Floats]] = []
    for one in questions:
        lists += _lists(parts, one, generator(seed, "weights"), config)
    spread = np.sqrt(np.mean([np.mean(values**2, axis=(0, 1)) for values, _ in lists], axis=0)) + 1e-9
    scaled = [(values / spread.astype(np.float32), share) for values, share in lists]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = config.pull * float(weights @ weights), 2 * config.pull * weights
        for values, share in scaled:
            logits = values @ weights.astype(np.float32)
            logits -= logits.max(axis=1, keepdims=True)
            odds = np.exp(logits)
            odds /= odds.sum(axis=1, keepdims=True)
            total -= float(share @ np.log(np.maximum(odds[:, 0], 1e-30)))
            odds[:, 0] -= 1
            slope = slope + np.einsum("p,pc,pck->k", share, odds, values, optimize=True)
        return total, slope

    bounds = [(0.0, None)] * len(parts)
    found: Any = optimize.minimize(
        loss, np.ones(len(parts)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": config.steps}
    )
    return dict(zip(parts, (found.x / spread).tolist(), strict=True))


def _lists(
    parts: Mapping[Part, DenseBlock | SparseTerms], questions: Questions, rng: np.random.Generator, config: WeightConfig
) -> list[tuple[Floats, Floats]]:
    """For each kind: [pairs, 1 + wrong, parts] what every part says of the right title and the wrong ones, and
    [pairs] how much each pair counts; the shares of a set add up to 1.
    """
    order = np.lexsort((rng.random(len(questions.query)), questions.query))
    query = questions.query[order]
    place = np.arange(len(query)) - np.searchsorted(query, query)
    pairs = np.sort(order[place < config.pairs])
    titles = next(iter(parts.values()))
    count = titles.columns.shape[0] if isinstance(titles, DenseBlock) else titles.matrix.shape[0]
    crowd = rng.choice(count, min(config.crowd, count), replace=False)
    kinds = {kind: drawn[pairs] for kind, drawn in questions.wrong.items()}
    kinds["crowd"] = np.tile(crowd.astype(np.int32), (len(pairs), 1))
    lists = []
    for drawn in kinds.values():
        there = drawn[:, 0] >= 0
        rows = questions.queries[questions.query[pairs[there]]]
        others = np.concatenate([questions.right[pairs[there], None], drawn[there]], axis=1)
        values = np.stack([_products(part, rows, others) for part in parts.values()], axis=2)
        _, which, times = np.unique(rows, return_inverse=True, return_counts=True)
        share = 1 / times[which]
        lists.append((values, (share / share.sum() / len(kinds)).astype(np.float32)))
    return lists


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
