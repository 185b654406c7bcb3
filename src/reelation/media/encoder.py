"""What turns one file into a vector and named figures: the `Encoder` protocol."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

MODALITIES = ("image", "video", "audio")
BARCODE = 256
"""Stripes of a colour barcode."""


class Encoded(NamedTuple):
    """What an encoder says of one file."""

    vector: Floats
    """[width], finite; neither centred nor of unit length: only vectors of one encoder can be compared."""
    figures: Mapping[str, float]
    """Measurements for people, by name; NaN where the file does not say."""
    barcode: Bytes | None = None
    """[BARCODE, 3] sRGB, mean colours from the beginning to the end; clips only."""


class Encoder(Protocol):
    """Turns one file of its modality into a vector and figures."""

    name: str
    """Names the block that it fills: its modality, or MODALITY.NAME for a model that was plugged in."""
    version: str
    """Changes whenever its vectors do; vectors of two versions are never mixed."""
    modality: str
    """One of `MODALITIES`."""
    width: int
    """Numbers of a vector."""
    figures: tuple[str, ...]
    """Names of its figures, in order."""

    def encode(self, path: Path) -> Encoded:
        """Read one file.

        Raises:
            MediaError: it cannot be read, or breaks a limit.
        """
