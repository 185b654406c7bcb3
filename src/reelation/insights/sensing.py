"""Pictures, clips and sounds of the asker's own, as an atlas compares them; and how its titles look, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MissingPartError, UsageError
from reelation.messages import Messages
from reelation.search.inductive import Inductive
from reelation.search.senses import Sensed

if TYPE_CHECKING:
    from reelation.media.encoder import Encoded

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """How a title looks or sounds: what one encoder measured."""

    modality: str
    """ "image", "video" or "audio"."""
    facet: str
    """ "look" or "sound"."""
    palette: tuple[tuple[str, float], ...]
    """Colours as "#a03f22", each with its share, largest first; empty for sound."""
    figures: dict[str, float]
    """Measurements by name; docs/reference/json.md has units and ranges."""
    barcode: tuple[str, ...]
    """Colours from the beginning to the end; clips only."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "modality": self.modality,
            "facet": self.facet,
            "palette": [{"colour": colour, "share": round(share, 4)} for colour, share in self.palette],
            "figures": {name: round(value, 4) for name, value in self.figures.items()},
            "barcode": list(self.barcode),
        }


def look_of(sensed: Sensed) -> Look:
    """What was measured of a title, in words that people use."""
    from reelation.media.palette import hex_colours

    barcode = () if sensed.barcode is None else tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in sensed.barcode.tolist())
    return Look(
        modality=sensed.modality,
        facet=sensed.facet,
        palette=tuple(hex_colours(sensed.figures)) if sensed.facet == "look" else (),
        figures={name: value for name, value in sensed.figures.items() if not name.startswith("palette_")},
        barcode=barcode,
    )


@dataclass(frozen=True)
class Read:
    """What the built-in encoders say of some files of one title: the mean over the files of each block."""

    vectors: dict[str, Floats]
    """Block -> [numbers] raw."""
    figures: dict[str, dict[str, float]]
    """Block -> figures by name; only what could be measured."""
    notes: list[str]
    """What the reader should know, in sentences."""


def read_files(inductive: Inductive, files: Sequence[Path], say: Messages) -> Read:
    """Read some files of one title.

    Raises:
        MediaError: a file cannot be read, or is too large.
        MissingPartError: the atlas knows nothing of look and sound, or not of what these files show.
        MissingExtraError: a library that reads such files is not installed.
    """
    from reelation.media.query import read_file
    from reelation.media.registry import Registry

    found: dict[str, list[Encoded]] = {}
    blocks, notes = inductive.senses.blocks, list[str]()
    registry = Registry()
    for path in files:
        for name, encoded in read_file(path).items():
            if name in blocks:
                found.setdefault(name, []).append(encoded)
            else:
                notes.append(say.say("place.sense_unknown", file=path.name, modality=say.label("modality", name)))
    for name in list(found):
        trained, here = inductive.senses.encoder(name), registry.key(name)
        if trained != here:
            del found[name]
            notes.append(say.say("place.other_sense", trained=trained, here=here))
    if files and not found:
        raise MissingPartError(" ".join(dict.fromkeys(notes)) or "Nothing of these files can be compared.")
    vectors = {
        name: np.stack([one.vector for one in some]).mean(axis=0, dtype=np.float32) for name, some in found.items()
    }
    return Read(vectors, {name: _means(some) for name, some in found.items()}, list(dict.fromkeys(notes)))


def _means(some: Sequence[Encoded]) -> dict[str, float]:
    means = {name: float(np.mean([one.figures[name] for one in some])) for name in some[0].figures}
    return {name: value for name, value in means.items() if np.isfinite(value)}


def named_after(files: Sequence[Path]) -> dict[str, str]:
    """A description that says nothing but a name: that of the first file.

    Raises:
        UsageError: no file.
    """
    if not files:
        raise UsageError("give a title, or a picture or clip of one")
    return {"name": files[0].name}
