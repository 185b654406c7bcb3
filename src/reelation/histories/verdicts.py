"""What events say: one number a title, how much it speaks for others like it.

rating, watch, like, dislike  ->  settle  ->  1 liked, 0.5 watched, -0.3 disliked

The building half uses the same function for all viewers of a catalogue at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.histories.history import History

LIKED_STARS = 3.0
"""Stars from which on a rating says that the title suits its viewer; as in the top-N tables."""
LIKED, WATCHED, DISLIKED = 1.0, 0.5, -0.3
"""Chosen on validation data (docs/research/topn.md), but for WATCHED: chosen, not judged, by analogy."""

_RANK = {"watch": 0, "rating": 1, "like": 2, "dislike": 3}
"""Of several events with one title the one of the highest rank counts, of several such the last."""


def settle(
    key: NDArray[np.integer[Any]], kind: NDArray[np.integer[Any]], value: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """One verdict a key.

    Args:
        key: [events] what the verdict is about: a title's row, or a number for viewer and title.
        kind: [events] place in `EVENTS`; a watchlist and what is hidden say nothing.
        value: [events] stars of ratings; NaN for other kinds. Events of one key are in order of time.

    Returns:
        The last event that counts of every distinct key, in the order of keys; its verdict, `DISLIKED` to `LIKED`.
    """
    rank = np.array([_RANK.get(name, -1) for name in EVENTS])[np.asarray(kind, np.int64)]
    order = np.lexsort((np.arange(len(key)), rank, key))
    order = order[rank[order] >= 0]
    keys = key[order]
    last = order[np.append(keys[1:] != keys[:-1], True)] if len(order) else order
    liked = np.where(np.isnan(value[last]), WATCHED, np.where(value[last] >= LIKED_STARS, LIKED, DISLIKED))
    names = np.array(EVENTS)[np.asarray(kind, np.int64)[last]]
    found = np.select([names == "like", names == "dislike", names == "watch"], [LIKED, DISLIKED, WATCHED], liked)
    return last.astype(np.int64), found.astype(np.float32)


def verdicts(history: History) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Every title seen, rows rising, and what the person's verdict on it is."""
    last, found = settle(history.row, history.kind, history.value)
    return history.row[last], found


def timed_verdicts(
    history: History,
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Every title seen, rows rising, the person's verdict on it, and how long ago it was; see `ages`."""
    last, found = settle(history.row, history.kind, history.value)
    return history.row[last], found, ages(found, history.time[last])


def ages(verdict: NDArray[np.floating[Any]], time: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
    """How many titles one person liked after each, counted by second; infinite where a title's time is unknown.

    Counted in likes and not in days: a pause changes nothing about what came last.

    Args:
        verdict: [titles].
        time: [titles] seconds since 1970, `UNKNOWN_TIME` where it is not known.
    """
    liked = np.sort(time[(verdict > 0) & (time != UNKNOWN_TIME)])
    later = len(liked) - np.searchsorted(liked, time, side="right")
    return np.where(time == UNKNOWN_TIME, np.inf, later).astype(np.float32)
