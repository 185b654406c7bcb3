"""What a text may mean: a name, or a name and a year, with numbers written either way.

"alien 1979"  ->  readings  ->  ("alien 1979", any year), ("alien", 1979)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from reelation.search.lookup import renumbered, spellings, split_year, without_article
from reelation.title_search.names import compared

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_LONGEST = 120
"""Letters that are compared; what comes after them says nothing more."""


@dataclass(frozen=True)
class Reading:
    """One meaning of what was typed."""

    key: str
    """As names are compared; never empty."""
    year: int | None = None

    @cached_property
    def joined(self) -> str:
        """Without spaces: "spider man" and "spiderman" are one."""
        return self.key.replace(" ", "")

    @cached_property
    def bare(self) -> str:
        """Without a leading article and spaces."""
        return without_article(self.key).replace(" ", "")

    @cached_property
    def words(self) -> list[str]:
        """Of the key."""
        return self.key.split()


def readings(text: str) -> tuple[Reading, ...]:
    """All that `text` may mean, the plainest first; none where it holds no letter or digit."""
    name, year = split_year(text)
    found = [(_turned(name), year)]
    if year is None:
        words = found[0][0].split()
        for at in (-1, 0):
            if len(words) > 1 and _YEAR.fullmatch(words[at]):
                rest = words[:at] if at else words[1:]
                found.append((" ".join(rest), int(words[at])))
    every = [(key, year) for key, year in found] + [(renumbered(key), year) for key, year in found if key]
    return tuple(Reading(key, year) for key, year in dict.fromkeys(every) if key)


def _turned(name: str) -> str:
    """As names are compared, with the article of "Matrix, The" in front."""
    key = compared(name)
    if "," in name:
        key = next(iter(spellings(name)), key) if key.isascii() else key
    return key[:_LONGEST].strip()
