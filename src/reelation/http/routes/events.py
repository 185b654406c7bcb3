"""Events of viewers: kept, overwritten, deleted."""

from __future__ import annotations

import hashlib
import time
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from reelation.events.store import Once, RepeatedKeyError
from reelation.http.answers import answer
from reelation.http.problems import Problem
from reelation.http.schemas.common import problems
from reelation.http.schemas.viewers import DeletedAnswer, EventsIn, EventsOut, WrittenAnswer
from reelation.http.state import service_of
from reelation.http.viewers import viewers_of

router = APIRouter(prefix="/v1", tags=["events"])
Key = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        description="a new text for every request; the same again only to send the same request again",
    ),
]


@router.post("/events", response_model=WrittenAnswer, responses=problems("key-reused"))
async def put(request: Request, body: EventsIn, idempotency_key: Key = None) -> Response:
    """Keep events. What is answered is on disk, and counts in the viewers' next answers."""
    viewers, titles = viewers_of(request), service_of(request).generation.atlas.titles
    now = int(time.time())
    events = [one.event(now) for one in body.events]
    once = Once(idempotency_key, hashlib.sha256(await request.body()).digest()) if idempotency_key else None
    try:
        found = await viewers.keep(
            lambda: viewers.store.put(events, overwrite=body.overwrite, once=once, known=titles.__contains__)
        )
    except RepeatedKeyError as error:
        errors = [{"where": "header.idempotency-key", "message": "was used for another request"}]
        raise Problem("key-reused", str(error), errors=errors) from None
    return answer(found.to_json())


@router.delete("/events", response_model=DeletedAnswer, responses=problems())
async def delete(request: Request, body: EventsOut) -> Response:
    """Delete a viewer's events with a title, all of them or those of one kind."""
    viewers = viewers_of(request)
    deleted = await viewers.keep(lambda: viewers.store.delete(body.viewer_id, body.title_id, body.kind))
    return answer({"deleted": deleted})
