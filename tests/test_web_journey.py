"""The web app from a search to an answered import, in a real browser, with nothing but the keyboard."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from reelation.atlas.store import Atlas
from reelation.http.settings import ServeSettings
from tests.browser import names_of, opened, press, served, tab_to, telling_facet, until

RELATED = "[data-testid=related] .row-title a"


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    with opened(browser, base, locale="en-GB") as page:
        yield page


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A Letterboxd export: one plain title, and one of which there are two."""
    rows = [
        ["Date", "Name", "Year", "Letterboxd URI", "Rating"],
        ["2024-03-01", "Voidborn", "1979", "https://boxd.it/1", "4.5"],
        ["2024-03-02", "The Bench", "1994", "https://boxd.it/2", "2"],
        ["2024-03-03", "The Tide", "", "https://boxd.it/3", "3"],
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = tmp_path / "letterboxd-someone.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ratings.csv", text.getvalue())
    return path


def choose(page: Page, text: str, name: str) -> None:
    """Type into the search that has the focus, and take the one called `name`."""
    page.keyboard.type(text)
    option = page.get_by_role("option").filter(has_text=name).first
    expect(option).to_be_visible()
    for _ in range(10):
        if option.get_attribute("aria-selected") == "true":
            break
        press(page, "ArrowDown")
    press(page, "Enter")


def step_to(page: Page, selector: str, key: str) -> None:
    """Press an arrow until what `selector` names has the focus."""
    for _ in range(20):
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
        press(page, key)


def file_chooser(page: Page, selector: str, tries: int = 5) -> FileChooser:
    """What opens when the field for files is reached and pressed by keyboard; a key that comes while the screen is
    still being drawn may go astray, as a person's may, and is pressed again.
    """
    for _ in range(tries):
        tab_to(page, selector)
        try:
            with page.expect_file_chooser(timeout=5_000) as chooser:
                press(page, "Space")
            return chooser.value
        except PlaywrightTimeout:
            continue
    pytest.fail(f"{selector} opens no file chooser")


