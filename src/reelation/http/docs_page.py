"""`/docs`: the OpenAPI document, to read and to try, with nothing loaded from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from reelation.http.problems import KINDS, Problem

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reelation: the service</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});\n'
_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


@router.get("/docs")
async def page() -> Response:
    """The page."""
    return HTMLResponse(_PAGE)


@router.get("/docs/start.js")
async def start() -> Response:
    """What starts it: a file of its own, since pages run no inline code."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
async def file(name: str) -> Response:
    """Swagger UI's files, as the package fastapi-offline ships them."""
    if name not in _FILES:
        raise Problem("not-found", f"There is no /docs/{name[:100]} here.")
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(_folder() / name, media_type=_FILES[name], headers=headers)


@router.get("/problems/{kind}")
async def problem(kind: str) -> Response:
    """What a kind of problem means."""
    if kind not in KINDS:
        raise Problem("not-found", f"There is no problem '{kind[:100]}'.")
    found = KINDS[kind]
    return PlainTextResponse(f"{found.title} (status {found.status})\n\n{found.advice}\n")


@cache
def _folder() -> Path:
    found = find_spec("fastapi_offline")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "static"
