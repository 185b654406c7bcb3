"""The application: routes, what stands before them, and what is opened and closed around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from reelation.http import docs_page, problems, searching, web
from reelation.http.limits import Limits
from reelation.http.metrics import Figures, Measured
from reelation.http.routes import (
    create,
    events,
    explain,
    files,
    groups,
    imports,
    insights,
    operations,
    recommendations,
    search,
    titles,
    viewers,
)
from reelation.http.routes import map as map_
from reelation.http.schemas.common import ProblemDetails
from reelation.http.security import Security
from reelation.http.settings import ServeSettings
from reelation.http.state import Service
from reelation.http.viewers import Viewers

API_VERSION = "1.0"
"""Of the interface: the first number is that of its path, the second rises when something is added."""
ROUTERS = (
    search.router,
    titles.router,
    files.router,
    recommendations.router,
    events.router,
    viewers.router,
    imports.router,
    explain.router,
    groups.router,
    insights.router,
    create.router,
    map_.router,
    operations.router,
)
"""Every family of routes, all under /v1."""
_ABOUT = (
    "How films and series are related (影联). Fields may be added to answers and parameters to requests; within /v1 "
    "none is renamed, removed or given another meaning. Everything that goes wrong is an application/problem+json."
)


def create_app(settings: ServeSettings) -> FastAPI:
    """The service over the atlas that `settings` names; it is opened when the application starts.

    Raises (when it starts):
        AtlasError: there is no atlas, or it is damaged.
    """
    service, figures = Service(settings), Figures()
    kept = Viewers(settings, service)

    service.after_swap.append(lambda generation: figures.began(generation.version, len(generation.atlas)))
    service.before_swap.append(lambda generation: searching.warm(generation, wait=service.ready))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(service.open)
        await asyncio.to_thread(kept.open)
        watching = asyncio.create_task(service.watch()) if settings.watch else None
        yield
        if watching:
            watching.cancel()
        await asyncio.to_thread(kept.close)
        service.close()

    app = FastAPI(
        title="Reelation",
        version=API_VERSION,
        description=_ABOUT,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )
    app.state.service, app.state.figures, app.state.viewers = service, figures, kept
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(docs_page.router)
    app.router.default = web.rest
    app.add_middleware(Limits, settings=settings)
    app.add_middleware(Security, settings=settings)
    app.add_middleware(Measured, figures=figures)
    return app


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; problems of the framework's own shape are left out."""
    if app.openapi_schema:
        return app.openapi_schema
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    told = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(told.pop("$defs", {}))
    schemas["ProblemDetails"] = told
    found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{}, {"key": []}]
    app.openapi_schema = found
    return found
