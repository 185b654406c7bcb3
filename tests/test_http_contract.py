"""The service keeps to its own OpenAPI document, asked by invented requests; `python -m tests.contract` sends more."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis

from reelation.atlas.store import Atlas
from reelation.http.app import create_app
from reelation.http.settings import ServeSettings
from tests.contract import KEY, examine, is_valid_body, prepare
from tests.running import running

CASES = 600


def test_no_defect_and_no_breach_of_the_document(tiny_atlas: Atlas, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/events.sqlite"
    with running(tiny_atlas.folder, api_key=KEY, database=database) as service:
        report = examine(service.url, prepare(service.url, tiny_atlas), CASES, first_seed=5)
    assert report.breaches == []
    assert report.cases >= CASES
    for operation in ("GET /v1/search", "GET /v1/titles/{title_id}/related"):
        assert report.answered(operation), f"no request of {operation} got as far as an answer"


@pytest.mark.parametrize(
    ("kind", "value", "valid"),
    [("rating", 4, True), ("like", None, True), ("rating", None, False), ("like", 4, False), ("loved", None, False)],
)
def test_a_body_is_valid_by_any_branch_of_a_union(tiny_atlas: Atlas, kind: str, value: int | None, valid: bool) -> None:
    schema = schemathesis.openapi.from_dict(create_app(ServeSettings(atlas=tiny_atlas.folder)).openapi())
    body = {"events": [{"viewer_id": "v", "title_id": "t", "kind": kind, "value": value}]}
    assert is_valid_body(schema["/v1/events"]["POST"], body) is valid
