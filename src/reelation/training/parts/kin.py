"""How a text alone leads to titles: from a text's vector to the vector that a title with such a text tends to have.

compact text vectors, vectors of titles  ->  ridge regression  ->  map [text, width], mean [width], company [sample]

A synopsis says nothing of people, series or years, yet texts of one series, genre or time are alike; the map carries
over what of that the atlas's own titles show.

Source: ridge regression, Hoerl & Kennard 1970, doi:10.1080/00401706.1970.10488634.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.draws import chosen, lot
from reelation.search.company import NEAREST
from reelation.training.parts import PartContext

Floats = NDArray[np.float32]

_RIDGE = 30.0
"""Chosen on validation synopses; docs/research/create.md."""
_FEWEST = 50
"""Titles with texts; fewer teach nothing."""
_SAMPLE = 1000
"""Titles whose company is looked up."""


def build(context: PartContext) -> Part | None:
    """The map and the usual company of titles with texts; None where there are too few of them."""
    if context.text is None:
        return None
    there = np.flatnonzero(context.text.any(axis=1))
    if len(there) < _FEWEST:
        return None
    text, vectors = context.text[there], np.asarray(context.content.vectors, np.float32)
    mean = vectors.mean(axis=0)
    gram = text.T.astype(np.float64) @ text + _RIDGE * np.eye(text.shape[1])
    towards = np.linalg.solve(gram, text.T.astype(np.float64) @ (vectors[there] - mean))
    keys = context.content.titles.keys[there]
    picked = chosen(keys, np.ones(len(there), np.int64), min(_SAMPLE, len(there)), lot(context.seed, "company"))
    return Part(
        {
            "map": towards.astype(np.float32),
            "mean": mean.astype(np.float32),
            "company": _company(text, picked),
        },
        {"ridge": _RIDGE, "texts": len(there)},
    )


def _company(text: Floats, picked: NDArray[np.int64]) -> Floats:
    """[sample] rising: how like a text its tenth closest other one is, cosines."""
    found = np.empty(len(picked), np.float32)
    k = min(NEAREST, len(text) - 1)
    for at in range(0, len(picked), 256):
        rows = picked[at : at + 256]
        alike = text[rows] @ text.T
        alike[np.arange(len(rows)), rows] = -np.inf
        found[at : at + len(rows)] = np.partition(alike, len(text) - k, axis=1)[:, len(text) - k]
    return np.sort(found)
