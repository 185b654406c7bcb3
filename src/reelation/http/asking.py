"""What requests ask in common: language, filters, weights."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from reelation.http.problems import Problem
from reelation.http.schemas.words import KindName, Language
from reelation.messages import LANGUAGES
from reelation.search.filters import Filters

Year = Annotated[int, Field(ge=1870, le=2200)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=100)]
TitleId = Annotated[str, Field(min_length=1, max_length=200)]
ViewerId = Annotated[str, Field(min_length=1, max_length=200)]
Tag = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    """Fields of a request; others are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class InLanguage(Asked):
    """A question in a language."""

    lang: Annotated[Language | None, Field(description="en or zh; else as Accept-Language says, else en")] = None


class Filtered(InLanguage):
    """A question about some titles only."""

    kind: Annotated[list[KindName], Field(description="any of these kinds", max_length=10)] = []
    year_from: Year | None = None
    year_to: Year | None = None
    genre: Annotated[list[Tag], Field(description="all of these genres", max_length=10)] = []
    country: Annotated[list[Tag], Field(description="any of these countries", max_length=10)] = []
    language: Annotated[list[Tag], Field(description="any of these languages", max_length=10)] = []

    def filters(self) -> Filters:
        """As the engine takes them."""
        if not (self.kind or self.genre or self.country or self.language or self.year_from or self.year_to):
            return Filters()
        return Filters(
            kinds=tuple(self.kind),
            since=self.year_from,
            until=self.year_to,
            genres=tuple(self.genre),
            countries=tuple(self.country),
            languages=tuple(self.language),
        )


def language_of(request: Request, asked: str | None) -> str:
    """The language to answer in: the one asked for, else the browser's first that is ours, else English."""
    if asked:
        return asked
    header = request.headers.get("accept-language")
    if not header:
        return "en"
    best, chosen = 0.0, "en"
    for part in header[:200].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        primary = name.partition("-")[0].strip().lower()
        if primary in LANGUAGES and weight > best:
            best, chosen = weight, primary
    return chosen


def weights_of(text: str | None) -> dict[str, float]:
    """'people=1.5,story=0' -> {"people": 1.5, "story": 0.0}.

    Raises:
        Problem: a part of it is not FACET=NUMBER.
    """
    found: dict[str, float] = {}
    for pair in (text or "").split(","):
        if not pair.strip():
            continue
        name, equals, number = pair.partition("=")
        try:
            if not equals:
                raise ValueError
            found[name.strip()] = float(number)
        except ValueError:
            message = f"'{pair[:60]}' is not FACET=NUMBER, as in people=1.5,story=0"
            errors: list[dict[str, Any]] = [{"where": "query.weights", "message": message}]
            raise Problem("invalid-request", f"weights: {message}.", errors=errors) from None
    return found
