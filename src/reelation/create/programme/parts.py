"""What a programme is asked for, and what the answer holds.

Wanted  ->  programme  ->  Programme: Slot, Slot, Slot …  with Coverage by trait
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reelation.create.facts import Fact, Said
from reelation.create.programme.traits import TRAITS
from reelation.errors import UsageError
from reelation.insights.listing import Listing
from reelation.insights.titles import Title
from reelation.search.filters import Filters

if TYPE_CHECKING:
    import polars as pl

_MOST = 60
REWARDED = ("decade", "country", "director")
"""Traits of which variety is wanted even where no number is asked for."""


@dataclass(frozen=True)
class Wanted:
    """Which programme is asked for: a theme, or titles to be like, or both."""

    themes: tuple[str, ...] = ()
    """Names or ids of genres, keywords, people, countries, groups …; a title must have all of them."""
    by: str | None = None
    """Type of the themes, where names are ambiguous; see `reelation.insights.things`."""
    seeds: tuple[str, ...] = ()
    """Names or ids of titles that the programme shall be like; they may be in it."""
    count: int = 12
    """How many titles, 1 to 60."""
    must: tuple[str, ...] = ()
    """Titles that have to be in it, of the theme or not."""
    without: tuple[str, ...] = ()
    """Titles that must not be."""
    at_most: Mapping[str, int] = field(default_factory=dict)
    """Trait (`reelation.create.programme.traits.TRAITS`) -> how many titles may have the same value, 1 or more."""
    at_least: Mapping[str, int] = field(default_factory=dict)
    """Trait -> how many different values there must be, 1 or more."""
    shortest: float | None = None
    """Minutes of all titles together, at least."""
    longest: float | None = None
    """Minutes of all titles together, at most."""
    assume_minutes: float | None = None
    """Taken for titles of unknown length where a limit of length is given; without it they are left out."""
    filters: Filters = field(default_factory=Filters)
    """Years, kinds, length of each title …"""
    variety: float = 0.4
    """0 (only closeness to the theme counts) to 1 (only different decades, countries and directors do)."""
    popularity: float = 0.3
    """-1 (little known) to 1 (well known), against closeness."""
    alternate: float = 0.5
    """0 (neighbours in the running order are related) to 1 (they are of different decades and countries)."""

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            UsageError: neither theme nor seeds, a value out of range, or no such trait.
        """
        if not self.themes and not self.seeds:
            raise UsageError(
                "a programme needs a theme (a genre, keyword, person, country, group) or titles to be like"
            )
        if not 1 <= self.count <= _MOST:
            raise UsageError(f"asked for {self.count} titles; 1 to {_MOST} are possible")
        for name, limits in (("at_most", self.at_most), ("at_least", self.at_least)):
            for trait, value in limits.items():
                if trait not in TRAITS:
                    raise UsageError(f"{name}: no '{trait}' to count by; there are {', '.join(TRAITS)}")
                if value < 1:
                    raise UsageError(f"{name} {trait} is {value}; it must be 1 or more")
        for name, low in (("variety", 0.0), ("popularity", -1.0), ("alternate", 0.0)):
            if not low <= getattr(self, name) <= 1:
                raise UsageError(f"{name} is {getattr(self, name):g}; it must be {low:g} to 1")
        for name in ("shortest", "longest", "assume_minutes"):
            minutes = getattr(self, name)
            if minutes is not None and not 0 < minutes < float("inf"):
                raise UsageError(f"{name} is {minutes:g} minutes; it must be more than 0")
        if self.shortest is not None and self.longest is not None and self.shortest > self.longest:
            raise UsageError(f"at least {self.shortest:g} and at most {self.longest:g} minutes: nothing is both")

    @property
    def length_counts(self) -> bool:
        """Whether any limit of length is given."""
        single = (self.filters.min_runtime, self.filters.max_runtime)
        return any(one is not None for one in (self.shortest, self.longest, *single))


