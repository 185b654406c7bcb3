"""A title and its neighbours, also of a title that the atlas does not have."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.engine import Engine
from reelation.http.answers import answer, envelope, next_cursor, start_of
from reelation.http.asking import (
    Count,
    Date,
    Filtered,
    InLanguage,
    Share,
    TitleId,
    ViewerId,
    asked,
    documented,
    language_of,
    weights_of,
)
from reelation.http.schemas.asked import ColdTitle, Slider
from reelation.http.schemas.common import problems
from reelation.http.schemas.titles import ColdAnswer, DetailsAnswer, RandomAnswer, RelatedAnswer, TrajectoryAnswer
from reelation.http.state import Generation, service_of
from reelation.insights.related import Related, Wanted, at_once
from reelation.search.exact import Metric

router = APIRouter(prefix="/v1", tags=["titles"])


class RelatedQuery(Filtered):
    """How to look for related titles."""

    count: Count = 20
    cursor: Annotated[str | None, Field(max_length=100, description="`next_cursor` of the page before")] = None
    weights: Annotated[str | None, Field(max_length=400, description="facet weights, as people=1.5,story=0")] = None
    metric: Metric = "dot"
    popularity: Annotated[Slider, Field(description="-1 (little known) to 1 (well known)")] = 0.0
    diversity: Annotated[Share, Field(description="0 to 1: titles unlike each other")] = 0.0
    as_of: Date | None = None
    exclude_seen: Annotated[ViewerId | None, Field(description="a viewer whose seen and hidden titles stay out")] = None
    min_relevance: Annotated[Share, Field(description="only titles with this share of the best score")] = 0.0
    explain: Annotated[bool, Field(description="with what both share, and a reason")] = True
    differs: Annotated[bool, Field(description="with what sets each apart, where it explains")] = True


class TrajectoryQuery(InLanguage):
    """When to look, and at how many titles."""

    count: Annotated[int, Field(ge=1, le=100, description="closest titles at each date")] = 10
    dates: Annotated[int, Field(ge=2, le=12, description="how many dates, evenly over the title's years")] = 5
    date: Annotated[list[Date], Field(description="instead, these dates", max_length=12)] = Field(default_factory=list)


class RandomQuery(InLanguage):
    """Which titles."""

    count: Annotated[int, Field(ge=1, le=10)] = 1
    min_popularity: Annotated[Share, Field(description="only titles that are better known than this share")] = 0.0
    seed: Annotated[int | None, Field(ge=0, le=2**53, description="the same titles each time")] = None


# Before the title itself, whose id may hold slashes.
@router.get(
    "/titles/{title_id:path}/related",
    response_model=RelatedAnswer,
    responses=problems("title-not-found", "stale-cursor"),
    openapi_extra=documented(RelatedQuery),
)
async def related(request: Request, title_id: TitleId) -> Response:
    """The titles most related to one, closest first, each with its reason."""
    query = asked(RelatedQuery, request)
    service = service_of(request)
    generation = await service.at(service.generation, query.as_of)
    row = generation.row(title_id)
    outside = None
    if query.exclude_seen is not None:
        history = await service.work(service.known_history, generation, query.exclude_seen)
        outside = np.union1d(history.seen, history.hidden) if history is not None else None
    wanted = Wanted(
        k=query.count,
        start=start_of(generation, query.cursor),
        weights=weights_of(query.weights),
        metric=query.metric,
        filters=query.filters(),
        outside=outside,
        min_relevance=query.min_relevance,
        popularity=query.popularity,
        diversity=query.diversity,
        explain=query.explain,
        differs=query.differs and query.explain,
    )
    engine = generation.engine(language_of(request, query.lang))
    if at_once(generation.atlas, row, wanted):  # quicker here than on the way to a thread and back
        return answer(_related(generation, engine, row, wanted))
    return answer(await service.work(_related, generation, engine, row, wanted))


@router.get(
    "/titles/{title_id:path}/trajectory",
    response_model=TrajectoryAnswer,
    responses=problems("title-not-found"),
)
async def trajectory(request: Request, title_id: TitleId, query: Annotated[TrajectoryQuery, Query()]) -> Response:
    """How a title's neighbourhood moved: its closest titles as of one date after another."""
    service = service_of(request)
    generation = service.generation
    generation.row(title_id)
    engine = generation.engine(language_of(request, query.lang))
    found = await service.work(engine.trajectory, title_id, dates=query.date, count=query.dates, k=query.count)
    return answer({**found.to_json(), **envelope(generation)})


@router.get("/titles:random", response_model=RandomAnswer, responses=problems())
async def random(request: Request, query: Annotated[RandomQuery, Query()]) -> Response:
    """Some titles by chance: the same ones for the same seed."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, query.lang))
    found = engine.some_titles(query.count, min_popularity=query.min_popularity, seed=query.seed)
    return answer({"atlas_version": generation.version, "titles": [title.to_json() for title in found]})


@router.get("/titles/{title_id:path}", response_model=DetailsAnswer, responses=problems("title-not-found"))
async def title(request: Request, title_id: TitleId, query: Annotated[InLanguage, Query()]) -> Response:
    """All that the atlas knows of a title."""
    service = service_of(request)
    generation = service.generation
    generation.row(title_id)
    engine = generation.engine(language_of(request, query.lang))
    return answer(await service.work(details_of, generation, engine, title_id))


@router.post("/related:cold", response_model=ColdAnswer, responses=problems("atlas-lacks"))
async def related_cold(request: Request, cold: ColdTitle) -> Response:
    """Titles related to one that the atlas does not have."""
    service = service_of(request)
    generation = await service.at(service.generation, cold.as_of)
    engine = generation.engine(language_of(request, cold.lang))
    return answer(await service.work(_cold, generation, engine, cold))


def _related(generation: Generation, engine: Engine, row: int, wanted: Wanted) -> dict[str, Any]:
    found = engine.related_at(row, wanted)
    return {
        **found.to_json(),
        **_envelope(generation, found, row),
        "next_cursor": next_cursor(generation, wanted.start, len(found), found.candidates),
    }


def details_of(generation: Generation, engine: Engine, title_id: str) -> dict[str, Any]:
    """All that is known of a title, as the service sends it."""
    grouped = generation.atlas.part("groups") is not None
    return {
        "atlas_version": generation.version,
        **engine.details(title_id).to_json(),
        "groups": engine.group_of(title_id).to_json()["groups"] if grouped else [],
    }


def _cold(generation: Generation, engine: Engine, cold: ColdTitle) -> dict[str, Any]:
    placed = engine.place(cold.title)
    found = engine.related_at(placed, Wanted(k=cold.count, weights=cold.weights, filters=cold.filters()))
    content = {**found.to_json(), **placed.to_json()}
    return {**content, **_envelope(generation, found, placed.row)}


def _envelope(generation: Generation, found: Related, row: int | None) -> dict[str, Any]:
    return envelope(generation, filtered=len(generation.atlas) - (row is not None) - found.candidates)
