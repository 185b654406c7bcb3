"""What bodies of requests hold: histories, titles described in JSON."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from reelation.http.asking import Asked, Count, Date, Filtered, InLanguage, Share, TitleId
from reelation.http.schemas.words import EventKind

STRICT = ConfigDict(strict=True)
"""JSON has types of its own: "20" is no number and 0 is not false. Queries have texts only, and are read."""
Time = Annotated[int, Field(ge=-2_208_988_800, le=4_102_444_800, description="seconds since 1970")]
Slider = Annotated[float, Field(ge=-1, le=1)]
Weights = Annotated[dict[str, Annotated[float, Field(ge=0, le=1000)]], Field(max_length=20)]


class Did(Asked):
    """Something that somebody did with a title."""

    model_config = STRICT

    title_id: TitleId
    kind: EventKind
    value: Annotated[float | None, Field(ge=0.5, le=5, description="stars; of ratings only")] = None
    time: Time | None = None

    @model_validator(mode="after")
    def _stars(self) -> Did:
        if (self.kind == "rating") != (self.value is not None):
            raise ValueError("a rating has a value of 0.5 to 5, other kinds have none")
        return self


History = Annotated[list[Did], Field(max_length=20_000)]


class Pulled(Filtered):
    """How a list of recommendations is to be."""

    count: Count = 20
    cursor: Annotated[str | None, Field(max_length=100, description="`next_cursor` of the page before")] = None
    popularity: Annotated[Slider, Field(description="-1 (little known) to 1 (well known)")] = 0.0
    diversity: Annotated[Share, Field(description="0 to 1: titles unlike each other")] = 0.0
    novelty: Annotated[Share, Field(description="0 to 1: titles unlike all that was seen")] = 0.0
    include_seen: bool = False
    as_of: Date | None = None


class SessionWish(Pulled):
    """An anonymous history, and how the list is to be."""

    model_config = STRICT

    history: History


class SessionTaste(InLanguage):
    """An anonymous history."""

    model_config = STRICT

    history: Annotated[History, Field(min_length=1)]
    count: Annotated[int, Field(ge=1, le=100, description="how many of everything")] = 6


class ColdTitle(Filtered):
    """A title that the atlas does not have, and how to look for related ones."""

    model_config = STRICT

    title: Annotated[
        dict[str, Any],
        Field(
            description="as docs/reference/json.md has it under place",
            json_schema_extra={"required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}}},
        ),
    ]
    count: Count = 20
    weights: Weights = Field(default_factory=dict)
    as_of: Date | None = None


class ToClassify(InLanguage):
    """A title of the atlas, or one that is described."""

    model_config = STRICT

    title_id: TitleId | None = None
    title: Annotated[dict[str, Any] | None, Field(description="as docs/reference/json.md has it under place")] = None
    facet: Annotated[str, Field(min_length=1, max_length=40)] = "genre"

    @model_validator(mode="after")
    def _one(self) -> ToClassify:
        if (self.title_id is None) == (self.title is None):
            raise ValueError("give title_id, or title")
        return self
