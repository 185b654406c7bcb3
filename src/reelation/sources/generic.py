"""Anybody's own table of titles or ratings: CSV, TSV, JSON, JSON lines or Parquet, columns recognised by name.

With a viewer column or ratings and no describing column it is read as viewing data; otherwise as a catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reelation.cell_values import BadRowError, cell, imdb_id, listed, number, year_of
from reelation.cells import Row, header_of, read_json, read_table
from reelation.errors import DataError
from reelation.folding import fold
from reelation.sources.base import Licence, Report, Tables
from reelation.sources.columns import NAMING, map_columns
from reelation.sources.files import matching
from reelation.sources.parquet import read_columns, read_rows
from reelation.sources.records import Records

_TABLES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
_JSON = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz")
_PARQUET = (".parquet",)
_DESCRIBING = {"title", "director", "cast", "genres", "description", "writer", "keywords", "subject"}
_KINDS = {
    "movie": "film",
    "film": "film",
    "feature": "film",
    "tv show": "series",
    "tv series": "series",
    "tvseries": "series",
    "series": "series",
    "show": "series",
    "tv": "series",
    "tv mini series": "mini_series",
    "tvminiseries": "mini_series",
    "mini series": "mini_series",
    "mini_series": "mini_series",
    "short": "short",
    "tv special": "special",
    "special": "special",
    "tv movie": "film",
    "tvmovie": "film",
    "episode": "episode",
    "tv episode": "episode",
    "video": "video",
}
_TAGS = {
    "genres": "genre",
    "country": "country",
    "language": "language",
    "company": "company",
    "keywords": "keyword",
    "subject": "subject",
}
_PEOPLE = {"director": "director", "writer": "writer", "cast": "actor"}


class GenericSource:
    """The last resort: any table that has a title or a known id."""

    name = "generic"
    label = "table of your own"
    homepage = ""
    licence = Licence("unknown; yours to know", "")

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Args: `columns`: field -> column of the table, where its name is not one of the known."""
        self._columns = dict(columns or {})

    def sniff(self, path: Path) -> str | None:
        """A table whose header names a title or an id; says which column was taken for what."""
        if path.is_dir():
            return None
        if self._encoding(path) is None:
            return None
        fields = map_columns(self._header(path), self._columns)
        if not any(field in fields for field in NAMING):
            return None
        return f"a table with {', '.join(f'{field} = {column!r}' for field, column in fields.items())}"

    def read(self, path: Path, report: Report) -> Tables:
        """Read one table."""
        rows = self._rows(path, report)
        names = sorted(set().union(*(row for _, row in rows)))  # a row may lack what others have
        fields = map_columns(names, self._columns)
        if not any(field in fields for field in NAMING):
            raise DataError(
                f"{path.name} has no column that I know as a title or an id. Name it: --column title=COLUMN"
            )
        known = {name.strip().lower() for name in names}
        for field, column in self._columns.items():
            if column.lower() not in known:
                report.note(f"{path.name} has no column '{column}', which was to be its {field}")
        report.count(path.name, rows_in=len(rows))
        scale = _scale(rows, fields, report, path.name)
        records = Records(self.name, report)
        for line, row in rows:
            values = {field: row.get(column) for field, column in fields.items()}
            try:
                _read_row(records, report, (path, line), values, scale)
            except BadRowError as error:
                records.set_aside(path.name, line, str(error))
        tables = records.tables()
        if not tables:
            raise DataError(f"{path.name} holds no usable title.")
        return tables

    def _encoding(self, path: Path) -> str | None:
        ending = path.name.lower()
        return next((end for end in (*_TABLES, *_JSON, *_PARQUET) if ending.endswith(end)), None)

    def _header(self, path: Path) -> list[str]:
        if matching(path, _PARQUET, lambda _: True):
            try:
                return read_columns(path)
            except DataError:
                return []
        if matching(path, _JSON, lambda _: True):
            try:
                rows = read_json(path, Report(), path.name)
            except DataError:
                return []
            return list(rows[0][1]) if rows else []
        return header_of(path, _delimiter(path))

    def _rows(self, path: Path, report: Report) -> list[Row]:
        if matching(path, _PARQUET, lambda _: True):
            return list(enumerate(read_rows(path).iter_rows(named=True), start=1))
        if matching(path, _JSON, lambda _: True):
            return read_json(path, report, path.name)
        try:
            return read_table(
                path, report, path.name, delimiter=_delimiter(path), encoding=_encoding(path), ragged=True
            )
        except (UnicodeError, LookupError) as error:
            raise DataError(f"{path.name} cannot be read as text: {error}") from error


def _delimiter(path: Path) -> str:
    counts = {mark: len(header_of(path, mark)) for mark in (",", "\t", ";", "|")}
    return max(counts, key=lambda mark: counts[mark])


