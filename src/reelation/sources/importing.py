"""Importing: from paths to one catalogue on disk, with an account of every row.

    paths  ->  find who reads what  ->  read  ->  merge  ->  write the catalogue  ->  ImportResult

A path that no source knows is descended into if it is a folder, each child on its own. What nobody knows is
reported, never passed over in silence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reelation.catalogue.merge import Merged, merge
from reelation.catalogue.parts import Part
from reelation.catalogue.store import SourceInfo, write_catalogue
from reelation.errors import DataError, UsageError
from reelation.progress import progress
from reelation.sources import SOURCES, choose, detect
from reelation.sources.base import Report, Source
from reelation.sources.import_result import QUESTIONS_FILE, SET_ASIDE_FILE, ImportResult, NotUnderstood, Reading

__all__ = ["Found", "ImportResult", "NotUnderstood", "Reading", "find", "import_paths"]

_BAD_DATA = (DataError, OSError, UnicodeError, EOFError, pl.exceptions.PolarsError)


@dataclass(frozen=True)
class Found:
    """A path, who reads it, and what it is."""

    path: Path
    source: Source
    sentence: str


def import_paths(paths: Sequence[Path], folder: Path, *, columns: Mapping[str, str] | None = None) -> ImportResult:
    """Read `paths`, merge what they say, and write the catalogue in `folder`, at once.

    A single source is not matched with anything. An earlier catalogue in `folder` stays as it is until the new
    one is whole.

    Args:
        paths: files and folders, of any kinds.
        folder: made if it is missing.
        columns: field -> column, for a table of the user's own whose columns have other names.

    Raises:
        UsageError: no path.
        DataError: a path does not exist, or nothing in all of them can be read.
    """
    sources = choose(columns)
    found, unknown = find(paths, sources)
    readings, parts, rejected = [], [], []
    with progress("Reading", total=len(found)) as bar:
        for one in found:
            bar.say(f"{one.source.label}: {one.path.name}")
            report = Report()
            try:
                tables = one.source.read(one.path, report)
            except _BAD_DATA as error:
                unknown.append(NotUnderstood(one.path, 1, f"{one.sentence}, but: {error}"))
                continue
            finally:
                bar.advance()
            unknown += _passed_over(one, report)
            titles = tables["titles"].height if "titles" in tables else 0
            parts.append(Part(one.source.name, tables, one.source.licence.trainable))
            readings.append(
                Reading(
                    path=one.path,
                    source=one.source.name,
                    label=one.source.label,
                    sentence=one.sentence,
                    files=report.files,
                    titles=titles,
                    notes=tuple(report.notes),
                )
            )
            rejected.append(report.rejected.select(pl.lit(str(one.path)).alias("path"), pl.all()))
    if not any(reading.titles for reading in readings):
        raise DataError(_nothing(unknown, sources))
    with progress("Merging"):
        merged = merge(parts)
    return _write(folder, merged, tuple(readings), tuple(unknown), pl.concat(rejected), _infos(found, readings))


def find(paths: Sequence[Path], sources: Sequence[Source] = SOURCES) -> tuple[list[Found], list[NotUnderstood]]:
    """Find out who reads each of `paths`, or what is in them, and what nobody reads.

    Raises:
        UsageError: no path.
        DataError: a path does not exist.
    """
    if not paths:
        raise UsageError("Nothing to import: name at least one file or folder.")
    found: list[Found] = []
    strangers: list[Path] = []
    seen: set[Path] = set()
    for path in paths:
        try:
            path.stat()
        except FileNotFoundError:
            raise DataError(f"{path} does not exist.") from None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror}.") from error
        for at, hit in _walk(path, lambda at: detect(at, sources), seen):
            if hit is None:
                strangers.append(at)
            else:
                found.append(Found(at, *hit))
    return found, _not_understood(strangers, "no source knows it")


def _not_understood(files: Sequence[Path], why: str) -> list[NotUnderstood]:
    """One line for all files of one ending in one folder."""
    alike: dict[tuple[Path, str], list[Path]] = {}
    for file in files:
        alike.setdefault((file.parent, file.suffix.lower()), []).append(file)
    return [
        NotUnderstood(some[0] if len(some) == 1 else folder / f"*{suffix}", len(some), why)
        for (folder, suffix), some in sorted(alike.items())
    ]


def _passed_over(one: Found, report: Report) -> list[NotUnderstood]:
    """Files right inside a folder that its source did not read."""
    if not one.path.is_dir():
        return []
    read = {Path(file).name for file in report.files}
    files = [file for file in sorted(one.path.iterdir()) if file.is_file() and not file.name.startswith(".")]
    why = f"no part of {one.source.label}; name it by itself to have it read"
    return _not_understood([file for file in files if file.name not in read], why)


def _walk(
    path: Path, knows: Callable[[Path], tuple[Source, str] | None], seen: set[Path]
) -> Iterator[tuple[Path, tuple[Source, str] | None]]:
    """Every path in `path` that somebody knows, and every file that nobody does.

    Who knows a folder reads the files right inside it; folders in it are looked at on their own.
    """
    real = path.resolve()
    if real in seen:
        return
    seen.add(real)
    hit = knows(path)
    try:
        children = sorted(path.iterdir()) if path.is_dir() else None
    except OSError:  # what may not be read is what nobody understands
        yield path, None
        return
    if hit is not None or children is None:
        yield path, hit
    if children is None:
        return
    for child in children:
        if not child.name.startswith(".") and (hit is None or _is_folder(child)):
            yield from _walk(child, knows, seen)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no permission
        return False


def _nothing(unknown: Sequence[NotUnderstood], sources: Sequence[Source]) -> str:
    listed = "; ".join(f"{one.path}: {one.why}" for one in unknown[:5]) or "no titles in it"
    more = f"; and {len(unknown) - 5} more" if len(unknown) > 5 else ""
    known = ", ".join(source.label for source in sources)
    return (
        f"Nothing to import ({listed}{more}). Looked for: {known}. "
        "A table of your own needs a column with titles or ids; say what is what, e.g. --column title=Film"
    )


def _infos(found: Sequence[Found], readings: Sequence[Reading]) -> tuple[SourceInfo, ...]:
    by_name = {one.source.name: one.source for one in found}
    files: dict[str, set[str]] = {}
    for reading in readings:
        files.setdefault(reading.source, set()).update(Path(file).name for file in reading.files)
    return tuple(
        SourceInfo(
            name=name,
            label=by_name[name].label,
            homepage=by_name[name].homepage,
            licence=by_name[name].licence.name,
            licence_url=by_name[name].licence.url,
            trainable=by_name[name].licence.trainable,
            files=tuple(sorted(files[name])),
        )
        for name in sorted(files)
    )


def _write(
    folder: Path,
    merged: Merged,
    readings: tuple[Reading, ...],
    unknown: tuple[NotUnderstood, ...],
    rejected: pl.DataFrame,
    infos: tuple[SourceInfo, ...],
) -> ImportResult:
    kinds = merged.tables["titles"]["kind"].value_counts().sort("count", "kind", descending=[True, False])
    titles = merged.tables["titles"].height
    with progress("Writing"):
        catalogue = write_catalogue(folder, merged.tables, infos)
    rejected = rejected.sort(rejected.columns, nulls_last=True)
    questions = pl.concat([merged.questions, merged.conflicts])
    _write_csv(rejected, folder / SET_ASIDE_FILE)
    _write_csv(questions, folder / QUESTIONS_FILE)
    return ImportResult(
        catalogue=catalogue,
        readings=readings,
        not_understood=unknown,
        titles=titles,
        kinds=dict(kinds.iter_rows()),
        by_id=merged.by_id,
        by_title=merged.by_title,
        joined=merged.joined,
        questions=questions,
        dangling=merged.dangling,
        rejected=rejected,
    )


def _write_csv(frame: pl.DataFrame, path: Path) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    frame.write_csv(draft)
    draft.replace(path)
