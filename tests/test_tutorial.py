"""The tutorials, in English and in Chinese, are run as they are printed, on the default catalogue."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = {"en": ROOT / "docs" / "tutorial.md", "zh": ROOT / "docs" / "tutorial.zh-CN.md"}
DEMO = "reelation demo"

pytestmark = pytest.mark.slow


def commands(page: Path) -> list[str]:
    """The lines of a page's shell blocks, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def run(line: str, folder: Path, language: str) -> str:
    """What a line prints; fails the test where it does not end well."""
    words = shlex.split(line, comments=True)
    assert words[0] == "reelation", line
    environment = {**os.environ, "REELATION_LANG": language, "REELATION_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "reelation", *words[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `reelation demo`, the first command of both pages, was run once for both."""
    folder = tmp_path_factory.mktemp("tutorial")
    run(DEMO, folder, "en")
    return folder / "demo"


@pytest.mark.parametrize("language", PAGES)
def test_every_command_of_the_tutorial_runs(language: str, demo: Path, tmp_path: Path) -> None:
    lines = commands(PAGES[language])
    assert lines[0] == DEMO
    shutil.copytree(demo, tmp_path / "demo")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for line in lines[1:]:
        printed = run(line, tmp_path, language)
        assert printed.strip(), line


def test_both_tutorials_run_the_same_commands() -> None:
    kinds = [[shlex.split(line, comments=True)[1] for line in commands(page)] for page in PAGES.values()]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) > 15
