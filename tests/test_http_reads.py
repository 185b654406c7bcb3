"""Everything that the service answers about an atlas: right, in its schema, and the same as the engine's own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from reelation.atlas.store import Atlas
from reelation.engine import Engine
from reelation.http.columns import packed
from reelation.insights.related import Wanted
from tests.clumps import CLUMPS, clump_of, clumps_atlas, clumps_catalogue
from tests.invented import invented_atlas
from tests.serving import ok, problem, serving

VOID = "w:void1"
LIKED = [{"title_id": "w:void1", "kind": "like"}, {"title_id": "w:bench1", "kind": "rating", "value": 1.0, "time": 99}]


@pytest.fixture(scope="module")
def client(tiny_atlas: Atlas) -> Iterator[TestClient]:
    with serving(tiny_atlas.folder) as client:
        yield client


@pytest.fixture(scope="module")
def clumps(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("served")
    return clumps_atlas(clumps_catalogue(folder / "catalogue"), folder / "atlas")


@pytest.fixture(scope="module")
def many(clumps: Atlas) -> Iterator[TestClient]:
    """A service over an atlas that has groups and a layout."""
    with serving(clumps.folder) as client:
        yield client


def test_related_is_the_engines_answer(client: TestClient, tiny_atlas: Atlas) -> None:
    found = ok(client, f"/v1/titles/{VOID}/related", params={"count": 3, "lang": "en"})
    told = Engine(tiny_atlas, "en").related_at(tiny_atlas.titles.row(VOID), Wanted(k=3, differs=True)).to_json()
    assert {name: found[name] for name in told} == json.loads(json.dumps(told))
    assert found["filtered"] == 0
    assert found["fallback"] is None
    weighted = ok(client, f"/v1/titles/{VOID}/related", params={"weights": "people=2,story=0", "metric": "cosine"})
    assert weighted["weights"]["people"] == 2
    assert weighted["metric"] == "cosine"


def test_filters_say_how_many_they_left_out(client: TestClient) -> None:
    found = ok(client, f"/v1/titles/{VOID}/related", params={"genre": "drama", "year_to": 1996, "kind": "film"})
    assert {one["title_id"] for one in found["related"]} == {"w:bench1", "w:bench2", "w:tide72"}
    assert (found["candidates"], found["filtered"]) == (3, 8)
    assert found["next_cursor"] is None
    old = ok(client, f"/v1/titles/{VOID}/related", params={"as_of": 1982})
    assert {one["title_id"] for one in old["related"]} == {"w:void2", "w:tide72"}
    assert old["filtered"] == 0  # nobody knew of any other
    for path in ("/v1/explain", "/v1/paths"):
        then = ok(client, path, params={"a": VOID, "b": "w:void2", "as_of": "1983-05-20"})
        assert then["title_a"]["title_id"] == VOID
        unknown = client.get(path, params={"a": VOID, "b": "w:void3", "as_of": "1983-05-20"})
        assert unknown.status_code == 404
        assert "1983-05-20" in unknown.json()["detail"]
    moved = ok(client, f"/v1/titles/{VOID}/trajectory", params={"date": ["1983", "2001-05"], "count": 2, "lang": "en"})
    assert [one["date"] for one in moved["snapshots"]] == ["1983-12-31", "2001-05-31"]
    assert moved["snapshots"][0]["closest"][0]["title_id"] == "w:void2"
    assert client.get(f"/v1/titles/{VOID}/trajectory", params={"dates": 1}).status_code == 422
    assert ok(client, "/v1/timeline", params={"thing": "Horror", "as_of": 1983})["last_year"] == 1982
    for wrong in ("1983-02-30", "1871", "83", "1983-13"):
        assert 400 <= client.get(f"/v1/titles/{VOID}/related", params={"as_of": wrong}).status_code < 500
    either = ok(client, f"/v1/titles/{VOID}/related", params={"country": ["France", "Spain"]})
    assert either["candidates"] == 3


def test_what_a_viewer_saw_stays_out(client: TestClient) -> None:
    found = ok(client, f"/v1/titles/{VOID}/related", params={"exclude_seen": "v:1", "count": 20})
    assert not {"w:void1", "w:void2", "w:bench1"} & {one["title_id"] for one in found["related"]}
    assert found["filtered"] == 2
    assert ok(client, f"/v1/titles/{VOID}/related", params={"exclude_seen": "v:9"})["filtered"] == 0


def test_reasons_are_left_out_where_nobody_asks(client: TestClient) -> None:
    told, bare = (
        ok(client, f"/v1/titles/{VOID}/related", params={"explain": explain})["related"]
        for explain in ("true", "false")
    )
    assert [one["score"] for one in told] == [one["score"] for one in bare]
    assert all(one["reason"] for one in told)
    assert all(one["reason"] is None and one["shared"] == [] for one in bare)


def test_what_sets_each_apart(client: TestClient, tiny_atlas: Atlas) -> None:
    told, bare = (
        ok(client, f"/v1/titles/{VOID}/related", params={"differs": asked, "lang": "en"})["related"]
        for asked in ("true", "false")
    )
    assert any("Horror" in (one["differs"] or "") or "year" in (one["differs"] or "") for one in told)
    assert all(one["differs"] is None for one in bare)
    silent = ok(client, f"/v1/titles/{VOID}/related", params={"explain": "false"})["related"]
    assert all(one["differs"] is None for one in silent)
    engine = Engine(tiny_atlas, "en")
    for one in told:
        whole = engine.explain(VOID, one["title_id"]).differences
        assert one["differs"] == (whole[0].sentence if whole else None)


def test_titles_by_chance(client: TestClient) -> None:
    asked = {"count": 5, "seed": 3}
    found = ok(client, "/v1/titles:random", params=asked)["titles"]
    assert len({one["title_id"] for one in found}) == 5
    assert ok(client, "/v1/titles:random", params=asked)["titles"] == found
    known = ok(client, "/v1/titles:random", params={"count": 10, "min_popularity": 0.9})["titles"]
    assert 1 <= len(known) < 5


def test_a_title_and_all_it_has(client: TestClient) -> None:
    found = ok(client, f"/v1/titles/{VOID}")
    title = found["title"]
    assert (title["name"], title["year"]) == ("Voidborn", 1979)
    assert [(one["name"], one["role"]) for one in title["credits"]] == [
        ("Ada Quill", "director"),
        ("Bo Ferrant", "writer"),
        ("Cy Marlow", "actor"),
    ]
    assert {one["node_id"] for one in title["tags"]["genre"]} == {"genre:Horror", "genre:Sci-Fi"}
    assert 0 <= found["popularity"] <= 1
    episode = ok(client, "/v1/titles/w:harbour1")["title"]["links"]
    assert all(one["title_id"].startswith("w:") for one in episode)
    problem(client.get("/v1/titles/w:none"), "title-not-found", 404)


def test_a_title_in_its_groups_and_place(many: TestClient, clumps: Atlas) -> None:
    found = ok(many, "/v1/titles/c:0001")
    assert found["groups"][0]["level"] == 1
    assert found["position"] is not None
    assert found["title"]["tags"]["genre"][-1]["name"]


def test_related_to_a_title_that_the_atlas_does_not_have(client: TestClient) -> None:
    new = {"name": "Voidborn IV", "year": 1990, "credits": {"actor": ["Cy Marlow", "Nobody Known"]}}
    found = ok(client, "/v1/related:cold", {"title": new, "count": 3, "lang": "en"})
    assert found["related"][0]["title_id"].startswith("w:void")
    assert [one["text"] for one in found["unknown"]] == ["Nobody Known"]
    assert not found["in_atlas"]
    told = problem(client.post("/v1/related:cold", json={"title": {"name": "x", "colour": 1}}), "invalid-request", 422)
    assert "colour" in told["detail"]
    problem(client.post("/v1/related:cold", json={"count": 3}), "invalid-request", 422)
    problem(
        client.post("/v1/related:cold", content=b"{", headers={"content-type": "application/json"}),
        "invalid-request",
        422,
    )


def test_recommendations_of_a_viewer_and_of_a_session(client: TestClient, tiny_atlas: Atlas) -> None:
    found = ok(client, "/v1/viewers/v:1/recommendations", params={"count": 4, "lang": "en"})
    engine = Engine(tiny_atlas, "en")
    assert found["recommended"] == json.loads(json.dumps(engine.recommend("v:1", k=4).to_json()))["recommended"]
    assert found["filtered"] == 12 - found["candidates"] >= 3
    both = ok(client, "/v1/viewers/v:1/recommendations", params={"with": "v:2"})
    assert both["viewers"] == ["v:1", "v:2"]
    assert ok(client, "/v1/viewers/nobody/recommendations")["fallback"] == "popularity"
    problem(client.get("/v1/viewers/v:1/recommendations", params={"with": "nobody"}), "viewer-not-found", 404)
    problem(client.get("/v1/viewers/nobody/taste"), "viewer-not-found", 404)
    session = ok(client, "/v1/recommendations:session", {"history": [*LIKED, {"title_id": "x:y", "kind": "watch"}]})
    assert session["unknown_titles"] == ["x:y"]
    assert not {"w:void1", "w:bench1"} & {one["title_id"] for one in session["recommended"]}
    nobody = ok(client, "/v1/recommendations:session", {"history": [], "lang": "zh"})
    assert nobody["fallback"] == "popularity"
    assert nobody["note"]


def test_pages_of_recommendations_join(client: TestClient) -> None:
    for slider in ({}, {"diversity": 0.5}):
        body = {"history": LIKED, **slider}
        whole = ok(client, "/v1/recommendations:session", {**body, "count": 9})["recommended"]
        first = ok(client, "/v1/recommendations:session", {**body, "count": 5})
        rest = ok(client, "/v1/recommendations:session", {**body, "count": 5, "cursor": first["next_cursor"]})
        joined = first["recommended"] + rest["recommended"]
        assert [one["title_id"] for one in joined[:9]] == [one["title_id"] for one in whole]
        assert [one["rank"] for one in joined] == list(range(1, len(joined) + 1))


@pytest.mark.parametrize(
    "did",
    [
        {"title_id": "w:void1", "kind": "rating"},
        {"title_id": "w:void1", "kind": "like", "value": 3},
        {"title_id": "w:void1", "kind": "rating", "value": 9},
        {"title_id": "w:void1", "kind": "loved"},
        {"title_id": "w:void1", "kind": "like", "time": 1e30},
        {"title_id": "w:void1", "kind": "like", "time": "12"},
        {"title_id": 7, "kind": "like"},
    ],
    ids=str,
)
def test_histories_that_cannot_be(client: TestClient, did: dict[str, object]) -> None:
    problem(client.post("/v1/recommendations:session", json={"history": [did]}), "invalid-request", 422)


def test_portraits(client: TestClient) -> None:
    assert ok(client, "/v1/viewers/v:1/taste")["titles"] == 3
    assert ok(client, "/v1/taste:session", {"history": LIKED})["titles"] == 2
    problem(client.post("/v1/taste:session", json={"history": []}), "invalid-request", 422)


def test_explanations_at_three_depths(client: TestClient) -> None:
    asked = {"a": VOID, "b": "w:void2"}
    sentence, evidence, paths = (
        ok(client, "/v1/explain", params={**asked, "depth": depth}) for depth in ("sentence", "evidence", "paths")
    )
    assert "shared" not in sentence
    assert "paths" not in evidence
    assert sum(evidence["facets"].values()) == pytest.approx(evidence["score"], abs=1e-4)
    assert paths["paths"]
    problem(client.get("/v1/explain", params={"a": VOID, "b": "w:none"}), "title-not-found", 404)
    assert ok(client, "/v1/explain", params={"a": VOID, "b": VOID, "depth": "paths"})["score"] > 0


def test_paths(client: TestClient) -> None:
    found = ok(client, "/v1/paths", params={"a": VOID, "b": "w:void3", "count": 2})
    assert 1 <= len(found["paths"]) <= 2
    problem(client.get("/v1/paths", params={"a": VOID, "b": VOID}), "invalid-request", 422)


def test_groups_and_their_titles(many: TestClient, client: TestClient, clumps: Atlas) -> None:
    found = ok(many, "/v1/groups", params={"lang": "zh"})
    assert len(found["groups"]) >= len(CLUMPS) - 1
    number, size = found["groups"][0]["group"], found["groups"][0]["size"]
    ids, cursor = [], None
    while True:
        page = ok(many, f"/v1/groups/{number}", params={"count": 15} | ({"cursor": cursor} if cursor else {}))
        ids += [one["title_id"] for one in page["titles"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(set(ids)) == len(ids) == size
    clumps_in = [clump_of(title_id) for title_id in ids]
    assert max(map(clumps_in.count, range(4))) > 0.8 * size
    problem(many.get("/v1/groups/99999"), "group-not-found", 404)
    problem(many.get("/v1/groups", params={"level": 9}), "invalid-request", 422)


def test_classification(client: TestClient) -> None:
    found = client.post("/v1/classify", json={"title_id": VOID})
    if found.status_code == 200:
        ok(client, "/v1/classify", {"title_id": VOID})
    else:  # twelve titles may be too few to tell any genre
        problem(found, "atlas-lacks" if found.status_code == 409 else "invalid-request", found.status_code)
    problem(client.post("/v1/classify", json={}), "invalid-request", 422)
    problem(client.post("/v1/classify", json={"title_id": "w:none"}), "title-not-found", 404)


def test_classification_of_clumps(many: TestClient) -> None:
    found = ok(many, "/v1/classify", {"title_id": "c:0001", "lang": "en"})
    assert found["tags"][0]["tag"] == CLUMPS[1][0]
    new = ok(many, "/v1/classify", {"title": {"name": "New", "tags": {"country": [CLUMPS[2][1]]}}})
    assert new["title"]["name"] == "New"


def test_timelines(many: TestClient) -> None:
    found = ok(many, "/v1/timeline", params={"thing": "genre:western"})
    assert found["name"] == "western"
    told = problem(many.get("/v1/timeline", params={"thing": "westernn"}), "thing-not-found", 404)
    assert "western" in told["suggestions"]
    problem(many.get("/v1/timeline", params={"thing": "western", "by": "weather"}), "invalid-request", 422)


@pytest.mark.parametrize("centre", ["c:0001", "genre:western", "person:p:1-0"])
def test_the_graph_around_one_thing(many: TestClient, centre: str) -> None:
    found = ok(many, f"/v1/graph/ego/{centre}", params={"count": 20})
    ids = [node["id"] for node in found["nodes"]]
    assert ids[0] == found["centre"]["id"] == centre
    assert 5 < len(ids) <= 20
    assert len(set(ids)) == len(ids)
    ends = {end for edge in found["edges"] for end in (edge["source"], edge["target"])}
    assert ends == set(ids)
    assert all(0 <= node["weight"] <= 1 for node in found["nodes"])
    pairs = [(edge["source"], edge["target"]) for edge in found["edges"]]
    assert len(set(pairs)) == len(pairs)


def test_nothing_is_around_what_is_not_there(many: TestClient) -> None:
    problem(many.get("/v1/graph/ego/genre:none"), "thing-not-found", 404)
    problem(many.get("/v1/graph/ego/c:0001", params={"count": 81}), "invalid-request", 422)


def read_map(content: bytes) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Columns, and what their codes mean, as a client reads them."""
    assert content[:8] == b"REELMAP1"
    length = int.from_bytes(content[8:12], "little")
    header, start = json.loads(content[12 : 12 + length]), 12 + length
    assert start % 8 == 0
    columns, values = {}, {}
    for told in header["columns"]:
        assert told["offset"] % 8 == 0
        columns[told["name"]] = np.frombuffer(content, told["dtype"], told["length"], start + told["offset"])
        if "values" in told:
            values[told["name"]] = told["values"]
    assert all(len(columns[name]) == header["titles"] for name in ("x", "y", "year", "genre", "popularity"))
    return columns, values


