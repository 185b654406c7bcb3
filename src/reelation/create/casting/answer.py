"""What casting answers: people, and for each the titles, years and people that speak for them.

Casting  ->  to_json, to_frame;  CastCandidate.told  ->  sentences
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reelation.create.casting.people import LATELY, Availability, Person, Together
from reelation.insights.listing import Listing
from reelation.insights.titles import Title
from reelation.insights.topics import Topic, topic_name
from reelation.messages import Messages

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Closest:
    """A title of a person, and how close it is to the project."""

    title: Title
    closeness: float
    """0 (middling) to 1 (the closest, or one that was named)."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**self.title.to_json(), "closeness": round(self.closeness, 4)}


@dataclass(frozen=True)
class Likely:
    """The chance that two who never worked together will."""

    person: Person
    """Of those attached."""
    chance: float
    """0 to 1, of a first title together within five years."""
    between: tuple[Person, ...]
    """Who worked with both, up to three; empty where nobody did."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        between = [one.to_json() for one in self.between]
        return {**self.person.to_json(), "chance": float(f"{self.chance:.3g}"), "between": between}


@dataclass(frozen=True)
class CastCandidate:
    """Somebody for the role."""

    rank: int
    """From 1."""
    person: Person
    score: float
    """Closeness and pulls; comparable within one answer only."""
    closeness: float
    """0 to 1."""
    closest: tuple[Closest, ...]
    """Titles in the role, closest first, up to three: the evidence."""
    availability: Availability
    together: tuple[Together, ...]
    """Work with those attached."""
    likely: tuple[Likely, ...]
    """Of those attached with whom there is none; empty where the atlas has no such model."""
    brings: tuple[Topic, ...]
    """Tags of two titles or more that nobody attached has; `titles` are the person's."""
    complement: float | None
    """0 to 1, the share of such tags; None with nobody attached."""
    circle: int
    """People worked with."""
    new_to_attached: int | None
    """Those among them with whom nobody attached worked; None with nobody attached."""
    sentences: tuple[str, ...] = ()

    def told(self, say: Messages) -> CastCandidate:
        """The same with sentences."""
        return replace(self, sentences=_sentences(self, say))

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "rank": self.rank,
            **self.person.to_json(),
            "score": round(self.score, 4),
            "closeness": round(self.closeness, 4),
            "closest": [one.to_json() for one in self.closest],
            "availability": self.availability.to_json(),
            "together": [one.to_json() for one in self.together],
            "likely": [one.to_json() for one in self.likely],
            "brings": [
                {"node_id": one.node_id, "name": one.name, "type": one.type, "titles": one.titles}
                for one in self.brings
            ],
            "complement": round(self.complement, 4) if self.complement is not None else None,
            "circle": self.circle,
            "new_to_attached": self.new_to_attached,
            "sentences": list(self.sentences),
        }


@dataclass(frozen=True)
class Casting(Listing[CastCandidate]):
    """People for a project, best first."""

    role: str
    like: tuple[Title, ...]
    attached: tuple[Person, ...]
    items: tuple[CastCandidate, ...]
    people: int
    """In this role in the atlas."""
    candidates: int
    """Of them that met the conditions."""
    dead: int
    """Left out because the catalogue has their year of death."""
    last_year: int | None
    """Of the atlas: availability is as of then."""
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "role": self.role,
            "like": [one.to_json() for one in self.like],
            "attached": [one.to_json() for one in self.attached],
            "people": self.people,
            "candidates": self.candidates,
            "dead": self.dead,
            "last_year": self.last_year,
            "notes": list(self.notes),
            "items": [one.to_json() for one in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame, a row a person: rank, node_id, name, score, closeness, first_year … titles_per_year."""
        import polars as pl

        rows = []
        for one in self.items:
            content = one.to_json()
            plain = {key: content[key] for key in ("rank", "node_id", "name", "score", "closeness", "complement")}
            rows.append(
                {**plain, **content["availability"], "closest": str(one.closest[0].title) if one.closest else None}
            )
        return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()


def _sentences(one: CastCandidate, say: Messages) -> tuple[str, ...]:
    found = []
    if one.closest:
        titles = say.names([str(near.title) for near in one.closest])
        found.append(say.say("create_casting.closest", titles=titles))
    for both in one.together:
        key = "together_one_year" if both.first_year == both.last_year else "together"
        key = "together_undated" if both.first_year is None else key
        found.append(
            say.say(
                f"create_casting.{key}",
                name=both.person.name,
                count=both.titles,
                first=both.first_year,
                last=both.last_year,
            )
        )
    for chance in one.likely:
        if chance.between:
            names = say.names([person.name for person in chance.between])
            found.append(say.say("create_casting.between", name=chance.person.name, names=names))
    if one.brings:
        found.append(
            say.say("create_casting.brings", topics=say.names([topic_name(topic, say) for topic in one.brings], 4))
        )
    when = one.availability
    if when.last_year is None:
        found.append(say.say("create_casting.undated"))
    else:
        found.append(say.say("create_casting.active", last=when.last_year, count=when.lately, years=LATELY))
    return tuple(found)
