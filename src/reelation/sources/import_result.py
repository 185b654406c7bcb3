"""What came of an import: counts for every file, what was joined, and what a person should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from reelation.catalogue.store import Catalogue
from reelation.file_count import FileCount

SET_ASIDE_FILE = "set-aside.csv"
QUESTIONS_FILE = "questions.csv"


@dataclass(frozen=True)
class NotUnderstood:
    """Something that nobody reads: one path, or the files of one ending in a folder."""

    path: Path
    files: int
    why: str


@dataclass(frozen=True)
class Reading:
    """What came of one path."""

    path: Path
    source: str
    label: str
    sentence: str
    files: Mapping[str, FileCount]
    """File -> its rows: in, kept, set aside, skipped."""
    titles: int
    """Titles described."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ImportResult:
    """A new catalogue, and how it came about."""

    catalogue: Catalogue
    readings: tuple[Reading, ...]
    not_understood: tuple[NotUnderstood, ...]
    titles: int
    """Titles in the catalogue."""
    kinds: Mapping[str, int]
    """Kind -> titles in the catalogue."""
    by_id: int
    """Descriptions that joined another one by a shared id."""
    by_title: int
    """Works that joined another one by name, year and agreeing evidence."""
    joined: pl.DataFrame
    """The pairs behind `by_title`: title_id, name, year, other_id, other_name, other_year, why."""
    questions: pl.DataFrame
    """Pairs left apart although name and year agree, or although they share an id: the same columns. Also in
    `questions.csv` in the catalogue's folder."""
    dangling: Mapping[str, int]
    """Table -> rows dropped because they refer to a title that nobody describes."""
    rejected: pl.DataFrame
    """Every row set aside: path, file, line, reason. Also in `set-aside.csv` in the catalogue's folder."""

    @property
    def hash(self) -> str:
        """The hash of the catalogue: equal for equal content."""
        return self.catalogue.hash

    def summary(self) -> list[str]:
        """What happened, in a few lines for a person."""
        lines = []
        for reading in self.readings:
            lines.append(f"{reading.path}: {reading.sentence}; {reading.titles:,} titles")
            for file, count in reading.files.items():
                apart = f", {count.set_aside:,} set aside" if count.set_aside else ""
                skipped = f", {count.skipped:,} skipped" if count.skipped else ""
                lines.append(f"  {file}: {count.rows_in:,} rows, {count.kept:,} kept{apart}{skipped}")
            lines += [f"  {note}" for note in reading.notes]
        beside: dict[tuple[Path, str], list[str]] = {}
        for one in self.not_understood:
            many = f" ({one.files:,})" if one.files > 1 else ""
            beside.setdefault((one.path.parent, one.why), []).append(one.path.name + many)
        lines += [f"Not read, {why}: {', '.join(names)} in {folder}" for (folder, why), names in beside.items()]
        lines += [
            f"{count:,} {table} refer to titles that nobody describes: left out"
            for table, count in self.dangling.items()
        ]
        if len(self.readings) > 1 or self.by_id or self.by_title:
            lines.append(
                f"The same work: {self.by_id:,} joined by an id, {self.by_title:,} by name, year and evidence."
            )
        if self.questions.height:
            lines.append(
                f"Left apart, please look: {self.questions.height:,} pairs in {self.catalogue.folder / QUESTIONS_FILE}"
            )
        if self.rejected.height:
            lines.append(f"Set aside: {self.rejected.height:,} rows in {self.catalogue.folder / SET_ASIDE_FILE}")
        kinds = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in self.kinds.items())
        lines.append(f"Catalogue: {self.titles:,} titles ({kinds}) in {self.catalogue.folder}")
        return lines

    def to_json(self) -> dict[str, Any]:
        """The same as plain values; the pairs joined and the rows set aside are in the files."""
        return {
            "catalogue": str(self.catalogue.folder),
            "hash": self.hash,
            "titles": self.titles,
            "kinds": dict(self.kinds),
            "readings": [
                {
                    **{name: getattr(reading, name) for name in ("source", "label", "sentence", "titles")},
                    "path": str(reading.path),
                    "files": {file: asdict(count) for file, count in reading.files.items()},
                    "notes": list(reading.notes),
                }
                for reading in self.readings
            ],
            "not_understood": [
                {"path": str(one.path), "files": one.files, "why": one.why} for one in self.not_understood
            ],
            "merged": {"by_id": self.by_id, "by_title": self.by_title, "questions": self.questions.height},
            "dangling": dict(self.dangling),
            "set_aside": self.rejected.height,
        }