def _encoding(path: Path) -> str | None:
    """Windows-1252 where a sample is no UTF-8 but looks like text; else found out as usual."""
    from reelation.archive import chunks

    sample = next(chunks(path), b"")
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in sample:
        return None
    try:
        sample[: -4 if len(sample) > 1000 else None].decode("utf-8-sig")
    except UnicodeDecodeError:
        high = sum(byte >= 0x80 for byte in sample)
        return "cp1252" if high < len(sample) / 20 else None
    return None


def _scale(rows: list[Row], fields: Mapping[str, str], report: Report, file: str) -> float:
    """What to multiply ratings with to get stars: the scale is read off the largest one."""
    if "rating" not in fields:
        return 1.0
    found = []
    for _, row in rows:
        try:
            found.append(number(row.get(fields["rating"]), "rating") or 0.0)
        except BadRowError:
            continue
    top = max(found, default=0.0)
    scale = next((size for size in (5.0, 10.0, 100.0) if top <= size), None)
    if scale is None or top == 0:
        return 0.0
    report.note(f"{file}: ratings run up to {top:g}, taken as out of {scale:g}.")
    return 5.0 / scale


def _read_row(records: Records, report: Report, place: tuple[Path, int], row: Mapping[str, Any], scale: float) -> None:
    path, line = place
    name, imdb = cell(row.get("title")), imdb_id(row.get("imdb_id"))
    tmdb, wikidata = cell(row.get("tmdb_id")), cell(row.get("wikidata_id"))
    if row.get("imdb_id") is not None and imdb is None and cell(row.get("imdb_id")):
        report.note(f"{path.name}: some IMDb ids are malformed and were left out.")
    year = year_of(row.get("year")) or year_of(row.get("date"))
    if year is None and cell(row.get("year")):
        raise BadRowError(f"year '{str(row['year'])[:40]}' is no year")
    event = _event(row, scale)
    title_id = _title_id(path, row, name, year)
    if title_id not in records:
        records.title(
            path.name,
            line,
            {
                "title_id": title_id,
                "kind": _KINDS.get((cell(row.get("type")) or "film").lower(), "unknown"),
                "name": name or imdb or title_id,
                "original_name": cell(row.get("original_title")),
                "year": year,
                "runtime_min": _minutes(row.get("runtime")),
                "imdb_id": imdb,
                "tmdb_id": tmdb,
                "wikidata_id": wikidata,
            },
        )
    else:
        report.count(path.name, kept=1)  # another row of the same title: what it says is added
    _describe(records, title_id, row)
    if event is not None:
        records.add("events", title_id=title_id, **event)


def _describe(records: Records, title_id: str, row: Mapping[str, Any]) -> None:
    for field, role in _PEOPLE.items():
        records.names(title_id, role, _values(row.get(field)))
    for field, facet in _TAGS.items():
        records.tags(title_id, facet, _values(row.get(field)))
    records.text(title_id, cell(row.get("description")), language=None)
    for modality in ("poster", "trailer"):
        if uri := cell(row.get(modality)):
            records.add("media", title_id=title_id, modality=modality, uri=uri)


def _values(value: object) -> list[str]:
    text = value if isinstance(value, str) else ""
    split = next((mark for mark in ("|", ";") if mark in text and not text.startswith("[")), ",")
    return listed(value, split)


def _event(row: Mapping[str, Any], scale: float) -> dict[str, Any] | None:
    if "viewer" not in row and (scale == 0.0 or "rating" not in row or _DESCRIBING & {k for k in row if row[k]}):
        return None
    stars = number(row.get("rating"), "rating")
    viewer = cell(row.get("viewer")) or "me"
    if "viewer" in row and cell(row.get("viewer")) is None:
        raise BadRowError("the viewer is missing")
    if stars is not None and stars * scale < 0:
        raise BadRowError(f"rating {stars:g} is below 0")
    kind = "watch" if stars is None or scale == 0.0 else "rating"
    value = None if kind == "watch" or stars is None else stars * scale
    return {"viewer_id": f"viewer:{viewer}", "kind": kind, "value": value, "time": _time(row.get("rated_at"))}


def _title_id(path: Path, row: Mapping[str, Any], name: str | None, year: int | None) -> str:
    stem = path.name.split(".")[0]
    if imdb := imdb_id(row.get("imdb_id")):
        return f"imdb:{imdb}"
    for service in ("wikidata", "tmdb"):
        if key := cell(row.get(f"{service}_id")):
            return f"{service}:{key}"
    if key := cell(row.get("id")):
        return f"{stem}:{key}"
    if name is None or not fold(name):
        raise BadRowError("neither a title nor an id")
    return f"{stem}:{fold(name)} {year or ''}".rstrip()


def _minutes(value: object) -> float | None:
    text = (cell(value) or "").lower().removesuffix("min").removesuffix("mins").removesuffix("minutes").strip()
    try:
        return number(text, "runtime") or None
    except BadRowError:
        return None


def _time(value: object) -> int | None:
    text = cell(value)
    if text is None:
        return None
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text) if len(text) < 13 else int(text) // 1000
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRowError(f"time '{text[:40]}' is neither seconds nor a date such as 2024-05-31") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
