"""In what the titles of a programme can differ: decades, countries, directors, languages, genres, companies.

rows, "country"  ->  trait_of  ->  which of the rows has which country
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.insights.topics import edges_of, relations_of

Rows = NDArray[np.int64]

TRAITS = ("decade", "country", "director", "language", "genre", "company")
_MAKERS = ("director", "creator")
"""A series has a creator rather than a director."""


@dataclass(frozen=True)
class Having:
    """One trait of some titles."""

    trait: str
    values: tuple[str, ...]
    """Node ids, or "decade:1970"."""
    member: NDArray[np.bool_]
    """[values, titles]."""

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """[titles] True where nothing is known of this trait."""
        return np.asarray(~self.member.any(axis=0))

    def of(self, place: int) -> tuple[str, ...]:
        """The values that one title has."""
        return tuple(self.values[at] for at in np.flatnonzero(self.member[:, place]).tolist())


def trait_of(atlas: Atlas, trait: str, rows: Rows) -> Having:
    """Which of `rows` has which value of `trait`, one of `TRAITS`."""
    if trait == "decade":
        decades = np.asarray(atlas.year[rows], np.int64) // 10 * 10
        values = np.unique(decades[decades > 0])
        return Having(trait, tuple(f"decade:{value}" for value in values.tolist()), values[:, None] == decades)
    places, nodes = edges_of(atlas, rows)
    types = atlas.manifest.node_types
    if trait == "director":
        wanted = sum(1 << i for i, name in enumerate(atlas.manifest.relations) if name in _MAKERS)
        kept = (relations_of(atlas, rows) & wanted) != 0
    else:
        kept = atlas.node_type[nodes] == types.index(trait) if trait in types else np.zeros(len(nodes), bool)
    distinct, at = np.unique(nodes[kept], return_inverse=True)
    member = np.zeros((len(distinct), len(rows)), bool)
    member[at, places[kept]] = True
    return Having(trait, tuple(atlas.nodes[int(node)] for node in distinct), member)
