"""Other names of titles as they are written: the atlas itself keeps them folded, for look-up only.

aliases of the catalogue  ->  start [titles + 1], name, language [names]
"""

from __future__ import annotations

import numpy as np
import polars as pl

from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.catalogue.store import Catalogue
from reelation.ids import Strings
from reelation.training.parts import PartContext


def build(context: PartContext) -> Part | None:
    """Other names of the catalogue's titles; None without any."""
    return other_names(context.content, context.catalogue)


def other_names(content: AtlasContent, catalogue: Catalogue) -> Part | None:
    """Other names by title, then name, each once and none that the title shows anyway; None without any."""
    shown = pl.DataFrame(
        {
            "title_id": list(content.titles.ids),
            "row": np.arange(len(content.titles)),
            "own": list(content.names),
            "original": list(content.originals),
        }
    )
    kept = (
        catalogue.scan("aliases")
        .select("title_id", pl.col("name").str.strip_chars(), "language")
        .join(shown.lazy(), on="title_id")
        .filter(pl.col("name") != "", pl.col("name") != pl.col("own"), pl.col("name") != pl.col("original"))
        .group_by("row", "name")
        .agg(pl.col("language").drop_nulls().sort().first().fill_null(""))
        .sort("row", "name")
        .collect()
    )
    if kept.is_empty():
        return None
    counts = np.bincount(kept["row"].to_numpy(), minlength=len(content.titles))
    return Part(
        {
            "start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            "name": Strings.of(kept["name"]),
            "language": Strings.of(kept["language"]),
        },
        {"names": kept.height},
    )
