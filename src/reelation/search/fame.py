"""How well known titles are, from whichever part of the atlas says so.

atlas.part("recommender") | atlas.part("layout")  ->  fame_of  ->  [titles] 0 to 1
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.rows import share_below


def fame_of(atlas: Atlas) -> NDArray[np.float32] | None:
    """[titles] the share of titles that are less well known, 0 to 1; None where the atlas does not say."""
    if "fame" not in atlas.kept:
        atlas.kept["fame"] = _fame(atlas)
    found: NDArray[np.float32] | None = atlas.kept["fame"]
    return found


def _fame(atlas: Atlas) -> NDArray[np.float32] | None:
    if (part := atlas.part("recommender")) is not None:
        return np.asarray(part.array("fame"))
    if (part := atlas.part("layout")) is None:
        return None
    return share_below(part.array("renown"))
