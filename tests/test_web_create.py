"""The section for those who make films and series, in a real browser: every tab by mouse and by keyboard, in both
languages, looked over by axe-core.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Download, Page, expect

from reelation.atlas.store import Atlas
from reelation.create.comps import outcomes
from reelation.http.settings import ServeSettings
from tests.browser import needed, opened, press, served, tab_to, until
from tests.creating import themes_atlas, themes_catalogue
from tests.invented import invented_atlas, viewers_part
from tests.test_web_accessible import AXE, settled

PITCH = "/create?text=A+chef+loses+a+kitchen&genre=comedy&year=2015"
SCREENS = {
    "nothing asked": "/create",
    "comps": f"{PITCH}&budget=mid&count=3",
    "no two titles": "/create?tab=blend",
    "blend": "/create?tab=blend&a=f:000&b=f:001&mix=0.6",
    "combine": "/create?tab=blend&a=f:000&plus=f:001&minus=f:002",
    "casting": "/create?tab=casting&like=f:000&attached=Agnes+Marlow&likely=0.5",
    "programme": "/create?tab=programme&theme=comedy&count=5&most_decade=2",
    "impossible": "/create?tab=programme&theme=comedy&count=12&most_decade=1",
    "compare": "/create?tab=compare",
}
MARKS = """
  localStorage['reelation.marks'] = JSON.stringify({
    'f:000': {name: 'Reel 0', year: 1980, marks: {pin: 1700000000}},
    'f:004': {name: 'Reel 4', year: 1990, marks: {pin: 1700000100}},
  })
"""


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """Some answers take a few seconds where several things run at once."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def _home(folder: Path, atlas: Atlas) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REELATION_HOME", str(folder))
        with served(
            ServeSettings(atlas=atlas.folder, rate=0, database=f"sqlite:///{folder / 'events.sqlite'}")
        ) as base:
            yield base


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of four themes, with figures; hits and misses too."""
    folder = tmp_path_factory.mktemp("create")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outcomes, "FEWEST", 5)  # peers, of whom there are few here
        yield from _home(folder, themes_atlas(themes_catalogue(folder / "catalogue"), folder / "atlas"))


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of titles among which genre g1 and keyword k05 never meet, and of which few have a place."""
    random, years = np.random.default_rng(1), np.repeat(np.arange(1980, 2010), 40)
    having: dict[str, list[int]] = {}
    for row, side in enumerate(random.integers(0, 2, len(years)).tolist()):
        genre = 3 * side + int(random.integers(3))
        words = {int(random.integers(12)) + 12 * (side if random.random() < 0.8 else 1 - side) for _ in range(3)}
        for node in (f"genre:g{genre}", *(f"keyword:k{one:02d}" for one in words if (genre, one) != (1, 5))):
            having.setdefault(node, []).append(row)
    seen = [[(int(row), 4.0, at) for at, row in enumerate(random.choice(len(years), 30, False))] for _ in range(40)]
    folder = tmp_path_factory.mktemp("thin")
    atlas = invented_atlas(folder / "atlas", years, having, parts={"viewers": viewers_part(seen)})
    yield from _home(folder, atlas)


@pytest.fixture
def page(browser: Browser, themes: str) -> Iterator[Page]:
    with opened(browser, themes, locale="en-GB") as page:
        yield page


def export(page: Page, name: str) -> Download:
    """Press Export, and what it offers under this name."""
    page.get_by_test_id(re.compile("^create-|^compare$")).get_by_text("Export", exact=True).click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=name, exact=True).click()
    return download.value


def pick(page: Page, label: str, text: str, name: str) -> None:
    """Search in the field of this label, and take what is called so."""
    page.get_by_role("combobox", name=label).fill(text)
    page.get_by_role("option").filter(has_text=name).first.click()


