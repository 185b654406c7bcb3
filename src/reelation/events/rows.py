"""Rows of the event tables, in a transaction of the caller's."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from reelation.events.event import Event
from reelation.events.tables import EVENTS, HISTORIES, IMPORTS

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


def lock_history(connection: sa.Connection, viewer_id: str) -> None:
    """Nobody else imports for this viewer, or erases them, until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        number = sa.func.hashtextextended(f"history {viewer_id}", 0)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def data_of(connection: sa.Connection, viewer_id: str) -> dict[str, Any]:
    """Everything that is kept of a viewer, but for keys of repeated requests, which say nothing."""
    whose = EVENTS.c.viewer_id == viewer_id
    kept = (EVENTS.c.title_id, EVENTS.c.kind, EVENTS.c.value, EVENTS.c.time, EVENTS.c.origin, EVENTS.c.recorded)
    events = connection.execute(sa.select(*kept).where(whose).order_by(EVENTS.c.title_id, EVENTS.c.kind)).mappings()
    history = connection.execute(sa.select(HISTORIES).where(HISTORIES.c.viewer_id == viewer_id)).mappings().first()
    jobs = (IMPORTS.c.import_id, IMPORTS.c.state, IMPORTS.c.report, IMPORTS.c.created)
    imports = connection.execute(
        sa.select(*jobs).where(IMPORTS.c.viewer_id == viewer_id).order_by(IMPORTS.c.created, IMPORTS.c.import_id)
    ).mappings()
    return {
        "viewer_id": viewer_id,
        "events": [{str(name): value for name, value in row.items()} for row in events],
        "imported": {part: json.loads(history[part]) for part in ("entries", "decisions", "corrections")}
        if history
        else None,
        "imports": [
            {
                "import_id": row["import_id"],
                "state": row["state"],
                "report": json.loads(row["report"]) if row["report"] else None,
                "created": row["created"],
            }
            for row in imports
        ],
    }
