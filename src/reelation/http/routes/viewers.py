"""What is kept of a viewer: given out, and erased."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.events import STORED
from reelation.http.answers import answer
from reelation.http.asking import Asked, InLanguage, ViewerId, language_of
from reelation.http.schemas.common import problems
from reelation.http.schemas.viewers import DataAnswer, ErasedAnswer
from reelation.http.state import Generation, atlas_history, service_of
from reelation.http.viewers import checked_id, viewers_of

router = APIRouter(prefix="/v1", tags=["viewers"])
_COLUMNS = ("title_id", "kind", "value", "time", "origin", "recorded")


class DataQuery(Asked):
    """How to give it out."""

    format: Annotated[Literal["json", "csv"], Query(description="csv: the events only")] = "json"


@router.get(
    "/viewers/{viewer_id:path}/data",
    response_model=DataAnswer,
    responses={**problems("not-found"), 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def data(request: Request, viewer_id: ViewerId, query: Annotated[DataQuery, Query()]) -> Response:
    """All that is kept of a viewer; nothing is no error."""
    viewers, generation = viewers_of(request), service_of(request).generation
    checked_id(viewer_id)
    found = await viewers.keep(lambda: viewers.store.data(viewer_id))
    found["events"] += _trained_with(generation, viewer_id, found["events"])
    headers = {"Cache-Control": "no-store"}
    if query.format == "json":
        return answer(found, headers=headers)
    text = io.StringIO()
    table = csv.DictWriter(text, _COLUMNS)
    table.writeheader()
    table.writerows(found["events"])
    return Response(text.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


@router.delete("/viewers/{viewer_id:path}/data", response_model=ErasedAnswer, responses=problems("not-found"))
async def erase(request: Request, viewer_id: ViewerId, query: Annotated[InLanguage, Query()]) -> Response:
    """Erase a viewer: every row, and what is left of them in the database's files. Others may wait for it a moment."""
    viewers, generation = viewers_of(request), service_of(request).generation
    checked_id(viewer_id)

    def erased() -> dict[str, Any]:
        viewers.importing.forget(viewer_id)
        return viewers.store.erase(viewer_id).to_json()

    counts = await viewers.keep(erased)
    files = counts.pop("files")
    in_atlas = atlas_history(generation, viewer_id) is not None
    say = generation.engine(language_of(request, query.lang)).say
    notes = [
        say.say("events.erased.in_atlas") if in_atlas else "",
        say.say("events.erased.trained")
        if any(source["name"] == STORED for source in generation.atlas.manifest.sources)
        else "",
        say.say("events.erased.reused") if files == "reused" else "",
    ]
    note = " ".join(filter(None, notes)) or None
    return answer({"erased": counts, "files": files, "in_atlas": in_atlas, "note": note})


def _trained_with(generation: Generation, viewer_id: str, stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events of the atlas, in the place of which nothing is stored."""
    history = atlas_history(generation, viewer_id)
    if history is None:
        return []
    there = {(one["title_id"], one["kind"]) for one in stored}
    found = []
    columns = (history.row.tolist(), history.kind.tolist(), history.value.tolist(), history.time.tolist())
    for row, kind, value, time in zip(*columns, strict=True):
        title, name = generation.atlas.titles[row], EVENTS[kind]
        if (title, name) not in there:
            stars = None if value != value else round(value, 4)  # NaN
            told = {"title_id": title, "kind": name, "value": stars, "time": None if time == UNKNOWN_TIME else time}
            found.append({**told, "origin": "atlas", "recorded": None})
    return found
