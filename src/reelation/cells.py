"""Tables and JSON as people really have them: broken rows are set aside with their line, the rest is read.

.csv .tsv .json .jsonl (.gz)  ->  read_table / read_json  ->  [(line, {column: value}), ...]
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from reelation.archive import chunks
from reelation.errors import DataError

Row = tuple[int, dict[str, Any]]
"""Line (from 1; of a JSON array: the element's number) and what it holds."""


class Account(Protocol):
    """What keeps count of the rows of files."""

    def count(self, file: str, *, rows_in: int = 0) -> None:
        """Rows of `file` that came in."""

    def set_aside(self, file: str, line: int | None, reason: str) -> None:
        """A row that cannot be used."""


LARGEST_CELL = 1 << 20
"""Characters; a longer cell is the sign of an unclosed quote or of something that is no table."""
_LARGEST_FILE = 4 << 30
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_MOST_BREAKS = 500
"""Unreadable rows after which the rest of a file is set aside as a whole."""


def read_text(path: Path, encoding: str | None = None) -> str:
    """The whole text; bytes that do not decode become lone surrogates, which the row readers notice.

    Args:
        path: plain or gzip.
        encoding: None finds out: a byte order mark, else UTF-8.

    Raises:
        DataError: the file cannot be read, is a damaged gzip file, or is far too large.
    """
    parts, size = [], 0
    try:
        for chunk in chunks(path):
            size += len(chunk)
            if size > _LARGEST_FILE:
                raise DataError(f"{path.name} is larger than {_LARGEST_FILE >> 30} GB; split it.")
            parts.append(chunk)
    except (OSError, EOFError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error
    return decode(b"".join(parts), encoding)


def decode(raw: bytes, encoding: str | None = None) -> str:
    """Bytes as text; what does not decode becomes lone surrogates, which the row readers notice.

    Args:
        raw: all bytes of a file.
        encoding: None finds out: a byte order mark, else UTF-8.
    """
    if encoding is None:
        encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    return raw.decode(encoding, errors="replace" if encoding.startswith("utf-16") else "surrogateescape")


def header_of(path: Path, delimiter: str = ",") -> list[str]:
    """The first row's cells, trimmed and lower-cased; empty where the file is no such table. Never raises."""
    try:
        start = next(chunks(path), b"")[:65536].decode("utf-8-sig", errors="ignore")
        cells = next(csv.reader(io.StringIO(start), delimiter=delimiter), [])
    except (OSError, EOFError, csv.Error, DataError):
        return []
    return [cell.strip().lower() for cell in cells]


def read_table(
    path: Path, report: Account, file: str, *, delimiter: str = ",", encoding: str | None = None, ragged: bool = False
) -> list[Row]:
    """All rows that have as many cells as the header; the others are set aside.

    Args:
        path: the file.
        report: gets the rows set aside.
        file: what to call it there.
        delimiter: between cells.
        encoding: see `read_text`.
        ragged: take rows with fewer cells than the header; the missing ones are empty.

    Raises:
        DataError: the file cannot be read, or has no header.
    """
    return table_rows(read_text(path, encoding), report, file, delimiter=delimiter, ragged=ragged)


def table_rows(text: str, report: Account, file: str, *, delimiter: str = ",", ragged: bool = False) -> list[Row]:
    """The same of a text that is there already.

    Raises:
        DataError: it has no header.
    """
    lines = list(io.StringIO(text, newline=""))
    records = _records(lines, report, file, delimiter)
    first = next(records, None)
    if first is None:
        raise DataError(f"{file} is empty.")
    names = [name.strip().lower() for name in first[1]]
    if len(set(names)) < 2 and len(names) < 2:
        raise DataError(f"{file} has a single column; is '{delimiter}' the right delimiter?")
    rows = []
    for line, cells in records:
        if not any(cells):
            continue
        if len(cells) > len(names) or (len(cells) < len(names) and not ragged):
            _reject(report, file, line, f"{len(cells)} cells where the header has {len(names)}")
        elif (reason := _flaw(cells)) is not None:
            _reject(report, file, line, reason)
        else:
            rows.append((line, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}))
    return rows


def read_json(path: Path, report: Account, file: str) -> list[Row]:
    """All objects of a JSON array, of JSON lines, or the one object; anything else in them is set aside.

    Raises:
        DataError: the file cannot be read or holds no JSON at all.
    """
    return json_rows(read_text(path), report, file)


def json_rows(text: str, report: Account, file: str) -> list[Row]:
    """The same of a text that is there already.

    Raises:
        DataError: it holds no JSON at all.
    """
    text = text.lstrip("\ufeff").strip()
    if text.startswith("["):
        found = list(_array(text, report, file))
    elif "\n" in text and _is_lines(text):
        found = list(_lines(text, report, file))
    else:
        try:
            found = [(1, json.loads(text))]
        except (ValueError, RecursionError) as error:
            raise DataError(f"{file} is not JSON: {_short(error)}") from error
    rows: list[Row] = []
    for line, value in found:
        if isinstance(value, dict):
            rows.append((line, value))
        else:
            _reject(report, file, line, f"a {type(value).__name__} where an object should be")
    return rows


def _records(lines: list[str], report: Account, file: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records and their first lines; a line where parsing breaks is set aside and parsing goes on behind it."""
    csv.field_size_limit(LARGEST_CELL)
    at = breaks = width = 0
    while at < len(lines):
        start, reader = at, csv.reader(iter(lines[at:]), delimiter=delimiter)
        try:
            for cells in reader:
                after = start + reader.line_num
                width = width or len(cells)
                if after - at > 1 and len(cells) != width:
                    raise csv.Error("a quote that is not closed")
                yield at + 1, cells
                at = after
            return
        except csv.Error as error:
            breaks += 1
            if breaks > _MOST_BREAKS:
                for line in range(at, len(lines)):
                    _reject(report, file, line + 1, "after too many unreadable rows")
                return
            _reject(report, file, at + 1, f"unreadable: {error}")
            at += 1


def _array(text: str, report: Account, file: str) -> Iterator[tuple[int, Any]]:
    """Elements of an array one by one, so that a file cut short loses only its end."""
    decoder, at, number = json.JSONDecoder(), 1, 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or text[at] == "]":
            if at >= len(text):
                _reject(report, file, number + 1, "the file ends in the middle")
            return
        number += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            _reject(report, file, number, f"unreadable from here on: {_short(error)}")
            return
        yield number, value


def _is_lines(text: str) -> bool:
    first = text.split("\n", 1)[0]
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return first.strip() != "{"
    return True


def _lines(text: str, report: Account, file: str) -> Iterator[tuple[int, Any]]:
    good = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            _reject(report, file, number, f"not JSON: {_short(error)}")
            continue
        if "\udc80" <= max(line) <= "\udcff":
            _reject(report, file, number, "bytes that are not UTF-8")
            continue
        good += 1
        yield number, value
    if not good:
        raise DataError(f"{file} holds no JSON.")


def _flaw(cells: list[str]) -> str | None:
    for cell in cells:
        if "\x00" in cell:
            return "a NUL byte"
        if not cell.isascii() and any("\ud800" <= letter <= "\udfff" for letter in cell):
            return "bytes that are not UTF-8"
    return None


def _reject(report: Account, file: str, line: int, reason: str) -> None:
    report.count(file, rows_in=1)
    report.set_aside(file, line, reason)


def _short(error: BaseException) -> str:
    return str(error)[:120] or type(error).__name__
