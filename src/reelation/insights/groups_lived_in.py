"""Which of the atlas's groups somebody lives in: the part "groups", where there is one, against the average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas

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


def groups_of(atlas: Atlas) -> tuple[NDArray[np.int64], tuple[str, ...]] | None:
    """The atlas's coarsest groups: the group of each title [titles], -1 for none, and the groups' names.

    The one place that reads the part "groups"; None where the atlas was made without.
    """
    part = atlas.part("groups")
    if part is None:
        return None
    return part.array("group").astype(np.int64), tuple(part.strings("names"))


def groups_lived_in(atlas: Atlas, rows: NDArray[np.int64], weights: NDArray[np.float64]) -> tuple[GroupShare, ...]:
    """The groups that most of `rows` are in; () where the atlas has none.

    Args:
        atlas: with or without the part "groups".
        rows: [titles] what was seen.
        weights: [titles of the atlas] the average's share of each title.
    """
    from reelation.inference import share_interval

    found = groups_of(atlas)
    if found is None:
        return ()
    group, names = found
    inside = group >= 0
    own = group[rows][inside[rows]]
    seen = np.bincount(own, minlength=len(names))
    sums = np.bincount(group[inside], weights=weights[inside], minlength=len(names))
    average = sums / max(float(sums.sum()), 1e-12)
    order = np.argsort(-seen, kind="stable")[:_SHOWN]
    order = order[seen[order] > 0]
    low, high = share_interval(seen[order].astype(np.float64), np.full(len(order), float(len(own))))
    return tuple(
        GroupShare(
            int(i), names[i], int(seen[i]), float(seen[i] / len(own)), float(average[i]), float(bottom), float(top)
        )
        for i, bottom, top in zip(order.tolist(), low, high, strict=True)
    )
