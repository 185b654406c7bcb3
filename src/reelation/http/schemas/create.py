"""Answers of creative aid about titles and topics; their meaning at length is in docs/reference/json.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reelation.http.schemas.common import Answer, Envelope, SharedFields, TitleFields
from reelation.http.schemas.words import KindName

Part = Annotated[float, Field(ge=0, le=1)]


class ProjectFields(Answer):
    """The project that was asked about."""

    text: str
    genres: list[str]
    tone: list[str]
    people: list[str]
    territory: str | None
    budget: str | None
    year: int | None
    kind: KindName


class FigureFields(Answer):
    """One figure of a title."""

    measure: str
    value: float
    unit: str
    source: Annotated[str, Field(description="name of the source that gives it")]


class OutcomeFields(Answer):
    """How a title fared among its peers."""

    fared: str
    measure: Annotated[str, Field(description="the figure that decides")]
    value: float
    share: Annotated[Part, Field(description="of its peers whose figure is lower")]
    peers: int


class ComparableFields(TitleFields):
    """A title beside a project."""

    rank: int
    score: Annotated[float, Field(description="comparable within its column only")]
    signals: Annotated[dict[str, float], Field(description="what carries how much of the relatedness")]
    shared: list[SharedFields]
    plot_share: Annotated[Part | None, Field(description="of all texts that are less like the project's")]
    reason: str
    differs: list[str]
    figures: Annotated[list[FigureFields], Field(description="empty where the atlas knows none")]
    outcome: Annotated[OutcomeFields | None, Field(description="null where it is unknown")]


class MentionFields(Answer):
    """Something that the text names."""

    kind: str
    text: str
    first: int | None
    last: int | None


class CautionFields(Answer):
    """Something to know before relying on an answer."""

    code: str
    text: str
    figures: dict[str, float]


class SourceOf(Answer):
    """Where figures and facts are from."""

    name: str
    label: str | None = None
    homepage: str | None = None
    licence: str | None = None
    licence_url: str | None = None


class CompsAnswer(Envelope):
    """Comparables in two columns, with the misses beside the hits."""

    project: ProjectFields
    tonal: Annotated[list[ComparableFields], Field(description="by story, people and look; nearest first")]
    market: Annotated[list[ComparableFields], Field(description="by scale, time and territory; none is in tonal")]
    tonal_misses: Annotated[list[ComparableFields], Field(description="near titles that fared badly")]
    market_misses: list[ComparableFields]
    mentions: Annotated[list[MentionFields], Field(description="what was understood of the text by name")]
    text_read: Annotated[bool, Field(description="whether an encoder read the text; else a caution says why not")]
    candidates: int
    cautions: list[CautionFields]
    sources: list[SourceOf]


class ElementFields(Answer):
    """What one parent has to do with a title."""

    parent: TitleFields
    amount: Annotated[float, Field(description="below 0 where it is taken away")]
    score: Annotated[float, Field(description="its exact part of the title's score")]
    share: Annotated[float, Field(description="of all that adds to the score")]
    facets: dict[str, float]
    shared: list[SharedFields]


class BlendedFields(TitleFields):
    """One title near a blend or combination."""

    rank: int
    score: float
    elements: Annotated[list[ElementFields], Field(description="one a parent, in the order asked")]
    sentence: Annotated[str | None, Field(description="null where the evidence does not hold")]


class BlendAnswer(Envelope):
    """Titles near a blend or combination, closest first."""

    parents: list[TitleFields]
    amounts: Annotated[list[float], Field(description="of each parent")]
    metric: str
    weights: dict[str, float]
    candidates: int
    both: Annotated[Part, Field(description="of the listed titles: every parent that adds has a fifth of them or more")]
    blend: list[BlendedFields]


class TopicFields(Answer):
    """A topic."""

    node_id: str
    name: str
    type: str
    titles: int


class CoverageFields(Answer):
    """How completely titles are tagged with such topics."""

    share: Part
    lately: Part
    type: str
    poor: Annotated[bool, Field(description="less than half is tagged: empty may mean untagged")]


class InterestFields(Answer):
    """What an audience made of the titles near a combination."""

    titles: int
    renown: float
    usual: float
    low: float
    high: float
    stars: float | None
    called: Literal["high", "low", "unclear"]


class GapFields(Answer):
    """A combination that is rarer than expected."""

    one: TopicFields
    two: TopicFields
    seen: int
    expected: float
    chance: float
    lately: float
    ratio: float
    low: Annotated[float, Field(description="of the interval of seen / expected")]
    high: float
    off: float
    q_value: Annotated[float, Field(description="the false-discovery rate at which it would still be listed")]
    quadrant: Annotated[str, Field(description="thin_wanted, thin_unwanted, thin_unclear; hatched: poorly tagged")]
    coverage: CoverageFields
    interest: Annotated[InterestFields | None, Field(description="null where the atlas does not know")]
    titles: Annotated[list[TitleFields], Field(description="some that have both, latest first")]
    near: Annotated[list[TitleFields], Field(description="some that come close")]
    sentence: str


class GapsAnswer(Envelope):
    """Gaps, surest first."""

    titles: Annotated[int, Field(description="that count: with a year and any topic")]
    undated: int
    first: int
    until: int
    types: list[str]
    topics: int
    tested: Annotated[int, Field(description="pairs that were tested")]
    called: Annotated[int, Field(description="gaps at the rate")]
    rate: float
    gaps: list[GapFields]
