r"""The seven files of IMDb: their names, their columns, and reading their rows.

Quotes are letters, and `\N` is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from reelation.sources.base import Report
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
        self._reader = LineReader(report, scratch)

    def scan(self, name: str) -> pl.LazyFrame:
        """The rows of a file as text, with `line`."""
        if name not in self.paths:
            return pl.LazyFrame(schema={"line": pl.UInt32(), **dict.fromkeys(COLUMNS[name], pl.String())})
        needed, *optional = COLUMNS[name]
        return self._reader.scan(self.paths[name], TSV, [needed], optional)

    def scan_known(self, name: str, known: pl.DataFrame) -> tuple[pl.LazyFrame, list[Rule]]:
        """The rows of a file about titles, each with the `row` and `skip` of its title, and the rules for these.

        Args:
            name: the file; its first column names a title.
            known: the titles: tconst, row, skip.
        """
        column = COLUMNS[name][0]
        rows = joined(self.scan(name), column, known.select("tconst", "row", "skip"))
        return rows, [missing(column), unknown(column, "row")]

    def take(self, name: str, rows: pl.LazyFrame, rules: Sequence[Rule], columns: Sequence[pl.Expr]) -> pl.DataFrame:
        """`columns` of the rows that break no rule and are not to be skipped; accounts for all."""
        if name not in self.paths:
            return rows.select(columns).collect()
        return settle(rows, self.paths[name].name, rules, columns, self.report)

    def note(self, amount: int, text: str) -> None:
        """Note that there are so many of something, if there are any."""
        if amount:
            self.report.note(f"{amount:,} {text}")


def joined(rows: pl.LazyFrame, column: str, known: pl.DataFrame) -> pl.LazyFrame:
    """`rows` with the columns of `known`, whose first one holds IMDb ids; nulls where `column` names none of them.

    Ids are compared as numbers, in half the time of text.
    """
    first = known.columns[0]
    keyed = known.select(pl.exclude(first), _key=_number(first))
    return rows.with_columns(_key=_number(column)).join(keyed.lazy(), on="_key", how="left").drop("_key")


def _number(column: str) -> pl.Expr:
    """An IMDb id ("tt0078748") as a number that no other text gives: its digits and its length; else null.

    Polars reads a sign as part of a number, and "tt078748" is another text than "tt0078748".
    """
    text = pl.col(column)
    length = text.str.len_bytes()
    id_like = length.is_between(9, 11) & text.str.contains("^(tt|nm)[0-9]")
    digits = text.str.slice(2).cast(pl.UInt32, strict=False).cast(pl.UInt64)
    return pl.when(id_like).then(digits + length.cast(pl.UInt64) * 10**10 + text.str.starts_with("nm") * 10**12)


def unknown(column: str, row: str) -> Rule:
    """The title that `column` names must have a `row`."""
    return pl.col(row).is_null(), says("title {} is not in title.basics", column)
