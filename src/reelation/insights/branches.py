"""Whether a thing's titles part in two over the years, or grow together.

    places of the titles  ->  two clusters  ->  Branches: their shares, how far apart they are in each window

Source: Lloyd 1982, doi:10.1109/TIT.1982.1056489 (2-means).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.insights.topics import Topic, topics_of

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

RATE = 0.05
_SHUFFLES = 199


@dataclass(frozen=True)
class Branch:
    """One of two clusters of the thing's titles."""

    topics: tuple[Topic, ...]
    """What tells it from the other branch, clearest first."""
    shares: tuple[float, ...]
    """Of the thing's titles in each window, 0 to 1."""


@dataclass(frozen=True)
class Branches:
    """Two clusters of a thing's titles, and how they went."""

    branches: tuple[Branch, Branch]
    separation: tuple[float, ...]
    """How much of the spread in each window is that between the branches, 0 to 1."""
    split_p_value: float
    """Of the separation not growing over the windows."""
    merge_p_value: float
    """Of the separation not shrinking over the windows."""

    @property
    def split(self) -> bool:
        """Whether the branches part more and more, beyond chance."""
        return self.split_p_value <= RATE

    @property
    def merged(self) -> bool:
        """Whether the branches come together, beyond chance."""
        return self.merge_p_value <= RATE

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "branches": [
                {"names": [topic.name for topic in one.topics], "shares": [round(share, 4) for share in one.shares]}
                for one in self.branches
            ],
            "separation": [round(value, 4) for value in self.separation],
            "split_p_value": round(self.split_p_value, 4),
            "split": self.split,
            "merge_p_value": round(self.merge_p_value, 4),
            "merged": self.merged,
        }


def branches_of(
    atlas: Atlas, rows: Rows, place: Floats, window: Rows, windows: int, random: np.random.Generator
) -> Branches:
    """Two clusters, how far they part in each window, and permutation tests of the trend.

    Args:
        atlas: says what tells the clusters apart.
        rows: [n] titles of the thing.
        place: [n, width] where they stand.
        window: [n] the window of each, from 0.
        windows: how many there are.
        random: for shuffles.
    """
    side = two_means(place)
    orders = with_shuffles(window, random)
    gap = place[side].mean(axis=0) - place[~side].mean(axis=0) if side.any() and not side.all() else place[0] * 0
    along = (place - place.mean(axis=0)) @ unit(gap[None])[0]
    total = float(((place - place.mean(axis=0)) ** 2).sum(axis=1).mean()) or 1.0
    separation = np.stack([_separation(order, side, along, windows) for order in orders]) / total
    slopes = separation @ (np.arange(windows) - (windows - 1) / 2)
    sizes = np.maximum(np.bincount(window, minlength=windows), 1)
    shares = np.bincount(window, weights=side, minlength=windows) / sizes
    one = Branch(_told_by(atlas, rows, side), tuple(shares.tolist()))
    other = Branch(_told_by(atlas, rows, ~side), tuple((1 - shares).tolist()))
    return Branches(
        branches=(one, other),
        separation=tuple(np.clip(separation[0], 0, 1).astype(float).tolist()),
        split_p_value=float((slopes >= slopes[0] - 1e-12).mean()),
        merge_p_value=float((slopes <= slopes[0] + 1e-12).mean()),
    )


def _separation(window: Rows, side: NDArray[np.bool_], along: Floats, windows: int) -> NDArray[np.float64]:
    """[windows] the variance between the two sides, along the line that joins them."""
    one, two = (np.bincount(window, weights=part, minlength=windows) for part in (side, ~side))
    sums = [np.bincount(window, weights=along * part, minlength=windows) for part in (side, ~side)]
    apart = sums[0] / np.maximum(one, 1) - sums[1] / np.maximum(two, 1)
    whole = np.maximum(one + two, 1)
    return np.asarray(one * two / whole**2 * apart**2, np.float64)


def two_means(place: Floats, rounds: int = 20) -> NDArray[np.bool_]:
    """[rows] which of two clusters each is in, started from the sign of the first principal component."""
    centred = place - place.mean(axis=0)
    axis = unit(centred[np.argmax((centred**2).sum(axis=1))][None])[0]
    for _ in range(rounds):
        axis = unit((centred.T @ (centred @ axis))[None])[0]
    side = np.asarray(centred @ axis > 0)
    for _ in range(rounds):
        if side.all() or not side.any():
            break
        one, two = centred[side].mean(axis=0), centred[~side].mean(axis=0)
        fresh = np.asarray(centred @ (one - two) > ((one @ one) - (two @ two)) / 2)
        if (fresh == side).all():
            break
        side = fresh
    return side


def _told_by(atlas: Atlas, rows: Rows, member: NDArray[np.bool_], most: int = 3) -> tuple[Topic, ...]:
    """The topics whose share in the branch is most above that in the other."""
    found = []
    for aspect in ("genres", "themes", "countries", "languages"):
        topics = topics_of(atlas, aspect)
        if not len(topics):
            continue
        places, numbers = topics.of(rows)
        counts = [
            np.bincount(numbers[part[places]], minlength=len(topics)) / max(int(part.sum()), 1)
            for part in (member, ~member)
        ]
        apart = counts[0] - counts[1]
        best = np.argsort(-apart, kind="stable")[:most]
        found += [(float(apart[i]), topics.topic(int(i))) for i in best if apart[i] > 0.05]
    return tuple(topic for _, topic in sorted(found, key=lambda one: -one[0])[:most])


def with_shuffles(window: Rows, random: np.random.Generator) -> NDArray[np.int64]:
    """[1 + shuffles, n] the windows of titles as they are, then shuffled: what a permutation test compares."""
    return np.stack([window, *(random.permutation(window) for _ in range(_SHUFFLES))])


def unit(rows: Floats) -> Floats:
    """Rows [..., width] of length 1; those of length 0 stay."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12), np.float32)
