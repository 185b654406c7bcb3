"""Posters named by IMDb id, and the plainest thing that can be said of a picture.

folder of tt0084058.jpg …, title ids  ->  colour_histograms  ->  [titles, 512]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_LEVELS = 8
"""Of red, green and blue each."""


def colour_histograms(folder: Path, title_ids: Sequence[str]) -> Floats:
    """Shares of 8 x 8 x 8 colours (red, green, blue): the usual plain description of a picture.

    Returns:
        [titles, 512] float32, rows adding up to 1; zero where a title has no poster.

    Source: Swain & Ballard 1991, Color Indexing, doi:10.1007/BF00130487.
    """
    from PIL import Image

    rows = {title_id: row for row, title_id in enumerate(title_ids)}
    found = np.zeros((len(title_ids), _LEVELS**3), np.float32)
    for path in poster_files(folder):
        row = rows.get(f"imdb:{path.stem}")
        if row is None:
            continue
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"), np.int64).reshape(-1, 3) * _LEVELS // 256
        colours = (pixels[:, 0] * _LEVELS + pixels[:, 1]) * _LEVELS + pixels[:, 2]
        found[row] = np.bincount(colours, minlength=_LEVELS**3) / len(colours)
    return found


def poster_files(folder: Path) -> list[Path]:
    """The pictures of a folder that are named by IMDb id, sorted."""
    return sorted(path for path in folder.glob("tt*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
