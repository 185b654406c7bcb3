"""Delimited text with one row a line, read fast and exactly: every line is counted, none is lost.

    file (.tsv, .csv, .dat, .gz)  ->  LineReader.scan  ->  a lazy frame: `line` + text columns
                                          |
                                          +-> lines that are no rows go to the report, each with its reason

A file that is sound is handed to Polars as it is. Otherwise (packed, another encoding, quotes, a
separator of two characters, broken lines) a clean copy goes to a scratch folder first, and the line
numbers of the original are kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation.archive import chunks, is_gzip
from reelation.errors import DataError
from reelation.sources.base import Report

_UNIT = b"\x1f"
"""Separates the cells of clean copies whose own separator will not do: ASCII's unit separator."""


@dataclass(frozen=True)
class Dialect:
    """How a file writes its rows."""

    separator: str = "\t"
    columns: tuple[str, ...] = ()
    """The columns of a file without a header; empty: the first line names them."""
    encoding: str = "utf-8"
    quoted: bool = False
    """Cells may stand in double quotes. False: a quote is a letter like any other."""
    null: str | None = None
    """A cell that means "nothing", besides the empty one."""


class LineReader:
    """Reads files for one import."""

    def __init__(self, report: Report, scratch: Path) -> None:
        """Count into `report`; put clean copies into the folder `scratch`, to be kept as long as the frames."""
        self._report = report
        self._scratch = scratch

    def scan(self, path: Path, dialect: Dialect, needed: Sequence[str], optional: Sequence[str] = ()) -> pl.LazyFrame:
        """The rows of `path`.

        Every line but the header is counted as a row that came in; lines with too few or too many cells,
        or that are not text, are set aside here. What becomes of the others is the caller's to count.

        Args:
            path: the file; may be a gz.
            dialect: how it is written.
            needed: columns to read, found by name without regard to case.
            optional: columns to read where the file has them, and null where not.

        Returns:
            Columns `line` (UInt32, from 1, the header included) and the columns asked for, as text; null
            where a cell is empty or the dialect's null.

        Raises:
            DataError: the file cannot be read, is empty, or lacks a needed column.
        """
        names = list(dialect.columns) or header(path, dialect)
        if missing := [column for column in needed if column.lower() not in names]:
            raise DataError(
                f"{path.name} has no column {', '.join(repr(name) for name in missing)}: its first line reads "
                f"{', '.join(names)[:200]!r}. It should name: {', '.join(needed)}."
            )
        rows = _Rows(path, dialect, len(names), self._scratch)
        self._report.count(path.name, rows_in=rows.count)
        self._report.set_aside_rows(rows.broken.select(pl.lit(path.name).alias("file"), "line", "reason"))
        places = {column: names.index(column.lower()) for column in (*needed, *optional) if column.lower() in names}
        frame = pl.scan_csv(
            rows.path,
            separator=rows.separator,
            has_header=False,
            skip_lines=rows.skip,
            schema={str(place): pl.String() for place in range(len(names))},
            quote_char=None,
            null_values=[dialect.null] if dialect.null is not None else None,
            row_index_name="line",
            row_index_offset=rows.first,
            glob=False,
        )
        gaps = rows.broken["line"].to_numpy()
        line = pl.col("line") if len(gaps) == 0 else _renumbered(gaps, rows.first)
        return frame.select(
            line.cast(pl.UInt32),
            *(pl.col(str(place)).alias(column) for column, place in places.items()),
            *(pl.lit(None, pl.String()).alias(column) for column in optional if column not in places),
        )


