"""What somebody would like next, and because of which of their own titles; also for two people together.

    one or two histories  ->  Preference each  ->  one score  ->  sliders  ->  a list with reasons

Source: two people by the mean of both mixed with the lesser of the two ("least misery"), Amer-Yahia et al. 2009,
    doi:10.14778/1687627.1687713.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import MissingPartError, UsageError
from reelation.histories.history import History
from reelation.histories.verdicts import timed_verdicts
from reelation.insights.listing import Listing
from reelation.insights.own_titles import Because, Person, because
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.choosing import Sliders, choose, levelled, newness, spread
from reelation.search.filters import Filters
from reelation.search.preference import Preference, going_on

if TYPE_CHECKING:
    import polars as pl

Rows = NDArray[np.int64]

_NAMED = 3
"""Own titles named a recommendation."""


@dataclass(frozen=True)
class Wish:
    """What is asked for."""

    k: int = 10
    start: int = 0
    """Places of the list that are left out, for the next page."""
    filters: Filters = field(default_factory=Filters)
    sliders: Sliders = field(default_factory=Sliders)
    inside: Rows | None = None
    """Rows that alone may come back; None for all."""
    outside: Rows | None = None
    """Rows that never come back."""
    include_seen: bool = False
    """Also what was seen; what is hidden never comes back."""


@dataclass(frozen=True)
class RecommendedTitle:
    """One recommendation."""

    rank: int
    """From 1."""
    title: Title
    score: float
    """Higher is better; `standing`, the parts of `because` and `rest` add up to it. Sliders change only ranks."""
    standing: float
    """What it is worth to anybody: how many like it, and lately. For two people also what levels their scores."""
    because: tuple[Because, ...]
    """The own titles that speak for it most."""
    rest: float
    """The part of all other own titles."""
    fame: float
    """0 to 1: the share of titles that are less well known."""
    newness: float
    """Distance to the nearest title seen, 0 to 2."""
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "rank": self.rank,
            **self.title.to_json(),
            "score": round(self.score, 6),
            "standing": round(self.standing, 6),
            "because": [one.to_json() for one in self.because],
            "rest": round(self.rest, 6),
            "fame": round(self.fame, 4),
            "newness": round(self.newness, 4),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Recommendations(Listing[RecommendedTitle]):
    """A list, best first."""

    viewers: tuple[str, ...]
    """Whose it is: one name or two."""
    items: tuple[RecommendedTitle, ...]
    fallback: str | None
    """None where viewers' likes speak; "content" where only what titles are does; "popularity" for an empty history."""
    sliders: Sliders
    candidates: int
    """Titles that passed filters and scope and were not seen."""
    diversity: float
    """Mean distance between two titles of the list."""
    note: str
    """`fallback` in words, or ""."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "viewers": list(self.viewers),
            "fallback": self.fallback,
            "note": self.note,
            "popularity": self.sliders.popularity,
            "diversity": self.sliders.diversity,
            "novelty": self.sliders.novelty,
            "candidates": self.candidates,
            "list": {
                "popularity": round(float(np.mean([one.fame for one in self.items])), 4) if self.items else None,
                "diversity": round(self.diversity, 4),
                "novelty": round(float(np.mean([one.newness for one in self.items])), 4) if self.items else None,
            },
            "recommended": [item.to_json() for item in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: rank, title_id, name, year, kind, score, fame, newness, reason."""
        import polars as pl

        rows = [
            {
                "rank": item.rank,
                "title_id": item.title.title_id,
                "name": item.title.name,
                "year": item.title.year,
                "kind": item.title.kind,
                "score": item.score,
                "fame": item.fame,
                "newness": item.newness,
                "reason": item.reason,
            }
            for item in self.items
        ]
        return pl.DataFrame(rows)

    def _repr_html_(self) -> str:
        return str(self.to_frame()._repr_html_())


