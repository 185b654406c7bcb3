"""Other names of a title as they are written, where the atlas was made from a catalogue that has some."""

from __future__ import annotations

from dataclasses import dataclass

from reelation.atlas.store import Atlas


@dataclass(frozen=True)
class Alias:
    """Another name of a title."""

    name: str
    language: str | None
    """A code such as "zh", where the source gave one."""


def aliases_of(atlas: Atlas, row: int) -> list[Alias]:
    """The other names of the title in `row`, sorted; neither its name nor its original name is among them."""
    part = atlas.part("names")
    if part is None:
        return []
    names, languages = part.strings("name"), part.strings("language")
    first, end = (int(at) for at in part.array("start")[row : row + 2])
    return [Alias(names[at], languages[at] or None) for at in range(first, end)]
