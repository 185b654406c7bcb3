"""Combinations that the graph makes plausible and that the catalogue hardly has, with how sure that is.

    Atlas, GapsWanted  ->  gaps  ->  pairs of topics: titles seen and expected, interval, interest, how well tagged

Expected counts come from a model of what goes with what (`reelation.create.gaps.affinity`) on top of chance
(`reelation.create.gaps.expected`); a gap is significantly below it (`reelation.create.gaps.scarcity`). Empty is not the
same as an opportunity: each gap says how much of the catalogue is tagged at all, and whether titles near it are well
known.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.gaps.combinations import Combined, combined
from reelation.create.gaps.coverage import Coverage, coverage_of
from reelation.create.gaps.interest import Audience, Interest
from reelation.create.gaps.scarcity import Scarce, scarce
from reelation.errors import UsageError
from reelation.inference import share_interval
from reelation.insights.listing import Listing
from reelation.insights.things import thing_named
from reelation.insights.titles import Title, title_at
from reelation.insights.topics import Topic, topic_name
from reelation.messages import Messages

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

RATE = 0.1
_EXAMPLES = 3
_NEIGHBOURS = 4
"""Topics of the same type that are most like one of the two."""
_LIKE = 0.2
"""Less alike than this is not near."""


@dataclass(frozen=True)
class GapsWanted:
    """Which gaps are asked for."""

    by: tuple[str, ...] = ()
    """Types of topics: genre, keyword, subject, trope, place, country, person, decade, language, company …; where
    empty, those of the first seven that the atlas has."""
    with_: tuple[str, ...] = ()
    """Topics by name or node id, such as "genre:horror": one of the two is one of these. Any where empty."""
    count: int = 20
    """How many at the most, 1 to 10,000."""
    rate: float = RATE
    """Of false ones to be expected among them, above 0 and below 1."""
    until: int | None = None
    """The last year that counts; all where None. Interest is left out then: it is known of today only."""
    fewest: int = 10
    """Titles that a topic has at the least, 2 or more."""
    fewest_expected: float = 4.0
    """Titles that a combination should have, above 0."""
    fewest_lately: float = 1.0
    """Titles that it should have in ten years, at the pace of the last ten; 0 takes what is out of fashion too."""
    most: int | None = None
    """Titles that it has at the most; up to half of what is expected where None."""

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            UsageError: a value is out of range.
        """
        if not 1 <= self.count <= 10_000:
            raise UsageError(f"asked for {self.count} gaps; 1 to 10,000 is possible")
        if not 0 < self.rate < 1:
            raise UsageError(f"the false-discovery rate is {self.rate}; it must lie between 0 and 1")
        if self.fewest < 2 or self.fewest_expected <= 0 or self.fewest_lately < 0 or (self.most or 0) < 0:
            raise UsageError("fewest must be 2 or more, fewest_expected above 0, fewest_lately and most 0 or more")


