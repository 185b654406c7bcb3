"""A title and its neighbours."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.http.answers import answer, cursor_of, envelope, start_of
from reelation.http.asking import Count, Filtered, TitleId, language_of, weights_of
from reelation.http.schemas.common import problems
from reelation.http.schemas.titles import RelatedAnswer
from reelation.http.state import service_of
from reelation.search.exact import Metric

router = APIRouter(prefix="/v1", tags=["titles"])


class RelatedQuery(Filtered):
    """How to look for related titles."""

    count: Count = 20
    cursor: Annotated[str | None, Field(max_length=100, description="`next_cursor` of the page before")] = None
    weights: Annotated[str | None, Field(max_length=400, description="facet weights, as people=1.5,story=0")] = None
    metric: Metric = "dot"


@router.get(
    "/titles/{title_id:path}/related",
    response_model=RelatedAnswer,
    responses=problems("title-not-found", "stale-cursor"),
)
async def related(request: Request, title_id: TitleId, query: Annotated[RelatedQuery, Query()]) -> Response:
    """The titles most related to one, closest first, each with its reason."""
    service = service_of(request)
    generation = service.generation
    generation.row(title_id)
    start = start_of(generation, query.cursor)
    found = await service.work(
        generation.engine(language_of(request, query.lang)).related,
        title_id,
        k=start + query.count,
        weights=weights_of(query.weights),
        metric=query.metric,
        filters=query.filters(),
    )
    content = found.to_json()
    content["related"] = content["related"][start:]
    more = found.candidates > start + query.count
    return answer(
        content
        | envelope(generation, filtered=len(generation.atlas) - 1 - found.candidates)
        | {"next_cursor": cursor_of(generation, start + query.count) if more else None}
    )
