"""The catalogue on disk: sorted Parquet tables, `schema.json`, and a hash of what they say.

    tables  ->  write  ->  folder/schema.json + folder/generation-…/titles.parquet …  ->  Catalogue.open

The same rows give the same files and the same hash, whatever order they came in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

import reelation
from reelation.catalogue.schema import TABLES
from reelation.errors import DataError
from reelation.generations import read_manifest, sync, write_generation

FORMAT = 1
SCHEMA_FILE = "schema.json"
_ROW_GROUP = 100_000
_LOOK = 1_000_000
"""Rows looked at together to see whether a table is in order already."""


@dataclass(frozen=True)
class SourceInfo:
    """One source that a catalogue was made from."""

    name: str
    label: str
    homepage: str
    licence: str
    licence_url: str
    trainable: bool
    """False: display metadata only, left out of training unless asked for."""
    files: tuple[str, ...] = ()
    """Names of the files read, without their folders."""


@dataclass(frozen=True)
class Catalogue:
    """What is known of some titles: the canonical tables of `reelation.catalogue.schema`."""

    folder: Path
    hash: str
    """SHA-256 over the tables' content; equal for equal content."""
    sources: tuple[SourceInfo, ...]
    _data: Path
    _beside: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """One whole table, sorted by its key.

        Args:
            name: a name in `reelation.catalogue.schema.TABLES`.
        """
        return self.scan(name).collect()

    def scan(self, name: str) -> pl.LazyFrame:
        """The same, read when it is needed.

        Raises:
            KeyError: there is no such table.
        """
        if name not in TABLES:
            raise KeyError(f"no table '{name}'; there are {', '.join(TABLES)}")
        found = pl.scan_parquet(self._data / f"{name}.parquet")
        return pl.concat([found, self._beside[name].lazy()]) if name in self._beside else found

    def beside(self, name: str, rows: pl.DataFrame, source: SourceInfo) -> Catalogue:
        """The catalogue with more rows in one table, in memory only: what is on disk stays as it is.

        Args:
            name: a name in `TABLES`.
            rows: conformed to its schema, in an order that the same rows always have.
            source: who says so.
        """
        digest = hashlib.sha256(self.hash.encode())
        for part in rows.iter_slices(_LOOK):
            digest.update(part.write_csv(include_header=False).encode())
        return replace(
            self,
            hash=digest.hexdigest(),
            sources=(*self.sources, source),
            _beside={**self._beside, name: rows},
        )

    @classmethod
    def open(cls, folder: Path) -> Catalogue:
        """Open the catalogue in `folder`.

        Raises:
            DataError: there is none, it is damaged, or a newer version wrote it.
        """
        try:
            found = read_manifest(folder, SCHEMA_FILE)
        except ValueError as error:
            raise DataError(f"The catalogue in {folder} is damaged: {error}. Import it again.") from error
        if found is None:
            raise DataError(f"No catalogue in {folder}. Make one with: reelation import PATH")
        manifest, data = found
        if manifest.get("format", 0) > FORMAT:
            raise DataError(
                f"The catalogue in {folder} has format {manifest['format']}; this version reads up to {FORMAT}. "
                "Update with: pip install -U reelation"
            )
        sources = tuple(SourceInfo(**{**source, "files": tuple(source["files"])}) for source in manifest["sources"])
        return cls(folder=folder, hash=manifest["hash"], sources=sources, _data=data)

    def manifest(self) -> dict[str, Any]:
        """The content of `schema.json`."""
        found = read_manifest(self.folder, SCHEMA_FILE)
        if found is None:
            raise DataError(f"The catalogue in {self.folder} is gone.")
        return found[0]


