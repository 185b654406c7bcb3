"""What a title is worth to anybody: likes ever and lately, and what it shares with what is liked lately.

    events, Passing  ->  standing  ->  name -> [titles] numbers of spread 1

"recent 7" are likes halved for every 7 days before the last one, "lately 3" likes halved for every 3 % of all likes
that came after them, however many days these took; "trend person 7" are recent likes passed on from titles to their
people and from there to all titles, so that a new title of somebody whom many watch now stands higher before anybody
has seen it.

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
from reelation.evaluation.recommenders.popularity import DAY, latest_likes, recent_likes
from reelation.rows import rarity
from reelation.search.reach import lengths
from reelation.training.recommender_config import RecommenderConfig

Floats = NDArray[np.float32]

LATELY = "lately"


class Passing:
    """Numbers of titles passed on along each relation; R of `reelation.search.reach` for all titles at once."""

    def __init__(self, content: AtlasContent, relations: Sequence[str], node_types: Sequence[str]) -> None:
        """Make the relations' matrices.

        Args:
            content: edges.
            relations: types of nodes.
            node_types: names of `content.node_type`'s values.
        """
        self.kinds = np.array([node_types.index(name) for name in relations], np.int16)
        """[relations] values of `content.node_type`."""
        self.length = lengths(content, self.kinds)
        """[titles, relations]."""
        titles, nodes = len(self.length), len(content.node_type)
        rare = rarity(titles, np.diff(content.posting_start))
        owner = np.repeat(np.arange(titles), np.diff(content.edge_start))
        kind = content.node_type[content.edge_node]
        self.matrices: dict[str, sparse.csr_array] = {}
        """[titles, nodes] each title's share of each node, by relation."""
        for column, (name, wanted) in enumerate(zip(relations, self.kinds.tolist(), strict=True)):
            some = np.flatnonzero(kind == wanted)
            node = np.asarray(content.edge_node[some])
            share = rare[node] / np.maximum(self.length[owner[some], column], 1e-9)
            self.matrices[name] = sparse.csr_array((share, (owner[some], node)), shape=(titles, nodes))

    def on(self, relation: str, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """[titles] `values` [titles] passed to what the titles share, and back to titles."""
        matrix = self.matrices[relation]
        return np.asarray(matrix @ (matrix.T @ values), np.float64)


def standing(events: Interactions, config: RecommenderConfig, passing: Passing | None) -> dict[str, Floats]:
    """[titles] a kind, of mean 0 and spread 1 over titles that somebody likes.

    Args:
        events: what is known; `stars` are verdicts. Without times only how many like a title ever.
        config: over how long.
        passing: along which relations trends are passed; None for no trends.
    """
    liked = events.only(events.stars > 0)
    popular = liked.popularity()
    found = {"liked": np.log1p(popular.astype(np.float64))}
    timed = liked.only(liked.time != UNKNOWN_TIME)
    time = config.time
    if len(timed):
        for days in config.half_lives if time is None else time.recent:
            found[f"recent {days:g}"] = np.log1p(10.0 * recent_likes(timed, days).astype(np.float64))
    if len(timed) and time is not None:
        for percent in time.lately:
            found[f"{LATELY} {percent:g}"] = latest_likes(timed, percent / 100)
        if passing is not None:
            for days in time.trends:
                recent = recent_likes(timed, days)
                found |= {f"trend {name} {days:g}": np.log1p(passing.on(name, recent)) for name in passing.matrices}
    return {name: _spread_one(height, popular > 0) for name, height in found.items()}


def _spread_one(height: NDArray[np.floating], counted: NDArray[np.bool_]) -> Floats:
    """[titles] the same with mean 0 and spread 1 over the titles that are `counted`."""
    some = height[counted]
    return np.asarray((height - some.mean()) / max(float(some.std()), 1e-6), np.float32)


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
