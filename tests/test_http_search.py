"""/v1/search: what is found over HTTP, and what is said while the index is being built."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.http import searching
from reelation.http.schemas.search import SearchAnswer
from reelation.title_search.search import TitleSearch
from tests.serving import problem, serving


@pytest.fixture(scope="module")
def client(tiny_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REELATION_HOME", str(tmp_path_factory.mktemp("home")))
        with serving(tiny_atlas.folder) as client:
            client.app.state.service.generation.once("title search", pytest.fail).wait()  # type: ignore[attr-defined]
            yield client


def found(client: TestClient, **asked: Any) -> SearchAnswer:
    response = client.get("/v1/search", params=asked)
    assert response.status_code == 200, response.text
    return SearchAnswer.model_validate_json(response.text)


@pytest.mark.parametrize("text", ["viodborn", "xkzz", "虛空之子", "voidborn 1979", "w:void1"])
def test_a_title_is_found(client: TestClient, text: str) -> None:
    answer = found(client, q=text)
    assert answer.query == text
    assert answer.results[0].id == "w:void1"
    assert answer.fallback is None
    assert answer.atlas_version
    assert answer.recommendation_id


def test_a_person_is_found_with_what_they_are_known_for(client: TestClient) -> None:
    first = found(client, q="ada quil", type="person").results[0]
    assert first.type == "person"
    assert (first.id, first.name, first.titles) == ("person:p:ada", "Ada Quill", 2)
    assert {one.title_id for one in first.known_for} == {"w:void1", "w:void2"}


def test_limits_are_kept_to(client: TestClient) -> None:
    assert len(found(client, q="v", count=2).results) == 2
    assert {one.type for one in found(client, q="ha", type="title").results} == {"title"}
    assert found(client, q="…").results == []
    refused: tuple[dict[str, str | int], ...] = (
        {},
        {"q": ""},
        {"q": "x" * 201},
        {"q": "x", "count": 51},
        {"q": "x", "type": "film"},
        {"q": "x", "z": 1},
    )
    for wrong in refused:
        problem(client.get("/v1/search", params=wrong), "invalid-request", 422)


def test_it_answers_while_the_index_is_being_built(tiny_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, real = Event(), TitleSearch.open

    def slow(atlas: Atlas) -> TitleSearch:
        gate.wait()
        return real(atlas)

    monkeypatch.setattr(TitleSearch, "open", slow)
    monkeypatch.setattr(searching, "_PATIENCE", 0.01)
    with serving(tiny_atlas.folder) as client:
        early = found(client, q="viodborn", lang="zh")
        assert early.fallback == "plain_search"
        assert early.note is not None
        assert early.note.startswith("名称索引")
        assert early.results[0].id == "w:void1"
        gate.set()
        client.app.state.service.generation.once("title search", pytest.fail).wait()  # type: ignore[attr-defined]
        assert found(client, q="viodborn").fallback is None


def test_without_an_index_every_name_is_compared(tiny_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(atlas: Atlas) -> TitleSearch:
        raise OSError("no space left")

    monkeypatch.setattr(TitleSearch, "open", broken)
    with serving(tiny_atlas.folder) as client:
        assert found(client, q="viodborn").fallback == "plain_search"


def test_other_names_are_shown_as_they_are_written(client: TestClient) -> None:
    assert client.get("/v1/titles/w:void1").json()["title"]["aliases"] == ["虚空之子"]
