"""Look and sound in the web app: asking with a picture of one's own, and what is alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from reelation.atlas.store import Atlas
from reelation.http.settings import ServeSettings
from tests.browser import WEB, needed, opened, served, until
from tests.clumps import clump_of
from tests.posters import paint

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def sensing(sensing_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("picture-home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REELATION_HOME", str(home))
        settings = ServeSettings(atlas=sensing_atlas.folder, rate=0, database=f"sqlite:///{home / 'events.sqlite'}")
        with served(settings) as base:
            yield base


def ids_of(page: Page) -> list[str]:
    links = page.locator("[data-testid=alike] .row-title a")
    return [str(link.get_attribute("href")).rpartition("/")[2] for link in links.all()]


@pytest.mark.parametrize(("theme", "language"), [("light", "en-GB"), ("dark", "zh-CN")])
def test_a_picture_of_ones_own(browser: Browser, sensing: str, tmp_path: Path, theme: str, language: str) -> None:
    poster = paint(tmp_path / "still.png", 1, 9_200)
    with opened(browser, sensing, color_scheme=theme, locale=language, reduced_motion="reduce") as page:
        page.goto("/")
        page.locator(".hero-actions a[href$='/picture']").click()
        page.get_by_test_id("picture-file").set_input_files(str(poster))
        expect(page.locator("[data-testid=alike] .row-title a").first).to_be_visible()
        assert sum(clump_of(one) == 1 for one in ids_of(page)[:10]) >= 8
        expect(page.locator(".pictures img")).to_be_visible()
        guessed = page.locator(".note").count()
        assert guessed >= 1
        page.get_by_role("checkbox").check()
        until(page, lambda: page.locator(".note").count() == 0)
        until(page, lambda: page.locator("[aria-busy=true]").count() == 0)
        expect(page.locator("[data-testid=alike] .chip").first).to_contain_text(
            "alike in look: " if language.startswith("en") else "画面相近："
        )
        needed(AXE.is_file(), f"{AXE} is absent: cd web && npm ci")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert not [one["id"] for one in told["violations"] if one["impact"] in ("serious", "critical")]


def test_no_picture_is_told(browser: Browser, sensing: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n not a picture")
    with opened(browser, sensing, locale="en-GB") as page:
        page.goto("/picture")
        page.get_by_test_id("picture-file").set_input_files(str(broken))
        expect(page.get_by_role("alert").or_(page.locator(".wrong"))).to_be_visible()
        expect(page.locator("[data-testid=alike] li")).to_have_count(0)


def test_why_tells_what_is_alike(browser: Browser, sensing: str) -> None:
    with opened(browser, sensing, locale="en-GB") as page:
        page.goto("/title/c:0001?why=c:0005&depth=evidence")
        alike = page.get_by_test_id("alike")
        expect(alike.locator("li")).to_have_count(4)
        expect(alike).to_contain_text("lightness")
