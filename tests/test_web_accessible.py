"""Every screen in both themes, looked over by axe-core: nothing serious, nothing critical."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import WEB, needed, opened, until

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {
    "home": "/",
    "title": "/title/w:void1",
    "why": "/title/w:void1?why=w:void2",
    "evidence": "/title/w:void1?why=w:void2&depth=evidence",
    "paths of why": "/title/w:void1?why=w:void2&depth=paths",
    "then and now": "/title/w:void1?moved=0",
    "unknown title": "/title/w:gone",
    "search": "/search?q=the+tide",
    "nothing found": "/search?q=qqqqqq",
    "map": "/map?id=w:void1",
    "then and now on the map": "/map?id=w:void1&moved=0",
    "map as a table": "/map?table=1&colour=decade",
    "around a title": "/map?mode=ego&id=w:void1&node=w:void2",
    "no title chosen": "/map?mode=ego",
    "path": "/path?a=w:void2&b=w:bench1",
    "no path chosen": "/path",
    "groups": "/groups?group=0",
    "groups as a table": "/groups?table=1",
    "timeline": "/timeline?thing=genre:Horror",
    "timeline as of a year": "/timeline?thing=genre:Horror&as_of=1990",
    "person": "/timeline?thing=person:p:cy",
    "no timeline chosen": "/timeline",
    "taste": "/taste",
    "portrait": "/taste?tab=portrait",
    "own": "/taste?tab=own",
    "alike": "/taste?like=w:void1&like=w:void2",
    "create": "/create?genre=horror",
    "blend": "/create?tab=blend&a=w:void1&b=w:bench1",
    "import": "/data",
    "atlas": "/data?tab=about",
    "how": "/data?tab=how",
    "nowhere": "/nowhere",
}
MARKS = """
  localStorage['reelation.marks'] = JSON.stringify({
    'w:void1': {name: 'Voidborn', year: 1979, marks: {like: 1700000000, pin: 1700000000}},
    'w:void3': {name: 'Voidborn III', year: 1986, marks: {seen: 1700000100, pin: 1700000100}},
  })
"""


def settled(page: Page, path: str) -> None:
    """Go there, and wait until nothing loads or moves any more."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    still = "!document.querySelector('.loading') && document.getAnimations().length === 0"
    until(page, lambda: bool(page.evaluate(still)))


@pytest.mark.parametrize(("theme", "language"), [("light", "en-GB"), ("dark", "zh-CN")])
def test_no_screen_has_a_serious_defect(browser: Browser, base: str, theme: str, language: str) -> None:
    needed(AXE.is_file(), f"{AXE} is absent: cd web && npm ci")
    axe = AXE.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    with opened(browser, base, color_scheme=theme, locale=language, reduced_motion="reduce") as page:
        page.add_init_script(MARKS)
        for name, path in SCREENS.items():
            settled(page, path)
            page.evaluate(axe)
            told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            wrong = [
                f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
                for one in told["violations"]
                if one["impact"] in ("serious", "critical")
                for node in one["nodes"][:2]
            ]
            if wrong:
                found[name] = wrong
    assert not found


def test_the_page_is_usable_on_a_phone(browser: Browser, base: str) -> None:
    """Nothing is wider than the screen, so that nothing has to be scrolled sideways."""
    with opened(browser, base, is_mobile=True, has_touch=True) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        page.add_init_script(MARKS)
        wide = {}
        for name, path in SCREENS.items():
            settled(page, path)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 361:
                wide[name] = width
    assert not wide
