"""The files of one export: those of a zip, of a folder, or one file alone; opened by name, and only those asked for.

path  ->  open_files  ->  Files.names, Files.header(name), Files.text(name)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reelation.archive import chunks, is_zip, members, read_members
from reelation.cells import LARGEST_CELL, decode
from reelation.errors import DataError

LARGEST = 256 << 20
"""Bytes; no person's own export is larger."""
_HEAD = 1 << 16
_DEEPEST = 3
_MOST = 10_000


@dataclass(frozen=True)
class Files:
    """Where an export's files are."""

    path: Path
    names: tuple[str, ...]
    """Relative, with "/"; what is above all of them in a zip is left out."""
    _read: Callable[[str], bytes]
    _begin: Callable[[str], bytes]

    def start(self, name: str) -> str:
        """The text of a file's first 64 KB; empty where it cannot be read. Never raises."""
        try:
            return decode_any(self._begin(name)[:_HEAD])
        except (DataError, OSError):
            return ""

    def bytes(self, name: str) -> bytes:
        """The whole content of a file.

        Raises:
            DataError: it cannot be read, is unsafe or far too large.
        """
        return self._read(name)

    def text(self, name: str) -> str:
        """A file's text, whatever it is encoded in.

        Raises:
            DataError: as `bytes`.
        """
        return decode_any(self._read(name))

    def header(self, name: str) -> frozenset[str]:
        """The cells of a table's first row, trimmed and lower-cased; empty where it is none. Never raises."""
        return frozenset(header_of(self.start(name)))


def open_files(path: Path) -> Files:
    """The files of `path`: a zip's, a folder's, or itself; nothing is read yet."""
    if path.is_dir():
        return Files(path, _below(path), lambda name: _whole(path / name), lambda name: _first(path / name))
    if is_zip(path) and "xl/workbook.xml" not in (inside := members(path)):
        names = [name for name in inside if not name.startswith("__MACOSX/")]
        root = _root(names)
        read = _Zip(path, root).read
        return Files(path, tuple(name[len(root) :] for name in names), read, read)
    return Files(path, (path.name,), lambda _: _whole(path), lambda _: _first(path))


def decode_any(raw: bytes) -> str:
    """Text of UTF-8 or UTF-16, with or without a byte order mark, or of GB18030 (Chinese Windows)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return decode(raw)
    start = raw[:200]
    if start.count(0) > len(start) // 4:
        return decode(raw, "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be")
    body = raw[: raw.rfind(b"\n") + 1] or raw  # a piece may be cut within a letter
    for encoding in ("utf-8", "gb18030"):
        try:
            body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return decode(raw, encoding)
    return decode(raw)


def header_of(text: str) -> list[str]:
    """The cells of a table's first row, trimmed and lower-cased."""
    csv.field_size_limit(LARGEST_CELL)
    try:
        cells = next(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter_of(text)), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def delimiter_of(text: str) -> str:
    """Whichever of comma, semicolon and tab the first line has most of."""
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


class _Zip:
    """Members of a zip, all that are asked for read on their own."""

    def __init__(self, path: Path, root: str) -> None:
        self._path, self._root = path, root
        self._held: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        if name not in self._held:
            wanted = self._root + name
            content = read_members(self._path, wanted.__eq__, LARGEST)
            if wanted not in content:
                raise DataError(f"{self._path.name} has no {name!r}.")
            self._held[name] = content[wanted]
        return self._held[name]


def _root(names: list[str]) -> str:
    """The folder that everything is in, with its slash; "" where there is none."""
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def _below(folder: Path) -> tuple[str, ...]:
    """Files in a folder and in the folders in it, hidden ones left out."""
    found: list[str] = []
    left = [(folder, 1)]
    while left and len(found) < _MOST:
        here, depth = left.pop()
        try:
            children = sorted(here.iterdir())
            for child in children:
                if child.name.startswith("."):
                    continue
                if child.is_dir() and depth < _DEEPEST:
                    left.append((child, depth + 1))
                elif child.is_file():
                    found.append(PurePosixPath(child.relative_to(folder)).as_posix())
        except OSError:  # no permission: whoever reads it says so
            continue
    return tuple(sorted(found))


def _first(path: Path) -> bytes:
    return next(chunks(path), b"")[:_HEAD]


def _whole(path: Path) -> bytes:
    parts, size = [], 0
    try:
        for chunk in chunks(path):
            parts.append(chunk)
            size += len(chunk)
            if size > LARGEST:
                raise DataError(f"{path.name} has more than {LARGEST >> 20} MB: no person's own export has.")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    return b"".join(parts)
