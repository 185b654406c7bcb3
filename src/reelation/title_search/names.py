"""All names of an atlas in the form in which they are compared.

Atlas  ->  title_names / people_names  ->  Names: folded, simplified; with pinyin and initials of Chinese ones
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from reelation.atlas.store import Atlas
from reelation.folding import fold
from reelation.search.aliases import aliases_of
from reelation.search.naming import node_range
from reelation.title_search.chinese import has_han, simplified, sounds

_RECORD_SHARE = 0.5
"""How much of a person's renown is their best known title; the rest is what all their titles add up to."""


class Form(IntEnum):
    """Which name of a title or person it is."""

    NAME = 0
    ORIGINAL = 1
    OTHER = 2
    PINYIN = 3
    INITIALS = 4


@dataclass(frozen=True)
class Names:
    """Names of titles, or of people."""

    keys: list[str]
    """[names] folded, traditional characters as simplified ones, words apart."""
    thing: NDArray[np.int32]
    """[names] row of the title, or node of the person."""
    form: NDArray[np.uint8]
    """[names] of `Form`."""
    source: NDArray[np.int32]
    """[names] the name that a pinyin or its initials spell; each other name itself."""


def title_names(atlas: Atlas) -> Names:
    """Every name of every title."""
    return _with_sounds(list(atlas.name_keys), np.array(atlas.name_row, np.int32), np.array(atlas.name_rank, np.uint8))


def people_names(atlas: Atlas) -> Names:
    """The name of every person."""
    keys, nodes = _folded_people(atlas)
    named = np.array([bool(key) for key in keys], bool)
    return _with_sounds([key for key in keys if key], nodes[named], np.zeros(int(named.sum()), np.uint8))


def _folded_people(atlas: Atlas) -> tuple[list[str], NDArray[np.int32]]:
    """[people] folded names, and the node of each; the part "network" has them folded already."""
    part = atlas.part("network")
    if part is not None:
        known, kind = part.strings("keys"), "person:"
        first, last = (bisect_left(range(len(known)), text.encode(), key=known.encoded) for text in (kind, "person;"))
        keys = [key.removeprefix(kind) for key in known.between(first, last)] if last > first else []
        return keys, np.array(part.array("key-node")[first:last], np.int32)
    first, last = node_range(atlas, "person")
    keys = [fold(name) for name in atlas.node_names.between(first, last)] if last > first else []
    return keys, np.arange(first, last, dtype=np.int32)


def _with_sounds(keys: list[str], thing: NDArray[np.int32], form: NDArray[np.uint8]) -> Names:
    source = np.arange(len(keys), dtype=np.int32)
    if has_han("".join(keys)):
        chinese = [at for at, key in enumerate(keys) if has_han(key)]
        for at, key in zip(chinese, simplified([keys[at] for at in chinese]), strict=True):
            keys[at] = key
        spelled: dict[tuple[str, int, int], int] = {}
        for at in chinese:
            if said := sounds(keys[at]):
                whole, initials = said
                spelled.setdefault((whole, int(thing[at]), Form.PINYIN), at)
                if len(initials) > 1:
                    spelled.setdefault((initials, int(thing[at]), Form.INITIALS), at)
        keys = [*keys, *(key for key, _, _ in spelled)]
        thing = np.concatenate([thing, np.array([one for _, one, _ in spelled], np.int32)])
        form = np.concatenate([form, np.array([kind for *_, kind in spelled], np.uint8)])
        source = np.concatenate([source, np.array(list(spelled.values()), np.int32)])
    return Names(keys, thing, form, source)


def compared(name: str) -> str:
    """A name as it is compared: folded, and simplified where it is Chinese."""
    key = fold(name)
    return simplified([key])[0] if has_han(key) else key


def written(atlas: Atlas, row: int, form: Form, key: str) -> str:
    """How a title's name is written that is compared as `key`; the key itself where the atlas does not say."""
    if form == Form.NAME:
        return atlas.names[row]
    if form == Form.ORIGINAL and atlas.originals[row]:
        return atlas.originals[row]
    names = [alias.name for alias in aliases_of(atlas, row)]
    return max(names, key=lambda name: fuzz.ratio(compared(name), key), default=key)


def title_renown(atlas: Atlas) -> NDArray[np.float32]:
    """[titles] how well known each is, 0 to 1; by what is on record of it where the atlas has no better figure."""
    for name, column in (("recommender", "fame"), ("layout", "renown")):
        part = atlas.part(name)
        if part is not None:
            return np.asarray(part.array(column), np.float32)
    return _shares(np.diff(np.asarray(atlas.edge_start)))


def people_renown(atlas: Atlas, titles: NDArray[np.float32]) -> NDArray[np.float32]:
    """[people] how well known each is, 0 to 1: the share of people with less, by their titles' renown.

    Args:
        atlas: has them.
        titles: [titles] renown.
    """
    first, last = node_range(atlas, "person")
    if last == first:
        return np.zeros(0, np.float32)
    bounds = np.asarray(atlas.posting_start[first : last + 1])
    known = titles[atlas.posting_title[bounds[0] : bounds[-1]]].astype(np.float64)
    starts, filled = (bounds[:-1] - bounds[0]), np.diff(bounds) > 0
    total, best = np.zeros(last - first), np.zeros(last - first)
    if filled.any():
        total[filled] = np.add.reduceat(known, starts[filled])
        best[filled] = np.maximum.reduceat(known, starts[filled])
    return (1 - _RECORD_SHARE) * _shares(total) + np.float32(_RECORD_SHARE) * _shares(best)


def _shares(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """[values] 0 to 1, the share of all that is smaller."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values) / max(len(values) - 1, 1)).astype(np.float32)


def known_for(atlas: Atlas, person: int, renown: NDArray[np.float32], most: int = 3) -> Sequence[int]:
    """Rows of a person's best known titles, best first."""
    rows = np.asarray(atlas.posting_title[atlas.titles_of(person)])
    order = np.argsort(-renown[rows], kind="stable")[:most]
    return [int(row) for row in rows[order]]


def names_of(atlas: Atlas) -> tuple[tuple[Names, NDArray[np.float32]], tuple[Names, NDArray[np.float32]]]:
    """Names of titles and of people, each with [names] the renown of who has them."""
    renown = title_renown(atlas)
    titles, people = title_names(atlas), people_names(atlas)
    known = people_renown(atlas, renown)
    first = int(people.thing.min()) if len(people.thing) else 0
    return (titles, renown[titles.thing]), (people, known[people.thing - first] if len(known) else known)
