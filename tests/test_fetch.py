"""Downloads against a local server: whole, resumed, changed, damaged, slow, refused; Wikidata in pages."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from click.testing import CliRunner

from reelation.cli.main import app
from reelation.errors import DataError, UsageError
from reelation.sources.download import Client, QueryTimeoutError, download
from reelation.sources.fetching import HOSTS, KNOWN, fetch_files
from reelation.sources.wikidata_query import ENDPOINT, details_query, harvest
from tests.documented_server import Answer, FileServer, Handler, never, serving

BODY = gzip.compress(b"tconst\ttitleType\n" * 5000)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Client:
    return Client(frozenset({"127.0.0.1"}), pause=0.0, timeout=0.2, tries=4, sleep=waits.append)


def fetch(client: Client, server: Answer, target: Path, name: str = "x.tsv.gz") -> object:
    with serving(server) as address:
        return download(client, f"{address}/{name}", target / name, licence="test")


def test_whole_then_unchanged(client: Client, tmp_path: Path) -> None:
    server = FileServer(BODY)
    assert fetch(client, server, tmp_path).how == "fetched"  # type: ignore[attr-defined]
    assert (tmp_path / "x.tsv.gz").read_bytes() == BODY
    note = json.loads((tmp_path / "x.tsv.gz.json").read_text())
    assert note["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert note["licence"] == "test"
    assert fetch(client, server, tmp_path).how == "unchanged"  # type: ignore[attr-defined]
    assert server.requests[0]["user-agent"].startswith("reelation/")


def test_resumes_where_it_broke_off(client: Client, tmp_path: Path) -> None:
    server = FileServer(BODY, cut=[100, 50])
    assert fetch(client, server, tmp_path).how == "resumed"  # type: ignore[attr-defined]
    assert (tmp_path / "x.tsv.gz").read_bytes() == BODY
    assert [request.get("range") for request in server.requests] == [None, "bytes=100-", "bytes=150-"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.tsv.gz", "x.tsv.gz.json"]


def test_a_file_that_changed_meanwhile_starts_again(client: Client, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="keeps breaking off"):
        fetch(client, FileServer(BODY, cut=[60, 5, 5, 5]), tmp_path)
    assert (tmp_path / "x.tsv.gz.part").stat().st_size == 75
    other = gzip.compress(b"other")
    assert fetch(client, FileServer(other, etag='"two"'), tmp_path).how == "fetched"  # type: ignore[attr-defined]
    assert (tmp_path / "x.tsv.gz").read_bytes() == other


def test_checksum(client: Client, tmp_path: Path) -> None:
    def server(text: str) -> Answer:
        return lambda handler: handler.send(text.encode() if handler.path.endswith(".md5") else BODY)

    good = f"MD5 (x.tsv.gz) = {hashlib.md5(BODY).hexdigest()}"
    for text, right in ((good, True), ("0" * 32, False), ("nothing here", False)):
        with serving(server(text)) as address:
            url, target = f"{address}/x.tsv.gz", tmp_path / str(right) / "x.tsv.gz"
            if right:
                download(client, url, target, licence="", md5_url=f"{url}.md5")
            else:
                with pytest.raises(DataError, match="checksum"):
                    download(client, url, target, licence="", md5_url=f"{url}.md5")
                assert not target.exists()


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (BODY[:-20], {}, "damaged gzip"),
        (b"<html>log in</html>", {"Content_Type": "text/html"}, "web page instead"),
        (b"x", {"Content_Length": str(1 << 40)}, "more than this program takes"),
    ],
)
def test_wrong_content_is_refused(
    client: Client, tmp_path: Path, body: bytes, headers: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        fetch(client, lambda handler: handler.send(body, 200, **headers), tmp_path)
    assert not (tmp_path / "x.tsv.gz").exists()


def test_a_zip_that_is_none(client: Client, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a zip file"):
        fetch(client, lambda handler: handler.send(b"PK-ish"), tmp_path, "x.zip")


def steps(*answers: Answer) -> Answer:
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def test_waits_as_told_and_backs_off(client: Client, tmp_path: Path, waits: list[float]) -> None:
    busy = steps(
        lambda handler: handler.send(b"", 429, Retry_After="7"),
        lambda handler: handler.send(b"", 503),
        lambda handler: handler.send(BODY),
    )
    fetch(client, busy, tmp_path)
    assert [wait for wait in waits if wait > 0.5] == [7.0, 4.0]


def test_one_request_a_second(tmp_path: Path) -> None:
    now, waits = [100.0], []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    client = Client(frozenset({"127.0.0.1"}), pause=1.0, sleep=sleep, clock=lambda: now[0])
    fetch(client, FileServer(BODY, cut=[10]), tmp_path)
    assert waits == [1.0]


@pytest.mark.parametrize(
    "answer", [never, lambda handler: handler.send(b"", 503), lambda handler: handler.send(b"x", 404)]
)
def test_gives_up_with_a_clear_error(client: Client, tmp_path: Path, answer: Answer) -> None:
    with pytest.raises(DataError, match=r"does not answer properly after 4 tries|answers 404"):
        fetch(client, answer, tmp_path)


def test_slow_drip_is_a_broken_answer(client: Client, tmp_path: Path) -> None:
    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"x")
        never(handler)

    with pytest.raises(DataError, match="keeps breaking off"):
        fetch(Client(frozenset({"127.0.0.1"}), pause=0, timeout=0.1, tries=2, sleep=lambda _: None), drip, tmp_path)


def test_untrusted_certificate_and_foreign_redirects_are_refused(client: Client, tmp_path: Path) -> None:
    pem = tmp_path / "server.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with serving(FileServer(BODY), pem) as address, pytest.raises(DataError, match="certificate"):
        download(client, f"{address}/x.tsv.gz", tmp_path / "x.tsv.gz", licence="")
    for goal in ("http://example.org/x", "https://example.org/x"):
        with pytest.raises(DataError, match="refused"):
            fetch(client, lambda handler, goal=goal: handler.send(b"", 302, Location=goal), tmp_path)  # type: ignore[misc]
    with pytest.raises(DataError, match="too many redirects"):
        fetch(client, lambda handler: handler.send(b"", 302, Location="/x.tsv.gz"), tmp_path)


def test_known_names_are_https_on_known_hosts() -> None:
    guard = Client(HOSTS)
    for known in KNOWN.values():
        for url in known.urls:
            guard.check(url)
    guard.check(ENDPOINT)
    with pytest.raises(UsageError, match="movielens-32m"):
        fetch_files("netflix-prize", Path())


# Wikidata


def entity(key: str) -> dict[str, str]:
    return {"type": "uri", "value": f"http://www.wikidata.org/entity/{key}"}


def literal(value: str, language: str | None = None) -> dict[str, str]:
    return {"type": "literal", "value": value, **({"xml:lang": language} if language else {})}


class Wikidata:
    """Answers like the documented service: JSON results, and a time-out for batches of more than `largest`."""

    def __init__(self, ids: list[str], largest: int = 1000) -> None:
        self.ids, self.largest = ids, largest
        self.batches: list[int] = []
        self.kill_after: int | None = None

    def __call__(self, handler: Handler) -> None:
        query = parse_qs(urlsplit(handler.path).query)["query"][0]
        if "LIMIT" in query:
            limit, offset = (int(re.search(rf"{word} (\d+)", query)[1]) for word in ("LIMIT", "OFFSET"))  # type: ignore[index]
            rows = [{"item": entity(key)} for key in self.ids[offset : offset + limit]]
        else:
            keys = re.findall(r"wd:(Q\d+)", query)
            self.batches.append(len(keys))
            if self.kill_after is not None and len(self.batches) > self.kill_after:
                handler.send(b"", 403)
                return
            if len(keys) > self.largest:
                handler.send(b"java.util.concurrent.TimeoutException", 500)
                return
            rows = [row for key in keys for row in self.rows(key)]
        body = json.dumps({"head": {"vars": []}, "results": {"bindings": rows}}).encode()
        handler.send(body, Content_Type="application/sparql-results+json")

    @staticmethod
    def rows(key: str) -> list[dict[str, dict[str, str]]]:
        return [
            {"item": entity(key), "field": literal(field), "value": value, **({"label": label} if label else {})}
            for field, value, label in (
                ("label", literal(f"Film {key}", "en"), None),
                ("label", literal("影片", "zh-hans"), None),
                ("alias", literal("別名", "zh"), None),
                ("directors", entity("Q5"), literal("Ada Quill", "en")),
                ("cast", entity("Q6"), None),
                ("genres", entity("Q7"), literal("horror film", "en")),
                ("imdb_id", literal("tt0000001"), None),
                ("published", literal("1979-05-25T00:00:00Z"), None),
                ("runtime_min", literal("117"), None),
            )
        ]


@pytest.fixture
def run(client: Client, tmp_path: Path) -> Callable[[Wikidata], list[dict[str, object]]]:
    def run(service: Wikidata) -> list[dict[str, object]]:
        with serving(service) as address:
            found = harvest(client, tmp_path, "film", 1979, f"{address}/sparql")
        with gzip.open(found.path, "rt", encoding="utf-8") as handle:
            return [json.loads(line) for line in handle]

    return run


def test_wikidata_items_have_the_documented_shape(run: Callable[[Wikidata], list[dict[str, object]]]) -> None:
    item = run(Wikidata(["Q1", "Q2"]))[0]
    assert item["qid"] == "Q1"
    assert item["labels"] == {"en": "Film Q1", "zh": "影片"}
    assert item["aliases"] == {"en": [], "zh": ["別名"]}
    assert item["directors"] == [["Q5", "Ada Quill"]]
    assert item["cast"] == [["Q6", None]]
    assert (item["genres"], item["genre_qids"]) == (["horror film"], ["Q7"])
    assert (item["year"], item["date"], item["runtime_min"], item["imdb_id"]) == (
        1979,
        "1979-05-25",
        117.0,
        "tt0000001",
    )


def test_wikidata_pages_and_halves(
    run: Callable[[Wikidata], list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelation.sources.wikidata_query._PAGE", 40)
    service = Wikidata([f"Q{n}" for n in range(1, 131)], largest=30)
    assert [item["qid"] for item in run(service)] == service.ids
    assert max(size for size in service.batches if size <= 30) <= 30 < service.batches[0]


def test_wikidata_resumes(run: Callable[[Wikidata], list[dict[str, object]]], tmp_path: Path) -> None:
    service = Wikidata([f"Q{n}" for n in range(1, 251)])
    service.kill_after = 1
    with pytest.raises(DataError, match="403"):
        run(service)
    part = tmp_path / "film-1979.part.jsonl"
    part.write_text(part.read_text() + '{"qid": "Q1', encoding="utf-8")  # killed in the middle of a line
    service.kill_after, service.batches = None, []
    assert len(run(service)) == 250
    assert service.batches == [100, 50]
    assert not part.exists()
    again = Wikidata([])
    assert len(run(again)) == 250
    assert again.batches == []


def test_wikidata_answers_that_are_not_as_documented(client: Client, tmp_path: Path) -> None:
    with (
        serving(lambda handler: handler.send(b"{")) as address,
        pytest.raises(DataError, match="not what is documented"),
    ):
        harvest(client, tmp_path, "film", 1979, address)
    one = Wikidata(["Q1"], largest=0)
    with serving(one) as address, pytest.raises(QueryTimeoutError):
        harvest(client, tmp_path, "film", 1980, f"{address}/sparql")


def test_details_query_names_every_property() -> None:
    query = details_query(["Q1"])
    for name in (
        "P161",
        "P57",
        "P136",
        "P921",
        "P272",
        "P495",
        "P364",
        "P166",
        "P144",
        "P179",
        "P155",
        "P345",
        "P4529",
    ):
        assert f"wdt:{name} " in query


def test_listing() -> None:
    found = CliRunner().invoke(app, ["fetch", "--list", "--json"])
    assert found.exit_code == 0
    assert {"imdb", "wikidata", "movielens-latest-small"} <= set(json.loads(found.stdout))
