"""What requests for creative aid hold: a project that is not there yet, titles by id, people and themes by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, model_validator

from reelation.http.asking import Asked, Count, Date, Filtered, InLanguage, Share, Tag, TitleId, Year
from reelation.http.schemas.asked import STRICT, Slider, Weights
from reelation.http.schemas.words import KindName, RoleName
from reelation.search.filters import Filters

MOST_TEXT = 20_000
"""Characters of a text: ten times a long synopsis. What a text names is looked for word by word."""
Format = Literal["json", "markdown", "html", "csv", "pdf"]
Names = Annotated[list[Tag], Field(max_length=20)]
Minutes = Annotated[float, Field(gt=0, le=100_000)]
_EXAMPLE: dict[str, JsonValue] = {
    "project": {"text": "A grieving chef reopens her mother's restaurant by the sea.", "genres": ["drama"]},
    "count": 5,
    "lang": "en",
}


class BriefQuery(Asked):
    """As what to answer."""

    format: Annotated[
        Format, Field(description="json, or a file of the same answer with its sources: a brief to send on")
    ] = "json"


class AskedProject(Asked):
    """A film or series that is not there yet. A genre, person or country that the atlas lacks is told in `cautions`."""

    model_config = STRICT

    text: Annotated[str, Field(max_length=MOST_TEXT, description="logline or synopsis, English or Chinese")] = ""
    genres: Annotated[list[Tag], Field(max_length=10)] = Field(default_factory=list)
    tone: Annotated[list[Tag], Field(max_length=10, description="words for how it feels, read with the text")] = Field(
        default_factory=list
    )
    people: Annotated[Names, Field(description="those attached, by name or id")] = Field(default_factory=list)
    territory: Annotated[Tag | None, Field(description="the country that it is made for or in")] = None
    budget: Annotated[
        Literal["low", "mid", "high"] | None, Field(description="third of the figures of scale that the atlas has")
    ] = None
    year: Annotated[int | None, Field(ge=1870, le=2100, description="of the planned release")] = None
    kind: KindName = "film"


class WantedComps(Filtered):
    """A project, and which comparables may come back."""

    model_config = ConfigDict(strict=True, json_schema_extra={"examples": [_EXAMPLE]})

    project: AskedProject
    count: Annotated[int, Field(ge=1, le=10, description="titles in each column")] = 5
    as_of: Date | None = None


class Near(Filtered):
    """How to look for titles near a point."""

    model_config = STRICT

    count: Count = 10
    weights: Weights = Field(default_factory=dict)
    metric: Literal["dot", "cosine"] = "dot"
    as_of: Date | None = None


class WantedBlend(Near):
    """Two titles, by id, and how much of each."""

    a: TitleId
    b: TitleId
    mix: Annotated[Share, Field(description="0 (the first alone) to 1 (the second alone)")] = 0.5


class WantedCombination(Near):
    """Titles to add and to take away, by id."""

    plus: Annotated[list[TitleId], Field(min_length=1, max_length=10)]
    minus: Annotated[list[TitleId], Field(max_length=10)] = Field(default_factory=list)


class WantedGaps(InLanguage):
    """Which combinations are looked at, and how sure a gap must be."""

    model_config = STRICT

    by: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=40)]],
        Field(max_length=15, description="types of topics: genre, keyword, place, country, person, decade …; else all"),
    ] = Field(default_factory=list)
    with_: Annotated[Names, Field(alias="with", description="one of the two is one of these: names or node ids")] = (
        Field(default_factory=list)
    )
    count: Count = 20
    rate: Annotated[float, Field(gt=0, lt=1, description="of false gaps to be expected among them")] = 0.1
    until: Annotated[Year | None, Field(description="the last year that counts; without interest then")] = None
    fewest: Annotated[int, Field(ge=2, le=100_000, description="titles that a topic has at the least")] = 10
    fewest_expected: Annotated[float, Field(gt=0, le=100_000, description="titles that the two should share")] = 4.0
    fewest_lately: Annotated[
        float, Field(ge=0, le=100_000, description="titles that they should share in ten years; 0: out of fashion too")
    ] = 1.0
    most: Annotated[
        int | None, Field(ge=0, le=100_000, description="titles that they share at the most; else half of expected")
    ] = None


class WantedCasting(InLanguage):
    """A role, what the project is like, and who is attached."""

    model_config = STRICT

    role: RoleName = "actor"
    like: Annotated[list[TitleId], Field(max_length=20, description="titles that the project is like")] = Field(
        default_factory=list
    )
    project: Annotated[
        AskedProject | None, Field(description="or what it is; its people are attached, its text is read")
    ] = None
    with_: Annotated[Names, Field(alias="with", description="people attached, by name or node id")] = Field(
        default_factory=list
    )
    exclude: Annotated[list[Tag], Field(max_length=100, description="people who are not wanted")] = Field(
        default_factory=list
    )
    active: Annotated[
        int | None, Field(ge=1, le=500, description="only people with a title in so many last years; null: all")
    ] = 10
    count: Count = 10
    likely: Annotated[Share, Field(description="how much it counts that they are likely to work together")] = 0.3
    complement: Annotated[Share, Field(description="how much it counts what those attached lack")] = 0.2
    as_of: Date | None = None

    @model_validator(mode="after")
    def _something(self) -> WantedCasting:
        if not self.like and self.project is None:
            raise ValueError("give like, or project, or both")
        return self


class ByTrait(Asked):
    """A number for each trait that titles can differ in."""

    model_config = STRICT

    decade: Annotated[int | None, Field(ge=1, le=60)] = None
    country: Annotated[int | None, Field(ge=1, le=60)] = None
    director: Annotated[int | None, Field(ge=1, le=60)] = None
    language: Annotated[int | None, Field(ge=1, le=60)] = None
    genre: Annotated[int | None, Field(ge=1, le=60)] = None
    company: Annotated[int | None, Field(ge=1, le=60)] = None

    def limits(self) -> dict[str, int]:
        """Those that are given."""
        return self.model_dump(exclude_none=True)


class WantedProgramme(Filtered):
    """A theme, or titles to be like, and the limits that the programme has to meet."""

    model_config = STRICT

    themes: Annotated[
        list[Tag],
        Field(max_length=10, description="genres, keywords, people, countries …: names or node ids; all hold"),
    ] = Field(default_factory=list)
    by: Annotated[str | None, Field(max_length=40, description="type of the themes, where a name may mean several")] = (
        None
    )
    seeds: Annotated[list[TitleId], Field(max_length=20, description="titles that it shall be like")] = Field(
        default_factory=list
    )
    count: Annotated[int, Field(ge=1, le=60)] = 12
    must: Annotated[list[TitleId], Field(max_length=60, description="titles that have to be in it")] = Field(
        default_factory=list
    )
    without: Annotated[list[TitleId], Field(max_length=200, description="titles that must not be")] = Field(
        default_factory=list
    )
    at_most: Annotated[ByTrait, Field(description="trait -> titles that may have the same value")] = Field(
        default_factory=ByTrait
    )
    at_least: Annotated[ByTrait, Field(description="trait -> different values that there must be")] = Field(
        default_factory=ByTrait
    )
    shortest: Annotated[Minutes | None, Field(description="minutes of all together, at least")] = None
    longest: Annotated[Minutes | None, Field(description="minutes of all together, at most")] = None
    assume_minutes: Annotated[Minutes | None, Field(description="taken for titles of unknown length")] = None
    min_runtime: Annotated[Minutes | None, Field(description="minutes of each, at least")] = None
    max_runtime: Annotated[Minutes | None, Field(description="minutes of each, at most")] = None
    variety: Annotated[Share, Field(description="0 (close to the theme) to 1 (unlike each other)")] = 0.4
    popularity: Annotated[Slider, Field(description="-1 (little known) to 1 (well known)")] = 0.3
    alternate: Annotated[Share, Field(description="0 (neighbours are related) to 1 (of other times and places)")] = 0.5
    as_of: Date | None = None

    @model_validator(mode="after")
    def _something(self) -> WantedProgramme:
        if not self.themes and not self.seeds:
            raise ValueError("give themes, or seeds, or both")
        return self

    def filters(self) -> Filters:
        """As the engine takes them."""
        return replace(super().filters(), min_runtime=self.min_runtime, max_runtime=self.max_runtime)
