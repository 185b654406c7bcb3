"""The database that events are kept in: SQLite in a file of our own, or a PostgreSQL that somebody runs.

    None | sqlite:///file | postgresql://user@host/name  ->  connect  ->  Database.reading(), Database.writing()

SQLite: write-ahead log, `synchronous=FULL` (an answered write survives a power cut, too), content that is deleted is
overwritten, one writer at a time. PostgreSQL: psycopg 3, its own defaults.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from reelation import settings
from reelation.errors import DataError, MissingExtraError, UsageError

PATIENCE = 30
"""Seconds that a writer waits for another one, or for a connection."""
SCHEMA = "reelation"
"""PostgreSQL's schema for our tables, so that they live beside others'."""
_AGAIN = 0.01
"""Seconds between two tries at what SQLite does not wait for by itself."""
_POOL = 8
_WRITES = "reelation_writes"


class DatabaseError(DataError):
    """The database cannot be reached or refuses; what was answered before is kept, what was not may be sent again."""


@dataclass(frozen=True)
class Database:
    """A database and how to talk to it."""

    engine: sa.Engine
    file: Path | None
    """Of SQLite; None for PostgreSQL."""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def dialect(self) -> str:
        """'sqlite' or 'postgresql'."""
        return self.engine.dialect.name

    @property
    def shown(self) -> str:
        """Its address without the password."""
        return self.engine.url.set(drivername=self.dialect).render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of things.

        Raises:
            DatabaseError: it cannot be reached.
        """
        with self._told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of what happens in it is on disk when it ends, or nothing is.

        Raises:
            DatabaseError: it cannot be reached, or another writer keeps it for longer than `PATIENCE`.
        """
        with self._told(), self._my_turn(), self.engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def alone(self) -> Iterator[Any]:
        """The driver's own connection, outside any transaction, for maintenance."""
        with self._told(), self._my_turn():
            connection = self.engine.raw_connection()
            try:
                driver: Any = connection.driver_connection
                if self.dialect == "postgresql":
                    driver.rollback()
                    driver.autocommit = True
                yield driver
            finally:
                connection.invalidate()  # what was set on it goes with it

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """SQLite has one writer at a time; waiting here is fair, waiting there is not."""
        if self.dialect != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=PATIENCE):
            raise DatabaseError(f"The event store is busy: no turn to write within {PATIENCE} s. Try again.")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database without the rows that they were about: those name viewers."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            origin = error.orig if isinstance(error, DBAPIError) else error
            told = type(origin).__name__ if origin is not None else type(error).__name__
            raise DatabaseError(f"The event store at {self.shown} could not be used: {told}. {_try(origin)}") from None
        except sa.exc.TimeoutError:
            raise DatabaseError(f"The event store is busy: no connection within {PATIENCE} s. Try again.") from None


def connect(url: str | None = None) -> Database:
    """A database by its address; nothing is opened yet, but SQLite's folder is made.

    Args:
        url: "sqlite:///relative/path", "sqlite:////absolute/path", "postgresql://user:password@host:port/name"; the
            file `events/events.sqlite3` in Reelation's home where None or "default".

    Raises:
        UsageError: this is no such address.
        MissingExtraError: the driver is not installed.
    """
    place = _default() if url in (None, "default") else _parsed(str(url))
    if place.get_backend_name() == "sqlite":
        return _sqlite(place)
    options: dict[str, Any] = {
        "pool_size": _POOL,
        "max_overflow": _POOL,
        "pool_timeout": PATIENCE,
        "pool_pre_ping": True,
    }
    try:
        engine = sa.create_engine(
            place.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            execution_options={"schema_translate_map": {None: SCHEMA}},
            **options,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingExtraError("PostgreSQL", "serve") from error
    return Database(engine, None)


def _default() -> URL:
    return URL.create("sqlite", database=str(settings.home() / "events" / "events.sqlite3"))


def _parsed(text: str) -> URL:
    scheme = text.partition(":")[0].partition("+")[0].lower()
    if scheme == "postgres":
        text, scheme = "postgresql" + text[len("postgres") :], "postgresql"
    known = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    if scheme not in ("sqlite", "postgresql"):
        raise UsageError(f"No such kind of database: '{scheme[:20]}'. Give {known}")
    try:
        found = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise UsageError(f"The database's address cannot be read. Give {known}") from error
    if scheme == "sqlite" and (not found.database or found.database == ":memory:"):
        raise UsageError("Events are kept in a file: sqlite:///FILE")
    return found


def _sqlite(place: URL) -> Database:
    file = Path(str(place.database)).expanduser().absolute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            f"The folder {file.parent} for events cannot be made: {error.strerror}. Say where with --database."
        ) from error
    engine = sa.create_engine(
        URL.create("sqlite", database=str(file)),
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=PATIENCE,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        hide_parameters=True,
    )

    @sa_event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        _write_ahead(connection)
        for pragma in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @sa_event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Database(engine, file)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log; several who open a new file at once are answered one after the other.

    SQLite's own timeout does not hold for this change: two who each wait for the other's read lock would wait for ever,
    so it refuses one of them at once (see "busy handler" in sqlite.org/c3ref/busy_handler.html). We ask it again.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_AGAIN)


def _try(error: BaseException | None) -> str:
    """What the database says, where that cannot name a viewer, and what to do."""
    if isinstance(error, sqlite3.Error):
        return f"SQLite says: {error}."
    state = getattr(error, "sqlstate", None)
    if state is None:
        return "Is the server running, and are name, password and address right?"
    return f"PostgreSQL says {state} (see its manual, appendix A)."
