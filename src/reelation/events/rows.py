"""Rows of the event tables, in a transaction of the caller's."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelation.events.event import Event
from reelation.events.tables import EVENTS

CLIENT, IMPORT = "client", "import"
"""Values of `origin`: sent as an event, or found in an export that the viewer imported."""


def write(
    connection: sa.Connection, events: Sequence[Event], *, overwrite: bool, origin: str = CLIENT
) -> tuple[int, int]:
    """Insert or overwrite events how many were inserted, how many overwritten."""
    wanted: dict[tuple[str, str, str], Event] = {}
    replaced = 0
    for event in events:
        if event.key not in wanted:
            wanted[event.key] = event
        elif overwrite:
            replaced += wanted[event.key] != event
            wanted[event.key] = event
    if not wanted:
        return 0, 0
    recorded = int(time.time())
    rows = [
        {**wanted[key].to_json(), "origin": origin, "revision": 1, "recorded": recorded}
        for key in sorted(wanted)  # in one order, so that two writers never wait for each other in a circle
    ]
    new = insert(connection, EVENTS)
    if overwrite:
        fresh = new.excluded
        statement = new.on_conflict_do_update(
            index_elements=[EVENTS.c.viewer_id, EVENTS.c.title_id, EVENTS.c.kind],
            set_={
                "value": fresh.value,
                "time": fresh.time,
                "origin": fresh.origin,
                "recorded": fresh.recorded,
                "revision": EVENTS.c.revision + 1,
            },
            where=sa.or_(EVENTS.c.value.is_distinct_from(fresh.value), EVENTS.c.time.is_distinct_from(fresh.time)),
        )
    else:
        statement = new.on_conflict_do_nothing()
    revisions = connection.scalars(statement.returning(EVENTS.c.revision), rows).all()
    inserted = sum(revision == 1 for revision in revisions)
    return inserted, len(revisions) - inserted + replaced


def of_viewer(connection: sa.Connection, viewer_id: str) -> list[Event]:
    """A viewer's events, by title and kind."""
    columns = (EVENTS.c.viewer_id, EVENTS.c.title_id, EVENTS.c.kind, EVENTS.c.value, EVENTS.c.time)
    query = sa.select(*columns).where(EVENTS.c.viewer_id == viewer_id).order_by(EVENTS.c.title_id, EVENTS.c.kind)
    return [Event(*row) for row in connection.execute(query)]


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """An insert that can say what to do where the key is there already."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
