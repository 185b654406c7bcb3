"""A clip's colours from the beginning to the end as one picture: its colour barcode.

Source: the mean colour of each moment, side by side, after Brodbeck's Cinemetrics (2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.media.colour import srgb
from reelation.media.encoder import BARCODE

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def barcode(times: Sequence[float], colours: Floats) -> Bytes:
    """The stripes of a clip.

    Args:
        times: [samples] seconds, rising, at least one.
        colours: [samples, 3] CIELAB, mean of each sample.

    Returns:
        [BARCODE, 3] sRGB: each the mean of its stretch of time, or the nearest sample's colour.
    """
    at = np.asarray(times, np.float64)
    place = (at - at[0]) / max(float(at[-1] - at[0]), 1e-9) * BARCODE
    stripe = np.minimum(place.astype(np.int64), BARCODE - 1)
    counts = np.bincount(stripe, minlength=BARCODE)
    sums = np.stack([np.bincount(stripe, weights=colours[:, axis], minlength=BARCODE) for axis in range(3)], axis=1)
    means = sums / np.maximum(counts, 1)[:, None]
    middle = np.arange(BARCODE) + 0.5
    nearest = np.abs(place[None, :] - middle[:, None]).argmin(axis=1)
    return srgb(np.where(counts[:, None] > 0, means, colours[nearest]))


def barcode_svg(stripes: Bytes, width: int = 512, height: int = 64, label: str = "") -> str:
    """A barcode as a standalone SVG.

    Args:
        stripes: [stripes, 3] sRGB.
        width: of the picture, pixels.
        height: likewise.
        label: what a screen reader says.
    """
    from html import escape

    wide = width / len(stripes)
    rectangles = "".join(
        f'<rect x="{place * wide:g}" width="{wide + 0.5:g}" height="{height}" fill="#{red:02x}{green:02x}{blue:02x}"/>'
        for place, (red, green, blue) in enumerate(stripes.tolist())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label, quote=True)}" shape-rendering="crispEdges">{rectangles}</svg>\n'
    )


def write_png(stripes: Bytes, path: Path, height: int = 64) -> None:
    """Write a barcode as a PNG of one pixel a stripe, `height` pixels tall."""
    from PIL import Image

    tall = np.repeat(np.ascontiguousarray(stripes, np.uint8)[None], height, axis=0)
    Image.fromarray(tall).save(path, format="PNG")
