"""What those who run the service need: health, figures, the model card, taking a newer atlas."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reelation.http.answers import answer
from reelation.http.metrics import TYPE, Figures
from reelation.http.problems import Problem
from reelation.http.schemas.common import problems
from reelation.http.schemas.operations import Health, Reloaded
from reelation.http.state import service_of

router = APIRouter(prefix="/v1", tags=["operations"])


@router.get("/health/live", response_model=Health, responses=problems())
async def live() -> Response:
    """Whether the process answers."""
    return answer({"status": "live"})


@router.get("/health/ready", response_model=Health, responses=problems("not-ready"))
async def ready(request: Request) -> Response:
    """Whether there is an atlas to answer from."""
    if not service_of(request).ready:
        raise Problem("not-ready", "The atlas is still being opened.", headers={"Retry-After": "1"})
    return answer({"status": "ready"})


@router.get("/metrics", response_class=Response, responses=problems())
async def metrics(request: Request) -> Response:
    """Figures for Prometheus, in its text format."""
    figures: Figures = request.app.state.figures
    return Response(figures.text(), media_type=TYPE)


@router.post("/atlas:reload", response_model=Reloaded, responses=problems("atlas-lacks"))
async def reload(request: Request) -> Response:
    """Take the atlas that is in the folder now; no request is dropped. Always needs an API key."""
    service = service_of(request)
    changed = await service.reload()
    return answer({"atlas_version": service.generation.version, "changed": changed})
