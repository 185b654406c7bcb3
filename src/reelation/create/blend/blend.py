"""Titles between two titles, and titles as far from some as they are near to others; each with what is from whom.

    two rows, mix      ->  blend    ->  the titles nearest (1 - mix) a + mix b, what each has from a and from b
    rows to add, take  ->  combine  ->  the titles nearest A - B + C, what was added and what taken away

"X meets Y" is said only where both parents carry a good part of the score and each has something by name that the
other one has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.create.blend.elements import Element, elements_of, telling
from reelation.create.blend.mixing import Mixed, mixed
from reelation.errors import UsageError
from reelation.insights.evidence import Shared
from reelation.insights.listing import Listing
from reelation.insights.related import Related, Wanted, related_to
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages
from reelation.search.exact import Measure

if TYPE_CHECKING:
    import polars as pl

MEETS = 0.2
"""Of the score: from so large a share of both parents on, a title is said to be where they meet."""
_NAMED = 2


@dataclass(frozen=True)
class Blended:
    """One title near a blend or combination."""

    rank: int
    """From 1."""
    title: Title
    score: float
    """With the point asked for; the sum of the elements' scores."""
    elements: tuple[Element, ...]
    """One a parent, in the order in which they were given."""
    sentence: str | None
    """"X meets Y", or what was added and taken away; None where the evidence does not hold."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "rank": self.rank,
            **self.title.to_json(),
            "score": round(self.score, 6),
            "elements": [one.to_json() for one in self.elements],
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Blend(Listing[Blended]):
    """Titles near a blend or combination, closest first."""

    parents: tuple[Title, ...]
    amounts: tuple[float, ...]
    """Of each parent: for a blend 1 - mix and mix; for a combination 1 or -1."""
    items: tuple[Blended, ...]
    metric: str
    weights: dict[str, float]
    candidates: int
    """How many titles passed the filters."""
    both: float
    """The share of the listed titles to which every parent that adds contributes a fifth or more; 0 where none is."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "parents": [one.to_json() for one in self.parents],
            "amounts": list(self.amounts),
            "metric": self.metric,
            "weights": self.weights,
            "candidates": self.candidates,
            "both": round(self.both, 4),
            "blend": [one.to_json() for one in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: rank, title_id, name, year, kind, score, share_1 … of each parent, sentence."""
        import polars as pl

        rows = [
            {
                "rank": one.rank,
                "title_id": one.title.title_id,
                "name": one.title.name,
                "year": one.title.year,
                "kind": one.title.kind,
                "score": one.score,
                **{f"share_{number}": part.share for number, part in enumerate(one.elements, start=1)},
                "sentence": one.sentence,
            }
            for one in self.items
        ]
        return pl.DataFrame(rows, infer_schema_length=None)


def blend(atlas: Atlas, row_a: int, row_b: int, mix: float, wanted: Wanted, say: Messages) -> Blend:
    """The titles nearest a mix of two; the two are left out.

    Args:
        atlas: where to look.
        row_a: the first parent.
        row_b: the second one.
        mix: 0 (the first alone) to 1 (the second alone).
        wanted: how many, how compared ("dot" or "cosine"), which may come back; `explain` and `differs` say nothing
            here.
        say: the language of sentences.

    Raises:
        UsageError: the parents are the same, `mix` is out of range, or a distance is asked for.
    """
    if not 0 <= mix <= 1:
        raise UsageError(f"mix is {mix:g}; it must be 0 (the first title alone) to 1 (the second alone)")
    if row_a == row_b:
        raise UsageError(f"both parents are {title_at(atlas, row_a)}; a blend needs two different titles")
    return _near(atlas, (row_a, row_b), (1.0 - mix, mix), wanted, say)


def combine(atlas: Atlas, plus_rows: Sequence[int], minus_rows: Sequence[int], wanted: Wanted, say: Messages) -> Blend:
    """The titles nearest A - B + C …; all of these are left out.

    Args:
        atlas: where to look.
        plus_rows: titles that are added, one or more.
        minus_rows: titles that are taken away; may be empty.
        wanted: as for `blend`.
        say: the language of sentences.

    Raises:
        UsageError: nothing is added, a title is given twice, or a distance is asked for.
    """
    rows = (*plus_rows, *minus_rows)
    if not plus_rows:
        raise UsageError("nothing is added; give at least one title to start from")
    if len(set(rows)) < len(rows):
        raise UsageError("a title is given twice; each may be added or taken away once")
    amounts = (*(1.0 for _ in plus_rows), *(-1.0 for _ in minus_rows))
    return _near(atlas, rows, amounts, wanted, say)


def _near(atlas: Atlas, rows: tuple[int, ...], amounts: tuple[float, ...], wanted: Wanted, say: Messages) -> Blend:
    if wanted.metric == "euclidean":
        raise UsageError("a distance has no parts by parent; take the metric dot or cosine")
    measure = Measure.of(atlas, wanted.weights, wanted.metric)
    found: Mixed = mixed(atlas, rows, amounts, measure.weights)
    outside = np.array(sorted({*rows, *(() if wanted.outside is None else wanted.outside.tolist())}), np.int64)
    parents = tuple(title_at(atlas, row) for row in rows)
    asked = replace(wanted, outside=outside, explain=False, differs=False)
    listed: Related = related_to(atlas, found.point, parents[0], asked, say)
    where = np.array([row for one in listed if (row := atlas.titles.find(one.title.title_id)) is not None], np.int64)
    elements = elements_of(atlas, measure, found, tuple(zip(parents, amounts, strict=True)), where)
    minus = any(amount < 0 for amount in amounts)
    items = tuple(
        Blended(
            rank=one.rank,
            title=one.title,
            score=one.score,
            elements=parts,
            sentence=(_changed if minus else _meets)(parts, len(atlas), say),
        )
        for one, parts in zip(listed, elements, strict=True)
    )
    shares = [min(part.share for part in one.elements if part.amount >= 0) for one in items]
    return Blend(
        parents=parents,
        amounts=amounts,
        items=items,
        metric=listed.metric,
        weights=listed.weights,
        candidates=listed.candidates,
        both=float(np.mean([share >= MEETS for share in shares])) if shares else 0.0,
    )


def _meets(parts: tuple[Element, ...], titles: int, say: Messages) -> str | None:
    """Say "A meets B: … from A, … from B", where both carry enough and both have something by name."""
    named = [telling(one, tuple(other for other in parts if other is not one), titles, _NAMED) for one in parts]
    if len(parts) != 2 or min(one.share for one in parts) < MEETS or not all(named):
        return None
    things = [_names(some, say) for some in named]
    return say.say(
        "create_blend.meets", one=parts[0].parent, two=parts[1].parent, from_one=things[0], from_two=things[1]
    )


def _changed(parts: tuple[Element, ...], titles: int, say: Messages) -> str | None:
    """What a title has of those added, and what of those taken away it has not."""
    plus = tuple(one for one in parts if one.amount > 0)
    told = [
        say.say("create_blend.from", things=_names(some, say), title=one.parent)
        for one in plus
        if one.share >= MEETS / len(plus) and (some := telling(one, (), titles, _NAMED))
    ]
    kept = [one for one in parts if one.amount < 0 and -one.share < MEETS / 2]
    away = [say.say("create_blend.away", title=one.parent, share=f"{-100 * one.share:.0f}") for one in kept]
    return say.say("create_blend.separator").join([*told, *away]) if told else None


def _names(things: Sequence[Shared], say: Messages) -> str:
    return say.names([say.tag(one.type, one.name) for one in things], most=_NAMED)
