"""Pictures, clips and sounds of the asker's own, as an atlas compares them; and how its titles look, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MissingPartError, UsageError
from reelation.messages import Messages
from reelation.search.inductive import Inductive
from reelation.search.senses import Sensed

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


def read_files(inductive: Inductive, files: Sequence[Path], say: Messages) -> tuple[dict[str, Floats], list[str]]:
    """What the built-in encoders say of some files of one title: the mean over the files of each block.

    Returns:
        Block -> [columns] raw; and what the reader should know, in sentences.

    Raises:
        MediaError: a file cannot be read, or is too large.
        MissingPartError: the atlas knows nothing of look and sound, or not of what these files show.
        MissingExtraError: a library that reads such files is not installed.
    """
    from reelation.media.query import read_file
    from reelation.media.registry import Registry

    blocks, found, notes = inductive.senses.blocks, dict[str, list[Floats]](), list[str]()
    registry = Registry()
    for path in files:
        for name, encoded in read_file(path).items():
            if name in blocks:
                found.setdefault(name, []).append(encoded.vector)
            else:
                notes.append(say.say("place.sense_unknown", file=path.name, modality=say.label("modality", name)))
    for name in list(found):
        trained, here = inductive.senses.encoder(name), registry.key(name)
        if trained != here:
            del found[name]
            notes.append(say.say("place.other_sense", trained=trained, here=here))
    if files and not found:
        raise MissingPartError(" ".join(dict.fromkeys(notes)) or "Nothing of these files can be compared.")
    return {name: np.mean(rows, axis=0, dtype=np.float32) for name, rows in found.items()}, list(dict.fromkeys(notes))


def named_after(files: Sequence[Path]) -> dict[str, str]:
    """A description that says nothing but a name: that of the first file.

    Raises:
        UsageError: no file.
    """
    if not files:
        raise UsageError("give a title, or a picture or clip of one")
    return {"name": files[0].name}
