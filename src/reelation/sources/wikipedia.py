"""Wikipedia's lists of American films as JSON: title, year, cast, genres and, for most, the lead paragraph.

Source: https://github.com/prust/wikipedia-movie-data. The paragraphs are Wikipedia's, CC BY-SA.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from reelation.cell_values import BadRowError, cell, listed, whole
from reelation.cells import Row, read_json
from reelation.errors import DataError
from reelation.folding import fold
from reelation.sources.base import Licence, Report, Tables
from reelation.sources.files import matching
from reelation.sources.records import Records

_ENDINGS = (".json", ".json.gz")
_WORD = r"(?:(?:[A-Z]\.-?)+|(?:[JS]r|St|Wm|Chas|Geo)\.|[A-Z][\w'’-]*|de|la|van|von|der)"
"""Part of a name: a full stop belongs to initials and abbreviations, else it ends the sentence."""
_DIRECTED = re.compile(
    rf"\b(?:directed|written and directed|produced and directed|co-directed) by ({_WORD}(?: {_WORD}){{1,3}})"
)


class WikipediaSource:
    """Reads one JSON file or a folder of them (a decade each)."""

    name = "wikipedia"
    label = "Wikipedia film lists (JSON)"
    homepage = "https://github.com/prust/wikipedia-movie-data"
    licence = Licence("MIT; paragraphs CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/")

    def sniff(self, path: Path) -> str | None:
        """JSON arrays whose objects have title, year, cast and genres."""
        found = matching(path, _ENDINGS, _is_ours)
        return f"Wikipedia film lists in {len(found)} file{'s' if len(found) > 1 else ''}" if found else None

    def read(self, path: Path, report: Report) -> Tables:
        """Read every file."""
        records = Records(self.name, report)
        for file in matching(path, _ENDINGS, _is_ours):
            rows = read_json(file, report, file.name)
            report.count(file.name, rows_in=len(rows))
            pages = Counter(cell(value.get("href")) for _, value in rows)
            for row in rows:
                try:
                    _read_film(records, row, file.name, pages)
                except BadRowError as error:
                    records.set_aside(file.name, row[0], str(error))
        tables = records.tables()
        if not tables:
            raise DataError(f"{path.name} holds no usable title.")
        return tables


def _is_ours(file: Path) -> bool:
    from reelation.archive import chunks

    try:
        start = next(chunks(file), b"")[:4000].decode("utf-8", errors="ignore")
    except (OSError, DataError):
        return False
    return start.lstrip().startswith("[") and all(f'"{key}"' in start for key in ("title", "year", "cast", "genres"))


def _read_film(records: Records, row: Row, file: str, pages: Counter[str | None]) -> None:
    line, film = row
    name, year, page = cell(film.get("title")), whole(film.get("year"), "year"), cell(film.get("href"))
    if name is None:
        raise BadRowError("title is missing")
    title_id = f"wikipedia:{page if page and pages[page] == 1 else f'{fold(name)} {year}'}"
    records.title(file, line, {"title_id": title_id, "kind": "film", "name": name, "year": year})
    records.names(title_id, "actor", listed(film.get("cast")))
    records.tags(title_id, "genre", listed(film.get("genres")))
    lead = cell(film.get("extract"))
    records.text(title_id, lead, kind="lead")
    if lead and (found := _DIRECTED.search(lead)):
        records.names(title_id, "director", [found[1].rstrip(".")])
