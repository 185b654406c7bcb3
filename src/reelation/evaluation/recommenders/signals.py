"""The features of our top-N blend: members of every family, popularity in time, and plain facts.

Known  ->  top_n_features  ->  (name, [viewers, titles]), one by one
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from reelation.evaluation.recommenders.content import content_knn, ease_rows
from reelation.evaluation.recommenders.factors import IalsConfig, ials
from reelation.evaluation.recommenders.known import Floats, Known
from reelation.evaluation.recommenders.linear import ease, histories, late_histories, stretches
from reelation.evaluation.recommenders.neighbours import item_knn, moment_knn, user_knn
from reelation.evaluation.recommenders.popularity import DAY, contemporary_popularity, recent_likes


@dataclass(frozen=True)
class SignalConfig:
    """Settings of the members."""

    strength: float = 200.0
    """Of EASE's penalty."""
    dislike: float = -0.3
    """What a dislike counts as in EASE's histories."""
    side_scale: float = 1.5
    side_width: int = 300
    ials: tuple[IalsConfig, ...] = field(
        default_factory=lambda: (IalsConfig(16, 20.0, 4.0), IalsConfig(64, 40.0, 6.0), IalsConfig(128, 60.0, 10.0))
    )
    stretches: tuple[tuple[int, float], ...] = ((15, 0.7), (40, 0.7))
    """Lengths and weights of the stretches of EASE's further rows."""
    late: tuple[float, ...] = (10.0, 50.0)
    """Likes over which histories decay; problems in order only."""
    moments: tuple[float, ...] = (600.0,)
    """Seconds over which `moment_knn` decays."""
    contemporaries: tuple[float, ...] = (0.5, 3.0, 10.0)
    """Widths of `contemporary_popularity`, in hundredths of all likes."""
    half_lives: tuple[float, ...] = (7.0, 30.0, 180.0)
    """Days; problems in order only."""
    age: bool = True
    """How long ago a title was liked first; problems in order only."""


TIMELESS = SignalConfig(stretches=(), late=(), moments=(), contemporaries=(), half_lives=(), age=False)
"""Nothing that knows when or in what order anything was liked."""


def top_n_features(known: Known, seed: int, config: SignalConfig) -> Iterator[tuple[str, Floats]]:
    """All features, the quick ones first.

    Members are scores of recommenders; names that start with "=" are plain numbers.
    """
    yield from _plain(known, config).items()
    for width in config.contemporaries:
        yield f"contemporaries {width:g}", np.log1p(contemporary_popularity(known, width))
    own, mixed = histories(known), histories(known, config.dislike)
    yield "EASE", ease(own, own, config.strength)
    yield "EASE, dislikes", ease(mixed, mixed, config.strength)
    yield "item-kNN", item_knn(known, 50)
    yield "user-kNN", user_knn(known, 100)
    yield "content", content_knn(known)
    for seconds in config.moments:
        yield f"moments {seconds:g} s", moment_knn(known, seconds)
    for number, one in enumerate(config.ials):
        yield f"iALS {number + 1}", ials(known, seed, one)
    side = ease_rows(known, config.side_scale, config.side_width, seed)
    yield "EASE, metadata and dislikes", ease(np.vstack([mixed, side]), mixed, config.strength)
    for length, weight in config.stretches:
        rows = np.vstack([mixed, np.float32(weight) * stretches(known, length), side])
        yield f"EASE, stretches of {length}", ease(rows, mixed, config.strength)
    if known.in_order:
        for half_life in config.late:
            late = late_histories(known, half_life)
            yield f"EASE, last {half_life:g}", ease(np.vstack([mixed, side]), late, config.strength)


def _plain(known: Known, config: SignalConfig) -> dict[str, Floats]:
    """Facts of titles and viewers, and how well they go together."""
    liked, disliked = known.liked, known.disliked
    shape = (liked.viewers, liked.titles)
    count = np.log1p(liked.popularity()).astype(np.float32)
    year = known.graph.year[known.rows].astype(np.float32)
    year = np.where(year > 0, year, np.median(year[year > 0]) if (year > 0).any() else 0).astype(np.float32)
    stars = np.bincount(liked.title, weights=liked.stars, minlength=liked.titles)
    stars += np.bincount(disliked.title, weights=disliked.stars, minlength=liked.titles)
    ratings = liked.popularity() + disliked.popularity()
    mean = stars.sum() / max(ratings.sum(), 1)
    quality = ((stars + 5 * mean) / (ratings + 5)).astype(np.float32)
    facts: dict[str, Floats] = {"log likes": count, "stars": quality, "year": year}
    if known.in_order:
        for half_life in config.half_lives:
            facts[f"recent {half_life:g} d"] = np.log1p(recent_likes(liked, half_life) * 10)
    if known.in_order and config.age:
        first = np.full(liked.titles, liked.time.max(), np.int64)
        np.minimum.at(first, liked.title, liked.time)
        facts["age"] = np.log1p((liked.time.max() - first) / DAY).astype(np.float32)
    found = {name: np.broadcast_to(fact, shape) for name, fact in facts.items()}
    history = liked.matrix()
    size = np.maximum(np.diff(history.indptr), 1).astype(np.float32)
    for name in ("log likes", "year"):
        usual = (history @ facts[name]) / size
        spread = np.sqrt(np.maximum((history @ facts[name] ** 2) / size - usual**2, 0)) + max(
            float(facts[name].std()) * 0.2, 1e-3
        )
        found[f"={name}, off the viewer's"] = np.asarray(
            np.abs(facts[name][None, :] - usual[:, None]) / spread[:, None], np.float32
        )
    found["=viewer's likes"] = np.broadcast_to(np.log1p(size)[:, None], shape)
    found["=disliked"] = np.asarray(disliked.matrix().toarray(), np.float32)
    return found
