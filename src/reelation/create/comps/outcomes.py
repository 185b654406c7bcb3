"""How a title fared beside its peers: a hit, in the middle, or a miss, by the atlas's own figures.

figures of the atlas, year and genre of a title  ->  Outcomes.of  ->  its place among titles of its years and genres

Peers are titles of the same kind within five years that share a genre and have the same figure. A title in their
highest third is a hit, in their lowest third a miss. Where the figure is unknown, or fewer than 20 peers have one,
nothing is said. Thirds within year and genre are ours: money is not adjusted, and what is much differs by genre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.search.figures import Figures
from reelation.search.naming import node_range

Fared = Literal["hit", "middle", "miss"]
MARKET = ("box_office_usd", "votes", "ratings", "popularity")
"""Measures of success in the market, the plainest first; the first that the title has decides."""
RECEPTION = ("critic_score", "audience_score", "mean_stars")
YEARS = 5
FEWEST = 20
"""Peers."""


@dataclass(frozen=True)
class Outcome:
    """How a title fared."""

    fared: Fared
    measure: str
    """The figure that decides."""
    value: float
    share: float
    """Share of its peers whose figure is lower, half of those with the same counted, 0 to 1."""
    peers: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "fared": self.fared,
            "measure": self.measure,
            "value": round(self.value, 4),
            "share": round(self.share, 4),
            "peers": self.peers,
        }


class Outcomes:
    """How the titles of an atlas fared; nothing is known where it has no figures."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas, self._figures = atlas, Figures.of(atlas)
        self._genres = node_range(atlas, "genre")

    def of(self, row: int, by: tuple[str, ...] = (*MARKET, *RECEPTION)) -> Outcome | None:
        """How the title in `row` fared by the first of these measures for which it and enough peers have a figure."""
        if self._figures is None:
            return None
        peers: NDArray[np.int64] | None = None
        for measure in by:
            column = self._figures.column(measure)
            value = float(column[row])
            if np.isnan(value):
                continue
            peers = self._peers(row) if peers is None else peers
            known = column[peers]
            known = known[~np.isnan(known)]
            if len(known) < FEWEST:
                continue
            share = float(((known < value).sum() + (known == value).sum() / 2) / len(known))
            fared: Fared = "hit" if share >= 2 / 3 else "miss" if share <= 1 / 3 else "middle"
            return Outcome(fared, measure, value, share, len(known))
        return None

    def _peers(self, row: int) -> NDArray[np.int64]:
        """Rows of other titles of its kind, years and genres; of its kind and years where it has no genre."""
        atlas = self._atlas
        year = int(atlas.year[row])
        if not year:
            return np.zeros(0, np.int64)
        near = (np.abs(atlas.year.astype(np.int32) - year) <= YEARS) & (atlas.year > 0)
        near &= atlas.kind == atlas.kind[row]
        nodes = atlas.edge_node[atlas.edges_of(row)]
        own = nodes[(nodes >= self._genres[0]) & (nodes < self._genres[1])]
        if len(own):
            sharing = np.zeros(len(atlas), bool)
            for node in own.tolist():
                sharing[atlas.posting_title[atlas.titles_of(node)]] = True
            near &= sharing
        near[row] = False
        return np.flatnonzero(near)


def bands(atlas: Atlas) -> tuple[str, NDArray[np.float64]] | None:
    """The figure that tells scale, and the share of other titles of the same five years with less of it.

    Returns:
        The measure, and [titles] 0 to 1, NaN where unknown; None where the atlas has no such figure.
    """
    if "create bands" not in atlas.kept:
        atlas.kept["create bands"] = _bands(atlas)
    found: tuple[str, NDArray[np.float64]] | None = atlas.kept["create bands"]
    return found


def _bands(atlas: Atlas) -> tuple[str, NDArray[np.float64]] | None:
    figures = Figures.of(atlas)
    measure = next((one for one in ("budget_usd", *MARKET) if figures is not None and one in figures.measures), None)
    if figures is None or measure is None:
        return None
    column = figures.column(measure)
    found = np.full(len(atlas), np.nan)
    known = np.flatnonzero(~np.isnan(column) & (atlas.year > 0))
    lustrum = atlas.year[known].astype(np.int64) // YEARS
    for one in np.unique(lustrum).tolist():
        rows = known[lustrum == one]
        if len(rows) >= 3:
            found[rows] = np.searchsorted(np.sort(column[rows]), column[rows]) / (len(rows) - 1)
    return measure, found
