"""What speaks for and against a title being the one that an export mentions, beside its name and year.

(entry, row)  ->  Witness.ask  ->  Testimony: people, countries, genres, length and services in common
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from reelation.atlas.store import Atlas
from reelation.folding import fold
from reelation.histories.entry import Entry

SAME_RUNTIME_MIN = 2.0
"""Lengths that differ by so many minutes at most are the same length."""
_CREW = ("director", "creator")
_CAST = ("actor", "self")
_LATIN = 0x250

Evidence = tuple[tuple[str, str], ...]
"""(what, value) pairs; what is a key of `reelation.messages` below "history.evidence."."""


@dataclass(frozen=True)
class Testimony:
    """What an entry and a title share."""

    people: Evidence = ()
    countries: Evidence = ()
    genres: Evidence = ()
    networks: Evidence = ()
    runtime: Evidence = ()
    against: Evidence = ()
    """The title's directors, or countries, where both sides name some and none is the same, and no people are."""

    @property
    def strong(self) -> bool:
        """A director or somebody of the cast in common, or a country and a genre: enough to ask, if not to guess."""
        return bool(self.people or (self.countries and self.genres))

    @property
    def all(self) -> Evidence:
        """Everything in favour, the strongest first."""
        return (*self.people, *self.countries, *self.genres, *self.networks, *self.runtime)


class Witness:
    """Compares entries with titles of an atlas."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._types = {name: i for i, name in enumerate(atlas.manifest.node_types)}
        self._bits = {name: 1 << i for i, name in enumerate(atlas.manifest.relations)}

    def ask(self, entry: Entry, row: int) -> Testimony:
        """Compare an entry with the title in `row`."""
        named = bool(entry.directors or entry.cast)
        crew, cast = (self._people(row, roles) if named else {} for roles in (_CREW, _CAST))
        directors = {_person(name): name for name in entry.directors}
        others = {_person(name): name for name in entry.cast}
        people = [("director", crew[name]) for name in directors if name in crew]
        people += [("cast", cast[name]) for name in {**others, **directors} if name in cast and name not in crew]
        people += [("director", crew[name]) for name in others if name in crew and name not in directors]
        against: Evidence = ()
        if directors and crew and not people and _latin(directors) and _latin(crew):
            against = (("other_director", ", ".join(list(crew.values())[:3])),)
        countries = self._tags(row, "country", entry.countries)
        if entry.countries and not countries and not people and (others_here := self._names(row, "country", 0)):
            against += (("other_country", ", ".join(others_here[:3])),)
        length = float(self._atlas.runtime[row])
        alike = entry.runtime is not None and abs(entry.runtime - length) <= SAME_RUNTIME_MIN
        return Testimony(
            people=tuple(people),
            countries=countries,
            genres=self._tags(row, "genre", entry.genres),
            networks=self._tags(row, "network", entry.networks),
            runtime=(("runtime", f"{length:.0f}"),) if alike else (),
            against=against,
        )

    def same_work(self, rows: Sequence[int]) -> bool:
        """Whether titles of one name share a director, or two of the cast, with the first: one work, told twice."""
        crews, casts = ([set(self._people(row, roles)) for row in rows] for roles in (_CREW, _CAST))
        return all(crews[0] & crew or len(casts[0] & cast) > 1 for crew, cast in zip(crews[1:], casts[1:], strict=True))

    def shown_on(self, networks: tuple[str, ...]) -> bool:
        """Whether the atlas knows of any title what one of these services shows."""
        return any(f"network:{network}" in self._atlas.nodes for network in networks)

    def _people(self, row: int, roles: tuple[str, ...]) -> dict[str, str]:
        """Comparable name -> name of the people who have one of these roles."""
        bits = sum(self._bits.get(role, 0) for role in roles)
        return {_person(name): name for name in self._names(row, "person", bits)}

    def _tags(self, row: int, kind: str, wanted: tuple[str, ...]) -> Evidence:
        if not wanted:
            return ()
        having = {fold(name): name for name in self._names(row, kind, 0)}
        return tuple((kind, having[fold(name)]) for name in dict.fromkeys(wanted) if fold(name) in having)

    def _names(self, row: int, kind: str, bits: int) -> list[str]:
        """Names of the title's nodes of a kind, of those joined by one of the relations in `bits` where it is not 0."""
        atlas = self._atlas
        edges = atlas.edges_of(row)
        nodes = atlas.edge_node[edges]
        chosen = atlas.node_type[nodes] == self._types.get(kind, -1)
        if bits:
            chosen &= (atlas.edge_relations[edges] & np.uint32(bits)) != 0
        return [atlas.node_names[node] for node in nodes[chosen].tolist()]


@cache
def _person(name: str) -> str:
    """A name with its parts in order, so that family names may come first."""
    return " ".join(sorted(fold(name).split()))


def _latin(names: dict[str, str]) -> bool:
    return all(ord(letter) < _LATIN for name in names for letter in name)
