"""TMDB: movie objects of its API, the daily id export, and the CSV tables that circulate on the web.

TMDB's terms forbid training on its content without an agreement, so the catalogue shows what this source says and
leaves it out of training unless the user asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from reelation.cell_values import BadRowError, cell, imdb_id, listed, number, year_of
from reelation.cells import header_of, read_json, read_table
from reelation.errors import DataError
from reelation.sources.base import Licence, Report, Tables
from reelation.sources.files import matching
from reelation.sources.records import Records
from reelation.sources.tmdb_lists import named, objects

_CSV = (".csv",)
_JSON = (".json", ".json.gz", ".jsonl")
_MAIN: tuple[set[str], ...] = (
    {"id", "original_title", "overview", "release_date"},
    {"id", "title", "release_date", "genres", "vote_count"},
)
_JOBS = {
    "Director": "director",
    "Screenplay": "writer",
    "Writer": "writer",
    "Story": "writer",
    "Novel": "writer",
    "Producer": "producer",
    "Original Music Composer": "composer",
    "Director of Photography": "cinematographer",
    "Editor": "editor",
    "Production Design": "production_designer",
}


class TmdbSource:
    """Reads API objects, id exports, and CSV tables keyed by TMDB id."""

    name = "tmdb"
    label = "TMDB (display metadata)"
    homepage = "https://www.themoviedb.org/"
    licence = Licence("TMDB terms of use", "https://www.themoviedb.org/api-terms-of-use", trainable=False)

    def sniff(self, path: Path) -> str | None:
        """A main table with TMDB's columns, or JSON objects with TMDB's keys."""
        if tables := matching(path, _CSV, _is_main):
            return f"TMDB tables: {', '.join(file.name for file in tables)}"
        objects = matching(path, _JSON, _is_api)
        return f"TMDB objects in {', '.join(file.name for file in objects)}" if objects else None

    def read(self, path: Path, report: Report) -> Tables:
        """Read the main tables or objects first, then every table that hangs on them."""
        records = Records(self.name, report)
        for file in matching(path, _JSON, _is_api):
            _each(records, file, report, read_json(file, report, file.name), _read_movie)
        for file in matching(path, _CSV, _is_main):
            _each(records, file, report, read_table(file, report, file.name), _read_movie)
        if path.is_dir():
            for file in matching(path, _CSV, lambda file: not _is_main(file)):
                if reader := _reader_of(file):
                    _each(records, file, report, read_table(file, report, file.name), reader, beside=True)
        tables = records.tables()
        if not tables:
            raise DataError(f"{path.name} holds no usable title.")
        return tables


_Reader = Callable[[Records, str, int, Mapping[str, Any]], None]


def _each(
    records: Records,
    file: Path,
    report: Report,
    rows: Iterable[tuple[int, dict[str, Any]]],
    reader: _Reader,
    *,
    beside: bool = False,
) -> None:
    """Give every row to `reader`; rows of tables that stand beside the main one count as kept here."""
    for line, row in rows:
        report.count(file.name, rows_in=1)
        try:
            reader(records, file.name, line, row)
        except BadRowError as error:
            records.set_aside(file.name, line, str(error))
        else:
            if beside:
                report.count(file.name, kept=1)


def _is_main(file: Path) -> bool:
    columns = set(header_of(file))
    return any(columns >= needed for needed in _MAIN) and "show_id" not in columns


def _is_api(file: Path) -> bool:
    from reelation.archive import chunks

    try:
        start = next(chunks(file), b"")[:20_000].decode("utf-8", errors="ignore")
    except (OSError, DataError):
        return False
    return '"original_title"' in start and ('"popularity"' in start or '"genre_ids"' in start) and '"adult"' in start


def _reader_of(file: Path) -> _Reader | None:
    columns = set(header_of(file))
    if {"movie_id", "cast", "crew"} <= columns or {"id", "cast", "crew"} <= columns:
        return _read_credits
    if {"id", "keywords"} <= columns:
        return _read_keywords
    if columns == {"id", "title", "description"}:
        return _read_description
    if columns == {"id", "cast"}:
        return _read_cast
    return _read_genres if columns == {"id", "genres"} else None


def _key(records: Records, row: Mapping[str, Any], column: str = "id") -> str:
    key = _tmdb_id(row, column)
    if (title_id := f"tmdb:{key}") not in records:
        raise BadRowError(f"title {key} is not in the main table")
    return title_id


def _tmdb_id(row: Mapping[str, Any], column: str = "id") -> str:
    found = number(row.get(column), column)
    if found is None or found <= 0 or found != int(found):
        raise BadRowError(f"{column} '{str(row.get(column))[:40]}' is no TMDB id")
    return str(int(found))


def _read_movie(records: Records, file: str, line: int, row: Mapping[str, Any]) -> None:
    if str(row.get("adult", "")).lower() == "true":
        raise BadRowError("marked as adult")
    key, name = _tmdb_id(row), cell(row.get("title")) or cell(row.get("original_title"))
    original = cell(row.get("original_title"))
    outside = row.get("external_ids") if isinstance(row.get("external_ids"), dict) else {}
    title_id = f"tmdb:{key}"
    runtime, votes = number(row.get("runtime"), "runtime"), number(row.get("vote_count"), "vote_count")
    average, popularity = number(row.get("vote_average"), "vote_average"), number(row.get("popularity"), "popularity")
    money = {name: number(row.get(name), name) for name in ("budget", "revenue")}
    records.title(
        file,
        line,
        {
            "title_id": title_id,
            "kind": "film",
            "name": name,
            "original_name": original if original != name else None,
            "year": year_of(row.get("release_date")),
            "runtime_min": runtime or None,
            "tmdb_id": key,
            "imdb_id": imdb_id(row.get("imdb_id") or (outside or {}).get("imdb_id")),
        },
    )
    records.tags(title_id, "genre", named(row.get("genres")))
    records.tags(title_id, "company", named(row.get("production_companies")))
    records.tags(title_id, "country", named(row.get("production_countries")))
    records.tags(title_id, "language", [code] if (code := cell(row.get("original_language"))) else [])
    records.tags(title_id, "keyword", named(row.get("keywords")))
    records.tags(title_id, "franchise", named(row.get("belongs_to_collection")))
    records.text(title_id, cell(row.get("overview")))
    records.text(title_id, cell(row.get("tagline")), kind="tagline")
    records.measure(title_id, "votes", votes)
    records.measure(title_id, "popularity", popularity)
    records.measure(title_id, "audience_score", average * 10 if average and votes else None)
    records.measure(title_id, "budget_usd", money["budget"] or None)
    records.measure(title_id, "box_office_usd", money["revenue"] or None)
    if poster := cell(row.get("poster_path")):
        records.add("media", title_id=title_id, modality="poster", uri=poster)
    if isinstance(row.get("credits"), dict):
        _add_credits(records, title_id, row["credits"].get("cast"), row["credits"].get("crew"))


def _read_credits(records: Records, file: str, line: int, row: Mapping[str, Any]) -> None:
    title_id = _key(records, row, "movie_id" if "movie_id" in row else "id")
    _add_credits(records, title_id, row.get("cast"), row.get("crew"))


def _add_credits(records: Records, title_id: str, cast: object, crew: object) -> None:
    actors = sorted(objects(cast), key=lambda one: one["order"] if isinstance(one.get("order"), int) else 999)
    records.credit(title_id, "actor", _people(actors))
    by_role: dict[str, list[dict[str, Any]]] = {}
    for one in objects(crew):
        if role := _JOBS.get(str(one.get("job"))):
            by_role.setdefault(role, []).append(one)
    for role, people in by_role.items():
        records.credit(title_id, role, _people(people))


def _people(people: list[dict[str, Any]]) -> list[tuple[str | None, str, str | None]]:
    found: dict[str, tuple[str | None, str, str | None]] = {}
    for one in people:
        name, key = cell(one.get("name")), one.get("id")
        if name:
            person = f"tmdb:person:{key}" if isinstance(key, int) else None
            found.setdefault(person or name, (person, name, cell(one.get("character"))))
    return list(found.values())


def _read_keywords(records: Records, file: str, line: int, row: Mapping[str, Any]) -> None:
    title_id = _key(records, row)
    records.tags(title_id, "keyword", named(row["keywords"]))
    records.names(title_id, "actor", listed(row.get("cast")))
    records.names(title_id, "director", listed(row.get("director")))


def _read_description(records: Records, file: str, line: int, row: Mapping[str, Any]) -> None:
    records.text(_key(records, row), cell(row["description"]))


def _read_cast(records: Records, file: str, line: int, row: Mapping[str, Any]) -> None:
    records.names(_key(records, row), "actor", listed(row["cast"]))


def _read_genres(records: Records, file: str, line: int, row: Mapping[str, Any]) -> None:
    records.tags(_key(records, row), "genre", named(row["genres"]))
