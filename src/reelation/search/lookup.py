"""From what a person types to a title: tolerant of case, accents, punctuation, articles, typos and a year.

    "alein (1979)"  ->  find  ->  Match(row, how="typo")

An id ("imdb:tt0078748", "tt0078748", "Q103569") is taken as it is. A text that fits several titles equally well is
a question back to the person, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import AmbiguousTitleError, TitleNotFoundError
from reelation.folding import fold

_YEAR = re.compile(r"^(?P<name>.*\S)\s*[(\[（](?P<year>\d{4})[)\]）]\s*$", re.DOTALL)
_ARTICLES = ("the ", "a ", "an ", "le ", "la ", "les ", "l ", "der ", "die ", "das ", "el ", "los ", "il ")
_NUMERALS = [
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
    "xvii",
    "xviii",
    "xix",
    "xx",
]
_ROMAN = {numeral: str(number) for number, numeral in enumerate(_NUMERALS, start=2)}
_ARABIC = {number: numeral for numeral, number in _ROMAN.items()}
_TYPO = 85.0
"""Lowest similarity (0 to 100) of a name that is taken for a mistyped one, if it stands alone."""
_LEAD = 4.0
"""How far it must be ahead of the next one."""

How = Literal["id", "name", "original name", "other name", "typo"]


@dataclass(frozen=True)
class Match:
    """A title found by text."""

    row: int
    how: How


def find(atlas: Atlas, text: str) -> Match:
    """The one title that `text` means.

    Args:
        text: an id, or a name with or without a year in parentheses.

    Raises:
        AmbiguousTitleError: several titles have that name; lists them.
        TitleNotFoundError: none has; names close ones.
    """
    row = row_of_id(atlas, text.strip())
    if row is not None:
        return Match(row, "id")
    name, year = split_year(text)
    for key in spellings(name):
        rows, ranks = _named(atlas, key)
        if year is not None:
            near = rows_of_year(atlas, rows, year)
            rows, ranks = rows[near], ranks[near]
        if len(rows):
            best = sorted(set(rows[ranks == ranks.min()].tolist()))
            if len(best) == 1:
                return Match(best[0], ("name", "original name", "other name")[int(ranks.min())])
            raise _ambiguous(atlas, text, best)
    return _by_likeness(atlas, text, name, year)


def split_year(text: str) -> tuple[str, int | None]:
    """'Solaris (1972)' -> ('Solaris', 1972); without a year in parentheses the text stays whole."""
    found = _YEAR.match(text.strip())
    return (found["name"], int(found["year"])) if found else (text.strip(), None)


def rows_of_year(atlas: Atlas, rows: NDArray[np.int64], year: int) -> NDArray[np.bool_]:
    """[rows] True where the title is of `year`; where none is, of a year next to it (sources disagree)."""
    years = atlas.year[rows].astype(np.int64)
    exact = years == year
    return np.asarray(exact if exact.any() else np.abs(years - year) == 1)


def label(atlas: Atlas, row: int) -> str:
    """'Alien (1979)', or the bare name where the year is unknown."""
    year = int(atlas.year[row])
    return f"{atlas.names[row]} ({year})" if year else atlas.names[row]


def row_of_id(atlas: Atlas, text: str) -> int | None:
    """The row of the title with this id: the atlas's own, IMDb's or Wikidata's, with or without its source in front."""
    if ":" in text and (row := atlas.titles.find(text)) is not None:
        return row
    for pattern, source, field in ((r"tt\d{7,10}", "imdb", "imdb"), (r"Q\d+", "wikidata", "wikidata")):
        bare = text.removeprefix(f"{source}:")
        if re.fullmatch(pattern, bare):
            row = atlas.titles.find(f"{source}:{bare}")
            return row if row is not None else _by_external(atlas, f"{field}={bare}")
    return None


def _by_external(atlas: Atlas, wanted: str) -> int | None:
    return next((row for row, ids in enumerate(atlas.externals) if wanted in ids.split()), None)


def spellings(name: str) -> list[str]:
    """Ways to write a name, the surest first.

    Folded `name`; then without a leading article, or with "the" put in front; then with the number of a sequel in the
    other numerals ("Rocky 2" and "Rocky II").
    """
    key = fold(name)
    for article in _ARTICLES:
        if key.endswith(" " + article.strip()) and "," in name:  # "Matrix, The"
            key = article + key[: -len(article)]
            break
    bare = without_article(key)
    others = [bare] if bare != key else [f"the {key}"]
    plain = [spelling for spelling in (key, *others) if spelling]
    return list(dict.fromkeys([*plain, *(renumbered(spelling) for spelling in plain)]))


def without_article(key: str) -> str:
    """A folded name without its leading article; as it is where it has none, or nothing else."""
    if not key.startswith(_ARTICLES):
        return key
    return key[len(next(one for one in _ARTICLES if key.startswith(one))) :] or key


def renumbered(key: str) -> str:
    """A folded name with numbers 2 to 20, but for the first word, in the other numerals."""
    first, *rest = key.split() or [""]
    return " ".join([first, *(_ROMAN.get(word, _ARABIC.get(word, word)) for word in rest)])


def _named(atlas: Atlas, key: str) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Rows and ranks of all names that fold to `key`, by binary search."""
    low, end = atlas.name_keys.span(key)
    return atlas.name_row[low:end].astype(np.int64), np.asarray(atlas.name_rank[low:end])


def _ambiguous(atlas: Atlas, text: str, rows: list[int]) -> AmbiguousTitleError:
    shown = [f"{label(atlas, row)}  [{atlas.titles[row]}]" for row in rows[:12]]
    more = f" and {len(rows) - 12} more" if len(rows) > 12 else ""
    message = f"'{text}' fits {len(rows)} titles: {'; '.join(shown)}{more}. Add the year or give the id."
    return AmbiguousTitleError(message, tuple(shown))


def _by_likeness(atlas: Atlas, text: str, name: str, year: int | None) -> Match:
    """The one title whose name is nearly the same, else an error that names close ones."""
    from rapidfuzz import fuzz, process

    key = fold(name)
    found = process.extract(key, list(atlas.name_keys), scorer=fuzz.ratio, limit=60, score_cutoff=60) if key else []
    best: dict[int, float] = {}
    for _, score, at in found:
        row = int(atlas.name_row[at])
        distance = abs(int(atlas.year[row]) - year) if year is not None else 0
        liked = score + (4.0 if year is not None and distance == 0 else -min(distance, 20) * 0.5)
        best[row] = max(best.get(row, 0.0), liked if distance <= 1 else min(liked, _TYPO - 1))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] >= _LEAD)
    if ranked and ranked[0][1] >= _TYPO and clear:
        return Match(ranked[0][0], "typo")
    close = tuple(label(atlas, row) for row, _ in ranked[:5])
    hint = f" Close names: {', '.join(close)}." if close else ""
    date = atlas.manifest.config.get("as_of")
    where = f"in this atlas that was known on {date}" if date else "in this atlas"
    raise TitleNotFoundError(f"No title '{text}' {where}.{hint}", close)
