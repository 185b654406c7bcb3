"""Streaming services' catalogues of the "titles + credits" kind, from JustWatch.

`titles.csv`: id, title, type, description, release_year, age_certification, runtime, genres, production_countries,
seasons, imdb_id, imdb_score, imdb_votes, tmdb_popularity, tmdb_score; `credits.csv`: person_id, id, name, character,
role. Genres and countries are Python-literal lists in a cell. Files may be called raw_titles.csv and the like.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from reelation.cell_values import BadRowError, cell, imdb_id, listed, number, whole
from reelation.cells import Row, header_of, read_table
from reelation.errors import DataError
from reelation.sources.base import Licence, Report, Tables
from reelation.sources.files import matching
from reelation.sources.records import Records

_TITLES = {"id", "title", "type", "release_year", "production_countries"}
_CREDITS = {"person_id", "id", "name", "character", "role"}
_KINDS = {"MOVIE": "film", "SHOW": "series"}
_ROLES = {"ACTOR": "actor", "DIRECTOR": "director"}


class JustWatchSource:
    """Reads a folder with titles and credits, or a titles file alone."""

    name = "justwatch"
    label = "streaming catalogue (titles + credits CSV)"
    homepage = "https://www.kaggle.com/victorsoeiro/datasets"
    licence = Licence("CC0-1.0 (as tagged by the uploader)", "https://creativecommons.org/publicdomain/zero/1.0/")

    def sniff(self, path: Path) -> str | None:
        """At least one CSV with the columns of titles."""
        titles, credits = (matching(path, (".csv",), _has(columns)) for columns in (_TITLES, _CREDITS))
        if not titles:
            return None
        beside = f" with {len(credits)} of credits" if credits else " without credits"
        return f"{len(titles)} table{'s' if len(titles) > 1 else ''} of titles{beside}"

    def read(self, path: Path, report: Report) -> Tables:
        """Read all titles first, then the credits that name one of them."""
        records = Records(self.name, report)
        files = matching(path, (".csv",), _has(_TITLES))
        for file in sorted(files, key=lambda file: (file.name.startswith("raw"), file.name)):
            rows = read_table(file, report, file.name)
            report.count(file.name, rows_in=len(rows))
            for row in rows:
                try:
                    _read_title(records, row, file.name)
                except BadRowError as error:
                    records.set_aside(file.name, row[0], str(error))
        for file in matching(path, (".csv",), _has(_CREDITS)):
            _read_credits(records, file, report)
        tables = records.tables()
        if not tables:
            raise DataError(f"{path.name} holds no usable title.")
        return tables


def _has(columns: set[str]) -> Callable[[Path], bool]:
    return lambda file: set(header_of(file)) >= columns


def _read_title(records: Records, row: Row, file: str) -> None:
    line, cells = row
    kind = _KINDS.get(cells["type"].upper())
    if kind is None:
        raise BadRowError(f"type '{cells['type'][:40]}' is neither MOVIE nor SHOW")
    own, imdb = cell(cells["id"]), imdb_id(cells.get("imdb_id"))
    if own is None:
        raise BadRowError("id is missing")
    title_id = f"justwatch:{own}"
    runtime = number(cells.get("runtime"), "runtime")
    score = number(cells.get("imdb_score"), "imdb_score")
    votes = number(cells.get("imdb_votes"), "imdb_votes")
    popularity = number(cells.get("tmdb_popularity"), "tmdb_popularity")
    genres, countries = (_literals(cells.get(column), column) for column in ("genres", "production_countries"))
    records.title(
        file,
        line,
        {
            "title_id": title_id,
            "kind": kind,
            "name": cells["title"],
            "year": whole(cells["release_year"], "release_year"),
            "runtime_min": runtime or None,
            "imdb_id": imdb,
            "justwatch_id": own,
        },
    )
    records.tags(title_id, "genre", genres)
    records.tags(title_id, "country", countries)
    certificate = cell(cells.get("age_certification"))
    records.tags(title_id, "certificate", [certificate] if certificate else [])
    records.text(title_id, cell(cells.get("description")))
    records.measure(title_id, "audience_score", None if score is None else score * 10)
    records.measure(title_id, "votes", votes)
    records.measure(title_id, "popularity", popularity)


def _literals(text: str | None, what: str) -> list[str]:
    """The values of a list written as Python writes it; never run."""
    if (text := cell(text)) is None:
        return []
    try:
        found = ast.literal_eval(text) if len(text) < 100_000 else None
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        found = None
    if not isinstance(found, list):
        raise BadRowError(f"{what} '{text[:40]}' is not a list")
    return listed(found)


def _read_credits(records: Records, file: Path, report: Report) -> None:
    rows = read_table(file, report, file.name)
    report.count(file.name, rows_in=len(rows))
    casts: dict[tuple[str, str], dict[str, tuple[str | None, str, str | None]]] = {}
    for line, cells in rows:
        title_id, role, name = f"justwatch:{cells['id']}", _ROLES.get(cells["role"].upper()), cell(cells["name"])
        if title_id not in records:
            report.set_aside(file.name, line, f"title {cells['id'][:40]} is in no table of titles")
        elif role is None:
            report.set_aside(file.name, line, f"role '{cells['role'][:40]}' is neither ACTOR nor DIRECTOR")
        elif name is None or cell(cells["person_id"]) is None:
            report.set_aside(file.name, line, "the person has no name or no id")
        else:
            person = f"justwatch:person:{cells['person_id']}"
            casts.setdefault((title_id, role), {}).setdefault(person, (person, name, cell(cells["character"])))
            report.count(file.name, kept=1)
    for (title_id, role), people in casts.items():
        records.credit(title_id, role, people.values())
