"""What the service keeps of viewers: the event store, threads to talk to it, imports; opened and closed with the app.

    Viewers.history(generation, viewer)  ->  stored events + what the atlas knows, read anew for every request
    Viewers.keep(do, …)                  ->  a call of the store in a thread of its own

Nothing of a viewer is cached, so an event counts in the very next answer, and an erasing has one place to clean.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request

from reelation.events.event import check_id
from reelation.events.history import history_of_events
from reelation.events.store import EventStore
from reelation.histories.history import History
from reelation.http.problems import Problem
from reelation.http.settings import ServeSettings
from reelation.http.state import Generation, Service, atlas_history

if TYPE_CHECKING:
    from reelation.http.importing import Importing

T = TypeVar("T")
_THREADS = 8
_WAITING = 256


class Viewers:
    """The viewers' side of a running service."""

    def __init__(self, settings: ServeSettings, service: Service) -> None:
        self._settings, self._service = settings, service
        self._threads = ThreadPoolExecutor(_THREADS, "events")
        self._working = 0
        self._store: EventStore | None = None
        self._importing: Importing | None = None
        service.histories.insert(0, self.history)

    def open(self) -> None:
        """Open the store.

        Raises:
            UsageError: its address is none.
            DataError: it cannot be used.
        """
        from reelation.http.importing import Importing

        self._store = EventStore.open(self._settings.database)
        self._importing = Importing(self._store, self._settings)

    def close(self) -> None:
        """Close it; what is being written is written first."""
        if self._importing is not None:
            self._importing.close()
        self._threads.shutdown(cancel_futures=True)
        if self._store is not None:
            self._store.close()

    @property
    def store(self) -> EventStore:
        """The open store."""
        assert self._store is not None
        return self._store

    @property
    def importing(self) -> Importing:
        """The imports."""
        assert self._importing is not None
        return self._importing

    async def keep(self, do: Callable[[], T]) -> T:
        """Do something with the store in a thread.

        Raises:
            Problem: too much is waiting already.
        """
        if self._working >= _WAITING:
            raise Problem("busy", "Too many events are waiting to be kept.", headers={"Retry-After": "1"})
        self._working += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, do)
        finally:
            self._working -= 1

    def history(self, generation: Generation, viewer_id: str) -> History | None:
        """A viewer's stored events, over those that the atlas was trained with; None where there are none stored."""
        if check_id(viewer_id) or not (events := self.store.of_viewer(viewer_id)):
            return None
        return history_of_events(generation.atlas, viewer_id, events, atlas_history(generation, viewer_id))


def viewers_of(request: Request) -> Viewers:
    """The viewers of the service that a request came to."""
    found: Viewers = request.app.state.viewers
    return found


def checked_id(viewer_id: str, where: str = "path.viewer_id") -> str:
    """An id that a viewer may have.

    Raises:
        Problem: it is none.
    """
    if why := check_id(viewer_id):
        raise Problem("invalid-request", f"viewer_id: {why}.", errors=[{"where": where, "message": why}])
    return viewer_id
