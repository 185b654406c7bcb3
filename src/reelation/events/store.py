"""The event store: inserting, overwriting and deleting events, reading a viewer's, each change whole and on disk.

    EventStore.open(url)  ->  put(events) / delete(…)  ->  of_viewer(viewer), scan() for training

Once `put` has returned, its events survive the end of the process and of the machine's power. A request that carries
an idempotency key and comes again gets the same answer and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from reelation.errors import UsageError
from reelation.events.database import Database, connect
from reelation.events.erasing import Erased, erase, finish
from reelation.events.event import Event
from reelation.events.imports import Imports
from reelation.events.migrations import migrate
from reelation.events.rows import data_of, insert, of_viewer, write
from reelation.events.tables import ANSWER_VIEWERS, ANSWERS, EVENTS

KEPT_ANSWERS = 24 * 3600
"""Seconds for which an answer is kept for a request that comes again."""
MOST_UNKNOWN = 100
"""Unknown titles listed in an answer."""
_SCAN = 50_000


class RepeatedKeyError(UsageError):
    """An idempotency key came again with other content."""


@dataclass(frozen=True)
class Once:
    """What makes a request that comes again recognisable."""

    key: str
    """As the client chose it."""
    content: bytes
    """The request's body."""

    @property
    def request_key(self) -> str:
        """SHA-256 of the key, which may have been made of a viewer's id."""
        return hashlib.sha256(b"events\0" + self.key.encode()).hexdigest()

    @property
    def request_hash(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Written:
    """What came of a batch. `to_json` gives plain values."""

    inserted: int
    overwritten: int
    unchanged: int
    """Were there already: the same, or something else that was not to be overwritten."""
    unknown_titles: tuple[str, ...] = ()
    """Kept, too: a later atlas may have them. The first 100."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/http.md."""
        return {**asdict(self), "unknown_titles": list(self.unknown_titles)}


class EventStore:
    """Events in a database; may be used from several threads, and by several processes at once."""

    def __init__(self, database: Database) -> None:
        """Use `database`, whose tables are the newest; `open` makes sure of that."""
        self.database = database
        self.imports = Imports(database)
        self._pruned = 0.0

    @classmethod
    def open(cls, url: str | None = None) -> EventStore:
        """Open the store at `url` (see `reelation.events.database.connect`), making or updating its tables.

        Raises:
            UsageError: this is no address of a database.
            DataError: it cannot be used, or a newer version wrote it.
        """
        database = connect(url)
        try:
            migrate(database)
            finish(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def ready(self) -> None:
        """Ask the database for a word.

        Raises:
            DatabaseError: it does not answer.
        """
        with self.database.reading() as connection:
            connection.execute(sa.select(1))

    def put(
        self,
        events: Sequence[Event],
        *,
        overwrite: bool = False,
        once: Once | None = None,
        known: Callable[[str], bool] | None = None,
    ) -> Written:
        """Keep events, all or none.

        Args:
            events: a batch; of two about the same viewer, title and kind the first one counts, and where `overwrite`,
                the last one.
            overwrite: put them in the place of what is there; otherwise that stays.
            once: to recognise the request if it comes again.
            known: whether there is a title of an id, for `unknown_titles`.

        Raises:
            RepeatedKeyError: `once` has been used with other content.
            DatabaseError: nothing was kept.
        """
        ids = dict.fromkeys(event.title_id for event in events)
        unknown = tuple(title for title in ids if known is not None and not known(title))[:MOST_UNKNOWN]
        with self.database.writing() as connection:
            if once is not None and (earlier := self._claim(connection, once)) is not None:
                return earlier
            inserted, overwritten = write(connection, events, overwrite=overwrite)
            found = Written(inserted, overwritten, len(events) - inserted - overwritten, unknown)
            if once is not None:
                self._remember(connection, once, found, events)
        return found

    def delete(self, viewer_id: str, title_id: str, kind: str | None = None) -> int:
        """Delete a viewer's events with a title, all or those of one kind; how many there were.

        Raises:
            DatabaseError: nothing was deleted.
        """
        which = [EVENTS.c.viewer_id == viewer_id, EVENTS.c.title_id == title_id]
        if kind is not None:
            which.append(EVENTS.c.kind == kind)
        with self.database.writing() as connection:
            return connection.execute(sa.delete(EVENTS).where(*which)).rowcount

    def erase(self, viewer_id: str) -> Erased:
        """Remove everything that is kept of a viewer, from the tables and from the files that they are in.

        Raises:
            DatabaseError: where it was the files, the rows are gone; call again, or open the store again, to finish.
        """
        return erase(self.database, viewer_id)

    def of_viewer(self, viewer_id: str) -> list[Event]:
        """A viewer's events, by title and kind; empty where there are none."""
        with self.database.reading() as connection:
            return of_viewer(connection, viewer_id)

    def data(self, viewer_id: str) -> dict[str, Any]:
        """Everything that is kept of a viewer, as plain values; see docs/reference/http.md."""
        with self.database.reading() as connection:
            return data_of(connection, viewer_id)

    def count(self) -> int:
        """Events of all viewers."""
        with self.database.reading() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(EVENTS)) or 0)

    def scan(self) -> Iterator[list[tuple[str, str, str, float | None, int | None]]]:
        """All events as (viewer, title, kind, value, time), by viewer, title and kind, in pieces of 50,000."""
        columns = (EVENTS.c.viewer_id, EVENTS.c.title_id, EVENTS.c.kind, EVENTS.c.value, EVENTS.c.time)
        query = sa.select(*columns).order_by(EVENTS.c.viewer_id, EVENTS.c.title_id, EVENTS.c.kind)
        with self.database.reading() as connection:
            rows = connection.execution_options(yield_per=_SCAN).execute(query)
            for piece in rows.partitions():
                yield [(row[0], row[1], row[2], row[3], row[4]) for row in piece]

    def _claim(self, connection: sa.Connection, once: Once) -> Written | None:
        """The answer that the request got before; None, and the key is taken, where it is new."""
        now = time.time()
        if now - self._pruned > KEPT_ANSWERS / 24:
            old = sa.select(ANSWERS.c.request_key).where(ANSWERS.c.recorded < int(now) - KEPT_ANSWERS)
            connection.execute(sa.delete(ANSWER_VIEWERS).where(ANSWER_VIEWERS.c.request_key.in_(old)))
            connection.execute(sa.delete(ANSWERS).where(ANSWERS.c.recorded < int(now) - KEPT_ANSWERS))
            self._pruned = now
        row = {
            "request_key": once.request_key,
            "request_hash": once.request_hash,
            "answer": "",
            "recorded": int(now),
        }
        claim = insert(connection, ANSWERS).values(row).on_conflict_do_nothing().returning(ANSWERS.c.request_key)
        if connection.scalar(claim) is not None:
            return None
        query = sa.select(ANSWERS.c.request_hash, ANSWERS.c.answer).where(ANSWERS.c.request_key == once.request_key)
        request_hash, answer = connection.execute(query).one()
        if request_hash != once.request_hash:
            raise RepeatedKeyError(
                "This Idempotency-Key came before with other content. Take a new key for every new request, "
                "and the same key only to send the same request again."
            )
        content = json.loads(answer)
        return Written(**{**content, "unknown_titles": tuple(content["unknown_titles"])})

    def _remember(self, connection: sa.Connection, once: Once, found: Written, events: Iterable[Event]) -> None:
        which = ANSWERS.c.request_key == once.request_key
        connection.execute(sa.update(ANSWERS).where(which).values(answer=json.dumps(found.to_json())))
        rows = [
            {"viewer_id": viewer, "request_key": once.request_key} for viewer in sorted({e.viewer_id for e in events})
        ]
        if rows:
            connection.execute(sa.insert(ANSWER_VIEWERS), rows)
