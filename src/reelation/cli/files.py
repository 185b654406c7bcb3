"""Pictures that a command writes where it is told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from reelation.errors import UsageError


def write_picture(path: Path, draw: Callable[[bool], str]) -> None:
    """Write the picture that the file's ending asks for, and say so on standard error.

    Args:
        path: ends in .svg or .html; an earlier file is written over.
        draw: gets whether it is to be an HTML page, and gives the file's text.

    Raises:
        UsageError: another ending, or a place that cannot be written to.
    """
    ending = path.suffix.lower()
    if ending not in (".svg", ".html"):
        raise UsageError(f"cannot draw into {path}: give a file that ends in .svg or .html")
    text = draw(ending == ".html")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    click.echo(str(path), err=True)
