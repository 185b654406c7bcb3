"""Hand-made parts for tests of matching and merging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from reelation.catalogue.parts import Part
from reelation.catalogue.schema import TABLES
from reelation.folding import name_id

Row = Mapping[str, Any]


def film(title_id: str, name: str, year: int | None, **more: Any) -> dict[str, Any]:
    """A row of `titles`, and beside it directors=, cast=, genres=, countries= for `part`."""
    return {"title_id": title_id, "kind": "film", "name": name, "year": year, **more}


def part(source: str, titles: Sequence[Row], trainable: bool = True, **tables: Sequence[Row]) -> Part:
    """A part of these titles; names of people are `name:` ids, or ids where `id=name` is given."""
    rows: dict[str, list[Row]] = {"titles": [], "people": [], "credits": [], "tags": []}
    for title in titles:
        fields = dict(title)
        for column, role in (("directors", "director"), ("cast", "actor")):
            for person in fields.pop(column, ()):
                person_id, _, name = person.rpartition("=")
                person_id = person_id or name_id(name)
                rows["people"].append({"person_id": person_id, "name": name})
                rows["credits"].append({"title_id": title["title_id"], "person_id": person_id, "role": role})
        for column, facet in (("genres", "genre"), ("countries", "country")):
            rows["tags"] += [
                {"title_id": title["title_id"], "facet": facet, "value": value} for value in fields.pop(column, ())
            ]
        rows["titles"].append(fields)
    for name, extra in tables.items():
        rows[name] = [*rows.get(name, []), *extra]
    frames = {name: frame(name, source, some) for name, some in rows.items() if some}
    if "people" in frames:
        frames["people"] = frames["people"].unique("person_id", keep="first", maintain_order=True)
    return Part(source, frames, trainable)


def frame(table: str, source: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows of a canonical table."""
    schema = TABLES[table].schema
    return pl.DataFrame([{"source": source, **row} for row in rows], schema=schema)