def header(path: Path, dialect: Dialect) -> list[str]:
    """The column names in the first line of `path`, lower-case.

    Raises:
        DataError: the file cannot be read, is empty, or does not begin with a line of text.
    """
    first = next(_blocks(path), b"").split(b"\n", 1)[0].removesuffix(b"\r")
    try:
        text = first.decode(dialect.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not {dialect.encoding} text: its first line cannot be decoded.") from error
    if not text.strip():
        raise DataError(f"{path.name} is empty, or its first line is.")
    try:
        cells = next(csv.reader([text])) if dialect.quoted else text.split(dialect.separator)
    except (csv.Error, StopIteration):
        cells = [text]
    return [cell.strip().lower() for cell in cells]


def _renumbered(gaps: NDArray[np.int64], first: int) -> pl.Expr:
    """The line numbers of the original for rows numbered without the lines in `gaps`."""
    rows_before = gaps - np.arange(len(gaps)) - first
    return pl.col("line").map_batches(
        lambda line: line + np.searchsorted(rows_before, line.to_numpy().astype(np.int64) - first, side="right"),
        return_dtype=pl.Int64(),
        is_elementwise=True,
    )


class _Rows:
    """A file whose every row is known to be sound: the original, or a clean copy of it."""

    def __init__(self, path: Path, dialect: Dialect, width: int, scratch: Path) -> None:
        self._dialect = dialect
        self._width = width
        self.first = 1 if dialect.columns else 2
        """The number of the first line that is a row."""
        self._plain = dialect.encoding == "utf-8" and not dialect.quoted and len(dialect.separator) == 1
        self.separator = dialect.separator if self._plain else _UNIT.decode()
        cell = self.separator.encode()
        self._row = cell * (width - 1) + b"\n"
        self._noise = bytes(set(range(256)) - set(self._row))
        self.path, self.skip = path, self.first - 1
        frames = None if not self._plain or is_gzip(path) else self._check(path)
        if frames is None:
            self.path, self.skip = scratch / f"{len(list(scratch.iterdir()))}-{path.name}.rows", 0
            frames = self._copy(path)
        self.broken = pl.concat([_broken([], []), *frames])

    def _check(self, path: Path) -> list[pl.DataFrame] | None:
        """Count the rows; None if one is broken. Polars splits lines on both cores and finds what is not text."""
        lines = pl.scan_csv(
            path,
            separator=_UNIT.decode(),
            has_header=False,
            skip_lines=self.skip,
            schema={"line": pl.String()},
            quote_char=None,
            glob=False,
        )
        cells = pl.col("line").str.count_matches(self.separator, literal=True).fill_null(0) + 1
        try:
            self.count, sound = lines.select(pl.len(), (cells == self._width).sum()).collect(engine="streaming").row(0)
        except pl.exceptions.PolarsError:
            return None
        return [] if self.count == sound else None

    def _copy(self, path: Path) -> list[pl.DataFrame]:
        """Write the sound rows to `self.path`; return the broken ones."""
        self.count = 0
        frames = []
        with self.path.open("wb") as sink:
            for block in self._data(path):
                unified = self._unify(block)
                if unified is not None and self._sound(unified):
                    sink.write(unified)
                else:
                    lines, broken = self._sort_out(block, self.first + self.count)
                    sink.write(b"".join(lines))
                    frames.append(broken)
                self.count += block.count(b"\n")
        return frames

    def _data(self, path: Path) -> Iterator[bytes]:
        """Whole lines, each ended, without the header."""
        waiting = self.first == 2
        for block in _blocks(path):
            data = block.split(b"\n", 1)[1] if waiting else block
            waiting = False
            if data:
                yield data

    def _sound(self, block: bytes) -> bool:
        if block.translate(None, self._noise) != self._row * block.count(b"\n"):
            return False
        return block.isascii() or _decodes(block, "utf-8")

    def _unify(self, block: bytes) -> bytes | None:
        """The block in UTF-8 with one separator; None where that has to be done line by line."""
        if self._plain:
            return block
        if (self._dialect.quoted and b'"' in block) or not _decodes(block, self._dialect.encoding):
            return None
        text = block if self._dialect.encoding == "utf-8" else block.decode(self._dialect.encoding).encode()
        return None if _UNIT in text else text.replace(self._dialect.separator.encode(), _UNIT)

    def _sort_out(self, block: bytes, first: int) -> tuple[list[bytes], pl.DataFrame]:
        good, numbers, reasons = [], [], []
        for number, line in enumerate(block.split(b"\n")[:-1], first):
            row = self._row_of(line.removesuffix(b"\r"))
            if isinstance(row, str):
                numbers.append(number)
                reasons.append(row)
            else:
                good.append(row + b"\n")
        return good, _broken(numbers, reasons)

    def _row_of(self, line: bytes) -> bytes | str:
        """One line in UTF-8 with one separator, or what is wrong with it."""
        if not line:
            return "the line is empty"
        try:
            text = line.decode(self._dialect.encoding)
        except UnicodeDecodeError:
            return f"the line is not {self._dialect.encoding} text"
        if self._dialect.quoted:
            try:
                cells = next(csv.reader([text], delimiter=self._dialect.separator, strict=True))
            except (csv.Error, StopIteration) as error:
                return f"the quotes of the line do not match: {error}"
        else:
            cells = text.split(self._dialect.separator)
        if len(cells) != self._width:
            return f"expected {self._width} cells, found {len(cells)}"
        if not self._plain and any("\x1f" in cell or "\n" in cell or "\r" in cell for cell in cells):
            return "the line holds a control character"
        return self.separator.join(cells).encode()


def _broken(numbers: list[int], reasons: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"line": numbers, "reason": reasons}, schema={"line": pl.Int64(), "reason": pl.String()})


def _decodes(block: bytes, encoding: str) -> bool:
    try:
        block.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    """The bytes of `path` in pieces of whole lines; the last line gets its end where it has none."""
    rest: list[bytes] = []
    for chunk in chunks(path):
        end = chunk.rfind(b"\n") + 1
        if end == 0:
            rest.append(chunk)
            continue
        yield b"".join([*rest, chunk[:end]])
        rest = [chunk[end:]] if end < len(chunk) else []
    if rest:
        yield b"".join([*rest, b"\n"])
