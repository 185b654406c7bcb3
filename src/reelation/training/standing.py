"""What a title is worth to anybody: likes ever and lately, and what it shares with what is liked lately.

    events, Passing  ->  standing  ->  name -> [titles] numbers of spread 1

"recent 7" are likes halved for every 7 days before the last one; "trend person 7" are those recent likes passed on
from titles to their people and from there to all titles, so that a new title of somebody whom many watch now stands
higher before anybody has seen it.

`Daily` gives what was known when each day began, as an atlas has it that is updated every night.

Source: Ding & Li 2005, doi:10.1145/1099554.1099689, on decaying old events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.popularity import DAY, recent_likes
from reelation.rows import rarity

Floats = NDArray[np.float32]


class Passing:
    """Numbers of titles passed on along each relation; R of `reelation.search.reach` for all titles at once."""

    def __init__(self, content: AtlasContent, names: Sequence[str], kinds: NDArray[np.integer], length: Floats) -> None:
        """Make the relations' matrices.

        Args:
            content: edges.
            names: of the relations.
            kinds: [relations] values of `content.node_type`.
            length: [titles, relations] see `reelation.search.reach.lengths`.
        """
        titles, nodes = len(length), len(content.node_type)
        rare = rarity(titles, np.diff(content.posting_start))
        owner = np.repeat(np.arange(titles), np.diff(content.edge_start))
        kind = content.node_type[content.edge_node]
        self.relations: dict[str, sparse.csr_array] = {}
        for column, (name, wanted) in enumerate(zip(names, kinds.tolist(), strict=True)):
            some = np.flatnonzero(kind == wanted)
            node = np.asarray(content.edge_node[some])
            share = rare[node] / np.maximum(length[owner[some], column], 1e-9)
            self.relations[name] = sparse.csr_array((share, (owner[some], node)), shape=(titles, nodes))

    def on(self, relation: str, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """[titles] `values` [titles] passed to what the titles share, and back to titles."""
        matrix = self.relations[relation]
        return np.asarray(matrix @ (matrix.T @ values), np.float64)


def standing(
    events: Interactions, half_lives: Sequence[float], passing: Passing | None, trends: Sequence[float]
) -> dict[str, Floats]:
    """[titles] a kind, of mean 0 and spread 1 over titles that somebody likes.

    Args:
        events: what is known; `stars` are verdicts.
        half_lives: days, of likes lately.
        passing: along which relations trends are passed; None for no trends.
        trends: days, half-lives of the likes that are passed on.
    """
    liked = events.only(events.stars > 0)
    popular = liked.popularity()
    counts = {"liked": popular.astype(np.float64)}
    timed = liked.only(liked.time != UNKNOWN_TIME)
    if len(timed):
        counts |= {f"recent {days:g}": 10.0 * recent_likes(timed, days).astype(np.float64) for days in half_lives}
        for days in trends if passing is not None else ():
            recent = recent_likes(timed, days)
            for name in passing.relations if passing is not None else ():
                counts[f"trend {name} {days:g}"] = passing.on(name, recent)
    found = {}
    for name, count in counts.items():
        height = np.log1p(count)
        some = height[popular > 0]
        found[name] = ((height - some.mean()) / max(float(some.std()), 1e-6)).astype(np.float32)
    return found


class Daily:
    """Standing as it was when a day began (UTC), from the events of a log before it."""

    def __init__(self, log: Interactions, make: Callable[[Interactions], dict[str, Floats]]) -> None:
        """Take a log.

        Args:
            log: events, oldest first; `stars` are verdicts.
            make: standing from what is known.
        """
        self._log, self._make = log, make
        self._day, self._found = -1, dict[str, Floats]()

    def at(self, time: int) -> dict[str, Floats]:
        """What held on the day of a second; empty where nothing came before."""
        day = time // DAY
        if day != self._day:
            known = int(np.searchsorted(self._log.time, day * DAY))
            some = self._log.only(np.arange(known))
            self._found = self._make(some) if (some.stars > 0).any() else {}
            self._day = day
        return self._found
