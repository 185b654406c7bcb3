"""Why two titles are related, and the ways from one to the other."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.http.answers import answer, envelope
from reelation.http.asking import Date, InLanguage, TitleId, language_of, weights_of
from reelation.http.schemas.common import problems
from reelation.http.schemas.insights import ExplanationAnswer, PathsAnswer
from reelation.http.state import service_of
from reelation.search.exact import Metric

router = APIRouter(prefix="/v1", tags=["explanations"])
_SENTENCE = ("title_a", "title_b", "metric", "score", "reason")


class Pair(InLanguage):
    """Two titles, by id."""

    a: TitleId
    b: TitleId
    as_of: Date | None = None


class ExplainQuery(Pair):
    """How to explain."""

    weights: Annotated[str | None, Field(max_length=400, description="facet weights, as people=1.5,story=0")] = None
    metric: Metric = "dot"
    depth: Literal["sentence", "evidence", "paths"] = "evidence"


class PathsQuery(Pair):
    """How to look for ways."""

    count: Annotated[int, Field(ge=1, le=10)] = 3
    length: Annotated[int, Field(ge=2, le=6, description="hops at the most")] = 4


@router.get("/explain", response_model=ExplanationAnswer, responses=problems("title-not-found"))
async def explain(request: Request, query: Annotated[ExplainQuery, Query()]) -> Response:
    """Why two titles are related: a sentence, the evidence, or the evidence and paths."""
    service = service_of(request)
    generation = await service.at(service.generation, query.as_of)
    engine = generation.engine(language_of(request, query.lang))
    for title_id in (query.a, query.b):
        generation.row(title_id)

    def found() -> dict[str, Any]:
        content = engine.explain(query.a, query.b, weights=weights_of(query.weights), metric=query.metric).to_json()
        if query.depth == "sentence":
            content = {name: content[name] for name in _SENTENCE}
        if query.depth == "paths" and query.a != query.b:
            content["paths"] = engine.paths(query.a, query.b).to_json()["paths"]
        return {"atlas_version": generation.version, "depth": query.depth, **content}

    return answer(await service.work(found))


@router.get("/paths", response_model=PathsAnswer, responses=problems("title-not-found"))
async def paths(request: Request, query: Annotated[PathsQuery, Query()]) -> Response:
    """Several different ways from one title to another, through people, tags, links and viewers."""
    service = service_of(request)
    generation = await service.at(service.generation, query.as_of)
    engine = generation.engine(language_of(request, query.lang))
    for title_id in (query.a, query.b):
        generation.row(title_id)
    found = await service.work(engine.paths, query.a, query.b, count=query.count, length=query.length)
    return answer({**found.to_json(), **envelope(generation)})
