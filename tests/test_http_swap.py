"""Newer atlases take the place of older ones while clients ask: no request is lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from reelation.atlas.store import Atlas, AtlasContent, write_atlas
from tests.running import Running, running

KEY = {"Authorization": "Bearer swap-key"}
SWAPS = 8
PATHS = (
    f"/v1/titles/{quote('w:void1')}/related?count=5",
    f"/v1/titles/{quote('w:bench1')}/related?count=3&genre=Drama",
    f"/v1/titles/{quote('w:void2')}",
    f"/v1/explain?a={quote('w:void1')}&b={quote('w:void2')}",
    f"/v1/paths?a={quote('w:void1')}&b={quote('w:void3')}",
    f"/v1/viewers/{quote('v:1')}/recommendations?count=3",
    "/v1/search?q=viodborn",
    "/v1/timeline?thing=Horror",
    "/v1/groups",
    "/v1/map",
    "/v1/atlas",
    "/v1/health/ready",
)


def write_again(atlas: Atlas, folder: Path, number: int) -> None:
    """What another training would leave: the same titles, another manifest."""
    content = AtlasContent(**{column.name: getattr(atlas, column.name) for column in fields(AtlasContent)})
    parts = {name: part for name in atlas.manifest.parts if (part := atlas.part(name)) is not None}
    write_atlas(folder, content, replace(atlas.manifest, seed=1000 + number), parts)


class Clients:
    """Threads that ask one path after the other for as long as the test lasts."""

    def __init__(self, url: str, count: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.versions: set[str] = set()
        self.lost: list[str] = []
        self._url, self._stop = url, threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(count)]

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        with requests.Session() as session:
            session.headers.update(KEY)
            at = number
            while not self._stop.is_set():
                path = PATHS[at % len(PATHS)]
                at += 1
                try:
                    response = session.get(self._url + path, timeout=30)
                except requests.RequestException as error:
                    self.lost.append(f"{path}: {error}")
                    continue
                self.statuses[response.status_code] += 1
                if response.status_code != 200:
                    self.lost.append(f"{path}: {response.status_code} {response.text[:300]}")
                elif "octet-stream" not in response.headers["content-type"] and "atlas_version" in response.json():
                    self.versions.add(response.json()["atlas_version"])


def _by_request(service: Running) -> None:
    answer = requests.post(f"{service.url}/v1/atlas:reload", headers=KEY, timeout=30)
    assert answer.status_code == 200
    assert answer.json()["changed"] is True


def _by_watching(service: Running) -> None:
    time.sleep(0.15)


@pytest.mark.parametrize(("settings", "swap"), [({}, _by_request), ({"watch": 0.05}, _by_watching)])
def test_no_request_is_lost_while_atlases_are_swapped(
    tiny_atlas: Atlas, tmp_path: Path, settings: dict[str, float], swap: Callable[[Running], None]
) -> None:
    folder = tmp_path / "atlas"
    write_again(tiny_atlas, folder, 0)
    database = f"sqlite:///{tmp_path}/events.sqlite"
    with (
        running(folder, api_key="swap-key", database=database, **settings) as service,
        Clients(service.url, 4) as clients,
    ):
        for number in range(1, SWAPS + 1):
            write_again(tiny_atlas, folder, number)
            swap(service)
            time.sleep(0.05)
    assert clients.lost == []
    assert clients.statuses[200] > 10 * SWAPS
    assert len(clients.versions) > SWAPS // 2
