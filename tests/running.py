"""The service as it really runs: on a port of this machine, in a thread of this process or in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
import uvicorn
from fastapi import FastAPI

from reelation.http.app import create_app
from reelation.http.settings import ServeSettings


@dataclass(frozen=True)
class Running:
    """A running service."""

    url: str
    app: FastAPI


@contextmanager
def running(atlas: Path, **settings: Any) -> Iterator[Running]:
    """The service over the atlas in this folder; no limit of requests a second where none is given."""
    app = create_app(ServeSettings(**{"atlas": atlas, "rate": 0.0, **settings}))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False, lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Running(f"http://127.0.0.1:{port}", app)
    finally:
        server.should_exit = True
        thread.join(30)


@dataclass(frozen=True)
class Apart:
    """A service in a process of its own."""

    url: str
    process: psutil.Process


@contextmanager
def running_apart(atlas: Path, home: Path, *arguments: str, **environment: str) -> Iterator[Apart]:
    """`reelation serve` as a person starts it, with a home folder of its own and no limit of requests a second."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "reelation", "serve", "--atlas", str(atlas), "--port", str(port), "--rate", "0"]
    told = {**os.environ, "REELATION_HOME": str(home), **environment}
    with subprocess.Popen([*command, *arguments], env=told, stdout=subprocess.DEVNULL) as started:
        url, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
        try:
            while True:
                assert started.poll() is None, "the service ended"
                assert time.monotonic() < until, "the service does not start"
                try:
                    if requests.get(f"{url}/v1/health/ready", timeout=5).status_code == 200:
                        break
                except requests.ConnectionError:
                    time.sleep(0.05)
            yield Apart(url, psutil.Process(started.pid))
        finally:
            started.terminate()
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:
                started.kill()
