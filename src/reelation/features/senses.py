"""How titles look and sound, as blocks that can be compared: what extraction measured, made commensurable.

    MediaVectors + title ids  ->  read_senses  ->  one Sense a block: [titles, width], zero rows where there is none

Raw measurements are centred and divided by their spread over the catalogue's own titles, then rotated to the directions
in which titles differ most; the map stays in the atlas, for pictures and clips of no title.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.media.store import Block, MediaVectors
from reelation.media.traits import traits_of
from reelation.rows import LEAST_MEASURED, Measured

Floats = NDArray[np.float32]

WIDTHS = {"image": 96, "video": 32, "audio": 32}
"""Columns of a block, by modality, at the most."""
FACETS = {"image": "look", "video": "look", "audio": "sound"}
"""Modality -> the facet that it is a reason of."""


@dataclass(frozen=True)
class Sense:
    """One block of what titles look or sound like."""

    block: str
    """Name of the block: "image", "video", "audio", or a plug-in's "image.NAME"."""
    modality: str
    encoder: str
    """Name and version of what measured it: only vectors of the same can be compared."""
    columns: Floats
    """[titles, width] float32 of unit length; zero rows where a title has no such file."""
    measured: Measured
    """What made them of raw vectors."""
    raw: Floats
    """[titles that have it, numbers] float32, what the encoder said, in the order of titles."""
    traits: tuple[str, ...]
    """[numbers] what each is about; see `reelation.media.traits`."""
    figure_names: tuple[str, ...]
    figures: Floats
    """[titles, figures] float32, NaN unknown."""
    barcodes: NDArray[np.uint8] | None
    """[titles, 256, 3] sRGB, zero where there is none; clips only."""

    @property
    def facet(self) -> str:
        """What it is a reason of: "look" or "sound"."""
        return FACETS[self.modality]

    @property
    def there(self) -> NDArray[np.bool_]:
        """[titles] which titles have it."""
        return np.asarray(self.columns.any(axis=1), bool)


def read_senses(media: MediaVectors, title_ids: Sequence[str]) -> tuple[Sense, ...]:
    """Every block that enough of these titles have.

    Args:
        media: what `reelation extract` wrote.
        title_ids: of the catalogue, in its order; titles that it does not have are left out.

    Returns:
        Blocks in the order of their names; none where no block has `LEAST_MEASURED` of the titles.
    """
    found = []
    for block in media.blocks.values():
        rows = block.rows_of(title_ids)
        if int((rows >= 0).sum()) >= LEAST_MEASURED:
            found.append(_sense(block, rows))
    return tuple(found)


def _sense(block: Block, rows: NDArray[np.int64]) -> Sense:
    """One block; `rows` [titles] where each title stands in it, -1 for none."""
    there = np.flatnonzero(rows >= 0)
    raw = np.asarray(block.vectors[rows[there]], np.float32)
    measured = Measured.of(raw, WIDTHS[block.modality])
    columns = np.zeros((len(rows), measured.directions.shape[1]), np.float32)
    columns[there] = measured(raw)
    figures = np.full((len(rows), len(block.figure_names)), np.nan, np.float32)
    figures[there] = block.figures[rows[there]]
    barcodes = None
    if block.barcodes is not None:
        barcodes = np.zeros((len(rows), *block.barcodes.shape[1:]), np.uint8)
        barcodes[there] = block.barcodes[rows[there]]
    return Sense(
        block=block.name,
        modality=block.modality,
        encoder=block.encoder,
        columns=columns,
        measured=measured,
        raw=raw,
        traits=traits_of(block.encoder, raw.shape[1]),
        figure_names=block.figure_names,
        figures=figures,
        barcodes=barcodes,
    )
