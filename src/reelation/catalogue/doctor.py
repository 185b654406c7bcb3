"""Checking that a catalogue is whole, and that nothing in it looks wrong.

folder  ->  doctor  ->  findings: what, why it matters, what to try
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from reelation.catalogue.checks import breaches
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import FORMAT, SCHEMA_FILE
from reelation.generations import read_manifest

Severity = Literal["error", "warning", "note"]

_AGAIN = "Import it again: reelation import PATH"
_EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """Something about a catalogue that its owner should know."""

    severity: Severity
    """error: answers would be wrong or missing; warning: something looks off; note: good to know."""
    what: str
    why: str
    remedy: str
    """What to try."""

    def to_json(self) -> dict[str, str]:
        """The same as plain values."""
        return asdict(self)


def doctor(folder: Path) -> list[Finding]:
    """Check the catalogue in `folder`: files, hashes, schema, ranges, references, and what looks odd.

    Returns:
        Findings, errors first; none for a catalogue in good health. Never raises because of what is in there.
    """
    try:
        found = read_manifest(folder, SCHEMA_FILE)
    except (ValueError, OSError) as error:
        return [Finding("error", f"{SCHEMA_FILE} cannot be used", str(error), _AGAIN)]
    if found is None:
        return [Finding("error", f"no catalogue in {folder}", f"there is no {SCHEMA_FILE}", _AGAIN)]
    manifest, data = found
    written = manifest.get("format")
    if not isinstance(written, int) or written > FORMAT:
        why = f"it has format {written!r}, this version reads up to {FORMAT}"
        return [Finding("error", "written by a newer version", why, "Update: pip install -U reelation")]
    findings = [*_files(manifest, data), *_leftovers(folder, data), *_space(folder, data)]
    if not any(finding.severity == "error" for finding in findings):
        tables = {name: pl.read_parquet(data / f"{name}.parquet") for name in TABLES}
        findings += [*_rules(tables), *_references(tables), *_orphans(tables), *_twins(tables)]
    return sorted(findings, key=lambda finding: ("error", "warning", "note").index(finding.severity))


def _files(manifest: dict[str, Any], data: Path) -> Iterator[Finding]:
    hashes = manifest.get("files")
    hashes = hashes if isinstance(hashes, dict) else {}
    for name, table in TABLES.items():
        path = data / f"{name}.parquet"
        if not path.is_file():
            yield Finding("error", f"{path.name} is missing", f"{SCHEMA_FILE} says that there is one", _AGAIN)
            continue
        with path.open("rb") as handle:
            same = hashlib.file_digest(handle, "sha256").hexdigest() == hashes.get(name)
        if not same:
            why = f"its hash is not the one in {SCHEMA_FILE}: changed or damaged since it was written"
            yield Finding("error", f"{path.name} is not what was written", why, _AGAIN)
            continue
        schema = pl.read_parquet_schema(path)
        if pl.Schema(schema) != table.schema:
            yield Finding("error", f"{path.name} has other columns than this version expects", f"{schema}", _AGAIN)
    if manifest.get("hash") != hashlib.sha256("".join(str(hashes.get(name)) for name in TABLES).encode()).hexdigest():
        yield Finding("error", f"{SCHEMA_FILE} contradicts itself", "its hash is not that of its files", _AGAIN)


def _leftovers(folder: Path, data: Path) -> Iterator[Finding]:
    names = sorted(
        path.name
        for path in folder.iterdir()
        if path != data and re.fullmatch(rf"generation-[0-9a-f]{{12}}|\.{re.escape(SCHEMA_FILE)}\..*", path.name)
    )
    if names:
        why = f"an import was cut short: {_some(names)}"
        yield Finding("note", "unfinished files", why, "The next import clears them; deleting them is safe.")


def _space(folder: Path, data: Path) -> Iterator[Finding]:
    size = sum(path.stat().st_size for path in data.iterdir() if path.is_file())
    free = shutil.disk_usage(folder).free
    if free < 2 * size:
        why = f"{free / 1e6:,.0f} MB are free; an import needs room for a second copy of {size / 1e6:,.0f} MB"
        yield Finding("warning", "the disk is nearly full", why, "Make room, or set REELATION_HOME to another disk.")


def _rules(tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    for name, frame in tables.items():
        broken = frame.select(breaches(name, frame.columns).alias("why")).drop_nulls()
        if broken.height:
            why = _some(broken["why"].unique().sort().to_list())
            yield Finding("error", f"{name}: {broken.height:,} rows break a rule", why, _AGAIN)
        key = list(TABLES[name].key)
        again = frame.height - frame.select(key).n_unique() if frame.height else 0
        if again:
            yield Finding("error", f"{name}: {again:,} rows repeat", f"{', '.join(key)} should be distinct", _AGAIN)


def _references(tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    for name, table in TABLES.items():
        for column in table.refers:
            target = "people" if column == "person_id" else "titles"
            known = tables[target].select(pl.col("person_id" if target == "people" else "title_id").alias(column))
            lost = tables[name].join(known, on=column, how="anti")[column].unique().sort()
            if lost.len():
                why = f"no such row in {target}: {_some(lost.to_list())}"
                yield Finding("error", f"{name}: {lost.len():,} values of {column} lead nowhere", why, _AGAIN)


def _orphans(tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    titles, people = tables["titles"].select("title_id"), tables["people"].select("person_id")
    idle = people.join(tables["credits"], on="person_id", how="anti").height
    if idle:
        yield Finding("note", f"{idle:,} people have no credit", "they take space and change nothing", "Nothing to do.")
    for name in ("credits", "tags", "links"):
        titles = titles.join(tables[name], on="title_id", how="anti")
    if titles.height:
        why = f"no people, tags or links, so nothing relates them: {_some(titles['title_id'].to_list())}"
        advice = "Import a source that describes them."
        yield Finding("note", f"{titles.height:,} titles stand alone", why, advice)


def _twins(tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    """Titles of one name, year and director: perhaps one work twice."""
    directed = tables["credits"].filter(pl.col("role") == "director").select("title_id", "person_id")
    films = tables["titles"].filter(pl.col("kind") != "episode").select("title_id", "name", "year").drop_nulls()
    named = films.with_columns(pl.col("name").str.to_lowercase()).join(directed, on="title_id")
    twins = named.filter(pl.col("title_id").n_unique().over("name", "year", "person_id") > 1)
    groups = twins.group_by("name", "year", "person_id").agg(pl.col("title_id").unique().sort())
    pairs = groups["title_id"].list.join(" = ").unique().sort().to_list()
    if pairs:
        why = f"same name, year and director, though their ids differ: {_some(pairs)}"
        advice = "Look at them: a source may have a wrong id. questions.csv lists what was left apart."
        yield Finding("warning", f"{len(pairs):,} works may be in there twice", why, advice)


def _some(items: list[str]) -> str:
    more = f" and {len(items) - _EXAMPLES:,} more" if len(items) > _EXAMPLES else ""
    return ", ".join(str(item) for item in items[:_EXAMPLES]) + more
