"""The service as it really runs: uvicorn on a port of this machine, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
