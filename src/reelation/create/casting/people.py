"""People of an atlas as casting speaks of them: whom a name means, when they were active, with whom they worked.

    names  ->  person_named;  node  ->  availability;  node, attached  ->  worked_together

Only what credits say. Nothing is concluded about age, sex or looks: the catalogue does not say, and neither do we.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import UsageError
from reelation.insights.things import thing_named
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages

Rows = NDArray[np.int64]

LATELY = 10
"""Years that count as lately."""
_SHOWN = 3


@dataclass(frozen=True)
class Person:
    """One person."""

    node_id: str
    """With its type in front: "person:imdb:nm0000631"."""
    name: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"node_id": self.node_id, "name": self.name}


@dataclass(frozen=True)
class Availability:
    """When somebody was active, by credits; what no credit says is None."""

    titles: int
    """All titles, those without a year as well."""
    first_year: int | None
    last_year: int | None
    lately: int | None
    """Titles in the last ten years of the atlas."""
    per_year: float | None
    """Titles a year since the first one, or in those ten years where the first one is older."""
    gap: int | None
    """Years between the last title and the last year of the atlas."""
    died: int | None
    """The year of death, only where the catalogue has it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "titles": self.titles,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "titles_lately": self.lately,
            "titles_per_year": round(self.per_year, 3) if self.per_year is not None else None,
            "gap_years": self.gap,
            "died": self.died,
        }


@dataclass(frozen=True)
class Together:
    """Work of two people on the same titles."""

    person: Person
    titles: int
    first_year: int | None
    last_year: int | None
    examples: tuple[Title, ...]
    """Latest first, up to three."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **self.person.to_json(),
            "titles": self.titles,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "examples": [one.to_json() for one in self.examples],
        }


def person_at(atlas: Atlas, node: int) -> Person:
    """The person of a node."""
    return Person(atlas.nodes[node], atlas.node_names[node])


def person_named(atlas: Atlas, text: str, say: Messages) -> int:
    """The node of the one person that a name or an id means.

    Raises:
        TitleNotFoundError, AmbiguousTitleError: nobody has this name, or several have.
        UsageError: the atlas has no people.
    """
    return atlas.nodes.row(thing_named(atlas, text, say, by="person").node_id)


def titles_of(atlas: Atlas, node: int) -> Rows:
    """Rows of a node's titles, rising."""
    return np.asarray(atlas.posting_title[atlas.titles_of(node)]).astype(np.int64)


def last_year(atlas: Atlas) -> int | None:
    """The last year of any title; None where no year is known."""
    return int(np.max(atlas.year, initial=0)) or None


def availability(atlas: Atlas, node: int) -> Availability:
    """When a person was active."""
    rows = titles_of(atlas, node)
    years = np.asarray(atlas.year)[rows].astype(np.int64)
    years, last = years[years > 0], last_year(atlas)
    died = deaths(atlas).get(node)
    if not len(years) or last is None:
        return Availability(len(rows), None, None, None, None, None, died)
    lately = int((years > last - LATELY).sum())
    span = min(LATELY, last - int(years.min()) + 1)
    return Availability(
        len(rows), int(years.min()), int(years.max()), lately, lately / span, last - int(years.max()), died
    )


def deaths(atlas: Atlas) -> dict[int, int]:
    """Node -> year of death, of those whose catalogue has it."""
    part = atlas.part("collaborations")
    if part is None:
        return {}
    if "deaths" not in atlas.kept:
        nodes, years = part.array("died-node").tolist(), part.array("died-year").tolist()
        atlas.kept["deaths"] = dict(zip(nodes, years, strict=True))
    found: dict[int, int] = atlas.kept["deaths"]
    return found


def worked_together(atlas: Atlas, node: int, attached: tuple[int, ...]) -> tuple[Together, ...]:
    """With whom of those attached a person worked, most often first; those without a title together are left out."""
    own, found = titles_of(atlas, node), []
    for other in attached:
        rows = np.intersect1d(own, titles_of(atlas, other), assume_unique=True)
        if other == node or not len(rows):
            continue
        years = np.asarray(atlas.year)[rows].astype(np.int64)
        known = years[years > 0]
        latest = rows[np.lexsort((rows, -years))][:_SHOWN]
        found.append(
            Together(
                person=person_at(atlas, other),
                titles=len(rows),
                first_year=int(known.min()) if len(known) else None,
                last_year=int(known.max()) if len(known) else None,
                examples=tuple(title_at(atlas, int(row)) for row in latest),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.titles, one.person.node_id)))


def roles_of(atlas: Atlas) -> tuple[str, ...]:
    """The roles by which this atlas has people."""
    from reelation.catalogue.schema_names import ROLES

    return tuple(role for role in ROLES if role in atlas.manifest.relations)


def role_bit(atlas: Atlas, role: str) -> int:
    """The bit of a role in `edge_relations`.

    Raises:
        UsageError: the atlas has nobody in this role.
    """
    roles = roles_of(atlas)
    if role not in roles:
        raise UsageError(f"this atlas has nobody as '{role}'; it has people as {', '.join(roles) or 'nothing'}")
    return atlas.manifest.relations.index(role)
