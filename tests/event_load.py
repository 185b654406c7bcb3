"""Clients that send events to a real service while it is killed and started again, and the count afterwards."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import urllib3

from reelation.events.event import Event
from reelation.events.store import EventStore

PATIENCE = 120.0


@dataclass
class Outcome:
    """What came of a run."""

    events: int
    kills: int
    seconds: float = 0.0
    inserted: int = 0
    unchanged: int = 0
    sent_again: int = 0
    """Requests that had no answer and were sent once more."""
    missing: int = 0
    """Acknowledged events that are not in the store."""
    beyond: int = 0
    """Events in the store that nobody sent, or more than once."""
    waits: list[float] = field(default_factory=list)
    """Seconds to an answer, of requests that had one at once."""


class Server:
    """`reelation serve` in a process of its own."""

    def __init__(self, atlas: Path, database: str, home: Path, options: Sequence[str] = ()) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "reelation", "serve", "--atlas", str(atlas), "--database", database]
        self._command = [*command, "--port", str(self.port), "--rate", "0", *options]
        self._environment = {**os.environ, "REELATION_HOME": str(home)}
        self.log = home / "serve.log"
        home.mkdir(parents=True, exist_ok=True)
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)

    def wait(self) -> None:
        """Wait until it answers."""
        pool, until = urllib3.PoolManager(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the service ended: {self.log.read_text()[-2000:]}")
            try:
                ready = f"http://127.0.0.1:{self.port}/v1/health/ready"
                if pool.request("GET", ready, retries=False, timeout=2).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
        raise RuntimeError("the service does not answer")

    def kill_and_start(self) -> None:
        """End it at once, as a power cut would, and start it again."""
        self.process.kill()
        self.process.wait()
        self.process = self._started()

    def stop(self) -> None:
        """End it for good."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run(server: Server, database: str, *, events: int, clients: int, kills: int, batch: int = 100) -> Outcome:
    """Send `events` by `clients` at once, killing the service `kills` times, and count what is there in the end.

    Every other client names its requests by an idempotency key; the others rely on an event being there once.
    """
    server.wait()
    outcome = Outcome(events, kills)
    each = events // clients
    lock, progress = threading.Lock(), threading.Condition()
    acknowledged = 0
    sent = [[_event(client, number) for number in range(each)] for client in range(clients)]

    def client(number: int) -> None:
        nonlocal acknowledged
        pool = urllib3.PoolManager(maxsize=1)
        for start in range(0, each, batch):
            part = sent[number][start : start + batch]
            key = f"client {number}, batch {start}" if number % 2 else None
            answer, again, seconds = _send(pool, server.port, part, key)
            with lock:
                outcome.inserted += answer["inserted"]
                outcome.unchanged += answer["unchanged"]
                outcome.sent_again += again
                if not again:
                    outcome.waits.append(seconds)
            with progress:
                acknowledged += len(part)
                progress.notify_all()

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(client, number) for number in range(clients)]
        for kill in range(1, kills + 1):
            with progress:
                progress.wait_for(
                    lambda: acknowledged >= events * kill / (kills + 1) or any(one.done() for one in running),  # noqa: B023
                    PATIENCE,
                )
            server.kill_and_start()
        for one in running:
            one.result()
    outcome.seconds = time.monotonic() - began
    server.stop()
    _count(outcome, database, [event for one in sent for event in one])
    return outcome


def _event(client: int, number: int) -> Event:
    return Event(f"client{client}:viewer{number % 97}", f"x:{number:07}", "rating", 0.5 + number % 10 / 2, number)


def _send(
    pool: urllib3.PoolManager, port: int, part: list[Event], key: str | None
) -> tuple[dict[str, int], int, float]:
    """Send until there is an answer; the answer, how often it was sent again, and how long it took."""
    body = json.dumps({"events": [event.to_json() for event in part]})
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    again, until = 0, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            url = f"http://127.0.0.1:{port}/v1/events"
            answer = pool.request("POST", url, body=body, headers=headers, retries=False, timeout=30)
            if answer.status == 200:
                found: dict[str, int] = answer.json()
                return found, again, time.monotonic() - began
            if answer.status != 503:
                raise RuntimeError(f"{answer.status}: {answer.data[:500]!r}")
        except urllib3.exceptions.HTTPError:
            pass
        again += 1
        time.sleep(0.05)
    raise RuntimeError("no answer in time")


def _count(outcome: Outcome, database: str, sent: list[Event]) -> None:
    store = EventStore.open(database)
    kept = [row for piece in store.scan() for row in piece]
    store.close()
    wanted = {(*event.key, event.value, event.time) for event in sent}
    outcome.missing = len(wanted - set(kept))
    outcome.beyond = len(kept) - len(wanted & set(kept))
