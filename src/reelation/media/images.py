"""Posters and stills: the built-in encoder of pictures, which needs no weights.

    pixels  ->  CIELAB colours, where they are, lines and surfaces by cell, layout  ->  one vector, named figures

Groups of the vector have about the same length each, so that none drowns the others before they are scaled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelation.media import colour, composition, texture
from reelation.media.encoder import Encoded
from reelation.media.palette import COLOURS, palette, palette_figures
from reelation.media.palette import FIGURES as PALETTE_FIGURES
from reelation.media.pictures import open_picture

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_LIGHTS, _HUES, _CHROMAS = 5, 8, 3
_HISTOGRAM = _LIGHTS * (1 + _HUES * (_CHROMAS - 1))
PLAIN = (
    *("lightness", "contrast", "colourfulness", "saturation", "warmth", "lighting_key", "colour_variance", "dark"),
    *("bright", "entropy", "edges", "sharpness", "symmetry", "thirds", "focus_x", "focus_y", "spread", "headroom"),
    "aspect",
)
FIGURES = (*PLAIN, *PALETTE_FIGURES)
_RANGES = {"lightness": 100, "contrast": 30, "colourfulness": 60, "entropy": 7, "colour_variance": 30, "sharpness": 10}
"""What a large value of a figure is, where that is not 1."""


class Groups(NamedTuple):
    """Where each group of features stands in the vector."""

    colours: slice
    """Square roots of shares of colours: lightness by hue and chroma."""
    places: slice
    """Mean L*, a*, b* and contrast of each cell."""
    palette: slice
    lines: slice
    """Oriented gradients of each cell."""
    surface: slice
    """Local binary patterns at three sizes."""
    gist: slice
    """Log-Gabor strengths of each cell."""
    layout: slice
    """The plain figures."""


def _groups() -> Groups:
    area = texture.ROWS * texture.COLUMNS
    widths = (
        *(_HISTOGRAM, 4 * area, 4 * COLOURS, area * texture.ANGLES, 3 * texture.PATTERNS),
        *(area * texture.SCALES * texture.DIRECTIONS, len(PLAIN)),
    )
    ends = np.cumsum(widths).tolist()
    return Groups(*(slice(end - width, end) for end, width in zip(ends, widths, strict=True)))


GROUPS = _groups()
WIDTH = GROUPS.layout.stop


class PictureEncoder:
    """The built-in encoder of pictures."""

    name = "image"
    version = "1"
    modality = "image"
    width = WIDTH
    figures = FIGURES

    def encode(self, path: Path) -> Encoded:
        """See `Encoder.encode`."""
        return self.encode_pixels(open_picture(path))

    def encode_pixels(self, pixels: Bytes) -> Encoded:
        """What is said of a picture that is already in memory.

        Args:
            pixels: [height, width, 3] uint8 sRGB, at least 8 x 8; from `open_picture` or `shrunk`.
        """
        colours = colour.lab(pixels)
        lightness = np.ascontiguousarray(colours[..., 0])
        flat = colours.reshape(-1, 3)
        strength, directed = texture.gradients(lightness)
        main = palette(flat)
        salient = composition.saliency(lightness)
        figures = {
            **_colour_figures(pixels.reshape(-1, 3), flat),
            "edges": float((strength > 6.0).mean()),
            "sharpness": float(np.percentile(strength, 95)),
            **composition.layout_figures(lightness, salient),
            "aspect": pixels.shape[1] / pixels.shape[0],
            **palette_figures(main),
        }
        parts = (
            np.sqrt(histogram(flat)),
            _places(colours),
            (main / (100.0, 60.0, 60.0, 1.0)).ravel(),
            np.sqrt(_unit(texture.cells(directed).ravel())),
            np.sqrt(np.concatenate([texture.binary_patterns(size) for size in _sizes(lightness)])),
            _unit(np.sqrt(texture.gist(texture.resample(lightness)).ravel())),
            np.array([figures[name] / _RANGES.get(name, 1) for name in PLAIN]),
        )
        vector = np.concatenate([np.asarray(part, np.float32) for part in parts])
        return Encoded(vector, {name: figures[name] for name in FIGURES})


def histogram(colours: Floats) -> Floats:
    """Shares of colours: five steps of lightness by grey and eight hues of two strengths; neighbours share a colour.

    Args:
        colours: [pixels, 3] CIELAB.

    Returns:
        [_HISTOGRAM] float32, sums to 1.
    """
    light, light_part = _step(colours[:, 0] / 100 * (_LIGHTS - 1), _LIGHTS - 1)
    chroma, chroma_part = _step(np.hypot(colours[:, 1], colours[:, 2]) / 30, _CHROMAS - 1)
    turn = np.mod(np.arctan2(colours[:, 2], colours[:, 1]) / (2 * np.pi) * _HUES, _HUES)
    hue, hue_part = _step(turn, _HUES)
    found = np.zeros(_HISTOGRAM)
    for more_light in (0, 1):
        for more_chroma in (0, 1):
            for more_hue in (0, 1):
                strong = chroma + more_chroma
                tint = np.where(strong == 0, 0, 1 + (strong - 1) * _HUES + (hue + more_hue) % _HUES)
                share = (light_part if more_light else 1 - light_part) * (
                    chroma_part if more_chroma else 1 - chroma_part
                )
                share = share * (hue_part if more_hue else 1 - hue_part)
                place = (light + more_light) * (1 + _HUES * (_CHROMAS - 1)) + tint
                found += np.bincount(place, weights=share, minlength=_HISTOGRAM)
    return (found / len(colours)).astype(np.float32)


def _step(values: NDArray[np.floating[Any]], last: int) -> tuple[NDArray[np.int64], NDArray[np.floating[Any]]]:
    """The bin below each value and how far it is on the way to the next; the last bin's are all the way there."""
    low = np.clip(values.astype(np.int64), 0, last - 1)
    return low, np.clip(values - low, 0, 1)


