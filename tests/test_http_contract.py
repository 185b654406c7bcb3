"""The service keeps to its own OpenAPI document, asked by invented requests; `python -m tests.contract` sends more."""

from __future__ import annotations

from pathlib import Path

from reelation.atlas.store import Atlas
from tests.contract import KEY, examine, prepare
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
