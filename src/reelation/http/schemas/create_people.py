"""Answers of creative aid about people and programmes; their meaning at length is in docs/reference/json.md."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reelation.http.schemas.common import Answer, Envelope, TitleFields
from reelation.http.schemas.create import Part, TopicFields
from reelation.http.schemas.words import RoleName


class PersonFields(Answer):
    """A person."""

    node_id: str
    name: str


class ClosestFields(TitleFields):
    """A title of a person, and how close it is to the project."""

    closeness: Part


class AvailabilityFields(Answer):
    """When somebody was active, by credits."""

    titles: int
    first_year: int | None
    last_year: int | None
    titles_lately: Annotated[int | None, Field(description="in the last ten years of the atlas")]
    titles_per_year: float | None
    gap_years: int | None
    died: Annotated[int | None, Field(description="only where the catalogue has it")]


class TogetherFields(PersonFields):
    """Work with somebody attached."""

    titles: int
    first_year: int | None
    last_year: int | None
    examples: list[TitleFields]


class LikelyFields(PersonFields):
    """The chance of a first title with somebody attached."""

    chance: Annotated[Part, Field(description="within five years")]
    between: Annotated[list[PersonFields], Field(description="who worked with both")]


class CastFields(PersonFields):
    """Somebody for the role."""

    rank: int
    score: float
    closeness: Part
    closest: list[ClosestFields]
    availability: AvailabilityFields
    together: list[TogetherFields]
    likely: Annotated[list[LikelyFields], Field(description="empty where the atlas has no such model")]
    brings: Annotated[list[TopicFields], Field(description="what nobody attached has")]
    complement: Part | None
    circle: Annotated[int, Field(description="people worked with")]
    new_to_attached: int | None
    sentences: list[str]


class CastingAnswer(Envelope):
    """People for a project, best first."""

    role: RoleName
    like: list[TitleFields]
    attached: list[PersonFields]
    people: Annotated[int, Field(description="in this role in the atlas")]
    candidates: Annotated[int, Field(description="of them that met the conditions")]
    dead: Annotated[int, Field(description="left out: the catalogue has their year of death")]
    last_year: int | None
    notes: list[str]
    items: list[CastFields]


class JoinFields(Answer):
    """What leads from one title to the next."""

    relatedness: float
    shared: Annotated[list[str], Field(description="node ids, rarest first")]
    other_decade: bool
    other_country: bool
    text: str


class SlotFields(TitleFields):
    """One title at its place in the running order."""

    place: int
    directors: list[str]
    countries: list[str]
    genres: list[str]
    closeness: float
    must: bool
    in_theme: bool
    length_assumed: bool
    note: str
    next: JoinFields | None


class TraitCoverage(Answer):
    """How many different values of a trait a programme has."""

    values: int
    most: int
    unknown: int
    there_are: int


class ThemeFields(Answer):
    """A theme."""

    node_id: str
    name: str


class ProgrammeAnswer(Envelope):
    """A programme in its running order."""

    themes: list[ThemeFields]
    seeds: list[TitleFields]
    titles: list[SlotFields]
    coverage: dict[str, TraitCoverage]
    minutes: float
    unknown_length: int
    in_theme: int
    left_out: Annotated[dict[str, int], Field(description="unknown: by length or trait")]
    pool: Annotated[int, Field(description="titles that were chosen from")]
    objective: float
    gap: Annotated[float, Field(description="no programme is better by more than this share; 0: proved best")]
    relatedness: float | None
    order_exact: bool
