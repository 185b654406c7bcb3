"""Reads media files, one after the other, in a process with limits: `reelation.media.guard` starts it and asks.

standard input: JSON lines  ->  python -m reelation.media.worker  ->  standard output: one JSON line each

    {"models": [], "limits": {…}}                    once           {"blocks": ["image", …]}, or {"problem": "…"}
    {"path": "a.jpg", "names": ["image"]}            for each file  {"image": {"vector": …, "figures": {…}}}
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from reelation.errors import MediaError, ReelationError
from reelation.media.cache import Known
from reelation.media.guard import Limits, pack
from reelation.media.registry import Registry


def limit(memory: int) -> None:
    """Limit this process, where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))  # compiled code that libraries keep


def read(registry: Registry, path: Path, names: list[str]) -> dict[str, Any]:
    """What each named encoder says of one file."""
    found = {}
    for name in names:
        try:
            known = Known(registry[name].encode(path), None)
        except MediaError as error:
            known = Known(None, str(error))
        except MemoryError:
            known = Known(None, f"{path.name} is refused: it takes more memory than a file may.")
        except ReelationError:
            raise
        except Exception as error:  # decoders raise anything on what is damaged
            known = Known(None, f"{path.name} cannot be read: it is damaged ({type(error).__name__}: {error}).")
        found[name] = pack(known)
    return found


def main() -> None:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer

    def say(line: dict[str, Any]) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    told = json.loads(sys.stdin.readline())
    limits = Limits(**told["limits"])
    limit(limits.model_memory if told["models"] else limits.memory)
    try:
        registry = Registry(told["models"])
        say({"blocks": list(registry.names)})
    except ReelationError as error:
        say({"problem": str(error)})
        return
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            say(read(registry, Path(asked["path"]), asked["names"]))
        except ReelationError as error:
            say({name: {"problem": str(error)} for name in asked["names"]})


if __name__ == "__main__":
    main()
