"""A service for tests: the real application over an atlas, called in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from reelation.http.app import ROUTERS, create_app
from reelation.http.settings import ServeSettings


@contextmanager
def serving(atlas: Path, **settings: Any) -> Iterator[TestClient]:
    """A client of the service over the atlas in this folder; defects are answers, not exceptions."""
    told = ServeSettings(**{"atlas": atlas, "rate": 0.0, **settings})
    app = create_app(told)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def ok(client: TestClient, url: str, body: Any = None, **asked: Any) -> dict[str, Any]:
    """The answer, checked against what OpenAPI says of it."""
    return told(client.get(url, **asked) if body is None else client.post(url, json=body, **asked))


def told(response: Any, status: int = 200) -> dict[str, Any]:
    """The body of an answer of this status, checked against what OpenAPI says of it."""
    assert response.status_code == status, response.text
    content: dict[str, Any] = response.json()
    path = response.request.url.path
    for route in routes():
        method = response.request.method
        if method in (route.methods or ()) and route.path_regex.match(path) and route.response_model is not None:
            route.response_model.model_validate(content, by_alias=True)
            return content
    raise AssertionError(f"no route of {path} says what it answers")


def routes() -> list[APIRoute]:
    """The routes of the application, in order."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def problem(response: Any, kind: str, status: int) -> dict[str, Any]:
    """The body of an answer that is a problem of this kind, checked for the one shape."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "suggestions"} <= content.keys()
    assert content["type"] == f"/problems/{kind}"
    assert content["status"] == status
    assert content["suggestions"]
    return content
