"""Creative aid over HTTP: every answer is that of Python, in both languages; refusals; briefs that carry no code."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.create.brief.writing import brief_bytes
from reelation.create.desk import Desk
from reelation.create.gaps.gaps import GapsWanted, gaps
from reelation.create.reading import text_vector
from reelation.errors import MissingExtraError
from reelation.http import creating
from reelation.http.briefs import TYPES
from reelation.http.schemas.create_asked import MOST_TEXT
from reelation.insights import place
from reelation.messages import LANGUAGES, messages
from tests.create_questions import CHEF, QUESTIONS
from tests.creating import ENCODER, WIDTH, ThemeEncoder, themes_atlas, themes_catalogue
from tests.invented import invented_atlas
from tests.serving import ok, problem, serving
from tests.test_gaps import YEARS
from tests.test_gaps import _world as gaps_world

ENVELOPE = {"recommendation_id", "atlas_version", "filtered", "fallback", "note"}
FORMULA = '=HYPERLINK("http://example.com")'
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("themes")
    return themes_atlas(themes_catalogue(folder / "catalogue"), folder / "atlas")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Titles of a genre and a country whose names are code; genre g1 and keyword k05 never meet."""
    having = {
        node.replace("genre:g5", f"genre:{SCRIPT}"): rows for node, rows in gaps_world(np.random.default_rng(1)).items()
    }
    every = np.arange(len(YEARS))
    having |= {f"country:{name}": every[every % 2 == at] for at, name in enumerate((FORMULA, "Norway"))}
    return invented_atlas(tmp_path_factory.mktemp("hostile") / "atlas", YEARS, having)


@pytest.fixture(scope="module")
def client(atlas: Atlas) -> Iterator[TestClient]:
    with serving(atlas.folder) as client:
        yield client


@pytest.fixture(scope="module")
def plain(hostile: Atlas) -> Iterator[TestClient]:
    with serving(hostile.folder) as client:
        yield client