def test_comparables_by_mouse(page: Page) -> None:
    page.goto("/create")
    page.get_by_label("Logline or synopsis").fill("A chef loses a kitchen")
    page.get_by_text("More about it").click()
    page.get_by_label("Genres").fill("comedy")
    page.get_by_label("Planned year").fill("2015")
    page.get_by_role("button", name="Find comparables").click()
    tonal = page.get_by_test_id("comps-tonal").locator("> li")
    expect(tonal).to_have_count(5)
    assert "genre=comedy" in page.url
    assert "year=2015" in page.url
    asked, _, kept = page.url.partition("#")
    assert "chef" not in asked  # what is sent, and stands in logs
    assert kept == "text=A+chef+loses+a+kitchen"
    page.reload()
    expect(tonal).to_have_count(5)
    first = tonal.first
    expect(first.get_by_role("list", name="What is shared")).to_contain_text("comedy")
    expect(first.locator(".figures")).to_contain_text("box office")
    expect(first.locator(".figures")).to_contain_text("the tiny world")
    expect(page.get_by_test_id("comps-market").locator("> li").first).to_be_visible()
    expect(page.locator(".cautions li").first).not_to_be_empty()
    fared = page.locator(".fared").all_inner_texts()
    assert any(text.startswith(("A hit", "A miss", "In the middle")) for text in fared)

    name = first.locator(".row-title a").inner_text()
    first.get_by_role("button", name=f"Pin: {name}").click()
    expect(page.get_by_role("region", name="Pinned titles")).to_contain_text(name)
    rows = list(csv.DictReader(io.StringIO(Path(export(page, "Table (CSV)").path()).read_text("utf-8-sig"))))
    assert rows[0]["name"] == name
    assert {row["column"] for row in rows} >= {"tonal", "market"}
    first.locator(".row-title a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.go_back()
    expect(page.get_by_label("Logline or synopsis")).to_have_value("A chef loses a kitchen")
    expect(tonal).to_have_count(5)


@pytest.mark.parametrize(
    ("button", "ending"), [("PDF", "pdf"), ("web page", "html"), ("Markdown", "md"), ("CSV", "csv")]
)
def test_the_brief_is_a_download(page: Page, button: str, ending: str) -> None:
    page.goto(PITCH)
    expect(page.get_by_test_id("comps-tonal")).to_be_visible()
    made = export(page, f"Brief ({button})")
    assert made.suggested_filename == f"reelation-comps.{ending}"
    content = Path(made.path()).read_bytes()
    assert content.startswith(b"%PDF") if ending == "pdf" else "Reel" in content.decode()


def test_blend_by_mouse(page: Page) -> None:
    page.goto("/create?tab=blend")
    pick(page, "First title", "reel 0", "Reel 0")
    pick(page, "Second title", "reel 1", "Reel 1")
    rows = page.get_by_test_id("blended").locator("> li")
    expect(rows.first).to_be_visible()
    before = page.get_by_test_id("blended").inner_text()
    slider = page.get_by_role("slider", name="Mix")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    until(page, lambda: page.get_by_test_id("blended").inner_text() != before)
    assert "mix=1" in page.url
    expect(rows.first.locator(".from-parents dt").nth(1)).to_contain_text("100%")
    page.get_by_role("button", name="Swap").click()
    expect(page).to_have_url(re.compile("mix=0(&|$)"))
    assert len(list(csv.reader(io.StringIO(Path(export(page, "Table (CSV)").path()).read_text("utf-8-sig"))))) == 11


def test_titles_are_added_up_and_taken_away(page: Page) -> None:
    page.goto("/create?tab=blend")
    pick(page, "First title", "reel 0", "Reel 0")
    page.get_by_text("More about it").click()
    pick(page, "Titles to take away", "reel 1", "Reel 1")
    rows = page.get_by_test_id("blended").locator("> li")
    expect(page.get_by_role("heading", name="Reel 0 − Reel 1")).to_be_visible()
    expect(page.get_by_role("slider", name="Mix")).to_have_count(0)
    expect(rows.first.locator(".from-parents dt").first).to_contain_text("100%")
    pick(page, "Titles to add", "reel 2", "Reel 2")
    expect(page.get_by_role("heading", name="Reel 0 + Reel 2 − Reel 1")).to_be_visible()
    expect(rows.first.locator(".from-parents dt")).to_have_count(3)
    table = list(csv.reader(io.StringIO(Path(export(page, "Table (CSV)").path()).read_text("utf-8-sig"))))
    assert table[0][5:8] == ["share_1", "share_2", "share_3"]
    assert all(abs(float(row[5]) + float(row[6]) - 1) < 1e-4 and float(row[7]) <= 1e-4 for row in table[1:])
    made = export(page, "Brief (Markdown)")
    assert made.suggested_filename == "reelation-combine.md"
    assert "Reel 0" in Path(made.path()).read_text("utf-8")
    page.get_by_role("button", name=re.compile("^Remove Reel 1 ")).click()
    expect(page.get_by_role("heading", name="Reel 0 + Reel 2")).to_be_visible()


def test_casting_by_mouse(page: Page) -> None:
    page.goto("/create?tab=casting")
    pick(page, "Titles that it is like", "reel 0", "Reel 0")
    people = page.get_by_test_id("cast").locator("> li")
    expect(people.first).to_contain_text("Closest work:")
    expect(people.first).to_contain_text("Active:")
    pick(page, "People attached", "agnes", "Agnes Marlow")
    expect(page).to_have_url(re.compile("attached=Agnes"))
    expect(people.filter(has_text="Agnes Marlow, ").first).to_be_visible()  # "With Agnes Marlow, 3 titles:"
    page.get_by_label("Looked for").select_option("director")
    expect(page).to_have_url(re.compile("role=director"))
    expect(page.get_by_role("heading", level=2)).to_have_text("director")


def test_programme_by_mouse(page: Page) -> None:
    page.goto("/create?tab=programme")
    page.get_by_label("Theme").fill("comedy")
    page.get_by_label("How many titles").fill("5")
    page.get_by_role("button", name="Make a programme").click()
    slots = page.get_by_test_id("programme").locator("> li")
    expect(slots).to_have_count(5)
    expect(slots.first.locator(".programme-note")).not_to_be_empty()
    expect(slots.first.locator(".programme-next")).not_to_be_empty()
    page.get_by_text("More about it").click()
    page.get_by_label("At most of the same: decade").fill("1")
    page.get_by_role("button", name="Make a programme").click()
    expect(page.get_by_role("alert")).to_contain_text("at most 2 of the same decade")
    page.get_by_label("How many titles").fill("4")
    page.get_by_role("button", name="Make a programme").click()
    expect(slots).to_have_count(4)


def test_gaps(browser: Browser, thin: str) -> None:
    with opened(browser, thin, locale="en-GB") as page:
        page.goto("/create?tab=gaps")
        gaps = page.get_by_test_id("gaps").locator("> li")
        expect(gaps.first.locator(".row-title")).to_have_text(re.compile(r"g1\s+×\s+k05"), timeout=60_000)
        expect(page.locator(".gaps-chart .gap-point")).to_have_count(gaps.count())
        page.get_by_text("As a table").click()
        expect(page.get_by_role("row")).to_have_count(gaps.count() + 1)
        page.get_by_label("One of the two is").fill("g2")
        page.get_by_role("button", name="Find gaps").click()
        expect(page).to_have_url(re.compile("with=g2"))
        until(page, lambda: "g1 ×" not in page.get_by_test_id("create-gaps").inner_text(), 60)
        page.go_back()
        drawing = export(page, "Drawing (SVG)")
        assert Path(drawing.path()).read_text().startswith("<svg")
        assert not _defects(page)


def test_pinned_titles_are_compared(page: Page) -> None:
    page.add_init_script(MARKS)
    page.goto("/create")
    page.get_by_role("region", name="Pinned titles").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("tab", name="Pinned")).to_have_attribute("aria-selected", "true")
    table = page.get_by_test_id("compare").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(2)
    expect(table.get_by_role("row", name="genre")).to_contain_text("comedy")
    expect(page.get_by_test_id("compare-shared")).to_contain_text("France")
    expect(table.get_by_role("row", name="box office")).to_contain_text("$1M (world)")
    table.get_by_role("button", name="Unpin Reel 4").click()
    expect(page.get_by_text("Pin two titles or more")).to_be_visible()


