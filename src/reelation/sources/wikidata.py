"""Wikidata extracts: one JSON object a line, one film or series an object.

    {"qid": "Q372", "title": "…", "imdb_id": "tt…", "genres": ["…"], "directors": [["Q7092172", "…"]], …}

Things are `[id, label]` pairs, or a label or an id alone. A file `person_labels.tsv` beside them (qid, name,
source) names people whose pair has no label; its rows marked `aligned` are guesses and are not used.
`reelation fetch wikidata` writes this shape.

Source: https://www.wikidata.org/, CC0.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from reelation.archive import chunks
from reelation.cell_values import BadRowError, cell, imdb_id, number, whole, year_of
from reelation.cells import read_table
from reelation.errors import DataError
from reelation.folding import name_id
from reelation.sources.base import Licence, Report, Tables, admit, tables_of

_ENDINGS = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_QID, _PAGE_NOTE = re.compile(r"Q[1-9][0-9]*"), re.compile(r" \([^()]*\)$")
_OTHER_KEYS = {
    "wikidata_id": "qid",
    "label": "title",
    "genre": "genres",
    "director": "directors",
    "cast_member": "cast",
    "screenwriter": "writers",
    "publication_date": "date",
    "country_of_origin": "countries",
    "original_language": "languages",
}
_ROLES = {
    "directors": "director",
    "cast": "actor",
    "writers": "writer",
    "producers": "producer",
    "composers": "composer",
    "cinematographers": "cinematographer",
    "editors": "editor",
    "creators": "creator",
}
_TAGS = {
    "genres": "genre",
    "country": "country",
    "countries": "country",
    "language": "language",
    "languages": "language",
    "companies": "company",
    "networks": "network",
    "main_subject": "subject",
    "filming_location": "place",
    "narrative_location": "place",
    "awards": "award",
    "based_on": "based_on",
    "series": "franchise",
}
_PAIRED = {"country": "country_qid", "language": "language_qid"}
"""Keys whose id stands under a key of its own."""
_IDS = ("tmdb_id", "letterboxd_id", "douban_id")
_BATCH = 20_000
_Rows = dict[str, list[tuple[Any, ...]]]
_SHAPES: dict[str, dict[str, pl.DataType]] = {
    "titles": {
        **{name: pl.String() for name in ("title_id", "kind", "name")},
        "year": pl.Int64(),
        "end_year": pl.Int64(),
        "runtime_min": pl.Float64(),
        **{name: pl.String() for name in ("wikidata_id", "imdb_id", *_IDS)},
        "file": pl.String(),
        "line": pl.Int64(),
    },
    "aliases": {"title_id": pl.String(), "name": pl.String(), "language": pl.String()},
    "credits": {"title_id": pl.String(), "person_id": pl.String(), "role": pl.String(), "name": pl.String()},
    "tags": {"title_id": pl.String(), "facet": pl.String(), "value": pl.String()},
    "links": {"title_id": pl.String(), "other_id": pl.String(), "kind": pl.String()},
}


class WikidataSource:
    """Reads JSON lines about Wikidata items: a file, or every such file in a folder."""

    name = "wikidata"
    label = "Wikidata"
    homepage = "https://www.wikidata.org/"
    licence = Licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")

    def sniff(self, path: Path) -> str | None:
        """JSON lines whose first object has a Q-number."""
        files = _files(path)
        return f"Wikidata items as JSON lines in {', '.join(file.name for file in files[:3])}" if files else None

    def read(self, path: Path, report: Report) -> Tables:
        """Read every item with its names, people, tags and links.

        Raises:
            DataError: there is no such file, or one is damaged.
        """
        files = _files(path)
        if not files:
            raise DataError(f"{path.name} holds no JSON lines with Wikidata items: the first object has no 'qid'.")
        batches = [batch for file in files for batch in _read(file, report)]
        frames = {name: pl.concat([batch[name] for batch in batches]) for name in _SHAPES}
        titles = frames["titles"]
        again = titles.height - titles["title_id"].n_unique()
        if again:
            report.note(f"{again:,} items come more than once")
        own = titles.select("title_id")
        links = frames["links"].join(own, left_on="other_id", right_on="title_id", how="semi")
        if lost := frames["links"].height - links.height:
            report.note(f"{lost:,} links lead to items that are not in these files")
        people = frames["credits"].select("person_id", "name").sort("name", nulls_last=True)
        people = people.unique("person_id", keep="first", maintain_order=True)
        names = _person_labels(files[0].parent / "person_labels.tsv", report)
        people = people.join(names, on="person_id", how="left", maintain_order="left", suffix="_known")
        people = people.select("person_id", pl.coalesce("name", "name_known"))
        return tables_of(
            self.name,
            {
                "titles": titles,
                "aliases": frames["aliases"],
                "people": people,
                "credits": frames["credits"].drop("name"),
                "tags": frames["tags"].with_columns(weight=pl.lit(1.0)),
                "links": links,
            },
        )


def _files(path: Path) -> list[Path]:
    try:
        candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError:
        return []
    return [file for file in candidates if file.name.lower().endswith(_ENDINGS) and file.is_file() and _is_ours(file)]


def _is_ours(file: Path) -> bool:
    try:
        line = next(chunks(file), b"").split(b"\n", 1)[0]
        item = json.loads(line)
    except (DataError, ValueError, RecursionError):
        return False
    return isinstance(item, dict) and bool(_QID.fullmatch(str(item.get("qid", item.get("wikidata_id")))))


def _read(file: Path, report: Report) -> Iterator[dict[str, pl.DataFrame]]:
    """Canonical rows of one file, some thousand items at a time."""
    rows: _Rows = defaultdict(list)
    for place, line in enumerate(_lines(file), start=1):
        report.count(file.name, rows_in=1)
        try:
            parsed = _parse(_item(line))
        except BadRowError as error:
            report.set_aside(file.name, place, str(error))
        except (ValueError, RecursionError) as error:
            report.set_aside(file.name, place, f"the line is not JSON: {str(error)[:80]}")
        else:
            for table, found in parsed.items():
                rows[table].extend((*row, file.name, place) if table == "titles" else row for row in found)
            if len(rows["titles"]) >= _BATCH:
                yield _frames(rows, report, file.name)
                rows = defaultdict(list)
    yield _frames(rows, report, file.name)


def _lines(file: Path) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(file):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _frames(rows: _Rows, report: Report, file: str) -> dict[str, pl.DataFrame]:
    raw = {table: pl.DataFrame(rows[table], schema=shape, orient="row") for table, shape in _SHAPES.items()}
    titles = admit("titles", raw["titles"], WikidataSource.name, report)
    report.count(file, kept=titles.height)
    whole = {name: frame.join(titles, on="title_id", how="semi") for name, frame in raw.items() if name != "titles"}
    return {"titles": titles, **whole}


def _item(line: bytes) -> dict[str, Any]:
    item = json.loads(line)
    if not isinstance(item, dict):
        raise BadRowError("the line is not a JSON object")
    if b"\\u" in line:
        try:
            json.dumps(item, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise BadRowError("the line holds half a character") from error
    return {_OTHER_KEYS.get(str(key), str(key)): value for key, value in item.items()}


def _parse(item: dict[str, Any]) -> _Rows:
    """The rows that one item makes; those of titles lack file and line.

    Raises:
        BadRowError: a value is not of the shape that its key promises.
    """
    qid = item.get("qid")
    if not isinstance(qid, str) or not _QID.fullmatch(qid):
        raise BadRowError(f"qid {str(qid)[:40]!r} is not a Q-number")
    title_id = f"wikidata:{qid}"
    labels = _names(item, "labels")
    name = cell(item.get("title")) or next((labels[key][0] for key in ("en", *sorted(labels)) if labels.get(key)), None)
    year = whole(item.get("year"), "year")
    title = (
        *(title_id, cell(item.get("kind")) or "film", name),
        year if year is not None else year_of(item.get("date")),
        year_of(item.get("end_year") or item.get("end_date")),
        number(item.get("runtime_min"), "runtime_min"),
        *(qid, imdb_id(item.get("imdb_id")), *(cell(item.get(key)) for key in _IDS)),
    )
    page = cell(item.get("enwiki_title"))
    others = {
        *(
            (other, language)
            for found in (labels, _names(item, "aliases"))
            for language in found
            for other in found[language]
        ),
        *([(_PAGE_NOTE.sub("", page), "en")] if page else []),
    }
    return {
        "titles": [title],
        "aliases": [(title_id, other, language) for other, language in others if other != name],
        "credits": [
            (title_id, f"wikidata:{person}" if person else name_id(label or ""), role, label)
            for key, role in _ROLES.items()
            for person, label in _things(item, key)
        ],
        "tags": [
            (title_id, facet, label or f"wikidata:{thing}")
            for key, facet in _TAGS.items()
            for thing, label in _things(item, key)
        ],
        "links": [(title_id, f"wikidata:{other}", "follows") for other, _ in _things(item, "follows") if other],
    }


def _names(item: dict[str, Any], key: str) -> dict[str, list[str]]:
    """Names by language: `{"en": "Alien"}` or `{"en": ["Alien", …]}`."""
    value = item.get(key) or {}
    if not isinstance(value, dict):
        raise BadRowError(f"{key} is not an object of names by language")
    listed = {language: names if isinstance(names, list) else [names] for language, names in value.items()}
    return {language.lower(): [name for one in names if (name := cell(one))] for language, names in listed.items()}


def _things(item: dict[str, Any], key: str) -> list[tuple[str | None, str | None]]:
    """The (id, label) pairs under `key`; one of the two may be None, never both.

    Raises:
        BadRowError: the value is something else.
    """
    value = item.get(key) or item.get(_PAIRED.get(key, ""))
    if not value:
        return []
    found: list[tuple[str | None, str | None]] = []
    for thing in value if isinstance(value, list) else [value]:
        match thing:
            case str():
                found.append((thing, None) if _QID.fullmatch(thing) else (None, cell(thing)))
            case [str() as qid, str() | None as label] if _QID.fullmatch(qid):
                found.append((qid, cell(label)))
            case _:
                raise BadRowError(f"{key} is not a list of [id, label]")
    return [pair for pair in found if pair != (None, None)]


def _person_labels(file: Path, report: Report) -> pl.DataFrame:
    """Names of people by person_id, where the file is there."""
    rows = read_table(file, report, file.name, delimiter="\t") if file.is_file() else []
    guessed = sum(row.get("source") == "aligned" for _, row in rows)
    if rows:
        report.count(file.name, rows_in=len(rows), kept=len(rows) - guessed, skipped=guessed)
        report.note(f"{guessed:,} names in {file.name} are guesses (marked aligned) and are not used")
    known = [
        (f"wikidata:{row['qid']}", row["name"])
        for _, row in rows
        if row.get("source") != "aligned" and row.get("qid") and row.get("name")
    ]
    frame = pl.DataFrame(known, schema={"person_id": pl.String(), "name": pl.String()}, orient="row")
    return frame.sort("person_id", "name").unique("person_id", keep="first", maintain_order=True)
