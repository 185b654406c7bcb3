"""Answers of the other insights; deep figures are as docs/reference/json.md has them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from reelation.http.schemas.common import AlikeFields, Answer, Envelope, SharedFields, TitleFields

Figures = dict[str, Any]


class NumberFields(Answer):
    """The years or the runtimes of two titles, as evidence."""

    name: str
    here: float
    there: float
    facet: str
    drop: float


class BlockFields(Answer):
    """One block's exact part of the score."""

    facet: str
    block: str
    part: float


class DifferenceFields(Answer):
    """What one title has and the other lacks."""

    what: str
    here: list[str]
    there: list[str]
    bits: float
    sentence: str


class PathPoint(Answer):
    """Something that a path goes through."""

    type: str
    id: str
    name: str
    year: int | None


class PathHop(Answer):
    """What joins a point of a path to the next one."""

    relations: list[str]
    forward: bool


class PathFields(Answer):
    """One way between two titles."""

    cost: Annotated[float, Field(description="the lower, the more it says")]
    points: list[PathPoint]
    hops: list[PathHop]
    text: str


class PathsAnswer(Envelope):
    """Several different ways between two titles, the most telling first."""

    title_a: TitleFields
    title_b: TitleFields
    length: int
    paths: list[PathFields]


class ExplanationAnswer(Answer):
    """Why two titles are related; `depth` says which fields are there."""

    atlas_version: str
    depth: str
    title_a: TitleFields
    title_b: TitleFields
    metric: str
    score: float
    reason: str
    facets: dict[str, float] | None = None
    blocks: list[BlockFields] | None = None
    learned: float | None = None
    shared: list[SharedFields] | None = None
    numbers: list[NumberFields] | None = None
    alike: list[AlikeFields] | None = None
    differences: list[DifferenceFields] | None = None
    rank_of_b: int | None = None
    rank_of_a: int | None = None
    titles: int | None = None
    paths: list[PathFields] | None = None


class TagEvidence(Answer):
    """Something that speaks for a tag, or against it."""

    source: str
    name: str
    type: str
    part: float


class TagGuessFields(Answer):
    """How likely a tag is."""

    tag: str
    node_id: str
    probability: float
    usual: float
    given: bool | None
    base: float
    evidence: list[TagEvidence]
    rest: float
    reason: str


class ClassifiedAnswer(Envelope):
    """All tags of a facet that the atlas tells, likeliest first."""

    title: TitleFields
    facet: str
    tags: list[TagGuessFields]
    figures: Figures
    notes: list[str]


class TasteAnswer(Answer):
    """A portrait, as `reelation taste --json`."""

    atlas_version: str
    name: str
    titles: int
    judged: int
    mean_stars: float | None
    average: str
    average_of: int
    summary: list[str]
    aspects: dict[str, Figures]
    groups: list[Figures]
    crowd: Figures | None
    blind_spots: Figures
    drift: Figures | None
    missing: dict[str, str]
    unknown_titles: list[str]


class TimelineAnswer(Envelope):
    """A thing over the years, as `reelation timeline --json`."""

    node_id: str
    name: str
    type: str
    titles: int
    unknown_years: int
    first_year: int | None
    last_year: int | None
    summary: list[str]
    trend: str | None
    p_value: float | None
    peak: Figures | None
    turning_points: list[Figures]
    movement: Figures | None
    viewing: list[Figures] | None
    outlook: Figures | None
    career: Figures | None
    years: list[Figures]


class EgoNodeFields(Answer):
    """Something in the graph."""

    id: str
    type: str
    name: str
    year: int | None
    weight: float


class EgoEdgeFields(Answer):
    """What joins two of them."""

    source: str
    target: str
    relation: str
    weight: float


class EgoAnswer(Answer):
    """A centre and what is around it."""

    atlas_version: str
    centre: EgoNodeFields
    nodes: list[EgoNodeFields]
    edges: list[EgoEdgeFields]


class LabelFields(Answer):
    """The name of a group and where it stands."""

    group: int
    level: int
    name: str
    x: float
    y: float
    size: int


class LabelsAnswer(Answer):
    """Names on the map."""

    atlas_version: str
    method: str
    labels: Annotated[list[list[LabelFields]], Field(description="by level, coarsest first")]
    groups: Annotated[list[str], Field(description="names of all groups by number")]
    kinds: Annotated[list[str], Field(description="names of the codes of the column kind")]
    genres: Annotated[list[str], Field(description="names of the codes of the column genre")]
    countries: Annotated[list[str], Field(description="names of the codes of the column country")]


class SourceFields(Answer):
    """Where the catalogue came from."""

    name: str
    label: str
    homepage: str | None
    licence: str
    licence_url: str | None
    trainable: bool
    files: list[str]


class FacetFields(Answer):
    """One reason to be related."""

    name: str
    label: Annotated[str, Field(description="in the asker's language")]
    weight: Annotated[float, Field(description="share of the score")]
    node_types: list[str]
    blocks: list[str]


class AtlasAnswer(Answer):
    """The model card."""

    atlas_version: str
    titles: int
    width: int
    seed: int
    created: str
    reelation: str
    format: int
    catalogue_hash: str
    facets: list[FacetFields]
    node_types: list[str]
    relations: list[str]
    kinds: Annotated[dict[str, int], Field(description="titles by kind")]
    nodes: Annotated[dict[str, int], Field(description="nodes by type")]
    years: Annotated[list[int] | None, Field(description="first and last")]
    sources: list[SourceFields]
    parts: list[str]
    viewers: Annotated[int, Field(description="viewers that the atlas was trained with")]
    scores: Figures
    config: Figures
    libraries: dict[str, str]
