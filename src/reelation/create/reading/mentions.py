"""What a text names: people, titles, genres, places, themes and years that an atlas knows, in English and Chinese.

    "A Ken Loach style drama set in 1980s Glasgow"  ->  mentions_of  ->  person, genre, years; each with its node

Careful rather than complete: a name in English has to stand between word boundaries and be written as a name; people
and themes have two words and more, titles two words that begin large, or quotation marks; a genre that is an everyday
word as well ("family", "war") needs a word such as "film" or "story" behind it. Namesakes are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.values import canonical
from reelation.create.reading.phrases import AFTER_GENRE, AMBIGUOUS, STOP_WORDS, chinese_names, spelled
from reelation.folding import fold
from reelation.ids import Strings
from reelation.search.naming import network_part

READ = 12_000
"""Characters of a text in which names are looked for."""
_MOST_WORDS = 6
"""Of one name."""
_NAMESAKES = 6
"""Titles of one name; where there are more, the name says nothing."""
_THEMES = ("subject", "keyword", "trope", "franchise", "based_on")
_PLACES = ("country", "place")
_FEWEST = 2
"""Titles of a person who is meant by a name in running text; who has fewer is named expressly or not at all."""
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*\.?", re.UNICODE)
_QUOTED = re.compile(r"《([^《》]{1,80})》|“([^“”]{2,80})”|\"([^\"]{2,80})\"|「([^「」]{1,80})」")
_YEARS = re.compile(r"(?<![\w.])(1[0-9]\d\d|20\d\d)(s|'s|’s|年代|年)?(?![\w])|(?<!\d)(1[0-9]\d\d|20\d\d)(年代|年)")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Mention:
    """One thing that a text names."""

    kind: str
    """"person", "title", "years", or a facet: "genre", "country", "place", "subject" …"""
    text: str
    """As the text has it."""
    node: int | None = None
    """Of the atlas; None for titles and years."""
    rows: tuple[int, ...] = ()
    """Titles of that name."""
    first: int | None = None
    """The first year that is meant."""
    last: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, without row numbers."""
        return {"kind": self.kind, "text": self.text, "first": self.first, "last": self.last}


def chinese(text: str) -> bool:
    """Whether a text is mostly written in Chinese characters."""
    letters = sum(letter.isalpha() for letter in text)
    return letters > 0 and len(_CHINESE.findall(text)) >= 0.3 * letters


def mentions_of(atlas: Atlas, text: str) -> tuple[Mention, ...]:
    """Everything in the first 12,000 characters that the atlas has under that name, in the order of the text.

    Args:
        atlas: has the part "network".
        text: of any language and length.

    Raises:
        AtlasError: the atlas was made without the part "network".
    """
    text = text[:READ]
    words = [(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]
    found = [*_english(atlas, text, words), *_quoted(atlas, text), *_years(text)]
    if _CHINESE.search(text):
        found += _in_chinese(atlas, text)
    taken: list[tuple[int, int, Mention]] = []
    # the longest wins; of what is as long, a person comes last: somebody is called New York
    for start, stop, one in sorted(found, key=lambda each: (each[0] - each[1], each[2].kind == "person", each[0])):
        if not any(start < other_stop and other_start < stop for other_start, other_stop, _ in taken):
            taken.append((start, stop, one))
    seen: dict[tuple[Any, ...], Mention] = {}
    for _, _, one in sorted(taken, key=lambda each: each[0]):
        seen.setdefault((one.kind, one.node, one.rows, one.first, one.last), one)
    return tuple(seen.values())


Span = tuple[int, int, Mention]
Words = list[tuple[str, int, int]]


@dataclass(frozen=True)
class _Names:
    """Folded names as numbers, sorted, and where each stands."""

    keys: NDArray[np.uint64]
    place: NDArray[np.int64]
    names: Strings

    @classmethod
    def of(cls, names: Strings) -> _Names:
        keys = names.keys()
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], order.astype(np.int64), names)

    def find(self, wanted: list[str]) -> Iterator[tuple[int, list[int]]]:
        """Place in `wanted` and the places of that name, for those there are."""
        keys = Strings.of(wanted).keys()
        low, high = np.searchsorted(self.keys, keys), np.searchsorted(self.keys, keys, side="right")
        for at in np.flatnonzero(high > low).tolist():
            places = self.place[low[at] : high[at]].tolist()
            if self.names[places[0]] == wanted[at]:  # not only the same number
                yield at, places


def _node_names(atlas: Atlas) -> _Names:
    if "mention nodes" not in atlas.kept:
        atlas.kept["mention nodes"] = _Names.of(network_part(atlas).strings("keys"))
    found: _Names = atlas.kept["mention nodes"]
    return found


def _title_names(atlas: Atlas) -> _Names:
    if "mention titles" not in atlas.kept:
        atlas.kept["mention titles"] = _Names.of(atlas.name_keys)
    found: _Names = atlas.kept["mention titles"]
    return found


