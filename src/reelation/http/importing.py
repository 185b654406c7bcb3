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
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
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
_ENDED = "The import was ended before it was done. Send the files again."
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


@dataclass
class _Job:
    """An import that waits or runs."""

    import_id: str
    viewer_id: str
    upload: Upload
    options: Options
    read: Future[None] = field(default_factory=Future)
    process: subprocess.Popen[str] | None = None
    ended: bool = False
    """Whether nothing is to come of it any more."""

    def end(self) -> None:
        """Let nothing come of it, and delete its files."""
        self.ended = True
        if self.process is not None:
            self.process.kill()
        self.upload.drop()


class Importing:
    """The imports of a running service."""

    def __init__(self, store: EventStore, settings: ServeSettings) -> None:
        self._store, self._settings = store, settings
        self._threads = ThreadPoolExecutor(AT_ONCE, "import")
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        root = places.cache_folder() / "uploads"
        _tidy(root)
        self.folder = root / f"{os.getpid()}-{secrets.token_hex(4)}"
        """Of uploads, one folder each."""

    def upload(self) -> Upload:
        """A place for the files of a request."""
        return Upload(self.folder / secrets.token_hex(8))

    def start(self, viewer_id: str, upload: Upload, options: Options) -> tuple[str, Future[None]]:
        """Begin a job; `upload` is the job's from now on.

        Returns:
            The job's id; and what is done when the files have been read, with a `RefusedError` where they cannot be.

        Raises:
            BusyError: too many imports are waiting.
        """
        if len(self._jobs) >= MOST_WAITING:
            raise BusyError
        job = _Job(self._store.imports.begin(viewer_id), viewer_id, upload, options)
        with self._lock:
            self._jobs[job.import_id] = job
        try:
            self._threads.submit(self._run, job)
        except BaseException:
            self._done(job)
            raise
        return job.import_id, job.read

    def forget(self, viewer_id: str) -> None:
        """End a viewer's imports, and delete their files."""
        with self._lock:
            mine = [job for job in self._jobs.values() if job.viewer_id == viewer_id]
        for job in mine:
            job.end()

    def close(self) -> None:
        """End what runs; its jobs have failed."""
        with self._lock:
            left = tuple(self._jobs.values())
        for job in left:
            job.end()
        self._threads.shutdown(cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, job: _Job) -> None:
        imports = self._store.imports
        try:
            while not job.ended and imports.advance(job.import_id, "running", 0.05):
                earlier = imports.history(job.viewer_id)
                if self._keep(job, earlier, self._apart(job, earlier)):
                    return
        except RefusedError as error:
            job.upload.drop()  # before anybody is told
            imports.advance(job.import_id, "failed", 1.0, _ENDED if job.ended else str(error))
            if not job.read.done():
                job.read.set_exception(error)
        except Exception as error:
            log.error("an import failed: %s", type(error).__name__)
            with suppress(Exception):
                imports.advance(job.import_id, "failed", 1.0, "The import failed inside the service. Try again.")
        finally:
            self._done(job)
            if not job.read.done():
                job.read.set_result(None)

    def _heard(self, job: _Job, line: Mapping[str, Any]) -> None:
        if "read" in line and not job.read.done():
            job.read.set_result(None)
        self._store.imports.advance(job.import_id, "running", float(line.get("progress", 0.2)))

    def _apart(self, job: _Job, earlier: Stored | None) -> dict[str, Any]:
        """What the process found.

        Raises:
            RefusedError: the files cannot be read.
        """
        told = {
            "atlas": str(self._settings.atlas.absolute()),
            "folder": str(job.upload.folder),
            "paths": job.upload.paths,
            "earlier": earlier.documents() if earlier else None,
            "dates": job.options.dates,
            "scale": job.options.scale,
            "lists": job.options.lists,
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
        job.process = process
        timer = threading.Timer(_LONGEST, process.kill)
        timer.start()
        try:
            if job.ended:
                process.kill()
            for line in _talk(process, json.dumps(told)):
                if "documents" in line:
                    return line
                if "problem" in line:
                    raise RefusedError(_without_folders(str(line["problem"])))
                self._heard(job, line)
            raise RefusedError(_BROKEN)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError, ValueError):
                    pipe.close()  # type: ignore[union-attr]
            job.process = None

    def _keep(self, job: _Job, earlier: Stored | None, found: Mapping[str, Any]) -> bool:
        """Keep what was found; False where the viewer's history has changed meanwhile."""
        whose = job.viewer_id
        stored = Stored.of_documents(whose, found["documents"], found["catalogue_hash"], found["updated"])
        atlas = Atlas.open(self._settings.atlas)
        before = events_of_stored(atlas, whose, earlier) if earlier else {}
        events = (before, events_of_stored(atlas, whose, stored))
        return self._store.imports.finish(job.import_id, earlier, stored, events, _plain(found["report"]))

    def _done(self, job: _Job) -> None:
        job.upload.drop()
        with self._lock:
            self._jobs.pop(job.import_id, None)


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
