"""How quick the web app is: from start to the first page, a list after a click, and a map of many points.

    python benchmarks/web_app.py [--atlas demo/atlas] [--starts 3] [--clicks 15] [--points 100000] [--gpu]

A click is on a title of the list, after the pointer has been on it for as long as a quick hand takes. It ends when the
new list is painted. Drawing is in software unless `--gpu` is given. Needs Chromium and the extra `dev`.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

from service import service

DWELL = 0.12
"""Seconds between reaching a link and clicking on it."""
_SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
_CLICK = """
link => new Promise(done => {
  const wanted = link.getAttribute("data-to").split("/title/")[1].split("?")[0];
  const start = performance.now();
  link.click();
  const look = () => {
    const list = document.querySelector("[data-testid=related] [data-row]");
    const busy = document.querySelector(".list-column")?.getAttribute("aria-busy") === "true";
    if (list && !busy && document.body.dataset.title === decodeURIComponent(wanted))
      requestAnimationFrame(() => done(performance.now() - start));
    else setTimeout(look, 2);
  };
  look();
})
"""


def main() -> None:
    """Start the service, look at it, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", type=Path, default=Path("demo/atlas"))
    for name, usual in (("starts", 3), ("clicks", 15), ("points", 100_000), ("port", 8051)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--gpu", action="store_true", help="Draw with the graphics card.")
    asked = parser.parse_args()
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise SystemExit("Chromium is absent: apt-get install chromium")
    clicks: list[float] = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-quic", *(() if asked.gpu else _SOFTWARE)]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        for number in range(asked.starts):
            began = time.monotonic()
            with service(asked.atlas, asked.port), page_of(browser, asked.port) as page:
                page.goto("/")
                page.wait_for_selector("input[role=combobox]:focus")
                usable = (
                    time.monotonic() - began
                )  # up to .1 s of it is how often the service is asked whether it is ready
                page.wait_for_selector(".example ol li")
                took = [click(page, at) for at in range(asked.clicks)]
                print(f"start {number + 1}: first page usable after {usable:.2f} s, first click {took[0]:.0f} ms")
                clicks += took
                if number == asked.starts - 1:
                    speed = frames(page, asked.points)
        browser.close()
    median, most = np.quantile(clicks, [0.5, 0.9]).tolist()
    print(f"list after a click: median {median:.0f} ms, 90 % within {most:.0f} ms, longest {max(clicks):.0f} ms")
    print(f"map of {asked.points:,} points: {speed:.1f} frames a second")


@contextmanager
def page_of(browser: Browser, port: int) -> Iterator[Page]:
    """A page of a browser that has never been here."""
    viewport: Any = {"width": 1300, "height": 900}
    with browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport=viewport) as context:
        yield context.new_page()


def click(page: Page, number: int) -> float:
    """Milliseconds from a click on a title to its painted list; the first click is on an example."""
    links = page.locator("[data-testid=related] .row-title a" if number else ".example h3 a")
    link = links.nth((3 * number) % 8)
    link.hover()
    time.sleep(DWELL)
    took = float(link.evaluate(_CLICK))
    time.sleep(0.4)
    return took


def frames(page: Page, points: int) -> float:
    """Frames a second while all points are panned and zoomed, each frame waited for; the best of three."""
    body = many_points(points)
    page.route("**/v1/map", lambda route: route.fulfill(body=body, content_type="application/octet-stream"))
    page.goto("/map")
    page.get_by_test_id("atlas-canvas").wait_for()
    page.wait_for_timeout(500)
    return max(float(page.evaluate("reelationMap.measureSpeed(12)")) for _ in range(3))


def many_points(points: int) -> bytes:
    """A map of titles that clump, as real ones do."""
    random = np.random.default_rng(3)
    clumps = random.normal(0, 0.3, (60, 2))
    positions = (clumps[random.integers(0, 60, points)] + random.normal(0, 0.04, (points, 2))).astype(np.float32)
    names = np.arange(points).astype("U6").tolist()
    text = "".join(names).encode()
    starts = np.concatenate([[0], np.cumsum([len(name) for name in names])]).astype(np.uint32)
    columns: dict[str, NDArray[Any]] = {
        "x": positions[:, 0],
        "y": positions[:, 1],
        "year": random.integers(1920, 2024, points).astype(np.int16),
        "kind": np.zeros(points, np.uint8),
        "genre": random.integers(0, 9, points).astype(np.uint8),
        "country": random.integers(0, 9, points).astype(np.uint8),
        "group0": random.integers(0, 12, points).astype(np.int32),
        "popularity": random.random(points).astype(np.float32),
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
    header = orjson.dumps({"titles": points, "columns": told})
    header += b" " * (-(len(header) + 12) % 8)
    return b"REELMAP1" + len(header).to_bytes(4, "little") + header + body


if __name__ == "__main__":
    main()