def _colour_figures(pixels: Bytes, colours: Floats) -> dict[str, float]:
    lightness = colours[:, 0]
    counts = np.bincount(np.clip(lightness, 0, 99.9).astype(np.int64), minlength=100)
    shares = counts[counts > 0] / len(lightness)
    return {
        "lightness": float(lightness.mean()),
        "contrast": float(lightness.std()),
        "colourfulness": colour.colourfulness(pixels),
        "saturation": float(colour.saturation(pixels).mean()),
        "warmth": colour.warmth(colours),
        "lighting_key": colour.lighting_key(pixels.max(axis=1) / np.float32(255)),
        "colour_variance": colour.colour_variance(colours),
        "dark": float((lightness < 20).mean()),
        "bright": float((lightness > 80).mean()),
        "entropy": float(-(shares * np.log2(shares)).sum()),
    }


def _places(colours: Floats) -> Floats:
    means = texture.cells(colours)
    squares = texture.cells(colours[..., 0] ** 2)
    contrast = np.sqrt(np.maximum(squares - means[..., 0] ** 2, 0))
    found = np.concatenate([means / (100.0, 60.0, 60.0), contrast[..., None] / 30.0], axis=-1).ravel() / 2
    return np.asarray(found, np.float32)


def _sizes(lightness: Floats) -> list[Floats]:
    """The picture at its size, at half, at a quarter."""
    found = [lightness]
    for _ in range(2):
        tall, wide = (length // 2 * 2 for length in found[-1].shape)
        if min(tall, wide) < 8:
            break
        whole = found[-1][:tall, :wide]
        half = (whole[::2, ::2] + whole[1::2, ::2] + whole[::2, 1::2] + whole[1::2, 1::2]) / 4
        found.append(np.asarray(half, np.float32))
    return found + [found[-1]] * (3 - len(found))


def _unit(values: Floats) -> Floats:
    length = float(np.linalg.norm(values))
    return values / length if length > 0 else values
