"""Answers about titles and lists of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from reelation.http.schemas.common import AlikeFields, Answer, Envelope, SharedFields, TitleFields
from reelation.http.schemas.create import FigureFields


class RelatedItem(TitleFields):
    """One related title."""

    rank: Annotated[int, Field(description="from 1")]
    score: Annotated[float, Field(description="higher is closer; euclidean: minus the squared distance")]
    facets: Annotated[dict[str, float], Field(description="parts of the score; they add up to it")]
    reason: Annotated[str | None, Field(description="null without explain")]
    shared: Annotated[list[SharedFields], Field(description="rarest first; empty without explain")]
    alike: Annotated[list[AlikeFields], Field(description="what look and sound add; empty without, or without explain")]
    differs: Annotated[str | None, Field(description="what sets it apart most; null without explain")]


class RelatedAnswer(Envelope):
    """The titles related to one, closest first."""

    title: TitleFields
    metric: str
    weights: dict[str, float]
    candidates: Annotated[int, Field(description="titles that passed all conditions")]
    related: list[RelatedItem]
    next_cursor: Annotated[str | None, Field(description="null at the end")]


class SnapshotFields(Answer):
    """A title's neighbourhood as of a date."""

    date: str
    titles: Annotated[int, Field(description="titles known then")]
    closest: Annotated[list[TitleFields], Field(description="closest first")]
    came: Annotated[list[TitleFields], Field(description="not there on the date before")]
    went: Annotated[list[TitleFields], Field(description="there on the date before, and no more")]


class TrajectoryAnswer(Envelope):
    """How a title's neighbourhood moved, date by date."""

    title: TitleFields
    k: int
    summary: list[str]
    steady: Annotated[list[TitleFields], Field(description="there on all dates")]
    snapshots: list[SnapshotFields]


class RandomAnswer(Answer):
    """Some titles by chance."""

    atlas_version: str
    titles: list[TitleFields]


class KnownThing(Answer):
    """Something of a description that the atlas has."""

    node_id: str
    name: str
    type: str
    relations: list[str]
    titles: int


class UnknownThing(Answer):
    """Something of it that the atlas does not have."""

    where: str
    text: str
    close: list[str]


class QuestionCandidate(Answer):
    """What a name may mean."""

    id: str
    name: str
    titles: int
    known_for: list[str]


class Question(Answer):
    """A name that fits several people or titles."""

    where: str
    text: str
    candidates: list[QuestionCandidate]


class ColdAnswer(Envelope):
    """A title that the atlas does not have, and what it is related to."""

    title: TitleFields
    in_atlas: bool
    known: list[KnownThing]
    unknown: list[UnknownThing]
    questions: list[Question]
    text_used: bool
    learned: list[str]
    facets: Annotated[dict[str, float], Field(description="how much each can say; 0 is nothing")]
    guessed: Annotated[list[str], Field(description="facets of which nothing is known, guessed from the rest")]
    guessed_from: Annotated[dict[str, float], Field(description="people, text, image …: share of each in the guess")]
    notes: list[str]
    metric: str
    weights: dict[str, float]
    candidates: int
    related: list[RelatedItem]


class CreditFields(Answer):
    """A person in a role."""

    node_id: str
    name: str
    role: str


class TagFields(Answer):
    """A tag."""

    node_id: str
    name: str
    titles: int


class LinkFields(TitleFields):
    """Another title that this one belongs to."""

    link: str


class FullTitle(TitleFields):
    """A title and all that it has."""

    plot: Annotated[str | None, Field(description="null: an atlas keeps no plots")]
    credits: list[CreditFields]
    tags: Annotated[dict[str, list[TagFields]], Field(description="by facet; the rarest first")]
    links: list[LinkFields]
    aliases: Annotated[list[str], Field(description="other names")]


class Position(Answer):
    """Where a title stands on the map."""

    x: float
    y: float


class Colour(Answer):
    """One of the main colours."""

    colour: Annotated[str, Field(description="as #a03f22")]
    share: float


class LookFields(Answer):
    """How a title looks or sounds, by one encoder."""

    modality: Literal["image", "video", "audio"]
    facet: Literal["look", "sound"]
    palette: Annotated[list[Colour], Field(description="largest share first; empty for sound")]
    figures: Annotated[dict[str, float], Field(description="units and ranges: docs/reference/json.md")]
    barcode: Annotated[list[str], Field(description="colours from beginning to end; clips only")]


class DetailsAnswer(Answer):
    """All that the atlas knows of a title."""

    atlas_version: str
    title: FullTitle
    groups: Annotated[list[Membership], Field(description="coarsest first; empty where there are none")]
    position: Position | None
    popularity: Annotated[float | None, Field(description="share of titles that are less well known")]
    looks: Annotated[list[LookFields], Field(description="empty where the atlas has no pictures or sound of it")]
    figures: Annotated[list[FigureFields], Field(description="of scale and reception; empty where none is known")]


class GroupTerm(Answer):
    """One thing that a group is called after."""

    term_id: str
    type: str
    name: str
    share: float
    lift: float


class BoundaryTitle(TitleFields):
    """A title that is about as close to another group."""

    group: int
    group_name: str


class GroupFields(Answer):
    """A group of titles."""

    group: Annotated[int, Field(description="its number among the groups of all levels")]
    level: Annotated[int, Field(description="from 1, the coarsest")]
    name: str
    terms: list[GroupTerm]
    size: int
    parent: Annotated[int | None, Field(description="the group one level up")]
    typical: list[TitleFields]
    boundary: list[BoundaryTitle]


class Membership(GroupFields):
    """A title in its group of one level."""

    strength: Annotated[float, Field(description="share of its links to near titles that stay in the group")]
    other: int | None
    other_name: str | None


class GroupsAnswer(Envelope):
    """The groups of one level, largest first."""

    level: int
    levels: int
    quality: dict[str, Any]
    groups: list[GroupFields]


class GroupAnswer(Envelope):
    """One group and its titles, best known first."""

    group: GroupFields
    titles: list[TitleFields]
    next_cursor: str | None


class BecauseFields(Answer):
    """An own title that speaks for a recommendation."""

    title_id: str
    name: str
    year: int | None
    viewer: str
    verdict: float
    part: float
    viewers: float
    content: float


class RecommendedItem(TitleFields):
    """One recommendation."""

    rank: int
    score: Annotated[float, Field(description="standing + parts of because + rest")]
    standing: float
    because: list[BecauseFields]
    rest: float
    fame: float
    newness: float
    reason: str


class ListFigures(Answer):
    """What a list is like."""

    popularity: float | None
    diversity: float
    novelty: float | None


class RecommendationsAnswer(Envelope):
    """A list, best first."""

    viewers: list[str]
    popularity: float
    diversity: float
    novelty: float
    candidates: int
    list_: Annotated[ListFigures, Field(alias="list")]
    recommended: list[RecommendedItem]
    unknown_titles: Annotated[list[str], Field(description="ids of the history that this atlas does not have")]
    next_cursor: str | None
