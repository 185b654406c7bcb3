"""Words of a text that stand in titles: "A chef …" and "Chef", rare words more.

text  ->  title_word_scores  ->  cosine with the words of each title
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.reading.mentions import READ
from reelation.create.reading.phrases import STOP_WORDS
from reelation.folding import title_words
from reelation.rows import rarity
from reelation.search.naming import node_range

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_LETTERS = 4
_MOST = 0.005
"""Share of all titles that a word may stand in; commoner ones say nothing."""


def title_word_scores(atlas: Atlas, text: str) -> tuple[Floats, dict[str, Rows]]:
    """How much of each title's words, weighed by rarity, the text has.

    Args:
        atlas: knows words of titles, else nothing is found.
        text: its first 12,000 characters are read.

    Returns:
        [titles] 0 to 1; word -> rows of the titles that have it.
    """
    found, words = np.zeros(len(atlas), np.float32), {}
    first, last = node_range(atlas, "word")
    if last == first:
        return found, {}
    most = max(_MOST * len(atlas), 2)
    for word in title_words(text[:READ]):
        if len(word) < _LETTERS or word in STOP_WORDS:
            continue
        node = atlas.nodes.find(f"word:{word}")
        if node is None:
            continue
        rows = atlas.posting_title[atlas.titles_of(node)].astype(np.int64)
        if 0 < len(rows) <= most:
            found[rows] += rarity(len(atlas), np.array([len(rows)]))[0] ** 2
            words[word] = rows
    lengths = _lengths(atlas, first, last)
    return np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0), words


def _lengths(atlas: Atlas, first: int, last: int) -> Floats:
    """[titles] squared length of the rarities of each title's words."""
    if "title word lengths" not in atlas.kept:
        degree = np.diff(atlas.posting_start[first : last + 1])
        squares = np.repeat(rarity(len(atlas), degree) ** 2, degree)
        rows = atlas.posting_title[int(atlas.posting_start[first]) : int(atlas.posting_start[last])]
        atlas.kept["title word lengths"] = np.bincount(rows, weights=squares, minlength=len(atlas)).astype(np.float32)
    found: Floats = atlas.kept["title word lengths"]
    return found
