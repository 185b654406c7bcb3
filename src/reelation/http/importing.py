"""Imports of exports: the upload is read and matched in a process of its own, and kept when that is done.

    files of a request  ->  Upload  ->  Importing.start  ->  a job; refused at once where the files are no export
                                              |
                                              +->  history, events and report, in one transaction of the event store

Uploads lie in a folder of this process and go when the job ends; what a killed service left goes at the next start.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from reelation import settings as places
from reelation.atlas.store import Atlas
from reelation.events.history import events_of_stored
from reelation.events.store import EventStore
from reelation.histories.stored import Stored
from reelation.http.settings import ServeSettings

AT_ONCE = 2
"""Imports that are read at a time; others wait."""
MOST_WAITING = 16
PATIENCE = 20.0
"""Seconds in which an upload is refused at once if it is no export; later its job fails."""
_LONGEST = 180.0
"""Seconds after which a process is ended."""
_BROKEN = "The files could not be read: they are damaged, far too large, or made to be."
log = logging.getLogger("reelation.http")


class RefusedError(Exception):
    """The files are no export that can be read; the message says why."""


class BusyError(Exception):
    """Too many imports are waiting."""


@dataclass(frozen=True)
class Options:
    """What the files do not say themselves."""

    dates: str | None = None
    scale: float | None = None
    lists: str = "watchlist"


class Upload:
    """The files of one request, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: list[str] = []
        folder.mkdir(parents=True, mode=0o700)

    def add(self, name: str | None, content: IO[bytes]) -> None:
        """Keep one file; of its name only the last part is taken, and only letters that harm nobody."""
        at = self.folder / str(len(self.paths))
        at.mkdir(mode=0o700)
        path = at / plain_name(name)
        with path.open("xb") as target:
            shutil.copyfileobj(content, target, 1 << 20)
        self.paths.append(f"{at.name}/{path.name}")

    def drop(self) -> None:
        """Delete the files."""
        shutil.rmtree(self.folder, ignore_errors=True)


