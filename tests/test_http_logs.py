"""The service's log names no viewer; an erased one is in no file of a real service."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest
import urllib3
from fastapi import FastAPI
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.http.logs import Discreet
from tests import postgres
from tests.event_load import Server
from tests.test_event_erasing import files_with

SECRET = "viewer-that-wants-to-be-forgotten"


def test_a_traceback_has_no_values() -> None:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(Discreet())
    log = logging.getLogger("test")
    log.addHandler(handler)
    log.propagate = False
    try:
        try:
            dict[str, int]()[SECRET]
        except KeyError as error:
            raise ValueError(f"about {SECRET}") from error
    except ValueError:
        log.exception("something broke")
    log.removeHandler(handler)
    assert SECRET not in text.getvalue()
    for needed in ("something broke", "builtins.KeyError", "builtins.ValueError", "test_http_logs.py"):
        assert needed in text.getvalue()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_of_an_erased_viewer_is_left_by_a_real_service(
    tiny_atlas: Atlas, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    home = tmp_path / "home"
    if kind == "postgresql":
        database, folder = request.getfixturevalue("postgres_server")
        forgotten(tiny_atlas, home, postgres.emptied(database))
        assert files_with(folder / "base", SECRET) == {}
    else:
        forgotten(tiny_atlas, home, f"sqlite:///{home / 'events.sqlite3'}")
    assert files_with(home, SECRET) == {}


def forgotten(atlas: Atlas, home: Path, database: str) -> None:
    """A viewer does all there is to do, some of it wrong, and is erased; then the service ends."""
    server = Server(atlas.folder, database, home)
    try:
        server.wait()
        pool = urllib3.PoolManager()

        def ask(method: str, path: str, **more: Any) -> int:
            answer = pool.request(method, f"http://127.0.0.1:{server.port}{path}", retries=False, **more)
            return int(answer.status)

        event = {"viewer_id": SECRET, "title_id": "w:void1", "kind": "rating", "value": 4}
        for at in range(30):
            told = {**event, "title_id": f"w:void{at}"}
            assert (
                ask("POST", "/v1/events", json={"events": [told]}, headers={"Idempotency-Key": SECRET + str(at)}) == 200
            )
        assert ask("POST", "/v1/events", json={"events": [{**event, "value": 7}]}) == 422
        assert ask("POST", "/v1/events", body=b"{" + SECRET.encode()) in (415, 422)
        fields = {"viewer_id": SECRET, "file": ("mine.csv", "title,year\nVoidborn,1979\n")}
        assert ask("POST", "/v1/imports", fields=fields) == 202
        bad = {"viewer_id": SECRET, "file": (f"{SECRET}.csv", f"no export of {SECRET}\n")}
        assert ask("POST", "/v1/imports", fields=bad) == 422
        for path in ("recommendations?count=3", "taste", "data", "data?format=csv", "none", "recommendations?count=0"):
            ask("GET", f"/v1/viewers/{SECRET}/{path}")
        ask("GET", f"/v1/titles/w:void1/related?exclude_seen={SECRET}")
        server.kill_and_start()
        server.wait()
        ask("GET", f"/v1/viewers/{SECRET}/recommendations")
        assert ask("DELETE", f"/v1/viewers/{SECRET}/data") == 200
        ask("GET", f"/v1/viewers/{SECRET}/data")
    finally:
        server.stop()


def test_defects_are_answered_and_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    from reelation.http import problems

    app = FastAPI()
    problems.install(app)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError(SECRET)

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert SECRET not in caplog.text