def test_search_by_typo_and_by_pinyin(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("viodborn")
    expect(page.get_by_role("option").first).to_contain_text("Voidborn")
    press(page, "ArrowDown", "Enter")
    expect(page).to_have_url(re.compile("/title/w:void1$"))


def test_then_and_now(page: Page) -> None:
    page.goto("/title/w:void1")
    page.get_by_role("button", name="Then and now").click()
    moved = page.get_by_test_id("moved")
    listed = "[data-testid=moved] .moved-list a"
    expect(page.locator(listed).first).to_be_visible()
    now, slider = names_of(page, listed), moved.get_by_role("slider")
    latest = slider.get_attribute("aria-valuetext")
    slider.focus()
    press(page, "Home")
    until(page, lambda: slider.get_attribute("aria-valuetext") != latest)
    assert "moved=0" in page.url
    assert names_of(page, listed) != now
    expect(moved.locator("svg.ranks .chosen")).to_have_count(1)
    moved.get_by_role("button", name="Play").click()
    until(page, lambda: slider.get_attribute("aria-valuetext") == latest)
    moved.get_by_role("button", name="Close").click()
    expect(moved).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(re.compile("/title/w:void1$"))


def test_then_and_now_on_the_map(page: Page) -> None:
    """The track of a title's neighbourhood, date by date, and only what existed then is lit."""
    page.goto("/map?id=w:void1")
    page.get_by_role("button", name="Then and now").click()
    card, listed = page.get_by_test_id("moved-card"), "[data-testid=moved-card] .closest a"
    expect(page.locator(listed).first).to_be_visible()
    now, slider = names_of(page, listed), card.get_by_role("slider")
    track = "() => window.reelationMap.marks.track && window.reelationMap.marks.track.places.length"
    until(page, lambda: (page.evaluate(track) or 0) >= 2)
    until(page, lambda: page.evaluate("() => window.reelationMap.light.until") == 9999)
    slider.focus()
    press(page, "Home")
    expect(page).to_have_url(re.compile("moved=0"))
    until(page, lambda: page.evaluate("() => window.reelationMap.marks.at") == 0)
    assert names_of(page, listed) != now
    year = int(slider.get_attribute("aria-valuetext") or 0)
    until(page, lambda: page.evaluate("() => window.reelationMap.light.until") == year)
    card.get_by_role("button", name="Play").click()
    until(page, lambda: page.evaluate("() => window.reelationMap.light.until") == 9999)
    assert names_of(page, listed) == now
    page.get_by_role("button", name="Then and now").click()
    expect(card).to_be_hidden()
    until(page, lambda: page.evaluate("() => window.reelationMap.marks.track") is None)


def test_a_timeline_as_of_a_year(page: Page) -> None:
    page.goto("/timeline?thing=genre:Horror")
    expect(page.locator("svg.chart").first).to_be_visible()
    now = page.locator(".kicker").inner_text()
    page.get_by_role("slider").fill("1979")
    expect(page).to_have_url(re.compile("as_of=1979"))
    until(page, lambda: page.locator(".kicker").inner_text() != now)


def test_the_journey_by_keyboard_alone(page: Page, export: Path, tiny_atlas: Atlas) -> None:
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()

    page.keyboard.type("xkzz")  # initials of 虚空之子
    expect(page.get_by_role("option").first).to_contain_text("Voidborn")
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Voidborn")
    expect(page.locator(RELATED).first).to_be_visible()

    press(page, "j")  # the first row
    until(page, lambda: page.evaluate("Boolean(document.activeElement.closest('[data-row]'))"))
    press(page, "w")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".why-reason")).not_to_be_empty()
    assert dialog.locator(".why-reason").inner_text().strip()
    press(page, "Escape")
    expect(dialog).to_be_hidden()

    before = names_of(page, RELATED)
    place, facet = telling_facet(tiny_atlas, "w:void1")
    tab_to(page, ".tune input[type=range]")  # the first facet
    press(page, *["Tab"] * place, "Home")  # weighs nothing now
    until(page, lambda: names_of(page, RELATED) != before)
    assert sorted(names_of(page, RELATED)) == sorted(before)
    assert f"{facet}=0" in page.url

    press(page, "g", "m")
    centre = page.get_by_test_id("ego-centre")
    expect(centre).to_have_text("Voidborn")
    tab_to(page, "[data-node]")
    press(page, "ArrowRight")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        step_to(page, "[data-type=title]:not(.centre)", key)
    press(page, "Enter", "Enter")  # chooses it, and goes there
    until(page, lambda: centre.inner_text() != "Voidborn")
    assert names_of(page, ".crumbs a") == ["Voidborn"]

    press(page, "g", "p")
    until(page, lambda: page.evaluate("document.activeElement.matches('.path-end input')"))
    choose(page, "voidborn ii", "Voidborn II")
    until(page, lambda: page.evaluate("document.activeElement.matches('.path-end input')"))
    choose(page, "the bench", "The Bench")
    expect(page.get_by_test_id("ways")).to_be_visible()
    assert page.get_by_test_id("ways").locator("> li").count() >= 1

    press(page, "g", "d")
    expect(page.get_by_test_id("import-file")).to_be_attached()
    page.wait_for_load_state("networkidle")
    file_chooser(page, "[data-testid=import-file]").set_files(export)
    counts = page.get_by_test_id("import-counts")
    expect(counts.locator(".count-asks b")).to_have_text("1")
    expect(page.get_by_test_id("queue-mention")).to_contain_text("The Tide")
    tab_to(page, ".candidates button")
    press(page, "1")
    expect(counts.locator(".count-asks b")).to_have_text("0")
    expect(page.get_by_test_id("queue-empty")).to_be_visible()

    press(page, "Shift+Tab")
    tab_to(page, "button.language")
    press(page, "Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("heading", level=1)).to_have_text("数据")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("数据")


def test_the_journey_by_mouse(page: Page, tiny_atlas: Atlas) -> None:
    page.goto("/title/w:void1")
    before = names_of(page, RELATED) if page.locator(RELATED).first.is_visible() else []
    expect(page.locator(RELATED).first).to_be_visible()
    before = before or names_of(page, RELATED)
    slider = page.locator(".tune input[type=range]").nth(telling_facet(tiny_atlas, "w:void1")[0])
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    until(page, lambda: names_of(page, RELATED) != before)
    page.get_by_role("button", name="Reset").click()
    until(page, lambda: names_of(page, RELATED) == before)
    page.goto("/map?mode=ego&id=w:void1")
    page.locator("[data-type=title]:not(.centre)").first.dblclick()
    until(page, lambda: page.get_by_test_id("ego-centre").inner_text() != "Voidborn")


def test_marks_are_kept_by_the_service_and_erased(page: Page) -> None:
    page.goto("/title/w:void1")
    page.locator(".title-head").get_by_role("button", name="Like").click()
    expect(page.locator(".notices")).to_contain_text("Voidborn")
    page.goto("/taste")
    expect(page.get_by_test_id("recommended").locator("li").first).to_be_visible()
    viewer = page.evaluate("JSON.parse(localStorage['reelation.viewer'])")
    kept = page.request.get(f"/v1/viewers/{viewer}/data").json()["events"]
    assert [(one["title_id"], one["kind"]) for one in kept] == [("w:void1", "like")]
    page.goto("/taste?tab=own")
    page.get_by_role("button", name="Erase everything").click()
    page.get_by_role("button", name="Yes, erase").click()
    expect(page.locator(".notices")).to_contain_text("erased")
    assert page.request.get(f"/v1/viewers/{viewer}/data").json()["events"] == []
    assert page.evaluate("Object.keys(localStorage)") == []


def test_an_ambiguous_name_and_an_unknown_title(page: Page) -> None:
    page.goto("/search?q=the tide")
    expect(page.locator(".hits li")).to_have_count(2)
    page.goto("/title/w:gone")
    expect(page.get_by_role("alert")).to_contain_text("no such title")


def test_without_webgl_there_is_a_table(page: Page) -> None:
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/map")
    expect(page.locator(".map-table tbody tr")).to_have_count(12)


def test_a_service_with_a_key_asks_for_it(browser: Browser, tiny_atlas: Atlas, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'events.sqlite'}"
    settings = ServeSettings(atlas=tiny_atlas.folder, rate=0, database=database, api_key="k" * 40)
    with served(settings) as base, opened(browser, base, locale="en-GB") as page:
        page.goto("/title/w:void1")
        field = page.get_by_label("Key of the service")
        field.first.fill("k" * 40)
        press(page, "Enter")
        expect(page.locator(RELATED).first).to_be_visible()


def test_what_a_link_leads_to_is_asked_for_while_the_pointer_is_on_it(page: Page) -> None:
    page.goto("/search?q=voidborn")
    link = page.locator('a[data-to="/title/w:void2"]').first
    with page.expect_response(lambda answer: "/titles/w%3Avoid2/related" in answer.url):
        link.hover()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    link.click()
    expect(page.locator("[data-testid=related] [data-row]").first).to_be_visible()
    assert not [url for url in asked if "/titles/w%3Avoid2/related" in url], "asked once"
