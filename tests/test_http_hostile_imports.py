"""Imports made to do harm are refused with a 4xx, and the service's memory stays as it was.

REELATION_FUZZ=2000 runs the long campaign of broken exports.
"""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from reelation.atlas.store import Atlas
from tests.hostile_uploads import MIB, TABLE, attacks, bodies, broken, exports
from tests.running import Apart, running_apart

FUZZ = int(os.environ.get("REELATION_FUZZ", "24"))
FLAT = 48 * MIB
"""How far the memory of the service may grow above what sound imports take."""
CHILD = 1200 * MIB
"""What the process that reads an upload may hold."""


class Watch:
    """The most memory that a service and the processes it starts hold while this lasts."""

    def __init__(self, process: psutil.Process) -> None:
        self.most = self.most_of_a_child = 0
        self._process, self._stop = process, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            with suppress(psutil.Error):
                self.most = max(self.most, self._process.memory_info().rss)
                for child in self._process.children():
                    with suppress(psutil.Error):
                        self.most_of_a_child = max(self.most_of_a_child, child.memory_info().rss)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "home"


@pytest.fixture(scope="module")
def service(tiny_atlas: Atlas, home: Path) -> Iterator[Apart]:
    with running_apart(tiny_atlas.folder, home) as service:
        yield service


@pytest.fixture(scope="module")
def usual(service: Apart, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Bytes that the service holds at the most while it imports what is sound: every export, and a large table."""
    rows = "".join(f"Voidborn,{1900 + number % 100},4\n" for number in range(100_000))
    sound = exports(tmp_path_factory.mktemp("sound"))
    files = [(path.name, path.read_bytes()) for path in sound if path.suffix != ".json"]
    with Watch(service.process) as watch:
        for some in (files, [("large.csv", ("title,year,rating\n" + rows).encode())]):
            assert ended(service, send(service, some)) == "done"
    return watch.most


def send(service: Apart, files: list[tuple[str, bytes]], viewer: str = "me") -> requests.Response:
    parts = [("file", file) for file in files]
    return requests.post(f"{service.url}/v1/imports", files=parts, data={"viewer_id": viewer}, timeout=300)


def ended(service: Apart, answer: requests.Response) -> str:
    """How a job ends."""
    state, until = "queued", time.monotonic() + 200
    while state in ("queued", "running"):
        assert time.monotonic() < until, "the import does not end"
        time.sleep(0.02)
        state = requests.get(service.url + answer.headers["location"], timeout=60).json()["state"]
    return str(state)


def is_refused(answer: requests.Response) -> bool:
    return 400 <= answer.status_code < 500 and answer.headers["content-type"] == "application/problem+json"


def nothing_is_left(home: Path) -> bool:
    """Whether no upload lies on the disk; one that is being deleted has ten seconds."""
    until = time.monotonic() + 10
    while left := [name for _, _, names in os.walk(home / "cache" / "uploads") for name in names]:
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return not left


@pytest.mark.parametrize("kind", attacks())
def test_hostile_files(service: Apart, usual: int, home: Path, kind: str) -> None:
    attack = attacks()[kind]
    files = attack.files()
    with Watch(service.process) as watch:
        answer = send(service, files)
        if answer.status_code == 202:
            state = ended(service, answer)
            assert not attack.refused or state == "failed", "it was read"
        else:
            assert is_refused(answer), (answer.status_code, answer.text[:300])
    assert watch.most < usual + FLAT
    assert watch.most_of_a_child < CHILD
    assert nothing_is_left(home)
    assert not Path("/etc/cron.d/ratings.csv").exists()


@pytest.mark.parametrize("kind", bodies())
def test_hostile_bodies(service: Apart, usual: int, kind: str) -> None:
    type_, body = bodies()[kind]
    with Watch(service.process) as watch:
        answer = requests.post(
            f"{service.url}/v1/imports", data=body, headers={"content-type": type_.encode("latin-1")}, timeout=300
        )
    assert is_refused(answer), (answer.status_code, answer.text[:300])
    assert watch.most < usual + FLAT


@pytest.mark.parametrize("says_so", [True, False])
def test_an_upload_of_a_gigabyte_is_refused_on_the_way(service: Apart, usual: int, home: Path, says_so: bool) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\ntitle\n"'
    block, count = b"x" * MIB, 1024
    with Watch(service.process) as watch:
        line = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=120)
        line.putrequest("POST", "/v1/imports")
        line.putheader("Content-Type", "multipart/form-data; boundary=b")
        if says_so:
            line.putheader("Content-Length", str(len(head) + count * len(block)))
        else:
            line.putheader("Transfer-Encoding", "chunked")
        line.endheaders()
        with suppress(ConnectionError):
            for part in (head, *[block] * count):
                line.send(part if says_so else b"%x\r\n%s\r\n" % (len(part), part))
        with suppress(ConnectionError):  # what was sent after the refusal may cost the client its answer
            assert line.getresponse().status == 413
        line.close()
    assert watch.most < usual + FLAT
    assert nothing_is_left(home)


def test_broken_exports(service: Apart, usual: int, home: Path, tmp_path: Path) -> None:
    """Sound exports, broken at random: refused or read, never a defect."""
    sound, outcomes = exports(tmp_path / "sound"), Counter[str]()
    with Watch(service.process) as watch:
        for number in range(FUZZ):
            dice = random.Random(number)
            path = dice.choice(sound)
            answer = send(service, [(path.name, broken(path, dice))], viewer=f"v{number % 5}")
            if answer.status_code == 202:
                outcomes[ended(service, answer)] += 1
            else:
                assert is_refused(answer), (number, path.name, answer.status_code, answer.text[:300])
                outcomes["refused"] += 1
    assert watch.most < usual + FLAT
    assert outcomes["done"]
    assert outcomes["refused"]
    assert nothing_is_left(home)


def test_the_service_still_works(service: Apart) -> None:
    answer = send(service, [("f.csv", TABLE)], viewer="last")
    assert ended(service, answer) == "done"
    assert requests.get(f"{service.url}/v1/viewers/last/data", timeout=60).json()["events"]
