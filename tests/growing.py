"""A catalogue as it was before it grew."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue


def without(catalogue: Catalogue, folder: Path, gone: set[str], until: int | None = None) -> Catalogue:
    """The catalogue without some titles and without the last events."""
    tables = {}
    for name in TABLES:
        table = catalogue.table(name)
        for column in {"title_id", "other_id"} & set(table.columns):
            table = table.filter(~pl.col(column).is_in(sorted(gone)))
        if name == "events" and until is not None:
            table = table.sort("time").head(until).sort(TABLES["events"].key)
        tables[name] = table
    return write_catalogue(folder, tables, catalogue.sources)
