"""What the catalogue knows of titles' scale, audience and reception, each figure with the source that gives it.

measures and ratings of the catalogue  ->  start [titles + 1], measure, source, value [figures]
"""

from __future__ import annotations

import numpy as np
import polars as pl

from reelation.atlas.parts import Column, Part
from reelation.catalogue.schema_names import MEASURES
from reelation.training.parts import PartContext

COUNTED = ("ratings", "mean_stars")
"""What viewers' ratings add: how many there are, and their mean, 0.5 to 5 stars."""


def build(context: PartContext) -> Part | None:
    """Figures by title, then measure, then source; None without any.

    `measure` and `source` are places in the lists `measures` and `sources` of what is said of the part.
    """
    sources, ids = list(context.graph.sources), list(context.content.titles.ids)
    rows = pl.LazyFrame({"title_id": ids, "row": np.arange(len(ids))})
    given = context.catalogue.scan("measures").select("title_id", "measure", "source", "value")
    events = context.catalogue.scan("events").filter(pl.col("kind") == "rating", pl.col("value").is_not_null())
    rated = events.group_by("title_id", "source").agg(
        pl.len().cast(pl.Float64).alias("ratings"), pl.col("value").cast(pl.Float64).mean().alias("mean_stars")
    )
    counted = rated.unpivot(list(COUNTED), index=["title_id", "source"], variable_name="measure")
    every = pl.concat([given, counted.select("title_id", "measure", "source", "value")])
    found = every.filter(pl.col("source").is_in(sources)).join(rows, on="title_id").collect()
    if found.is_empty():
        return None
    measures = [name for name in (*MEASURES, *COUNTED) if (found["measure"] == name).any()]
    named = sorted(found["source"].unique().to_list())
    found = found.with_columns(
        pl.col("measure").replace_strict({name: at for at, name in enumerate(measures)}, return_dtype=pl.UInt8),
        pl.col("source").replace_strict({name: at for at, name in enumerate(named)}, return_dtype=pl.UInt8),
    ).sort("row", "measure", "source")
    counts = np.bincount(found["row"].to_numpy(), minlength=len(ids))
    columns: dict[str, Column] = {
        "start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "measure": found["measure"].to_numpy(),
        "source": found["source"].to_numpy(),
        "value": found["value"].to_numpy(),
    }
    return Part(columns, {"measures": measures, "sources": named})
