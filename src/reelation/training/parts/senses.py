"""What titles look and sound like, for people and for questions by a picture or a clip.

raw measurements, maps from them, figures and barcodes of the titles that have them  ->  Part "senses"

Raw measurements stay, in half precision: an answer as of a date makes its map of the titles known then.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from reelation.atlas.parts import Column, Part
from reelation.training.parts import PartContext

_MOST = float(np.finfo(np.float16).max)


def build(context: PartContext) -> Part | None:
    """The part; None where no files were extracted."""
    if not context.senses:
        return None
    columns: dict[str, Column] = {}
    blocks: dict[str, dict[str, Any]] = {}
    for sense in context.senses:
        rows = np.flatnonzero(sense.there)
        for name, array in sense.measured._asdict().items():
            columns[f"{sense.block}-{name}"] = array
        columns[f"{sense.block}-rows"] = rows.astype(np.int32)
        columns[f"{sense.block}-raw"] = np.clip(sense.raw, -_MOST, _MOST).astype(np.float16)
        columns[f"{sense.block}-figures"] = sense.figures[rows]
        if sense.barcodes is not None:
            columns[f"{sense.block}-barcodes"] = sense.barcodes[rows]
        blocks[sense.block] = {
            "facet": sense.facet,
            "modality": sense.modality,
            "encoder": sense.encoder,
            "figures": list(sense.figure_names),
            "traits": _runs(sense.traits),
            "titles": len(rows),
        }
    return Part(columns, {"blocks": blocks})


def _runs(traits: tuple[str, ...]) -> list[list[Any]]:
    """Equal traits side by side, each with how many there are."""
    return [[trait, len(list(some))] for trait, some in groupby(traits)]
