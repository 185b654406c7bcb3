"""Which kind of personal export a path is, by what is in it, never by its name alone.

paths  ->  find_exports  ->  [Export, ...], and the paths that are none
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelation.archive import is_zip, read_members
from reelation.errors import DataError
from reelation.histories.files import LARGEST, Files, open_files
from reelation.histories.formats import Format, douban, generic, imdb, letterboxd, netflix, tmdb, trakt

FORMATS: tuple[Format, ...] = tuple(module.FORMAT for module in (letterboxd, trakt, netflix, imdb, tmdb, douban))
"""Formats of services; a table of one's own is tried last, and only where somebody says that it is a history."""

_TELLING = re.compile(r"(^|/)(watched|watchlist|diary|viewingactivity|netflixviewinghistory)\.csv$", re.IGNORECASE)
"""Names that only personal exports have in a zip."""
_DEEPEST = 3
"""Folders in folders that are looked into."""


@dataclass(frozen=True)
class Export:
    """A path that is a personal export."""

    path: Path
    format: Format
    files: Files
    names: tuple[str, ...]
    """The files that are read."""


def find_exports(
    paths: Sequence[Path], *, own: bool = False, columns: Mapping[str, str] | None = None
) -> tuple[list[Export], list[Path]]:
    """Find out which paths are personal exports. A folder that is none itself is looked into.

    Args:
        paths: files and folders.
        own: take any table with titles or ids for a personal one.
        columns: field -> column of a table of one's own.

    Returns:
        The exports; and of `paths` those that hold none.

    Raises:
        DataError: a zip is a personal export by its names, but unsafe.
    """
    found: list[Export] = []
    others: list[Path] = []
    for path in paths:
        here = list(_inside(path, own, columns or {}))
        found += here
        if not here:
            others.append(path)
    return found, others


def _inside(path: Path, own: bool, columns: Mapping[str, str], depth: int = 0) -> Iterator[Export]:
    export = _export(path, own, columns)
    if export is not None:
        yield export
        return
    try:
        children = sorted(path.iterdir()) if path.is_dir() and depth < _DEEPEST else []
    except OSError:
        return
    for child in children:
        if not child.name.startswith("."):
            yield from _inside(child, False, {}, depth + 1)


def _export(path: Path, own: bool, columns: Mapping[str, str]) -> Export | None:
    if not path.is_file() and not path.is_dir():
        return None
    files = open_files(path)
    if any(_TELLING.search(name) for name in files.names) and is_zip(path):
        read_members(path, lambda _: False, LARGEST)  # a personal export by its names: say why where it is unsafe
    try:
        for kind in FORMATS:
            if names := kind.knows(files):
                return Export(path, kind, files, names)
        if (own and generic.fits(files, columns)) or generic.says_personal(files):
            return Export(path, generic.FORMAT, files, files.names)
    except (DataError, OSError):
        return None
    return None
