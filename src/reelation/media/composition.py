"""How a picture is laid out: what draws the eye and where, symmetry, thirds. Faces are neither sought nor measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.media.texture import resample

Floats = NDArray[np.float32]

_SIZE = 64


def saliency(lightness: Floats) -> Floats:
    """What stands out: [64, 64] float32, not negative, sums to 1.

    Args:
        lightness: [height, width].

    Source: the spectral residual, Hou & Zhang 2007, doi:10.1109/CVPR.2007.383267.
    """
    spectrum = np.fft.fft2(resample(lightness, _SIZE))
    strength = np.log(np.abs(spectrum) + 1e-3)
    residual = strength - _smooth(strength, 1)
    stands_out = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    found = _smooth(stands_out, 3)
    total = found.sum()
    return np.asarray(found / total if total > 0 else np.full_like(found, 1 / found.size), np.float32)


def layout_figures(lightness: Floats, salient: Floats) -> dict[str, float]:
    """Figures of a picture's layout.

    Args:
        lightness: [height, width] L*.
        salient: from `saliency`.

    Returns:
        `symmetry` (correlation of the left half with the mirrored right one, -1 to 1), `thirds` (share of what stands
        out that lies around the four crossings of the thirds, 0 to 1; .28 where it is spread evenly), `focus_x`,
        `focus_y` (its centre, 0 left or top, 1 right or bottom), `spread` (its distance from that centre, mean, of the
        side), `headroom` (share of it in the upper third).
    """
    small = resample(lightness, _SIZE)
    small = small - small.mean()
    power = float((small**2).sum())
    symmetry = float((small * small[:, ::-1]).sum() / power) if power > 1e-3 else 1.0
    along = (np.arange(_SIZE) + 0.5) / _SIZE
    x, y = float(salient.sum(axis=0) @ along), float(salient.sum(axis=1) @ along)
    near = (np.abs(along - 1 / 3) < _REACH) | (np.abs(along - 2 / 3) < _REACH)
    return {
        "symmetry": symmetry,
        "thirds": float(salient[np.ix_(near, near)].sum()),
        "focus_x": x,
        "focus_y": y,
        "spread": float((salient * np.hypot(along[None, :] - x, along[:, None] - y)).sum()),
        "headroom": float(salient[along < 1 / 3].sum()),
    }


_REACH = 0.133
"""Half the side of the square around a crossing of the thirds, of the picture's side."""


def _smooth(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Means over squares of 2 * reach + 1, the edges wrapped around."""
    for axis in (0, 1):
        values = sum((np.roll(values, step, axis) for step in range(-reach, reach + 1)), np.zeros_like(values))
    return values / (2 * reach + 1) ** 2
