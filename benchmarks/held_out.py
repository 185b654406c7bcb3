"""Catalogues without some titles, for what an atlas that does not have them makes of them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue


def without(catalogue: Catalogue, folder: Path, left_out: set[str]) -> Catalogue:
    """The catalogue without some titles."""
    gone = pl.DataFrame({"title_id": sorted(left_out)})
    tables = {name: catalogue.table(name) for name in TABLES}
    for name, frame in tables.items():
        for column in ("title_id", "other_id"):
            if column in frame.columns:
                frame = frame.join(gone, left_on=column, right_on="title_id", how="anti")
        tables[name] = frame
    return write_catalogue(folder, tables, catalogue.sources)
