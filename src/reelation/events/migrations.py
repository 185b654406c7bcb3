"""The tables of the event store, version by version; opening a store brings it to the newest, in one transaction.

empty or older database  ->  migrate  ->  the newest tables; what is in them stays
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from reelation.errors import DataError
from reelation.events.database import SCHEMA, Database
from reelation.events.tables import VERSIONS

_LOCK = 0x5EE1A710
"""PostgreSQL's advisory lock that one migration at a time holds."""


@dataclass(frozen=True)
class Migration:
    """One step; written once and never changed, whatever the tables are later."""

    version: int
    name: str
    statements: tuple[str, ...]
    """SQL with {schema}, {text}, {real}, {keyed} for what the two databases spell differently."""


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "events, answers to repeated requests",
        (
            """CREATE TABLE {schema}events (
                viewer_id {text} NOT NULL, title_id {text} NOT NULL, kind {text} NOT NULL,
                value {real}, time BIGINT, origin {text} NOT NULL, revision INTEGER NOT NULL, recorded BIGINT NOT NULL,
                PRIMARY KEY (viewer_id, title_id, kind)
            ){keyed}""",
            """CREATE TABLE {schema}answers (
                request_key {text} NOT NULL PRIMARY KEY, request_hash {text} NOT NULL, answer {text} NOT NULL,
                recorded BIGINT NOT NULL
            ){keyed}""",
            "CREATE INDEX answers_recorded ON {schema}answers (recorded)",
            """CREATE TABLE {schema}answer_viewers (
                viewer_id {text} NOT NULL, request_key {text} NOT NULL, PRIMARY KEY (viewer_id, request_key)
            ){keyed}""",
            "CREATE INDEX answer_viewers_request ON {schema}answer_viewers (request_key)",
            "CREATE TABLE {schema}chores (chore {text} NOT NULL PRIMARY KEY, since BIGINT NOT NULL){keyed}",
        ),
    ),
    Migration(
        2,
        "histories that viewers import, and the imports",
        (
            """CREATE TABLE {schema}histories (
                viewer_id {text} NOT NULL PRIMARY KEY, entries {text} NOT NULL, decisions {text} NOT NULL,
                corrections {text} NOT NULL, catalogue_hash {text} NOT NULL, updated {text} NOT NULL
            )""",
            """CREATE TABLE {schema}imports (
                import_id {text} NOT NULL PRIMARY KEY, viewer_id {text} NOT NULL, state {text} NOT NULL,
                progress {real} NOT NULL, report {text}, problem {text},
                created BIGINT NOT NULL, updated BIGINT NOT NULL
            )""",
            "CREATE INDEX imports_viewer ON {schema}imports (viewer_id)",
        ),
    ),
)

_SPELLING = {
    "sqlite": {"schema": "", "text": "TEXT", "real": "REAL", "keyed": " WITHOUT ROWID"},
    "postgresql": {"schema": f"{SCHEMA}.", "text": 'TEXT COLLATE "C"', "real": "DOUBLE PRECISION", "keyed": ""},
}
_VERSIONS = (
    "CREATE TABLE IF NOT EXISTS {schema}versions"
    " (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL)"
)


def migrate(database: Database, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Bring the tables to the newest version; the version that they have then.

    Raises:
        DataError: a newer version of Reelation wrote them.
        DatabaseError: the database cannot be used.
    """
    newest, spelling = migrations[-1].version, _SPELLING[database.dialect]
    with database.writing() as connection:
        if database.dialect == "postgresql":
            _schema(connection)
        connection.exec_driver_sql(_VERSIONS.format(**spelling))
        found = connection.scalar(sa.select(sa.func.max(VERSIONS.c.version))) or 0
        if found > newest:
            raise DataError(
                f"The event store at {database.shown} has version {found}; this Reelation knows up to {newest}. "
                "Update with: pip install -U reelation"
            )
        for migration in migrations:
            if migration.version > found:
                for statement in migration.statements:
                    connection.exec_driver_sql(statement.format(**spelling))
                now = datetime.now(UTC).isoformat(timespec="seconds")
                row = {"version": migration.version, "name": migration.name, "applied": now}
                connection.execute(sa.insert(VERSIONS), row)
    return newest


def _schema(connection: sa.Connection) -> None:
    """One migration at a time; and a schema for the tables, where nobody has made one for us."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if not connection.scalar(sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": SCHEMA}):
        connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
