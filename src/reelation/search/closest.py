"""The closest titles under the usual measure, looked up instead of searched for.

    atlas.part("neighbours")  ->  Closest.rows  ->  the first k that pass, exactly as a search finds them

The part holds the closest titles of each by the plain score, all pairs compared. The first k of them that pass a filter
are the first k of all that pass it; where fewer are left than asked for, the list says nothing and a search has to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.search.exact import Measure

ALL_PAIRS = "all pairs"
"""What the part says of its search where nothing can be missing."""


def kept_closest(atlas: Atlas, measure: Measure) -> NDArray[np.int32] | None:
    """[titles, k] the closest titles of each, closest first, -1 after the last; None where only a search can tell."""
    if measure.metric != "dot" or (measure.weights != 1).any():
        return None
    part: Part | None = atlas.part("neighbours")
    if part is None or part.about.get("search") != ALL_PAIRS:
        return None
    return part.array("closest")


def first_of(
    kept: NDArray[np.int32], row: int, k: int, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.int64] | None:
    """Rows of the `k` closest titles that are allowed; None where the list is too short to tell.

    Args:
        kept: of `kept_closest`.
        row: the title asked about.
        k: how many.
        allowed: [titles] rows that may come back; all where None.
    """
    rows = kept[row]
    if k > len(rows):
        return None
    rows = rows[rows >= 0]
    if allowed is not None:
        rows = rows[allowed[rows]]
    return rows[:k].astype(np.int64) if len(rows) >= k else None
