"""Sparse weights from titles seen to other titles, as an atlas keeps them.

    part, rows  ->  Entries: which title seen, which other title, how much

Only the strongest weights of each of the most liked titles are kept; `title` are their rows, rising.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.parts import Part

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Entries:
    """The weights of some titles seen."""

    def __init__(self, part: Part, prefix: str, rows: Rows, titles: int) -> None:
        """Read them.

        Args:
            part: "recommender".
            prefix: "" for what is liked together, "next " for what is liked soon after.
            rows: [seen] titles seen.
            titles: in the atlas.
        """
        self.owner: Rows = np.zeros(0, np.int64)
        """[entries] place in `rows`."""
        self.other: Rows = np.zeros(0, np.int64)
        """[entries] row of the other title."""
        self.value: Floats = np.zeros(0, np.float32)
        self._titles = titles
        if f"{prefix}title" not in part.columns or not len(part.array(f"{prefix}title")):
            return
        places, start = part.array(f"{prefix}title"), part.array(f"{prefix}start")
        place = np.minimum(np.searchsorted(places, rows), len(places) - 1)
        has = np.flatnonzero(places[place] == rows)
        low, high = start[place[has]], start[place[has] + 1]
        at = spans(low, high)
        self.owner = np.repeat(has, high - low)
        self.other = part.array(f"{prefix}other")[at].astype(np.int64)
        self.value = np.asarray(part.array(f"{prefix}value")[at], np.float32)

    def __len__(self) -> int:
        return len(self.owner)

    def weighted(self, weights: NDArray[np.floating]) -> Floats:
        """[titles] the sum of the weights of titles seen times `weights` [seen]."""
        found = np.zeros(self._titles, np.float32)
        np.add.at(found, self.other, self.value * weights.astype(np.float32)[self.owner])
        return found

    def between(self, weights: NDArray[np.floating], others: Rows) -> NDArray[np.float64]:
        """[seen, others] each title's own part of `weighted` for `others`."""
        where = np.full(self._titles, -1, np.int64)
        where[others] = np.arange(len(others))
        kept = np.flatnonzero(where[self.other] >= 0)
        cell = self.owner[kept] * len(others) + where[self.other[kept]]
        amount = self.value[kept] * weights[self.owner[kept]]
        shape = (len(weights), len(others))
        return np.asarray(np.bincount(cell, amount, minlength=shape[0] * shape[1]).reshape(shape), np.float64)
