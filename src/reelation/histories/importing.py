"""From a person's exports to a kept history, with an account of every row and every decision.

paths  ->  find_exports  ->  read_exports  ->  Exports
                                               |
                       match to the atlas  ->  keep  ->  HistoryReport
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reelation.atlas.store import Atlas
from reelation.errors import DataError, UsageError
from reelation.histories import store
from reelation.histories.detect import FORMATS, Export, find_exports
from reelation.histories.entry import Entry, Tally
from reelation.histories.formats import Choices
from reelation.histories.report import HistoryReport, Reading, report
from reelation.progress import progress


@dataclass(frozen=True)
class Exports:
    """What some exports say."""

    entries: tuple[Entry, ...]
    tally: Tally
    readings: tuple[Reading, ...]
    unread: tuple[tuple[Path, str], ...]
    """Paths that could not be read, and why."""


def import_history(
    atlas: Atlas,
    paths: Sequence[Path],
    name: str = "me",
    *,
    choices: Choices | None = None,
    own: bool = True,
) -> HistoryReport:
    """Read exports into the history `name`, beside what it has already, and match everything to `atlas`.

    Rows of a file that was imported before (the same service, the same file name) are replaced.

    Args:
        atlas: what the entries are matched to.
        paths: exports of any kinds.
        name: of the history.
        choices: what the exports do not say themselves.
        own: take any table with titles or ids for the person's own.

    Raises:
        UsageError: no path, or no name that a history can have.
        DataError: a path does not exist, or nothing in all of them can be used.
    """
    folder = store.folder_of(name)
    exports = read_exports(paths, choices, own=own)
    earlier = store.load(name)
    with progress("Matching"):
        entries = merged(earlier.entries if earlier else (), exports.entries)
        kept = store.save(atlas, name, entries, earlier.corrections if earlier else {})
    return report(atlas, kept, exports.tally, exports.readings, exports.unread, folder)


def read_exports(paths: Sequence[Path], choices: Choices | None = None, *, own: bool = True) -> Exports:
    """Read exports; nothing is matched or kept.

    Args:
        paths: exports of any kinds.
        choices: what the exports do not say themselves.
        own: take any table with titles or ids for the person's own.

    Raises:
        UsageError: no path.
        DataError: a path does not exist, or nothing in all of them can be used.
    """
    choices = choices or Choices()
    if not paths:
        raise UsageError("Nothing to import: name at least one file or folder.")
    for path in paths:
        if not path.exists():
            raise DataError(f"{path} does not exist.")
    exports, others = find_exports(paths, own=own, columns=dict(choices.columns))
    unread = [(path, "no personal export that I know") for path in others]
    readings: list[Reading] = []
    entries: list[Entry] = []
    tally = Tally()
    for export in exports:
        try:
            found, account = _read(export, choices)
        except (DataError, OSError) as error:
            unread.append((export.path, str(error)))
            continue
        entries += found
        readings.append(Reading(export.path, export.format.name, export.format.label, account.files))
        tally.rejected += account.rejected
        tally.skipped += account.skipped
        tally.notes += [note for note in account.notes if note not in tally.notes]
    if not entries:
        raise DataError(_nothing(unread, tally))
    return Exports(tuple(entries), tally, tuple(readings), tuple(unread))


def merged(earlier: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """New rows beside those of other files; the same event, told twice, once."""
    files = {(entry.source, entry.file) for entry in entries}
    kept = [entry for entry in earlier if (entry.source, entry.file) not in files]
    distinct = {replace(entry, file="", line=0): entry for entry in reversed([*kept, *entries])}
    return list(reversed(distinct.values()))


def _read(export: Export, choices: Choices) -> tuple[list[Entry], Tally]:
    account = Tally()
    return export.format.read(export.files, export.names, account, choices), account


def _nothing(unread: list[tuple[Path, str]], tally: Tally) -> str:
    listed = "; ".join(f"{path}: {why}" for path, why in unread[:5])
    rows = "; ".join(f"{file}, line {line}: {why}" for file, line, why in tally.rejected[:3])
    left = f"left out by design: {sum(tally.skipped.values()):,} rows" if tally.skipped else ""
    known = ", ".join(kind.label for kind in FORMATS)
    told = "; ".join(part for part in (listed, rows, left) if part) or "there is no row in it"
    return f"Nothing to import ({told}). Looked for exports of {known}, and tables with a title or an id."
