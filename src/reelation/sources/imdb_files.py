r"""The seven files of IMDb: their names, their columns, and reading their rows.

Quotes are letters, and `\N` is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from reelation.sources.base import Report
from reelation.sources.imdb_ids import Places
from reelation.sources.lines import Dialect, LineReader
from reelation.sources.rules import Rule, missing, says, settle

TSV = Dialect(null="\\N")
COLUMNS = {
    "name.basics": ("nconst", "primaryName", "birthYear", "deathYear"),
    "title.akas": ("titleId", "title", "region", "language"),
    "title.basics": (
        *("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult"),
        *("startYear", "endYear", "runtimeMinutes", "genres"),
    ),
    "title.crew": ("tconst", "directors", "writers"),
    "title.episode": ("tconst", "parentTconst", "seasonNumber", "episodeNumber"),
    "title.principals": ("tconst", "ordering", "nconst", "category", "characters"),
    "title.ratings": ("tconst", "averageRating", "numVotes"),
}
"""The columns that we read of each file; the first one must be there."""


def find(path: Path, name: str) -> Path | None:
    """The file `name`.tsv or .tsv.gz in the folder `path`, or beside it where `path` is title.basics itself."""
    if path.is_file():
        if not path.name.startswith("title.basics.tsv"):
            return None
        path = path.parent
    return next((file for end in (".tsv", ".tsv.gz") if (file := path / (name + end)).is_file()), None)


class ImdbFiles:
    """The files of one folder; one that is not there has no rows."""

    def __init__(self, path: Path, report: Report, scratch: Path) -> None:
        """Look for the files in `path`; count into `report`; put what has to be unpacked into `scratch`."""
        self.paths = {name: found for name in COLUMNS if (found := find(path, name)) is not None}
        self.report = report
        for file in self.paths.values():
            report.count(file.name)  # files are read side by side, and told of in this order
        self._reader = LineReader(report, scratch)

    def scan(self, name: str) -> pl.LazyFrame:
        """The rows of a file as text, with `line`."""
        if name not in self.paths:
            return pl.LazyFrame(schema={"line": pl.UInt32(), **dict.fromkeys(COLUMNS[name], pl.String())})
        needed, *optional = COLUMNS[name]
        return self._reader.scan(self.paths[name], TSV, [needed], optional)

    def scan_known(self, name: str, known: Titles) -> tuple[pl.LazyFrame, list[Rule]]:
        """The rows of a file about titles, each with the `row` and `skip` of its title, and the rules for these.

        Args:
            name: the file; its first column names a title.
            known: the titles.
        """
        column = COLUMNS[name][0]
        return known.find(self.scan(name), column), [missing(column), unknown(column, "row")]

    def take(self, name: str, rows: pl.LazyFrame, rules: Sequence[Rule], columns: Sequence[pl.Expr]) -> pl.DataFrame:
        """`columns` of the rows that break no rule and are not to be skipped; accounts for all."""
        if name not in self.paths:
            return rows.select(columns).collect()
        return settle(rows, self.paths[name].name, rules, columns, self.report)

    def note(self, amount: int, text: str) -> None:
        """Note that there are so many of something, if there are any."""
        if amount:
            self.report.note(f"{amount:,} {text}")


class Titles:
    """The titles of title.basics: where each stands, and whether it is left out by design."""

    def __init__(self, known: pl.DataFrame) -> None:
        """Take the titles in catalogue order: tconst, each once; title_id; skip."""
        self.ids = known["title_id"]
        self._places = Places("tt", known["tconst"])
        self._skip = known["skip"]

    def find(self, rows: pl.LazyFrame, column: str, row: str = "row", skip: str = "skip") -> pl.LazyFrame:
        """`rows` with the place and the skip of the title that `column` names; nulls where it names none."""
        found = self._places.find(rows, column, row)
        return found.with_columns(
            pl.col(row).map_batches(self._skip.gather, pl.Boolean, is_elementwise=True).alias(skip)
        )


def unknown(column: str, row: str) -> Rule:
    """The title that `column` names must have a `row`."""
    return pl.col(row).is_null(), says("title {} is not in title.basics", column)
