"""Formats of personal exports, one module each, and the contract that they share.

Files  ->  Format.knows  ->  Format.read  ->  [Entry, ...] + the rows set aside
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reelation.cell_values import BadRowError
from reelation.cells import Row, table_rows
from reelation.histories.entry import Entry, Tally
from reelation.histories.files import Files, delimiter_of


@dataclass(frozen=True)
class Format:
    """A kind of personal export."""

    name: str
    """Short and stable, e.g. "letterboxd"; stands in every entry."""
    label: str
    """What to call it in a sentence."""
    knows: Callable[[Files], tuple[str, ...]]
    """The names of the files that are this kind's, by what is in them; empty where none is. Never raises."""
    read: Callable[[Files, tuple[str, ...], Tally, Choices], list[Entry]]
    """Read files of these names.

    Raises:
        DataError: a file cannot be read at all.
    """


@dataclass(frozen=True)
class Choices:
    """What a person may say about an export that does not say it itself."""

    columns: tuple[tuple[str, str], ...] = ()
    """(field, column) of a table of their own."""
    scale: float | None = None
    """Highest rating that can be given in a table of their own."""
    dates: str | None = None
    """Order of day, month and year where it cannot be told: "dmy", "mdy" or "ymd"."""
    lists: str = "watchlist"
    """Status of list rows that neither a rating nor the file's name explains."""


def read_rows(
    text: str, file: str, tally: Tally, convert: Callable[[int, dict[str, Any]], Entry | None]
) -> list[Entry]:
    """Read a table; every row is counted once: kept, set aside with its reason, or skipped by `convert`.

    Args:
        text: the table.
        file: what to call it.
        tally: keeps the account.
        convert: told line and cells by column; None where it has counted the row as skipped.
    """
    return convert_rows(table_rows(text, tally, file, delimiter=delimiter_of(text), ragged=True), file, tally, convert)


def convert_rows(
    rows: list[Row], file: str, tally: Tally, convert: Callable[[int, dict[str, Any]], Entry | None]
) -> list[Entry]:
    """The same for rows that are there already."""
    tally.count(file, rows_in=len(rows))
    found: list[Entry] = []
    for line, cells in rows:
        try:
            entry = convert(line, cells)
        except BadRowError as error:
            tally.set_aside(file, line, str(error))
            continue
        if entry is None:
            continue
        if not _is_text(entry):
            tally.set_aside(file, line, "letters that are no Unicode")
            continue
        found.append(entry)
        tally.count(file, kept=1)
    return found


def _is_text(entry: Entry) -> bool:
    """Whether all its texts can be written; JSON can hold halves of letters."""
    try:
        " ".join((entry.name, entry.episode_name, *entry.names, *entry.directors, *entry.cast)).encode()
    except UnicodeEncodeError:
        return False
    return True
