"""Casting and crew: who is close to a project, what they bring to those attached, when they were active.

    like + point + attached  ->  candidates, Collaborating  ->  Casting: people, each with titles as evidence

Rank is closeness, plus pulls that the asker sets: towards those who are likely to work with the people attached, and
towards those who bring what these lack. Only credits, tags and years of the atlas speak; see `people`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.casting.answer import CastCandidate, Casting, Closest, Likely
from reelation.create.casting.candidates import Candidates, candidates, closeness
from reelation.create.casting.complement import Complement
from reelation.create.casting.people import (
    LATELY,
    availability,
    deaths,
    last_year,
    person_at,
    role_bit,
    worked_together,
)
from reelation.errors import UsageError
from reelation.insights.titles import title_at
from reelation.messages import Messages
from reelation.search.collaborating import Collaborating
from reelation.search.exact import Point

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_POOL = 400
"""People by closeness that what they bring is worked out for, or twenty times the length of the list."""
_BETWEEN = 3


@dataclass(frozen=True)
class CastingWanted:
    """What is looked for."""

    role: str = "actor"
    """A role of credits: actor, director, writer, composer …"""
    like: tuple[int, ...] = ()
    """Rows of titles that the project is like."""
    point: Point | None = None
    """Of a described project; with `like`, both count alike."""
    with_people: tuple[int, ...] = ()
    """Nodes of the people attached."""
    exclude: tuple[int, ...] = ()
    """Nodes of people who are not wanted; those attached are never listed."""
    active: int | None = LATELY
    """Only people with a title in the last so many years of the atlas; None: all, also those without years."""
    count: int = 10
    likely: float = 0.3
    """0 to 1: how much it counts that somebody is likely to work with those attached, or has."""
    complement: float = 0.2
    """0 to 1: how much it counts what somebody brings that those attached lack."""

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            UsageError: nothing to be close to, or a value out of range.
        """
        if not self.like and self.point is None:
            raise UsageError("Casting needs a project: titles that it is like, or a description")
        if not 1 <= self.count <= 1000:
            raise UsageError(f"asked for {self.count} people; 1 to 1,000 is possible")
        if self.active is not None and self.active < 1:
            raise UsageError(f"active is {self.active} years; it must be 1 or more")
        for name in ("likely", "complement"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} is {getattr(self, name):g}; it must be 0 to 1")


def casting(atlas: Atlas, wanted: CastingWanted, say: Messages) -> Casting:
    """People for a project, best first.

    Args:
        atlas: has people in the role.
        wanted: what is looked for.
        say: the language of sentences.

    Raises:
        UsageError: the atlas has nobody in this role, or somebody attached is no person.
    """
    _check(atlas, wanted)
    found = candidates(atlas, role_bit(atlas, wanted.role), closeness(atlas, wanted.like, wanted.point))
    kept, dead = _passing(atlas, found, wanted)
    pool = kept[np.lexsort((kept, -found.closeness[kept]))][: max(_POOL, 20 * wanted.count)]
    chances = _chances(atlas, wanted.with_people, found.nodes[pool])
    lacking = Complement(atlas, wanted.with_people)
    brought = lacking.shares(found.nodes[pool])
    likely = _level(chances, found.nodes[pool], atlas, wanted.with_people)
    worth = found.closeness[pool] + wanted.likely * likely + wanted.complement * brought
    order = np.lexsort((pool, -worth))[: wanted.count]
    items = tuple(
        _item(
            atlas,
            wanted,
            say,
            found,
            int(pool[at]),
            (rank, float(worth[at])),
            lacking,
            (float(brought[at]), chances[at]),
        )
        for rank, at in enumerate(order.tolist(), start=1)
    )
    return Casting(
        role=wanted.role,
        like=tuple(title_at(atlas, row) for row in wanted.like),
        attached=tuple(person_at(atlas, node) for node in wanted.with_people),
        items=items,
        people=len(found.nodes),
        candidates=len(kept),
        dead=dead,
        last_year=last_year(atlas),
        notes=_notes(atlas, wanted, len(kept), dead, say),
    )