def _english(atlas: Atlas, text: str, words: Words) -> Iterator[Span]:
    """Names of one to six words that stand in the text."""
    spans = [
        (first, last)
        for first in range(len(words))
        for last in range(first, min(first + _MOST_WORDS, len(words)))
        if not any(mark in text[words[first][1] : words[last][2]] for mark in ",;:!?\n")
    ]
    folded = [fold(text[words[first][1] : words[last][2]]) for first, last in spans]
    kinds = [kind for kind in ("person", *_PLACES, *_THEMES) if kind in atlas.manifest.node_types]
    wanted, whose = [], []
    for at, name in enumerate(folded):
        if name:
            for kind in kinds:
                wanted.append(f"{kind}:{name}")
                whose.append((at, kind))
    key_node = network_part(atlas).array("key-node") if wanted else np.zeros(0, np.int64)
    for place, found in _node_names(atlas).find(wanted) if wanted else ():
        at, kind = whose[place]
        first, last = spans[at]
        node = int(key_node[found[0]])
        if len(found) == 1 and _fits(atlas, kind, node, words[first : last + 1]):
            start, stop = words[first][1], words[last][2]
            yield start, stop, Mention(kind, text[start:stop].rstrip("."), node)
    yield from _genres(atlas, text, words)
    yield from _titles(atlas, text, words, spans, folded)


def _fits(atlas: Atlas, kind: str, node: int, words: Words) -> bool:
    """Whether words of a text that are the name of a node mean it."""
    large = [word[0].isupper() or word[0].isdigit() for word, _, _ in words]
    titles = atlas.titles_of(node)
    if kind == "person":
        return len(words) >= 2 and large[0] and large[-1] and titles.stop - titles.start >= _FEWEST
    if kind in _PLACES:
        return large[0] and large[-1]
    return len(words) > 1


def _genres(atlas: Atlas, text: str, words: Words) -> Iterator[Span]:
    for first in range(len(words)):
        for last in range(first, min(first + 3, len(words))):
            start, stop = words[first][1], words[last][2]
            label = text[start:stop].lower().rstrip(".")
            meant = spelled(label)
            if not meant or (label in AMBIGUOUS and not _of_a_film(words, last)):
                continue
            for value in meant:
                node = _genre(atlas, value)
                if node is not None:
                    yield start, stop, Mention("genre", text[start:stop].rstrip("."), node)


def _genre(atlas: Atlas, value: str) -> int | None:
    meant = canonical("genre", value)
    return atlas.nodes.find(f"genre:{meant[0]}") if len(meant) == 1 else None


def _of_a_film(words: Words, last: int) -> bool:
    """Whether one of the next two words says that a kind of film is meant."""
    return any(word.lower().rstrip(".") in AFTER_GENRE for word, _, _ in words[last + 1 : last + 3])


def _titles(atlas: Atlas, text: str, words: Words, spans: list[tuple[int, int]], folded: list[str]) -> Iterator[Span]:
    """Titles of two words and more that begin large; "The" makes a second one only amid a sentence."""
    fitting = []
    for at, (first, last) in enumerate(spans):
        inside = [word for word, _, _ in words[first : last + 1]]
        telling = [word for word in inside if fold(word) not in STOP_WORDS]
        large = telling and all(word[0].isupper() or word[0].isdigit() for word in telling)
        before = text[: words[first][1]].rstrip()
        amid = inside[0][0].isupper() and bool(before) and before[-1] not in ".!?:。！？"  # "… like The Godfather"
        if large and (len(telling) >= 2 or (amid and len(inside) >= 2 and inside[0] not in telling)):
            fitting.append(at)
    names = [folded[at] for at in fitting]
    for place, found in _title_names(atlas).find(names) if names else ():
        first, last = spans[fitting[place]]
        rows = tuple(sorted({int(atlas.name_row[one]) for one in found}))
        if len(rows) <= _NAMESAKES:
            start, stop = words[first][1], words[last][2]
            yield start, stop, Mention("title", text[start:stop].rstrip("."), rows=rows)


def _quoted(atlas: Atlas, text: str) -> Iterator[Span]:
    """Titles in quotation marks, of any length."""
    quoted = [(one.start(), one.end(), next(part for part in one.groups() if part)) for one in _QUOTED.finditer(text)]
    named = [(start, stop, name, fold(name)) for start, stop, name in quoted if fold(name)]
    for place, found in _title_names(atlas).find([folded for *_, folded in named]) if named else ():
        start, stop, name, _ = named[place]
        rows = tuple(sorted({int(atlas.name_row[one]) for one in found}))
        if len(rows) <= _NAMESAKES:
            yield start, stop, Mention("title", name, rows=rows)


def _years(text: str) -> Iterator[Span]:
    for found in _YEARS.finditer(text):
        year = int(found.group(1) or found.group(3))
        decade = (found.group(2) or found.group(4) or "") in ("s", "'s", "’s", "年代")
        yield found.start(), found.end(), Mention("years", found.group(), first=year, last=year + 9 * decade)


def _in_chinese(atlas: Atlas, text: str) -> Iterator[Span]:
    """Genres and countries by their Chinese names, which have no spaces around them."""
    for name, kind, value, clear in chinese_names():
        node = _genre(atlas, value) if kind == "genre" else atlas.nodes.find(f"{kind}:{value}")
        at = text.find(name) if node is not None else -1
        while at >= 0:
            stop = at + len(name)
            if clear or text[stop : stop + 3].startswith(("片", "电影", "剧", "故事", "喜剧", "冒险", "类型")):
                yield at, stop, Mention(kind, name, node)
                break
            at = text.find(name, stop)
