"""What people type when they look for a title: invented from names, with the answer known.

A question is by name alone, or by name and year. By name alone any title of that name is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reelation.folding import fold
from reelation.title_search.chinese import sounds

_BESIDE = {
    letter: near
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for letter, near in zip(row, zip(row[1:] + row[-2], row[0] + row[:-1], strict=True), strict=True)
}


@dataclass(frozen=True)
class Named:
    """What is looked for."""

    id: str
    name: str
    year: int | None = None


@dataclass(frozen=True)
class Question:
    """What was typed, and what is right."""

    kind: str
    text: str
    wanted: Named
    by_year: bool = False


Way = Callable[[Named, np.random.Generator], str | None]


def mistype(text: str, edits: int, rng: np.random.Generator) -> str:
    """`text` with letters gone, doubled, changed with the next or hit beside, at different places."""
    found = text
    for _ in range(edits):
        letters = [at for at, letter in enumerate(found) if letter.isalnum()]
        at = int(rng.choice(letters))
        way = int(rng.integers(4))
        if way == 0:
            found = found[:at] + found[at + 1 :]
        elif way == 1:
            found = found[: at + 1] + found[at:]
        elif way == 2 and at + 1 < len(found):
            found = found[:at] + found[at + 1] + found[at] + found[at + 2 :]
        else:
            near = _BESIDE.get(found[at].lower(), ("e", "a"))
            found = found[:at] + str(near[int(rng.integers(len(near)))]) + found[at + 1 :]
    return found


def _typo(edits: int, least: int) -> Way:
    def way(one: Named, rng: np.random.Generator) -> str | None:
        if len(fold(one.name)) < least:
            return None
        wrong = mistype(one.name, edits, rng)
        return wrong if fold(wrong) != fold(one.name) else None

    return way


def _beginning(one: Named, rng: np.random.Generator) -> str | None:
    return one.name[: max(4, round(len(one.name) * 0.6))].strip() if len(one.name) >= 6 else None


def _inner_words(one: Named, rng: np.random.Generator) -> str | None:
    words = one.name.split()
    if len(words) < 4:
        return None
    first = int(rng.integers(1, len(words) - 1))
    return " ".join(words[first : first + 2])


def _plain(one: Named, rng: np.random.Generator) -> str | None:
    return fold(one.name) if fold(one.name).replace(" ", "") != one.name.lower().replace(" ", "") else None


def _no_article(one: Named, rng: np.random.Generator) -> str | None:
    article, _, rest = one.name.partition(" ")
    return rest.lower() if article in ("The", "A", "An", "Le", "La", "Der", "Die") and len(rest) > 3 else None


WAYS: dict[str, Way] = {
    "as written": lambda one, rng: one.name,
    "without accents and punctuation": _plain,
    "without its article": _no_article,
    "first three fifths": _beginning,
    "two words from within": _inner_words,
    "one typo": _typo(1, 5),
    "two typos": _typo(2, 9),
}
BY_YEAR: dict[str, Way] = {
    "name and year": lambda one, rng: f"{one.name.lower()} {one.year}" if one.year else None,
    "one typo and (year)": lambda one, rng: f"{wrong} ({one.year})" if (wrong := _typo(1, 5)(one, rng)) else None,
}


def _sound(one: Named) -> tuple[str, str] | None:
    return sounds(fold(one.name))


def _pinyin_typo(one: Named, rng: np.random.Generator) -> str | None:
    said = _sound(one)
    return mistype(said[0].replace(" ", ""), 1, rng) if said and len(said[0]) > 7 else None


CHINESE: dict[str, Way] = {
    "Chinese name": lambda one, rng: one.name,
    "its first half": lambda one, rng: one.name[: (len(one.name) + 1) // 2] if len(one.name) > 3 else None,
    "pinyin": lambda one, rng: said[0].replace(" ", "") if (said := _sound(one)) else None,
    "pinyin, spaced": lambda one, rng: said[0] if (said := _sound(one)) else None,
    "pinyin, one typo": _pinyin_typo,
    "pinyin initials": lambda one, rng: said[1] if (said := _sound(one)) and len(said[1]) > 2 else None,
}
"""Names are Chinese here."""


def questions(
    things: Sequence[Named], ways: dict[str, Way], each: int, rng: np.random.Generator, *, by_year: bool = False
) -> Iterator[Question]:
    """Up to `each` questions of every kind, about things in a random order."""
    for kind, way in ways.items():
        asked = 0
        for at in rng.permutation(len(things)).tolist():
            if asked == each:
                break
            text = way(things[at], rng)
            if text:
                asked += 1
                yield Question(kind, text, things[at], by_year)