def _check(atlas: Atlas, wanted: CastingWanted) -> None:
    role_bit(atlas, wanted.role)
    if wrong := [row for row in wanted.like if not 0 <= row < len(atlas)]:
        raise UsageError(f"no title in row {wrong[0]}; the atlas has {len(atlas)}")
    types, kinds = atlas.manifest.node_types, np.asarray(atlas.node_type)
    for node in (*wanted.with_people, *wanted.exclude):
        if not 0 <= node < len(kinds) or types[kinds[node]] != "person":
            raise UsageError(f"node {node} is no person of this atlas")


def _passing(atlas: Atlas, found: Candidates, wanted: CastingWanted) -> tuple[Rows, int]:
    """Places of those who may be listed, and how many are left out because the data says that they died."""
    allowed = ~np.isin(found.nodes, [*wanted.with_people, *wanted.exclude])
    last = last_year(atlas)
    if wanted.active is not None and last is not None:
        allowed &= found.last > last - wanted.active
    gone = np.isin(found.nodes, list(deaths(atlas)))
    return np.flatnonzero(allowed & ~gone), int((allowed & gone).sum())


def _chances(atlas: Atlas, attached: tuple[int, ...], nodes: Rows) -> Floats:
    """[people, attached] chance of a first title together; NaN where it is not known or they have one."""
    model = Collaborating.of(atlas) if attached else None
    if model is None:
        return np.full((len(nodes), len(attached)), np.nan, np.float32)
    return model.chances(np.array(attached, np.int64), nodes).T


def _level(chances: Floats, nodes: Rows, atlas: Atlas, attached: tuple[int, ...]) -> Floats:
    """[people] 0 to 1: the mean over those attached; 1 for one they worked with, else where the chance stands."""
    if not attached or not len(nodes):
        return np.zeros(len(nodes), np.float32)
    found = np.zeros((len(nodes), len(attached)), np.float32)
    for at, node in enumerate(attached):
        column = chances[:, at]
        known = np.isfinite(column)
        found[known, at] = np.searchsorted(np.sort(column[known]), column[known]) / max(int(known.sum()) - 1, 1)
        titles = np.asarray(atlas.posting_title[atlas.titles_of(node)])
        at_edges = np.concatenate([np.asarray(atlas.edge_node[atlas.edges_of(int(row))]) for row in titles.tolist()])
        found[np.isin(nodes, at_edges), at] = 1
    return np.asarray(found.mean(axis=1), np.float32)


def _item(
    atlas: Atlas,
    wanted: CastingWanted,
    say: Messages,
    found: Candidates,
    at: int,
    place: tuple[int, float],
    lacking: Complement,
    told: tuple[float, Floats],
) -> CastCandidate:
    node = int(found.nodes[at])
    model = Collaborating.of(atlas)
    likely = tuple(
        Likely(
            person_at(atlas, other),
            float(chance),
            tuple(person_at(atlas, int(one)) for one in model.between(node, other)[:_BETWEEN]),
        )
        for other, chance in zip(wanted.with_people, told[1].tolist(), strict=True)
        if np.isfinite(chance) and model is not None
    )
    closest = tuple(
        Closest(title_at(atlas, int(row)), float(near))
        for row, near in zip(found.titles[at].tolist(), found.closest[at].tolist(), strict=True)
        if row >= 0
    )
    one = CastCandidate(
        rank=place[0],
        person=person_at(atlas, node),
        score=place[1],
        closeness=float(found.closeness[at]),
        closest=closest,
        availability=availability(atlas, node),
        together=worked_together(atlas, node, wanted.with_people),
        likely=likely,
        brings=lacking.brings(node),
        complement=told[0] if wanted.with_people else None,
        circle=lacking.circle(node),
        new_to_attached=lacking.fresh(node) if wanted.with_people else None,
    )
    return one.told(say)


def _notes(atlas: Atlas, wanted: CastingWanted, kept: int, dead: int, say: Messages) -> tuple[str, ...]:
    found = []
    if last_year(atlas) is None:
        found.append(say.say("create_casting.no_years"))
    if wanted.with_people and Collaborating.of(atlas) is None:
        found.append(say.say("create_casting.no_model"))
    if dead:
        found.append(say.say("create_casting.dead", count=dead))
    if kept < wanted.count:
        found.append(say.say("create_casting.few", count=kept))
    return tuple(found)
