"""How much company a text has among an atlas's own texts, against what these have among each other.

similarities of a text to all texts, atlas.part("kin")  ->  company  ->  share of own titles with less company
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas

NEAREST = 10
"""The similarity to the tenth closest text is what counts as company."""


def company(atlas: Atlas, alike: NDArray[np.float32]) -> float | None:
    """The share of the atlas's own titles whose tenth closest text is less like theirs, 0 to 1.

    Args:
        atlas: has the part "kin", else None comes back.
        alike: [texts] cosines of a text with all texts of the atlas.
    """
    part = atlas.part("kin")
    if part is None or len(alike) == 0:
        return None
    k = min(NEAREST, len(alike))
    own = float(np.partition(alike, len(alike) - k)[len(alike) - k])
    usual = part.array("company")
    return float(np.searchsorted(usual, own) / max(len(usual), 1))
