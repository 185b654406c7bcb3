"""How a taste moves over time: shares of topics by period, the centre of the vectors, favourites early and late.

history with times  ->  periods  ->  trends (Cochran-Armitage) and the way of the centre (permutation test)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.histories.history import DISLIKE, LIKE, RATING, WATCH, History
from reelation.inference import discoveries, normal_two_sided, wilson_interval
from reelation.insights.titles import Title, title_at
from reelation.insights.topics import Topic, topics_of
from reelation.seeds import generator

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

RATE = 0.05
FEWEST = 20
"""Fewer titles with a known time tell nothing of a drift."""
_PER_PERIOD = 5
_FAVOURITES = 3
_SHUFFLES = 199
_TOPICS = {"genres": 6, "eras": 5, "countries": 3, "themes": 3}
"""The most frequent topics of each aspect that are followed."""


@dataclass(frozen=True)
class Period:
    """A year, or a quarter, of viewing."""

    label: str
    """"2019", or "2019 Q3"."""
    titles: int
    """Titles first seen in it."""
    moved: float
    """How far the centre of its titles lies from that of all titles seen, in mean distances of a title from it."""


@dataclass(frozen=True)
class Trend:
    """A topic's share over the periods."""

    topic: Topic
    aspect: str
    shares: tuple[float, ...]
    """One a period, 0 to 1; NaN where nothing was seen."""
    low: tuple[float, ...]
    """95 % interval (Wilson)."""
    high: tuple[float, ...]
    z: float
    """Of the trend test over the order of viewing: positive where the topic grew."""
    direction: str | None
    """"more" or "less" where it is more than chance at the false-discovery rate, else None."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node_id": self.topic.node_id,
            "name": self.topic.name,
            "type": self.topic.type,
            "aspect": self.aspect,
            "shares": [None if np.isnan(value) else round(value, 4) for value in self.shares],
            "low": [round(value, 4) for value in self.low],
            "high": [round(value, 4) for value in self.high],
            "z": round(self.z, 3),
            "direction": self.direction,
        }


@dataclass(frozen=True)
class Drift:
    """How a taste moved."""

    titles: int
    """Titles with a known time."""
    periods: tuple[Period, ...]
    trends: tuple[Trend, ...]
    """Surest first."""
    moved: float
    """Distance of the centre of the later half from that of the earlier, in mean distances of a title from them."""
    chance: float
    """What `moved` is on average where the order of viewing is shuffled."""
    p_value: float
    """The share of shuffles that move as far, this order counted in: 0.005 at the least."""
    facets: dict[str, float]
    """Facet -> its part of the (squared) way; they add up to 1."""
    first: tuple[Title, ...]
    """Best liked of the earlier half."""
    last: tuple[Title, ...]

    @property
    def certain(self) -> bool:
        """Whether the centre moved more than chance would have it, at 5 %."""
        return self.p_value <= RATE

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "titles": self.titles,
            "periods": [
                {"label": one.label, "titles": one.titles, "moved": round(one.moved, 4)} for one in self.periods
            ],
            "trends": [one.to_json() for one in self.trends],
            "moved": round(self.moved, 4),
            "chance": round(self.chance, 4),
            "p_value": round(self.p_value, 4),
            "certain": self.certain,
            "facets": {name: round(value, 4) for name, value in self.facets.items()},
            "first": [one.to_json() for one in self.first],
            "last": [one.to_json() for one in self.last],
        }


def drift(atlas: Atlas, history: History, seed: int) -> Drift | None:
    """How the history's taste moved; None where fewer than 20 titles have a time, or all have the same.

    Args:
        atlas: has topics and vectors.
        history: whose.
        seed: of the shuffles.
    """
    rows, times = first_seen(history)
    if len(rows) < FEWEST or times[0] == times[-1]:
        return None
    labels, period = periods_of(times)
    vectors = np.asarray(atlas.vectors[rows])
    middle = vectors.mean(axis=0)
    spread = float(np.linalg.norm(vectors - middle, axis=1).mean()) or 1.0
    centres = [vectors[period == i].mean(axis=0) for i in range(len(labels))]
    moved, chance, p_value, way = _moved(vectors, generator(seed, "drift"))
    squares = {
        facet.name: float(sum((way[block.columns] ** 2).sum() for block in facet.blocks))
        for facet in atlas.manifest.facets
    }
    whole = sum(squares.values()) or 1.0
    half = len(rows) // 2
    return Drift(
        titles=len(rows),
        periods=tuple(
            Period(label, int((period == i).sum()), float(np.linalg.norm(centres[i] - middle)) / spread)
            for i, label in enumerate(labels)
        ),
        trends=_trends(atlas, rows, times, period, len(labels)),
        moved=moved,
        chance=chance,
        p_value=p_value,
        facets={name: value / whole for name, value in squares.items() if value},
        first=_favourites(atlas, history, rows[:half]),
        last=_favourites(atlas, history, rows[half:]),
    )


def first_seen(history: History) -> tuple[Rows, Rows]:
    """Titles with a known time, oldest first, and when each was first seen."""
    known = np.isin(history.kind, (RATING, WATCH, LIKE, DISLIKE)) & (history.time != UNKNOWN_TIME)
    rows, first = np.unique(history.row[known], return_index=True)  # events are in the order of time
    times = history.time[known][first]
    order = np.lexsort((rows, times))
    return rows[order], times[order]


def periods_of(times: Rows) -> tuple[tuple[str, ...], Rows]:
    """Calendar years, or quarters where all lies within two years; scarce ones join the one before.

    Args:
        times: [titles] seconds since 1970, rising.

    Returns:
        labels [periods]; the period of each title [titles].
    """
    dates = [datetime.fromtimestamp(int(time), UTC) for time in times]
    yearly = dates[-1].year - dates[0].year >= 2
    names = [str(date.year) if yearly else f"{date.year} Q{(date.month + 2) // 3}" for date in dates]
    labels: list[str] = []
    numbers: list[int] = []
    size = 0
    for place, name in enumerate(names):
        fresh = not place or name != names[place - 1]
        if not labels or (fresh and size >= _PER_PERIOD):
            labels.append(name)
            size = 0
        elif fresh:
            labels[-1] = f"{labels[-1].split('–')[0]}–{name}"
        numbers.append(len(labels) - 1)
        size += 1
    if size < _PER_PERIOD and len(labels) > 1:  # the last one joins the one before it
        last = labels.pop()
        labels[-1] = f"{labels[-1].split('–')[0]}–{last.split('–')[-1]}"
        numbers = [min(number, len(labels) - 1) for number in numbers]
    return tuple(labels), np.array(numbers, np.int64)


def _moved(vectors: NDArray[np.float32], random: np.random.Generator) -> tuple[float, float, float, Floats]:
    """How far the later half is from the earlier one, against halves drawn at random.

    Source: a permutation test of two means, e.g. Anderson 2001, doi:10.1111/j.1442-9993.2001.01070.pp.x.
    """
    count = len(vectors)
    half = count // 2
    centred = vectors - vectors.mean(axis=0)
    signs = np.where(np.arange(count) < half, -1 / half, 1 / (count - half)).astype(np.float32)
    shuffled = random.permuted(np.broadcast_to(signs, (_SHUFFLES, count)), axis=1)
    every = np.concatenate([signs[None], shuffled])
    ways = every @ centred
    lengths = np.linalg.norm(ways, axis=1).astype(np.float64)
    scale = float(np.linalg.norm(centred, axis=1).mean()) or 1.0
    p_value = float((lengths >= lengths[0] - 1e-9).mean())
    return float(lengths[0]) / scale, float(lengths[1:].mean()) / scale, p_value, ways[0].astype(np.float64)


def _trends(atlas: Atlas, rows: Rows, times: Rows, period: Rows, periods: int) -> tuple[Trend, ...]:
    found = []
    order = _ranks(times)
    for aspect, most in _TOPICS.items():
        topics = topics_of(atlas, aspect)
        if not len(topics):
            continue
        places, numbers = topics.of(rows)
        counts = np.bincount(numbers, minlength=len(topics))
        for number in np.argsort(-counts, kind="stable")[:most].tolist():
            if counts[number] < _PER_PERIOD:
                continue
            has = np.zeros(len(rows))
            has[places[numbers == number]] = 1
            known = np.zeros(len(rows), bool)
            known[places] = True
            found.append((aspect, topics.topic(number), has[known], order[known], period[known]))
    if not found:
        return ()
    scores = np.array([trend_score(has, at) for _, _, has, at, _ in found])
    called, _ = discoveries(normal_two_sided(scores), RATE)
    trends = []
    for (aspect, topic, has, _, when), z, certain in zip(found, scores.tolist(), called.tolist(), strict=True):
        seen = np.bincount(when, weights=has, minlength=periods).astype(np.float64)
        of = np.bincount(when, minlength=periods)
        low, high = wilson_interval(seen, of)
        shares = np.divide(seen, of, out=np.full(periods, np.nan), where=of > 0)
        direction = ("more" if z > 0 else "less") if certain else None
        trends.append(
            Trend(topic, aspect, tuple(shares.tolist()), tuple(low.tolist()), tuple(high.tolist()), z, direction)
        )
    return tuple(sorted(trends, key=lambda trend: -abs(trend.z)))


def trend_score(has: Floats, at: Floats) -> float:
    """The standard normal score of a trend of a 0/1 value over `at`; 0 where either does not vary.

    Source: Armitage 1955, doi:10.2307/3001775, with the variance of permuting `has`.
    """
    apart = at - at.mean()
    p = has.mean()
    variance = p * (1 - p) * len(has) / max(len(has) - 1, 1) * float(apart @ apart)
    return float(has @ apart) / variance**0.5 if variance > 0 else 0.0


def _ranks(times: Rows) -> Floats:
    """Places in time, the same for the same time: one long evening counts as one moment."""
    _, inverse, counts = np.unique(times, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def _favourites(atlas: Atlas, history: History, rows: Sequence[int] | Rows) -> tuple[Title, ...]:
    seen, liking = history.liking
    values = liking[np.searchsorted(seen, rows)]
    best = np.argsort(-values, kind="stable")[:_FAVOURITES]
    return tuple(title_at(atlas, int(rows[i])) for i in best if values[i] > 0)
