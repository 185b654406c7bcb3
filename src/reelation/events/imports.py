"""Exports that viewers import: the job of each import, and what is kept of the exports.

    begin  ->  advance  ->  finish: the history, the events that it makes, and the job's report, in one transaction

A viewer has one history, which grows with every import. Its events stand among the others; where a client has said
something of the same title and kind, or deleted it since, that stays.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from reelation.events.database import Database
from reelation.events.event import Event
from reelation.events.rows import CLIENT, IMPORT, insert, lock_history, write
from reelation.events.tables import EVENTS, HISTORIES, IMPORTS
from reelation.histories.stored import Stored

SILENT = 3600
"""Seconds after which a job that says nothing has ended with its process."""
Derived = Mapping[tuple[str, str], Event]
"""(title id, kind) -> event, as `reelation.events.history.events_of_stored` gives it."""


@dataclass(frozen=True)
class Import:
    """A job."""

    import_id: str
    viewer_id: str
    state: str
    """queued, running, done or failed."""
    progress: float
    """0 to 1."""
    report: Mapping[str, Any] | None
    """What became of the files; None before it is done."""
    problem: str | None
    """Why it failed."""


class Imports:
    """The imports of all viewers in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, viewer_id: str) -> str:
        """A new job for a viewer; its id, which cannot be guessed."""
        import_id, now = secrets.token_hex(16), int(time.time())
        row = {"import_id": import_id, "viewer_id": viewer_id, "state": "queued", "progress": 0.0}
        with self._database.writing() as connection:
            connection.execute(sa.insert(IMPORTS), {**row, "created": now, "updated": now})
        return import_id

    def get(self, import_id: str) -> Import | None:
        """The job; None where there is none, or none any more."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(IMPORTS).where(IMPORTS.c.import_id == import_id)).mappings().first()
        if row is None:
            return None
        state, problem = str(row["state"]), row["problem"]
        if state in ("queued", "running") and row["updated"] < time.time() - SILENT:
            state, problem = "failed", "The service was stopped before the import was done. Send the files again."
        report = json.loads(row["report"]) if row["report"] else None
        return Import(import_id, str(row["viewer_id"]), state, float(row["progress"]), report, problem)

    def advance(self, import_id: str, state: str, progress: float, problem: str | None = None) -> bool:
        """Say how far a job is; False where it was erased meanwhile."""
        values = {"state": state, "progress": progress, "problem": problem, "updated": int(time.time())}
        with self._database.writing() as connection:
            changed = connection.execute(
                sa.update(IMPORTS).where(IMPORTS.c.import_id == import_id).values(**values)
            ).rowcount
        return changed > 0

    def drop(self, import_id: str) -> None:
        """Forget a job of which nothing came."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(IMPORTS).where(IMPORTS.c.import_id == import_id))

    def history(self, viewer_id: str) -> Stored | None:
        """What is kept of the exports that a viewer imported."""
        with self._database.reading() as connection:
            return _history(connection, viewer_id)

    def finish(
        self,
        import_id: str,
        earlier: Stored | None,
        stored: Stored,
        events: tuple[Derived, Derived],
        report: Mapping[str, Any] | None = None,
    ) -> bool:
        """Keep a viewer's new history with its events, and say that the job is done.

        Args:
            import_id: of the job.
            earlier: the history that `stored` was made from.
            stored: the new one; its name is the viewer's id.
            events: what `earlier` says, and what `stored` says; only what differs is written.
            report: of the job; None leaves it as it is.

        Returns:
            False where nothing was kept, since the viewer's history has changed meanwhile, or all was erased.
        """
        with self._database.writing() as connection:
            lock_history(connection, stored.name)
            mine = (IMPORTS.c.import_id == import_id, IMPORTS.c.viewer_id == stored.name)
            there = connection.scalar(sa.select(IMPORTS.c.import_id).where(*mine))
            if there is None or not _same(_history(connection, stored.name), earlier):
                return False
            row = {"viewer_id": stored.name, **stored.documents(), "catalogue_hash": stored.catalogue_hash}
            new = insert(connection, HISTORIES).values({**row, "updated": stored.updated})
            changes = {name: new.excluded[name] for name in (*row, "updated") if name != "viewer_id"}
            connection.execute(new.on_conflict_do_update(index_elements=[HISTORIES.c.viewer_id], set_=changes))
            _replace(connection, stored.name, *events)
            values: dict[str, Any] = {"state": "done", "progress": 1.0, "problem": None, "updated": int(time.time())}
            if report is not None:
                values["report"] = json.dumps(report)
            connection.execute(sa.update(IMPORTS).where(IMPORTS.c.import_id == import_id).values(**values))
        return True


def _same(one: Stored | None, other: Stored | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.entries, one.corrections) == (other.entries, other.corrections)


def _history(connection: sa.Connection, viewer_id: str) -> Stored | None:
    row = connection.execute(sa.select(HISTORIES).where(HISTORIES.c.viewer_id == viewer_id)).mappings().one_or_none()
    if row is None:
        return None
    documents = {name: str(row[name]) for name in ("entries", "decisions", "corrections")}
    return Stored.of_documents(viewer_id, documents, str(row["catalogue_hash"]), str(row["updated"]))


def _replace(connection: sa.Connection, viewer_id: str, before: Derived, after: Derived) -> None:
    """Bring the events of exports from `before` to `after`."""
    mine = (EVENTS.c.viewer_id == viewer_id, EVENTS.c.origin == IMPORT)
    for title, kind in before.keys() - after.keys():
        which = (EVENTS.c.title_id == title, EVENTS.c.kind == kind)
        connection.execute(sa.delete(EVENTS).where(*mine, *which))
    fresh = [event for key, event in after.items() if before.get(key) != event]
    said = sa.select(EVENTS.c.title_id, EVENTS.c.kind).where(EVENTS.c.viewer_id == viewer_id, EVENTS.c.origin == CLIENT)
    by_client = {(row[0], row[1]) for row in connection.execute(said)}
    wanted = [event for event in fresh if (event.title_id, event.kind) not in by_client]
    write(connection, wanted, overwrite=True, origin=IMPORT)
