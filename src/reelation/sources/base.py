"""What every source of titles has in common: one protocol, and one report of what was read.

a file or folder  ->  Source.read  ->  canonical tables + the rows set aside, each with its reason
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import polars as pl

from reelation.catalogue.checks import breaches
from reelation.catalogue.schema import TABLES
from reelation.file_count import FileCount

Tables = dict[str, pl.DataFrame]
"""Canonical tables by name (`reelation.catalogue.schema.TABLES`); a table with no rows may be missing."""

SET_ASIDE = pl.Schema({"file": pl.String(), "line": pl.Int64(), "reason": pl.String()})


@dataclass(frozen=True)
class Licence:
    """The terms of a source, as far as they decide what we may do."""

    name: str
    url: str
    trainable: bool = True
    """False: shown as display metadata, left out of training unless the user asks for it."""


class Source(Protocol):
    """A kind of file or folder that Reelation can read."""

    name: str
    """Short and stable, e.g. "imdb"; stands in the `source` column of every row."""
    label: str
    """What to call it in a sentence."""
    homepage: str
    licence: Licence

    def sniff(self, path: Path) -> str | None:
        """Say in one sentence what `path` is if it is ours, else None. Reads little; never raises on bad data."""

    def read(self, path: Path, report: Report) -> Tables:
        """Read `path` into canonical tables; rows that do not fit go to `report`.

        Raises:
            DataError: nothing of it can be used.
        """


@dataclass
class Report:
    """Counts rows, keeps every row set aside with file, line and reason, and notes what was understood."""

    files: dict[str, FileCount] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _frames: list[pl.DataFrame] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Say something that the user should know about this import."""
        if text not in self.notes:
            self.notes.append(text)

    def count(self, file: str, *, rows_in: int = 0, kept: int = 0, skipped: int = 0) -> None:
        """Add to the counts of `file` (a path as the user would recognise it)."""
        entry = self.files.setdefault(file, FileCount())
        entry.rows_in += rows_in
        entry.kept += kept
        entry.skipped += skipped

    def set_aside(self, file: str, line: int | None, reason: str) -> None:
        """Set one row aside. `line` counts from 1, the header included; None: the whole file."""
        self.set_aside_rows(pl.DataFrame([(file, line, reason)], schema=SET_ASIDE, orient="row"))

    def set_aside_rows(self, rows: pl.DataFrame) -> None:
        """Set many rows aside at once.

        Args:
            rows: columns file, line, reason.
        """
        if rows.height == 0:
            return
        self._frames.append(rows.select(SET_ASIDE.names()).cast(dict(SET_ASIDE)))  # type: ignore[arg-type]
        for file, amount in rows.group_by("file").len().iter_rows():
            self.files.setdefault(file, FileCount()).set_aside += amount

    @property
    def rejected(self) -> pl.DataFrame:
        """Every row set aside: file, line, reason; sorted."""
        if not self._frames:
            return pl.DataFrame(schema=SET_ASIDE)
        return pl.concat(self._frames).sort("file", "line", "reason", nulls_last=True)


def conform(table: str, frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Give `frame` all columns of the canonical `table`, in order; missing ones are null.

    Args:
        table: a name in `TABLES`.
        frame: any subset of the table's columns.
        source: put into the `source` column where the frame has none.

    Raises:
        ValueError: the frame has a column that the table does not know.
    """
    schema = TABLES[table].schema
    if unknown := set(frame.columns) - set(schema):
        raise ValueError(f"table '{table}' has no column {sorted(unknown)}")
    if "source" not in frame.columns:
        frame = frame.with_columns(pl.lit(source).alias("source"))
    return frame.select(
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in schema.items()
    )


def admit(table: str, frame: pl.DataFrame, source: str, report: Report) -> pl.DataFrame:
    """Keep the rows of `frame` that obey the schema; set the others aside with file, line and reason.

    Args:
        table: a name in `TABLES`.
        frame: any subset of the table's columns, plus `file` and `line` (from 1), which say where each
            row came from and are dropped.
        source: put into the `source` column where the frame has none.
        report: gets the rows set aside. Counting the rows kept is the caller's, who knows how many rows
            of the file went into one row here.
    """
    judged = frame.with_columns(breaches(table, frame.columns).alias("reason"))
    report.set_aside_rows(judged.filter(pl.col("reason").is_not_null()))
    return conform(table, judged.filter(pl.col("reason").is_null()).drop("reason", "file", "line"), source)


def tables_of(source: str, frames: Mapping[str, pl.DataFrame | Sequence[Mapping[str, object]]]) -> Tables:
    """Conform several tables at once; rows given as dicts become a frame first; empty tables are left out."""
    tables: Tables = {}
    for name, rows in frames.items():
        schema = TABLES[name].schema
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), schema_overrides=schema)
        if frame.height:
            tables[name] = conform(name, frame, source)
    return tables
