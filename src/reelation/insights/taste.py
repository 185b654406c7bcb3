"""A viewer's portrait: what they see more of than others, like, miss, and how it moves.

history + atlas  ->  Taste(aspects, groups, against the crowd, blind spots, drift), each with its uncertainty
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import UsageError
from reelation.histories.history import DISLIKE, LIKE, RATING, History
from reelation.insights.against_crowd import AgainstCrowd, against_crowd, last_ratings
from reelation.insights.blind_spots import BlindSpots, blind_spots
from reelation.insights.crowd import crowd_of
from reelation.insights.drift import FEWEST, Drift, drift
from reelation.insights.groups_lived_in import GroupShare, groups_lived_in
from reelation.insights.signature import Leaning, Leanings, leanings
from reelation.insights.topics import topic_name
from reelation.messages import Messages, messages

if TYPE_CHECKING:
    import polars as pl

_FEW = 30
"""Below so many titles the portrait says that it is a sketch."""
_FEWEST_VIEWERS = 20
"""Fewer others are no average and no crowd; the catalogue is asked instead."""


@dataclass(frozen=True)
class Taste:
    """What a history says of its owner."""

    name: str
    titles: int
    """Titles seen."""
    judged: int
    """Of them rated, liked or disliked."""
    mean_stars: float | None
    """Mean rating, 0.5 to 5; None without ratings."""
    average: str
    """What lift is measured against: "viewers" (the average viewer of the atlas) or "catalogue" (all its titles)."""
    average_of: int
    """How many of them."""
    aspects: dict[str, Leanings]
    """Aspect (people, genres, themes, eras, countries, languages, companies …) -> leanings."""
    groups: tuple[GroupShare, ...]
    crowd: AgainstCrowd | None
    blind_spots: BlindSpots
    drift: Drift | None
    summary: tuple[str, ...]
    """The portrait in sentences, and what it cannot say."""
    missing: dict[str, str]
    """Section that is left out -> the reason, as a sentence."""

    @property
    def signatures(self) -> tuple[Leaning, ...]:
        """All that is seen more than the average does, for certain; surest first."""
        every = (item for aspect in self.aspects.values() for item in aspect.items if item.signature)
        return tuple(sorted(every, key=lambda item: item.p_value))

    @property
    def liked(self) -> tuple[Leaning, ...]:
        """All topics whose titles are liked better, or less, than the rest for certain; the most first."""
        found = {
            item.topic.node_id: item
            for aspect in self.aspects.values()
            for item in (*aspect.items, *aspect.less)
            if item.liking and item.liking.stands_out
        }
        return tuple(sorted(found.values(), key=lambda item: -item.liking.difference if item.liking else 0.0))

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "name": self.name,
            "titles": self.titles,
            "judged": self.judged,
            "mean_stars": None if self.mean_stars is None else round(self.mean_stars, 3),
            "average": self.average,
            "average_of": self.average_of,
            "summary": list(self.summary),
            "aspects": {name: aspect.to_json() for name, aspect in self.aspects.items()},
            "groups": [one.to_json() for one in self.groups],
            "crowd": self.crowd.to_json() if self.crowd else None,
            "blind_spots": self.blind_spots.to_json(),
            "drift": self.drift.to_json() if self.drift else None,
            "missing": self.missing,
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame of all leanings: aspect, name, seen, share, average, lift, low, high, signature, liking."""
        import polars as pl

        rows = [
            {
                "aspect": name,
                "node_id": item.topic.node_id,
                "name": item.topic.name,
                "seen": item.seen,
                "share": item.share,
                "average": item.average,
                "lift": item.lift,
                "low": item.low,
                "high": item.high,
                "signature": item.signature,
                "liking": item.liking.difference if item.liking else None,
            }
            for name, aspect in self.aspects.items()
            for item in (*aspect.items, *aspect.less)
        ]
        return pl.DataFrame(rows)


