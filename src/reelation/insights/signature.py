"""What somebody sees more, or less, of than the average does, each with its exact interval.

history + shares of the average  ->  leanings by aspect

Of n titles seen, k have a topic; the average has it with share p. Lift is k / (n p). Its interval is that of k / n
over p, exact whatever the counts. A topic is called a signature where it passes the false-discovery rate of its
aspect, and then its interval has the level that goes with so many discoveries: it leaves 1 out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.inference import discoveries, normal_quantile, normal_two_sided, share_interval, two_sided
from reelation.insights.topics import ASPECTS, Topic, Topics, edges_of, topics_of

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

RATE = 0.05
"""The expected share of false ones among all that is called a signature of one aspect."""
_FEWEST = 3
"""Topics with fewer titles in the atlas are not looked at: a rule that no history has a say in."""
_FEWEST_JUDGED = 3
_CLOSED = ("genres", "eras", "countries", "languages")
"""Aspects so small that seeing nothing of a topic says something."""


@dataclass(frozen=True)
class Liking:
    """How titles of one topic are liked, against all that the person judged."""

    difference: float
    """Mean liking of the topic's titles less that of all, -2 to 2 (1 is two stars)."""
    low: float
    high: float
    judged: int
    """How many titles it is the mean of."""
    stands_out: bool
    """The interval leaves 0 out at the false-discovery rate."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "difference": round(self.difference, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "judged": self.judged,
            "stands_out": self.stands_out,
        }


@dataclass(frozen=True)
class Leaning:
    """One topic in somebody's history."""

    topic: Topic
    seen: int
    """Titles seen that have it."""
    share: float
    """Of the titles seen that can have one, 0 to 1."""
    average: float
    """The share of the average, 0 to 1."""
    lift: float
    """`share` over `average`."""
    low: float
    """The interval of `lift`; 95 % for one alone, wider for signatures among many."""
    high: float
    signature: Literal["more", "less"] | None
    """Whether more or less than the average for certain; None where chance would do."""
    p_value: float
    roles: tuple[str, ...] = ()
    """Of people: by which roles, most frequent first."""
    liking: Liking | None = None
    """None where fewer than 3 of the titles were judged."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "node_id": self.topic.node_id,
            "name": self.topic.name,
            "type": self.topic.type,
            "roles": list(self.roles),
            "titles": self.topic.titles,
            "seen": self.seen,
            "share": round(self.share, 6),
            "average": round(self.average, 6),
            "lift": round(self.lift, 3),
            "low": round(self.low, 3),
            "high": round(self.high, 3),
            "signature": self.signature,
            "p_value": float(f"{self.p_value:.3g}"),
            "liking": self.liking.to_json() if self.liking else None,
        }


@dataclass(frozen=True)
class Leanings:
    """All that is said of one aspect."""

    aspect: str
    titles: int
    """Titles seen that have any topic of the aspect."""
    topics: int
    """How many topics were compared."""
    items: tuple[Leaning, ...]
    """Signatures of more first, surest first, then what is frequent without being one."""
    less: tuple[Leaning, ...]
    """Signatures of less, surest first; of genres, eras, countries and languages only."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "titles": self.titles,
            "topics": self.topics,
            "items": [item.to_json() for item in self.items],
            "less": [item.to_json() for item in self.less],
        }


@dataclass(frozen=True)
class _Titles:
    """What is compared: titles seen, and the average's, with the edges of both."""

    rows: Rows
    edges: tuple[Rows, Rows]
    weights: Floats
    counted: Rows | None = None
    """Titles of the average, where all their topics count; None where only topics of `rows` do."""
    edges_counted: tuple[Rows, Rows] | None = None


@dataclass(frozen=True)
class _Draft:
    """One aspect before its intervals are known."""

    topics: Topics
    counts: Counts
    p_values: Floats
    called: NDArray[np.bool_]
    level: float
    compared: int
    more: tuple[int, ...]
    less: tuple[int, ...]


def leanings(
    atlas: Atlas,
    rows: Rows,
    liking: Floats,
    weights: Floats,
    *,
    count: int,
    aspects: Sequence[str] = tuple(ASPECTS),
    unseen: bool = False,
) -> dict[str, Leanings]:
    """What `rows` have more and less of than the average.

    Args:
        atlas: has the topics.
        rows: [titles] what was seen.
        liking: [titles] -1 to 1; NaN where it was not judged.
        weights: [titles of the atlas] the average's share of each title, adding up to 1.
        count: topics an aspect, and a direction.
        aspects: of `ASPECTS`; one that the atlas has no topic of is left out.
        unseen: look at all that the average sees twice in so many titles, instead of what was seen.
    """
    every = [topics_of(atlas, aspect) for aspect in aspects]
    titles = _Titles(rows, edges_of(atlas, rows), weights)
    if unseen:
        counted = np.flatnonzero(weights > 0)
        titles = replace(titles, counted=counted, edges_counted=edges_of(atlas, counted))
    drafts = [_draft(topics, titles, count) for topics in every if len(topics)]
    chosen = [(draft, i) for draft in drafts for i in (*draft.more, *draft.less)]
    seen = np.array([draft.counts.seen[i] for draft, i in chosen])
    of = np.array([float(draft.counts.of) for draft, _ in chosen])
    level = np.array([draft.level if draft.called[i] else 1 - RATE for draft, i in chosen])
    low, high = share_interval(seen, of, level) if chosen else (seen, seen)
    ends = {(draft.topics.aspect, i): (low[at], high[at]) for at, (draft, i) in enumerate(chosen)}
    found = {}
    for draft in drafts:
        likings = _likings(draft.counts, liking)

        def leaning(i: int, draft: _Draft = draft, likings: dict[int, Liking] = likings) -> Leaning:
            return _leaning(draft, i, ends[draft.topics.aspect, i], likings.get(i), rows)

        found[draft.topics.aspect] = Leanings(
            aspect=draft.topics.aspect,
            titles=draft.counts.of,
            topics=draft.compared,
            items=tuple(leaning(i) for i in draft.more),
            less=tuple(leaning(i) for i in draft.less),
        )
    return found


