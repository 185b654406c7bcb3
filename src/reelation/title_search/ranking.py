"""The order of candidates: how close a name is to what was typed, then how well known its bearer is.

reading + names  ->  closeness  ->  (0 to 1, how)

A name that is what was typed comes first, then one that begins so, then one that has all its words, then one that is
nearly so. The numbers below were chosen on invented questions of the default catalogue (benchmarks/title_search.py);
those that the published figures are measured on were not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from reelation.search.lookup import without_article
from reelation.title_search.names import Form
from reelation.title_search.query import Reading

Floats = NDArray[np.float32]
How = Literal["exact", "prefix", "part", "typo", "alias", "pinyin", "initials"]


@dataclass(frozen=True)
class Weights:
    """What makes a name close, 0 to 1, and what counts beside."""

    without_article: float = 0.985
    other_spaces: float = 0.97
    """"spider man" for "spiderman"; without its article .015 less."""
    whole_words: float = 0.92
    """The name goes on after what was typed, with another word."""
    begun: float = 0.9
    """The name goes on within the last word."""
    surname: float = 0.9
    """The last word of a person's name."""
    reordered: float = 0.92
    together: float = 0.84
    """The words stand in the name one after the other."""
    parts: float = 0.78
    """All words are in the name, somewhere."""
    covered: float = 0.08
    """Times the share of the name that was typed, for beginnings and parts."""
    mistyped: float = 0.94
    mistyped_words: float = 0.84
    mistyped_beginning: float = 0.83
    within: float = 0.74
    """Something like what was typed stands within the name."""
    form: tuple[float, ...] = (0.0, 0.01, 0.02, 0.04, 0.1)
    """What each `Form` costs."""
    renown: float = 0.1
    year: float = 0.06
    """For the year that was typed; a year apart nothing, unknown or further apart it costs more and more."""
    year_apart: float = 0.12


WEIGHTS = Weights()


def closeness(
    reading: Reading, keys: Sequence[str], forms: NDArray[np.uint8], *, people: bool, weights: Weights = WEIGHTS
) -> tuple[Floats, list[How]]:
    """How close each name is to what was typed, and in what way.

    Args:
        reading: what was typed.
        keys: [names] as they are compared.
        forms: [names] which name it is.
        people: whether they are names of people.
        weights: what makes a name close.

    Returns:
        [names] 0 to 1, and a word for each.
    """
    alike = _likeness(reading, keys, weights)
    found, ways = np.zeros(len(keys), np.float32), []
    for at, (key, form) in enumerate(zip(keys, forms.tolist(), strict=True)):
        sure, way = _surely(reading, key, form, people, weights)
        likely = float(alike[at]) if form != Form.INITIALS else 0.0
        if likely > sure:
            sure, way = likely, "typo"
        found[at] = max(sure - weights.form[form], 0.0)
        ways.append(_said(way, form))
    return found, ways


def _surely(reading: Reading, key: str, form: int, people: bool, weights: Weights) -> tuple[float, How]:
    """Closeness of a name that holds what was typed letter by letter; 0 where it does not."""
    joined = key.replace(" ", "")
    if joined == reading.joined:
        return 1.0 if key == reading.key else weights.other_spaces, "exact"
    short = without_article(key)
    bare = short.replace(" ", "")
    if bare == reading.bare:
        same = short == without_article(reading.key)
        return weights.without_article - (0 if same else 1 - weights.other_spaces), "exact"
    if form == Form.INITIALS:
        return (
            (weights.begun, "prefix") if len(reading.joined) > 2 and joined.startswith(reading.joined) else (0, "part")
        )
    covered = weights.covered * min(len(reading.joined) / max(len(joined), 1), 1.0)
    if joined.startswith(reading.joined) or bare.startswith(reading.bare):
        ends = key.startswith(f"{reading.key} ") or short.startswith(f"{reading.key} ")
        return min((weights.whole_words if ends else weights.begun) + covered * 0.6, 0.98), "prefix"
    words = key.split()
    *typed, last = reading.words
    rest = set(words)
    if rest.issuperset(typed) and any(word.startswith(last) for word in words):
        if len(words) == len(reading.words) and last in rest:
            return weights.reordered, "part"
        if people and not typed and words[-1] == last:
            return weights.surname, "part"
        return (weights.together if f" {reading.key}" in key else weights.parts) + covered, "part"
    return 0.0, "part"


def _likeness(reading: Reading, keys: Sequence[str], weights: Weights) -> Floats:
    """[names] closeness of mistyped names, 0 to 1."""
    joined = [key.replace(" ", "") for key in keys]
    bare = [without_article(key).replace(" ", "") for key in keys]
    whole = np.maximum(_edits(reading.joined, joined), _edits(reading.bare, bare)) * weights.mistyped
    size = len(reading.bare)
    begun = np.maximum.reduce([_edits(reading.bare, [key[:end] for key in bare]) for end in (size - 1, size, size + 1)])
    found = np.maximum(whole, begun * (weights.mistyped_beginning if size > 3 else 0.0))
    for scorer, weight in ((fuzz.token_sort_ratio, weights.mistyped_words), (fuzz.partial_ratio, weights.within)):
        if scorer is fuzz.partial_ratio and size < 4:
            continue
        scores = process.cdist([reading.key], keys, scorer=scorer, dtype=np.float32)[0]
        if scorer is fuzz.partial_ratio:  # a short name stands within what was typed, not the other way round
            scores *= np.minimum([len(key) / len(reading.key) for key in keys], 1.0)
        found = np.maximum(found, scores / 100 * weight)
    return np.asarray(found, np.float32)


def _edits(text: str, others: Sequence[str]) -> Floats:
    """[others] 1 - edits / length; two letters that changed places are one edit."""
    found: Floats = process.cdist([text], others, scorer=OSA.normalized_similarity, dtype=np.float32)[0]
    return found


def _said(way: How, form: int) -> How:
    if form == Form.PINYIN:
        return "pinyin"
    if form == Form.INITIALS:
        return "initials"
    return "alias" if form != Form.NAME and way in ("exact", "prefix") else way


def year_counts(years: NDArray[np.int64], wanted: int | None, weights: Weights = WEIGHTS) -> Floats:
    """[titles] what the year that was typed adds to a title's closeness, or takes.

    Args:
        years: [titles] 0 unknown.
        wanted: None adds nothing.
        weights: how much.
    """
    if wanted is None:
        return np.zeros(len(years), np.float32)
    apart = np.abs(years - wanted)
    far = -weights.year_apart * (0.4 + 0.6 * np.minimum(apart, 10) / 10)
    counts = np.select([years == 0, apart == 0, apart == 1], [-weights.year_apart * 0.4, weights.year, 0.0], far)
    return counts.astype(np.float32)
