"""What recommendations need beside the vectors: item weights from viewers, a measure of relatedness, renown.

events  ->  learn_recommender  ->  the part that `reelation.search.preference` reads
"""

from __future__ import annotations

import numpy as np

from reelation.atlas.parts import Part
from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.graph.build import Graph
from reelation.histories.verdicts import settle
from reelation.rows import share_below
from reelation.training.parts import PartContext
from reelation.training.recommender import learn_recommender


def build(context: PartContext) -> Part:
    """Learn it from the graph's events; every atlas gets one, with or without viewers."""
    events = verdicts_of(context.graph)
    fame = share_below(context.renown)
    return learn_recommender(
        events, context.content, context.facets, context.node_types, context.seed, context.recommender, fame
    )


def verdicts_of(graph: Graph) -> Interactions | None:
    """One event a viewer and title, `stars` being what `reelation.histories.verdicts` says of it; None without any."""
    rows, viewers, kinds, values, times = [], [], [], [], []
    for number, name in enumerate(EVENTS):
        if name in graph.relations:
            relation = graph.relations[name]
            matrix = relation.matrix.tocoo()
            rows.append(matrix.row.astype(np.int64))
            viewers.append(matrix.col.astype(np.int64))
            kinds.append(np.full(matrix.nnz, number, np.int64))
            values.append(matrix.data if name == "rating" else np.full(matrix.nnz, np.nan, np.float32))
            times.append(np.asarray(relation.attributes.get("time", np.full(matrix.nnz, UNKNOWN_TIME)), np.int64))
    if not rows:
        return None
    row, viewer, kind, value, time = (np.concatenate(parts) for parts in (rows, viewers, kinds, values, times))
    order = np.argsort(time, kind="stable")
    last, verdict = settle((viewer * len(graph) + row)[order], kind[order], value[order])
    at = order[last]
    return Interactions(
        viewer=viewer[at].astype(np.int32),
        title=row[at].astype(np.int32),
        stars=verdict,
        time=time[at],
        viewers=len(graph.nodes["viewer"]),
        titles=len(graph),
    )
