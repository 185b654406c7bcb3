"""Pages made from code are up to date, links lead somewhere, and the README's commands exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "docs" / "templates"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(page for page in ROOT.glob("docs/**/*.md") if not page.is_relative_to(TEMPLATES))]
)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    gone = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not gone


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_pages_exist_with_their_options(page: Path) -> None:
    from reelation.cli.main import app

    for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if not words or words[0] != "reelation" or len(words) < 2:
                continue
            command = app.get_command(None, words[1])  # type: ignore[arg-type]
            if isinstance(command, click.Group) and len(words) > 2:
                command = command.get_command(None, words[2])  # type: ignore[arg-type]
            assert command is not None, line
            known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
            asked = {word.partition("=")[0] for word in words[2:] if re.match("--?[a-z]", word)}
            assert asked <= {*known, "--help", "-h"}, line


def test_both_languages_say_the_same_commands() -> None:
    def commands(name: str) -> list[list[str]]:
        """The ASCII words of each command: file names may be translated."""
        blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
        lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
        return [[word for word in line if not word.endswith(".csv")] for line in lines if line]

    assert commands("README.md") == commands("README.zh-CN.md")
