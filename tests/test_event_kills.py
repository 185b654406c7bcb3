"""What the service has acknowledged is there, once, however often it is killed: on SQLite and on a real PostgreSQL.

`benchmarks/events.py` does the same with 200,000 events.
"""

from __future__ import annotations

from pathlib import Path

from reelation.atlas.store import Atlas
from tests import postgres
from tests.event_load import Outcome, Server, run

EVENTS, CLIENTS, KILLS = 8_000, 8, 5


def check(found: Outcome) -> None:
    assert (found.missing, found.beyond) == (0, 0)
    assert found.inserted + found.unchanged == found.events
    assert found.inserted > found.events // 2  # what came with a key was answered as the first time
    assert found.sent_again > 0  # the kills did hit


def test_every_acknowledged_event_is_there_once_on_sqlite(tiny_atlas: Atlas, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'events.sqlite3'}"
    server = Server(tiny_atlas.folder, database, tmp_path / "home")
    try:
        check(run(server, database, events=EVENTS, clients=CLIENTS, kills=KILLS))
    finally:
        server.stop()


def test_every_acknowledged_event_is_there_once_on_postgresql(
    tiny_atlas: Atlas, tmp_path: Path, postgres_server: tuple[str, Path]
) -> None:
    database = postgres.emptied(postgres_server[0])
    server = Server(tiny_atlas.folder, database, tmp_path / "home")
    try:
        check(run(server, database, events=EVENTS, clients=CLIENTS, kills=KILLS))
    finally:
        server.stop()
