"""Streaming services' catalogues of the "show_id" kind: one CSV a service, films and series in one table.

Columns: show_id, type, title, director, cast, country, date_added, release_year, rating, duration, listed_in,
description. People are names in one comma-joined cell. `duration` is minutes or seasons; in some rows of one such
table it stands in `rating`.
"""

from __future__ import annotations

import re
from pathlib import Path

from reelation.cell_values import BadRowError, cell, listed, whole
from reelation.cells import Row, header_of, read_table
from reelation.errors import DataError
from reelation.sources.base import Licence, Report, Tables
from reelation.sources.files import matching
from reelation.sources.records import Records

_NEEDED = {"show_id", "type", "title", "listed_in", "release_year"}
_KINDS = {"movie": "film", "tv show": "series"}
_DURATION = re.compile(r"(\d+) (min|Seasons?)")


class StreamingSource:
    """Reads CSV files of the "show_id" kind, one or a folder of them."""

    name = "streaming"
    label = "streaming catalogue (show_id CSV)"
    homepage = "https://www.kaggle.com/shivamb/datasets"
    licence = Licence("CC0-1.0 (as tagged by the uploader)", "https://creativecommons.org/publicdomain/zero/1.0/")

    def sniff(self, path: Path) -> str | None:
        """CSV files that have the columns of this kind."""
        found = matching(path, (".csv",), _is_ours)
        if not found:
            return None
        return f"streaming catalogues of {', '.join(_service(file) for file in found)}"

    def read(self, path: Path, report: Report) -> Tables:
        """Read every service."""
        records = Records(self.name, report)
        for file in matching(path, (".csv",), _is_ours):
            service = _service(file)
            rows = read_table(file, report, file.name)
            report.count(file.name, rows_in=len(rows))
            for row in rows:
                try:
                    _read_row(records, row, file.name, service, report)
                except BadRowError as error:
                    records.set_aside(file.name, row[0], str(error))
        tables = records.tables()
        if not tables:
            raise DataError(f"{path.name} holds no usable title.")
        return tables


def _is_ours(file: Path) -> bool:
    return set(header_of(file)) >= _NEEDED


def _service(file: Path) -> str:
    return re.sub(r"[_\W]*(titles|shows|catalog(ue)?)$", "", file.stem.lower()) or file.stem.lower()


def _read_row(records: Records, row: Row, file: str, service: str, report: Report) -> None:
    line, cells = row
    kind = _KINDS.get(cells["type"].lower())
    if kind is None:
        raise BadRowError(f"type '{cells['type'][:40]}' is neither Movie nor TV Show")
    if cell(cells["show_id"]) is None:
        raise BadRowError("show_id is missing")
    certificate, duration = cell(cells.get("rating")), cell(cells.get("duration"))
    if certificate and _DURATION.fullmatch(certificate):
        report.note(f"{file}: a duration stood in the rating column and was moved.")
        certificate, duration = None, duration or certificate
    length = _DURATION.fullmatch(duration or "")
    minutes = float(length[1]) if length and length[2] == "min" and int(length[1]) > 0 else None
    title_id = f"{service}:{cells['show_id']}"
    records.title(
        file,
        line,
        {
            "title_id": title_id,
            "kind": kind,
            "name": cells["title"],
            "year": whole(cells["release_year"], "release_year"),
            "runtime_min": minutes,
        },
    )
    for column, role in (("director", "director"), ("cast", "actor")):
        records.names(title_id, role, listed(cells.get(column)))
    records.tags(title_id, "genre", listed(cells["listed_in"]))
    records.tags(title_id, "country", listed(cells.get("country")))
    records.tags(title_id, "network", [service])
    records.tags(title_id, "certificate", [certificate] if certificate else [])
    records.text(title_id, cell(cells.get("description")))
