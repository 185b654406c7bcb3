"""What an atlas needs to recommend: item weights from viewers, measures of its own relatedness, and weights.

    verdicts of viewers + AtlasContent  ->  learn_recommender  ->  Part, read by `reelation.search.preference`

Item weights are EASE's, with three kinds of rows: every viewer's verdicts, stretches of likes close together in time,
and the atlas's relatedness as side information; and, where times are known, those of what is liked next. What weighs
how much is learned on likes held out from everything (`reelation.training.weighing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.evaluation.interactions import Interactions
from reelation.training.ground import lay_ground
from reelation.training.item_weights import sparse_columns
from reelation.training.recommender_config import RecommenderConfig
from reelation.training.weighing import weigh

Floats = NDArray[np.float32]


def learn_recommender(
    events: Interactions | None,
    content: AtlasContent,
    facets: tuple[Facet, ...],
    node_types: Sequence[str],
    seed: int,
    config: RecommenderConfig | None = None,
    fame: Floats | None = None,
) -> Part:
    """Learn the part "recommender".

    Args:
        events: at most one a viewer and title, `stars` being verdicts; None where there are no viewers.
        content: of the atlas.
        facets: its facets.
        node_types: names of `content.node_type`'s values.
        seed: of what is held out at random, and of who is asked.
        config: how.
        fame: [titles] 0 to 1, share of titles that are less well known, by `reelation.training.parts.renown`.
    """
    ground = lay_ground(events, content, facets, node_types, config or RecommenderConfig(), fame)
    if events is None or not (events.stars > 0).any():
        empty = sparse_columns("", np.zeros(0, np.int64), np.zeros((0, 0), np.float32), 1)
        return Part({**ground.shared, **empty}, {"weights": {}, "titles": 0, "viewers": 0})
    weighed = weigh(events, ground, seed)
    part, stands = ground.draft(events), ground.standing(events)
    about: dict[str, Any] = {
        "titles": len(part.array("title")),
        "viewers": events.viewers,
        "entries": len(part.array("value")),
    }
    columns, lists = dict(part.columns), weighed["lists"]
    columns["standing"] = stood(stands, lists.weights)
    about |= {"weights": lists.weights, **lists.about}
    if "moments" in weighed:
        moments = weighed["moments"]
        columns["next standing"] = stood(stands, moments.weights)
        about |= {"next weights": moments.weights, "next": moments.about}
    return Part(columns, {**part.about, **about})


def stood(stands: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """[titles] standing, weighed."""
    return np.asarray(sum(np.float32(weights.get(name, 0)) * values for name, values in stands.items()), np.float32)
