"""The atlas's groups as other insights read them: who is in which, and what each is called in the asker's language.

atlas.part("groups")  ->  Grouping  ->  numbers, names
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.errors import AtlasError, UsageError
from reelation.insights.titles import title_at
from reelation.messages import Messages

_YEARS = "years"


@dataclass(frozen=True)
class Term:
    """One thing that a group is called after."""

    term_id: str
    """A node's id ("genre:horror"), or "years:1930-1949" for the decades that hold most of the group."""
    type: str
    """"genre", "person" …, or "years"."""
    name: str
    """In the asker's language where it has one."""
    share: float
    """Of the group's titles that have it, 0 to 1."""
    lift: float
    """That share over the share among all titles."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "term_id": self.term_id,
            "type": self.type,
            "name": self.name,
            "share": round(self.share, 4),
            "lift": round(self.lift, 2),
        }


class Grouping:
    """Groups of all levels, numbered together, coarsest level first; level 1 is the coarsest."""

    def __init__(self, atlas: Atlas, say: Messages) -> None:
        """Read the groups of `atlas`, to be named in the language of `say`.

        Raises:
            AtlasError: it was made without groups.
        """
        part = atlas.part("groups")
        if part is None:
            raise AtlasError(
                f"The atlas in {atlas.folder} has no groups: it was made by an older version, without networkit, or "
                "from titles that share nothing. Train again: pip install 'reelation[train]', then reelation train"
            )
        self._atlas, self._say, self.part = atlas, say, part

    @classmethod
    def of(cls, atlas: Atlas, say: Messages) -> Grouping | None:
        """The groups of `atlas`; None where it was made without."""
        return cls(atlas, say) if atlas.part("groups") is not None else None

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return len(self.part.array("group"))

    @property
    def count(self) -> int:
        """How many groups there are at all levels together."""
        return len(self.part.array("size"))

    def members(self, level: int) -> NDArray[np.int32]:
        """[titles] the number of each title's group at `level`, -1 for none.

        Raises:
            UsageError: there is no such level.
        """
        self._check(level)
        return np.asarray(self.part.array("group")[level - 1], np.int32)

    def groups(self, level: int) -> list[int]:
        """Numbers of the groups of `level`, largest group first.

        Raises:
            UsageError: there is no such level.
        """
        self._check(level)
        return np.flatnonzero(self.part.array("level") == level - 1).tolist()

    def level(self, group: int) -> int:
        """The level of a group, from 1."""
        return int(self.part.array("level")[group]) + 1

    def name(self, group: int) -> str:
        """What a group is called; no other group of its level has the same name."""
        return self._names[group]

    def terms(self, group: int) -> tuple[Term, ...]:
        """What it is called after, at most three."""
        start, stop = self.part.array("term_start")[group : group + 2].tolist()
        shares, lifts, ids = self.part.array("term_share"), self.part.array("term_lift"), self.part.strings("terms")
        return tuple(
            Term(ids[at], ids[at].partition(":")[0], self._term(ids[at]), float(shares[at]), float(lifts[at]))
            for at in range(start, stop)
        )

    def _check(self, level: int) -> None:
        if not 1 <= level <= self.levels:
            raise UsageError(f"no level {level} of groups; this atlas has 1 (coarsest) to {self.levels}")

    @property
    def _names(self) -> list[str]:
        kept = f"names of groups, {self._say.language}"
        if kept not in self._atlas.kept:
            self._atlas.kept[kept] = self._named()
        names: list[str] = self._atlas.kept[kept]
        return names

    def _named(self) -> list[str]:
        level = self.part.array("level").tolist()
        bare = [self._joined(group) for group in range(len(level))]
        often = Counter(zip(level, bare, strict=True))
        return [
            name if often[place, name] == 1 and self._telling(group) else self._like(group, name)
            for group, (place, name) in enumerate(zip(level, bare, strict=True))
        ]

    def _joined(self, group: int) -> str:
        joined = self._say.say("groups.separator").join(term.name for term in self.terms(group))
        return joined[:1].upper() + joined[1:]

    def _telling(self, group: int) -> bool:
        """Whether the name says more than years."""
        return any(term.type != _YEARS for term in self.terms(group))

    def _like(self, group: int, name: str) -> str:
        """With its most typical title, where the terms alone are those of another group too, or say too little."""
        row = int(self.part.array("typical")[group, 0])
        title = title_at(self._atlas, row)
        return self._say.say("groups.like" if name else "groups.around", name=name, title=title)

    def _term(self, term_id: str) -> str:
        kind, _, value = term_id.partition(":")
        if kind == _YEARS:
            first, last = (int(year) // 10 * 10 for year in value.split("-"))
            return self._say.say("groups.decade" if first == last else "groups.decades", first=first, last=last)
        if kind == "word":
            return self._say.say("groups.word", word=self._atlas.node_names[self._atlas.nodes.row(term_id)])
        return self._say.tag(kind, self._atlas.node_names[self._atlas.nodes.row(term_id)])


def rows_of(part: Part, column: str, group: int) -> list[int]:
    """Rows of the "typical" or "boundary" titles of a group."""
    rows = part.array(column)[group]
    return [int(row) for row in rows if row >= 0]
