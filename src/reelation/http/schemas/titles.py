"""Answers of `routes.titles`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reelation.http.schemas.common import Answer, Envelope, SharedFields, TitleFields


class RelatedItem(TitleFields):
    """One related title."""

    rank: Annotated[int, Field(description="from 1")]
    score: Annotated[float, Field(description="higher is closer; euclidean: minus the squared distance")]
    facets: Annotated[dict[str, float], Field(description="parts of the score; they add up to it")]
    reason: Annotated[str | None, Field(description="null without explain")]
    shared: Annotated[list[SharedFields], Field(description="rarest first; empty without explain")]


class RelatedAnswer(Envelope):
    """The titles related to one, closest first."""

    title: TitleFields
    metric: str
    weights: dict[str, float]
    candidates: Annotated[int, Field(description="titles that passed the filters")]
    related: list[RelatedItem]
    next_cursor: Annotated[str | None, Field(description="null at the end")]


class Position(Answer):
    """Where a title stands on the map."""

    x: float
    y: float
