"""Validation for same-series retrieval: films whose titles give away that they belong together.

    default catalogue  ->  sequel_groups  ->  "saw" -> rows of Saw, Saw II, Saw III ...

A title is cut down to its stem: what stands before a colon or dash, without "Part", numerals and years at its end. A
stem makes a group when one film bears it as its whole title and another bears it with something after it, at most
15 years from the film before. Titles of the test's series are left out, so that choosing by these groups does not look
at the test. Titles give these groups away, so nothing that reads titles can be judged by them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from reelation.folding import fold

_CUT = re.compile(r"\s*(?::|–|—|\s-\s).*$")
_TAIL = re.compile(r"\s+(part|chapter|volume|vol|episode|no)?\s*(\d{1,4}|[ivx]+|one|two|three|four|five|six|seven)$")
_LEAST = 3
"""Letters of a stem, so that "It" and "M" make no groups."""
_YEARS = 15


def stem(name: str) -> str:
    """'Saw IV' -> 'saw'; 'The Toxic Avenger Part II' -> 'the toxic avenger'; 'Aliens' stays 'aliens'."""
    short = fold(_CUT.sub("", name))
    while (cut := _TAIL.sub("", short)) != short:
        short = cut
    return short


def sequel_groups(
    names: Sequence[str], years: Sequence[int], without: Collection[int] = frozenset()
) -> dict[str, set[int]]:
    """Stem -> rows of the films that bear it.

    Args:
        names: [titles].
        years: [titles], 0 unknown (such titles join no group).
        without: rows to leave out, with every group that has one of them.
    """
    by_stem: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        key = stem(name)
        if years[row] and len(key) >= _LEAST:
            by_stem[key].append(row)
    groups = {}
    for key, rows in by_stem.items():
        whole = {row for row in rows if fold(names[row]) == key}
        if len(rows) > len(whole) > 0 and not set(rows) & set(without):
            for number, run in enumerate(_runs(sorted(rows, key=lambda row: years[row]), years)):
                if len(run) > 1 and not run <= whole:
                    groups[f"{key} {number}"] = run
    return groups


def _runs(rows: Sequence[int], years: Sequence[int]) -> Iterator[set[int]]:
    """Rows in order of years, cut where a film comes more than 15 years after the one before."""
    run = {rows[0]}
    for before, row in pairwise(rows):
        if years[row] - years[before] > _YEARS:
            yield run
            run = set()
        run.add(row)
    yield run
