"""Titles and people by what somebody types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.http.answers import answer, envelope
from reelation.http.asking import InLanguage, language_of
from reelation.http.schemas.common import problems
from reelation.http.schemas.search import SearchAnswer
from reelation.http.searching import search_of
from reelation.http.state import Generation, service_of
from reelation.messages import messages
from reelation.title_search.search import LONGEST, Found

router = APIRouter(prefix="/v1", tags=["search"])


class SearchQuery(InLanguage):
    """What to look for."""

    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="a name, its beginning, mistyped, in pinyin or its initials; a year may go with it; or an id",
        ),
    ]
    count: Annotated[int, Field(ge=1, le=50)] = 10
    type: Literal["all", "title", "person"] = "all"


@router.get("/search", response_model=SearchAnswer, responses=problems())
async def search(request: Request, query: Annotated[SearchQuery, Query()]) -> Response:
    """Titles and people that a text may mean, best first: typos, accents, other names, 拼音, 简繁.

    Until the index of a new atlas is built (seconds), every name is compared instead, and `fallback` is `plain_search`.
    """
    service = service_of(request)
    generation = service.generation
    found, indexed = await service.work(_found, generation, query)
    told: dict[str, Any] = {}
    if not indexed:
        say = messages(language_of(request, query.lang))
        told = {"fallback": "plain_search", "note": say.say("search.plain")}
    return answer(found.to_json() | envelope(generation, **told))


def _found(generation: Generation, query: SearchQuery) -> tuple[Found, bool]:
    way, indexed = search_of(generation)
    return way.search(query.q, count=query.count, type=query.type), indexed
