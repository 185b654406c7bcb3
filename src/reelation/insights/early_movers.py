"""Titles that stood where a thing's centre came only later.

    places of the titles, centres of the windows  ->  way from the first centre to the last  ->  EarlyMover each

The way is a straight line; what counts is how far along it a title stood. One that is far ahead of its own years, as
titles of its years spread, and at or beyond where the centre came two or more windows later, moved early.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.insights.titles import Title, title_at

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_MOST = 5
_LEAST_AHEAD = 1.5
"""Standard deviations of the titles of its window."""
_LEAST_WINDOWS = 2


@dataclass(frozen=True)
class EarlyMover:
    """A title ahead of its time."""

    title: Title
    ahead: float
    """Along the way, in standard deviations of the titles of its window from their centre."""
    reached: tuple[int, int]
    """First and last year of the window in which the centre first stood as far along, or the last window."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        reached = {"first": self.reached[0], "last": self.reached[1]}
        return {"title": self.title.to_json(), "ahead": round(self.ahead, 2), "reached": reached}


def early_movers(
    atlas: Atlas,
    rows: Rows,
    place: Floats,
    window: Rows,
    centres: Floats,
    windows: tuple[tuple[int, int], ...],
) -> tuple[EarlyMover, ...]:
    """The titles farthest ahead, five at the most.

    Args:
        atlas: names them.
        rows: [n] titles of the thing.
        place: [n, width] where they stand.
        window: [n] the window of each, from 0.
        centres: [windows, width].
        windows: first and last year of each.
    """
    way = centres[-1] - centres[0]
    along, reach = place @ way, centres @ way
    spread = np.array([along[window == at].std() if (window == at).sum() > 1 else np.inf for at in range(len(windows))])
    ahead = (along - reach[window]) / np.maximum(spread[window], 1e-9)
    beyond = reach[None, :] >= along[:, None]  # the centre stood as far along in this window
    beyond &= np.arange(len(windows)) > window[:, None]
    when = np.where(beyond.any(axis=1), beyond.argmax(axis=1), len(windows) - 1)
    early = (ahead >= _LEAST_AHEAD) & (when - window >= _LEAST_WINDOWS)
    best = np.flatnonzero(early)[np.argsort(-ahead[early], kind="stable")][:_MOST]
    return tuple(EarlyMover(title_at(atlas, int(rows[i])), float(ahead[i]), windows[int(when[i])]) for i in best)
