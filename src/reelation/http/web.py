"""`/`: the web app, a folder of static files; its own paths all give its one page."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

import reelation.web
from reelation.http.problems import Problem

FOLDER = Path(reelation.web.__file__).parent / "app"
_NO_APP = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Reelation</title></head>
<body><h1>Reelation</h1><p>The web app is not part of this installation. The service answers under
<a href="/docs">/docs</a>.</p></body>
</html>
"""
_RESERVED = ("v1", "docs", "problems", "openapi.json")


async def rest(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what no route does: the app, or a problem."""
    if scope["type"] != "http":
        return
    await _page(scope["method"], scope["path"].removeprefix("/"))(scope, receive, send)


def _page(method: str, path: str) -> Response:
    """A file of the app; its page for every path that is not a file's."""
    first = path.partition("/")[0]
    if method in ("GET", "HEAD") and first not in _RESERVED:
        found = FOLDER / path
        if path and _plain(path) and found.is_file():
            lasting = "public, max-age=31536000, immutable" if first == "assets" else "no-cache"
            media = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            return FileResponse(found, media_type=media, headers={"Cache-Control": lasting})
        if "." not in path.rpartition("/")[2]:
            return _index()
    raise Problem("not-found", f"There is no /{path[:200]} here.")


def _plain(path: str) -> bool:
    """Whether a path stays inside the folder, whatever the system's separators."""
    return all(part not in ("", ".", "..") and not set(part) & set("\\:\0") for part in path.split("/"))


def _index() -> Response:
    index = FOLDER / "index.html"
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(index, headers=headers) if index.is_file() else HTMLResponse(_NO_APP, headers=headers)
