"""How two titles differ: what one has and the other lacks, the most telling first.

Telling, in bits: of a tag or person that only one has, how rare it is, log2(titles / titles with it), halved where
nearly everything is rare (people, companies, places); tags that no other title has are passed over. Of years and
runtimes, how far they are apart, five years and ten minutes a bit; of audiences, log2 of how many times larger one is.
The scale is ours and only sorts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
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
    found = [*_tags(atlas, row, other, say), *_numbers(atlas, row, other, say), *_audience(atlas, row, other, say)]
    return tuple(sorted(found, key=lambda one: (-one.bits, one.what)))


def _tags(atlas: Atlas, row: int, other: int, say: Messages) -> Iterator[Difference]:
    sides = [_nodes(atlas, title) for title in (row, other)]
    only = [np.setdiff1d(sides[at], sides[1 - at], assume_unique=True) for at in (0, 1)]
    types = atlas.manifest.node_types
    for what in (*TAGS, "people"):
        kind = "person" if what == "people" else what
        if kind not in types:
            continue
        of_kind = [nodes[atlas.node_type[nodes] == types.index(kind)] for nodes in only]
        known = [bool((atlas.node_type[nodes] == types.index(kind)).any()) for nodes in sides]
        if not all(known):  # nothing said of one is no difference
            continue
        if what == "people":
            of_kind = [_led(atlas, title, nodes) for title, nodes in zip((row, other), of_kind, strict=True)]
        else:
            of_kind = [nodes[_common(atlas, nodes) > 1] for nodes in of_kind]
            of_kind = [nodes[np.argsort(_common(atlas, nodes), kind="stable")] for nodes in of_kind]
        tops = [nodes[0] for nodes in of_kind if len(nodes)]
        if not tops:
            continue
        bits = max(log2(len(atlas) / _common(atlas, np.array([node]))[0]) for node in tops)
        names: tuple[Names, Names] = (_named(atlas, of_kind[0]), _named(atlas, of_kind[1]))
        here, there = title_at(atlas, row), title_at(atlas, other)
        label = say.label("type", kind) if what != "people" else say.label("facet", what)
        sentence = _against(kind, label, here, there, names, say)
        yield Difference(what, names[0], names[1], bits / 2 if what in _HALVED else bits, sentence)


def _against(kind: str, label: str, here: Title, there: Title, names: tuple[Names, Names], say: Messages) -> str:
    """'genre: Horror here, Crime there', or 'genre: only Alien has Horror'."""
    said = [say.names([say.tag(kind, name) for name in one]) for one in names]
    if names[0] and names[1]:
        values = {"here": said[0], "there": said[1], "title_a": here.name, "title_b": there.name}
        return say.say("differences.both", label=label, **values)
    at = 0 if names[0] else 1
    return say.say("differences.only", label=label, names=said[at], title=(here, there)[at].name)


def _numbers(atlas: Atlas, row: int, other: int, say: Messages) -> Iterator[Difference]:
    here, there = title_at(atlas, row), title_at(atlas, other)
    if here.year and there.year and abs(here.year - there.year) >= _YEARS:
        apart = abs(here.year - there.year)
        late, early = (here, there) if here.year > there.year else (there, here)
        sentence = say.say("differences.year", years=apart, late=late.name, early=early.name)
        yield Difference("year", (str(here.year),), (str(there.year),), min(_MOST, apart / _YEARS), sentence)
    if here.runtime_min and there.runtime_min and abs(here.runtime_min - there.runtime_min) >= _MINUTES:
        apart = round(abs(here.runtime_min - there.runtime_min))
        longer = here if here.runtime_min > there.runtime_min else there
        sentence = say.say("differences.runtime", minutes=apart, longer=longer.name)
        sides = (f"{here.runtime_min:.0f}",), (f"{there.runtime_min:.0f}",)
        yield Difference("runtime", sides[0], sides[1], min(_MOST, apart / _MINUTES), sentence)
    if here.kind != there.kind and "unknown" not in (here.kind, there.kind):
        kinds = (say.label("kind", here.kind),), (say.label("kind", there.kind),)
        yield Difference(
            "kind",
            kinds[0],
            kinds[1],
            _MOST / 2,
            _against("kind", say.say("differences.kind"), here, there, kinds, say),
        )


def _audience(atlas: Atlas, row: int, other: int, say: Messages) -> Iterator[Difference]:
    part = atlas.part("viewers")
    if part is None:
        return
    counts = [int(np.count_nonzero(part.array("title") == title)) for title in (row, other)]
    more, less = max(counts), min(counts)
    if more < 10 or more < 2 * (less + 1):
        return
    larger, smaller = (row, other) if counts[0] == more else (other, row)
    names = {"larger": atlas.names[larger], "smaller": atlas.names[smaller]}
    sentence = say.say("differences.audience", more=more, less=less, **names)
    yield Difference(
        "audience", (str(counts[0]),), (str(counts[1]),), min(_MOST, log2((more + 1) / (less + 1))), sentence
    )


def _named(atlas: Atlas, nodes: NDArray[np.int64]) -> Names:
    return tuple(atlas.node_names[int(node)] for node in nodes)


def _nodes(atlas: Atlas, row: int) -> NDArray[np.int64]:
    return np.asarray(atlas.edge_node[atlas.edges_of(row)], np.int64)


def _common(atlas: Atlas, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """[nodes] titles of each."""
    return np.asarray(atlas.posting_start[nodes + 1] - atlas.posting_start[nodes], np.int64)


def _led(atlas: Atlas, row: int, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """People of a title in leading roles, and within a role those with most titles first."""
    edges = atlas.edges_of(row)
    bits = np.asarray(atlas.edge_relations[edges])[np.searchsorted(atlas.edge_node[edges], people)]
    place = np.full(len(people), len(_LEADS))
    for at, role in reversed(list(enumerate(_LEADS))):
        if role in atlas.manifest.relations:
            place[(bits >> atlas.manifest.relations.index(role) & 1) == 1] = at
    order = np.lexsort((people, -_common(atlas, people), place))
    return people[order[place[order] < len(_LEADS)]]
