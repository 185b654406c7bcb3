"""How many requests a second one worker of the service answers, how fast, and how its memory stays.

    OMP_NUM_THREADS=1 python benchmarks/service.py [--titles 100000] [--width 128] [--seconds 20] [--keep FOLDER]

The atlas is invented (benchmarks/service_atlas.py). Every request is for a title drawn evenly, so that nothing is
asked twice soon. Load comes from wrk where it is installed (apt-get install wrk), else from threads of this program,
which then take the processor from the service. Answers are compared with an exact search first.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import numpy as np

from reelation.atlas.store import Atlas
from reelation.search.exact import Measure, Scorer, nearest, point_at
from reelation.search.filters import Filters
from service_atlas import invent

QUESTIONS = {
    "related, without reasons": "count=20&explain=false",
    "related, with reasons": "count=20&differs=false",
    "related, with reasons, differences": "count=20",
    "related, filtered, without reasons": "count=20&explain=false&genre=Genre%203",
    "related, other weights": "count=20&explain=false&weights=people%3D1.5",
    "related, popularity and diversity": "count=20&explain=false&popularity=0.5&diversity=0.3",
}
_SCRIPT = """
math.randomseed(os.time())
request = function()
  return wrk.format("GET", string.format("/v1/titles/x:%07d/related?QUERY", math.random(0, TITLES - 1)))
end
"""


@dataclass(frozen=True)
class Load:
    """What came back."""

    rate: float
    """Answers a second."""
    median: float
    """Milliseconds."""
    p99: float
    failed: int


def main() -> None:
    """Make the atlas, start the service, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("titles", 100_000), ("width", 128), ("seconds", 20), ("connections", 16), ("port", 8041)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--keep", type=Path, help="Folder for the atlas, used again where it is there.")
    parser.add_argument("--only", help="Only questions whose name has this in it.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reelation-") as scratch:
        folder = asked.keep or Path(scratch) / "atlas"
        if not (folder / "manifest.json").is_file():
            began = time.monotonic()
            invent(folder, asked.titles, asked.width)
            print(f"atlas of {asked.titles:,} titles x {asked.width} made in {time.monotonic() - began:.0f} s")
        atlas = Atlas.open(folder)
        with service(folder, asked.port) as process:
            print(f"checked against an exact search: recall@20 {recall(atlas, asked.port):.4f}")
            for name, query in QUESTIONS.items():
                if asked.only and asked.only not in name:
                    continue
                before, spent = memory(process.pid), processor(process.pid)
                found = load(asked.port, query, len(atlas), asked.seconds, asked.connections)
                after, spent = memory(process.pid), processor(process.pid) - spent
                each = 1000 * spent / max(found.rate * asked.seconds, 1)
                print(
                    f"{name:<36} {found.rate:7.0f}/s   median {found.median:6.1f} ms   p99 {found.p99:6.1f} ms   "
                    f"processor {each:5.2f} ms   failed {found.failed}   memory {before:.0f} -> {after:.0f} MB"
                )


@contextmanager
def service(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service in a process of its own, ready."""
    command = [sys.executable, "-m", "reelation", "serve", "--atlas", str(folder), "--port", str(port), "--rate", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health/ready", timeout=5):
                    break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("the service did not start") from None
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def recall(atlas: Atlas, port: int, titles: int = 60) -> float:
    """The share of an exact search's titles that the service's answers hold, with and without a filter."""
    measure, found = Measure.of(atlas), []
    scorer = Scorer(atlas, measure)
    allowed = Filters(genres=("Genre 3",)).allowed(atlas)
    assert allowed is not None
    for row in np.random.default_rng(1).integers(0, len(atlas), titles).tolist():
        scores = scorer.scores_of(point_at(atlas, row))
        for query, passing in ((QUESTIONS["related, without reasons"], None), ("count=20&genre=Genre%203", allowed)):
            rows = nearest(scores, 20, allowed=passing, without=row)
            url = f"http://127.0.0.1:{port}/v1/titles/{atlas.titles[row]}/related?{query}"
            with urllib.request.urlopen(url, timeout=30) as response:
                told = [atlas.titles.row(one["title_id"]) for one in json.load(response)["related"]]
            assert passing is None or passing[told].all()
            found.append(len(set(told) & set(rows.tolist())) / len(rows))
    return float(np.mean(found))


def load(port: int, query: str, titles: int, seconds: int, connections: int) -> Load:
    """Ask for `seconds` over so many connections at a time."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return _threads(port, query, titles, seconds, connections)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT.replace("QUERY", query.replace("%", "%%")).replace("TITLES", str(titles)))
        script.flush()
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script.name]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    text = done.stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failed = (int(wrong[1]) if wrong else 0) + (sum(map(int, errors.groups())) if errors else 0)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert rate
    return Load(float(rate[1]), _milliseconds(text, "50%"), _milliseconds(text, "99%"), failed)


def _milliseconds(text: str, place: str) -> float:
    found = re.search(rf"{place}\s+([\d.]+)(us|ms|s)\b", text)
    assert found
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def _threads(port: int, query: str, titles: int, seconds: int, connections: int) -> Load:
    """The same from threads of this program."""
    took: list[float] = []
    failed, until = [0], time.monotonic() + seconds

    def ask(seed: int) -> None:
        rng, connection = np.random.default_rng(seed), HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            began = time.perf_counter()
            connection.request("GET", f"/v1/titles/x:{rng.integers(titles):07}/related?{query}")
            response = connection.getresponse()
            response.read()
            failed[0] += response.status != 200
            took.append(1000 * (time.perf_counter() - began))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    median, p99 = np.quantile(took, [0.5, 0.99]).tolist()
    return Load(len(took) / seconds, median, p99, failed[0])


def memory(pid: int) -> float:
    """Megabytes of a process that are in memory, files that it maps apart."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return float("nan")
    found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text())
    return int(found[1]) / 1000 if found else float("nan")


def processor(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.is_file():
        return float("nan")
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
