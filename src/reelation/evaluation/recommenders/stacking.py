"""One score out of many: weights learned on what viewers went on to like.

    Stack(features [viewers, titles] each)  +  right titles  ->  LinearStacker  ->  [viewers, titles]

Every feature is standardised within each viewer over the titles that he has not seen, so that a model learned on one
occasion can be used on another. Only a viewer's candidates are looked at: the best of each feature that may call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from reelation.seeds import generator

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Stack:
    """Candidates of viewers with their features."""

    viewers: Rows
    """[viewers] their numbers."""
    owner: Rows
    """[candidates] index into `viewers`, rising."""
    title: Rows
    """[candidates]."""
    features: Floats
    """[candidates, features]."""
    right: NDArray[np.bool_]
    """[candidates] whether the viewer went on to like it; all False where that is not known."""

    def only(self, keep: NDArray[np.bool_], candidates: NDArray[np.bool_] | None = None) -> Stack:
        """The candidates of the viewers for whom `keep` [viewers] is True, and of these those in `candidates`."""
        kept, number = keep[self.owner], np.cumsum(keep) - 1
        if candidates is not None:
            kept = kept & candidates
        return Stack(
            self.viewers[keep], number[self.owner[kept]], self.title[kept], self.features[kept], self.right[kept]
        )


def stack(
    scores: Mapping[str, NDArray[np.floating[Any]]],
    unranked: NDArray[np.bool_],
    viewers: Rows,
    calling: Sequence[str],
    right: sparse.csr_array | None = None,
    each: int = 100,
) -> Stack:
    """Gather candidates and features.

    Args:
        scores: name -> [viewers, titles]; a name that starts with "=" is taken as it is, not standardised.
        unranked: [viewers, titles] True for what is no candidate.
        viewers: whose candidates.
        calling: names of the scores whose `each` best titles are candidates.
        right: [viewers, titles] what was liked later.
        each: candidates a calling score and viewer.
    """
    barred = unranked[viewers]
    wanted = np.zeros(barred.shape, bool)
    for name in calling:
        some = np.where(barred, -np.inf, scores[name][viewers])
        top = np.argpartition(-some, min(each, some.shape[1] - 1), axis=1)[:, :each]
        np.put_along_axis(wanted, top, values=True, axis=1)
    wanted &= ~barred
    owners, titles = np.nonzero(wanted)
    columns = []
    for name, values in scores.items():
        some = np.asarray(values[viewers], np.float32)
        columns.append((some if name.startswith("=") else _standardised(some, barred))[wanted])
    truth = np.zeros(len(owners), bool) if right is None else right[viewers].toarray()[wanted] > 0
    return Stack(viewers, owners, titles, np.column_stack(columns), truth)


def crossed(data: Stack, columns: Sequence[int], trait: NDArray[np.floating[Any]]) -> Stack:
    """The same with the features `columns` once more, each times the viewer's trait.

    Args:
        data: candidates.
        columns: of `data.features`.
        trait: [viewers of the stack] about zero on average.
    """
    more = data.features[:, list(columns)] * trait[data.owner, None].astype(np.float32)
    return replace(data, features=np.concatenate([data.features, more], axis=1))


def _standardised(scores: Floats, barred: NDArray[np.bool_]) -> Floats:
    count = np.maximum((~barred).sum(axis=1, keepdims=True), 1)
    mean = np.where(barred, 0, scores).sum(axis=1, keepdims=True) / count
    centred = scores - mean
    spread = np.sqrt(np.where(barred, 0, centred**2).sum(axis=1, keepdims=True) / count)
    return np.asarray(centred / np.maximum(spread, 1e-9), np.float32)


@dataclass(frozen=True)
class LinearStacker:
    """A weighted sum."""

    weights: Floats
    """[features]."""
    centre: Floats
    spread: Floats

    def score(self, features: Floats) -> Floats:
        """[candidates, features] -> [candidates]."""
        return np.asarray((features - self.centre) / self.spread @ self.weights, np.float32)


def fit_linear(data: Stack, penalty: float | NDArray[np.float64], anchor: int | None = None) -> LinearStacker:
    """Weights by listwise maximum likelihood: each right title against all candidates of its viewer.

    loss = mean over viewers of mean over his right titles of -log softmax(score) + penalty |other weights|^2

    Args:
        data: viewers without a right candidate are left out.
        penalty: above 0, one number or [features]; features have variance 1 over all candidates.
        anchor: a feature whose weight is free, so that a strong penalty leaves its order; None for none.

    Source: the Plackett-Luce top-one likelihood of ListNet, Cao et al. 2007, doi:10.1145/1273496.1273513.
    """
    data = data.only(np.bincount(data.owner[data.right], minlength=len(data.viewers)) > 0)
    centre, spread = data.features.mean(axis=0), np.maximum(data.features.std(axis=0), 1e-6)
    x = ((data.features - centre) / spread).astype(np.float32)
    starts = np.searchsorted(data.owner, np.arange(len(data.viewers)))  # every viewer left has a candidate
    rights = np.bincount(data.owner[data.right], minlength=len(data.viewers))
    share = data.right / rights[data.owner]
    each = np.full(x.shape[1], penalty)
    if anchor is not None:
        each[anchor] = 1e-6

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        s = x @ weights.astype(np.float32)
        top = np.maximum.reduceat(s, starts)
        powers = np.exp(s - top[data.owner])
        total = np.add.reduceat(powers, starts)
        value = (np.log(total) + top).sum() - (share * s).sum()
        slope = x.T @ (powers / total[data.owner] - share).astype(np.float32)
        n = len(data.viewers)
        return float(value / n + each * weights @ weights), slope.astype(np.float64) / n + 2 * each * weights

    best = optimize.minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return LinearStacker(best.x.astype(np.float32), centre, spread)


def spread_out(data: Stack, values: Floats, viewers: int, fallback: NDArray[np.floating[Any]]) -> Floats:
    """Candidates' values as [viewers, titles]; all other titles come after them, in the order of `fallback`.

    Args:
        data: the candidates.
        values: [candidates].
        viewers: number of all viewers.
        fallback: [viewers, titles], also for viewers without candidates.
    """
    low, high = float(fallback.min()), float(fallback.max())
    lowest = float(values.min()) - 2 if len(values) else 0.0
    found = ((fallback - low) / max(high - low, 1e-9) + lowest).astype(np.float32)
    found[data.viewers[data.owner], data.title] = values
    return found


def folds(count: int, seed: int, what: str, parts: int) -> Rows:
    """[count] a fold for each, as evenly as can be."""
    return np.asarray(generator(seed, f"stacking folds of {what}").permutation(count) % parts, np.int64)
