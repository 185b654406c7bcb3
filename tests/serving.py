"""A service for tests: the real application over an atlas, called in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from reelation.http.app import create_app
from reelation.http.settings import ServeSettings


@contextmanager
def serving(atlas: Path, **settings: Any) -> Iterator[TestClient]:
    """A client of the service over the atlas in this folder; defects are answers, not exceptions."""
    told = ServeSettings(**{"atlas": atlas, "rate": 0.0, **settings})
    app = create_app(told)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


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
