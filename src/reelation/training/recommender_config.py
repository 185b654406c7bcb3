"""How the part "recommender" is learned: what counts, over how long, and what nothing of time is.

RecommenderConfig(time=TimeConfig() or None)  ->  reelation.training.ground, reelation.training.weighing
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TimeConfig:
    """What is told from when things were liked; chosen on validation windows (docs/research/time.md)."""

    viewers: tuple[float, ...] = (3.0, 10.0, 30.0)
    """Half-lives, in likes, of histories that item weights are asked with, beside the whole history."""
    following: tuple[float, ...] = (1.0, 3.0, 10.0, 30.0)
    """The same for weights of what is liked next."""
    reach: tuple[float, ...] = (0.0, 3.0, 10.0)
    """The same for what spreads along each relation; 0: the whole history, verdicts as they are."""
    trends: tuple[float, ...] = (7.0, 180.0)
    """Days over which likes decay that are passed on along each relation."""
    recent: tuple[float, ...] = (1.0, 7.0, 30.0, 180.0)
    """Days over which recent popularity decays."""
    lately: tuple[float, ...] = (0.5, 3.0, 10.0)
    """The same over percents of all likes instead of days, and counted as they are instead of by their logarithm; in
    lists only."""
    learned_half_life: float = 10.0
    """Likes; of the histories that weights of what is liked next are learned from."""
    strength: float = 200.0
    """Of their penalty."""
    most: int = 4000
    """Titles that have them, the most liked ones."""
    firm: tuple[float, float] = (3.0, 30.0)
    """How many times as strong the penalty of lists is for decayed histories, and for relations and trends."""


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
    penalty: float = 0.1
    """Of what weighs how much; in order only, else it is chosen by cross-fitting."""
    time: TimeConfig | None = field(default_factory=TimeConfig)
    """None: order tells nothing but by `stretches` and `half_lives`. Not used where questions are not in order."""


TODAY = RecommenderConfig(time=None)
"""Recent popularity and stretches of likes, and nothing else that knows time."""
STATIC = RecommenderConfig(time=None, half_lives=(), stretches=(15, 0.0))
"""Nothing that knows time."""
