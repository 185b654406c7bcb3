"""Events over HTTP: kept, overwritten, deleted; a viewer's data given out and erased."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.events.database import DatabaseError
from tests.serving import ok, problem, serving, told
from tests.test_event_erasing import files_with

RATING = {"viewer_id": "ann", "title_id": "w:void1", "kind": "rating", "value": 4.5, "time": 1_700_000_000}
LIKE = {"viewer_id": "ann", "title_id": "w:void2", "kind": "like", "time": "2024-01-02T03:04:05+01:00"}


@pytest.fixture
def client(tiny_atlas: Atlas) -> Iterator[TestClient]:
    with serving(tiny_atlas.folder) as client:
        yield client


def put(client: TestClient, *events: dict[str, Any], key: str | None = None, **more: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    return told(client.post("/v1/events", json={"events": list(events), **more}, headers=headers))


def delete(client: TestClient, **body: Any) -> Any:
    return client.request("DELETE", "/v1/events", json=body)


def counts(inserted: int = 0, overwritten: int = 0, unchanged: int = 0, *unknown: str) -> dict[str, Any]:
    return {
        "inserted": inserted,
        "overwritten": overwritten,
        "unchanged": unchanged,
        "unknown_titles": list(unknown),
    }


def test_events_are_kept_overwritten_and_deleted(client: TestClient) -> None:
    other = {"viewer_id": "bob", "title_id": "x:elsewhere", "kind": "watch"}
    assert put(client, RATING, LIKE, other) == counts(3, 0, 0, "x:elsewhere")
    assert put(client, RATING) == counts(0, 0, 1)
    assert put(client, {**RATING, "value": 2}) == counts(0, 0, 1)
    assert put(client, {**RATING, "value": 2}, overwrite=True) == counts(0, 1, 0)
    kept = ok(client, "/v1/viewers/ann/data")
    assert [(one["title_id"], one["kind"], one["value"], one["time"]) for one in kept["events"]] == [
        ("w:void1", "rating", 2.0, 1_700_000_000),
        ("w:void2", "like", None, 1_704_161_045),
    ]
    assert delete(client, viewer_id="ann", title_id="w:void1", kind="watch").json() == {"deleted": 0}
    assert told(delete(client, viewer_id="ann", title_id="w:void1")) == {"deleted": 1}
    assert put(client) == counts()


def test_a_request_that_comes_again_has_the_same_answer(client: TestClient) -> None:
    assert put(client, RATING, key="one") == counts(1)
    delete(client, viewer_id="ann", title_id="w:void1")
    assert put(client, RATING, key="one") == counts(1)
    assert client.get("/v1/viewers/ann/data").json()["events"] == []
    again = client.post("/v1/events", json={"events": [LIKE]}, headers={"Idempotency-Key": "one"})
    assert problem(again, "key-reused", 422)["errors"][0]["where"] == "header.idempotency-key"
    assert put(client, LIKE, key="two") == counts(1)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"viewer_id": ""}, "viewer_id"),
        ({"viewer_id": "a\u0000b"}, "viewer_id"),
        ({"viewer_id": " ann"}, "viewer_id"),
        ({"title_id": 7}, "title_id"),
        ({"kind": "love"}, ""),
        ({"value": 8}, "value"),
        ({"value": None}, "value"),
        ({"value": True}, "value"),
        ({"kind": "watch"}, "value"),
        ({"time": 1_700_000_000_000}, "time"),
        ({"time": "yesterday"}, "time"),
        ({"star": 1}, "star"),
    ],
)
def test_every_flaw_is_named_and_nothing_is_kept(client: TestClient, change: dict[str, object], where: str) -> None:
    answer = client.post("/v1/events", json={"events": [LIKE, {**RATING, **change}]})
    found = problem(answer, "invalid-request", 422)
    assert any(one["where"].startswith("body.events.1") and where in one["where"] for one in found["errors"])
    assert client.get("/v1/viewers/ann/data").json()["events"] == []


def test_milliseconds_are_recognised(client: TestClient) -> None:
    answer = client.post("/v1/events", json={"events": [{**RATING, "time": 1_700_000_000_000}]})
    assert "is it in milliseconds?" in answer.text


def test_what_is_no_batch_is_refused(client: TestClient) -> None:
    for body in ("", "[]", "{}", '{"events": {}}', '{"events": [1]}', "{", '{"events": [], "more": 1}'):
        answer = client.post("/v1/events", content=body, headers={"content-type": "application/json"})
        problem(answer, "invalid-request", 422)
    many = [{"viewer_id": "v", "title_id": "t", "kind": "like"}] * 10_001
    problem(client.post("/v1/events", json={"events": many}), "invalid-request", 422)


def test_a_store_that_fails_is_said_without_where_it_is(client: TestClient, own_home: Path) -> None:
    put(client, RATING)
    with client.app.state.viewers.store.database.writing() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("DROP TABLE events")
    for answer in (client.post("/v1/events", json={"events": [RATING]}), client.get("/v1/viewers/ann/taste")):
        found = problem(answer, "busy", 503)
        assert "retry-after" in answer.headers
        assert str(own_home) not in found["detail"]
    assert client.get("/v1/health/ready").status_code == 200
    client.app.state.viewers.store.ready = lost  # type: ignore[attr-defined]
    problem(client.get("/v1/health/ready"), "not-ready", 503)


def lost() -> None:
    raise DatabaseError("gone")


def test_viewers_ids_of_all_kinds(client: TestClient) -> None:
    for viewer in ("ml:viewer:1", "影迷", "a/b c?d#e%", "😀", "'; DROP TABLE events; --", "../../etc"):
        put(client, {**LIKE, "viewer_id": viewer})
        path = "/v1/viewers/" + "".join(f"%{byte:02X}" for byte in viewer.encode()) + "/data"
        assert client.get(path).json()["viewer_id"] == viewer
        assert client.delete(path).json()["erased"]["events"] == 1
        assert client.get(path).json()["events"] == []
    problem(client.get("/v1/viewers/%20/data"), "invalid-request", 422)
    problem(client.get("/v1/viewers/%00/data"), "invalid-request", 422)


def test_a_new_viewers_events_change_their_answers_at_once(client: TestClient) -> None:
    def listed(viewer: str, **params: Any) -> dict[str, Any]:
        return ok(client, f"/v1/viewers/{viewer}/recommendations", params={"count": 12, **params})

    def ids(found: dict[str, Any]) -> list[str]:
        return [one["title_id"] for one in found["recommended"]]

    before = listed("new")
    assert (before["fallback"], before["filtered"]) == ("popularity", 0)
    put(client, {"viewer_id": "new", "title_id": "w:void1", "kind": "rating", "value": 5})
    liked = listed("new")
    assert ids(liked) != ids(before)
    assert "w:void1" not in ids(liked)
    assert liked["filtered"] == 1
    assert {one["title_id"] for item in liked["recommended"] for one in item["because"]} <= {"w:void1"}
    put(client, {"viewer_id": "new", "title_id": "w:bench1", "kind": "like"})
    put(client, {"viewer_id": "new", "title_id": ids(liked)[0], "kind": "hide"})
    assert ids(liked)[0] not in ids(listed("new", include_seen=True))
    assert client.get("/v1/viewers/new/taste").json()["titles"] == 2
    for path in ("recommendations", "taste", "data"):
        assert client.get(f"/v1/viewers/new/{path}").headers["cache-control"] == "no-store"
    seen = client.get("/v1/titles/w:void2/related", params={"exclude_seen": "new"}).json()
    assert not {"w:void1", "w:bench1", ids(liked)[0]} & {one["title_id"] for one in seen["related"]}
    put(client, {"viewer_id": "other", "title_id": "w:tide72", "kind": "like"})
    both = listed("new", **{"with": "other"})
    assert both["viewers"] == ["new", "other"]
    assert "w:tide72" not in ids(both)
    for title in ("w:void1", "w:bench1", ids(liked)[0]):
        delete(client, viewer_id="new", title_id=title)
    assert ids(listed("new")) == ids(before)


def test_events_of_a_viewer_of_the_atlas_add_to_what_it_knows(client: TestClient) -> None:
    before = client.get("/v1/viewers/v:1/taste").json()["titles"]
    put(client, {"viewer_id": "v:1", "title_id": "w:tide72", "kind": "watch"})
    assert client.get("/v1/viewers/v:1/taste").json()["titles"] == before + 1


def test_data_as_a_table(client: TestClient) -> None:
    put(client, RATING, LIKE)
    answer = client.get("/v1/viewers/ann/data", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["title_id"], row["value"]) for row in rows] == [("w:void1", "4.5"), ("w:void2", "")]


def test_what_the_atlas_was_trained_with_is_told_and_said_when_erased(tiny_atlas: Atlas) -> None:
    viewers = tiny_atlas.part("viewers")
    assert viewers is not None
    viewer = viewers.vocabulary("viewers")[0]
    with serving(tiny_atlas.folder) as client:
        known = ok(client, f"/v1/viewers/{viewer}/data")["events"]
        assert known
        assert {one["origin"] for one in known} == {"atlas"}
        first = known[0]
        put(client, {"viewer_id": viewer, "title_id": first["title_id"], "kind": "rating", "value": 1})
        both = ok(client, f"/v1/viewers/{viewer}/data")["events"]
        assert len({(one["title_id"], one["kind"]) for one in both}) == len(both)
        erased = told(client.delete(f"/v1/viewers/{viewer}/data", params={"lang": "zh"}))
        assert erased["in_atlas"] is True
        assert "图谱" in erased["note"]
        assert client.delete("/v1/viewers/nobody/data").json() == {
            "erased": {"events": 0, "history_entries": 0, "imports": 0, "answers": 0},
            "files": "rewritten",
            "in_atlas": False,
            "note": None,
        }


def test_nothing_of_an_erased_viewer_is_left_anywhere(client: TestClient, own_home: Path, capfd: Any) -> None:
    secret = "viewer-that-wants-to-be-forgotten"
    put(client, {**RATING, "viewer_id": secret}, {**LIKE, "viewer_id": secret}, key=f"{secret}-1")
    for path in ("recommendations", "taste", "data"):
        client.get(f"/v1/viewers/{secret}/{path}")
    client.post("/v1/events", json={"events": [{**RATING, "viewer_id": secret, "value": 99}]})
    files = {"file": ("mine.csv", "title,year,rating\nVoidborn,1979,4\n")}
    assert client.post("/v1/imports", files=files, data={"viewer_id": secret}).status_code == 202
    assert files_with(own_home, secret) != {}
    assert client.delete(f"/v1/viewers/{secret}/data").json()["erased"]["events"] >= 2
    assert files_with(own_home, secret) == {}
    written = capfd.readouterr()
    assert secret not in written.out + written.err
    assert secret not in client.get("/v1/metrics").text
