"""What recommendations rest on whatever is known of viewers: relatedness against what is usual, and relations.

    AtlasContent, facets  ->  lay_ground  ->  Ground
    Ground, events known  ->  draft (item weights), standing (what titles are worth to anybody)

So the same atlas can be asked what it would have said when less was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.rows import share_below
from reelation.search.preference import NEXT, REACH, VIEWERS
from reelation.training.item_weights import following, most_liked, sparse_columns, together
from reelation.training.recommender_config import RecommenderConfig
from reelation.training.standing import Passing, standing

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

RELATIONS = ("person", "genre", "keyword", "subject", "company", "country")
"""Types of nodes along which histories and trends spread, where the atlas has any."""


@dataclass(frozen=True)
class Ground:
    """What stays the same whatever is known of viewers."""

    content: AtlasContent
    columns: Rows
    """Columns of the vectors that relatedness counts."""
    shared: dict[str, Any]
    """Columns of the part."""
    passing: Passing | None
    """Along relations; None where time is not used."""
    in_order: bool
    """Whether what was liked can be asked for in order of time."""
    config: RecommenderConfig
    """With `time` None where it is not used."""

    def draft(self, events: Interactions) -> Part:
        """A part with item weights from `events`, without standing; what it has to say is not weighed yet."""
        config, time = self.config, self.config.time
        places = most_liked(events, config.most, config.least)
        weights = together(events, places, self.content, self.columns, config.stretches, config.side, config.strength)
        columns = {**self.shared, **sparse_columns("", places, weights, config.keep)}
        if time is None:
            return Part(columns, {"weights": {}})
        places = most_liked(events, time.most, config.least)
        weights = following(events, places, time.learned_half_life, time.strength)
        columns |= sparse_columns("next ", places, weights, config.keep)
        half_lives = {VIEWERS: [0.0, *time.viewers], NEXT: list(time.following), REACH: list(time.reach)}
        relations = list(self.passing.matrices) if self.passing is not None else []
        return Part(columns, {"weights": {}, "half_lives": half_lives, "relations": relations})

    def standing(self, events: Interactions) -> dict[str, Floats]:
        """What titles are worth to anybody when `events` are known; see `reelation.training.standing`."""
        return standing(events, self.config, self.passing)


def lay_ground(
    events: Interactions | None,
    content: AtlasContent,
    facets: tuple[Facet, ...],
    node_types: Sequence[str],
    config: RecommenderConfig,
    fame: Floats | None = None,
) -> Ground:
    """What `learn_recommender` begins with; the arguments are the same."""
    centre, metric = background(content, facets, config)
    if fame is None:
        liked = np.zeros(0, np.int64) if events is None else events.title[events.stars > 0]
        fame = share_below(np.bincount(liked, minlength=len(content.vectors)))
    shared: dict[str, Any] = {"centre": centre, "metric": metric, "fame": fame}
    columns = np.flatnonzero(_counted(facets, len(centre), config.without))
    ordered = config.in_order and events is not None and bool((events.time != UNKNOWN_TIME).all())
    if not ordered or config.time is None:
        return Ground(content, columns, shared, None, ordered, replace(config, time=None))
    there = np.unique(content.node_type[content.edge_node])
    relations = tuple(name for name in RELATIONS if name in node_types and node_types.index(name) in there)
    passing = Passing(content, relations, node_types)
    shared |= {"relation": passing.kinds, "length": passing.length}
    return Ground(content, columns, shared, passing, ordered, config)


def _counted(facets: tuple[Facet, ...], width: int, without: tuple[str, ...]) -> NDArray[np.bool_]:
    """[width] True for columns of the vectors whose facet is not in `without`."""
    kept = np.ones(width, bool)
    for facet in facets:
        if facet.name in without:
            for block in facet.blocks:
                kept[block.columns] = False
    return kept


def background(content: AtlasContent, facets: tuple[Facet, ...], config: RecommenderConfig) -> tuple[Floats, Floats]:
    """The mean of all titles and the inverse of their covariance, as large in all as relatedness was.

    Returns:
        centre [width]; metric [width, width], symmetric, zero rows and columns for facets left out.
    """
    vectors, width = content.vectors, content.vectors.shape[1]
    kept = np.flatnonzero(_counted(facets, width, config.without))
    centre = vectors.mean(axis=0, dtype=np.float64)
    products = np.zeros((len(kept), len(kept)))
    for at in range(0, len(vectors), 65_536):
        some = vectors[at : at + 65_536][:, kept] - centre[kept].astype(np.float32)
        products += some.T @ some
    covariance = products / len(vectors)
    total = float(np.trace(covariance))
    metric = np.zeros((width, width), np.float32)
    if total > 0:
        inverse = np.linalg.inv(covariance + config.ridge * total / len(kept) * np.eye(len(kept)))
        inverse *= total / np.sum(inverse * covariance)
        metric[np.ix_(kept, kept)] = (inverse + inverse.T) / 2
    return centre.astype(np.float32), metric