@dataclass(frozen=True)
class Counts:
    """Topics of one aspect in some titles and in the average."""

    topic: Rows
    """[topics] numbers of `Topics`."""
    seen: Floats
    """[topics] how many titles have each."""
    of: int
    """Titles with any topic of the aspect; the others tell nothing."""
    share: Floats
    """[topics] the average's share, among its titles with any topic."""
    places: Rows
    """[pairs] place in the titles asked about."""
    at: Rows
    """[pairs] place in `topic` of what that title has."""


def _count(topics: Topics, titles: _Titles) -> Counts:
    """How many of the titles seen have each topic, and what share the average has of it."""
    places, numbers = topics.of(titles.rows, titles.edges)
    weights = titles.weights
    seen = np.bincount(numbers, minlength=len(topics)).astype(np.float64)
    of = len(np.unique(places))
    whole = max(float(weights[topics.covered].sum()), 1e-12)
    wanted = topics.titles >= _FEWEST
    if titles.counted is not None:
        owners, theirs = topics.of(titles.counted, titles.edges_counted)
        every = np.bincount(theirs, weights=weights[titles.counted[owners]], minlength=len(topics)) / whole
        chosen = np.flatnonzero(wanted & (every * of >= 2))
        share = every[chosen]
    else:
        chosen = np.flatnonzero(wanted if topics.aspect in _CLOSED else wanted & (seen > 1))
        share = topics.weigh(chosen, weights) / whole
    at = np.full(len(topics), -1)
    at[chosen] = np.arange(len(chosen))
    kept = at[numbers] >= 0
    return Counts(chosen, seen[chosen], of, np.clip(share, 0, 1), places[kept], at[numbers[kept]])


def _draft(topics: Topics, titles: _Titles, count: int) -> _Draft:
    counts = _count(topics, titles)
    unseen = titles.counted is not None
    compared = len(counts.topic) if unseen else int((topics.titles >= _FEWEST).sum())
    p_values = two_sided(counts.seen, np.full(len(counts.seen), float(counts.of)), counts.share)
    called, level = discoveries(p_values, RATE, compared)
    more = counts.seen > counts.of * counts.share
    order = np.lexsort((-counts.seen, p_values)).tolist()
    signatures = [i for i in order if called[i] and more[i]][:count]
    rest = [i for i in order if not called[i] and more[i] and counts.seen[i] > 1]
    shown = (*signatures, *rest[: count - len(signatures)])
    telling = unseen or topics.aspect in _CLOSED
    less = tuple([i for i in order if telling and called[i] and not more[i]][:count])
    return _Draft(topics, counts, p_values, called, level, compared, shown, less)


def _leaning(draft: _Draft, i: int, ends: tuple[float, float], liking: Liking | None, rows: Rows) -> Leaning:
    counts = draft.counts
    share, average = counts.seen[i] / max(counts.of, 1), max(float(counts.share[i]), 1e-12)
    people = draft.topics.aspect == "people"
    having = rows[counts.places[counts.at == i]]
    direction: Literal["more", "less"] = "more" if share > average else "less"
    return Leaning(
        topic=draft.topics.topic(int(counts.topic[i])),
        seen=int(counts.seen[i]),
        share=float(share),
        average=average,
        lift=float(share / average),
        low=float(ends[0] / average),
        high=float(ends[1] / average),
        signature=direction if draft.called[i] else None,
        p_value=float(draft.p_values[i]),
        roles=draft.topics.roles(int(counts.topic[i]), having) if people else (),
        liking=liking,
    )


def _likings(counts: Counts, liking: Floats) -> dict[int, Liking]:
    """By place in `counts.topic`: whether what has the topic is liked more than the rest.

    The mean of k titles drawn without regard to the topic from the n judged ones has the variance
    s^2 (1 / k - 1 / n); the test and the interval are normal with it.
    """
    judged = np.isfinite(liking)
    kept = judged[counts.places]
    values, at = liking[counts.places[kept]], counts.at[kept]
    size = np.bincount(at, minlength=len(counts.topic))
    enough = np.flatnonzero(size >= _FEWEST_JUDGED)
    spread = float(liking[judged].std(ddof=1)) if judged.sum() > 1 else 0.0
    enough = enough[size[enough] < judged.sum()]
    if not len(enough) or not spread:
        return {}
    sums = np.bincount(at, weights=values, minlength=len(counts.topic))
    apart = sums[enough] / size[enough] - float(liking[judged].mean())
    error = spread * np.sqrt(1 / size[enough] - 1 / judged.sum())
    called, level = discoveries(normal_two_sided(apart / error), RATE)
    wide = error * np.where(called, normal_quantile((1 + level) / 2), normal_quantile(1 - RATE / 2))
    return {
        int(i): Liking(float(d), float(d - w), float(d + w), int(size[i]), bool(c))
        for i, d, w, c in zip(enough, apart, wide, called, strict=True)
    }
