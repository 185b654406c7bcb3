"""What speaks for two people working together, measured on what was known at the end of a year.

    Worked, a few people  ->  PairFeatures.of  ->  [features, people asked, others];  PairFeatures.person

Paths (whom they both worked with, old films counting less; walks over up to four films), what their films have in
common (genres, countries, languages, companies …, lately), how active each is and was, and by which roles.

Source: common neighbours weighed by their degree, Adamic & Adar 2003, doi:10.1016/S0378-8733(03)00009-1, and Zhou, Lü &
    Zhang 2009, doi:10.1140/epjb/e2009-00335-8; paths of length three, Kovács et al. 2019,
    doi:10.1038/s41467-019-09177-y; random walks with decay, Tong, Faloutsos & Pan 2006, doi:10.1109/ICDM.2006.70.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import AtlasContent
from reelation.rows import rarity, unit_rows
from reelation.search.working import NAMES, Worked

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

HALF_LIVES = (2.0, 10.0)
"""Years after which a film counts half, for what was lately and what was at all."""
WINDOWS = (1, 3, 10)
"""Years back of which titles are counted."""
TASTES = {
    "genre": ("genre",),
    "country": ("country",),
    "language": ("language",),
    "company": ("company", "network"),
    "theme": ("keyword", "subject", "trope", "place", "franchise", "based_on"),
}
"""What films are compared by -> the types of nodes that it is made of."""
PATHS = (
    *(f"shared {years:g}" for years in HALF_LIVES),
    *("shared", "walk 2", "walk 3", "walk 4"),
)
PERSON = (
    *(f"titles {years}" for years in WINDOWS),
    *("titles", "gap", "since", "circle", "size"),
    *(f"share {name}" for name in NAMES),
)
PAIR = (*PATHS, *(f"same {name}" for name in TASTES), "start apart", "size apart", "same role", "director and cast")
"""Names of what two people have together, in the order of `PairFeatures.of`; of one, in that of `PairFeatures.person`,
see `PERSON`."""
_LEAST = 1e-4


class PairFeatures:
    """Features of pairs of people at the end of one year."""

    def __init__(self, worked: Worked, content: AtlasContent, node_types: Sequence[str]) -> None:
        self.worked = worked
        self._content = content
        self._types = list(node_types)

    def of(self, asked: Rows, others: Rows | None = None) -> Floats:
        """[features, asked, others] float32, named by `PAIR`, of each of some people with others.

        Args:
            asked: numbers of people in `worked`; some dozens at a time keep memory low.
            others: numbers of people; everybody where None.
        """
        others = np.arange(len(self.worked)) if others is None else others
        found = np.empty((len(PAIR), len(asked), len(others)), np.float32)
        at = 0
        for column in self._paths(asked):
            found[at] = column[others].T
            at += 1
        found[:at] += np.float32(_LEAST)
        np.log(found[:at], out=found[:at])
        found[:at] -= np.float32(np.log(_LEAST))
        for taste in self._tastes.values():
            np.dot(taste[asked], taste[others].T, out=found[at])
            at += 1
        here, there = self.person[asked], self.person[others]
        for name in ("since", "size"):
            one = PERSON.index(name)
            np.abs(here[:, [one]] - there[:, one], out=found[at])
            at += 1
        roles = len(PERSON) - len(NAMES)
        np.dot(here[:, roles:], there[:, roles:].T, out=found[at])
        np.dot(here[:, [roles + 1, roles]], there[:, [roles, roles + 1]].T, out=found[at + 1])
        return found

    def _paths(self, asked: Rows) -> list[Floats]:
        """[people, asked] each, 0 or more."""
        worked, columns = self.worked, np.arange(len(asked))
        start = np.zeros((len(worked), len(asked)), np.float32)
        start[asked, columns] = 1
        rare = np.asarray(1 / np.log(2 + worked.circle), np.float32)[:, None]
        found = []
        for years in (*HALF_LIVES, None):
            fades = worked.fading(years)[:, None] if years else np.ones((len(worked.titles), 1), np.float32)
            beside = worked.to_people(worked.to_titles(start) * fades)
            beside[asked, columns] = 0
            found.append(worked.to_people(worked.to_titles(np.asarray(beside * rare, np.float32)) * fades))
        leaving = worked.fading(HALF_LIVES[1])[:, None]
        share = leaving / worked.size[:, None]
        spent = np.asarray(1 / np.maximum(worked.to_people(leaving), 1e-12), np.float32)
        step = start
        for length in (1, 2, 3, 4):
            step = worked.to_people(worked.to_titles(np.asarray(step * spent, np.float32)) * share)
            if length > 1:
                found.append(step * np.float32(len(worked)))
        return found

    @cached_property
    def person(self) -> Floats:
        """[people, features] of each by itself, named by `PERSON`."""
        worked = self.worked
        ages = worked.age[worked.title]
        counts = [np.bincount(worked.person[ages < years], minlength=len(worked)) for years in WINDOWS]
        every = np.diff(worked.start)
        gap, since = np.minimum.reduceat(ages, worked.start[:-1]), np.maximum.reduceat(ages, worked.start[:-1])
        size = worked.to_people(np.log(worked.size)[:, None])[:, 0] / every
        shares = np.add.reduceat(worked.group.astype(np.float32), worked.start[:-1], axis=0) / every[:, None]
        return np.column_stack(
            [
                *(np.log1p(one) for one in counts),
                np.log1p(every),
                np.log1p(gap),
                np.log1p(since),
                np.log1p(worked.circle),
                size,
                shares,
            ]
        ).astype(np.float32)

    @cached_property
    def _tastes(self) -> dict[str, Floats]:
        """Taste -> [people, width] what their films are, lately more than before; unit length."""
        return {name: self._taste(kinds) for name, kinds in TASTES.items()}

    def _taste(self, kinds: Sequence[str]) -> Floats:
        content, worked = self._content, self.worked
        wanted = [self._types.index(kind) for kind in kinds if kind in self._types]
        first, last = content.edge_start[worked.titles], content.edge_start[worked.titles + 1]
        at = spans(first, last)
        owner = np.repeat(np.arange(len(worked.titles)), last - first)
        node = np.asarray(content.edge_node)[at].astype(np.int64)
        kept = np.isin(np.asarray(content.node_type)[node], wanted)
        things, node = np.unique(node[kept], return_inverse=True)
        owner = owner[kept]
        if not len(things):
            return np.zeros((len(worked), 1), np.float32)
        rare = rarity(len(worked.titles), np.bincount(node, minlength=len(things)))
        if len(things) <= _MOST_TAGS:
            width, rows = len(things), np.eye(len(things), dtype=np.float32)
        else:
            from reelation.draws import hashed, lot, random_directions

            width = _MOST_TAGS
            ids = [content.nodes[int(one)] for one in np.unique(np.asarray(content.edge_node)[at][kept]).tolist()]
            blob = np.frombuffer("".join(ids).encode(), np.uint8)
            ends = np.concatenate([[0], np.cumsum([len(one.encode()) for one in ids])]).astype(np.int64)
            rows = random_directions(hashed(blob, ends), lot(0, "tastes"), width) / np.float32(width**0.5)
        rows = rows * rare[:, None]
        having = np.zeros((len(worked.titles), width), np.float32)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        having[owner[starts]] = np.add.reduceat(rows[node], starts, axis=0)
        having *= worked.fading(HALF_LIVES[1])[:, None]
        return unit_rows(worked.to_people(having))


_MOST_TAGS = 128
