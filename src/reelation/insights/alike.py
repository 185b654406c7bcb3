"""What is alike in how two titles look and sound: the score of these facets taken apart by trait, exactly.

    look .06  ->  alike_with_each  ->  light .03 (lightness 24 and 27), palette .02, composition .01, texture .00

A block's columns are measurements turned to a few directions (`reelation.rows.Measured`), at right angles to each
other. Turned back, every measurement has its own share of the inner product, and the shares of a trait's
measurements add up:

    <v, w> = sum over measurements j of (D v)_j (D w)_j,  D [measurements, columns] with orthonormal columns
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.messages import Messages
from reelation.search.exact import Measure, Point
from reelation.search.senses import Senses

Floats = NDArray[np.float32]
Figures = Mapping[str, Mapping[str, float]]
"""Block -> figures by name."""

FIGURES = {
    "palette": ("colourfulness", "saturation", "warmth"),
    "light": ("lightness", "contrast", "lighting_key"),
    "composition": ("symmetry",),
    "texture": ("edges",),
    "pace": ("shot_seconds",),
    "motion": ("motion",),
    "timbre": ("brightness",),
    "loudness": ("loudness", "loudness_range"),
    "tempo": ("tempo",),
    "voices": ("speech", "music"),
}
"""What is said of a trait in numbers; of each two that both titles have."""
_PERCENT = ("saturation", "edges", "speech", "music")
_DIGITS = {"shot_seconds": 1, "lighting_key": 2, "warmth": 2, "symmetry": 2, "motion": 3}
"""After the point; none for what is not here."""
_AUDIENCE = "audience"
_COUNTS, _LEADS = 0.1, 0.5
"""Shares of the score from which on a facet is named in a reason, and is named first."""


@dataclass(frozen=True)
class Pair:
    """A measurement of both titles."""

    name: str
    """As in `Look.figures`; docs/reference/json.md has units and ranges."""
    here: float
    there: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"name": self.name, "here": round(self.here, 4), "there": round(self.there, 4)}


@dataclass(frozen=True)
class Alike:
    """One trait's part of what look or sound adds to a score."""

    facet: str
    """ "look" or "sound"."""
    block: str
    """ "image", "video", "audio", or a model's own "image.NAME"."""
    trait: str
    """Of `reelation.media.traits.TRAITS`."""
    part: float
    """Exact; those of a facet add up to its part of the score (euclidean: of the inner product). Below 0: unlike."""
    figures: tuple[Pair, ...]
    words: str
    """The trait and its figures, in the asker's language."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "facet": self.facet,
            "block": self.block,
            "trait": self.trait,
            "part": round(self.part, 6),
            "figures": [one.to_json() for one in self.figures],
            "words": self.words,
        }


def figures_of(atlas: Atlas, row: int) -> Figures:
    """What was measured of a title, by block; empty where nothing was."""
    if atlas.part("senses") is None:
        return {}
    return {sensed.block: sensed.figures for sensed in Senses(atlas).of(row)}


def alike_with_each(
    atlas: Atlas, point: Point, figures: Figures, others: NDArray[np.int64], measure: Measure, say: Messages
) -> list[tuple[Alike, ...]]:
    """What a point and each of several titles have alike in look and sound, the largest part first.

    Args:
        atlas: where the titles are.
        point: of the title asked about, or of a picture.
        figures: what was measured of it.
        others: rows.
        measure: weights and metric of the score.
        say: the language of words.
    """
    part = atlas.part("senses")
    if part is None:
        return [()] * len(others)
    found: list[list[Alike]] = [[] for _ in others]
    there = [figures_of(atlas, row) for row in others.tolist()]
    for weight, facet in zip(measure.weights.tolist(), atlas.manifest.facets, strict=True):
        for block in facet.blocks:
            if block.name not in part.about["blocks"] or not weight or not point.vector[block.columns].any():
                continue
            traits, shares = _shares(atlas, part, block, point, others)
            shares *= weight * _scale(atlas, point, others, measure)[:, None]
            for at in np.flatnonzero(np.asarray(atlas.vectors[others, block.columns]).any(axis=1)).tolist():
                sides = figures.get(block.name, {}), there[at].get(block.name, {})
                for trait, share in zip(traits, shares[at].tolist(), strict=True):
                    pairs = _pairs(trait, *sides)
                    found[at].append(Alike(facet.name, block.name, trait, share, pairs, _words(trait, pairs, say)))
    return [tuple(sorted(some, key=lambda one: -one.part)) for some in found]


def _shares(
    atlas: Atlas, part: Part, block: Block, point: Point, others: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Traits, and [others, traits] what each adds to the inner product of the block."""
    said = part.about["blocks"][block.name].get("traits") or [["whole", None]]  # an atlas of before keeps none
    rows = np.asarray(atlas.vectors[others, block.columns], np.float64)
    here = point.vector[block.columns].astype(np.float64)
    if len(said) == 1:
        return (str(said[0][0]),), (rows @ here)[:, None]
    directions = np.asarray(part.array(f"{block.name}-directions"), np.float64)
    products = (rows @ directions.T) * (directions @ here)
    names = tuple(dict.fromkeys(trait for trait, _ in said))
    owner = np.repeat([names.index(trait) for trait, _ in said], [count for _, count in said])
    sums = np.zeros((len(names), len(owner)))
    sums[owner, np.arange(len(owner))] = 1
    return names, products @ sums.T


