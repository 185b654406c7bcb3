"""A real PostgreSQL server for tests: its own folder, a socket instead of a port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reelation.events.database import connect


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL of this machine."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


@contextmanager
def running() -> Iterator[tuple[str, Path]]:
    """The address of a server with an empty database, and the folder of its files; skips where there is none, but
    never in CI.
    """
    programs = binaries()
    if programs is None:
        reason = "no PostgreSQL here: apt-get install postgresql"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="reelation-pg-"))
    as_whom = _somebody(folder)
    data = folder / "data"
    initialise: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "reelation",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(initialise, check=True, capture_output=True, cwd=folder, **as_whom)
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", "shared_buffers=32MB", "max_connections=100"]
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        data,
        *(word for setting in settings for word in ("-c", setting)),
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **as_whom)
    try:
        _wait(programs / "pg_isready", folder, server)
        create: list[str | Path] = [programs / "createdb", "-h", folder, "-U", "reelation", "reelation"]
        subprocess.run(create, check=True, capture_output=True, cwd=folder)
        yield f"postgresql://reelation@/reelation?host={folder}", data
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def emptied(address: str) -> str:
    """The same address, with nothing of ours in the database."""
    database = connect(address)
    with database.writing() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS reelation CASCADE")
    database.close()
    return address


def _somebody(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: another user then, whose folder it is."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("there is neither a user 'postgres' nor 'nobody' to run PostgreSQL as")


def _wait(ready: Path, folder: Path, server: subprocess.Popen[Any]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {(folder / 'log').read_text()[-2000:]}")
        if subprocess.run([ready, "-q", "-h", folder], check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL does not answer")