@dataclass(frozen=True)
class Gap:
    """A combination that is rarer than expected."""

    one: Topic
    """Its `titles` are those that count here."""
    two: Topic
    seen: int
    """Titles with both."""
    expected: float
    """Titles with both, by what each goes with otherwise."""
    chance: float
    """The same if nothing went with anything."""
    lately: float
    """Expected titles in ten years at the pace of the last ten."""
    low: float
    """The interval of seen / expected, at the level that goes with so many discoveries; it leaves 1 out."""
    high: float
    off: float
    """By which share of `expected` the model is usually off for pairs like this, beside chance (one deviation)."""
    q_value: float
    """The false-discovery rate at which it would still be listed."""
    coverage: Coverage
    """How completely titles are tagged with such topics."""
    interest: Interest | None
    """In the titles near it; None where the atlas does not know, or too few are near."""
    titles: tuple[Title, ...]
    """Some that have both, latest first."""
    near: tuple[Title, ...]
    """Some that come close: one of the two with something like the other."""
    sentence: str

    @property
    def quadrant(self) -> str:
        """Supply and demand: "thin_wanted", "thin_unwanted", "thin_unclear", or "hatched" where tagging is poor."""
        if self.coverage.poor:
            return "hatched"
        called = self.interest.called if self.interest is not None else "unclear"
        return {"high": "thin_wanted", "low": "thin_unwanted"}.get(called, "thin_unclear")

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "one": asdict(self.one),
            "two": asdict(self.two),
            "seen": self.seen,
            "expected": round(self.expected, 3),
            "chance": round(self.chance, 3),
            "lately": round(self.lately, 3),
            "ratio": round(self.seen / self.expected, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "off": round(self.off, 3),
            "q_value": float(f"{self.q_value:.3g}"),
            "quadrant": self.quadrant,
            "coverage": self.coverage.to_json(),
            "interest": None if self.interest is None else self.interest.to_json(),
            "titles": [title.to_json() for title in self.titles],
            "near": [title.to_json() for title in self.near],
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Gaps(Listing[Gap]):
    """Gaps, surest first."""

    items: tuple[Gap, ...]
    titles: int
    """Titles that count: with a year and any topic."""
    undated: int
    """Titles of the atlas that have no year, or a later one than `until`, or none of these topics."""
    first: int
    """The first year."""
    until: int
    """The last year."""
    types: tuple[str, ...]
    """Types of topics."""
    topics: int
    tested: int
    """Pairs that were tested."""
    called: int
    """How many are gaps at the rate."""
    rate: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "titles": self.titles,
            "undated": self.undated,
            "first": self.first,
            "until": self.until,
            "types": list(self.types),
            "topics": self.topics,
            "tested": self.tested,
            "called": self.called,
            "rate": self.rate,
            "gaps": [one.to_json() for one in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: one, two, seen, expected, chance, lately, ratio, low, high, off, q_value, quadrant …."""
        import polars as pl

        rows = [{**one.to_json(), "one": one.one.name, "two": one.two.name} for one in self.items]
        frame = pl.DataFrame(rows, infer_schema_length=None)
        return frame.drop("coverage", "interest", "titles", "near") if rows else pl.DataFrame()


def gaps(atlas: Atlas, wanted: GapsWanted, say: Messages) -> Gaps:
    """Find gaps.

    Args:
        atlas: has topics and years.
        wanted: which.
        say: the language of sentences.

    Raises:
        UsageError: the atlas has no such topics, or too few of them.
        TitleNotFoundError, AmbiguousTitleError: a topic of `with_` is unknown, or may be several.
    """
    asked = [thing_named(atlas, text, say) for text in wanted.with_]
    by = wanted.by
    if by and asked:
        by = tuple(dict.fromkeys((*by, *(one.type for one in asked))))
    found = combined(atlas, by, wanted.until, wanted.fewest, always=tuple(one.node_id for one in asked))
    numbers = {found.topic(number).node_id: number for number in range(len(found.kind))} if asked else {}
    if missing := [one.name for one in asked if one.node_id not in numbers]:
        raise UsageError(
            f"{', '.join(missing)}: no topic of {wanted.fewest} titles or more by {', '.join(found.kinds)}; "
            "ask for its type with by, or for fewer titles"
        )
    of = np.array([numbers[one.node_id] for one in asked], np.int64) if asked else None
    tested = scarce(found, wanted.fewest_expected, wanted.fewest_lately, wanted.rate, of)
    called = np.flatnonzero(tested.called)
    shown = called[np.lexsort((tested.seen[called], tested.p_values[called]))]
    if wanted.most is not None:
        shown = shown[tested.seen[shown] <= wanted.most]
    shown = shown[: wanted.count]
    ends = share_interval(tested.seen[shown], np.full(len(shown), len(found.rows)), tested.level)
    low, high = (end * len(found.rows) / tested.expected[shown] for end in ends)
    audience = Audience(atlas) if wanted.until is None else None
    items = tuple(
        _gap(atlas, found, tested, int(i), (float(a), float(b)), audience, say)
        for i, a, b in zip(shown, low, high, strict=True)
    )
    years = atlas.year[found.rows]
    return Gaps(
        items=items,
        titles=len(found.rows),
        undated=len(atlas) - len(found.rows),
        first=int(years.min()),
        until=int(years.max()),
        types=found.kinds,
        topics=len(found.kind),
        tested=len(tested.one),
        called=len(called),
        rate=wanted.rate,
    )


def _gap(
    atlas: Atlas,
    found: Combined,
    tested: Scarce,
    i: int,
    ends: tuple[float, float],
    audience: Audience | None,
    say: Messages,
) -> Gap:
    a, b = int(tested.one[i]), int(tested.two[i])
    one, two = found.topic(a), found.topic(b)
    here, there = found.having(a), found.having(b)
    both = np.intersect1d(here, there)
    close = np.setdiff1d(np.union1d(_close(found, tested, here, b), _close(found, tested, there, a)), both)
    coverage = coverage_of(atlas, found, (one, two), (here, there))
    rows = found.rows
    interest = audience.of(rows[np.union1d(close, both)], rows[np.union1d(here, there)]) if audience else None
    seen, expected = int(tested.seen[i]), float(tested.expected[i])
    names = {"one": topic_name(one, say), "two": topic_name(two, say)}
    parts = [say.say(f"create_gaps.{'none' if not seen else 'some'}", **names, seen=seen, expected=f"{expected:.0f}")]
    if coverage.poor:
        parts.append(say.say("create_gaps.poor", share=f"{100 * coverage.share:.0f}"))
    elif interest is not None:
        parts.append(say.say(f"create_gaps.interest.{interest.called}", titles=interest.titles))
    return Gap(
        one=one,
        two=two,
        seen=seen,
        expected=expected,
        chance=float(found.chance[a, b]),
        lately=float(tested.lately[i]),
        low=ends[0],
        high=ends[1],
        off=float(tested.off[i]),
        q_value=float(tested.q_values[i]),
        coverage=coverage,
        interest=interest,
        titles=_latest(atlas, rows[both]),
        near=_latest(atlas, rows[close]),
        sentence=say.say("create_gaps.separator").join(parts),
    )


def _close(found: Combined, tested: Scarce, having: Rows, other: int) -> Rows:
    """Places of those titles that have, beside one topic, something much like the other."""
    like = np.where(found.kind == found.kind[other], tested.affinity.alike[other], -1.0)
    like[other] = -1.0
    best = np.argsort(-like, kind="stable")[:_NEIGHBOURS]
    best = best[like[best] >= _LIKE]
    return np.intersect1d(having, found.owner[np.isin(found.number, best)])


def _latest(atlas: Atlas, rows: Rows) -> tuple[Title, ...]:
    order = np.lexsort((rows, -atlas.year[rows].astype(np.int64)))[:_EXAMPLES]
    return tuple(title_at(atlas, int(row)) for row in rows[order])
