"""The few colours that make up a picture or a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.media.colour import srgb

Floats = NDArray[np.float32]

COLOURS = 5
FIGURES = tuple(f"palette_{place}_{what}" for place in range(1, COLOURS + 1) for what in ("l", "a", "b", "share"))
"""Names of the figures of `palette_figures`."""
_ROUNDS = 12
_MOST = 3_000


def palette(colours: Floats) -> Floats:
    """The colours that stand for all pixels with the least error: k-means, always the same for the same pixels.

    Args:
        colours: [pixels, 3] CIELAB; of many, every so-manyth is looked at.

    Returns:
        [COLOURS, 4] float32: L*, a*, b*, share of pixels (they sum to 1), largest share first. A picture with fewer
        colours has empty ones at the end: share 0, the picture's mean colour.

    Source: k-means from centres that lie far apart: Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5.
    """
    some = colours[:: max(1, len(colours) // _MOST)].astype(np.float32)
    mean = some.mean(axis=0)
    centres = [some[int(((some - mean) ** 2).sum(axis=1).argmin())]]
    nearest = ((some - centres[0]) ** 2).sum(axis=1)
    while len(centres) < COLOURS:
        centres.append(some[int(nearest.argmax())])
        nearest = np.minimum(nearest, ((some - centres[-1]) ** 2).sum(axis=1))
    found = np.array(centres, np.float32)
    owner = np.zeros(len(some), np.int64)
    for _ in range(_ROUNDS):
        distance = (found**2).sum(axis=1) - 2 * some @ found.T
        earlier, owner = owner, distance.argmin(axis=1)
        counts = np.bincount(owner, minlength=COLOURS)
        for axis in range(3):
            sums = np.bincount(owner, weights=some[:, axis], minlength=COLOURS)
            found[:, axis] = np.where(counts, sums / np.maximum(counts, 1), mean[axis])
        if (earlier == owner).all():
            break
    counts = np.bincount(owner, minlength=COLOURS)
    found[counts == 0] = mean
    shares = (counts / len(some)).astype(np.float32)
    order = np.lexsort((found[:, 0], -shares))
    return np.column_stack([found, shares])[order].astype(np.float32)


def palette_figures(found: NDArray[np.floating[Any]]) -> dict[str, float]:
    """[COLOURS, 4] of `palette` as named figures."""
    return dict(zip(FIGURES, (float(value) for value in found.ravel()), strict=True))


def hex_colours(figures: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Named figures back as (colour, share) pairs, e.g. ("#a03f22", 0.4); empty ones and missing ones are left out."""
    found = []
    for place in range(1, COLOURS + 1):
        *colour, share = (figures.get(f"palette_{place}_{what}", np.nan) for what in ("l", "a", "b", "share"))
        if share > 0 and np.isfinite(colour).all():
            red, green, blue = srgb(np.array(colour))
            found.append((f"#{red:02x}{green:02x}{blue:02x}", float(share)))
    return tuple(found)