def _scale(atlas: Atlas, point: Point, others: NDArray[np.int64], measure: Measure) -> NDArray[np.float64]:
    """[others] what an inner product is multiplied by in the score: one over both lengths for the cosine."""
    if measure.metric != "cosine":
        return np.ones(len(others))
    lengths = np.asarray(atlas.norms[others]) @ measure.weights * float(point.norms @ measure.weights)
    return np.asarray(1 / np.sqrt(np.maximum(lengths, 1e-12)), np.float64)


def _pairs(trait: str, here: Mapping[str, float], there: Mapping[str, float]) -> tuple[Pair, ...]:
    both = [name for name in FIGURES.get(trait, ()) if name in here and name in there]
    return tuple(Pair(name, here[name], there[name]) for name in both[:2])


def _words(trait: str, pairs: Sequence[Pair], say: Messages) -> str:
    name = say.say(f"alike.trait.{trait}")
    if not pairs:
        return name
    told = [
        say.say(f"alike.figure.{one.name}", here=_said(one, one.here), there=_said(one, one.there)) for one in pairs
    ]
    return say.say("alike.with_figures", trait=name, figures=say.say("words.comma").join(told))


def _said(pair: Pair, value: float) -> str:
    text = f"{100 * value:.0f}" if pair.name in _PERCENT else f"{value:.{_DIGITS.get(pair.name, 0)}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else text.removeprefix("-")


def phrases(alike: Sequence[Alike], facets: Mapping[str, float], say: Messages) -> tuple[list[str], list[str]]:
    """What a reason says of look, sound and viewers: phrases that come first, and phrases after what has a name.

    Args:
        alike: of one pair, the largest part first.
        facets: facet -> its part of the score; a facet that adds too little is not named. Of viewers no more is said
            than that they are the same: nobody's name is told, and titles that nobody has rated have viewers expected.
        say: the language.
    """
    first: list[str] = []
    then: list[str] = []
    whole = sum(max(0.0, part) for part in facets.values())
    for facet in (_AUDIENCE, *dict.fromkeys(one.facet for one in alike)):
        part = facets.get(facet, 0.0)
        if part <= 0 or part < _COUNTS * whole:
            continue
        own = [one for one in alike if one.facet == facet and one.part > 0]
        most = [one for one in own if one.part >= own[0].part / 2][:2]
        told = say.say(f"alike.{facet}", traits=say.names([one.words for one in most]))
        (first if part >= _LEADS * whole else then).append(told)
    return first, then