def recommend(
    atlas: Atlas,
    histories: Sequence[History],
    wish: Wish | None = None,
    say: Messages | None = None,
    now: int | None = None,
) -> Recommendations:
    """What the people of `histories` would like next.

    Args:
        atlas: with the part "recommender".
        histories: one person's, or two people's for a list that suits both.
        wish: how many, filters, sliders, scope.
        say: the language of reasons; the person's own where None.
        now: when this is asked, seconds since 1970: whoever liked something in the hour before is at it still, and
            what was liked last counts most. None: when the function is called.

    Raises:
        UsageError: the atlas cannot recommend, or the wish cannot be met.
    """
    wish, say = wish or Wish(), say or messages()
    if not 1 <= wish.k <= 10_000 or wish.start < 0:
        raise UsageError(f"asked for {wish.k} titles from place {wish.start}; 1 to 10,000 from 0 on is possible")
    if not 1 <= len(histories) <= 2:
        raise UsageError(f"asked for {len(histories)} people together; one or two is possible")
    part = atlas.part("recommender")
    if part is None:
        raise MissingPartError(
            "This atlas was made without what recommendations need. Make it again with: reelation train"
        )
    now = int(time.time()) if now is None else now
    told = [
        Preference(atlas, part, *timed_verdicts(history), at_it=going_on(history.last, now)) for history in histories
    ]
    allowed = _allowed(atlas, histories, wish)
    people, level = _together(histories, told, allowed)
    seen = np.unique(np.concatenate([one.rows[one.verdicts > 0] for one in told]))
    fame = np.asarray(part.array("fame"))
    rows = choose(level, wish.k, allowed, wish.sliders, fame, atlas.vectors, seen, start=wish.start)
    items = []
    fresh = newness(atlas.vectors, rows, seen)
    for place, (row, own) in enumerate(zip(rows.tolist(), because(atlas, people, rows, say, _NAMED), strict=True)):
        items.append(
            RecommendedTitle(
                rank=wish.start + place + 1,
                title=title_at(atlas, row),
                score=own.score,
                standing=own.standing,
                because=own.because,
                rest=own.rest,
                fame=float(fame[row]),
                newness=float(fresh[place]),
                reason=own.reason,
            )
        )
    basis = {one.basis for one in told}
    fallback = None if "viewers" in basis else "content" if "content" in basis else "popularity"
    return Recommendations(
        viewers=tuple(history.name for history in histories),
        items=tuple(items),
        fallback=fallback,
        sliders=wish.sliders,
        candidates=int(allowed.sum()),
        diversity=spread(atlas.vectors, rows),
        note=say.say(f"recommend.fallback.{fallback}") if fallback else "",
    )


def _allowed(atlas: Atlas, histories: Sequence[History], wish: Wish) -> NDArray[np.bool_]:
    """[titles] True for what may come back."""
    passing = wish.filters.allowed(atlas)
    allowed = np.ones(len(atlas), bool) if passing is None else passing.copy()
    if wish.inside is not None:
        within = np.zeros(len(atlas), bool)
        within[wish.inside] = True
        allowed &= within
    if wish.outside is not None:
        allowed[wish.outside] = False
    for history in histories:
        allowed[history.hidden] = False
        if not wish.include_seen:
            allowed[history.seen] = False
    return allowed


def _together(
    histories: Sequence[History], told: Sequence[Preference], allowed: NDArray[np.bool_]
) -> tuple[list[Person], NDArray[np.float32]]:
    """Each person with how their scores enter the common one, and the common one, levelled.

    One person: the score as it is. Two: half the mean of their levelled scores and half the lesser of the two, which
    is 3/4 of the lesser and 1/4 of the greater, so that parts still add up.
    """
    levels = [levelled(one.scores, allowed) for one in told]
    if len(told) == 1:
        return [Person(histories[0].name, told[0], 0.0, np.ones(len(allowed), np.float32))], levels[0][0]
    (a, *_), (b, *_) = levels
    people = []
    for history, one, (own, middle, span), other in zip(histories, told, levels, (b, a), strict=True):
        share = np.where(own < other, 0.75, np.where(own > other, 0.25, 0.5)) / span
        people.append(Person(history.name, one, middle, share.astype(np.float32)))
    return people, np.asarray(0.25 * (a + b) + 0.5 * np.minimum(a, b), np.float32)
