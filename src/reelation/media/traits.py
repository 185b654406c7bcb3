"""What each number of an encoder's vector is about, in words of people who watch films.

    "image 1", 733  ->  traits_of  ->  ("palette", "palette", …, "composition")

With this a score of look or sound is taken apart by trait; see `reelation.insights.alike`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reelation.media import audio, images, video
from reelation.media.texture import COLUMNS, ROWS

TRAITS = (
    *("palette", "light", "composition", "texture"),
    *("pace", "motion"),
    *("timbre", "harmony", "loudness", "tempo", "voices"),
    "whole",
)
""" "whole": a model of the user's own, whose numbers have no names."""

Traits = tuple[str, ...]

_LAYOUT = {
    "palette": ("colourfulness", "saturation", "warmth", "colour_variance"),
    "light": ("lightness", "contrast", "lighting_key", "dark", "bright", "entropy"),
    "texture": ("edges", "sharpness"),
}
"""Of the plain figures of a picture; the others are its composition."""


class _Known(NamedTuple):
    width: int
    traits: Callable[[], Traits]


def traits_of(encoder: str, width: int) -> Traits:
    """[width] the trait of each number.

    Args:
        encoder: name and version, as `reelation.media.store.Block.encoder`.
        width: numbers of a vector.

    Returns:
        "whole" for every number of an encoder that is not built in, or of another version of it.
    """
    known = _BUILT_IN.get(encoder)
    return known.traits() if known is not None and known.width == width else ("whole",) * width


def _image() -> Traits:
    groups, found = images.GROUPS, ["composition"] * images.WIDTH
    cell = ("light", "palette", "palette", "light")  # L*, a*, b*, contrast
    layout = [
        next((trait for trait, names in _LAYOUT.items() if name in names), "composition") for name in images.PLAIN
    ]
    for where, said in (
        (groups.colours, ["palette"] * _length(groups.colours)),
        (groups.places, [*cell] * (ROWS * COLUMNS)),
        (groups.palette, ["palette"] * _length(groups.palette)),
        (groups.surface, ["texture"] * _length(groups.surface)),
        (groups.layout, layout),
    ):
        found[where] = said
    return tuple(found)


def _video() -> Traits:
    """In the order of `reelation.media.video`: figures of style, shot lengths, courses over time, colours, stills."""
    slots = video.SLOTS
    return (
        *("pace",) * 3,
        *("motion",) * 4,
        *("light",) * 3,
        *("palette",) * 2,
        *("pace",) * (len(video.LENGTHS) - 1),
        *("light",) * slots,
        *("palette",) * slots,
        *("motion",) * slots,
        *("palette",) * (_length(images.GROUPS.palette) + _length(images.GROUPS.colours)),
        *_image(),
    )


def _audio() -> Traits:
    """In the order of `reelation.media.audio`."""
    return (
        *("timbre",) * (3 * audio.CEPSTRA + 2 * audio.BANDS + 2 * audio.SPECTRAL),
        *("harmony",) * 7,
        *("loudness",) * (5 + audio.SLOTS),
        *("tempo",) * (len(audio.TEMPI) - 1 + 3),
        *("voices",) * 3,
        "tempo",
    )


def _length(where: slice) -> int:
    return int(where.stop - where.start)


_BUILT_IN = {
    "image 1": _Known(images.WIDTH, _image),
    "video 1": _Known(video.WIDTH, _video),
    "audio 1": _Known(audio.WIDTH, _audio),
}