def test_the_map_in_columns(many: TestClient, clumps: Atlas) -> None:
    found = many.get("/v1/map", headers={"accept-encoding": "identity"})
    columns, values = read_map(found.content)
    assert columns["x"].tolist() == Engine(clumps, "en").layout().positions[:, 0].tolist()
    assert columns["year"].tolist() == clumps.year.tolist()
    for row in (0, 57, len(clumps) - 1):
        for name, expected in (("name", clumps.names[row]), ("id", clumps.titles[row])):
            start, stop = columns[f"{name}_start"][row : row + 2].tolist()
            assert columns[f"{name}s"][start:stop].tobytes().decode() == expected
        assert values["country"][columns["country"][row]] == CLUMPS[clump_of(clumps.titles[row])][1]
    again = many.get("/v1/map", headers={"accept-encoding": "identity", "if-none-match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    zipped = many.get("/v1/map", headers={"accept-encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["etag"] != found.headers["etag"]
    assert zipped.content == found.content


def test_names_on_the_map(many: TestClient) -> None:
    columns, values = read_map(many.get("/v1/map").content)
    found = ok(many, "/v1/map/labels", params={"lang": "zh"})
    assert len(found["genres"]) == len(values["genre"])
    assert found["genres"] != values["genre"]
    assert len(found["groups"]) == columns["group0"].max() + 1 or len(found["groups"]) > columns["group0"].max()
    assert found["labels"][0][0]["name"]


def test_columns_of_texts_may_be_empty() -> None:
    content = packed(0, {"x": np.zeros(0, np.float32), "names": np.zeros(0, np.uint8)}, {})
    assert len(content) % 8 == 0
    assert gzip.decompress(gzip.compress(content)) == content


def test_an_atlas_without_parts_says_what_is_missing(tmp_path: Path) -> None:
    atlas = invented_atlas(tmp_path / "bare", [1990, 1991, 1992, 1993], {"genre:western": [0, 1]})
    with serving(atlas.folder) as client:
        for url in ("/v1/map", "/v1/map/labels", "/v1/groups", "/v1/groups/0"):
            problem(client.get(url), "atlas-lacks", 409)
        ok(client, "/v1/titles/t:00000")
        ok(client, "/v1/titles/t:00000/related")
        problem(client.post("/v1/recommendations:session", json={"history": []}), "atlas-lacks", 409)
        problem(client.get("/v1/viewers/v:1/recommendations"), "atlas-lacks", 409)
        assert ok(client, "/v1/atlas")["viewers"] == 0


def test_the_model_card(client: TestClient, tiny_atlas: Atlas) -> None:
    found = ok(client, "/v1/atlas", params={"lang": "zh"})
    assert found["titles"] == 12
    assert found["sources"][0]["licence"] == "CC0-1.0"
    assert sum(found["kinds"].values()) == 12
    assert sum(facet["weight"] for facet in found["facets"]) == pytest.approx(1, abs=0.01)
    assert found["viewers"] == 2


def test_ids_with_slashes_and_other_letters(client: TestClient) -> None:
    for odd in ("a/b", "a%2Fb", "标题", "a b", "%00", "..%2f..%2fetc", "x" * 200):
        problem(client.get(f"/v1/titles/{odd}/related"), "title-not-found", 404)
    assert client.get(f"/v1/titles/{'x' * 201}/related").status_code == 422
