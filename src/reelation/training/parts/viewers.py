"""What every viewer of the catalogue did, so that an atlas can answer for them.

events  ->  viewers (ids), start [viewers + 1], title, kind, value, time [events]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.training.parts import PartContext


def build(context: PartContext) -> Part | None:
    """Events of the graph by viewer, then time, then title; None without any."""
    graph = context.graph
    if "viewer" not in graph.nodes:
        return None
    titles, viewers, kinds, values, times = [], [], [], [], []
    for number, name in enumerate(EVENTS):
        if name not in graph.relations:
            continue
        relation = graph.relations[name]
        matrix = relation.matrix.tocoo()
        titles.append(matrix.row.astype(np.int32))
        viewers.append(matrix.col.astype(np.int32))
        kinds.append(np.full(matrix.nnz, number, np.uint8))
        values.append(matrix.data.astype(np.float32) if name == "rating" else np.full(matrix.nnz, np.nan, np.float32))
        times.append(np.asarray(relation.attributes.get("time", np.full(matrix.nnz, UNKNOWN_TIME)), np.int64))
    title, viewer, time = (np.concatenate(arrays) for arrays in (titles, viewers, times))
    order = np.lexsort((title, time, viewer))
    columns: dict[str, NDArray[np.generic]] = {
        "start": np.concatenate([[0], np.cumsum(np.bincount(viewer, minlength=len(graph.nodes["viewer"])))]),
        "title": title[order],
        "kind": np.concatenate(kinds)[order],
        "value": np.concatenate(values)[order],
        "time": time[order],
    }
    return Part({"viewers": graph.nodes["viewer"], **columns}, {"events": len(title)})
