"""The web app as a folder of files: the service's answers, without the service."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from reelation.atlas.store import Atlas
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import UsageError
from reelation.http.folder import SHARD, AppFolder, write_folder
from tests.browser import names_of, opened, press, telling_facet, until


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def written(tiny_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> AppFolder:
    return write_folder(tiny_atlas.folder, tmp_path_factory.mktemp("folder") / "app", best=11)


@pytest.fixture(scope="module")
def base(written: AppFolder) -> Iterator[str]:
    """Somewhere below the root of a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(written.path.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/app/"
    server.shutdown()


def test_it_holds_what_the_engine_says(written: AppFolder, tiny_atlas: Atlas) -> None:
    assert (written.titles, written.lists) == (12, 11)
    row = tiny_atlas.titles.row("w:void1")
    for language in ("en", "zh"):
        path = written.path / "data" / language / "titles" / f"{row // SHARD}.json.gz"
        told = json.loads(gzip.decompress(path.read_bytes()))
        assert len(told) == 11
        here, engine = told["w:void1"], Engine(tiny_atlas, language)
        expected = engine.related("w:void1", k=24).to_json()
        assert [one["title_id"] for one in here["related"]["related"]] == [
            one["title_id"] for one in expected["related"]
        ]
        assert here["related"]["related"][0]["reason"] == expected["related"][0]["reason"]
        assert here["related"]["related"][0]["facets"] == expected["related"][0]["facets"]


def test_twice_gives_the_same_bytes(written: AppFolder, tiny_atlas: Atlas, tmp_path: Path) -> None:
    again = write_folder(tiny_atlas.folder, tmp_path / "again", best=11)
    once, twice = (
        {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (written.path, again.path)
    )
    assert once == twice


def test_another_folder_is_left_alone(tiny_atlas: Atlas, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="holds something else"):
        write_folder(tiny_atlas.folder, tmp_path / "mine")
    with pytest.raises(UsageError, match="give 1 or more"):
        write_folder(tiny_atlas.folder, tmp_path / "new", best=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"]


def test_the_command(tiny_atlas: Atlas, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "app"
    for _ in range(2):  # over an earlier one
        app.main(
            ["map", "--atlas", str(tiny_atlas.folder), "--out", str(out), "--best", "3", "--json"],
            standalone_mode=False,
        )
        assert json.loads(capsys.readouterr().out)["lists"] == 3
    page = (out / "index.html").read_text(encoding="utf-8")
    assert '="/' not in page
    assert 'content="folder"' in page


def test_it_answers_in_a_browser(browser: Browser, base: str, tiny_atlas: Atlas) -> None:
    with opened(browser, base, locale="en-GB") as page:
        page.goto(base)
        page.get_by_role("combobox").press_sequentially("viodborn")
        expect(page.get_by_role("option").first).to_contain_text("Voidborn")
        press(page, "ArrowDown")
        expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
        press(page, "Enter")
        related = "[data-testid=related] .row-title a"
        expect(page.locator(related).first).to_be_visible()
        assert page.url == f"{base}#/title/w:void1"
        before = names_of(page, related)
        page.locator(".tune input[type=range]").nth(telling_facet(tiny_atlas, "w:void1")[0]).focus()
        press(page, "Home")
        until(page, lambda: names_of(page, related) != before)
        assert sorted(names_of(page, related)) == sorted(before)
        page.goto(f"{base}#/map?mode=ego&id=w:void1")
        expect(page.get_by_test_id("ego-centre")).to_have_text("Voidborn")
        page.goto(f"{base}#/groups")
        expect(page.locator(".group-cards li").first).to_be_visible()
        page.goto(f"{base}#/path?a=w:void1&b=w:bench1")
        expect(
            page.get_by_text("reelation serve").or_(page.get_by_text("cannot do that by itself")).first
        ).to_be_visible()


def test_what_is_to_be_made_needs_the_service_and_says_so(browser: Browser, base: str) -> None:
    with opened(browser, base, locale="en-GB") as page:
        page.goto("#/create")
        expect(page.locator(".create-screen .note")).to_contain_text("reelation serve")
        page.get_by_role("tab", name="Pinned").click()
        expect(page.get_by_text("Pin two titles or more")).to_be_visible()
