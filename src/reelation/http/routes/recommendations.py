"""What somebody would like next, and their portrait: for known viewers, and for a history that a request brings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.engine import Engine
from reelation.histories.history import History, history_of
from reelation.http.answers import answer, envelope, next_cursor, start_of
from reelation.http.asking import InLanguage, ViewerId, language_of
from reelation.http.schemas.asked import Pulled, SessionTaste, SessionWish
from reelation.http.schemas.common import problems
from reelation.http.schemas.insights import TasteAnswer
from reelation.http.schemas.titles import RecommendationsAnswer
from reelation.http.session import session_history
from reelation.http.state import Generation, service_of
from reelation.past.history import history_until

router = APIRouter(prefix="/v1", tags=["viewers"])
NEVER_KEPT = {"Cache-Control": "no-store"}
"""What is about a person changes with the next event, and is nobody else's."""


class ViewerQuery(Pulled):
    """How a viewer's list is to be."""

    with_: Annotated[ViewerId | None, Field(alias="with", description="somebody else, for a list that suits both")] = (
        None
    )


class TasteQuery(InLanguage):
    """How much of a portrait."""

    count: Annotated[int, Field(ge=1, le=100, description="how many of everything")] = 6


@router.get(
    "/viewers/{viewer_id:path}/recommendations",
    response_model=RecommendationsAnswer,
    responses=problems("viewer-not-found", "stale-cursor", "atlas-lacks"),
)
async def recommendations(request: Request, viewer_id: ViewerId, query: Annotated[ViewerQuery, Query()]) -> Response:
    """What a viewer would like next, each with the own titles that speak for it; of a viewer without events the best
    known titles, and `fallback` says so.
    """
    service = service_of(request)
    generation = await service.at(service.generation, query.as_of)
    engine = generation.engine(language_of(request, query.lang))

    def found() -> dict[str, Any]:
        history = service.known_history(generation, viewer_id) or history_of(viewer_id, [])
        other = service.history(generation, query.with_) if query.with_ is not None else None
        return _recommended(generation, engine, query, history, other, [])

    return answer(await service.work(found), headers=NEVER_KEPT)


@router.post(
    "/recommendations:session",
    response_model=RecommendationsAnswer,
    responses=problems("stale-cursor", "atlas-lacks"),
)
async def session_recommendations(request: Request, asked: SessionWish) -> Response:
    """The same for a history that the request brings; nothing is kept of it."""
    service = service_of(request)
    generation = await service.at(service.generation, asked.as_of)
    engine = generation.engine(language_of(request, asked.lang))

    def found() -> dict[str, Any]:
        history, unknown = session_history(generation, asked.history)
        history = history_until(generation.atlas, history)
        return _recommended(generation, engine, asked, history, None, unknown)

    return answer(await service.work(found), headers=NEVER_KEPT)


@router.get("/viewers/{viewer_id:path}/taste", response_model=TasteAnswer, responses=problems("viewer-not-found"))
async def taste(request: Request, viewer_id: ViewerId, query: Annotated[TasteQuery, Query()]) -> Response:
    """A viewer's portrait."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, query.lang))

    def found() -> dict[str, Any]:
        return _portrait(generation, engine, service.history(generation, viewer_id), query.count, [])

    return answer(await service.work(found), headers=NEVER_KEPT)


@router.post("/taste:session", response_model=TasteAnswer, responses=problems())
async def session_taste(request: Request, asked: SessionTaste) -> Response:
    """The portrait of a history that the request brings; nothing is kept of it."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, asked.lang))

    def found() -> dict[str, Any]:
        history, unknown = session_history(generation, asked.history)
        return _portrait(generation, engine, history, asked.count, unknown)

    return answer(await service.work(found), headers=NEVER_KEPT)


def _recommended(
    generation: Generation, engine: Engine, asked: Pulled, history: History, other: History | None, unknown: list[str]
) -> dict[str, Any]:
    start = start_of(generation, asked.cursor)
    found = engine.recommend(
        history,
        k=asked.count,
        start=start,
        filters=asked.filters(),
        popularity=asked.popularity,
        diversity=asked.diversity,
        novelty=asked.novelty,
        with_=other,
        include_seen=asked.include_seen,
    )
    return {
        **found.to_json(),
        **envelope(
            generation,
            filtered=len(generation.atlas) - found.candidates,
            fallback=found.fallback,
            note=found.note,
        ),
        "unknown_titles": unknown,
        "next_cursor": next_cursor(generation, start, len(found), found.candidates),
    }


def _portrait(
    generation: Generation, engine: Engine, history: History, count: int, unknown: list[str]
) -> dict[str, Any]:
    found = engine.taste(history, count=count).to_json()
    return {"atlas_version": generation.version, **found, "unknown_titles": unknown}
