"""An anonymous history, as a request brings it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.histories.history import History, history_of
from reelation.http.schemas.asked import Did
from reelation.http.state import Generation

NAME = "session"


def session_history(generation: Generation, did: Sequence[Did]) -> tuple[History, list[str]]:
    """The history, and the ids that the atlas does not have, each once."""
    find = generation.atlas.titles.find
    rows = {one.title_id: find(one.title_id) for one in did}
    events = [
        (
            row,
            EVENTS.index(one.kind),
            np.nan if one.value is None else one.value,
            UNKNOWN_TIME if one.time is None else one.time,
        )
        for one in did
        if (row := rows[one.title_id]) is not None
    ]
    return history_of(NAME, events), [title_id for title_id, row in rows.items() if row is None]
