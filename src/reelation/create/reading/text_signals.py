"""What a text alone says of every title: how alike the texts are, its own and those of its kin.

compact text  ->  alike [titles]; atlas.part("kin")  ->  around [titles]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.search.inductive import Inductive
from reelation.search.naming import network_part

Floats = NDArray[np.float32]

TEXT, AROUND = 0.3, 1.0
"""Weights in standard deviations; chosen on validation synopses."""
_AT_ONCE = 65_536


class TextSignals:
    """Signals of one text."""

    def __init__(self, atlas: Atlas, inductive: Inductive, compact: Floats) -> None:
        """Compare `compact`, [columns] of unit length, with all texts of the atlas."""
        self._atlas, self._compact = atlas, compact
        found = _products(atlas, compact)
        self.alike: Floats | None = found
        """[titles] cosines, NaN where a title has no text; None where the atlas keeps none."""

    def signals(self) -> dict[str, Floats]:
        """Name -> [titles] weighed, standardised over all titles (over those with texts for the text itself)."""
        found: dict[str, Floats] = {}
        if self.alike is not None and not np.isnan(self.alike).all():
            there = ~np.isnan(self.alike)
            mean, spread = float(self.alike[there].mean()), float(self.alike[there].std())
            found["text"] = np.where(there, TEXT * (self.alike - mean) / max(spread, 1e-9), 0).astype(np.float32)
        part = self._atlas.part("kin")
        if part is not None:
            around = _by_rows(part.array("around"), self._compact)
            spread = float(around.std())
            if spread > 1e-9:
                found["around"] = np.asarray(AROUND * (around - around.mean()) / spread, np.float32)
        return found


def _by_rows(kept: NDArray[np.floating], compact: Floats) -> Floats:
    """[titles] inner products, so many rows at a time."""
    found = np.empty(len(kept), np.float32)
    for at in range(0, len(kept), _AT_ONCE):
        found[at : at + _AT_ONCE] = np.asarray(kept[at : at + _AT_ONCE], np.float32) @ compact
    return found


def _products(atlas: Atlas, compact: Floats) -> Floats | None:
    """[titles] cosines of a text with each title's; NaN where there is none; None where the atlas keeps none."""
    part = network_part(atlas)
    if "text" in part.columns:
        kept, scaled = part.array("text"), False
    else:
        block = next((one for facet in atlas.manifest.facets for one in facet.blocks if one.name == "text"), None)
        if block is None:
            return None
        kept, scaled = atlas.vectors[:, block.columns], True
    found = np.empty(len(atlas), np.float32)
    for at in range(0, len(atlas), _AT_ONCE):
        rows = np.asarray(kept[at : at + _AT_ONCE], np.float32)
        lengths = np.linalg.norm(rows, axis=1)
        products = rows @ compact
        some = lengths > 1e-6
        found[at : at + len(rows)] = np.where(
            some, products / np.where(some, lengths, 1) if scaled else products, np.nan
        )
    return found
