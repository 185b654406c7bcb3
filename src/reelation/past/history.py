"""A history as it was on a day, by the rows of the atlas of that day."""

from __future__ import annotations

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.histories.history import History
from reelation.past.atlas import PastAtlas
from reelation.past.dates import SECONDS


def history_until(atlas: Atlas, history: History) -> History:
    """What was done until the day of `atlas`; all of it where that is an atlas of now.

    Args:
        atlas: the one that the history's rows are of.
        history: events of unknown time are not known at any date.
    """
    if not isinstance(atlas, PastAtlas):
        return history
    kept = (history.time != UNKNOWN_TIME) & (history.time // SECONDS <= atlas.day)
    return History(history.name, *(getattr(history, column)[kept] for column in ("row", "kind", "value", "time")))


def moment_of(atlas: Atlas) -> int | None:
    """The last second of the day that an atlas as of a day answers at, since 1970; None: it answers now."""
    return (atlas.day + 1) * SECONDS - 1 if isinstance(atlas, PastAtlas) else None


def history_in_past(now: Atlas, then: Atlas, history: History) -> History:
    """The same for a history whose rows are those of `now`; titles not known then go."""
    if not isinstance(then, PastAtlas):
        return history
    rows = {row: then.titles.find(now.titles[row]) for row in np.unique(history.row).tolist()}
    new = np.array([-1 if (found := rows[row]) is None else found for row in history.row.tolist()], np.int64)
    kept = new >= 0
    moved = History(history.name, new[kept], history.kind[kept], history.value[kept], history.time[kept])
    return history_until(then, moved)
