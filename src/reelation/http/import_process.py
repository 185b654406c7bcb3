"""Reads and matches one upload, in a process of its own with limits on memory and time: hostile files end only that.

standard input: one JSON object  ->  python -m reelation.http.import_process  ->  standard output: JSON lines

    {"read": 512}          the files are an export, with so many entries
    {"progress": 0.6}
    {"documents": {…}, "catalogue_hash": …, "updated": …, "report": {…}}   the end
    {"problem": "…"}       the end, where they are none

Nothing is kept here, and the viewer's id does not come here.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

MEMORY = 768 << 20
"""Bytes of data that the process may hold; what is mapped from the atlas does not count."""
SECONDS = 120
"""Of processor time."""
MOST_ENTRIES = 200_000


def limit() -> None:
    """Limit this process, where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(AttributeError, OSError):
        os.nice(5)


def run(told: dict[str, Any]) -> dict[str, Any]:
    """Read, match, and give all that is to be kept; see the module.

    Raises:
        DataError: the files are no export, or not a sound one.
    """
    from reelation.atlas.store import Atlas
    from reelation.errors import DataError
    from reelation.histories.entry import Entry
    from reelation.histories.formats import Choices
    from reelation.histories.importing import merged, read_exports
    from reelation.histories.report import report
    from reelation.histories.stored import Correction, Stored, decide

    choices = Choices(scale=told["scale"], dates=told["dates"], lists=told["lists"])
    exports = read_exports([Path(path) for path in told["paths"]], choices)
    if len(exports.entries) > MOST_ENTRIES:
        raise DataError(f"The files have {len(exports.entries):,} entries, more than {MOST_ENTRIES:,}.")
    say({"read": len(exports.entries)})
    entries: tuple[Entry, ...] = ()
    corrections: dict[str, Correction] = {}
    if told["earlier"]:
        earlier = Stored.of_documents("viewer", told["earlier"], "", "")
        entries, corrections = earlier.entries, dict(earlier.corrections)
    together = merged(entries, exports.entries)
    if len(together) > MOST_ENTRIES:
        raise DataError(f"With what was imported before these are more than {MOST_ENTRIES:,} entries.")
    atlas = Atlas.open(Path(told["atlas"]))
    say({"progress": 0.4})
    stored = decide(atlas, "viewer", together, corrections)
    say({"progress": 0.9})
    found = report(atlas, stored, exports.tally, exports.readings, exports.unread).to_json()
    of_files = ("readings", "skipped", "set_aside", "notes", "unread")
    return {
        "documents": stored.documents(),
        "catalogue_hash": stored.catalogue_hash,
        "updated": stored.updated,
        "report": {name: found[name] for name in of_files},
    }


def say(line: dict[str, Any]) -> None:
    """Write one line for the service."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what standard input says."""
    from reelation.errors import ReelationError

    told = json.loads(sys.stdin.read())
    limit()
    os.chdir(told["folder"])
    try:
        say(run(told))
    except ReelationError as error:
        say({"problem": str(error)})
    except MemoryError:
        say({"problem": "The files are too large to be read, or made to be."})


if __name__ == "__main__":
    main()
