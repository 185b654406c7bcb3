"""What those who run the service need: health, figures, the model card, taking a newer atlas."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reelation.catalogue.schema_names import KINDS
from reelation.errors import AtlasError
from reelation.events.database import DatabaseError
from reelation.http.answers import answer
from reelation.http.asking import InLanguage, language_of
from reelation.http.metrics import TYPE, Figures
from reelation.http.problems import Problem
from reelation.http.schemas.common import problems
from reelation.http.schemas.insights import AtlasAnswer
from reelation.http.schemas.operations import Health, Reloaded
from reelation.http.state import Generation, service_of
from reelation.http.viewers import viewers_of

log = logging.getLogger("reelation.http")
router = APIRouter(prefix="/v1", tags=["operations"])


@router.get("/health/live", response_model=Health, responses=problems())
async def live() -> Response:
    """Whether the process answers."""
    return answer({"status": "live"})


@router.get("/health/ready", response_model=Health, responses=problems("not-ready"))
async def ready(request: Request) -> Response:
    """Whether there is an atlas to answer from, and the event store answers."""
    if not service_of(request).ready:
        raise Problem("not-ready", "The atlas is still being opened.", headers={"Retry-After": "1"})
    viewers = viewers_of(request)
    try:
        await viewers.keep(lambda: viewers.store.ready())
    except DatabaseError as error:
        log.warning("%s", error)
        raise Problem("not-ready", "The event store cannot be used just now.", headers={"Retry-After": "1"}) from None
    return answer({"status": "ready"})


@router.get("/metrics", response_class=Response, responses=problems())
async def metrics(request: Request) -> Response:
    """Figures for Prometheus, in its text format."""
    figures: Figures = request.app.state.figures
    return Response(figures.text(), media_type=TYPE)


@router.get("/atlas", response_model=AtlasAnswer, responses=problems())
async def atlas(request: Request, query: Annotated[InLanguage, Query()]) -> Response:
    """The model card: what the atlas is, what it was made from and under which licences, and how well it does."""
    service = service_of(request)
    generation = service.generation
    language = language_of(request, query.lang)
    found = await service.work(generation.once, f"card {language}", lambda: card_of(generation, language))
    return answer(found)


@router.post("/atlas:reload", response_model=Reloaded, responses=problems("atlas-unusable"))
async def reload(request: Request) -> Response:
    """Take the atlas that is in the folder now; no request is dropped. Always needs an API key."""
    service = service_of(request)
    try:
        changed = await service.reload()
    except AtlasError as error:
        raise Problem("atlas-unusable", str(error)) from error
    return answer({"atlas_version": service.generation.version, "changed": changed})


def card_of(generation: Generation, language: str) -> dict[str, Any]:
    """The model card, as the service sends it."""
    atlas, say = generation.atlas, generation.engine(language).say
    manifest, years = atlas.manifest, np.asarray(atlas.year)
    kinds, types = (
        np.bincount(values, minlength=many).tolist()
        for values, many in ((atlas.kind, len(KINDS)), (atlas.node_type, len(manifest.node_types)))
    )
    viewers = atlas.part("viewers")
    known = years[years > 0]
    return {
        "atlas_version": generation.version,
        "titles": manifest.titles,
        "width": manifest.width,
        "seed": manifest.seed,
        "created": manifest.created,
        "reelation": manifest.reelation,
        "format": manifest.format,
        "catalogue_hash": manifest.catalogue_hash,
        "facets": [
            {
                "name": facet.name,
                "label": say.label("facet", facet.name),
                "weight": facet.weight,
                "node_types": list(facet.node_types),
                "blocks": [block.name for block in facet.blocks],
            }
            for facet in manifest.facets
        ],
        "node_types": list(manifest.node_types),
        "relations": list(manifest.relations),
        "kinds": {name: count for name, count in zip(KINDS, kinds, strict=True) if count},
        "nodes": dict(zip(manifest.node_types, types, strict=True)),
        "years": [int(known.min()), int(known.max())] if len(known) else None,
        "sources": [dict(source) for source in manifest.sources],
        "parts": sorted(manifest.parts),
        "viewers": len(viewers.vocabulary("viewers")) if viewers is not None else 0,
        "scores": manifest.scores,
        "config": manifest.config,
        "libraries": manifest.libraries,
    }