@dataclass(frozen=True)
class Join:
    """What leads from one title to the next."""

    relatedness: float
    """Cosine, about -1 to 1."""
    shared: tuple[tuple[Fact, Fact], ...]
    """What both have, rarest first: the fact of the one and of the other."""
    other_decade: bool
    other_country: bool
    """True where both are known and none is shared."""
    text: Said
    """In the asker's language; says so where nothing is shared by name."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "relatedness": round(self.relatedness, 4),
            "shared": [here.node for here, _ in self.shared],
            "other_decade": self.other_decade,
            "other_country": self.other_country,
            "text": self.text.text,
        }


@dataclass(frozen=True)
class Slot:
    """One title at its place in the running order."""

    place: int
    """From 1."""
    title: Title
    directors: tuple[Fact, ...]
    """Creators, where a title has no director; () unknown."""
    countries: tuple[Fact, ...]
    genres: tuple[Fact, ...]
    closeness: float
    """Mean cosine to the titles of the theme, or to the seeds; about -1 to 1."""
    must: bool
    """Whether it was asked for by name."""
    in_theme: bool
    """False only for titles asked for by name."""
    assumed: bool
    """Whether its length is unknown and was assumed."""
    note: Said
    """What the programme says of it."""
    joins: Join | None
    """With the next one; None at the end."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "place": self.place,
            **self.title.to_json(),
            "directors": [fact.value for fact in self.directors],
            "countries": [fact.value for fact in self.countries],
            "genres": [fact.value for fact in self.genres],
            "closeness": round(self.closeness, 4),
            "must": self.must,
            "in_theme": self.in_theme,
            "length_assumed": self.assumed,
            "note": self.note.text,
            "next": None if self.joins is None else self.joins.to_json(),
        }


@dataclass(frozen=True)
class Coverage:
    """How many different values of a trait the programme has."""

    values: int
    most: int
    """Titles that have the most frequent of them; 0 where none is known."""
    unknown: int
    """Titles of which it is not known."""
    there_are: int
    """Different values among all titles that it was chosen from."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"values": self.values, "most": self.most, "unknown": self.unknown, "there_are": self.there_are}


@dataclass(frozen=True)
class Programme(Listing[Slot]):
    """A programme in its running order."""

    wanted: Wanted
    themes: tuple[Fact, ...]
    seeds: tuple[Title, ...]
    items: tuple[Slot, ...]
    coverage: dict[str, Coverage]
    minutes: float
    """Of the titles whose length is known, all together."""
    unknown_length: int
    """Titles in it whose length is not known."""
    in_theme: int
    """Titles that have the theme, or are near enough to the seeds, and pass the filters."""
    left_out: dict[str, int]
    """Of them, how many could not be chosen because what a limit is about is unknown: by "length" or trait."""
    pool: int
    """Titles that were chosen from: all of the rest, or the best few thousand."""
    objective: float
    """What was maximised, 0 to about 1: closeness and variety by their weights; see `programme.programme`."""
    gap: float
    """No programme from the pool is better by more than this share of the objective; 0 where that is proved."""
    relatedness: float | None
    """Mean cosine of all pairs in it; None of a single title."""
    order_exact: bool
    """Whether the running order is the best of all orders."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "themes": [{"node_id": fact.subject, "name": fact.shown} for fact in self.themes],
            "seeds": [title.to_json() for title in self.seeds],
            "titles": [slot.to_json() for slot in self.items],
            "coverage": {trait: one.to_json() for trait, one in self.coverage.items()},
            "minutes": round(self.minutes, 1),
            "unknown_length": self.unknown_length,
            "in_theme": self.in_theme,
            "left_out": self.left_out,
            "pool": self.pool,
            "objective": round(self.objective, 6),
            "gap": round(self.gap, 6),
            "relatedness": None if self.relatedness is None else round(self.relatedness, 4),
            "order_exact": self.order_exact,
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: place, title_id, name, year, kind, runtime_min, directors, countries, closeness, note."""
        import polars as pl

        names = (
            "place",
            "title_id",
            "name",
            "year",
            "kind",
            "runtime_min",
            "directors",
            "countries",
            "closeness",
            "note",
        )
        rows = [slot.to_json() for slot in self.items]
        return pl.DataFrame([{name: row[name] for name in names} for row in rows], infer_schema_length=None)
