"""The map: where titles stand, and the names on it."""

from __future__ import annotations

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reelation.catalogue.schema_names import KINDS
from reelation.engine import Engine
from reelation.http.answers import answer
from reelation.http.asking import Asked, InLanguage, language_of
from reelation.http.columns import COUNTRIES, NONE, codes_of, map_columns
from reelation.http.schemas.common import problems
from reelation.http.schemas.insights import LabelsAnswer
from reelation.http.state import Generation, service_of
from reelation.insights.grouping import Grouping

router = APIRouter(prefix="/v1", tags=["map"])
TYPE = "application/octet-stream"


@router.get(
    "/map",
    response_class=Response,
    responses={
        200: {"content": {TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "What the client has is still right (If-None-Match)"},
        **problems("atlas-lacks"),
    },
)
async def columns(request: Request, query: Annotated[Asked, Query()]) -> Response:
    """All titles as binary columns, gzipped where the client takes it; docs/reference/http.md has the layout."""
    service = service_of(request)
    generation = service.generation
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{generation.version}{"-gzip" if zipped else ""}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = await service.work(generation.once, f"map {zipped}", lambda: _columns(generation, zipped))
    return Response(body, headers=headers | ({"Content-Encoding": "gzip"} if zipped else {}), media_type=TYPE)


@router.get("/map/labels", response_model=LabelsAnswer, responses=problems("atlas-lacks"))
async def labels(request: Request, query: Annotated[InLanguage, Query()]) -> Response:
    """Names of groups and where they stand, and what the codes of the columns mean, in the asker's language."""
    service = service_of(request)
    generation = service.generation
    language = language_of(request, query.lang)
    found = await service.work(
        generation.once, f"labels {language}", lambda: labels_of(generation, generation.engine(language))
    )
    return answer(found)


def _columns(generation: Generation, zipped: bool) -> bytes:
    plain = map_columns(generation.atlas)
    return gzip.compress(plain, 6, mtime=0) if zipped else plain


def labels_of(generation: Generation, engine: Engine) -> dict[str, Any]:
    """Names of groups and codes in one language, as the service sends them."""
    atlas, say, layout = generation.atlas, engine.say, engine.layout()
    grouping = Grouping.of(atlas, say)
    return {
        "atlas_version": generation.version,
        "method": layout.method,
        "labels": [[label.to_json() for label in level] for level in layout.labels],
        "groups": [grouping.name(group) for group in range(grouping.count)] if grouping else [],
        "kinds": [say.label("kind", kind) for kind in KINDS],
        "genres": [say.tag("genre", name) for name in codes_of(atlas, "genre", NONE)[0]],
        "countries": [say.tag("country", name) for name in codes_of(atlas, "country", COUNTRIES)[0]],
    }
