"""The committed bundle of the web app: what the sources build, small, and content with a strict policy."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import reelation.web
from tests.browser import WEB, needed

APP = Path(reelation.web.__file__).parent / "app"
MOST = 450_000
"""Bytes of the whole bundle, gzipped."""
MOST_AT_FIRST = 130_000
"""Bytes, gzipped, that the first page needs before it can be used."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


def test_it_is_what_the_sources_build(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    needed(npm is not None and (WEB / "node_modules" / "vite").is_dir(), "no built tools: cd web && npm ci")
    built = tmp_path / "app"
    command = ["npm", "run", "--silent", "build", "--", "--outDir", str(built), "--logLevel", "error"]
    subprocess.run(command, cwd=WEB, check=True, timeout=300, env=os.environ | {"CI": "true"})
    told, committed = files(built), files(APP)
    assert sorted(told) == sorted(committed), "build it again: cd web && npm run build"
    different = [name for name, content in told.items() if committed[name] != content]
    assert not different, "build it again: cd web && npm run build"


def test_it_is_small() -> None:
    whole = {name: packed(content) for name, content in files(APP).items()}
    assert sum(whole.values()) <= MOST
    page = (APP / "index.html").read_text(encoding="utf-8")
    first = [name for name in whole if f"/{name}" in page or (name.endswith(".woff2") and "-ext-" not in name)]
    assert sum(whole[name] for name in first) <= MOST_AT_FIRST


def test_nothing_is_loaded_from_elsewhere_nor_made_of_text() -> None:
    page = (APP / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page)
    for name, content in files(APP).items():
        if name.endswith((".js", ".css", ".html")):
            text = content.decode()
            assert not re.search(r"\beval\(|new Function\(|import\(['\"]https?:", text), name
            assert not re.search(r"(?:src|href)=[\"']https?:|url\([\"']?https?:", text), name


@pytest.mark.parametrize("name", ["preact", "@preact/signals", "graphology", "@fontsource/instrument-serif"])
def test_the_licences_of_what_is_in_it_stand_beside_it(name: str) -> None:
    told = (APP / "licences.txt").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(name)} \d", told, re.MULTILINE)
