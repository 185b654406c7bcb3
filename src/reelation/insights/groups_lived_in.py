"""Which of the atlas's groups somebody lives in: the part "groups", where there is one, against the average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.inference import share_interval
from reelation.insights.grouping import Grouping
from reelation.messages import Messages

_SHOWN = 6


@dataclass(frozen=True)
class GroupShare:
    """One group in somebody's history."""

    group: int
    name: str
    seen: int
    share: float
    """Of the titles seen that are in any group, 0 to 1."""
    average: float
    low: float
    """95 % interval of `share` (Clopper-Pearson)."""
    high: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "group": self.group,
            "name": self.name,
            "seen": self.seen,
            "share": round(self.share, 6),
            "average": round(self.average, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
        }


@dataclass(frozen=True)
class Groups:
    """The atlas's groups at all levels, numbered together."""

    levels: tuple[NDArray[np.int64], ...]
    """[titles] number of each title's group, -1 for none; coarsest level first."""
    names: tuple[str, ...]

    def level_of(self, number: int) -> NDArray[np.int64]:
        """The level that has the group `number`."""
        return next(level for level in self.levels if (level == number).any())


def groups_of(atlas: Atlas, say: Messages) -> Groups | None:
    """The groups of an atlas, named in the language of `say`; None where it was made without.

    The one place here that asks `reelation.insights.grouping`.
    """
    grouping = Grouping.of(atlas, say)
    if grouping is None:
        return None
    return Groups(
        tuple(grouping.members(level).astype(np.int64) for level in range(1, grouping.levels + 1)),
        tuple(grouping.name(number) for number in range(grouping.count)),
    )


def groups_lived_in(
    atlas: Atlas, rows: NDArray[np.int64], weights: NDArray[np.float64], say: Messages
) -> tuple[GroupShare, ...]:
    """The coarsest groups that most of `rows` are in; () where the atlas has none.

    Args:
        atlas: with or without the part "groups".
        rows: [titles] what was seen.
        weights: [titles of the atlas] the average's share of each title.
        say: the language of the groups' names.
    """
    found = groups_of(atlas, say)
    if found is None:
        return ()
    group = found.levels[0]
    inside = group >= 0
    own = group[rows][inside[rows]]
    seen = np.bincount(own, minlength=len(found.names))
    sums = np.bincount(group[inside], weights=weights[inside], minlength=len(found.names))
    average = sums / max(float(sums.sum()), 1e-12)
    order = np.argsort(-seen, kind="stable")[:_SHOWN]
    order = order[seen[order] > 0]
    low, high = share_interval(seen[order], np.full(len(order), len(own)))
    return tuple(
        GroupShare(i, found.names[i], int(seen[i]), seen[i] / len(own), float(average[i]), float(bottom), float(top))
        for i, bottom, top in zip(order.tolist(), low, high, strict=True)
    )
