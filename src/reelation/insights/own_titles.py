"""Which of somebody's own titles speak for a recommendation, how much each, and the sentence that says so.

Preference of each person, rows  ->  because  ->  Account: score = standing + parts of own titles
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.histories.verdicts import WATCHED
from reelation.insights.evidence import shared_by
from reelation.insights.reasons import sentence
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages
from reelation.search.exact import Measure
from reelation.search.preference import Preference

_SHOWN = 2
"""Own titles in a sentence."""
_NEAR = 0.5
"""The second is named where it speaks at least so much, as a share of the first."""


@dataclass(frozen=True)
class Person:
    """One person and how their scores enter the common one: (score - middle) * share."""

    name: str
    told: Preference
    middle: float
    share: NDArray[np.float32]
    """[titles]."""


@dataclass(frozen=True)
class Because:
    """One own title's exact part in a recommendation's score."""

    title: Title
    viewer: str
    """Whose title it is."""
    verdict: float
    """1 liked, 0.5 only watched, below 0 disliked."""
    viewers: float
    """The part that comes from other viewers."""
    content: float
    """The part that comes from what both titles are."""

    @property
    def part(self) -> float:
        """Both together."""
        return self.viewers + self.content

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "title_id": self.title.title_id,
            "name": self.title.name,
            "year": self.title.year,
            "viewer": self.viewer,
            "verdict": round(self.verdict, 3),
            "part": round(self.part, 6),
            "viewers": round(self.viewers, 6),
            "content": round(self.content, 6),
        }


@dataclass(frozen=True)
class Account:
    """A recommendation's score in full: standing + parts of `because` + rest."""

    score: float
    standing: float
    because: tuple[Because, ...]
    rest: float
    reason: str


def because(atlas: Atlas, people: Sequence[Person], rows: NDArray[np.int64], say: Messages, most: int) -> list[Account]:
    """The account of every title in `rows`, with the `most` own titles that speak for it most."""
    measure = Measure.of(atlas)
    parts = [person.told.parts(rows) for person in people]
    found = []
    for place, row in enumerate(rows.tolist()):
        standing, own, ranks = 0.0, [], []
        for person, split in zip(people, parts, strict=True):
            share = float(person.share[row])
            standing += share * (float(split.standing[place]) - person.middle)
            viewers, content = split.viewers[:, place] * share, split.content[:, place] * share
            own.append((person, viewers, content))
            ranks.append(viewers + content)
        together = np.concatenate(ranks)
        owner = np.repeat(np.arange(len(people)), [len(one) for one in ranks])
        place_of = np.concatenate([np.arange(len(one)) for one in ranks])
        best = np.argsort(-together, kind="stable")[:most]
        named = []
        for at in best[together[best] > 0].tolist():
            person, viewers, content = own[int(owner[at])]
            i = int(place_of[at])
            title = title_at(atlas, int(person.told.rows[i]))
            verdict = float(person.told.verdicts[i])
            named.append(Because(title, person.name, verdict, float(viewers[i]), float(content[i])))
        listed = sum(one.part for one in named)
        whole = float(together.sum())
        found.append(
            Account(
                score=standing + whole,
                standing=standing,
                because=tuple(named),
                rest=whole - listed,
                reason=_reason(atlas, row, named, [person.name for person in people], measure, say),
            )
        )
    return found


def _reason(
    atlas: Atlas, row: int, named: Sequence[Because], people: Sequence[str], measure: Measure, say: Messages
) -> str:
    """'because you liked A and B: same director: C', for each person where there are two."""
    liked = [one for one in named if one.verdict > 0]
    if not liked:
        return say.say("recommend.reason.standing")
    if len(people) == 1:
        return _sentence(atlas, row, liked, measure, say, "you", "")
    owns = [(name, [one for one in liked if one.viewer == name]) for name in people]
    sentences = [_sentence(atlas, row, own, measure, say, "they", name) for name, own in owns if own]
    return say.say("recommend.reason.separator").join(sentences)


def _sentence(
    atlas: Atlas, row: int, liked: Sequence[Because], measure: Measure, say: Messages, who: str, name: str
) -> str:
    first, *others = liked
    shown = [first, *(one for one in others if one.part >= _NEAR * first.part)][:_SHOWN]
    names = say.names([str(one.title) for one in shown], most=_SHOWN)
    verb = "saw" if all(one.verdict <= WATCHED for one in shown) else "liked"
    opening = say.say(f"recommend.reason.{who}_{verb}", titles=names, viewer=name)
    here = atlas.titles.row(first.title.title_id)
    shared = shared_by(atlas, here, row, measure)
    if sum(one.viewers for one in shown) > sum(one.content for one in shown):
        opening = say.say("recommend.reason.viewers", opening=opening)
    if not shared:
        return opening
    there = title_at(atlas, row)
    common = sentence(first.title, there, shared, len(atlas), say, most=2)
    key = "with" if len(shown) == 1 else "with_title"
    return say.say(f"recommend.reason.{key}", opening=opening, shared=common, title=str(first.title))
