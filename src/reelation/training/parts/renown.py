"""How well known each title is, from whatever the catalogue says of it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from reelation.catalogue.schema_names import EVENTS
from reelation.training.parts import PartContext

Floats = NDArray[np.float32]

_MEASURES = ("votes", "popularity", "box_office_usd", "oscars_won")


def renown(context: PartContext) -> Floats:
    """[titles] 0 to 1: the mean rank by viewers' events, votes, popularity, box office, Oscars and what is on record.

    A figure that a title lacks counts as the lowest one; a figure that no title has does not count. On record is the
    number of people and tags that the catalogue has of the title.
    """
    graph = context.graph
    titles = len(graph)
    figures = [np.diff(np.asarray(context.content.edge_start)).astype(np.float64)]
    events = [graph.relations[name].matrix for name in EVENTS if name in graph.relations]
    if events:
        figures.append(np.sum([np.diff(matrix.indptr) for matrix in events], axis=0).astype(np.float64))
    rows = pl.LazyFrame({"title_id": list(graph.nodes["title"].ids), "row": np.arange(titles)})
    known = context.catalogue.scan("measures").filter(pl.col("source").is_in(graph.sources))
    best = known.group_by("title_id", "measure").agg(pl.col("value").max()).join(rows, on="title_id").collect()
    for measure in _MEASURES:
        some = best.filter(pl.col("measure") == measure)
        if some.height:
            values = np.zeros(titles)
            values[some["row"].to_numpy()] = some["value"].to_numpy()
            figures.append(values)
    ranks = [(stats.rankdata(values, "min") - 1) / max(titles - 1, 1) for values in figures]
    return np.asarray(np.mean(ranks, axis=0), np.float32)
