"""How two titles differ: what one has and the other lacks, the most telling first.

Telling, in bits: of a tag or person that only one has, how rare it is, log2(titles / titles with it), halved where
nearly everything is rare (people, companies, places); tags that no other title has are passed over. Of years and
runtimes, how far they are apart, five years and ten minutes a bit; of audiences, log2 of how many times larger one is.
The scale is ours and only sorts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages

Names = tuple[str, ...]

TAGS = ("genre", "keyword", "subject", "trope", "franchise", "based_on", "company", "place", "country", "language")
_HALVED = ("people", "company", "place")
_LEADS = ("director", "creator", "writer", "actor")
"""Roles by how much they shape a title."""
_YEARS, _MINUTES = 5.0, 10.0
"""What makes one bit of difference."""
_MOST = 8.0
"""Bits that a number can say at the most."""


@dataclass(frozen=True)
class Difference:
    """One way in which two titles differ."""

    what: str
    """"people", a tag facet, "year", "runtime", "kind" or "audience"."""
    here: tuple[str, ...]
    """What only the title asked about has, rarest first (people: leading roles first); numbers as text."""
    there: tuple[str, ...]
    bits: float
    """How telling it is."""
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "what": self.what,
            "here": list(self.here),
            "there": list(self.there),
            "bits": round(self.bits, 3),
            "sentence": self.sentence,
        }


def differences(atlas: Atlas, row: int, other: int, say: Messages) -> tuple[Difference, ...]:
    """How the titles in `row` and `other` differ, most telling first; empty where nothing is known to."""
    here, there = _sides(atlas, np.array([row, other]))
    found = sorted(_found(atlas, here, there, say), key=_order)
    return tuple(one.tell() for one in found)


def most_telling(atlas: Atlas, row: int, others: NDArray[np.int64], say: Messages) -> list[str | None]:
    """What sets each of `others` apart from the title in `row` most, as a sentence; None where nothing is known to."""
    here, *sides = _sides(atlas, np.concatenate([[row], others]).astype(np.int64))
    told: list[str | None] = []
    for there in sides:
        first = min(_found(atlas, here, there, say), key=_order, default=None)
        told.append(first.tell().sentence if first else None)
    return told


@dataclass(frozen=True)
class _Side:
    """What one of the two titles has, in plain lists: quicker than arrays, for a few dozen things."""

    row: int
    by_type: dict[int, list[int]]
    """Type of node -> nodes, rising."""
    titles: dict[int, int]
    """Node -> how many titles have it."""
    relations: dict[int, int]
    """Node -> bit set of `Manifest.relations`."""


@dataclass(frozen=True)
class _Found:
    """A difference before it is put into words."""

    what: str
    bits: float
    tell: Callable[[], Difference]


def _order(found: _Found) -> tuple[float, str]:
    return -found.bits, found.what


def _sides(atlas: Atlas, rows: NDArray[np.int64]) -> list[_Side]:
    start, stop = atlas.edge_start[rows], atlas.edge_start[rows + 1]
    at = spans(start, stop)
    nodes = np.asarray(atlas.edge_node[at], np.int64)
    columns = (
        nodes.tolist(),
        atlas.node_type[nodes].tolist(),
        (atlas.posting_start[nodes + 1] - atlas.posting_start[nodes]).tolist(),
        atlas.edge_relations[at].tolist(),
    )
    sides, first = [], 0
    for row, count in zip(rows.tolist(), (stop - start).tolist(), strict=True):
        plain, types, titles, relations = (column[first : first + count] for column in columns)
        first += count
        by_type: dict[int, list[int]] = {}
        for node, kind in zip(plain, types, strict=True):
            by_type.setdefault(kind, []).append(node)
        sides.append(
            _Side(row, by_type, dict(zip(plain, titles, strict=True)), dict(zip(plain, relations, strict=True)))
        )
    return sides


def _found(atlas: Atlas, here: _Side, there: _Side, say: Messages) -> Iterator[_Found]:
    yield from _tags(atlas, here, there, say)
    yield from _numbers(atlas, here.row, there.row, say)
    yield from _audience(atlas, here.row, there.row, say)


def _tags(atlas: Atlas, here: _Side, there: _Side, say: Messages) -> Iterator[_Found]:
    for what, number in _types(atlas):
        if number not in here.by_type or number not in there.by_type:  # nothing said of one is no difference
            continue
        only = _only(atlas, here, there, number, what), _only(atlas, there, here, number, what)
        tops = [side.titles[nodes[0]] for side, nodes in zip((here, there), only, strict=True) if nodes]
        if tops:
            bits = log2(len(atlas) / min(tops))
            bits = bits / 2 if what in _HALVED else bits
            yield _Found(what, bits, partial(_told, atlas, (here.row, there.row), what, only, bits, say))


def _types(atlas: Atlas) -> list[tuple[str, int]]:
    """What titles may differ in, each with the number of its type of node."""
    if "types that differ" not in atlas.kept:
        types = atlas.manifest.node_types
        pairs = [(what, "person" if what == "people" else what) for what in (*TAGS, "people")]
        atlas.kept["types that differ"] = [(what, types.index(kind)) for what, kind in pairs if kind in types]
    found: list[tuple[str, int]] = atlas.kept["types that differ"]
    return found


def _only(atlas: Atlas, side: _Side, other: _Side, kind: int, what: str) -> list[int]:
    """What one side has of a type and the other lacks, the most telling first."""
    theirs, titles = set(other.by_type[kind]), side.titles
    nodes = [node for node in side.by_type[kind] if node not in theirs]
    if what != "people":
        return sorted((node for node in nodes if titles[node] > 1), key=lambda node: titles[node])
    led = [(_place(atlas, side.relations[node]), -titles[node], node) for node in nodes]
    return [node for place, _, node in sorted(led) if place < len(_LEADS)]


def _place(atlas: Atlas, roles: int) -> int:
    """The place of the leading role among some roles, by their bits; behind all where there is none."""
    known: dict[int, int] = atlas.kept.setdefault("leading roles", {})  # there are few different sets
    if roles not in known:
        names = {name for i, name in enumerate(atlas.manifest.relations) if roles >> i & 1}
        known[roles] = next((at for at, role in enumerate(_LEADS) if role in names), len(_LEADS))
    return known[roles]


def _told(
    atlas: Atlas, rows: tuple[int, int], what: str, only: tuple[list[int], list[int]], bits: float, say: Messages
) -> Difference:
    kind = "person" if what == "people" else what
    names: tuple[Names, Names] = (_named(atlas, only[0]), _named(atlas, only[1]))
    label = say.label("type", kind) if what != "people" else say.label("facet", what)
    here, there = title_at(atlas, rows[0]), title_at(atlas, rows[1])
    return Difference(what, names[0], names[1], bits, _against(kind, label, here, there, names, say))


def _against(kind: str, label: str, here: Title, there: Title, names: tuple[Names, Names], say: Messages) -> str:
    """'genre: Horror here, Crime there', or 'genre: only Alien has Horror'."""
    said = [say.names([say.tag(kind, name) for name in one]) for one in names]
    if names[0] and names[1]:
        values = {"here": said[0], "there": said[1], "title_a": here.name, "title_b": there.name}
        return say.say("differences.both", label=label, **values)
    at = 0 if names[0] else 1
    return say.say("differences.only", label=label, names=said[at], title=(here, there)[at].name)


def _numbers(atlas: Atlas, row: int, other: int, say: Messages) -> Iterator[_Found]:
    years, minutes = _apart(atlas, row, other)
    if years >= _YEARS:
        yield _Found("year", min(_MOST, years / _YEARS), partial(_told_years, atlas, row, other, say))
    if minutes >= _MINUTES:
        yield _Found("runtime", min(_MOST, minutes / _MINUTES), partial(_told_minutes, atlas, row, other, say))
    kinds = KINDS[atlas.kind[row]], KINDS[atlas.kind[other]]
    if kinds[0] != kinds[1] and "unknown" not in kinds:
        yield _Found("kind", _MOST / 2, partial(_told_kinds, atlas, row, other, say))


def _apart(atlas: Atlas, row: int, other: int) -> tuple[int, int]:
    """Years and minutes between two titles; 0 where one of them is unknown."""
    years = int(atlas.year[row]), int(atlas.year[other])
    minutes = abs(round(float(atlas.runtime[row]), 1) - round(float(atlas.runtime[other]), 1))
    # NaN, where a runtime is unknown, is not at least anything
    return abs(years[0] - years[1]) if all(years) else 0, round(minutes) if minutes >= _MINUTES else 0


def _told_years(atlas: Atlas, row: int, other: int, say: Messages) -> Difference:
    here, there, years = title_at(atlas, row), title_at(atlas, other), _apart(atlas, row, other)[0]
    late, early = (here, there) if (here.year or 0) > (there.year or 0) else (there, here)
    sentence = say.say("differences.year", years=years, late=late.name, early=early.name)
    return Difference("year", (str(here.year),), (str(there.year),), min(_MOST, years / _YEARS), sentence)


def _told_minutes(atlas: Atlas, row: int, other: int, say: Messages) -> Difference:
    here, there, minutes = title_at(atlas, row), title_at(atlas, other), _apart(atlas, row, other)[1]
    longer = here if (here.runtime_min or 0) > (there.runtime_min or 0) else there
    sides = (f"{here.runtime_min:.0f}",), (f"{there.runtime_min:.0f}",)
    sentence = say.say("differences.runtime", minutes=minutes, longer=longer.name)
    return Difference("runtime", sides[0], sides[1], min(_MOST, minutes / _MINUTES), sentence)


def _told_kinds(atlas: Atlas, row: int, other: int, say: Messages) -> Difference:
    here, there = title_at(atlas, row), title_at(atlas, other)
    kinds = (say.label("kind", here.kind),), (say.label("kind", there.kind),)
    sentence = _against("kind", say.say("differences.kind"), here, there, kinds, say)
    return Difference("kind", kinds[0], kinds[1], _MOST / 2, sentence)


def _audience(atlas: Atlas, row: int, other: int, say: Messages) -> Iterator[_Found]:
    part = atlas.part("viewers")
    if part is None:
        return
    if "events of titles" not in atlas.kept:
        atlas.kept["events of titles"] = np.bincount(part.array("title"), minlength=len(atlas))
    counts = [int(atlas.kept["events of titles"][title]) for title in (row, other)]
    more, less = max(counts), min(counts)
    if more < 10 or more < 2 * (less + 1):
        return
    bits = min(_MOST, log2((more + 1) / (less + 1)))
    larger, smaller = (row, other) if counts[0] == more else (other, row)

    def tell() -> Difference:
        names = {"larger": atlas.names[larger], "smaller": atlas.names[smaller]}
        sentence = say.say("differences.audience", more=more, less=less, **names)
        return Difference("audience", (str(counts[0]),), (str(counts[1]),), bits, sentence)

    yield _Found("audience", bits, tell)


def _named(atlas: Atlas, nodes: list[int]) -> Names:
    return tuple(atlas.node_names[node] for node in nodes)
