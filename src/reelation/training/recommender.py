"""What an atlas needs to recommend: item weights from viewers, measures of its own relatedness, and weights.

    verdicts of viewers + AtlasContent  ->  learn_recommender  ->  Part, read by `reelation.search.preference`

Item weights are EASE's, with three kinds of rows: every viewer's verdicts, stretches of likes close together in time,
and the atlas's relatedness as side information; and, where times are known, those of what is liked next. What weighs
how much is learned on likes held out from everything (`reelation.training.weighing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.search.preference import CONTENT, NEXT, REACH, VIEWERS
from reelation.search.reach import lengths
from reelation.training.item_weights import following, most_liked, sparse_columns, together
from reelation.training.standing import Passing, standing

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

RELATIONS = ("person", "genre", "keyword", "subject", "company", "country")
"""Types of nodes along which histories and trends spread, where the atlas has any."""


@dataclass(frozen=True)
class TimeConfig:
    """What is told from when things were liked; chosen on validation windows (docs/research/time.md)."""

    viewers: tuple[float, ...] = (3.0, 10.0, 30.0)
    """Half-lives, in likes, of histories that item weights are asked with, beside the whole history."""
    following: tuple[float, ...] = (1.0, 3.0, 10.0, 30.0)
    """The same for weights of what is liked next."""
    content: tuple[float, ...] = (10.0,)
    """The same for relatedness."""
    reach: tuple[float, ...] = (0.0, 3.0, 10.0)
    """The same for what spreads along each relation; 0: the whole history, verdicts as they are."""
    trends: tuple[float, ...] = (7.0, 180.0)
    """Days over which likes decay that are passed on along each relation."""
    recent: tuple[float, ...] = (1.0, 7.0, 30.0, 180.0)
    """Days over which recent popularity decays."""
    learned_half_life: float = 10.0
    """Likes; of the histories that weights of what is liked next are learned from."""
    strength: float = 200.0
    """Of their penalty."""
    most: int = 4000
    """Titles that have them, the most liked ones."""


@dataclass(frozen=True)
class RecommenderConfig:
    """How it is learned; the defaults were chosen on validation data (docs/research/topn.md)."""

    most: int = 8000
    """Titles with item weights, the most liked ones."""
    least: int = 3
    """Likes that a title needs to be among them."""
    strength: float = 200.0
    """Of EASE's penalty."""
    stretches: tuple[int, float] = (15, 0.7)
    """Length of the stretches, and their weight as rows."""
    side: float = 100.0
    """How much the atlas's own relatedness counts beside viewers: a cosine of 1 as much as so many who like both."""
    keep: int = 500
    """Strongest item weights kept a title."""
    half_lives: tuple[float, ...] = (7.0, 30.0, 180.0)
    """Days over which recent popularity decays, where `time` is None."""
    ridge: float = 0.03
    """Added to the covariance, as a share of the mean variance."""
    without: tuple[str, ...] = ("audience",)
    """Facets that relatedness leaves out: viewers are in the item weights already."""
    in_order: bool = True
    """Weigh on what viewers liked last, where all times are known; else on a random tenth of each one's likes."""
    windows: int = 3
    """Looks of a tenth of the likes each, one before the other; in order only."""
    asked: int = 400
    """Most viewers asked a look."""
    moments: int = 250
    """Most likes a look that are asked for one by one, everything before each known; in order only."""
    time: TimeConfig | None = field(default_factory=TimeConfig)
    """None: order tells nothing but by `stretches` and `half_lives`. Not used where questions are not in order."""

    def __post_init__(self) -> None:
        """Take `time` as a manifest has it, too."""
        if isinstance(self.time, Mapping):
            lists = {name: tuple(value) if isinstance(value, list) else value for name, value in self.time.items()}
            object.__setattr__(self, "time", TimeConfig(**lists))


TODAY = RecommenderConfig(time=None)
"""Recent popularity and stretches of likes, and nothing else that knows time."""
STATIC = RecommenderConfig(time=None, half_lives=(), stretches=(15, 0.0))
"""Nothing that knows time."""


@dataclass(frozen=True)
class Ground:
    """What stays the same whatever is known of viewers."""

    content: AtlasContent
    columns: Rows
    """Columns of the vectors that relatedness counts."""
    shared: dict[str, Any]
    """Columns of the part."""
    relations: tuple[str, ...]
    passing: Passing | None
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
        half_lives = {
            VIEWERS: [0.0, *time.viewers],
            NEXT: list(time.following),
            CONTENT: [0.0, *time.content],
            REACH: list(time.reach),
        }
        return Part(columns, {"weights": {}, "half_lives": half_lives, "relations": list(self.relations)})

    def standing(self, events: Interactions) -> dict[str, Floats]:
        """What titles are worth to anybody when `events` are known; see `reelation.training.standing`."""
        time = self.config.time
        if time is None:
            return standing(events, self.config.half_lives, None, ())
        return standing(events, time.recent, self.passing, time.trends)


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
    from reelation.training.weighing import weigh

    ground = lay_ground(events, content, facets, node_types, config or RecommenderConfig(), fame)
    if events is None or not (events.stars > 0).any():
        empty = sparse_columns("", np.zeros(0, np.int64), np.zeros((0, 0), np.float32), 1)
        return Part({**ground.shared, **empty}, {"weights": {}, "titles": 0, "viewers": 0})
    weighed = weigh(events, ground, seed)
    part, stands = ground.draft(events), ground.standing(events)
    about = {"titles": len(part.array("title")), "viewers": events.viewers, "entries": len(part.array("value"))}
    columns, lists = dict(part.columns), weighed["lists"]
    columns["standing"] = stood(stands, lists.weights)
    about |= {"weights": lists.weights, **lists.about}
    if timed := events.time[events.time != UNKNOWN_TIME].tolist():
        about["last"] = max(timed)
    if "moments" in weighed:
        moments = weighed["moments"]
        columns["next standing"] = stood(stands, moments.weights)
        about |= {"next weights": moments.weights, "next": moments.about}
    return Part(columns, {**part.about, **about})


def stood(stands: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """[titles] standing, weighed."""
    return np.asarray(sum(np.float32(weights.get(name, 0)) * values for name, values in stands.items()), np.float32)


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
    shared: dict[str, Any] = {"centre": centre, "metric": metric}
    shared["fame"] = fame if fame is not None else np.zeros(len(content.vectors), np.float32)
    columns = np.flatnonzero(_counted(facets, len(centre), config.without))
    ordered = config.in_order and events is not None and bool((events.time != UNKNOWN_TIME).all())
    if not ordered or config.time is None:
        return Ground(content, columns, shared, (), None, replace(config, time=None))
    there = np.unique(content.node_type[content.edge_node])
    relations = tuple(name for name in RELATIONS if name in node_types and node_types.index(name) in there)
    kinds = np.array([node_types.index(name) for name in relations], np.int16)
    shared |= {"relation": kinds, "length": lengths(content, kinds)}
    return Ground(content, columns, shared, relations, Passing(content, relations, kinds, shared["length"]), config)


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
