"""What encoders said of files, kept by content: nothing is encoded twice, and a killed run goes on where it was.

One SQLite file. What is kept is kept at once and whole, whatever kills the process
(docs/decisions/0036). Safe to delete.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from pathlib import Path
from typing import NamedTuple

import numpy as np

from reelation import settings
from reelation.errors import UsageError
from reelation.media.encoder import BARCODE, Encoded

_TABLES = """
CREATE TABLE IF NOT EXISTS results (
    content TEXT NOT NULL, encoder TEXT NOT NULL, vector BLOB, figures TEXT, barcode BLOB, problem TEXT,
    PRIMARY KEY (content, encoder)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
"""


class Known(NamedTuple):
    """What the cache has for one content and one encoder: what was said, or why nothing could be."""

    encoded: Encoded | None
    problem: str | None


class Cache:
    """Results by (SHA-256 of a file's content, encoder and version). May be used from several threads and processes."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the cache in `folder`, or in the cache folder of the settings.

        Raises:
            UsageError: it cannot be opened or made.
        """
        place = folder or settings.cache_folder() / "media"
        self.path = place / "results.sqlite"
        try:
            place.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self.path, timeout=60, check_same_thread=False, isolation_level=None)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"The cache in {place} cannot be used: {error}. Delete it, or name another.") from error
        self._turn = threading.Lock()

    def close(self) -> None:
        """Give the file back."""
        self._base.close()

    def content(self, path: Path) -> str:
        """SHA-256 of a file; read anew only where its size or time of change is another than last time."""
        at, now = str(path.resolve()), path.stat()
        with self._turn:
            row = self._base.execute("SELECT size, changed, content FROM files WHERE path = ?", (at,)).fetchone()
        if row and row[:2] == (now.st_size, now.st_mtime_ns):
            return str(row[2])
        with path.open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
        with self._turn:
            self._base.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (at, now.st_size, now.st_mtime_ns, found)
            )
        return found

    def get(self, content: str, encoder: str) -> Known | None:
        """What is known; None where nothing is."""
        with self._turn:
            row = self._base.execute(
                "SELECT vector, figures, barcode, problem FROM results WHERE content = ? AND encoder = ?",
                (content, encoder),
            ).fetchone()
        if row is None:
            return None
        vector, figures, barcode, problem = row
        if problem is not None:
            return Known(None, str(problem))
        stripes = np.frombuffer(barcode, np.uint8).reshape(BARCODE, 3) if barcode else None
        read = {name: float("nan") if value is None else value for name, value in json.loads(figures).items()}
        return Known(Encoded(np.frombuffer(vector, np.float32), read, stripes), None)

    def keep(self, content: str, encoder: str, known: Known) -> None:
        """Keep a result; it is there for every later run as soon as this returns."""
        if known.encoded is None:
            values: tuple[bytes | str | None, ...] = (None, None, None, known.problem)
        else:
            vector, figures, barcode = known.encoded
            said = {name: value if np.isfinite(value) else None for name, value in figures.items()}
            stripes = None if barcode is None else np.ascontiguousarray(barcode, np.uint8).tobytes()
            values = (np.ascontiguousarray(vector, np.float32).tobytes(), json.dumps(said), stripes, None)
        with self._turn:
            self._base.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?)", (content, encoder, *values))
