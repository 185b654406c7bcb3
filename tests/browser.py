"""The service on a real port, and a browser that looks at it: what the tests of the web app share."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from reelation.atlas.store import Atlas
from reelation.engine import Engine
from reelation.http.app import create_app
from reelation.http.settings import ServeSettings

WEB = Path(__file__).resolve().parents[1] / "web"
_ARGUMENTS = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    *("--ignore-gpu-blocklist", "--force-color-profile=srgb"),
)
"""Drawing in software: the same everywhere, with WebGL."""


def needed(found: bool, what: str) -> None:
    """Skip where `what` is absent; in CI, fail."""
    if not found:
        pytest.fail(what) if os.environ.get("CI") == "true" else pytest.skip(what)


@contextmanager
def served(settings: ServeSettings) -> Iterator[str]:
    """The address of a service that runs until the end of the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    patience = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < patience, "the service takes too long to start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    needed(bool(path), "Chromium is absent: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, base: str, **options: Any) -> Iterator[Page]:
    """A page of a browser that has never been here; what goes wrong in it fails the test."""
    with browser.new_context(base_url=base, viewport={"width": 1300, "height": 900}, **options) as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.set_default_timeout(15_000)
        yield page
        assert not wrong, wrong


def press(page: Page, *keys: str) -> None:
    """One key after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str, most: int = 160) -> None:
    """Press the tabulator until the focus is on what `selector` names."""
    for _ in range(most):
        if page.evaluate("chosen => document.activeElement?.matches(chosen) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the tabulator does not reach {selector}")


def telling_facet(atlas: Atlas, title_id: str) -> tuple[int, str]:
    """The first facet that the order of a title's list hangs on: its place among the sliders, and its name."""
    engine = Engine(atlas, "en")
    before = [one.title.title_id for one in engine.related(title_id, k=24)]
    for at, facet in enumerate(atlas.facet_names):
        if [one.title.title_id for one in engine.related(title_id, k=24, weights={facet: 0})] != before:
            return at, facet
    pytest.fail(f"no weight of a facet changes the list of {title_id}")


def names_of(page: Page, selector: str) -> list[str]:
    """The texts of all that `selector` names."""
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def until(page: Page, condition: Callable[[], bool], patience: float = 15.0) -> None:
    """Wait for `condition`."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        page.wait_for_timeout(30)