def taste(atlas: Atlas, history: History, *, count: int = 6, say: Messages | None = None) -> Taste:
    """The portrait of a history's owner.

    Args:
        atlas: has the titles; with the part "viewers" the portrait is against them, else against the catalogue.
        history: what was seen.
        count: how many to list of everything, 1 to 100.
        say: the language of sentences; the person's own where None.

    Raises:
        UsageError: nothing was seen, or `count` is out of range.
    """
    say = say or messages()
    if not 1 <= count <= 100:
        raise UsageError(f"asked for {count} of each; 1 to 100 is possible")
    rows = history.seen
    if not len(rows):
        raise UsageError(f"The history '{history.name}' has no title that was watched or judged; there is no taste yet")
    everyone = crowd_of(atlas, without=history)
    crowd = everyone if everyone and int((everyone.sizes > 0).sum()) >= _FEWEST_VIEWERS else None
    weights = crowd.weights if crowd else np.full(len(atlas), 1 / len(atlas))
    liking, judged = judged_liking(history)
    _, stars = last_ratings(history)
    groups = groups_lived_in(atlas, rows, weights, say)
    moves = drift(atlas, history, atlas.manifest.seed)
    missing = {}
    if crowd is None:
        key = "taste.few_viewers" if everyone else "taste.no_viewers"
        missing["crowd"] = say.say(key, fewest=_FEWEST_VIEWERS)
    if not groups:
        missing["groups"] = say.say("taste.no_groups")
    if moves is None:
        missing["drift"] = say.say("taste.no_times", fewest=FEWEST)
    found = Taste(
        name=history.name,
        titles=len(rows),
        judged=judged,
        mean_stars=float(stars.mean()) if len(stars) else None,
        average="viewers" if crowd else "catalogue",
        average_of=int((crowd.sizes > 0).sum()) if crowd else len(atlas),
        aspects=leanings(atlas, rows, liking, weights, count=count),
        groups=groups,
        crowd=against_crowd(atlas, history, crowd, count) if crowd else None,
        blind_spots=blind_spots(atlas, history, crowd, say, count),
        drift=moves,
        summary=(),
        missing=missing,
    )
    from dataclasses import replace

    return replace(found, summary=_summary(found, say))


def judged_liking(history: History) -> tuple[NDArray[np.float64], int]:
    """How titles seen were liked, NaN where they were only watched; and how many were judged.

    Returns:
        [titles seen] -1 to 1, in the order of `history.seen`.
    """
    rows, liking = history.liking
    judged = np.isin(rows, history.row[np.isin(history.kind, (RATING, LIKE, DISLIKE))])
    return np.where(judged, liking.astype(np.float64), np.nan), int(judged.sum())


def _summary(found: Taste, say: Messages) -> tuple[str, ...]:
    """The portrait in a few sentences."""
    told = [say.say(f"taste.basis_{found.average}", titles=found.titles, judged=found.judged, size=found.average_of)]
    signatures = found.signatures
    if found.titles < _FEW:
        key = "taste.few_some" if signatures else "taste.few_nothing"
        told.append(say.say(key, titles=found.titles))
    for aspect in ("genres", "eras", "countries", "people", "themes"):
        here = [item for item in found.aspects[aspect].items if item.signature] if aspect in found.aspects else []
        if here:
            names = say.names([topic_name(item.topic, say) for item in here])
            told.append(say.say(f"taste.more_{aspect}", names=names, lift=times(here[0].lift)))
    if not signatures and found.titles >= _FEW:
        told.append(say.say("taste.like_average"))
    liked = [topic_name(item.topic, say) for item in found.liked if item.liking and item.liking.difference > 0]
    if liked:
        told.append(say.say("taste.liked_better", names=say.names(liked)))
    if found.crowd is not None:
        told += _crowd_sentences(found.crowd, say)
    if found.drift is not None:
        told.append(_drift_sentence(found.drift, say))
    return tuple(told)


def times(factor: float) -> str:
    """A factor as it is shown: "0.71", "1.05", "2.4", "318"."""
    return f"{factor:.0f}" if factor >= 9.95 else f"{factor:.1f}" if factor >= 1.95 else f"{factor:.2f}"


def _crowd_sentences(crowd: AgainstCrowd, say: Messages) -> list[str]:
    told = []
    if crowd.contrarian is not None and crowd.more_contrarian_than is not None:
        place = f"{crowd.more_contrarian_than:.0%}"
        told.append(say.say("taste.contrarian", index=f"{crowd.contrarian:.2f}", place=place))
    if crowd.known_high < 0.5 or crowd.known_low > 0.5:
        key = "taste.lesser_known" if crowd.known < 0.5 else "taste.better_known"
        told.append(say.say(key, known=f"{crowd.known:.0%}"))
    return told


def _drift_sentence(found: Drift, say: Messages) -> str:
    if not found.certain:
        return say.say("taste.still")
    grown = [topic_name(one.topic, say) for one in found.trends if one.direction == "more"]
    shrunk = [topic_name(one.topic, say) for one in found.trends if one.direction == "less"]
    if not grown and not shrunk:
        return say.say("taste.moved", moved=f"{found.moved:.2f}", chance=f"{found.chance:.2f}")
    parts = [say.say("taste.grown", names=say.names(grown))] if grown else []
    parts += [say.say("taste.shrunk", names=say.names(shrunk))] if shrunk else []
    return say.say("taste.moved_to", moved=f"{found.moved:.2f}", what=say.say("reasons.separator").join(parts))
