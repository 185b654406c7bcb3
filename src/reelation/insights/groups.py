"""Groups of titles: what they are called, who is typical of them, and who stands between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.errors import UsageError
from reelation.insights.grouping import Grouping, Term, rows_of
from reelation.insights.listing import Listing
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.fame import fame_of

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Boundary:
    """A title that is about as close to another group as to its own."""

    title: Title
    group: int
    """The other group."""
    name: str

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {**self.title.to_json(), "group": self.group, "group_name": self.name}


@dataclass(frozen=True)
class Group:
    """One group of titles."""

    group: int
    """Its number among the groups of all levels."""
    level: int
    """From 1, the coarsest."""
    name: str
    terms: tuple[Term, ...]
    size: int
    parent: int | None
    """The group that it is a part of, one level up."""
    typical: tuple[Title, ...]
    """Near the centre of the group, best known first."""
    boundary: tuple[Boundary, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "group": self.group,
            "level": self.level,
            "name": self.name,
            "terms": [term.to_json() for term in self.terms],
            "size": self.size,
            "parent": self.parent,
            "typical": [title.to_json() for title in self.typical],
            "boundary": [one.to_json() for one in self.boundary],
        }


@dataclass(frozen=True)
class Groups(Listing[Group]):
    """The groups of one level, largest first."""

    level: int
    levels: int
    items: tuple[Group, ...]
    quality: dict[str, Any]
    """Of this level: "modularity", "stability_ari", and "genres_ami" where genres are known."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "level": self.level,
            "levels": self.levels,
            "quality": self.quality,
            "groups": [group.to_json() for group in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: group, level, name, size, parent, typical (names)."""
        import polars as pl

        rows = [
            {
                "group": one.group,
                "level": one.level,
                "name": one.name,
                "size": one.size,
                "parent": one.parent,
                "typical": [str(title) for title in one.typical],
            }
            for one in self.items
        ]
        return pl.DataFrame(rows)


@dataclass(frozen=True)
class Membership:
    """A title in its group of one level."""

    group: Group
    strength: float
    """Share of the title's links to near titles that stay in the group, 0 to 1."""
    other: int | None
    """The group that it is next closest to."""
    other_name: str | None

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            **self.group.to_json(),
            "strength": round(self.strength, 4),
            "other": self.other,
            "other_name": self.other_name,
        }


@dataclass(frozen=True)
class GroupsOfTitle:
    """The groups that a title is in, coarsest first; none where nothing is known of it."""

    title: Title
    memberships: tuple[Membership, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {"title": self.title.to_json(), "groups": [one.to_json() for one in self.memberships]}


@dataclass(frozen=True)
class GroupTitles(Listing[Title]):
    """The titles of one group, best known first."""

    group: Group
    start: int
    """Places left out before the first."""
    items: tuple[Title, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {"group": self.group.to_json(), "titles": [title.to_json() for title in self.items]}


def titles_of_group(
    atlas: Atlas, group: int, *, k: int = 20, start: int = 0, say: Messages | None = None
) -> GroupTitles:
    """Some titles of one group, best known first, equal ones in the order of rows.

    Args:
        atlas: where to look.
        group: its number among the groups of all levels.
        k: how many, 1 to 10,000.
        start: places left out, for the next page.
        say: the language of its name; the person's own where None.

    Raises:
        AtlasError: the atlas has no groups.
        UsageError: there is no such group, or `k` is out of range.
    """
    found = Grouping(atlas, say or messages())
    if not 0 <= group < found.count:
        raise UsageError(f"no group {group}; this atlas has 0 to {found.count - 1}")
    if not 1 <= k <= 10_000 or start < 0:
        raise UsageError(f"asked for {k} titles from place {start}; 1 to 10,000 from 0 on is possible")
    rows = np.flatnonzero(found.members(found.level(group)) == group)
    fame = fame_of(atlas)
    if fame is not None:
        rows = rows[np.lexsort((rows, -np.asarray(fame)[rows]))]
    some = tuple(title_at(atlas, row) for row in rows[start : start + k].tolist())
    return GroupTitles(_group(atlas, found, group, 5), start, some)


def groups(atlas: Atlas, *, level: int = 1, titles: int = 5, say: Messages | None = None) -> Groups:
    """All groups of one level.

    Args:
        atlas: where to look.
        level: 1 is the coarsest.
        titles: how many typical and boundary titles of each, 0 to 8.
        say: the language of names; the person's own where None.

    Raises:
        AtlasError: the atlas has no groups.
        UsageError: there is no such level, or `titles` is out of range.
    """
    if not 0 <= titles <= 8:
        raise UsageError(f"asked for {titles} titles a group; 0 to 8 are kept")
    found = Grouping(atlas, say or messages())
    items = tuple(_group(atlas, found, number, titles) for number in found.groups(level))
    return Groups(level, found.levels, items, dict(found.part.about["levels"][level - 1]))


def group_of(atlas: Atlas, row: int, *, say: Messages | None = None) -> GroupsOfTitle:
    """The groups of the title in `row`, one a level.

    Raises:
        AtlasError: the atlas has no groups.
    """
    found = Grouping(atlas, say or messages())
    memberships = []
    for level in range(1, found.levels + 1):
        number = int(found.members(level)[row])
        if number < 0:
            continue
        other = int(found.part.array("other")[level - 1, row])
        memberships.append(
            Membership(
                group=_group(atlas, found, number, 5),
                strength=float(found.part.array("strength")[level - 1, row]),
                other=other if other >= 0 else None,
                other_name=found.name(other) if other >= 0 else None,
            )
        )
    return GroupsOfTitle(title_at(atlas, row), tuple(memberships))


def _group(atlas: Atlas, found: Grouping, number: int, titles: int) -> Group:
    part, level = found.part, found.level(number)
    parent, others = int(part.array("parent")[number]), part.array("other")[level - 1]
    boundary = [
        Boundary(title_at(atlas, row), int(others[row]), found.name(int(others[row])))
        for row in rows_of(part, "boundary", number)[:titles]
    ]
    return Group(
        group=number,
        level=level,
        name=found.name(number),
        terms=found.terms(number),
        size=int(part.array("size")[number]),
        parent=parent if parent >= 0 else None,
        typical=tuple(title_at(atlas, row) for row in rows_of(part, "typical", number)[:titles]),
        boundary=tuple(boundary),
    )
