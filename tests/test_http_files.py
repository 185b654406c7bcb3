"""Questions by a picture over HTTP: kin by files alone or beside a description; refused files; look in details."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from tests.clumps import clump_of
from tests.posters import paint
from tests.serving import ok, problem, serving, told


@pytest.fixture(scope="module")
def client(sensing_atlas: Atlas) -> Iterator[TestClient]:
    with serving(sensing_atlas.folder) as client:
        yield client


def send(client: TestClient, *files: tuple[str, bytes], **more: Any) -> Any:
    return client.post("/v1/related:files", files=[("file", file) for file in files], data=more)


def test_a_poster_finds_its_kin(client: TestClient, tmp_path: Path) -> None:
    poster = paint(tmp_path / "poster.png", 3, 9_100).read_bytes()
    found = told(send(client, ("../../etc/poster.png", poster), count=10, weights="look=2", lang="en"))
    assert found["guessed"] == ["people", "story", "context"]
    assert found["weights"]["look"] == 2
    assert np.mean([clump_of(one["title_id"]) == 3 for one in found["related"]]) >= 0.8
    described = json.dumps({"name": "Dust", "year": 1966, "tags": {"genre": ["western"]}})
    both = told(send(client, ("poster.png", poster), title=described, lang="en"))
    assert both["title"]["name"] == "Dust"
    assert both["guessed"] == ["people"]
    assert both["facets"]["look"] > 0


def test_what_is_no_picture_is_refused(client: TestClient, tmp_path: Path) -> None:
    poster = paint(tmp_path / "poster.png", 0, 9_101).read_bytes()
    problem(send(client, ("poster.png", b"no picture at all")), "file-refused", 422)
    problem(send(client, ("poster.png", poster[: len(poster) // 2])), "file-refused", 422)
    problem(send(client, ("notes.txt", b"words")), "file-refused", 422)
    problem(send(client, ("poster.png", poster), title="{"), "invalid-request", 422)
    problem(send(client, ("poster.png", poster), count=0), "invalid-request", 422)
    problem(send(client, ("poster.png", poster), weights="smell=2"), "invalid-request", 422)
    problem(client.post("/v1/related:files", json={}), "unsupported-media-type", 415)


def test_an_atlas_without_pictures_says_so(tiny_atlas: Atlas, tmp_path: Path) -> None:
    poster = paint(tmp_path / "poster.png", 0, 9_102).read_bytes()
    with serving(tiny_atlas.folder) as client:
        refused = problem(send(client, ("poster.png", poster)), "atlas-lacks", 409)
        assert "reelation train --media" in refused["detail"]


def test_details_tell_how_a_title_looks(client: TestClient) -> None:
    (look,) = ok(client, "/v1/titles/c:0001", params={"lang": "en"})["looks"]
    assert look["modality"] == "image"
    assert look["palette"][0]["share"] >= look["palette"][-1]["share"]
    assert ok(client, "/v1/titles/c:0000")["looks"] == []
