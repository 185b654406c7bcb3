"""`reelation serve` as a process: it starts, says what is wrong, and takes a newer atlas under load."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent, write_atlas


@contextmanager
def running(*arguments: str, environment: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address at which it answers."""
    command = [sys.executable, "-m", "reelation", "serve", "--json", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
    )
    try:
        assert process.stdout is not None
        printed = ""
        while not printed.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            printed += line
        url = json.loads(printed)["url"]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                get(f"{url}/v1/health/ready")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        yield process, url
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)


def copy_of(atlas: Atlas, folder: Path, seed: int) -> None:
    """Write the same titles as a newer atlas, whose manifest says another seed."""
    content = AtlasContent(**{one.name: getattr(atlas, one.name) for one in fields(AtlasContent)})
    parts = {name: atlas.part(name) for name in atlas.manifest.parts}
    kept: dict[str, Part] = {name: part for name, part in parts.items() if part is not None}
    write_atlas(folder, content, replace(atlas.manifest, seed=seed), kept)


def test_it_answers_and_stops(tiny_atlas: Atlas) -> None:
    with running("--atlas", str(tiny_atlas.folder)) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert get(f"{url}/v1/titles/w:void1/related?count=2")["related"]
        port = url.rpartition(":")[2]
        again = subprocess.run(
            [sys.executable, "-m", "reelation", "serve", "--atlas", str(tiny_atlas.folder), "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode == 2
        assert "Try another --port" in again.stderr
    assert process.returncode in (0, 130)


def test_what_is_wrong_is_said_before_anything_starts(tmp_path: Path, tiny_atlas: Atlas) -> None:
    for arguments, code in ((["--atlas", str(tmp_path)], 5), (["--api-key-file", str(tmp_path / "none")], 2)):
        folder = [] if "--atlas" in arguments else ["--atlas", str(tiny_atlas.folder)]
        command = [sys.executable, "-m", "reelation", "serve", "--port", "0", *folder, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", ["watch", "reload"])
def test_a_newer_atlas_takes_over_without_a_failed_request(tiny_atlas: Atlas, tmp_path: Path, how: str) -> None:
    folder = tmp_path / "atlas"
    copy_of(tiny_atlas, folder, 0)
    seen: list[str] = []
    failed: list[Any] = []
    stop = threading.Event()

    def ask(address: str, path: str) -> None:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
        while not stop.is_set():
            try:
                connection.request("GET", path, headers={"Authorization": "Bearer secret"})
                response = connection.getresponse()
                body = json.load(response)
                if response.status == 200:
                    seen.append(body["atlas_version"])
                else:
                    failed.append(body)
            except Exception as error:
                failed.append(error)
                return

    more = ["--watch"] if how == "watch" else []
    with running("--atlas", str(folder), "--rate", "0", *more, environment={"REELATION_API_KEY": "secret"}) as (_, url):
        paths = ["/v1/titles/w:void1/related", "/v1/titles/w:void1", "/v1/titles/w:bench1/related?popularity=0.5"]
        asking = [threading.Thread(target=ask, args=(url, path)) for path in (*paths, "/v1/atlas")]
        for thread in asking:
            thread.start()
        until = time.monotonic() + 20
        while not seen and time.monotonic() < until and not failed:
            time.sleep(0.02)
        for seed in range(1, 6):
            before = len(set(seen))
            copy_of(tiny_atlas, folder, seed)
            if how == "reload":
                request = urllib.request.Request(
                    f"{url}/v1/atlas:reload", method="POST", headers={"Authorization": "Bearer secret"}
                )
                with urllib.request.urlopen(request, timeout=30) as response:
                    assert json.load(response)["changed"] is True
            until = time.monotonic() + 20
            while len(set(seen)) == before and time.monotonic() < until and not failed:
                time.sleep(0.02)
        stop.set()
        for thread in asking:
            thread.join()
    assert failed == []
    assert len(set(seen)) >= 6
    assert len(seen) > 100
