r"""cine-rec-engine's service beside ours: the same films, the same load, one worker each.

    python -m venv /tmp/cine && /tmp/cine/bin/pip install 'cine-rec-engine[serve]'
    OMP_NUM_THREADS=1 python -m benchmarks.peers.cine_rec --python /tmp/cine/bin/python \
        [--catalogue demo/catalogue] [--atlas demo/atlas] [--seconds 20] [--connections 16]

Its tables are made by its own schema in a PostgreSQL of their own (tests/postgres.py) and filled with the catalogue's
films, genres, companies, first five actors, directors and writers. It is built on TMDB's figures, of which the default
catalogue has none: votes are the same for all (8.0 by 1,000), there are no keywords and no lists of TMDB's own. Films
have a number of their own instead of TMDB's. Embeddings, Redis and its calls to TMDB are off, as they are without a
key, and so is its log. Load is wrk's; every request is for a film drawn evenly, twenty neighbours each.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import psutil
import psycopg
from tests.postgres import running

from reelation.catalogue.store import Catalogue

PEER, OURS = 8051, 8052
_SCHEMA = (
    "import cine_rec_engine, pathlib;"
    "print((pathlib.Path(cine_rec_engine.__file__).parent / 'sql' / 'schema.sql').read_text())"
)


def main() -> None:
    """Fill, start, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, required=True, help="of the environment that cine-rec-engine is in")
    parser.add_argument("--catalogue", type=Path, default=Path("demo/catalogue"))
    parser.add_argument("--atlas", type=Path, default=Path("demo/atlas"))
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("This needs wrk: apt-get install wrk")
    with running() as (database, _):
        films = fill(asked.catalogue, asked.python, database)
        print(f"{len(films):,} films in PostgreSQL")
        command = [
            str(asked.python),
            "-m",
            "uvicorn",
            "cine_rec_engine.serve:app",
            "--port",
            f"{PEER}",
            "--no-access-log",
        ]
        numbers = [str(number + 1) for number in range(len(films))]
        with started(
            [*command, "--log-level", "error"],
            f"http://127.0.0.1:{PEER}/health",
            DATABASE_URL=database,
            LOGURU_LEVEL="ERROR",
        ):
            for name, more in (("with reasons", "&why=true"), ("without reasons", "")):
                paths = [f"/similar?seed={number}:movie&limit=20{more}" for number in numbers]
                show(f"cine-rec-engine, {name}", ask(PEER, paths, asked.seconds, asked.connections))
    ours = [sys.executable, "-m", "reelation", "serve", "--atlas", f"{asked.atlas}", "--port", f"{OURS}", "--rate", "0"]
    with started(ours, f"http://127.0.0.1:{OURS}/v1/health/ready"):
        for name, more in (("with reasons", ""), ("without reasons", "&explain=false")):
            paths = [f"/v1/titles/{film}/related?count=20{more}" for film in films]
            show(f"reelation, {name}", ask(OURS, paths, asked.seconds, asked.connections))


def fill(folder: Path, python: Path, database: str) -> list[str]:
    """Make the peer's tables and copy the films into them; returns the films' ids, number 1 first."""
    catalogue = Catalogue.open(folder)
    titles = catalogue.scan("titles").select("title_id", "name", "year", "runtime_min").collect()
    films = titles.with_columns(number=pl.int_range(1, titles.height + 1)).drop_nulls("name")
    numbers = films.select("title_id", "number").lazy()
    tags = catalogue.scan("tags").join(numbers, on="title_id").select("number", "facet", "value").collect()
    roles = {"director": ("Director", "Directing"), "writer": ("Writer", "Writing")}
    credits_ = catalogue.scan("credits").join(numbers, on="title_id").collect()
    people = credits_.select(pl.col("person_id").unique(maintain_order=True)).with_row_index("person", offset=1)
    credits_ = credits_.join(people, on="person_id")
    cast = credits_.filter(pl.col("role") == "actor", pl.col("order").fill_null(99) < 5)
    crew = credits_.filter(pl.col("role").is_in(list(roles))).unique(["number", "person", "role"])
    schema = subprocess.run([python, "-c", _SCHEMA], check=True, capture_output=True, text=True).stdout
    with psycopg.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(schema.encode())

        def copy(table: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as target:
                for row in rows:
                    target.write_row(row)

        copy(
            "tmdb_movies",
            "id, title, release_date, runtime, vote_average, vote_count, popularity",
            (
                (number, name, f"{year}-07-01" if year else None, int(minutes) if minutes else None, 8.0, 1000, 10.0)
                for name, year, minutes, number in films.select("name", "year", "runtime_min", "number").iter_rows()
            ),
        )
        copy("tmdb_people", "id, name", ((number, key) for number, key in people.iter_rows()))
        for facet, table, column in (
            ("genre", "tmdb_movie_genres", "genre"),
            ("company", "tmdb_production_companies", "company"),
        ):
            some = tags.filter(pl.col("facet") == facet)
            named = some.select(pl.col("value").unique(maintain_order=True)).with_row_index("key", offset=1)
            copy(table, "id, name", ((key, value) for key, value in named.iter_rows()))
            pairs = some.join(named, on="value").select("number", "key").unique()
            bridge = "tmdb_movie_genres_map" if facet == "genre" else "tmdb_movie_companies"
            copy(bridge, f"movie_id, {column}_id", iter(pairs.rows()))
        copy(
            "tmdb_movie_cast",
            "movie_id, person_id, cast_order",
            iter(cast.select("number", "person", pl.col("order").cast(pl.Int64)).unique().rows()),
        )
        copy(
            "tmdb_movie_crew",
            "movie_id, person_id, job, department",
            ((number, person, *roles[role]) for number, person, role in crew.select("number", "person", "role").rows()),
        )
        cursor.execute("ANALYZE")
    return films["title_id"].to_list()


@contextmanager
def started(command: list[str], ready: str, **environment: str) -> Iterator[psutil.Process]:
    """A service in a process of its own, ready."""
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                try:
                    with urllib.request.urlopen(ready, timeout=5):
                        break
                except OSError:
                    if process.poll() is not None:
                        raise SystemExit("the service did not start") from None
                    time.sleep(0.1)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def ask(port: int, paths: list[str], seconds: int, connections: int) -> str:
    """What wrk says of so many seconds of requests for paths drawn evenly."""
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths.txt", Path(folder) / "ask.lua"
        listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
        script.write_text(
            f"paths = {{}} for line in io.lines({str(listed)!r}) do paths[#paths + 1] = line end math.randomseed(7) "
            'request = function() return wrk.format("GET", paths[math.random(#paths)]) end',
            encoding="utf-8",
        )
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "20s",
            "--latency",
            "-s",
            f"{script}",
        ]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    return done.stdout


def show(name: str, said: str) -> None:
    """One line of what wrk said."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    late = re.search(r"timeout (\d+)", said)
    parts = {place: re.search(rf"{place}\s+([\d.]+\w+)", said) for place in ("50%", "99%")}
    shown = "   ".join(f"{place} {found[1]}" for place, found in parts.items() if found)
    failed = (int(wrong[1]) if wrong else 0) + (int(late[1]) if late else 0)
    print(f"{name:36} {float(rate[1]) if rate else 0:8.1f}/s   {shown}   failed {failed}", flush=True)


if __name__ == "__main__":
    main()
