"""The fusion network as plain arrays, so that a poster alone, or a text, or people, place a title at once.

Fused  ->  Part "fusion", read by `reelation.search.fusing`
"""

from __future__ import annotations

import numpy as np

from reelation.atlas.parts import Column, Part
from reelation.training.fusing import MOST
from reelation.training.parts import PartContext


def build(context: PartContext) -> Part | None:
    """The part; None where nothing was fused."""
    fused = context.fused
    if fused is None:
        return None
    inputs = {name: int(rows.shape[1]) for name, rows in fused.network.inputs.items()}
    columns: dict[str, Column] = dict(fused.network.export())
    columns["whole"] = np.packbits(fused.given.whole)
    about = {
        "inputs": inputs,
        "recall": {name: round(value, 4) for name, value in fused.recalls.items()},
        "most": MOST,
        "titles": len(fused.given.whole),
    }
    return Part(columns, about)
