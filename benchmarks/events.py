"""Events that survive: clients insert at once while the service is killed -9 and started again; all are counted.

    python -m benchmarks.events --atlas demo/atlas                       # SQLite, then a PostgreSQL of its own
    python -m benchmarks.events --atlas demo/atlas --kills 0             # how fast, undisturbed

Prints one row a database: acknowledged events, those missing or there twice (both must be 0), events a second with the
kills and restarts in it, and how long an answer took.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from tests import postgres
from tests.event_load import Outcome, Server, run


def main() -> None:
    """Run on SQLite and on PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", type=Path, required=True)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--batch", type=int, default=100, help="events a request")
    told = parser.parse_args()
    print("| database | events | kills | missing | twice | events/s | median, ms | p99, ms |\n|---|" + "---:|" * 7)
    with tempfile.TemporaryDirectory() as folder:
        show("SQLite", measured(told, f"sqlite:///{folder}/events.sqlite3", Path(folder)))
        with postgres.running() as (database, _):
            show("PostgreSQL", measured(told, database, Path(folder)))


def measured(told: argparse.Namespace, database: str, folder: Path) -> Outcome:
    """One run."""
    server = Server(told.atlas.absolute(), database, folder / "home")
    try:
        return run(server, database, events=told.events, clients=told.clients, kills=told.kills, batch=told.batch)
    finally:
        server.stop()


def show(name: str, found: Outcome) -> None:
    """One row."""
    middle, late = np.quantile(found.waits, [0.5, 0.99]) * 1000
    speed = found.events / found.seconds
    print(
        f"| {name} | {found.events:,} | {found.kills} | {found.missing} | {found.beyond} | {speed:,.0f} "
        f"| {middle:.0f} | {late:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
