"""Films and series from Wikidata's query service, a year at a time, in pages that resume.

    year  ->  item ids (pages)  ->  details (batches)  ->  wikidata/film-1979.jsonl.gz

Two steps, because one query for everything runs into the service's limit of 60 seconds: first the ids of the items
that began in a year, then what is known of some of them. A batch that takes too long is halved. Every finished batch
is kept, so a run that was interrupted goes on where it was; a year's file appears when the year is whole.

Source: https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service/Wikidata_Query_Help (limits, format) and the
property pages, e.g. https://www.wikidata.org/wiki/Property:P161. Wikidata's data are CC0.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from reelation.errors import DataError
from reelation.progress import progress
from reelation.sources.download import Client, QueryTimeoutError

ENDPOINT = "https://query.wikidata.org/sparql"

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "film": (
        (
            "Q11424",
            "Q24862",
            "Q506240",
            "Q202866",
            "Q93204",
            "Q18011172",
            "Q29168811",
            "Q24869",
            "Q226730",
            "Q20667187",
        ),
        "P577",
    ),
    "series": (
        ("Q5398426", "Q1259759", "Q581714", "Q63952888", "Q117467246", "Q1366112", "Q526877", "Q653916"),
        "P580",
    ),
}
"""Kind -> (classes whose direct instances count, the property that dates them)."""

_PEOPLE = {
    "cast": ("P161", "P725"),
    "directors": ("P57",),
    "writers": ("P58",),
    "producers": ("P162",),
    "composers": ("P86",),
    "cinematographers": ("P344",),
    "editors": ("P1040",),
    "creators": ("P170",),
}
_THINGS = {
    "genres": ("P136",),
    "main_subject": ("P921",),
    "filming_location": ("P915",),
    "narrative_location": ("P840",),
    "companies": ("P272",),
    "networks": ("P449",),
    "countries": ("P495",),
    "languages": ("P364",),
    "awards": ("P166",),
    "based_on": ("P144",),
    "series": ("P179",),
    "follows": ("P155",),
}
_VALUES = {
    "imdb_id": ("P345",),
    "tmdb_id": ("P4947", "P4983"),
    "letterboxd_id": ("P6127",),
    "douban_id": ("P4529",),
    "published": ("P577",),
    "started": ("P580",),
    "ended": ("P582",),
    "runtime_min": ("P2047",),
}
_LANGUAGES = ("en", "zh", "zh-hans", "zh-cn")
_PAGE = 5000
_BATCH = 100


@dataclass(frozen=True)
class Harvest:
    """What came of one kind and year."""

    kind: str
    year: int
    path: Path
    items: int
    fetched: bool
    """False where the file was there already."""


def harvest(client: Client, folder: Path, kind: str, year: int, endpoint: str = ENDPOINT) -> Harvest:
    """Fetch all items of one kind that began in one year.

    Args:
        client: does the talking, at its own pace.
        folder: gets `{kind}-{year}.jsonl.gz`; `{kind}-{year}.part.jsonl` holds what is there so far.
        kind: "film" or "series".
        year: calendar year.
        endpoint: address of the query service.

    Raises:
        DataError: the service does not answer properly, even for a single item.
    """
    path = folder / f"{kind}-{year}.jsonl.gz"
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            return Harvest(kind, year, path, sum(1 for _ in handle), False)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{kind}-{year}.part.jsonl"
    done = dict(_finished(part))
    ids = item_ids(client, kind, year, endpoint)
    missing = [key for key in ids if key not in done]
    with progress(f"Wikidata {kind} {year}", len(ids)) as bar, part.open("a", encoding="utf-8") as handle:
        bar.advance(len(done))
        for item in _details(client, missing, kind, year, endpoint):
            handle.write(json.dumps(item, ensure_ascii=False) + "\n")
            handle.flush()
            done[item["qid"]] = item
            bar.advance()
    draft = folder / f".{path.name}.draft"
    with gzip.open(draft, "wt", encoding="utf-8") as out:
        for key in sorted(done, key=lambda key: int(key[1:])):
            out.write(json.dumps(done[key], ensure_ascii=False) + "\n")
    draft.replace(path)
    part.unlink()
    return Harvest(kind, year, path, len(done), True)


def item_ids(client: Client, kind: str, year: int, endpoint: str = ENDPOINT) -> list[str]:
    """Ids ("Q123") of all items of a kind that began in a year, in pages."""
    classes, dated = KINDS[kind]
    ids: set[str] = set()
    page = 0
    while True:
        query = f"""SELECT DISTINCT ?item WHERE {{
  VALUES ?class {{ {" ".join(f"wd:{name}" for name in classes)} }}
  ?item wdt:P31 ?class; wdt:{dated} ?date.
  FILTER("{year}-00-00"^^xsd:dateTime <= ?date && ?date < "{year + 1}-00-00"^^xsd:dateTime)
}} ORDER BY ?item LIMIT {_PAGE} OFFSET {page * _PAGE}"""
        rows = ask(client, query, endpoint)
        ids |= {_item(row["item"]["value"]) for row in rows}
        if len(rows) < _PAGE:
            return sorted(ids, key=lambda key: int(key[1:]))
        page += 1


def ask(client: Client, query: str, endpoint: str = ENDPOINT) -> list[dict[str, Any]]:
    """One query's rows; an answer that is cut off is asked for once more.

    Raises:
        QueryTimeoutError: the service gave up; ask for less.
        DataError: no proper answer.
    """
    url = f"{endpoint}?{urlencode({'query': query, 'format': 'json'})}"
    for attempt in (1, 2):
        with client.open(url, {"Accept": "application/sparql-results+json"}) as response:
            try:
                rows = json.loads(response.read().decode("utf-8"))["results"]["bindings"]
                return list(rows)
            except (ValueError, KeyError, TypeError) as error:
                if attempt == 2:
                    raise DataError(f"Wikidata's answer is not what is documented: {error}") from error
            except urllib3.exceptions.HTTPError as error:  # the connection broke in the middle
                if attempt == 2:
                    raise DataError(f"Wikidata's answer broke off: {error}") from error
    raise AssertionError("unreachable")


def details_query(ids: Iterable[str]) -> str:
    """The query for everything of some items: rows of (item, field, value, English and Chinese label)."""
    fields = [*_PEOPLE.items(), *_THINGS.items(), *_VALUES.items()]
    pairs = " ".join(f'(wdt:{p} "{name}")' for name, properties in fields for p in properties)
    languages = ", ".join(f'"{code}"' for code in _LANGUAGES)
    return f"""SELECT ?item ?field ?value ?label WHERE {{
  VALUES ?item {{ {" ".join(f"wd:{key}" for key in ids)} }}
  {{
    VALUES (?property ?field) {{ {pairs} }}
    ?item ?property ?value.
    OPTIONAL {{ ?value rdfs:label ?label. FILTER(LANG(?label) = "en") }}
  }} UNION {{
    ?item rdfs:label ?value. FILTER(LANG(?value) IN ({languages})) BIND("label" AS ?field)
  }} UNION {{
    ?item skos:altLabel ?value. FILTER(LANG(?value) IN ({languages})) BIND("alias" AS ?field)
  }}
}}"""


def _details(client: Client, ids: list[str], kind: str, year: int, endpoint: str) -> Iterator[dict[str, Any]]:
    batches = [ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH)]
    while batches:
        batch = batches.pop(0)
        try:
            rows = ask(client, details_query(batch), endpoint)
        except QueryTimeoutError:
            if len(batch) == 1:
                raise
            half = len(batch) // 2
            batches[:0] = [batch[:half], batch[half:]]
            continue
        by_item: dict[str, list[dict[str, Any]]] = {key: [] for key in batch}
        for row in rows:
            by_item.setdefault(_item(row["item"]["value"]), []).append(row)
        for key in batch:
            yield _one(key, by_item[key], kind, year)


def _one(key: str, rows: list[dict[str, Any]], kind: str, year: int) -> dict[str, Any]:
    """One item in the shape that `reelation.sources.wikidata` reads."""
    item: dict[str, Any] = {"qid": key, "kind": kind, "labels": {}, "aliases": {"en": [], "zh": []}}
    dates: dict[str, list[str]] = {"published": [], "started": [], "ended": []}
    for row in sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)):
        name, value = row["field"]["value"], row["value"]["value"]
        language = row["value"].get("xml:lang", "")[:2]
        if name == "label":
            item["labels"].setdefault(language, value)
        elif name == "alias":
            if value not in item["aliases"][language]:
                item["aliases"][language].append(value)
        elif name in dates:
            dates[name].append(value)
        elif name in _VALUES:
            item.setdefault(name, float(value) if name == "runtime_min" else value)
        elif row["value"]["type"] == "uri":
            _add(item, name, _item(value), row.get("label", {}).get("value"))
    labels = item["labels"]
    item["title"] = labels.get("en") or labels.get("zh") or key
    starts = sorted(dates["published"] + dates["started"])
    item["date"] = starts[0][:10] if starts else None
    item["year"] = int(starts[0][:4]) if starts and starts[0][:4].isdigit() else year
    item["end_date"] = max(dates["ended"])[:10] if dates["ended"] else None
    return item


def _add(item: dict[str, Any], name: str, key: str, label: str | None) -> None:
    if name == "genres":
        item.setdefault("genre_qids", []).append(key)
        item.setdefault("genres", []).append(label or key)
    elif [key, label] not in item.setdefault(name, []):
        item[name].append([key, label])


def _item(address: str) -> str:
    return address.rsplit("/", 1)[-1]


def _finished(part: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Items of an interrupted run; a last line that was cut off is asked for again."""
    if not part.is_file():
        return
    text = part.read_text(encoding="utf-8", errors="replace")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        part.write_text(whole, encoding="utf-8")
    for line in whole.splitlines():
        item = json.loads(line)
        yield item["qid"], item
