"""Pairs of themes that come together more than they used to: this decade's co-occurrence against the past's.

tags and years  ->  pairs with their lift before and now, and the ratio of the two with its interval

In each window (ten years), titles with both themes would number E = n_a n_b S / T^2 if the themes had nothing to do
with each other but that some titles carry more themes than others: with k themes on a title, S is the sum of
k (k - 1) and T that of k (the configuration model of Chung & Lu 2002, doi:10.1007/PL00012580). So neither growing
themes nor busier tagging make a pair. Lift is the number there is over E. If a pair's lift has not changed, then of
all its titles the recent ones are a share E_recent / (E_recent + E_before): an exact test of two Poisson rates given
their sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.errors import UsageError
from reelation.inference import discoveries, false_discovery, share_interval, two_sided
from reelation.insights.listing import Listing
from reelation.insights.titles import Title, title_at
from reelation.insights.topics import ASPECTS, Topic, Topics, topics_of

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

RATE = 0.05
_FEWEST = 5
"""Pairs with fewer titles in all are not tested: a rule that takes no notice of when they are."""
_MOST_TOPICS = 1_500
_PAIRS_AT_ONCE = 4_000_000
"""Pairs that titles make, counted at a time."""
_EXAMPLES = 3
_DEFAULT = ("genre", "keyword", "subject", "trope")


@dataclass(frozen=True)
class EmergingPair:
    """Two themes that come together more than before."""

    one: Topic
    two: Topic
    recent: int
    """Titles with both, in the recent years."""
    before: int
    recent_lift: float
    """Over what there would be if they had nothing to do with each other."""
    before_lift: float
    ratio: float
    """`recent_lift` over `before_lift`; infinite where they never met before."""
    low: float
    """The interval of `ratio`, of the level that goes with so many discoveries: it leaves 1 out."""
    high: float
    q_value: float
    """The false-discovery rate at which it would still be listed."""
    examples: tuple[Title, ...]
    """Latest first."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; an infinite ratio is null."""
        return {
            "one": {"node_id": self.one.node_id, "name": self.one.name, "type": self.one.type},
            "two": {"node_id": self.two.node_id, "name": self.two.name, "type": self.two.type},
            "recent": self.recent,
            "before": self.before,
            "recent_lift": round(self.recent_lift, 4),
            "before_lift": round(self.before_lift, 4),
            "ratio": round(self.ratio, 4) if np.isfinite(self.ratio) else None,
            "low": round(self.low, 4),
            "high": round(self.high, 4) if np.isfinite(self.high) else None,
            "q_value": float(f"{self.q_value:.3g}"),
            "examples": [title.to_json() for title in self.examples],
        }


