"""Which topics an atlas can combine, and how many titles have each two of them.

    Atlas, types, years  ->  Combined: topics, titles with both, and how many there would be by chance

Topics are tags, people and decades that enough titles have and that have a name: an id without a label is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.create.gaps.expected import together
from reelation.errors import UsageError
from reelation.insights.topics import ASPECTS, Topic, Topics, topics_of

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

DEFAULT = ("genre", "keyword", "subject", "trope", "place", "country", "person")
"""Types of topics that are combined where nothing is said."""
_ASPECTS = ("genres", "themes", "places", "countries", "languages", "people", "eras", "companies", "franchises")
_MOST = 700
"""Topics of an aspect, those with most titles."""
_PAIRS_AT_ONCE = 4_000_000
_UNLABELLED = re.compile(r"(?:[a-z_]+:)?Q\d+|[a-z_]+:\S*\d+")
"""What is shown of an entry that has no label: "wikidata:Q123", "imdb:nm0000001"."""


@dataclass(frozen=True)
class Combined:
    """Topics and how often they meet. Everything is counted among `rows`."""

    rows: Rows
    """[titles] of the atlas: those with a year, in time, with any topic; no episodes."""
    owner: Rows
    """[pairs] place in `rows`, rising."""
    number: Rows
    """[pairs] number of the topic, rising within a title."""
    sources: tuple[tuple[Topics, int], ...]
    """[topics] where each comes from."""
    kinds: tuple[str, ...]
    """Types of topics: "genre", "person", "decade" …"""
    kind: Rows
    """[topics] index into `kinds`, rising."""
    stratum: Rows
    """[titles] 0 for the last ten years, 1 for the ten before …"""
    titles: Rows
    """[topics] titles of each among `rows`."""
    both: Floats
    """[topics, topics] titles with both, 0 on the diagonal."""
    chance: Floats
    """[topics, topics] how many there would be by chance (`reelation.create.gaps.expected`)."""
    chance_lately: Floats
    """The same of the last ten years."""

    def topic(self, number: int) -> Topic:
        """What stands behind a number; its `titles` are those of `rows`."""
        topics, at = self.sources[number]
        found = topics.topic(at)
        return Topic(found.node_id, found.name, found.type, int(self.titles[number]))

    def having(self, number: int) -> Rows:
        """Places in `rows` of the titles that have a topic, rising."""
        return np.asarray(self.owner[self.number == number])


def combined(atlas: Atlas, by: Sequence[str], until: int | None, fewest: int, always: Sequence[str] = ()) -> Combined:
    """Count.

    Args:
        atlas: has topics and years.
        by: types of topics: genre, keyword, subject, trope, place, country, language, person, company, decade …;
            those of `DEFAULT` that the atlas has where empty.
        until: the last year that counts; all where None.
        fewest: titles that a topic has at the least.
        always: node ids of topics that are among them, should others have more titles.

    Raises:
        UsageError: the atlas has no such type, or no two topics of so many titles.
    """
    wanted = _types(atlas, by)
    years = np.asarray(atlas.year).astype(np.int64)
    dated = np.flatnonzero((years > 0) & (years <= (until or 9999)) & (atlas.kind != KINDS.index("episode")))
    owners, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    kinds: list[int] = []
    sources: list[tuple[Topics, int]] = []
    for aspect in _ASPECTS:
        if not set(ASPECTS[aspect]) & set(wanted):
            continue
        topics = topics_of(atlas, aspect)
        places, found = topics.of(dated)
        titles = np.bincount(found, minlength=len(topics))
        large = np.flatnonzero(titles >= fewest)
        large = large[np.argsort(-titles[large], kind="stable")]
        kept = [(i, topics.topic(i)) for i in large[: 2 * _MOST].tolist()]
        kept = [(i, one) for i, one in kept if one.type in wanted and labelled(one)][:_MOST]
        asked = [i for i in map(topics.find, always) if i is not None and titles[i] >= fewest]
        kept += [(i, topics.topic(i)) for i in asked if i not in {j for j, _ in kept}]
        kept.sort(key=lambda pair: (wanted.index(pair[1].type), pair[0]))
        at = np.full(len(topics), -1)
        at[[i for i, _ in kept]] = np.arange(len(kept)) + len(sources)
        chosen = at[found] >= 0
        owners.append(places[chosen])
        numbers.append(at[found[chosen]])
        sources += [(topics, i) for i, _ in kept]
        kinds += [wanted.index(one.type) for _, one in kept]
    owner, number = np.concatenate(owners), np.concatenate(numbers)
    if len(sources) < 2:
        raise UsageError(f"fewer than two topics by {', '.join(wanted)} have {fewest} titles; ask for a smaller number")
    having, owner = np.unique(owner, return_inverse=True)
    order = np.lexsort((number, owner))
    owner, number, rows = owner[order].astype(np.int64), number[order], dated[having]
    kind = np.array(kinds, np.int64)
    stratum = (int(years[rows].max()) - years[rows]) // 10
    chance, lately = together(owner, number, kind, stratum)
    return Combined(
        rows=rows,
        owner=owner,
        number=number,
        sources=tuple(sources),
        kinds=wanted,
        kind=kind,
        stratum=stratum,
        titles=np.bincount(number, minlength=len(kind)).astype(np.int64),
        both=count_both(owner, number, len(kind)),
        chance=chance,
        chance_lately=lately,
    )


def labelled(topic: Topic) -> bool:
    """Whether a topic has a name of its own, not the id of an entry elsewhere."""
    return bool(topic.name.strip()) and _UNLABELLED.fullmatch(topic.name.strip()) is None


def count_both(owner: Rows, number: Rows, topics: int) -> Floats:
    """Titles with both of each two topics.

    Args:
        owner: [pairs] place of the title, rising.
        number: [pairs] of the topic, rising within a title.
        topics: how many there are.

    Returns:
        [topics, topics] symmetric, 0 on the diagonal.
    """
    ends = np.searchsorted(owner, owner, side="right")
    following = ends - np.arange(len(owner)) - 1
    counts = np.zeros(topics * topics)
    bounds = np.searchsorted(np.cumsum(following), np.arange(0, int(following.sum()) + 1, _PAIRS_AT_ONCE), "right")
    for start, stop in pairwise([*np.unique(bounds).tolist(), len(owner)]):
        part = following[start:stop]
        first = np.repeat(np.arange(start, stop), part)
        second = np.arange(len(first)) - np.repeat(np.cumsum(part) - part, part) + first + 1
        counts += np.bincount(number[first] * topics + number[second], minlength=topics * topics)
    found = counts.reshape(topics, topics)
    return np.asarray(found + found.T)


def _types(atlas: Atlas, by: Sequence[str]) -> tuple[str, ...]:
    known = (*atlas.manifest.node_types, "decade")
    possible = tuple(kind for aspect in _ASPECTS for kind in ASPECTS[aspect] if kind in known)
    if unknown := [kind for kind in by if kind not in possible]:
        raise UsageError(f"this atlas has no topics by {', '.join(unknown)}; it has {', '.join(possible)}")
    chosen = by or tuple(kind for kind in DEFAULT if kind in possible)
    return tuple(kind for kind in possible if kind in chosen)
