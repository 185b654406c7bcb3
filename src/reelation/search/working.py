"""Who worked with whom, as it stood at the end of a year: people and dated titles, and walks between them.

    atlas content + year  ->  Worked: person x title edges up to that year  ->  to_titles, to_people, circles

Nothing later is kept, so nothing that is worked out from it can know what came after. Titles without a year are left
out: when they were made is not known. Arrays only; a hop takes a few passes over the edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import ROLES

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

GROUPS = {"actor": ("actor", "self"), "director": ("director", "creator"), "writer": ("writer",)}
"""Groups of roles that people are described by; all other roles are a group of their own, "crew"."""
NAMES = (*GROUPS, "crew")


@dataclass(frozen=True)
class Worked:
    """People with dated titles up to `until`. Edges are sorted by person, then title."""

    until: int
    """The last year that counts."""
    nodes: Rows
    """[people] rows of the atlas's nodes, rising."""
    titles: Rows
    """[titles] rows of the atlas's titles that have a year up to `until` and people, rising."""
    age: Floats
    """[titles] years before the end of `until`: 0 for that year."""
    start: Rows
    """[people + 1] where each person's edges begin."""
    title: Rows
    """[edges] number of the title, in `titles`."""
    person: Rows
    """[edges] number of the person, rising."""
    group: NDArray[np.bool_]
    """[edges, 4] whether by a role of the group; see `NAMES`."""
    by_title: Rows
    """[edges] the edges in the order of titles."""
    title_start: Rows
    """[titles + 1] where each title's edges begin in `by_title`."""

    @classmethod
    def of(
        cls, content: AtlasContent, node_types: Sequence[str], relations: Sequence[str], until: int | None = None
    ) -> Worked | None:
        """Collect the edges; None where no person has a dated title.

        Args:
            content: titles, nodes and edges.
            node_types: names of `content.node_type`.
            relations: names of the bits of `content.edge_relations`.
            until: the last year that counts; all years where None.
        """
        if "person" not in node_types:
            return None
        years = np.asarray(content.year).astype(np.int64)
        last = int(years.max(initial=0)) if until is None else until
        kept = np.flatnonzero((years > 0) & (years <= last))
        at = spans(content.edge_start[kept], content.edge_start[kept + 1])
        row = np.repeat(kept, content.edge_start[kept + 1] - content.edge_start[kept])
        node = np.asarray(content.edge_node)[at].astype(np.int64)
        bits = np.asarray(content.edge_relations)[at]
        mine = (np.asarray(content.node_type)[node] == list(node_types).index("person")) & (bits > 0)
        row, node, bits = row[mine], node[mine], bits[mine]
        if not len(row):
            return None
        order = np.lexsort((row, node))
        row, node, bits = row[order], node[order], bits[order]
        nodes, person = np.unique(node, return_inverse=True)
        titles, title = np.unique(row, return_inverse=True)
        by_title = np.argsort(title, kind="stable")
        return cls(
            until=last,
            nodes=nodes,
            titles=titles,
            age=(last - years[titles]).astype(np.float32),
            start=_starts(person, len(nodes)),
            title=title.astype(np.int64),
            person=person.astype(np.int64),
            group=_groups(bits, relations),
            by_title=by_title,
            title_start=_starts(title, len(titles)),
        )

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def size(self) -> Floats:
        """[titles] people of each, at least 1."""
        return np.diff(self.title_start).astype(np.float32)

    @cached_property
    def circle(self) -> Floats:
        """[people] places beside others in their titles: at least how many they worked with, repeats included."""
        return self.to_people((self.size - 1)[:, None])[:, 0]

    @cached_property
    def _person_by_title(self) -> Rows:
        return self.person[self.by_title]

    def to_titles(self, people: Floats) -> Floats:
        """[people, width] -> [titles, width]: the sum over each title's people."""
        return _sums(people, self._person_by_title, self.title_start)

    def to_people(self, titles: Floats) -> Floats:
        """[titles, width] -> [people, width]: the sum over each person's titles."""
        return _sums(titles, self.title, self.start)

    def fading(self, half_life: float) -> Floats:
        """[titles] 1 in the last year, half of it every `half_life` years."""
        return np.asarray(np.exp2(-self.age / np.float32(half_life)), np.float32)

    def titles_of(self, person: int) -> Rows:
        """Numbers of a person's titles, rising."""
        return self.title[int(self.start[person]) : int(self.start[person + 1])]

    def beside(self, people: Rows) -> tuple[Rows, Rows]:
        """Whom some people worked with, each once: place in `people`, rising, and number of the other, rising."""
        first, last = self.start[people], self.start[people + 1]
        edges = spans(first, last)
        place = np.repeat(np.arange(len(people)), last - first)
        own = self.title[edges]
        begin, end = self.title_start[own], self.title_start[own + 1]
        other = self._person_by_title[spans(begin, end)]
        place = np.repeat(place, end - begin)
        keys = np.unique(place * len(self) + other)
        place, other = keys // len(self), keys % len(self)
        apart = other != people[place]
        return place[apart], other[apart]

    def numbers_of(self, nodes: Rows) -> Rows:
        """[nodes] the numbers of some people by their rows in the atlas; -1 for those without dated titles."""
        at = np.minimum(np.searchsorted(self.nodes, nodes), len(self) - 1)
        return np.where(self.nodes[at] == nodes, at, -1)


def _groups(bits: NDArray[np.uint32], relations: Sequence[str]) -> NDArray[np.bool_]:
    known = {name: bit for bit, name in enumerate(relations)}
    found = np.zeros((len(bits), len(NAMES)), bool)
    for role in ROLES:
        if role in known:
            column = next((i for i, roles in enumerate(GROUPS.values()) if role in roles), len(GROUPS))
            found[:, column] |= (bits >> known[role] & 1).astype(bool)
    return found


def _starts(owner: NDArray[np.integer], owners: int) -> Rows:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=owners))]).astype(np.int64)


def _sums(values: Floats, at: Rows, start: Rows) -> Floats:
    """[things, width] -> [owners, width]: sums over spans of `at`, none of which is empty."""
    if values.shape[1] == 1:  # much quicker for one column
        owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
        return np.bincount(owner, values[at, 0], minlength=len(start) - 1).astype(np.float32)[:, None]
    return np.asarray(np.add.reduceat(values[at], start[:-1], axis=0), np.float32)
