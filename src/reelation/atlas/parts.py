"""Optional parts of an atlas: what single insights need beside the vectors, each a folder of arrays of its own.

    Part(arrays, about)  ->  save  ->  generation-…/NAME/*.npy + manifest.parts[NAME]  ->  atlas.part(NAME)

An atlas without a part is whole; an insight that needs the part says how to make it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import load_array
from reelation.ids import Strings, Vocabulary

Column = NDArray[Any] | Strings | Vocabulary


@dataclass(frozen=True)
class Part:
    """Arrays and texts under names, and plain values about them."""

    columns: dict[str, Column]
    about: dict[str, Any] = field(default_factory=dict)
    """Goes into the manifest: settings, figures of quality, versions. Plain JSON values."""

    def array(self, name: str) -> NDArray[Any]:
        """A column that is an array."""
        found = self.columns[name]
        assert isinstance(found, np.ndarray)
        return found

    def strings(self, name: str) -> Strings:
        """A column of texts."""
        found = self.columns[name]
        assert isinstance(found, Strings)
        return found

    def vocabulary(self, name: str) -> Vocabulary:
        """A column of ids."""
        found = self.columns[name]
        assert isinstance(found, Vocabulary)
        return found


def save_part(folder: Path, part: Part) -> dict[str, Any]:
    """Write the columns into `folder` (made here) and return what the manifest says of the part."""
    folder.mkdir()
    kinds = {}
    for name, column in part.columns.items():
        kinds[name] = type(column).__name__
        if isinstance(column, Strings | Vocabulary):
            column.save(folder, name)
        else:
            kinds[name] = "array"
            np.save(folder / f"{name}.npy", np.ascontiguousarray(column))
    return {"columns": kinds, "about": part.about}


def open_part(folder: Path, said: dict[str, Any]) -> Part:
    """Open what `save_part` wrote; arrays are memory-mapped.

    Args:
        folder: of the part.
        said: what the manifest says of it.

    Raises:
        ValueError, OSError, KeyError: a file is missing or damaged.
    """
    openers: dict[str, Any] = {
        "array": lambda name: load_array(folder / f"{name}.npy"),
        "Strings": lambda name: Strings.open(folder, name),
        "Vocabulary": lambda name: Vocabulary.open(folder, name),
    }
    return Part({name: openers[kind](name) for name, kind in said["columns"].items()}, said["about"])
