"""How quick the web app is: a hundred thousand points drawn in software, and a list after a click."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect

from tests.browser import opened

POINTS = 100_000
LEAST_FRAMES = 8.0
"""Frames a second."""
PATIENT = 3.0
"""How many times slower than on a quiet machine a busy one may be before it counts."""


def many_points() -> bytes:
    """A map of titles that clump, as real ones do."""
    random = np.random.default_rng(3)
    clumps = random.normal(0, 0.3, (60, 2))
    positions = (clumps[random.integers(0, 60, POINTS)] + random.normal(0, 0.04, (POINTS, 2))).astype(np.float32)
    names = np.arange(POINTS).astype("U6").tolist()
    text = "".join(names).encode()
    starts = np.concatenate([[0], np.cumsum([len(name) for name in names])]).astype(np.uint32)
    columns: dict[str, NDArray[Any]] = {
        "x": positions[:, 0],
        "y": positions[:, 1],
        "year": random.integers(1920, 2024, POINTS).astype(np.int16),
        "kind": np.zeros(POINTS, np.uint8),
        "genre": random.integers(0, 9, POINTS).astype(np.uint8),
        "country": random.integers(0, 9, POINTS).astype(np.uint8),
        "group0": random.integers(0, 12, POINTS).astype(np.int32),
        "popularity": random.random(POINTS).astype(np.float32),
        "name_start": starts,
        "names": np.frombuffer(text, np.uint8),
        "id_start": starts,
        "ids": np.frombuffer(text, np.uint8),
    }
    told, body, offset = [], b"", 0
    for name, values in columns.items():
        content = np.ascontiguousarray(values).tobytes()
        told.append({"name": name, "dtype": str(values.dtype), "offset": offset, "length": len(values)})
        padded = content + b"\0" * (-len(content) % 8)
        body, offset = body + padded, offset + len(padded)
    header = orjson.dumps({"titles": POINTS, "columns": told})
    header += b" " * (-(len(header) + 12) % 8)
    return b"REELMAP1" + len(header).to_bytes(4, "little") + header + body


def test_a_hundred_thousand_points_pan_and_zoom(browser: Browser, base: str) -> None:
    with opened(browser, base) as page:
        body = many_points()
        page.route("**/v1/map", lambda route: route.fulfill(body=body, content_type="application/octet-stream"))
        page.goto("/map")
        expect(page.get_by_test_id("atlas-canvas")).to_be_visible()
        page.wait_for_timeout(500)
        assert "100,000" in (page.get_by_test_id("atlas-canvas").get_attribute("aria-label") or "").replace(
            "100000", "100,000"
        )
        frames = max(page.evaluate("reelationMap.measureSpeed(12)") for _ in range(3))
    print(f"{frames:.1f} frames a second")
    assert frames >= LEAST_FRAMES / PATIENT, f"{frames:.1f} frames a second"


def test_a_list_is_there_soon_after_the_click(browser: Browser, base: str) -> None:
    with opened(browser, base) as page:
        page.goto("/title/w:void1")
        link = page.locator("[data-testid=related] .row-title a").nth(1)
        expect(link).to_be_visible()
        target = link.get_attribute("data-to")
        took = page.evaluate(
            """async target => {
              const name = document.querySelector('h1').textContent;
              const start = performance.now();
              document.querySelector(`[data-testid=related] a[data-to="${target}"]`).click();
              for (;;) {
                const list = document.querySelector('[data-testid=related]');
                if (document.querySelector('h1')?.textContent !== name && list) return performance.now() - start;
                await new Promise(requestAnimationFrame);
              }
            }""",
            target,
        )
    print(f"{took:.0f} ms")
    assert took <= 150 * PATIENT, f"{took:.0f} ms"


def test_what_a_link_leads_to_is_asked_for_while_the_pointer_is_on_it(browser: Browser, base: str) -> None:
    with opened(browser, base) as page:
        page.goto("/search?q=voidborn")
        link = page.locator('a[data-to="/title/w:void2"]').first
        with page.expect_response(lambda answer: "/titles/w%3Avoid2/related" in answer.url):
            link.hover()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        link.click()
        expect(page.locator("[data-testid=related] [data-row]").first).to_be_visible()
        assert not [url for url in asked if "/titles/w%3Avoid2/related" in url], "asked once"
