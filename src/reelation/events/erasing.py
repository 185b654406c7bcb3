"""Erasing a viewer: out of the tables, and out of the files that the database keeps them in.

rows deleted, in one transaction  ->  files rewritten without what is left of them  ->  Erased

A deleted row is still in the file: in free pages, in the gaps of pages that were split, in the write-ahead log. So
SQLite's file is written anew (VACUUM) and its log emptied. PostgreSQL's tables are written anew where they are small;
larger ones are only vacuumed, and what is left in their pages goes when these are written over. PostgreSQL's own log
and backups are its operator's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from reelation.events.database import PATIENCE, SCHEMA, Database, DatabaseError
from reelation.events.rows import insert, lock_history
from reelation.events.tables import ANSWER_VIEWERS, ANSWERS, CHORES, EVENTS, HISTORIES, IMPORTS

REWRITTEN_UP_TO = 1 << 30
"""Bytes of a PostgreSQL table, with its indexes, that is written anew: it can be neither read nor written meanwhile."""
_SWEEP = "sweep"
_TABLES = (EVENTS, ANSWERS, ANSWER_VIEWERS, HISTORIES, IMPORTS)


@dataclass(frozen=True)
class Erased:
    """What was kept of a viewer, and is no more."""

    events: int
    history_entries: int
    """Rows of exports that they imported."""
    imports: int
    answers: int
    """Kept for requests that come again."""
    files: str
    """'rewritten': nothing is left in the database's files; 'reused': what is left in PostgreSQL's pages is written
    over in time."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/http.md."""
        return asdict(self)


def erase(database: Database, viewer_id: str) -> Erased:
    """Erase a viewer. See `reelation.events.store.EventStore.erase`."""
    with database.writing() as connection:
        lock_history(connection, viewer_id)
        kept = connection.scalar(sa.select(HISTORIES.c.entries).where(HISTORIES.c.viewer_id == viewer_id))
        mine = sa.select(ANSWER_VIEWERS.c.request_key).where(ANSWER_VIEWERS.c.viewer_id == viewer_id)
        keys = connection.scalars(mine).all()
        for table in (ANSWER_VIEWERS, ANSWERS):  # others' events in the same request share its answer, which goes too
            connection.execute(sa.delete(table).where(table.c.request_key.in_(keys)))
        counts = {
            table.name: connection.execute(sa.delete(table).where(table.c.viewer_id == viewer_id)).rowcount
            for table in (EVENTS, HISTORIES, IMPORTS)
        }
        chore = insert(connection, CHORES).values(chore=_SWEEP, since=int(time.time()))
        connection.execute(chore.on_conflict_do_nothing())
    return Erased(
        events=counts["events"],
        history_entries=len(json.loads(kept)) if kept else 0,
        imports=counts["imports"],
        answers=len(keys),
        files=_sweep(database),
    )


def finish(database: Database) -> None:
    """Rewrite the files now if an erasing was cut short before it came to that."""
    with database.reading() as connection:
        due = connection.scalar(sa.select(CHORES.c.chore).where(CHORES.c.chore == _SWEEP))
    if due:
        _sweep(database)


def _sweep(database: Database) -> str:
    with database.alone() as driver:
        found = _rewrite_postgres(driver) if database.dialect == "postgresql" else _rewrite_sqlite(driver)
    with database.writing() as connection:
        connection.execute(sa.delete(CHORES).where(CHORES.c.chore == _SWEEP))
    return found


def _rewrite_sqlite(driver: Any) -> str:
    driver.execute("VACUUM")
    until = time.monotonic() + PATIENCE
    while driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # somebody still reads the state before
        if time.monotonic() > until:
            raise DatabaseError("The viewer's rows are gone, but a long reading keeps the log. Erase again.")
        time.sleep(0.05)
    return "rewritten"


def _rewrite_postgres(driver: Any) -> str:
    driver.execute(f"SET lock_timeout = '{PATIENCE}s'")
    small: list[str] = []
    large: list[str] = []
    for name in (f"{SCHEMA}.{table.name}" for table in _TABLES):
        size = driver.execute("SELECT pg_total_relation_size(%s::regclass)", (name,)).fetchone()[0]
        (small if size <= REWRITTEN_UP_TO else large).append(name)
    _each(driver, "VACUUM (FULL)", small)
    _each(driver, "VACUUM", large)
    return "reused" if large else "rewritten"


def _each(driver: Any, command: str, names: Iterable[str]) -> None:
    for name in names:
        driver.execute(f"{command} {name}")
