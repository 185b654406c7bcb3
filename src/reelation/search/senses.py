"""What an atlas knows of how its titles look and sound, and how a picture or clip is compared with them.

part "senses"  ->  Senses  ->  columns of a block from a raw vector; figures and barcodes of titles
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import MissingPartError
from reelation.rows import Measured

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sensed:
    """What one encoder measured of one title."""

    block: str
    facet: str
    """ "look" or "sound"."""
    modality: str
    figures: dict[str, float]
    """By name; only what could be measured."""
    barcode: NDArray[np.uint8] | None
    """[256, 3] sRGB from the beginning to the end; clips only."""


class Senses:
    """The part "senses" of an atlas."""

    def __init__(self, atlas: Atlas) -> None:
        """Read the part.

        Raises:
            MissingPartError: the atlas was made without pictures and sound.
        """
        part = atlas.part("senses")
        if part is None:
            raise MissingPartError(
                "This atlas knows nothing of how titles look or sound. Give it files with: reelation extract PATH "
                "--to FOLDER, then reelation train --media FOLDER"
            )
        self._part = part
        self.blocks: Mapping[str, Mapping[str, object]] = part.about["blocks"]

    def encoder(self, block: str) -> str:
        """Name and version of the encoder of a block: only vectors of the same can be compared."""
        return str(self.blocks[block]["encoder"])

    def columns(self, block: str, raw: Floats) -> Floats:
        """[width] of unit length: what a raw vector is in this atlas.

        Raises:
            ValueError: the vector is not of the block's encoder.
        """
        mean, scale, directions = (self._part.array(f"{block}-{name}") for name in Measured._fields)
        if raw.shape != mean.shape:
            raise ValueError(f"the block {block} takes {len(mean)} numbers, got {raw.shape}")
        return np.asarray(Measured(mean, scale, directions)(raw[None])[0], np.float32)

    def of(self, row: int) -> tuple[Sensed, ...]:
        """What was measured of a title, a block each."""
        found = []
        for name, said in self.blocks.items():
            rows = self._part.array(f"{name}-rows")
            at = int(np.searchsorted(rows, row))
            if at == len(rows) or rows[at] != row:
                continue
            barcodes = self._part.columns.get(f"{name}-barcodes")
            found.append(
                Sensed(
                    block=name,
                    facet=str(said["facet"]),
                    modality=str(said["modality"]),
                    figures=_measured(said["figures"], self._part.array(f"{name}-figures")[at]),
                    barcode=np.asarray(barcodes[at]) if isinstance(barcodes, np.ndarray) else None,
                )
            )
        return tuple(found)


def _measured(names: object, values: Floats) -> dict[str, float]:
    assert isinstance(names, list)
    return {name: value for name, value in zip(names, values.astype(float).tolist(), strict=True) if value == value}
