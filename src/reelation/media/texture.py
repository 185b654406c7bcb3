"""What surfaces and lines are like: oriented gradients, local binary patterns, band-pass energy. All on lightness."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ROWS, COLUMNS = 4, 3
"""Cells that a picture is looked at in; a poster's are about square."""
ANGLES = 8
"""Bins of a gradient's direction, without its sign."""
PATTERNS = 59
"""Uniform local binary patterns of eight neighbours, and one bin for all others."""
SCALES, DIRECTIONS = 4, 6
_SQUARE = 96


def cells(values: Floats, rows: int = ROWS, columns: int = COLUMNS) -> Floats:
    """[height, width] or [height, width, channels] -> [rows, columns(, channels)] means of the cells."""
    tall, wide = values.shape[:2]
    down = np.linspace(0, tall, rows + 1).astype(np.int64)
    across = np.linspace(0, wide, columns + 1).astype(np.int64)
    sums = np.add.reduceat(np.add.reduceat(values, down[:-1], axis=0), across[:-1], axis=1)
    area = (np.diff(down)[:, None] * np.diff(across)).astype(np.float32)
    return np.asarray(sums / (area if values.ndim == 2 else area[..., None]), np.float32)


def gradients(lightness: Floats) -> tuple[Floats, Floats]:
    """Strength of the gradient of [height, width], and its share by direction.

    Returns:
        [height, width] strength, in units of lightness a pixel, and [height, width, ANGLES], which sum to the strength;
        a direction between two bins counts for both.

    Source: Dalal & Triggs 2005, doi:10.1109/CVPR.2005.177.
    """
    padded = np.pad(lightness, 1, mode="edge")
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    across = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    strength = np.hypot(down, across).astype(np.float32)
    place = np.mod(np.arctan2(down, across), np.pi) * np.float32(ANGLES / np.pi)
    low = np.floor(place)
    part = (place - low).astype(np.float32)
    first = low.astype(np.int64) % ANGLES
    found = np.zeros((lightness.size, ANGLES), np.float32)
    every = np.arange(lightness.size)
    flat = strength.ravel()
    found[every, first.ravel()] = flat * (1 - part.ravel())
    found[every, (first.ravel() + 1) % ANGLES] += flat * part.ravel()
    return strength, found.reshape(*lightness.shape, ANGLES)


@lru_cache(maxsize=1)
def _pattern_bins() -> NDArray[np.int64]:
    """[256] bin of each pattern: at most two changes around the circle, one of its own; the rest share one."""
    codes = np.arange(256)
    bits = (codes[:, None] >> np.arange(8)) & 1
    uniform = (bits != np.roll(bits, 1, axis=1)).sum(axis=1) <= 2
    bins = np.full(256, PATTERNS - 1, np.int64)
    bins[uniform] = np.arange(int(uniform.sum()))
    return bins


def binary_patterns(lightness: Floats) -> Floats:
    """[height, width] -> [PATTERNS] shares of local binary patterns.

    A neighbour counts as brighter from one unit of lightness on, so that flat ground stays flat under noise.

    Source: Ojala, Pietikäinen & Mäenpää 2002, doi:10.1109/TPAMI.2002.1017623.
    """
    middle = lightness[1:-1, 1:-1] + 1.0
    tall, wide = lightness.shape
    around = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
    code = np.zeros(middle.shape, np.uint8)
    for bit, (down, across) in enumerate(around):
        code |= (lightness[down : tall - 2 + down, across : wide - 2 + across] > middle).astype(np.uint8) << bit
    counts = np.bincount(_pattern_bins()[code.ravel()], minlength=PATTERNS)
    return (counts / code.size).astype(np.float32)


@lru_cache(maxsize=1)
def _filters() -> Floats:
    """[SCALES * DIRECTIONS, _SQUARE, _SQUARE // 2 + 1] log-Gabor responses in the half plane of frequencies."""
    down = np.fft.fftfreq(_SQUARE)[:, None]
    across = np.fft.rfftfreq(_SQUARE)[None, :]
    radius = np.hypot(down, across)
    radius[0, 0] = 1.0
    angle = np.arctan2(down, across)
    found = []
    for scale in range(SCALES):
        centre = 0.3 / 2.0**scale
        band = np.exp(-(np.log(radius / centre) ** 2) / (2 * np.log(0.6) ** 2))
        band[0, 0] = 0.0
        for direction in range(DIRECTIONS):
            turn = direction * np.pi / DIRECTIONS
            apart = np.abs(np.arctan2(np.sin(angle - turn), np.cos(angle - turn)))
            apart = np.minimum(apart, np.pi - apart)
            found.append(band * np.exp(-(apart**2) / (2 * (np.pi / DIRECTIONS / 1.5) ** 2)))
    return np.array(found, np.float32)


def gist(square: Floats) -> Floats:
    """The gist of a scene: how strong each scale and direction is in each cell.

    Args:
        square: [_SQUARE, _SQUARE] lightness, from `resample`.

    Returns:
        [ROWS, COLUMNS, SCALES * DIRECTIONS] mean strength.

    Source: Oliva & Torralba 2001, doi:10.1023/A:1011139631724; log-Gabor filters after Field 1987,
        doi:10.1364/JOSAA.4.002379.
    """
    spread = square - square.mean()
    spectrum = np.fft.rfft2(np.sqrt(np.abs(spread)) * np.sign(spread))
    strength = np.abs(np.fft.irfft2(spectrum[None] * _filters(), s=square.shape)).astype(np.float32)
    return cells(np.moveaxis(strength, 0, -1))


def resample(values: Floats, size: int = _SQUARE) -> Floats:
    """[height, width] -> [size, size], each the mean of what it covers or the nearest value."""
    tall, wide = values.shape
    down = np.linspace(0, tall, size + 1)
    across = np.linspace(0, wide, size + 1)
    sums = np.pad(np.cumsum(np.cumsum(values, axis=0, dtype=np.float64), axis=1), ((1, 0), (1, 0)))

    def at(places: NDArray[np.float64], table: NDArray[np.float64]) -> NDArray[np.float64]:
        low = np.minimum(places.astype(np.int64), len(table) - 2)
        part = (places - low)[:, None]
        return np.asarray(table[low] * (1 - part) + table[low + 1] * part)

    corners = at(across, at(down, sums).T).T
    area = (tall / size) * (wide / size)
    return np.asarray(np.diff(np.diff(corners, axis=0), axis=1) / area, np.float32)
