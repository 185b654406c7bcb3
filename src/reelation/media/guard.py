"""Files from outside are read in a process of its own, with limits on memory and time: a hostile one ends only that.

    Workers.encode(path, names)  ->  python -m reelation.media.worker  ->  vectors, or why there are none

A worker that crashes, hangs or takes too much is ended and replaced; the file it was reading is to blame.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reelation.errors import UsageError
from reelation.media.cache import Known
from reelation.media.encoder import BARCODE, Encoded


@dataclass(frozen=True)
class Limits:
    """What one file may cost."""

    memory: int = 1536 << 20
    """Bytes that a worker may hold, libraries included."""
    image_seconds: float = 30
    """Until a picture is given up."""
    clip_seconds: float = 900
    """Until a clip or sound is given up."""
    model_memory: int = 8 << 30
    """Bytes that a worker may hold where a model is plugged in."""


class Worker:
    """One process that reads one file after the other."""

    def __init__(self, models: Sequence[str], limits: Limits) -> None:
        self._models = tuple(models)
        self._limits = limits
        self._process: subprocess.Popen[str] | None = None

    def encode(self, path: Path, names: Sequence[str]) -> dict[str, Known]:
        """What the named encoders say of a file; never raises for what is in the file.

        Raises:
            UsageError: the worker cannot start, as when a library or a model is missing.
        """
        process = self._started()
        clip = any(not name.startswith("image") for name in names)
        seconds = self._limits.clip_seconds if clip else self._limits.image_seconds
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            said = _ask(process, {"path": str(path), "names": list(names)})
        finally:
            timer.cancel()
        if said is not None:
            return {name: _known(one) for name, one in said.items()}
        self.close()
        why = (
            f"it took longer than {seconds:.0f} s"
            if late.is_set()
            else "reading it ended the process that read it, as damaged or hostile files do"
        )
        return {name: Known(None, f"{path.name} is refused: {why}.") for name in names}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process = None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reelation.media.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **threads},
        )
        said = _ask(self._process, {"models": list(self._models), "limits": asdict(self._limits)})
        if said is None or "problem" in said:
            self.close()
            raise UsageError(str(said["problem"]) if said else "The process that reads media files does not start.")
        return self._process


@contextlib.contextmanager
def worker(models: Sequence[str] = (), limits: Limits | None = None) -> Iterator[Worker]:
    """A worker that is ended at the end."""
    found = Worker(models, limits or Limits())
    try:
        yield found
    finally:
        found.close()


def _ask(process: subprocess.Popen[str], question: dict[str, Any]) -> dict[str, Any] | None:
    """Send one JSON line and read one; None where the process has gone."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        answer = json.loads(line) if line.endswith("\n") else None
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def pack(known: Known) -> dict[str, Any]:
    """A result as JSON."""
    if known.encoded is None:
        return {"problem": known.problem}
    vector, figures, barcode = known.encoded
    return {
        "vector": base64.b64encode(np.ascontiguousarray(vector, np.float32).tobytes()).decode(),
        "figures": {name: float(value) if np.isfinite(value) else None for name, value in figures.items()},
        "barcode": None if barcode is None else base64.b64encode(np.ascontiguousarray(barcode).tobytes()).decode(),
    }


def _known(said: dict[str, Any]) -> Known:
    if "problem" in said:
        return Known(None, str(said["problem"]))
    vector = np.frombuffer(base64.b64decode(said["vector"]), np.float32)
    figures = {str(name): float("nan") if value is None else float(value) for name, value in said["figures"].items()}
    barcode = said["barcode"]
    stripes = None if barcode is None else np.frombuffer(base64.b64decode(barcode), np.uint8).reshape(BARCODE, 3)
    return Known(Encoded(vector, figures, stripes), None)
