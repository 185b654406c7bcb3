"""What an atlas needs to recommend: item weights from viewers, a measure of its own relatedness, and weights.

    verdicts of viewers + AtlasContent  ->  learn_recommender  ->  Part, read by `reelation.search.preference`

Item weights are EASE's, with three kinds of rows: every viewer's verdicts, stretches of likes close together in time,
and the atlas's relatedness as side information. What weighs how much is learned on likes held out from everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.blend import BlendConfig, joined, judged, learned
from reelation.evaluation.recommenders.linear import cut, item_weights
from reelation.evaluation.recommenders.popularity import recent_likes
from reelation.evaluation.recommenders.stacking import Stack, stack
from reelation.evaluation.splits import random_split
from reelation.search.preference import Preference
from reelation.seeds import generator

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

LEAST_ASKED = 20
"""Viewers with held-out likes below whom nothing is learned from them."""


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
    """Days over which recent popularity decays."""
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


def learn_recommender(
    events: Interactions | None,
    content: AtlasContent,
    facets: tuple[Facet, ...],
    seed: int,
    config: RecommenderConfig | None = None,
    fame: Floats | None = None,
) -> Part:
    """Learn the part "recommender".

    Args:
        events: at most one a viewer and title, `stars` being verdicts; None where there are no viewers.
        content: of the atlas.
        facets: its facets.
        seed: of what is held out at random, and of who is asked.
        config: how.
        fame: [titles] 0 to 1, share of titles that are less well known, by `reelation.training.parts.renown`.
    """
    config = config or RecommenderConfig()
    centre, metric = background(content, facets, config)
    shared: dict[str, Any] = {"centre": centre, "metric": metric}
    shared["fame"] = fame if fame is not None else np.zeros(len(content.vectors), np.float32)
    if events is None or not (events.stars > 0).any():
        empty = _draft(shared, np.zeros(0, np.int64), np.zeros((0, 0), np.float32), config.keep)
        return replace(empty, about={"weights": {}, "titles": 0, "viewers": 0})
    columns = np.flatnonzero(_counted(facets, len(centre), config.without))
    weights, about = _weigh(events, content, columns, shared, seed, config)
    places = _places(events, config)
    part = _draft(shared, places, _items(events, places, content, columns, config), config.keep)
    standing = sum(weights[name] * values for name, values in standing_of(events, config).items())
    about |= {"titles": len(places), "viewers": events.viewers, "entries": len(part.array("value"))}
    return Part({**part.columns, "standing": np.asarray(standing, np.float32)}, {"weights": weights, **about})


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


def _places(events: Interactions, config: RecommenderConfig) -> Rows:
    """Rows of the titles that get item weights, rising."""
    likes = np.bincount(events.title[events.stars > 0], minlength=events.titles)
    most = np.argsort(-likes, kind="stable")[: config.most]
    return np.sort(most[likes[most] >= config.least]).astype(np.int64)


def _items(
    events: Interactions, places: Rows, content: AtlasContent, columns: Rows, config: RecommenderConfig
) -> Floats:
    """[places, places] item weights."""
    if not len(places):
        return np.zeros((0, 0), np.float32)
    mine = events.matrix(stars=True)[:, places]
    products = np.asarray((mine.T @ mine).toarray(), np.float32)
    length, weight = config.stretches
    timed = events.only((events.stars > 0) & (events.time != UNKNOWN_TIME))
    if len(timed):
        rows = cut(timed, length)[:, places]
        products += np.float32(weight**2) * (rows.T @ rows).toarray()
    vectors = np.asarray(content.vectors[places])[:, columns]
    at = slice(None)
    terms = sparse.csr_array(
        (content.edge_value[at], content.edge_node[at], content.edge_start),
        shape=(len(content.vectors), len(content.node_type)),
    )[places]
    related = vectors @ vectors.T + (terms @ terms.T).toarray()
    length_of = np.sqrt(np.maximum(np.diag(related), 1e-9))
    products += np.float32(config.side) * related / length_of / length_of[:, None]
    return item_weights(products, config.strength)


def _draft(shared: dict[str, Any], places: Rows, items: Floats, keep: int) -> Part:
    """A part with the strongest `keep` weights a row, without standing; what it has to say is not weighed yet."""
    if keep < len(places):
        least = np.partition(np.abs(items), len(places) - keep, axis=1)[:, len(places) - keep, None]
        items = np.where(np.abs(items) >= least, items, 0)
    kept = sparse.csr_array(items)
    return Part(
        {
            **shared,
            "title": places.astype(np.int32),
            "start": kept.indptr.astype(np.int64),
            "other": places[kept.indices].astype(np.int32),
            "value": kept.data.astype(np.float32),
        },
        {"weights": {"viewers": 1.0, "content": 1.0}},
    )


def standing_of(events: Interactions, config: RecommenderConfig) -> dict[str, Floats]:
    """What a title is worth to anybody: [titles] a kind, of mean 0 and spread 1 over titles that somebody likes."""
    liked = events.only(events.stars > 0)
    counts = {"liked": liked.popularity().astype(np.float64)}
    timed = liked.only(liked.time != UNKNOWN_TIME)
    if len(timed):
        counts |= {
            f"recent {days:g}": 10.0 * recent_likes(timed, days).astype(np.float64) for days in config.half_lives
        }
    found = {}
    for name, count in counts.items():
        height = np.log1p(count)
        some = height[liked.popularity() > 0]
        found[name] = ((height - some.mean()) / max(float(some.std()), 1e-6)).astype(np.float32)
    return found


def _looks(events: Interactions, seed: int, config: RecommenderConfig) -> Iterator[tuple[Interactions, Interactions]]:
    """(known before, liked after), all within `events`."""
    liked = np.flatnonzero(events.stars > 0)
    if config.in_order and (events.time != UNKNOWN_TIME).all():
        times = np.sort(events.time[liked])
        end = int(times[-1])
        for window in range(1, config.windows + 1):
            start = int(times[max(0, int(len(times) * (1 - window / 10)) - 1)])
            after = (events.stars > 0) & (events.time > start) & (events.time <= end)
            yield events.only(events.time <= start), events.only(after)
            end = start
        return
    held = liked[random_split(events.only(liked), seed, (0.1, 0.0)).validation]
    kept = np.ones(len(events), bool)
    kept[held] = False
    yield events.only(kept), events.only(held)


def _weigh(
    events: Interactions,
    content: AtlasContent,
    columns: Rows,
    shared: dict[str, Any],
    seed: int,
    config: RecommenderConfig,
) -> tuple[dict[str, float], dict[str, Any]]:
    """How much each feature counts: learned on the looks, or a plain choice where too few can be asked."""
    names = ["viewers", "content", *standing_of(events, config)]
    blend = BlendConfig(calling=("=viewers", *(f"={name}" for name in names[2:])))
    stacks: list[Stack] = []
    rights: list[sparse.csr_array] = []
    for number, (known, after) in enumerate(_looks(events, seed, config)):
        places = _places(known, config)
        asked = np.intersect1d(known.viewer[known.stars > 0], after.viewer).astype(np.int64)
        right = after.matrix()[asked][:, places]
        able = np.flatnonzero(np.diff(right.indptr))
        able = np.sort(generator(seed, f"asked {number}").permutation(able)[: config.asked])
        if not len(able) or list(standing_of(known, config)) != names[2:]:
            continue
        draft = _draft(shared, places, _items(known, places, content, columns, config), config.keep)
        scores = _features(known, asked[able], places, content, draft, config)
        seen = known.matrix()[asked[able]][:, places].toarray() > 0
        stacks.append(stack(scores, seen, np.arange(len(able)), blend.calling, right[able], blend.each))
        rights.append(right[able])
    number = sum(len(one.viewers) for one in stacks)
    if number < LEAST_ASKED:
        plain = dict.fromkeys(names, 0.0) | {"viewers": 8.0, "content": 0.05, "liked": 0.05}
        return plain, {"asked": number}
    data, columns_of = joined(stacks), [f"={name}" for name in names]
    found = judged(data, rights, seed, blend, columns_of)
    best = max(found, key=lambda name: found[name])
    stacker = learned(best, data, blend, columns_of)
    weights = stacker.weights / stacker.spread
    told = {name: round(float(weight), 6) for name, weight in zip(names, weights, strict=True)}
    return told, {"asked": number, "chosen": best, "held-out NDCG@10": round(found[best], 4)}


def _features(
    known: Interactions, viewers: Rows, places: Rows, content: AtlasContent, draft: Part, config: RecommenderConfig
) -> dict[str, Floats]:
    """What a blend is made of, as `Preference` sees it: "=" and a name -> [viewers, places]."""
    shape = (len(viewers), len(places))
    found = {name: np.empty(shape, np.float32) for name in ("=viewers", "=content")}
    verdicts = known.matrix(stars=True)
    for number, viewer in enumerate(viewers.tolist()):
        own = slice(verdicts.indptr[viewer], verdicts.indptr[viewer + 1])
        one = Preference(content, draft, verdicts.indices[own].astype(np.int64), verdicts.data[own])
        found["=viewers"][number] = one.viewers[places]
        found["=content"][number] = one.content[places]
    standing = standing_of(known, config)
    return found | {f"={name}": np.broadcast_to(values[places], shape) for name, values in standing.items()}
