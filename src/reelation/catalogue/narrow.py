"""A part of a catalogue: the titles that some of its sources describe, with all that any source says of them.

Catalogue  ->  narrow  ->  a smaller catalogue in a folder of its own
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.errors import UsageError

_SAYING = ("tags", "credits", "events", "texts")
"""Tables whose rows tell that their source describes a title."""


def narrow(catalogue: Catalogue, folder: Path, sources: Collection[str]) -> Catalogue:
    """Keep the titles of which at least one of `sources` says something: a tag, a credit, an event or a text.

    Args:
        catalogue: stays as it is.
        folder: gets the smaller catalogue.
        sources: names of sources, e.g. ("default", "movielens").

    Raises:
        UsageError: the catalogue has no such source.
    """
    known = {source.name for source in catalogue.sources}
    if unknown := set(sources) - known:
        raise UsageError(f"the catalogue has no source {sorted(unknown)}; it has {', '.join(sorted(known))}")
    said = [
        catalogue.scan(name).filter(pl.col("source").is_in(list(sources))).select("title_id").collect()
        for name in _SAYING
    ]
    kept = pl.concat(said).unique()
    tables = {name: catalogue.table(name) for name in TABLES}
    for name, frame in tables.items():
        for column in ("title_id", "other_id"):
            if column in frame.columns:
                frame = frame.join(kept, left_on=column, right_on="title_id", how="semi")
        tables[name] = frame
    people = pl.concat([tables[name].select("person_id") for name in ("credits",)]).unique()
    tables["people"] = tables["people"].join(people, on="person_id", how="semi")
    return write_catalogue(folder, tables, catalogue.sources)