def plain_name(name: str | None) -> str:
    """The last part of a client's path, without what could lead anywhere: '../../x/ratings.csv' -> 'ratings.csv'."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    kept = re.sub(r"[^\w .()-]", "_", last).strip(" .")[-100:].lstrip(" .-")
    return kept or "upload"


class Importing:
    """The imports of a running service."""

    def __init__(self, store: EventStore, settings: ServeSettings) -> None:
        self._store, self._settings = store, settings
        self._threads = ThreadPoolExecutor(AT_ONCE, "import")
        self._waiting = 0
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[str]] = set()
        self._closed = False
        root = places.cache_folder() / "uploads"
        _tidy(root)
        self._folder = root / f"{os.getpid()}-{secrets.token_hex(4)}"

    def upload(self) -> Upload:
        """A place for the files of a request."""
        return Upload(self._folder / secrets.token_hex(8))

    def start(self, viewer_id: str, upload: Upload, options: Options) -> tuple[str, Future[None]]:
        """Begin a job; `upload` is the job's from now on.

        Returns:
            The job's id; and what is done when the files have been read, with a `RefusedError` where they cannot be.

        Raises:
            BusyError: too many imports are waiting.
        """
        read: Future[None] = Future()
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise BusyError
            self._waiting += 1
        try:
            import_id = self._store.imports.begin(viewer_id)
            self._threads.submit(self._run, import_id, viewer_id, upload, options, read)
        except BaseException:
            self._done(upload)
            raise
        return import_id, read

    def close(self) -> None:
        """End what runs; its jobs have failed."""
        self._closed = True
        for process in tuple(self._processes):
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, import_id: str, viewer_id: str, upload: Upload, options: Options, read: Future[None]) -> None:
        imports = self._store.imports
        try:
            while imports.advance(import_id, "running", 0.05):
                earlier = imports.history(viewer_id)
                found = self._apart(earlier, upload, options, self._listener(import_id, read))
                if self._keep(import_id, viewer_id, earlier, found):
                    return
        except RefusedError as error:
            imports.advance(import_id, "failed", 1.0, str(error))
            if not read.done():
                read.set_exception(error)
        except Exception as error:
            log.error("an import failed: %s", type(error).__name__)
            with suppress(Exception):
                imports.advance(import_id, "failed", 1.0, "The import failed inside the service. Try again.")
        finally:
            if not read.done():
                read.set_result(None)
            self._done(upload)

    def _listener(self, import_id: str, read: Future[None]) -> Callable[[Mapping[str, Any]], None]:
        def heard(line: Mapping[str, Any]) -> None:
            if "read" in line and not read.done():
                read.set_result(None)
            self._store.imports.advance(import_id, "running", float(line.get("progress", 0.2)))

        return heard

    def _apart(
        self, earlier: Stored | None, upload: Upload, options: Options, heard: Callable[[Mapping[str, Any]], None]
    ) -> dict[str, Any]:
        """What the process found.

        Raises:
            RefusedError: the files cannot be read.
        """
        told = {
            "atlas": str(self._settings.atlas.absolute()),
            "folder": str(upload.folder),
            "paths": upload.paths,
            "earlier": earlier.documents() if earlier else None,
            "dates": options.dates,
            "scale": options.scale,
            "lists": options.lists,
        }
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        process = subprocess.Popen(
            [sys.executable, "-m", "reelation.http.import_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback may show what the viewer has seen
            text=True,
            encoding="utf-8",
            env={**os.environ, **threads},
        )
        self._processes.add(process)
        timer = threading.Timer(_LONGEST, process.kill)
        timer.start()
        try:
            if self._closed:
                process.kill()
            for line in _talk(process, json.dumps(told)):
                if "documents" in line:
                    return line
                if "problem" in line:
                    raise RefusedError(_without_folders(str(line["problem"])))
                heard(line)
            raise RefusedError(_BROKEN)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError, ValueError):
                    pipe.close()  # type: ignore[union-attr]
            self._processes.discard(process)

    def _keep(self, import_id: str, viewer_id: str, earlier: Stored | None, found: Mapping[str, Any]) -> bool:
        """Keep what was found; False where the viewer's history has changed meanwhile."""
        stored = Stored.of_documents(viewer_id, found["documents"], found["catalogue_hash"], found["updated"])
        report = _plain(found["report"])
        atlas = Atlas.open(self._settings.atlas)
        before = events_of_stored(atlas, viewer_id, earlier) if earlier else {}
        events = (before, events_of_stored(atlas, viewer_id, stored))
        kept = self._store.imports.finish(import_id, earlier, stored, events, report)
        return kept or self._store.imports.get(import_id) is None

    def _done(self, upload: Upload) -> None:
        upload.drop()
        with self._lock:
            self._waiting -= 1


def _talk(process: subprocess.Popen[str], question: str) -> Iterator[dict[str, Any]]:
    """The lines that a process answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError):
        process.stdin.write(question)
        process.stdin.close()
    for line in process.stdout:
        try:
            yield json.loads(line)
        except ValueError:  # it was ended in the middle of a line
            return


def _plain(report: Mapping[str, Any]) -> dict[str, Any]:
    """Without the folders that uploads lie in."""
    readings = [{**one, "path": _without_folders(one["path"])} for one in report["readings"]]
    unread = [{"path": _without_folders(one["path"]), "why": _without_folders(one["why"])} for one in report["unread"]]
    return {**report, "readings": readings, "unread": unread}


def _without_folders(text: str) -> str:
    return re.sub(r"(?<![\w/.])\d+/(?=\S)", "", text)


def _tidy(root: Path) -> None:
    """Delete what services that have ended left."""
    for folder in root.glob("*-*"):
        process = folder.name.partition("-")[0]
        if not process.isdigit() or int(process) == os.getpid() or not _alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
