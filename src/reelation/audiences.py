"""What viewers say of titles, apart from how many they are; and what to expect of titles that nobody has seen.

    vectors of viewers + how many they are + content columns  ->  audience_blocks  ->  seen by, widely seen

Training and answers as of a day share this. Plain numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SEEN_BY, WIDELY_SEEN = "seen by", "widely seen"
"""Names of the two blocks."""
_FULL = 0.99
"""The share of seen titles that do not count as seen as widely as can be."""
_RIDGE = 20.0
"""Strength of the penalty where content predicts, in titles."""
_DRAWN = 20_000
"""Titles that a prediction is learned from, at most; more change it little."""
_AT_ONCE = 16_384


def audience_blocks(vectors: Floats, viewers: NDArray[np.integer], content: Floats) -> tuple[Floats, Floats]:
    """Who has seen a title, less what their number alone lets expect; and how widely it is seen.

    A title that nobody has seen gets in both what titles like it have: with zeros it would be taken to be as obscure
    as can be, and every popular title would count as more related to a popular one.

    Args:
        vectors: [titles, width] by viewers; see `reelation.features.audience.audience_vectors`.
        viewers: [titles] how many they are.
        content: [titles, columns] what else is known of titles.

    Returns:
        [titles, width] and [titles, 1] float32.
    """
    seen, wide = viewers > 0, widely_seen(viewers)
    beyond = beyond_popularity(vectors, viewers)
    if seen.any() and not seen.all() and content.shape[1]:
        unseen = content[~seen]
        beyond[~seen] = expected(content[seen], beyond[seen], unseen)
        wide[~seen] = np.clip(expected(content, wide, unseen), 0, 1)
    return beyond, wide


def say_of(viewers: int, few: float) -> float:
    """From 0 to 1: how much of its weight the audience has; the fewer viewers, the less they say, at `few` half."""
    return viewers / (viewers + few) if viewers else 0.0


def beyond_popularity(vectors: Floats, viewers: NDArray[np.integer]) -> Floats:
    """[titles, width] vectors less their cubic regression on the logarithm of how many viewers there are; 0 for none.

    Popular titles share viewers whatever they are. Left in, that hides what is particular to those who watch both:
    against wrong titles as popular as the right ones the area under the curve is .03 larger without.
    """
    seen, logs = viewers > 0, np.log1p(viewers.astype(np.float64))
    found = np.zeros(vectors.shape, np.float32)
    if seen.any():
        powers = logs[:, None] ** np.arange(1.0, 4.0)
        powers /= np.maximum(powers[seen].std(axis=0), 1e-9)
        found[seen] = vectors[seen] - _ridge(powers[seen], vectors[seen].astype(np.float64), powers[seen], 1.0)
    return found


def widely_seen(viewers: NDArray[np.integer]) -> Floats:
    """[titles, 1] from 0 to 1: the logarithm of the viewers, as a share of what one title of a hundred reaches."""
    found = np.zeros((len(viewers), 1), np.float32)
    if (viewers > 0).any():
        logs = np.log1p(viewers.astype(np.float64))
        found[:, 0] = np.minimum(logs / np.log1p(np.quantile(viewers[viewers > 0], _FULL)), 1)
    return found


def expected(content: Floats, target: Floats, of: Floats) -> Floats:
    """[others, width] what the content of other titles lets expect: a ridge regression learned on some.

    Args:
        content: [titles, columns] of those to learn from.
        target: [titles, width] what they have.
        of: [others, columns] content of the others.
    """
    step = -(-len(content) // _DRAWN)
    return np.asarray(_ridge(content[::step], target[::step].astype(np.float64), of, _RIDGE), np.float32)


def _ridge(content: NDArray[Any], target: Doubles, of: NDArray[Any], strength: float) -> Doubles:
    """Predictions for `of`; the mean is free of the penalty."""
    centre, mean = content.mean(axis=0, dtype=np.float64), target.mean(axis=0)
    products, sums = strength * np.eye(content.shape[1]), np.zeros((content.shape[1], target.shape[1]))
    for at in range(0, len(content), _AT_ONCE):
        some = content[at : at + _AT_ONCE] - centre
        products += some.T @ some
        sums += some.T @ (target[at : at + _AT_ONCE] - mean)
    weights = np.linalg.solve(products, sums)
    found = np.empty((len(of), target.shape[1]))
    for at in range(0, len(of), _AT_ONCE):
        found[at : at + _AT_ONCE] = (of[at : at + _AT_ONCE] - centre) @ weights + mean
    return found