@pytest.fixture(autouse=True)
def themes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder of the invented world, and the centres of its two languages."""
    none = np.zeros((WIDTH, 0), np.float32)
    own = {
        key: text_vector.Language(0.5 * np.eye(1, WIDTH, at, dtype=np.float32)[0], none, none.T)
        for key, at in (("en", WIDTH - 2), ("zh", WIDTH - 1))
    }
    monkeypatch.setattr(place, "_encoder", ThemeEncoder)
    monkeypatch.setattr(text_vector, "languages", lambda: {ENCODER: own})


def bare(found: dict[str, Any]) -> dict[str, Any]:
    """Without the envelope."""
    assert found.keys() >= ENVELOPE
    return {name: value for name, value in found.items() if name not in ENVELOPE}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("what", QUESTIONS)
def test_an_answer_is_that_of_python(client: TestClient, atlas: Atlas, what: str, lang: str) -> None:
    asked, found = QUESTIONS[what]
    response = client.post(f"/v1/create/{what}", json={**asked(lang), "lang": lang})
    assert response.headers["cache-control"] == "no-store"
    answered = ok(client, f"/v1/create/{what}", asked(lang), headers={"Accept-Language": f"{lang};q=0.9"})
    assert bare(answered) == bare(response.json()) == found(atlas, messages(lang)).to_json()


@pytest.mark.parametrize("what", ["blend", "comps", "casting", "programme"])
def test_as_of_a_date_nothing_later_is_listed(client: TestClient, what: str) -> None:
    asked = {**QUESTIONS[what][0]("en"), "as_of": "1999"}
    if what == "programme":
        asked |= {"must": [], "count": 4}
    found = ok(client, f"/v1/create/{what}", asked)
    if what == "casting":
        assert found["last_year"] <= 1999
        return
    lists = {"blend": ["blend"], "comps": ["tonal", "market"], "programme": ["titles"]}[what]
    years = [one["year"] for name in lists for one in found[name]]
    assert years
    assert max(years) <= 1999


def test_filters_are_counted(client: TestClient, atlas: Atlas) -> None:
    asked = {"a": "f:000", "b": "f:001", "genre": ["war"]}
    found = ok(client, "/v1/create/blend", asked)
    assert found["filtered"] + found["candidates"] == len(atlas) - 2
    assert found["filtered"] > 0


def test_a_gap_is_found_and_kept(plain: TestClient, hostile: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"by": ["genre", "keyword"], "rate": 0.05, "lang": "en"}
    found = ok(plain, "/v1/create/gaps", asked)
    assert found["gaps"][0]["one"]["node_id"] == "genre:g1"
    assert found["gaps"][0]["two"]["node_id"] == "keyword:k05"
    assert bare(found) == gaps(hostile, GapsWanted(("genre", "keyword"), rate=0.05), messages("en")).to_json()
    monkeypatch.setattr(creating, "gaps", lambda *_: pytest.fail("worked out again"))
    assert bare(ok(plain, "/v1/create/gaps", asked)) == bare(found)


def test_a_missing_part_is_told(plain: TestClient) -> None:
    refused = plain.post("/v1/create/comps", json={"project": {"text": CHEF["en"]}})
    assert "reelation train" in problem(refused, "atlas-lacks", 409)["detail"]


def test_without_an_encoder_a_text_is_answered_with_a_caution(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise MissingExtraError("Reading texts", "text")

    monkeypatch.setattr(place, "_encoder", missing)
    found = ok(client, "/v1/create/comps", {"project": {"text": CHEF["en"], "genres": ["comedy"]}, "lang": "en"})
    assert not found["text_read"]
    assert found["tonal"]
    assert "unread" in {one["code"] for one in found["cautions"]}


REFUSED: list[tuple[str, dict[str, Any], str, int]] = [
    ("blend", {"a": "f:000", "b": "f:999"}, "title-not-found", 404),
    ("blend", {"a": "f:000", "b": "f:000"}, "invalid-request", 422),
    ("blend", {"a": "f:000", "b": "f:001", "mix": 1.1}, "invalid-request", 422),
    ("blend", {"a": "f:000", "b": "f:001", "weights": {"smell": 2}}, "invalid-request", 422),
    ("blend", {"a": "f:000", "b": "f:001", "metric": "euclidean"}, "invalid-request", 422),
    ("blend", {"a": "f:000", "b": "f:001", "genre": ["no such"]}, "invalid-request", 422),
    ("blend", {"a": "f:000", "b": "f:001", "as_of": "1800"}, "invalid-request", 422),
    ("combine", {"plus": []}, "invalid-request", 422),
    ("combine", {"plus": ["f:000"], "minus": ["f:000"]}, "invalid-request", 422),
    ("combine", {"plus": ["nobody"]}, "title-not-found", 404),
    ("comps", {}, "invalid-request", 422),
    ("comps", {"project": {"text": "x" * (MOST_TEXT + 1)}}, "invalid-request", 422),
    ("comps", {"project": {"text": 5}}, "invalid-request", 422),
    ("comps", {"project": {"text": "x", "budget": "huge"}}, "invalid-request", 422),
    ("comps", {"project": {"text": "x"}, "count": 11}, "invalid-request", 422),
    ("comps", {"project": {"text": "x"}, "genre": ["no such"]}, "invalid-request", 422),
    ("comps", {"project": {"txt": "x"}}, "invalid-request", 422),
    ("gaps", {"by": ["smell"]}, "invalid-request", 422),
    ("gaps", {"with": ["no such genre"]}, "thing-not-found", 404),
    ("gaps", {"rate": 0}, "invalid-request", 422),
    ("gaps", {"count": 101}, "invalid-request", 422),
    ("gaps", {"fewest": 90_000}, "invalid-request", 422),
    ("casting", {}, "invalid-request", 422),
    ("casting", {"like": ["f:999"]}, "title-not-found", 404),
    ("casting", {"like": ["f:000"], "role": "king"}, "invalid-request", 422),
    ("casting", {"like": ["f:000"], "role": "composer"}, "invalid-request", 422),
    ("casting", {"like": ["f:000"], "with": ["Nobody at all"]}, "thing-not-found", 404),
    ("casting", {"project": {"text": ""}}, "invalid-request", 422),
    ("programme", {}, "invalid-request", 422),
    ("programme", {"themes": ["no such theme"]}, "thing-not-found", 404),
    ("programme", {"seeds": ["f:999"]}, "title-not-found", 404),
    ("programme", {"themes": ["comedy"], "count": 61}, "invalid-request", 422),
    ("programme", {"themes": ["comedy"], "at_most": {"mood": 1}}, "invalid-request", 422),
    ("programme", {"themes": ["comedy"], "count": 12, "at_most": {"country": 1}}, "impossible", 422),
]


@pytest.mark.parametrize(("what", "asked", "kind", "status"), REFUSED)
def test_what_cannot_be_answered_is_refused(
    client: TestClient, what: str, asked: dict[str, Any], kind: str, status: int
) -> None:
    told = problem(client.post(f"/v1/create/{what}", json=asked), kind, status)
    assert len(told["detail"]) < 2000


def test_an_unknown_genre_of_a_project_is_a_caution(client: TestClient) -> None:
    found = ok(client, "/v1/create/comps", {"project": {"text": CHEF["en"], "genres": ["no such genre"]}})
    assert "unknown" in {one["code"] for one in found["cautions"]}


def test_what_is_larger_than_a_body_may_be_is_not_read(client: TestClient) -> None:
    problem(client.post("/v1/create/comps", json={"project": {"text": "x" * (5 << 20)}}), "too-large", 413)
    plain = client.post("/v1/create/comps", content=b"x", headers={"Content-Type": "text/plain"})
    problem(plain, "unsupported-media-type", 415)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ["markdown", "html", "csv"])
@pytest.mark.parametrize("what", [*QUESTIONS])
def test_a_brief_is_a_file(client: TestClient, atlas: Atlas, what: str, form: str, lang: str) -> None:
    asked, found = QUESTIONS[what]
    response = client.post(f"/v1/create/{what}?format={form}", json={**asked(lang), "lang": lang})
    assert response.status_code == 200, response.text
    ending, media = TYPES[form]
    name = "blend" if what == "combine" else what
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.headers["content-disposition"] == f'attachment; filename="reelation-{name}.{ending}"'
    assert response.headers["x-content-type-options"] == "nosniff"
    say = messages(lang)
    assert response.content == brief_bytes(Desk(atlas, say).document(found(atlas, say)), ending)


def test_a_brief_as_pdf(client: TestClient) -> None:
    pytest.importorskip("typst")
    response = client.post("/v1/create/programme?format=pdf", json={**QUESTIONS["programme"][0]("en"), "lang": "en"})
    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_a_missing_extra_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    asked = QUESTIONS["programme"][0]("en")
    told = problem(client.post("/v1/create/programme?format=pdf", json=asked), "not-installed", 501)
    assert "reelation[create]" in told["detail"]
    problem(client.post("/v1/create/programme?format=docx", json=asked), "invalid-request", 422)
    problem(client.post("/v1/create/programme?as=pdf", json=asked), "invalid-request", 422)


def test_a_brief_carries_no_code(plain: TestClient) -> None:
    asked = {"themes": [f"genre:{SCRIPT}"], "count": 6, "lang": "en"}
    table = plain.post("/v1/create/programme?format=csv", json=asked).content.decode("utf-8-sig")
    assert "HYPERLINK" in table
    cells = [cell for line in table.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@"))]
    page = plain.post("/v1/create/programme?format=html", json=asked).text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    text = plain.post("/v1/create/programme?format=markdown", json=asked).text
    assert not re.search(r"(?<!\\)<script", text)


def test_a_text_is_shown_and_never_run(client: TestClient) -> None:
    asked = {"project": {"text": f"{CHEF['en']} {SCRIPT} [x](http://example.com)\u202e =1+1"}, "lang": "en"}
    page = client.post("/v1/create/comps?format=html", json=asked).text
    assert "<script" not in page
    assert "\u202e" not in page
    text = client.post("/v1/create/comps?format=markdown", json=asked).text
    assert not re.search(r"(?<!\\)<script", text)
    assert "](http://example.com)" not in text


def test_one_heavy_answer_at_a_time(atlas: Atlas) -> None:
    """What is heavy leaves threads to the rest: more than eight that wait are told to come again."""
    begun, go = Event(), Event()

    def slow(*_: Any) -> Any:
        begun.set()
        go.wait(20)
        return gaps(atlas, GapsWanted(("genre", "decade"), fewest=5), messages("en"))

    with serving(atlas.folder, threads=2) as client, pytest.MonkeyPatch.context() as patch:
        patch.setattr(creating, "gaps", slow)
        statuses: list[int] = []

        def ask(number: int) -> None:
            asked = {"by": ["genre", "decade"], "count": number + 1}
            statuses.append(client.post("/v1/create/gaps", json=asked).status_code)

        askers = [Thread(target=ask, args=(number,)) for number in range(12)]
        for one in askers:
            one.start()
        assert begun.wait(20)
        until = time.monotonic() + 20
        while len(statuses) < 3 and time.monotonic() < until:  # those who are turned away are told at once
            time.sleep(0.01)
        ok(client, "/v1/create/blend", {"a": "f:000", "b": "f:001"})
        go.set()
        for one in askers:
            one.join(60)
    assert sorted(statuses) == [200] * 9 + [503] * 3
