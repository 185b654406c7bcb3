"""What the service answers from: one open atlas, swapped for a newer one between two requests.

    Service.generation  ->  Generation.engine(language)  ->  answers

A request takes the generation once and keeps it to its end; a newer one is opened and warmed beside it, then takes its
place. Everything of a generation is opened at once, since a training that replaces an atlas deletes the files of the
one before (an open file stays readable).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from fastapi import Request

from reelation.atlas.manifest import FILE
from reelation.atlas.store import Atlas
from reelation.engine import Engine
from reelation.errors import AtlasError, ReelationError
from reelation.events import STORED
from reelation.histories.history import History, viewer_history
from reelation.http.problems import Problem
from reelation.http.settings import ServeSettings
from reelation.messages import LANGUAGES
from reelation.past.atlas import past
from reelation.past.history import history_until

T = TypeVar("T")
log = logging.getLogger("reelation.http")


class Generation:
    """One open atlas and what was worked out from it."""

    def __init__(self, atlas: Atlas, version: str) -> None:
        self.atlas = atlas
        self.version = version
        """Short hash of the manifest: two atlases differ where it differs."""
        for name in atlas.manifest.parts:
            atlas.part(name)
        self._engines = {language: Engine(atlas, language) for language in LANGUAGES}
        self._made: dict[str, Any] = {}
        self._lock = Lock()

    @classmethod
    def open(cls, settings: ServeSettings) -> Generation:
        """Open the atlas.

        Raises:
            AtlasError: there is none, or it is damaged.
        """
        for _ in range(5):  # a training may replace it meanwhile
            version = version_of(settings)
            try:
                found = cls(Atlas.open(settings.atlas), version)
            except AtlasError:
                if version_of(settings) == version:
                    raise
                continue
            if version_of(settings) == version:
                return found
        raise AtlasError(f"The atlas in {settings.atlas} changes faster than it can be opened.")

    def engine(self, language: str) -> Engine:
        """The engine that answers in `language`."""
        return self._engines[language]

    def at(self, date: str | None) -> Generation:
        """The generation as of a date: the same atlas, as it was known then; itself without a date.

        Raises:
            UsageError: there is no such date, or nothing was known then.
        """
        found = past(self.atlas, date) if date is not None else self.atlas
        return self if found is self.atlas else Generation(found, self.version)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made at the first call and kept as long as this generation."""
        if name not in self._made:
            with self._lock:
                if name not in self._made:
                    self._made[name] = make()
        found: T = self._made[name]
        return found

    def row(self, title_id: str) -> int:
        """The row of a title.

        Raises:
            Problem: there is no such title.
        """
        row = self.atlas.titles.find(title_id)
        if row is None:
            date = self.atlas.manifest.config.get("as_of")
            where = f"in this atlas that was known on {date}" if date else "in this atlas"
            raise Problem("title-not-found", f"No title has the id '{title_id[:200]}' {where}.")
        return row


class Service:
    """The running service: settings, the generation that answers now, and threads for what takes long."""

    def __init__(self, settings: ServeSettings) -> None:
        self.settings = settings
        self.before_swap: list[Callable[[Generation], object]] = []
        """Called with a new generation before it answers: what must be ready when it does."""
        self.after_swap: list[Callable[[Generation], object]] = []
        """Called with a new generation when it answers."""
        self.histories: list[Callable[[Generation, str], History | None]] = [atlas_history]
        """Where a viewer's history may be, asked in this order."""
        self._generation: Generation | None = None
        self._threads = ThreadPoolExecutor(settings.threads, "answer")
        self._working = 0
        self._swapping = asyncio.Lock()

    @property
    def generation(self) -> Generation:
        """The generation that answers now; take it once a request.

        Raises:
            Problem: there is none yet.
        """
        if self._generation is None:
            raise Problem("not-ready", "The atlas is still being opened.", headers={"Retry-After": "1"})
        return self._generation

    @property
    def ready(self) -> bool:
        """Whether there is one."""
        return self._generation is not None

    def open(self) -> None:
        """Open the first generation.

        Raises:
            AtlasError: there is no atlas, or it is damaged.
        """
        self._take(self._opened())

    async def reload(self) -> bool:
        """Open the atlas anew and let it answer; True where it is another one than before.

        Raises:
            AtlasError: it cannot be opened; the one before goes on answering.
        """
        async with self._swapping:
            before = self.generation
            if version_of(self.settings) == before.version:
                return False
            self._take(await asyncio.to_thread(self._opened))
            log.info("atlas %s answers now, after %s", self.generation.version, before.version)
            return True

    async def watch(self) -> None:
        """Look for a newer atlas for ever."""
        while True:
            await asyncio.sleep(self.settings.watch)
            try:
                await self.reload()
            except ReelationError as error:
                log.warning("the newer atlas is not taken: %s", error)
            except Exception:
                log.exception("the newer atlas is not taken")

    async def work(self, do: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Do what takes long in a thread of its own.

        Raises:
            Problem: too much is waiting already.
        """
        if self._working >= self.settings.threads + self.settings.waiting:
            raise Problem("busy", "Too many answers are being worked on.", headers={"Retry-After": "1"})
        self._working += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: do(*arguments, **named))
        finally:
            self._working -= 1

    async def at(self, generation: Generation, date: str | None) -> Generation:
        """`generation` as of a date, made in a thread; itself without a date.

        Raises:
            UsageError: there is no such date, or nothing was known then.
            Problem: too much is waiting already.
        """
        return generation if date is None else await self.work(generation.at, date)

    def history(self, generation: Generation, viewer_id: str) -> History:
        """What a viewer has seen.

        Raises:
            Problem: nobody knows the viewer.
        """
        found = self.known_history(generation, viewer_id)
        if found is not None:
            return found
        raise Problem("viewer-not-found", f"Nothing is known of a viewer '{viewer_id[:200]}'.")

    def known_history(self, generation: Generation, viewer_id: str) -> History | None:
        """The same; None where nobody knows the viewer."""
        looked = (look(generation, viewer_id) for look in self.histories)
        found = next((found for found in looked if found is not None), None)
        return history_until(generation.atlas, found) if found is not None else None

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _take(self, generation: Generation) -> None:
        self._generation = generation
        for tell in self.after_swap:
            tell(generation)

    def _opened(self) -> Generation:
        found = Generation.open(self.settings)
        for warm in self.before_swap:
            warm(found)
        return found


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    found: Service = request.app.state.service
    return found


def atlas_history(generation: Generation, viewer_id: str) -> History | None:
    """The history of a viewer that the atlas was trained with, by the whole id; None where there is none.

    Viewers whose stored events it was trained with have numbers there, which are nobody's ids.
    """
    if viewer_id.startswith(f"{STORED}:"):
        return None
    part = generation.atlas.part("viewers")
    if part is None or viewer_id not in part.vocabulary("viewers"):
        return None
    return viewer_history(generation.atlas, viewer_id)


def version_of(settings: ServeSettings) -> str:
    """Short hash of the manifest that is in the folder now.

    Raises:
        AtlasError: there is none.
    """
    try:
        return hashlib.sha256((settings.atlas / FILE).read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise AtlasError(
            f"No atlas in {settings.atlas}. Make one with: reelation train (or: reelation demo)"
        ) from error
