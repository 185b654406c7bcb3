"""The service's frame: one shape for problems, security, limits, figures, the swap of atlases."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args
from uuid import RFC_4122, UUID

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS, KINDS, ROLES
from reelation.engine import Engine
from reelation.http.answers import DEEPEST, cursor_of, new_id, next_cursor, start_of
from reelation.http.asking import documented
from reelation.http.limits import Buckets
from reelation.http.problems import Problem
from reelation.http.routes.titles import RelatedQuery
from reelation.http.schemas.words import EventKind, KindName, Language, RoleName
from reelation.http.security import host_name
from reelation.http.state import Generation
from reelation.messages import LANGUAGES
from tests.serving import problem, serving

VOID = "/v1/titles/w:void1/related"


@pytest.fixture(scope="module")
def client(tiny_atlas: Atlas) -> Iterator[TestClient]:
    with serving(tiny_atlas.folder) as client:
        yield client


def test_health_and_documents(client: TestClient) -> None:
    assert client.get("/v1/health/live").json() == {"status": "live"}
    assert client.get("/v1/health/ready").json() == {"status": "ready"}
    assert "/v1/titles/{title_id}/related" in client.get("/openapi.json").json()["paths"]
    page = client.get("/docs")
    assert "swagger-ui-bundle.js" in page.text
    assert "://" not in page.text
    assert len(client.get("/docs/swagger-ui-bundle.js").content) > 500_000
    problem(client.get("/docs/other.js"), "not-found", 404)


def test_all_that_goes_wrong_has_one_shape(client: TestClient) -> None:
    problem(client.get("/v1/nothing"), "not-found", 404)
    problem(client.post("/v1/nothing"), "not-found", 404)
    assert problem(client.post(VOID), "method-not-allowed", 405)["detail"].endswith("takes GET, not POST.")
    found = problem(client.get(VOID, params={"count": 0, "colour": "red"}), "invalid-request", 422)
    assert {one["where"] for one in found["errors"]} == {"query.count", "query.colour"}
    problem(client.get(VOID, params={"weights": "people"}), "invalid-request", 422)
    problem(client.get(VOID, params={"weights": "nobody=1"}), "invalid-request", 422)
    problem(client.get(VOID, params={"genre": "Western"}), "invalid-request", 422)
    problem(client.get("/v1/titles/w:none/related"), "title-not-found", 404)
    assert client.get("/problems/title-not-found").status_code == 200


def test_every_answer_has_the_headers(client: TestClient) -> None:
    for path in ("/", "/v1/health/live", "/v1/nothing", VOID):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


def test_pages_stay_inside_the_apps_folder(client: TestClient) -> None:
    for path in ("/..%2f..%2f__init__.py", "/assets/..%2f..%2fmap.js", "/%2e%2e/map.js", "/assets//etc/passwd"):
        assert client.get(path).status_code == 404 or "<title>" in client.get(path).text


def test_only_known_host_names(client: TestClient) -> None:
    problem(client.get("/v1/health/live", headers={"host": "evil.example"}), "wrong-host", 421)
    assert client.get("/v1/health/live", headers={"host": "127.0.0.1:8040"}).status_code == 200
    assert host_name("[::1]:80") == "::1"


def test_another_site_changes_nothing(client: TestClient) -> None:
    problem(client.post("/v1/atlas:reload", headers={"sec-fetch-site": "cross-site"}), "forbidden", 403)


def test_the_key(tiny_atlas: Atlas, client: TestClient) -> None:
    problem(client.post("/v1/atlas:reload"), "key-required", 401)
    with serving(tiny_atlas.folder, api_key="secret") as keyed:
        problem(keyed.get(VOID), "key-required", 401)
        problem(keyed.get(VOID, headers={"authorization": "Bearer other"}), "key-required", 401)
        assert keyed.get(VOID, headers={"authorization": "Bearer secret"}).status_code == 200
        assert keyed.get("/v1/health/live").status_code == 200
        assert keyed.get("/").status_code == 200
        again = keyed.post("/v1/atlas:reload", headers={"authorization": "Bearer secret"})
        assert again.json()["changed"] is False


def test_a_newer_atlas_that_cannot_be_opened_is_not_taken(tiny_atlas: Atlas, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(tiny_atlas.folder, folder)
    key = {"authorization": "Bearer secret"}
    with serving(folder, api_key="secret") as client:
        before = client.get("/v1/atlas", headers=key).json()["atlas_version"]
        manifest = (folder / "manifest.json").read_bytes()
        (folder / "manifest.json").write_bytes(manifest[:-100])
        problem(client.post("/v1/atlas:reload", headers=key), "atlas-unusable", 409)
        (folder / "manifest.json").unlink()
        problem(client.post("/v1/atlas:reload", headers=key), "atlas-unusable", 409)
        assert client.get(VOID, headers=key).json()["atlas_version"] == before
        (folder / "manifest.json").write_bytes(manifest)
        assert client.post("/v1/atlas:reload", headers=key).json() == {"atlas_version": before, "changed": False}


def test_too_many_requests(tiny_atlas: Atlas) -> None:
    with serving(tiny_atlas.folder, rate=0.5, burst=3) as client:
        assert [client.get(VOID).status_code for _ in range(4)] == [200, 200, 200, 429]
        last = client.get(VOID)
        problem(last, "too-many-requests", 429)
        assert 1 <= int(last.headers["retry-after"]) <= 2
        assert client.get("/v1/health/live").status_code == 200


def test_buckets_fill_again_and_forget_nobody_who_asks() -> None:
    buckets = Buckets(2.0, 2)
    assert [buckets.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.5]
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("a", 0.5) == 0.0
    assert buckets.take("a", 0.5) > 0


def test_too_large_and_other_types(client: TestClient) -> None:
    problem(client.post("/v1/nothing", content=b"x" * (4 << 20) + b"y"), "too-large", 413)
    problem(
        client.post("/v1/nothing", content=b"x", headers={"content-type": "text/xml"}), "unsupported-media-type", 415
    )
    problem(client.get("/v1/nothing", params={"q": "x" * 9000}), "too-large", 413)


def test_figures(client: TestClient) -> None:
    client.get(VOID)
    client.get("/v1/nothing")
    text = client.get("/v1/metrics").text
    assert 'reelation_requests_total{method="GET",route="/v1/titles/{title_id}/related",status="200"}' in text
    assert 'reelation_requests_total{method="any",route="none",status="404"}' in text
    assert "reelation_request_seconds_bucket" in text


def test_related_goes_on_where_the_page_before_ended(client: TestClient) -> None:
    whole = client.get(VOID, params={"count": 11}).json()
    assert whole["next_cursor"] is None
    ids, cursor = [], None
    while True:
        page = client.get(VOID, params={"count": 4} | ({"cursor": cursor} if cursor else {})).json()
        ids += [one["title_id"] for one in page["related"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert ids == [one["title_id"] for one in whole["related"]]
    assert page["recommendation_id"] > whole["recommendation_id"]
    problem(client.get(VOID, params={"cursor": "nonsense"}), "invalid-request", 422)


def test_the_language_is_the_askers(client: TestClient) -> None:
    asked = client.get(VOID, params={"lang": "zh"}).json()["related"][0]["reason"]
    assert (
        client.get(VOID, headers={"accept-language": "de, zh-CN;q=0.9, en;q=0.5"}).json()["related"][0]["reason"]
        == asked
    )
    assert client.get(VOID).json()["related"][0]["reason"] != asked


def test_words_are_those_of_the_catalogue() -> None:
    for words, known in ((Language, LANGUAGES), (KindName, KINDS), (EventKind, EVENTS), (RoleName, ROLES)):
        assert get_args(words) == tuple(known)


def test_a_query_that_a_route_reads_itself_is_documented_as_the_framework_would() -> None:
    app = FastAPI()

    @app.get("/usual")
    async def usual(query: Annotated[RelatedQuery, Query()]) -> None:
        """By the framework."""

    theirs = {one["name"]: one for one in app.openapi()["paths"]["/usual"]["get"]["parameters"]}
    ours = {one["name"]: one for one in documented(RelatedQuery)["parameters"]}
    assert ours.keys() == theirs.keys()
    for name, one in ours.items():
        assert (one["in"], one["required"]) == (theirs[name]["in"], theirs[name]["required"])
        for told in ("type", "anyOf", "minimum", "maximum", "maxLength", "default", "enum"):
            assert one["schema"].get(told) == theirs[name]["schema"].get(told), name


def test_a_query_that_a_route_reads_itself_is_read_as_the_framework_would(client: TestClient) -> None:
    found = client.get(f"{VOID}?genre=horror&genre=sci-fi&count=1&explain=0&lang=zh&count=3").json()
    assert len(found["related"]) == found["candidates"] == 2
    assert found["related"][0]["reason"] is None
    for wrong, where in (
        ({"explain": "perhaps"}, "explain"),
        ({"kind": "opera"}, "kind"),
        ({"year_to": "x"}, "year_to"),
    ):
        told = problem(client.get(VOID, params=wrong), "invalid-request", 422)
        assert told["errors"][0]["where"].startswith(f"query.{where}")


def test_ids_of_lists_are_uuids_that_sort_by_time() -> None:
    made = []
    for _ in range(5):
        made.append(new_id())
        time.sleep(0.002)
    assert sorted(made) == made
    assert {UUID(one).version for one in made} == {7}
    assert {UUID(one).variant for one in made} == {RFC_4122}


@pytest.mark.parametrize("path", ["/v1/groups/", "/v1/health/live/", "//v1/health/live"])
def test_a_path_is_what_it_is(client: TestClient, path: str) -> None:
    assert client.get(f"http://localhost{path}", follow_redirects=False).status_code in (200, 404)


def test_a_defect_has_the_one_shape_and_the_headers(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something private")

    monkeypatch.setattr(Engine, "details", broken)
    found = client.get("/v1/titles/w:void1")
    problem(found, "defect", 500)
    assert "private" not in found.text
    assert "content-security-policy" in found.headers
    assert found.headers["cache-control"] == "no-store"
    assert 'route="/v1/titles/{title_id}",status="500"' in client.get("/v1/metrics").text


def test_pages_end_with_the_list_or_at_the_deepest_place(tiny_atlas: Atlas) -> None:
    generation = Generation(tiny_atlas, "v")
    assert next_cursor(generation, 0, 0, 50) is None
    assert next_cursor(generation, 40, 10, 50) is None
    assert next_cursor(generation, DEEPEST - 10, 10, 10**6) is None
    for start in (10, DEEPEST - 10):
        cursor = next_cursor(generation, start - 5, 5, 10**6)
        assert start_of(generation, cursor) == start
    for wrong in ("x", cursor_of(generation, DEEPEST), cursor_of(generation, -1)):
        with pytest.raises(Problem):
            start_of(generation, wrong)
    with pytest.raises(Problem, match="changed"):
        start_of(Generation(tiny_atlas, "w"), cursor_of(generation, 5))
