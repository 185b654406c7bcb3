"""How titles looked and sounded, as of a day: a title's pictures, clips and sound belong to it from its release on.

    part "senses", titles known  ->  seen_at  ->  Seen, one a block: [titles, width], and what made it

What makes measurements comparable (means, spreads, directions) is fitted to the titles known, as training does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block
from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas
from reelation.rows import LEAST_MEASURED, Measured

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """One block as of a day."""

    columns: Floats
    """[titles, width] of unit length; zero rows where a title has no such file."""
    measured: Measured
    of: Rows
    """[titles that have it] places in the atlas's own rows of the block."""
    there: Rows
    """[titles that have it] rows among the titles known, rising."""


def seen_at(atlas: Atlas, rows: Rows) -> dict[str, Seen]:
    """Every block that enough of the titles known have, by name.

    Args:
        atlas: of now; one that keeps no raw measurements has none.
        rows: [titles] rows of the titles known, rising.
    """
    part, found = atlas.part("senses"), {}
    if part is None:
        return {}
    widths = {block.name: block.stop - block.start for facet in atlas.manifest.facets for block in facet.blocks}
    for name in part.about["blocks"]:
        if f"{name}-raw" not in part.columns or name not in widths:
            continue
        having = np.asarray(part.array(f"{name}-rows"), np.int64)
        of = np.flatnonzero(np.isin(having, rows))
        if len(of) >= LEAST_MEASURED:
            found[name] = _seen(
                np.asarray(part.array(f"{name}-raw")[of], np.float32), widths[name], rows, having[of], of
            )
    return found


def _seen(raw: Floats, width: int, rows: Rows, having: Rows, of: Rows) -> Seen:
    measured, there = Measured.of(raw, width), np.searchsorted(rows, having)
    columns = np.zeros((len(rows), measured.directions.shape[1]), np.float32)
    columns[there] = measured(raw)
    return Seen(columns, measured, of, there)


def alike_scale(atlas: Atlas, block: Block, seen: dict[str, Seen]) -> float:
    """What the block's scale has to be multiplied by: blocks of one modality share its weight, and some came later."""
    part = atlas.part("senses")
    assert part is not None
    said: dict[str, Any] = part.about["blocks"]
    same = [name for name, about in said.items() if about["modality"] == said[block.name]["modality"]]
    return float((len(same) / max(1, sum(name in seen for name in same))) ** 0.5)


def senses_part(atlas: Atlas, seen: dict[str, Seen]) -> Part | None:
    """The part "senses" of then; None where nothing had a picture or sound."""
    part = atlas.part("senses")
    if part is None or not seen:
        return None
    columns: dict[str, Column] = {}
    about: dict[str, Any] = {}
    for name, one in seen.items():
        for what, array in one.measured._asdict().items():
            columns[f"{name}-{what}"] = array
        columns[f"{name}-rows"] = one.there.astype(np.int32)
        for what in ("raw", "figures", "barcodes"):
            column = part.columns.get(f"{name}-{what}")
            if isinstance(column, np.ndarray):
                columns[f"{name}-{what}"] = np.asarray(column[one.of])
        about[name] = {**part.about["blocks"][name], "titles": len(one.of)}
    return Part(columns, {"blocks": about})
