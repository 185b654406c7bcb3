"""How well every title would suit a person, told from what they have seen: one way for answers and for measurements.

    rows seen, verdicts  ->  Preference  ->  [titles] scores, and every seen title's exact part in them

    score(c) = standing(c) + w_v sum_i x_i B(i, c) + w_c / s sum_i x_i K(i, c)

i runs over the titles seen, x_i are verdicts (`reelation.histories.verdicts`). B are item weights learned from viewers
(sparse), K is `reelation.search.kernel`, s the spread over titles of its sum. Standing is what a title is worth to
anybody: how many like it, and lately. Given s, every part but standing is a sum over the titles seen, so each title's
own part can be named. A new viewer is scored like one whom the atlas was trained with.

Where viewers say nothing about any title seen, the score is K's part alone; where nothing was seen, it is standing, or
in an atlas without viewers how well known a title is.

Source: item weights by EASE, Steck 2019 (arXiv:1905.03375).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.search.kernel import Kernel

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Basis = Literal["viewers", "content", "popularity"]

ALONE = {"viewers": 0.0, "content": 1.0}
"""Weights where viewers say nothing."""


class Preference:
    """Scores of one person."""

    def __init__(self, content: AtlasContent, part: Part, rows: Rows, verdicts: Floats) -> None:
        """Read a history.

        Args:
            content: of the atlas.
            part: "recommender"; see docs/explanation/atlas.md.
            rows: [seen] distinct rows of titles.
            verdicts: [seen] what the person thought of each; 0 says nothing.
        """
        self._part, self.rows, self.verdicts = part, rows, verdicts
        self._kernel = Kernel(content, part.array("centre"), part.array("metric"))
        titles = len(content.vectors)
        self._owner, self._other, self._value = self._entries()
        self._value = self._value * verdicts[self._owner]
        self.viewers: Floats = np.bincount(self._other, self._value, minlength=titles).astype(np.float32)
        """[titles] what viewers say, before it is weighed."""
        total = self._kernel.weighted(rows, verdicts) if len(rows) else np.zeros(titles, np.float32)
        self._spread = max(float(total.std()), 1e-9)
        self.content: Floats = total / np.float32(self._spread)
        """[titles] what the atlas's relatedness says, of spread 1, before it is weighed."""
        self.basis: Basis = "viewers" if len(self._other) else "content" if verdicts.any() else "popularity"
        """What the scores come from first of all."""
        weights: dict[str, float] = part.about["weights"] if self.basis == "viewers" else ALONE
        self._weights = weights["viewers"], weights["content"]
        standing = part.array("standing" if "standing" in part.columns else "fame")
        self._standing: Floats = np.zeros(titles, np.float32) if self.basis == "content" else np.asarray(standing)
        self.scores: Floats = self._standing + np.float32(weights["viewers"]) * self.viewers
        """[titles] higher is better; also for titles that were seen."""
        self.scores += np.float32(weights["content"]) * self.content

    def _entries(self) -> tuple[Rows, Rows, Floats]:
        """The item weights of the titles seen: place in `rows`, the other title's row, B."""
        part, places, start = self._part, self._part.array("title"), self._part.array("start")
        if not len(places):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
        place = np.minimum(np.searchsorted(places, self.rows), len(places) - 1)
        has = np.flatnonzero(places[place] == self.rows)
        low, high = start[place[has]], start[place[has] + 1]
        at = spans(low, high)
        owner = np.repeat(has, high - low)
        return owner, part.array("other")[at].astype(np.int64), np.asarray(part.array("value")[at], np.float32)

    def parts(self, others: Rows) -> Parts:
        """The scores of `others` [n] by every title seen."""
        where = np.full(len(self.scores), -1, np.int64)
        where[others] = np.arange(len(others))
        kept = np.flatnonzero(where[self._other] >= 0)
        cell = self._owner[kept] * len(others) + where[self._other[kept]]
        shape = (len(self.rows), len(others))
        viewers = np.bincount(cell, self._value[kept], minlength=shape[0] * shape[1]).reshape(shape)
        content = self._kernel.between(self.rows, others) * self.verdicts[:, None].astype(np.float64)
        return Parts(
            standing=self._standing[others].astype(np.float64),
            viewers=np.asarray(viewers * self._weights[0], np.float64),
            content=np.asarray(content * (self._weights[1] / self._spread), np.float64),
        )


@dataclass(frozen=True)
class Parts:
    """Some titles' scores taken apart; standing and both others summed over the titles seen are the score."""

    standing: NDArray[np.float64]
    """[others]."""
    viewers: NDArray[np.float64]
    """[seen, others]."""
    content: NDArray[np.float64]
    """[seen, others]."""