def write_catalogue(folder: Path, tables: dict[str, pl.DataFrame], sources: tuple[SourceInfo, ...]) -> Catalogue:
    """Write `tables` as the catalogue in `folder`, at once: a kill at any moment leaves the last one whole.

    Args:
        folder: made if missing; an earlier catalogue in it is replaced.
        tables: conformed canonical tables (missing ones are written empty). Emptied as they are written, so
            that a large catalogue is not held twice.
        sources: who says so.
    """

    def fill(fresh: Path) -> dict[str, Any]:
        long_first = sorted(TABLES, key=lambda name: -tables[name].height if name in tables else 0)
        with ThreadPoolExecutor(2) as beside:  # one table is compressed while another is hashed and brought to disk
            written = {name: beside.submit(_write_table, fresh, name, tables) for name in long_first}
        rows = {name: written[name].result()[0] for name in TABLES}
        hashes = {name: written[name].result()[1] for name in TABLES}
        return {
            "format": FORMAT,
            "hash": hashlib.sha256("".join(hashes[name] for name in TABLES).encode()).hexdigest(),
            "written_by": f"reelation {reelation.__version__}",
            "rows": rows,
            "files": hashes,
            "sources": [asdict(source) for source in sources],
            "tables": {name: _describe(name) for name in TABLES},
        }

    write_generation(folder, SCHEMA_FILE, fill)
    return Catalogue.open(folder)


def _write_table(folder: Path, name: str, tables: dict[str, pl.DataFrame]) -> tuple[int, str]:
    """Take one table out of `tables`, put it in order, write it; its rows and its SHA-256."""
    frame = tables.pop(name, None)
    frame = pl.DataFrame(schema=TABLES[name].schema) if frame is None else canonical_order(name, frame)
    path = folder / f"{name}.parquet"
    frame.write_parquet(path, compression="zstd", compression_level=1, statistics=False, row_group_size=_ROW_GROUP)
    with path.open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    sync(path)
    return frame.height, found


def canonical_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by the table's key, then by everything else, and drop rows that repeat.

    Of rows with the same key the first one in that order stays, so the outcome does not depend on the
    order in which rows came.
    """
    key = list(TABLES[name].key)
    looks = [frame.slice(at, _LOOK + 1) for at in range(0, frame.height, _LOOK)]
    with ThreadPoolExecutor(2) as looking:
        if all(looking.map(lambda part: _in_order(part, key), looks)):
            return frame
    frame = frame.sort(key, nulls_last=True)
    again = frame.select(pl.all_horizontal(pl.col(key).eq_missing(pl.col(key).shift())) & (pl.int_range(pl.len()) > 0))
    repeats = again.to_series()
    if not repeats.any():
        return frame
    # Only rows that share their key are compared in full: sorting everything by everything takes twice the memory.
    shared = repeats | repeats.shift(-1, fill_value=False)
    rest = [column for column in frame.columns if column not in key]
    once = frame.filter(shared).sort(*key, *rest, nulls_last=True).unique(key, keep="first", maintain_order=True)
    return pl.concat([frame.filter(~shared), once]).sort(key, nulls_last=True)


def _in_order(frame: pl.DataFrame, key: list[str]) -> bool:
    """Whether the key of every row comes after that of the row before it; nulls come last."""
    firsts, seconds = frame.select(key).head(-1), frame.select(key).slice(1)
    for column in key:
        first, second = firsts[column], seconds[column]
        same = first.eq_missing(second)
        if not ((first < second).fill_null(first.is_not_null() & second.is_null()) | same).all():
            return False
        firsts, seconds = firsts.filter(same), seconds.filter(same)
    return firsts.height == 0


def _describe(name: str) -> dict[str, Any]:
    table = TABLES[name]
    columns = {
        column: {
            "type": str(spec.dtype),
            "required": spec.required,
            "meaning": spec.doc,
            **({"low": spec.low} if spec.low is not None else {}),
            **({"high": spec.high} if spec.high is not None else {}),
            **({"choices": list(spec.choices)} if spec.choices else {}),
        }
        for column, spec in table.columns.items()
    }
    return {"meaning": table.doc, "key": list(table.key), "columns": columns}
