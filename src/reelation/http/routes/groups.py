"""Groups of titles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from reelation.http.answers import answer, envelope, next_cursor, start_of
from reelation.http.asking import Count, InLanguage, language_of
from reelation.http.problems import Problem
from reelation.http.schemas.common import problems
from reelation.http.schemas.titles import GroupAnswer, GroupsAnswer
from reelation.http.state import service_of

router = APIRouter(prefix="/v1", tags=["groups"])


class GroupsQuery(InLanguage):
    """Which groups."""

    level: Annotated[int, Field(ge=1, le=9, description="1 is the coarsest")] = 1
    titles: Annotated[int, Field(ge=0, le=8, description="typical and boundary titles of each")] = 5


class GroupQuery(InLanguage):
    """Which of its titles."""

    count: Count = 20
    cursor: Annotated[str | None, Field(max_length=100, description="`next_cursor` of the page before")] = None


@router.get("/groups", response_model=GroupsAnswer, responses=problems("atlas-lacks"))
async def groups(request: Request, query: Annotated[GroupsQuery, Query()]) -> Response:
    """The groups of one level, largest first."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, query.lang))
    found = await service.work(engine.groups, level=query.level, titles=query.titles)
    return answer({**found.to_json(), **envelope(generation)})


@router.get(
    "/groups/{group}",
    response_model=GroupAnswer,
    responses=problems("group-not-found", "stale-cursor", "atlas-lacks"),
)
async def group(
    request: Request, group: Annotated[int, Path(ge=0, le=10_000_000)], query: Annotated[GroupQuery, Query()]
) -> Response:
    """One group and its titles, best known first."""
    service = service_of(request)
    generation = service.generation
    engine = generation.engine(language_of(request, query.lang))
    part = generation.atlas.part("groups")
    if part is not None and group >= len(part.array("size")):
        raise Problem("group-not-found", f"No group {group}; there are 0 to {len(part.array('size')) - 1}.")
    start = start_of(generation, query.cursor)

    def found() -> dict[str, Any]:
        some = engine.titles_of_group(group, k=query.count, start=start)
        return {
            **some.to_json(),
            **envelope(generation),
            "next_cursor": next_cursor(generation, start, len(some), some.group.size),
        }

    return answer(await service.work(found))
