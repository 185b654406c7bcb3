"""A person's titles by year and role, and whom they worked with, decade by decade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.insights.things import Thing
from reelation.insights.titles import Title, title_at
from reelation.insights.topics import Topic, edges_of, relations_of, topics_of

_TOGETHER = 2
_MOST = 6


@dataclass(frozen=True)
class Work:
    """One title of a person."""

    title: Title
    roles: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**self.title.to_json(), "roles": list(self.roles)}


@dataclass(frozen=True)
class Collaborator:
    """Somebody who shares titles with the person."""

    topic: Topic
    titles: int
    """How many."""
    first_year: int
    last_year: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node_id": self.topic.node_id,
            "name": self.topic.name,
            "titles": self.titles,
            "first_year": self.first_year,
            "last_year": self.last_year,
        }


@dataclass(frozen=True)
class Career:
    """Of one person."""

    works: tuple[Work, ...]
    """Oldest first; those of unknown year last."""
    active: dict[str, tuple[int, int]]
    """Role -> first and last year."""
    decades: dict[int, tuple[Collaborator, ...]]
    """Decade -> those with two titles or more with the person in it, most first."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "works": [one.to_json() for one in self.works],
            "active": {role: list(years) for role, years in self.active.items()},
            "decades": {str(decade): [one.to_json() for one in found] for decade, found in self.decades.items()},
        }


def career(atlas: Atlas, thing: Thing) -> Career | None:
    """The career of a person; None of other things."""
    if thing.type != "person":
        return None
    rows = thing.rows
    years = atlas.year[rows].astype(np.int64)
    order = np.lexsort((rows, np.where(years > 0, years, 9999)))
    rows, years = rows[order], years[order]
    places, nodes = edges_of(atlas, rows)
    mine = nodes == atlas.nodes.row(thing.node_id)
    bits = np.zeros(len(rows), np.int64)
    bits[places[mine]] = relations_of(atlas, rows)[mine]
    names = atlas.manifest.relations
    roles = [tuple(name for i, name in enumerate(names) if value >> i & 1) for value in bits.tolist()]
    active: dict[str, tuple[int, int]] = {}
    for year, had in zip(years.tolist(), roles, strict=True):
        for role in had if year else ():
            active[role] = (active.get(role, (year, year))[0], year)
    return Career(
        works=tuple(Work(title_at(atlas, int(row)), had) for row, had in zip(rows, roles, strict=True)),
        active=dict(sorted(active.items(), key=lambda one: one[1])),
        decades=_collaborators(atlas, thing),
    )


def _collaborators(atlas: Atlas, thing: Thing) -> dict[int, tuple[Collaborator, ...]]:
    topics = topics_of(atlas, "people")
    me = topics.find(thing.node_id)
    found = {}
    years = atlas.year[thing.rows].astype(np.int64)
    for decade in np.unique(years[years > 0] // 10 * 10).tolist():
        rows = thing.rows[years // 10 * 10 == decade]
        places, numbers = topics.of(rows)
        counts = np.bincount(numbers, minlength=len(topics))
        best = [
            i for i in np.argsort(-counts, kind="stable")[: _MOST + 1].tolist() if i != me and counts[i] >= _TOGETHER
        ]
        together = [atlas.year[rows[places[numbers == i]]] for i in best]
        if best:
            found[int(decade)] = tuple(
                Collaborator(topics.topic(i), int(counts[i]), int(when.min()), int(when.max()))
                for i, when in zip(best[:_MOST], together, strict=False)
            )
    return found
