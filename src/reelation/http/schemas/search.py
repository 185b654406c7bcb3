"""Answers of `routes.search`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reelation.http.schemas.common import Answer, Envelope
from reelation.http.schemas.words import KindName

How = Literal["exact", "prefix", "part", "typo", "alias", "pinyin", "initials"]
Score = Annotated[float, Field(ge=0, le=1)]


class KnownTitle(Answer):
    """A title that a person is known for."""

    title_id: str
    name: str
    year: int | None


class TitleHit(Answer):
    """A title that the text may mean."""

    type: Literal["title"]
    id: str
    name: str
    year: int | None
    kind: KindName
    original_name: str | None
    matched: Annotated[str, Field(description="the name that fits, as it is written")]
    how: How
    score: Score


class PersonHit(Answer):
    """A person that the text may mean."""

    type: Literal["person"]
    id: Annotated[str, Field(description="with person: in front, as timeline takes it")]
    name: str
    titles: Annotated[int, Field(description="how many titles")]
    known_for: Annotated[list[KnownTitle], Field(max_length=3)]
    matched: str
    how: How
    score: Score


class SearchAnswer(Envelope):
    """What a text may mean, best first."""

    query: str
    results: Annotated[list[Annotated[TitleHit | PersonHit, Field(discriminator="type")]], Field(max_length=50)]
