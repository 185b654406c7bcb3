"""Parts that many answers have."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reelation.http.problems import KINDS
from reelation.http.schemas.words import KindName


class Answer(BaseModel):
    """An answer: fields may be added, none is renamed or removed within /v1."""

    model_config = ConfigDict(extra="forbid")


class ProblemDetails(Answer):
    """Everything that goes wrong has this shape (RFC 9457)."""

    type: Annotated[str, Field(description="/problems/KIND")]
    title: str
    status: int
    detail: Annotated[str, Field(description="what happened, and why")]
    instance: Annotated[str, Field(description="the path that was asked for")]
    suggestions: Annotated[list[str], Field(description="what to try")]
    candidates: list[dict[str, Any]] = []
    errors: list[FieldError] = []


class FieldError(Answer):
    """A field that is not valid."""

    where: str
    message: str


class Envelope(Answer):
    """What every list carries."""

    recommendation_id: Annotated[str, Field(description="new for every answer; sorts by time")]
    atlas_version: Annotated[str, Field(description="short hash of the atlas's manifest")]
    filtered: Annotated[int, Field(description="titles that filters, and what was seen, left out")]
    fallback: Annotated[str | None, Field(description="what spoke instead of what usually does")]
    note: Annotated[str | None, Field(description="the same in a sentence")]


class TitleFields(Answer):
    """A title, as everywhere."""

    title_id: str
    name: str
    original_name: str | None
    year: int | None
    end_year: int | None
    kind: KindName
    runtime_min: Annotated[float | None, Field(description="minutes")]
    external_ids: dict[str, str]


class SharedFields(Answer):
    """Something that two titles have in common."""

    node_id: str
    name: str
    type: str
    roles_here: list[str]
    roles_there: list[str]
    titles: Annotated[int, Field(description="how many titles have it")]
    facet: str | None
    share: Annotated[float, Field(description="its exact part of the unnormalised score")]
    used: Annotated[bool, Field(description="whether the model reads it; else metadata only")]
    drop: Annotated[float | None, Field(description="how much the score falls without it; null in lists")]


class FigurePair(Answer):
    """A measurement of both titles."""

    name: str
    here: float
    there: float


class AlikeFields(Answer):
    """What one trait of look or sound adds to a score."""

    facet: Literal["look", "sound"]
    block: str
    trait: Annotated[str, Field(description="palette, light, composition, texture, pace, motion, tempo …")]
    part: Annotated[float, Field(description="exact; those of a facet add up to its part")]
    figures: list[FigurePair]
    words: Annotated[str, Field(description="the trait and its figures, in the language asked for")]


_EVERYWHERE = (
    "invalid-request",
    "too-many-requests",
    "key-required",
    "busy",
    "not-ready",
    "forbidden",
    "wrong-host",
    "too-large",
    "unsupported-media-type",
)


def problems(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems that a route may answer with, those of every route among them."""
    titles: dict[int, list[str]] = {}
    for kind in dict.fromkeys((*kinds, *_EVERYWHERE)):
        titles.setdefault(KINDS[kind].status, []).append(KINDS[kind].title)
    return {
        status: {
            "description": "; ".join(named),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status, named in sorted(titles.items())
    }