@dataclass(frozen=True)
class EmergingPairs(Listing[EmergingPair]):
    """Emerging pairs, surest first."""

    since: int
    """The first of the recent years."""
    until: int
    first: int
    """The first year of the past."""
    titles: int
    """Titles with a year and any theme."""
    tested: int
    """Pairs that were tested."""
    called: int
    """How many of them emerge at the rate."""
    rate: float
    """Of false ones to be expected among those called."""
    items: tuple[EmergingPair, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "since": self.since,
            "until": self.until,
            "first": self.first,
            "titles": self.titles,
            "tested": self.tested,
            "called": self.called,
            "rate": self.rate,
            "pairs": [one.to_json() for one in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: one, two, recent, before, recent_lift, before_lift, ratio, low, high, q_value."""
        import polars as pl

        rows = [{**one.to_json(), "one": one.one.name, "two": one.two.name} for one in self.items]
        return pl.DataFrame(rows, infer_schema_length=None).drop("examples") if rows else pl.DataFrame()


def emerging(
    atlas: Atlas, *, by: Sequence[str] = (), since: int | None = None, count: int = 20, rate: float = RATE
) -> EmergingPairs:
    """Pairs whose co-occurrence rose against expectation, at a false-discovery rate.

    Args:
        atlas: has tags and years.
        by: types of tags: genre, keyword, subject, trope, country …; where empty, the first four.
        since: the first recent year; where None, ten years back from the last one.
        count: pairs to list at the most, 1 to 10,000.
        rate: of false discoveries, above 0 and below 1.

    Raises:
        UsageError: no such tags, no years before or after `since`, or a value out of range.

    Source: Przyborowski & Wilenski 1940, doi:10.1093/biomet/31.3-4.313, for the test; Benjamini & Hochberg 1995 for
        the rate. Filtering on the pair's total is independent of the test, which is given that total (Bourgon,
        Gentleman & Huber 2010, doi:10.1073/pnas.0914005107).
    """
    if not 1 <= count <= 10_000:
        raise UsageError(f"asked for {count} pairs; 1 to 10,000 is possible")
    if not 0 < rate < 1:
        raise UsageError(f"the false-discovery rate is {rate}; it must lie between 0 and 1")
    every, owner, theme, labels = _tags(atlas, by)
    years = atlas.year[every].astype(np.int64)
    if not len(years):
        raise UsageError(f"no title has both a year and a tag of {_FEWEST} titles or more, so no pair can emerge")
    last = int(years.max())
    since = last - 9 if since is None else since
    if not (years.min() < since <= last):
        raise UsageError(f"no title before {since} or none since; years run {int(years.min())} to {last}")
    stratum = np.where(years >= since, 0, (since - 1 - years) // 10 + 1)
    pairs, recent, before, expected = _count(owner, theme, stratum, len(labels))
    p_values, share = _test(recent, before, expected)
    called, level = discoveries(p_values, rate)
    rising = called & (recent > (recent + before) * share) & (recent > expected[0])
    q_values = false_discovery(p_values)
    order = np.lexsort((-recent, p_values))
    shown = order[rising[order]][:count]
    low, high = share_interval(recent[shown], recent[shown] + before[shown], level)
    odds = (1 - share[shown]) / share[shown]
    with np.errstate(divide="ignore"):
        ends = odds * low / (1 - low), np.where(high < 1, odds * high / np.maximum(1 - high, 1e-300), np.inf)
    items = tuple(
        _pair(atlas, labels, pairs, recent, before, expected, int(i), (float(a), float(b)), float(q_values[i]), since)
        for i, a, b in zip(shown, *ends, strict=True)
    )
    return EmergingPairs(since, last, int(years.min()), len(every), len(p_values), int(rising.sum()), rate, items)


@dataclass(frozen=True)
class _Label:
    topics: Topics
    number: int


def _tags(atlas: Atlas, by: Sequence[str]) -> tuple[Rows, Rows, Rows, list[_Label]]:
    """Titles with a year and a theme; then, one a tag, the place of its title and the number of its theme."""
    known = atlas.manifest.node_types
    wanted = tuple(by) or tuple(kind for kind in _DEFAULT if kind in known)
    possible = [kind for aspect, kinds in ASPECTS.items() if aspect not in ("eras", "people") for kind in kinds]
    if unknown := [kind for kind in wanted if kind not in known or kind not in possible]:
        some = ", ".join(kind for kind in possible if kind in known)
        raise UsageError(f"this atlas has no tags by {', '.join(unknown)}; it has {some}")
    dated = np.flatnonzero((atlas.year > 0) & (atlas.kind != KINDS.index("episode")))
    owners, themes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    labels: list[_Label] = []
    for aspect in ASPECTS:
        if aspect == "eras" or not set(ASPECTS[aspect]) & set(wanted):
            continue
        topics = topics_of(atlas, aspect)
        large = np.flatnonzero(topics.titles >= _FEWEST)
        large = np.array([i for i in large.tolist() if topics.topic(i).type in wanted], np.int64)
        if len(large) > _MOST_TOPICS:
            large = np.sort(large[np.argsort(-topics.titles[large], kind="stable")[:_MOST_TOPICS]])
        at = np.full(len(topics), -1)
        at[large] = np.arange(len(large)) + len(labels)
        places, numbers = topics.of(dated)
        kept = at[numbers] >= 0
        owners.append(places[kept])
        themes.append(at[numbers[kept]])
        labels += [_Label(topics, int(i)) for i in large]
    owner, theme = np.concatenate(owners), np.concatenate(themes)
    having, owner = np.unique(owner, return_inverse=True)
    order = np.lexsort((theme, owner))
    return dated[having], owner[order], theme[order], labels


def _count(owner: Rows, theme: Rows, stratum: Rows, themes: int) -> tuple[Rows, Floats, Floats, Floats]:
    """How often pairs meet, and how often they would.

    Args:
        owner: [tags] place of the title, rising.
        theme: [tags] number of the theme, rising within a title.
        stratum: [titles] 0 for the recent years, then the decades before.
        themes: how many there are.

    Returns:
        pairs [pairs, 2] of themes; titles with both, recent and before, [pairs] each; expected, [2, pairs].
    """
    ends = np.searchsorted(owner, owner, side="right")
    following = ends - np.arange(len(owner)) - 1
    counts = np.zeros((2, themes * themes))
    bounds = np.searchsorted(np.cumsum(following), np.arange(0, int(following.sum()) + 1, _PAIRS_AT_ONCE), "right")
    for start, stop in pairwise([*np.unique(bounds).tolist(), len(owner)]):
        part = following[start:stop]
        first = np.repeat(np.arange(start, stop), part)
        second = np.arange(len(first)) - np.repeat(np.cumsum(part) - part, part) + first + 1
        keys, earlier = theme[first] * themes + theme[second], stratum[owner[first]] > 0
        counts[0] += np.bincount(keys[~earlier], minlength=themes * themes)
        counts[1] += np.bincount(keys[earlier], minlength=themes * themes)
    pairs = np.flatnonzero(counts.sum(axis=0))
    recent, before = counts[0, pairs], counts[1, pairs]
    kept = recent + before >= _FEWEST
    pairs, recent, before = pairs[kept], recent[kept], before[kept]
    one, two = pairs // themes, pairs % themes
    strata = int(stratum.max()) + 1
    per = np.bincount(stratum[owner] * themes + theme, minlength=strata * themes).reshape(strata, themes)
    size = np.bincount(owner, minlength=len(stratum)).astype(np.float64)
    tags = np.bincount(stratum, weights=size, minlength=strata)
    busy = np.bincount(stratum, weights=size * (size - 1), minlength=strata) / np.maximum(tags, 1) ** 2
    expected = np.zeros((2, len(pairs)))
    for i in range(strata):
        expected[min(i, 1)] += busy[i] * per[i, one] * per[i, two]
    return np.stack([one, two], axis=1), recent, before, expected


def _test(recent: Floats, before: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Two-sided p-values of no change, and the share of recent titles if there is none."""
    share = expected[0] / np.maximum(expected.sum(axis=0), 1e-12)
    return two_sided(recent, recent + before, share), np.clip(share, 1e-12, 1 - 1e-12)


def _pair(
    atlas: Atlas,
    labels: list[_Label],
    pairs: Rows,
    recent: Floats,
    before: Floats,
    expected: Floats,
    i: int,
    ends: tuple[float, float],
    q_value: float,
    since: int,
) -> EmergingPair:
    one, two = (labels[int(number)] for number in pairs[i])
    both = np.intersect1d(one.topics.rows(one.number), two.topics.rows(two.number))
    years = atlas.year[both]
    latest = both[np.lexsort((both, -years.astype(np.int64)))][:_EXAMPLES]
    lifts = recent[i] / max(expected[0, i], 1e-12), before[i] / max(expected[1, i], 1e-12)
    return EmergingPair(
        one=one.topics.topic(one.number),
        two=two.topics.topic(two.number),
        recent=int(recent[i]),
        before=int(before[i]),
        recent_lift=float(lifts[0]),
        before_lift=float(lifts[1]),
        ratio=float(lifts[0] / lifts[1]) if lifts[1] else float("inf"),
        low=ends[0],
        high=ends[1],
        q_value=q_value,
        examples=tuple(title_at(atlas, int(row)) for row in latest if atlas.year[row] >= since),
    )
