"""One person's viewing history as rows of an atlas: where it comes from no longer matters.

a viewer of the atlas, or a matched export  ->  History  ->  what was seen, and how well each title was liked
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.errors import MissingPartError, TitleNotFoundError

RATING, WATCH, LIKE, DISLIKE, WATCHLIST, HIDE = range(len(EVENTS))
"""Values of `History.kind`: places in `reelation.catalogue.schema_names.EVENTS`."""


@dataclass(frozen=True)
class History:
    """What one person did, an entry an event, oldest first; events of unknown time come first."""

    name: str
    row: NDArray[np.int64]
    """[events] row of the title in the atlas."""
    kind: NDArray[np.uint8]
    """[events] place in `EVENTS`."""
    value: NDArray[np.float32]
    """[events] stars of ratings, 0.5 to 5; NaN for other kinds."""
    time: NDArray[np.int64]
    """[events] seconds since 1970; `UNKNOWN_TIME` where it is not known."""

    def __len__(self) -> int:
        return len(self.row)

    @property
    def last(self) -> int:
        """Time of the last event; `UNKNOWN_TIME` where no time is known."""
        return int(self.time.max()) if len(self.time) else UNKNOWN_TIME

    @cached_property
    def seen(self) -> NDArray[np.int64]:
        """Distinct rows of what was watched, rated, liked or disliked; a watchlist is not seen."""
        return np.unique(self.row[np.isin(self.kind, (RATING, WATCH, LIKE, DISLIKE))])

    @cached_property
    def hidden(self) -> NDArray[np.int64]:
        """Distinct rows of what the person does not want to be shown."""
        return np.unique(self.row[self.kind == HIDE])

    @cached_property
    def wanted(self) -> NDArray[np.int64]:
        """Distinct rows on the watchlist."""
        return np.unique(self.row[self.kind == WATCHLIST])

    @cached_property
    def liking(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Every title seen, and how well it was liked.

        Returns:
            rows [titles] int64, rising; liking [titles] float32, -1 to 1. A rating counts by its distance from the
            middle between the person's own mean and 3 stars, two stars being 1; a like is 1, a dislike -1; what was
            only watched is 0.4: chosen, not judged.
        """
        rows = self.seen
        liking = np.full(len(rows), 0.4, np.float32)
        rated = (self.kind == RATING) & np.isfinite(self.value)
        if rated.any():
            middle = (float(self.value[rated].mean()) + 3.0) / 2
            at = np.searchsorted(rows, self.row[rated])  # later ratings of the same title come later, and stay
            liking[at] = np.clip((self.value[rated] - middle) / 2, -1, 1)
        for kind, value in ((LIKE, 1.0), (DISLIKE, -1.0)):
            liking[np.searchsorted(rows, self.row[self.kind == kind])] = value
        return rows, liking


def history_of(name: str, events: Iterable[tuple[int, int, float, int]]) -> History:
    """A history from (row, kind, value, time) tuples in any order."""
    ordered = sorted(events, key=lambda event: (event[3], event[0], event[1]))
    columns = list(zip(*ordered, strict=True)) or [(), (), (), ()]
    return History(
        name,
        np.array(columns[0], np.int64),
        np.array(columns[1], np.uint8),
        np.array(columns[2], np.float32),
        np.array(columns[3], np.int64),
    )


def viewer_history(atlas: Atlas, viewer: str) -> History:
    """The history of a viewer that the atlas was trained with.

    Args:
        atlas: has the part "viewers".
        viewer: an id with its source ("ml:viewer:1"), or only its end ("1") where one viewer fits.

    Raises:
        MissingPartError: the atlas knows no viewers.
        TitleNotFoundError: no viewer has this id, or several.
    """
    part = atlas.part("viewers")
    if part is None:
        raise MissingPartError(
            "This atlas knows no viewers: its catalogue has no viewing histories. Import your own instead."
        )
    viewers = part.vocabulary("viewers")
    row = viewers.find(viewer)
    if row is None:
        fits = [known for known in viewers.ids if known.endswith(f":{viewer}")]
        if len(fits) != 1:
            some = ", ".join(fits[:5] or [viewers[i] for i in range(min(3, len(viewers)))])
            raise TitleNotFoundError(f"No viewer '{viewer}' in this atlas; there are such as {some}.", tuple(fits[:5]))
        row = viewers.row(fits[0])
    start = part.array("start")
    events = slice(int(start[row]), int(start[row + 1]))
    return History(
        viewers[row],
        part.array("title")[events].astype(np.int64),
        np.array(part.array("kind")[events]),
        np.array(part.array("value")[events]),
        np.array(part.array("time")[events]),
    )
