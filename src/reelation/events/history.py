"""A viewer's stored events as a history of an atlas's rows, so that insights answer from them at once.

[Event, …]  ->  history_of_events(atlas)  ->  History; titles that the atlas does not have are left out
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.events.event import Event, check_id
from reelation.histories.history import DISLIKE, LIKE, RATING, History, history_of
from reelation.histories.stored import Stored, history_in

_OPPOSED = {"like": "dislike", "dislike": "like"}


def history_of_events(atlas: Atlas, viewer_id: str, events: Iterable[Event], known: History | None = None) -> History:
    """The history of a viewer.

    Of a like and a dislike of the same title the later one counts.

    Args:
        atlas: whose rows the history names.
        viewer_id: whose it is.
        events: what is stored of them.
        known: what the atlas itself was trained with; a stored event takes the place of one of the same title and kind.
    """
    rows: dict[tuple[int, int], tuple[float, int]] = {}
    if known is not None:
        columns = (known.row.tolist(), known.kind.tolist(), known.value.tolist(), known.time.tolist())
        for row, kind, value, time in zip(*columns, strict=True):
            rows[row, kind] = (value, time)
    for event in _last_opinions(events):
        row = atlas.titles.find(event.title_id)
        if row is not None:
            kind = EVENTS.index(event.kind)
            for opposite in {LIKE: [DISLIKE], DISLIKE: [LIKE]}.get(kind, []):
                rows.pop((row, opposite), None)
            value = event.value if event.value is not None else np.nan
            rows[row, kind] = (value, UNKNOWN_TIME if event.time is None else event.time)
    return history_of(viewer_id, [(row, kind, *told) for (row, kind), told in rows.items()])


def _last_opinions(events: Iterable[Event]) -> list[Event]:
    """All but a like that was followed by a dislike of the same title, or the other way round."""
    kept = {(event.title_id, event.kind): event for event in events}
    found = []
    for (title, kind), event in kept.items():
        other = kept.get((title, _OPPOSED.get(kind, "")))
        if other is None or (event.time or 0, kind == "dislike") >= (other.time or 0, other.kind == "dislike"):
            found.append(event)
    return found


def events_of_stored(atlas: Atlas, viewer_id: str, stored: Stored) -> dict[tuple[str, str], Event]:
    """What the exports that a viewer imported say, as events: of several with one title and kind the latest.

    Args:
        atlas: that the entries were matched to.
        viewer_id: whose they are.
        stored: the entries, and what was decided of them.

    Returns:
        (title id, kind) -> event.
    """
    history = history_in(atlas, stored)
    found: dict[tuple[str, str], Event] = {}
    for at in range(len(history)):  # oldest first
        title, kind = atlas.titles[int(history.row[at])], EVENTS[int(history.kind[at])]
        if check_id(title):  # an id that no client could send
            continue
        value = round(float(history.value[at]), 4) if history.kind[at] == RATING else None
        time = int(history.time[at])
        found[title, kind] = Event(viewer_id, title, kind, value, None if time == UNKNOWN_TIME else time)
    return found
