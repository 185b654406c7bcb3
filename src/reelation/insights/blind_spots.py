"""What is close to somebody's taste and missing from it: well-known titles, and topics seen less than one would.

With viewers: those most alike are asked what they saw. Without: the titles nearest to what was liked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.histories.history import History
from reelation.inference import at_least, discoveries
from reelation.insights.crowd import Crowd
from reelation.insights.evidence import shared_by
from reelation.insights.reasons import sentence
from reelation.insights.signature import RATE, Leaning, leanings
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages
from reelation.search.exact import Measure, nearest

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_OF_VIEWERS: tuple[str, ...] = ("people", "genres", "themes", "eras", "countries", "languages")
_OF_TITLES: tuple[str, ...] = ("people", "themes")
"""Without viewers, what is near mirrors the taste; only what is single in it can be missing."""
_MOST_NEIGHBOURS = 60
_NEAR = 300
"""Without viewers, so many titles nearest to the favourites are what one would expect to have been seen."""
_KNOWN = 5_000
"""Without viewers, so many titles that the catalogue says the most of are the well-known ones."""
_FAVOURITES = 60


@dataclass(frozen=True)
class MissingTitle:
    """A title that is close to the taste and was not seen."""

    title: Title
    neighbours: int | None
    """How many of the viewers most alike saw it; None where there are no viewers."""
    of: int | None
    """Out of so many."""
    overall: float | None
    """The share of all viewers who saw it."""
    close_to: Title | None
    """The title nearest to it among those that were seen and liked."""
    why: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **self.title.to_json(),
            "neighbours": self.neighbours,
            "of": self.of,
            "overall": None if self.overall is None else round(self.overall, 6),
            "close_to": self.close_to.to_json() if self.close_to else None,
            "why": self.why,
        }


@dataclass(frozen=True)
class BlindSpots:
    """Titles and topics that are missing."""

    compared_with: str
    """"viewers" most alike, or "titles" nearest to what was liked."""
    size: int
    """How many of them."""
    titles: tuple[MissingTitle, ...]
    topics: tuple[Leaning, ...]
    """Seen less than by those compared with, for certain; `average` is theirs."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "compared_with": self.compared_with,
            "size": self.size,
            "titles": [one.to_json() for one in self.titles],
            "topics": [one.to_json() for one in self.topics],
        }


def blind_spots(atlas: Atlas, history: History, crowd: Crowd | None, say: Messages, count: int) -> BlindSpots:
    """What is missing; see this module's docstring.

    Args:
        atlas: has titles, topics and vectors.
        history: with at least one title seen.
        crowd: other viewers, or None.
        say: the language of reasons.
        count: titles, and topics.
    """
    rows, liking = history.liking
    liked = rows[liking > 0] if (liking > 0).any() else rows
    unseen = np.ones(len(atlas), bool)
    unseen[rows] = unseen[history.hidden] = False
    if crowd is not None:
        people, _ = crowd.neighbours(rows, max(10, min(_MOST_NEIGHBOURS, crowd.viewers // 10)))
        weights = _shares(crowd, people)
        chosen, counts, overall = _seen_by_neighbours(crowd, people, unseen, count)
        titles = [
            _missing(atlas, int(row), liked, say, (int(k), len(people), float(share)))
            for row, k, share in zip(chosen, counts, overall, strict=True)
        ]
        size, with_whom, aspects = len(people), "viewers", _OF_VIEWERS
    else:
        near = _near_favourites(atlas, rows, liking, unseen)
        size, with_whom, aspects = len(near), "titles", _OF_TITLES
        weights = np.zeros(len(atlas))
        weights[near] = 1 / max(size, 1)
        titles = [_missing(atlas, int(row), liked, say, None) for row in near[:count]]
    found = leanings(atlas, rows, np.full(len(rows), np.nan), weights, count=count, aspects=aspects, unseen=True)
    topics = sorted((one for aspect in found.values() for one in aspect.less), key=lambda one: one.p_value)
    return BlindSpots(with_whom, size, tuple(titles), tuple(topics[:count]))


def _shares(crowd: Crowd, people: Rows) -> Floats:
    """[titles] what these viewers see on average, adding up to 1."""
    own = np.zeros(crowd.viewers)
    own[people] = 1 / np.maximum(crowd.sizes[people], 1)
    sums = np.bincount(crowd.title, weights=own[crowd.viewer], minlength=crowd.titles)
    return np.asarray(sums / max(sums.sum(), 1e-12))


def _seen_by_neighbours(crowd: Crowd, people: Rows, unseen: NDArray[np.bool_], count: int) -> tuple[Rows, Rows, Floats]:
    """Titles that these viewers saw more than all do, for certain, and rate no worse than usual; the most seen first.

    Returns:
        rows [titles], how many of `people` saw each [titles], the share of all viewers who did [titles].
    """
    member = np.zeros(crowd.viewers, bool)
    member[people] = True
    seen = np.bincount(crowd.title[member[crowd.viewer]], minlength=crowd.titles)
    candidates = np.flatnonzero(unseen & (seen > 1))
    overall = crowd.seen_by[candidates] / max(int((crowd.sizes > 0).sum()), 1)
    p_values = at_least(seen[candidates], np.full(len(candidates), len(people)), np.minimum(overall, 1))
    tests = int((unseen & (crowd.seen_by > 0)).sum())
    certain = discoveries(p_values, RATE, tests)[0] & (crowd.means[candidates] >= 0)
    kept = np.flatnonzero(certain)
    best = kept[np.lexsort((candidates[kept], -seen[candidates[kept]]))][:count]
    return candidates[best], seen[candidates[best]], overall[best]


def _near_favourites(atlas: Atlas, rows: Rows, liking: NDArray[np.float32], unseen: NDArray[np.bool_]) -> Rows:
    """Well-known titles nearest to the favourites, by the mean of their three best scores (dense part) with any."""
    edges = np.diff(atlas.edge_start)
    known = np.flatnonzero(unseen)
    if len(known) > _KNOWN:
        known = np.sort(known[np.argpartition(-edges[known], _KNOWN)[:_KNOWN]])
    best = rows[np.argsort(-liking, kind="stable")[:_FAVOURITES]]
    scores = np.asarray(atlas.vectors[known]) @ np.asarray(atlas.vectors[best]).T
    most = min(3, len(best))
    means = np.partition(scores, len(best) - most, axis=1)[:, -most:].mean(axis=1)
    return known[nearest(means, _NEAR)]


def _missing(atlas: Atlas, row: int, liked: Rows, say: Messages, asked: tuple[int, int, float] | None) -> MissingTitle:
    close = int(liked[np.argmax(np.asarray(atlas.vectors[liked]) @ np.asarray(atlas.vectors[row]))])
    here, there = title_at(atlas, row), title_at(atlas, close)
    reason = sentence(here, there, shared_by(atlas, row, close, Measure.of(atlas)), len(atlas), say)
    why = say.say("taste.why_close", title=there, reason=reason)
    if asked is None:
        return MissingTitle(here, None, None, None, there, why)
    seen, of, overall = asked
    crowd = say.say("taste.why_neighbours", seen=seen, of=of, overall=f"{overall:.0%}")
    return MissingTitle(here, seen, of, overall, there, say.say("taste.why_both", first=crowd, second=why))
