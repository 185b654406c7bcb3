"""Timelines, classification, and the graph around one thing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.errors import AmbiguousTitleError, TitleNotFoundError
from reelation.http.answers import answer, envelope
from reelation.http.asking import Date, InLanguage, language_of
from reelation.http.problems import Problem
from reelation.http.schemas.asked import ToClassify
from reelation.http.schemas.common import problems
from reelation.http.schemas.insights import ClassifiedAnswer, EgoAnswer, TimelineAnswer
from reelation.http.state import service_of
from reelation.insights.timeline import timeline as timeline_of

router = APIRouter(prefix="/v1", tags=["insights"])


class TimelineQuery(InLanguage):
    """What a timeline is about."""

    thing: Annotated[str, Field(min_length=1, max_length=200, description="a name, or a node id: genre:western")]
    by: Annotated[str | None, Field(max_length=40, description="its type, where the name may mean several")] = None
    as_of: Date | None = None


class EgoQuery(InLanguage):
    """How much of the graph."""

    count: Annotated[int, Field(ge=2, le=80, description="nodes at the most")] = 40


@router.get("/timeline", response_model=TimelineAnswer, responses=problems("thing-not-found"))
async def timeline(request: Request, query: Annotated[TimelineQuery, Query()]) -> Response:
    """How a genre, theme, person, company, country or group went over the years."""
    service = service_of(request)
    generation = await service.at(service.generation, query.as_of)
    engine = generation.engine(language_of(request, query.lang))
    try:
        found = await service.work(timeline_of, generation.atlas, query.thing, by=query.by, say=engine.say)
    except AmbiguousTitleError as error:
        raise Problem("thing-not-found", str(error), suggestions=error.candidates) from error
    except TitleNotFoundError as error:
        raise Problem("thing-not-found", str(error), suggestions=error.suggestions) from error
    return answer({**found.to_json(), **envelope(generation)})


@router.post("/classify", response_model=ClassifiedAnswer, responses=problems("title-not-found", "atlas-lacks"))
async def classify(request: Request, asked: ToClassify) -> Response:
    """How likely each genre (or other tag) is, by everything else about a title."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, asked.lang))
    title: Any = asked.title if asked.title is not None else asked.title_id
    if asked.title_id is not None:
        generation.row(asked.title_id)
    found = await service.work(engine.classify, title, asked.facet)
    return answer({**found.to_json(), **envelope(generation)})


@router.get("/graph/ego/{centre:path}", response_model=EgoAnswer, responses=problems("thing-not-found"))
async def ego(
    request: Request,
    centre: Annotated[str, Field(min_length=1, max_length=300)],
    query: Annotated[EgoQuery, Query()],
) -> Response:
    """What lies around a title, person or tag, by id: a small graph to look at."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, query.lang))
    try:
        found = await service.work(engine.ego, centre, count=query.count)
    except TitleNotFoundError as error:
        raise Problem("thing-not-found", str(error), suggestions=["Find ids with /v1/search."]) from error
    return answer({"atlas_version": generation.version, **found.to_json()})
