"""Imports over HTTP: exports become events, questions are answered, hostile files are refused."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.http.importing import Upload, plain_name
from tests.serving import ok, problem, serving, told

ME = {"viewer_id": "me"}
TABLE = "title,year,rating,status\nVoidborn,1979,4.5,\nThe Tide,,3,\nHung Jury,1996,,like\nNowhere,1950,,\n"


@pytest.fixture(scope="module")
def client(tiny_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    database = tmp_path_factory.mktemp("imports") / "events.sqlite3"
    with serving(tiny_atlas.folder, database=f"sqlite:///{database}") as client:
        yield client


def send(client: TestClient, *files: tuple[str, str | bytes], **more: Any) -> Any:
    return client.post("/v1/imports", files=[("file", file) for file in files], data={**ME, **more})


def finished(client: TestClient, answer: Any) -> dict[str, Any]:
    told(answer, 202)
    path, until = answer.headers["location"], time.monotonic() + 60
    before = 0.0
    while time.monotonic() < until:
        job = ok(client, path, params={"lang": "en"})
        assert job["progress"] >= before
        before = job["progress"]
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def events(client: TestClient, viewer: str = "me") -> set[tuple[str, str, float | None]]:
    kept = client.get(f"/v1/viewers/{viewer}/data").json()["events"]
    return {(one["title_id"], one["kind"], one["value"]) for one in kept}


def test_an_export_is_imported_and_its_questions_answered(client: TestClient) -> None:
    job = finished(client, send(client, ("my films.csv", TABLE)))
    assert job["state"] == "done", job
    report = job["report"]
    assert report["counts"] == {"matched": 2, "guessed": 0, "asks": 1, "missing": 1, "dismissed": 0}
    assert report["readings"][0]["path"] == "my films.csv"
    assert all(item["because"] for item in report["items"])
    assert events(client) == {("w:void1", "rating", 4.5), ("w:bench2", "like", None)}
    (tide,) = (item for item in report["items"] if item["outcome"] == "asks")
    assert {one["title_id"] for one in tide["candidates"]} == {"w:tide72", "w:tide02"}
    path = f"/v1/imports/{job['import_id']}/resolve"
    said = ok(client, path, {"entry": tide["entry"], "title_id": "w:tide02"})
    assert said["report"]["counts"]["asks"] == 0
    assert ("w:tide02", "rating", 3.0) in events(client)
    client.post(path, json={"entry": tide["entry"], "title_id": "w:tide72"})
    assert {event for event in events(client) if "tide" in event[0]} == {("w:tide72", "rating", 3.0)}
    none = client.post(path, json={"entry": tide["entry"], "title_id": None}).json()
    assert none["report"]["counts"]["dismissed"] == 1
    undone = client.post(path, json={"entry": tide["entry"], "undo": True, "lang": "zh"}).json()
    assert undone["report"]["counts"]["asks"] == 1
    assert not {event for event in events(client) if "tide" in event[0]}
    assert "。" in undone["report"]["items"][0]["because"] or not undone["report"]["items"][0]["because"].isascii()
    problem(client.post(path, json={"entry": "00000000", "title_id": "w:tide72"}), "invalid-request", 422)
    problem(client.post(path, json={"entry": tide["entry"], "title_id": "w:none"}), "title-not-found", 404)
    problem(client.post(path, json={"entry": "x", "title_id": "w:tide72"}), "invalid-request", 422)
    client.post(path, json={"entry": tide["entry"], "title_id": "w:tide02"})
    again = finished(client, send(client, ("my films.csv", TABLE + "Voidborn II: The Hatching,1982,5,\n")))
    assert again["report"]["counts"] == {"matched": 4, "guessed": 0, "asks": 0, "missing": 1, "dismissed": 0}
    assert ("w:void2", "rating", 5.0) in events(client)
    assert len(ok(client, "/v1/viewers/me/data")["imports"]) == 2
    assert client.delete("/v1/viewers/me/data").json()["erased"]["imports"] == 2
    problem(client.get(f"/v1/imports/{job['import_id']}"), "import-not-found", 404)


def test_choices_are_kept_to(client: TestClient) -> None:
    files = ("mine.csv", "title,year,rating\nVoidborn,1979,80\n")
    finished(client, send(client, files, viewer_id="scaled", scale="100"))
    assert events(client, "scaled") == {("w:void1", "rating", 4.0)}
    problem(send(client, files, scale="0"), "invalid-request", 422)
    problem(send(client, files, dates="never"), "invalid-request", 422)


def test_what_is_no_export_is_refused(client: TestClient, own_home: Path) -> None:
    for name, content in (("words.txt", "only words\n"), ("empty.csv", ""), ("x.zip", b"PK\x03\x04broken")):
        found = problem(send(client, (name, content)), "export-refused", 422)
        assert str(own_home) not in found["detail"]
        assert "0/" not in found["detail"]
    problem(client.post("/v1/imports", data=ME), "unsupported-media-type", 415)
    problem(client.post("/v1/imports", files={"viewer_id": (None, "me")}), "invalid-request", 422)
    problem(client.post("/v1/imports", files={"file": ("a.csv", TABLE)}), "invalid-request", 422)
    problem(send(client, ("a.csv", TABLE), viewer_id=" "), "invalid-request", 422)
    problem(client.post("/v1/imports", json=ME), "unsupported-media-type", 415)
    problem(client.get("/v1/imports/none"), "import-not-found", 404)
    assert events(client) == set()
    assert client.get("/v1/viewers/me/data").json()["imports"] == []


def uploads(client: TestClient) -> list[Path]:
    """Files that wait to be read, or are."""
    folder: Path = client.app.state.viewers.importing.folder  # type: ignore[attr-defined]
    assert folder.parent.name == "uploads"
    return [path for path in folder.rglob("*") if path.is_file()]


def zipped(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


HEADER = b"Date,Name,Year,Letterboxd URI,Rating\n"
HOSTILE = {
    "a bomb": lambda: zipped(("ratings.csv", HEADER + b"a" * (600 << 20)), ("watched.csv", HEADER)),
    "a path that leads out": lambda: zipped(("../../ratings.csv", HEADER), ("watched.csv", HEADER)),
    "an absolute path": lambda: zipped(("/etc/ratings.csv", HEADER), ("watched.csv", HEADER)),
    "a cell of 250 MB": lambda: zipped(
        ("ratings.csv", HEADER + b"2020-01-01," + bytes(range(48, 58)) * (25 << 20)), ("watched.csv", HEADER)
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives_are_refused_with_memory_flat(client: TestClient, kind: str) -> None:
    content = HOSTILE[kind]()
    before = psutil.Process().memory_info().rss
    problem(send(client, ("letterboxd.zip", content)), "export-refused", 422)
    grown = psutil.Process().memory_info().rss - before
    assert grown < 3 * len(content) + (24 << 20)  # the test's own client holds the upload, too
    assert uploads(client) == []


def test_files_are_gone_before_the_refusal_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = Upload.drop

    def slowly(upload: Upload) -> None:
        time.sleep(0.3)
        drop(upload)

    monkeypatch.setattr(Upload, "drop", slowly)
    problem(send(client, ("letterboxd.zip", b"no archive")), "export-refused", 422)
    assert uploads(client) == []


def test_erasing_a_viewer_ends_their_imports(client: TestClient) -> None:
    rows = "".join(f"Film {number},1979\n" for number in range(20_000))  # takes a while to be looked for
    answer = send(client, ("mine.csv", "title,year\n" + rows), viewer_id="gone")
    assert told(answer, 202)["state"] == "running"
    assert [path.name for path in uploads(client)] == ["mine.csv"]
    assert client.delete("/v1/viewers/gone/data").json()["erased"]["imports"] == 1
    assert uploads(client) == []
    problem(client.get(answer.headers["location"]), "import-not-found", 404)
    assert ok(client, "/v1/viewers/gone/data")["imported"] is None


def test_names_lead_nowhere(client: TestClient) -> None:
    job = finished(client, send(client, ("../../../tmp/evil.csv", TABLE), viewer_id="path"))
    assert job["report"]["readings"][0]["path"] == "evil.csv"
    assert plain_name("C:\\Users\\me\\ratings (1).csv") == "ratings (1).csv"
    assert plain_name("..") == plain_name("") == plain_name(None) == "upload"
    assert plain_name("a\x00b\n.csv") == "a_b_.csv"
    assert plain_name("观看记录.csv") == "观看记录.csv"
    assert len(plain_name("x" * 500 + ".csv")) == 100


def test_too_large_an_upload(tiny_atlas: Atlas) -> None:
    with serving(tiny_atlas.folder, most_upload=1 << 16) as client:
        problem(send(client, ("a.csv", b"x" * (1 << 17))), "too-large", 413)


def test_what_a_killed_service_left_goes_at_the_next_start(tiny_atlas: Atlas, own_home: Path) -> None:
    left = own_home / "cache" / "uploads" / "999999999-abcd" / "x"
    left.mkdir(parents=True)
    (left / "ratings.csv").write_text("private", encoding="utf-8")
    with serving(tiny_atlas.folder):
        assert not left.exists()