def turn(page: Page, tab: str, key: str, next_tab: str) -> None:
    """From one tab to the next by an arrow."""
    page.get_by_role("tab", name=tab).focus()
    press(page, key)
    expect(page.get_by_role("tab", name=next_tab)).to_be_focused()
    expect(page.get_by_role("tab", name=next_tab)).to_have_attribute("aria-selected", "true")


def test_all_tabs_by_keyboard_in_both_languages(page: Page) -> None:
    page.goto("/")
    press(page, "Escape", "g", "c")
    expect(page).to_have_url(re.compile("/create$"))
    expect(page.locator("textarea[name=text]")).to_be_visible()
    tab_to(page, "textarea[name=text]")
    page.keyboard.type("A chef loses a kitchen")
    tab_to(page, "summary")
    press(page, "Enter")
    tab_to(page, "input[name=genre]")
    page.keyboard.type("comedy")
    press(page, "Enter")
    expect(page.get_by_test_id("comps-tonal").locator("> li")).to_have_count(5)
    tab_to(page, "[data-testid=comps-tonal] .row-title a")
    press(page, "p")
    expect(page.get_by_role("region", name="Pinned titles")).to_be_visible()

    turn(page, "Comps", "ArrowRight", "Blend")
    for _ in range(2):
        tab_to(page, ".picks input")
        page.keyboard.type("reel 0" if "a=" not in page.url else "reel 1")
        expect(page.get_by_role("option").first).to_be_visible()
        press(page, "ArrowDown", "Enter")
        until(page, lambda: page.locator(".picks input:focus").count() == 0)
    expect(page.get_by_test_id("blended").locator("> li").first).to_be_visible()
    tab_to(page, ".create-form input[type=range]")
    press(page, "End")
    expect(page).to_have_url(re.compile("mix=1"))

    turn(page, "Blend", "ArrowRight", "Gaps")
    tab_to(page, "input[name=with]")
    page.keyboard.type("comedy")
    press(page, "Enter")
    expect(page).to_have_url(re.compile("with=comedy"))
    turn(page, "Gaps", "ArrowRight", "Casting")
    tab_to(page, ".picks input")
    page.keyboard.type("reel 0")
    expect(page.get_by_role("option").first).to_be_visible()
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_test_id("cast").locator("> li").first).to_be_visible()
    turn(page, "Casting", "ArrowRight", "Programme")
    tab_to(page, "input[name=theme]")
    page.keyboard.type("comedy")
    press(page, "Enter")
    expect(page.get_by_test_id("programme").locator("> li")).to_have_count(12)
    turn(page, "Programme", "ArrowRight", "Pinned")
    turn(page, "Pinned", "ArrowRight", "Comps")  # as it was left
    expect(page.locator("textarea[name=text]")).to_have_value("A chef loses a kitchen")
    turn(page, "Comps", "ArrowRight", "Blend")
    expect(page).to_have_url(re.compile("mix=1"))
    turn(page, "Blend", "ArrowLeft", "Comps")

    press(page, "Shift+Tab")
    tab_to(page, "button.language")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("写给还没拍出来的作品")
    expect(page.get_by_test_id("comps-tonal").locator("> li")).to_have_count(5)
    expect(page.locator(".create-screen .column-heading").first).to_have_text("气质相近")


def _defects(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    needed(AXE.is_file(), f"{AXE} is absent: cd web && npm ci")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in told["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:2]
    ]


@pytest.mark.parametrize(("theme", "language"), [("light", "en-GB"), ("dark", "zh-CN")])
def test_no_tab_has_a_serious_defect(browser: Browser, themes: str, theme: str, language: str) -> None:
    found: dict[str, list[str]] = {}
    with opened(browser, themes, color_scheme=theme, locale=language, reduced_motion="reduce") as page:
        page.add_init_script(MARKS)
        for name, path in SCREENS.items():
            settled(page, path)
            if wrong := _defects(page):
                found[name] = wrong
    assert not found


def test_it_is_usable_on_a_phone(browser: Browser, themes: str) -> None:
    with opened(browser, themes, is_mobile=True, has_touch=True) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        page.add_init_script(MARKS)
        wide = {}
        for name, path in SCREENS.items():
            settled(page, path)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 361:
                wide[name] = width
    assert not wide
