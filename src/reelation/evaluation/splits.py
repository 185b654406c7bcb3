"""Ways to part events (or titles) into training, validation and test.

Every function returns indices into the events, in rising order, so that a split can be checked and stored.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import DataError
from reelation.evaluation.interactions import Interactions
from reelation.seeds import generator

Rows = NDArray[np.int64]


class Split(NamedTuple):
    """Indices of events, disjoint."""

    train: Rows
    validation: Rows
    test: Rows


def random_split(events: Interactions, seed: int, shares: tuple[float, float] = (0.1, 0.1)) -> Split:
    """Part each viewer's events at random.

    Of a viewer's n events, round-down shares of n go to test and validation, but at least one each where n allows it:
    the test needs n >= 2, validation n >= 3. The rest is training.

    Args:
        events: what to part.
        seed: of the draw.
        shares: of validation and of test, 0 to 1.

    Source: the protocol of RecBole and RecBole-GNN (ratio split 8:1:1 grouped by user, random order), Zhao et al. 2021
        (arXiv:2011.01731), with its rounding.
    """
    rng = generator(seed, "random split")
    order = np.lexsort((rng.random(len(events)), events.viewer))
    count = np.bincount(events.viewer, minlength=events.viewers)
    start = np.cumsum(count) - count
    place = np.arange(len(events)) - np.repeat(start, count)
    total = np.repeat(count, count)
    held, tested = (
        np.where(total >= least, np.maximum(1, (total * share).astype(np.int64)), 0)
        for share, least in zip(shares, (3, 2), strict=True)
    )
    test = place < tested
    validation = ~test & (place < tested + held)
    return Split(*(np.sort(order[part]) for part in (~test & ~validation, validation, test)))


def time_split(events: Interactions, shares: tuple[float, float] = (0.1, 0.1)) -> Split:
    """Part all events at two moments: everything known before the first is training, as in real life.

    Events at exactly a boundary's second go to the earlier part, so no part ever sees a moment of a later one.

    Args:
        events: what to part; all of known time.
        shares: of validation and of test among all events, 0 to 1.

    Raises:
        DataError: an event has no time.

    Source: "strict global time split", Ji et al. 2023 (arXiv:2010.11060), on leaks of other splits.
    """
    if (missing := int((events.time == UNKNOWN_TIME).sum())) > 0:
        raise DataError(f"{missing} of {len(events)} events have no time; a split by time needs them all.")
    return split_at(events, moment(events, 1 - sum(shares)), moment(events, 1 - shares[1]))


def split_at(events: Interactions, first: int, second: int) -> Split:
    """Part all events at two moments.

    Args:
        events: what to part; all of known time.
        first: the last second of training.
        second: the last second of validation.
    """
    later, last = events.time > first, events.time > second
    return Split(*(np.flatnonzero(part) for part in (~later, later & ~last, last)))


def moment(events: Interactions, share: float) -> int:
    """The second by which a share of all events, rounded down, had happened.

    Args:
        events: at least one; all of known time.
        share: 0 to 1.
    """
    return int(np.sort(events.time)[max(0, int(len(events) * share) - 1)])


def cold_split(events: Interactions, seed: int, shares: tuple[float, float] = (0.1, 0.2)) -> Split:
    """Part the titles at random: all events of a held-out title are held out, it is never seen in training.

    Args:
        events: what to part.
        seed: of the draw.
        shares: of validation's and of the test's titles among the titles with events, 0 to 1.
    """
    rng = generator(seed, "cold split")
    titles = rng.permutation(np.unique(events.title))
    first = int(len(titles) * shares[1])
    second = first + int(len(titles) * shares[0])
    part = np.zeros(events.titles, np.int8)
    part[titles[:first]], part[titles[first:second]] = 2, 1
    of_event = part[events.title]
    return Split(*(np.flatnonzero(of_event == n) for n in (0, 1, 2)))
