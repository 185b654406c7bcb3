"""Posters named by IMDb id, as vectors, and as the plainest thing that can be said of a picture.

folder of tt0084058.jpg …  ->  read_posters  ->  MediaVectors
folder, title ids          ->  colour_histograms  ->  [titles, 512]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation import settings
from reelation.errors import DataError
from reelation.media.extract import ExtractConfig, extract
from reelation.media.naming import Source
from reelation.media.store import MediaVectors

Floats = NDArray[np.float32]
_LEVELS = 8
"""Of red, green and blue each."""


def read_posters(folder: Path) -> MediaVectors:
    """What the built-in encoder says of every poster; each is read once, results are kept in the cache folder.

    Raises:
        DataError: there are no pictures.
    """
    sources = [Source(f"imdb:{path.stem}", str(path)) for path in _files(folder)]
    if not sources:
        raise DataError(f"There are no posters (tt0084058.jpg …) in {folder}.")
    target = settings.cache_folder() / "evaluation" / "posters"
    return extract(sources, target, ExtractConfig(only=("image",))).media


def colour_histograms(folder: Path, title_ids: Sequence[str]) -> Floats:
    """Shares of 8 x 8 x 8 colours (red, green, blue): the usual plain description of a picture.

    Returns:
        [titles, 512] float32, rows adding up to 1; zero where a title has no poster.

    Source: Swain & Ballard 1991, Color Indexing, doi:10.1007/BF00130487.
    """
    from PIL import Image

    rows = {title_id: row for row, title_id in enumerate(title_ids)}
    found = np.zeros((len(title_ids), _LEVELS**3), np.float32)
    for path in _files(folder):
        row = rows.get(f"imdb:{path.stem}")
        if row is None:
            continue
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"), np.int64).reshape(-1, 3) * _LEVELS // 256
        colours = (pixels[:, 0] * _LEVELS + pixels[:, 1]) * _LEVELS + pixels[:, 2]
        found[row] = np.bincount(colours, minlength=_LEVELS**3) / len(colours)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("tt*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
