"""Colours as people see them: sRGB to CIELAB and back, hue, warmth, and figures about a picture's colours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_STEPS = np.arange(256) / 255.0
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)
_WHITE = np.array([0.95047, 1.0, 1.08883])
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_MATRIX = (_TO_XYZ / _WHITE[:, None]).T.astype(np.float32)
_BACK = np.linalg.inv(_TO_XYZ)
_KNEE = 6.0 / 29.0
NEUTRAL = 8.0
"""Chroma below which a colour is taken as grey: its hue says nothing."""


def lab(pixels: Bytes) -> Floats:
    """From sRGB to CIELAB under D65.

    Args:
        pixels: [..., 3] uint8.

    Returns:
        [..., 3] float32: L* 0 to 100, a* and b* about -110 to 110.

    Source: IEC 61966-2-1 (sRGB), CIE 15:2004 (CIELAB).
    """
    ratios = _LINEAR[pixels] @ _MATRIX
    curved = np.where(ratios > _KNEE**3, np.cbrt(ratios), ratios / (3 * _KNEE**2) + np.float32(4 / 29))
    x, y, z = curved[..., 0], curved[..., 1], curved[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def srgb(colours: NDArray[np.floating[Any]]) -> Bytes:
    """CIELAB [..., 3] to sRGB [..., 3] uint8; what no screen can show is cut to the nearest edge."""
    lightness = (np.asarray(colours[..., 0], np.float64) + 16) / 116
    curved = np.stack([lightness + colours[..., 1] / 500, lightness, lightness - colours[..., 2] / 200], axis=-1)
    ratios = np.where(curved > _KNEE, curved**3, 3 * _KNEE**2 * (curved - 4 / 29))
    linear = np.clip((ratios * _WHITE) @ _BACK.T, 0, 1)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(curve * 255), np.uint8)


def saturation(pixels: Bytes) -> Floats:
    """[..., 3] uint8 -> [...] float32, 0 (grey) to 1: (max - min) / max of the three channels, as in HSV."""
    high = pixels.max(axis=-1).astype(np.float32)
    low = pixels.min(axis=-1)
    return np.asarray((high - low) / np.maximum(high, 1), np.float32)


def warmth(colours: Floats) -> float:
    """Share of warm pixels (red to yellow) less the share of cold ones (green-blue to violet), -1 to 1.

    Args:
        colours: [pixels, 3] CIELAB. Hues of -30 to 100 degrees are warm, of 160 to 300 degrees cold; greys are neither.
    """
    hue = np.degrees(np.arctan2(colours[:, 2], colours[:, 1]))
    seen = np.hypot(colours[:, 1], colours[:, 2]) >= NEUTRAL
    warm = seen & (hue >= -30) & (hue <= 100)
    cold = seen & ((hue >= 160) | (hue <= -60))
    return float(warm.mean() - cold.mean())


def colourfulness(pixels: Bytes) -> float:
    """How colourful people call a picture, 0 (grey) to about 110 (extremely).

    Args:
        pixels: [pixels, 3] uint8.

    Source: Hasler & Süsstrunk 2003, doi:10.1117/12.477378.
    """
    red, green, blue = pixels.astype(np.float32).T
    first, second = red - green, (red + green) / 2 - blue
    return float(np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean()))


def lighting_key(brightness: NDArray[np.floating[Any]]) -> float:
    """Mean times standard deviation of brightness (0 to 1): high for bright, contrasted light, low for dim, flat light.

    Source: Rasheed, Sheikh & Shah 2005, doi:10.1109/TCSVT.2004.839993, who tell comedies from horror by it.
    """
    return float(brightness.mean() * brightness.std())


def colour_variance(colours: NDArray[np.floating[Any]]) -> float:
    """How far colours spread in all directions at once, CIELAB units: sixth root of the determinant of the covariance.

    Args:
        colours: [pixels, 3] CIELAB.

    Source: generalised variance of colours is Rasheed, Sheikh & Shah 2005 (in CIELUV); the root, which makes it the
        geometric mean of three standard deviations, is ours.
    """
    covariance = np.cov(colours.astype(np.float64), rowvar=False)
    return float(max(np.linalg.det(covariance), 0.0) ** (1 / 6))
