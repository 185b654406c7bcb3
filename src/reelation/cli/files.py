"""Pictures that a command writes where it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from reelation.errors import UsageError


def write_picture(path: Path, makers: Mapping[str, Callable[[], str]]) -> None:
    """Write the picture that the file's ending asks for, and say so on standard error.

    Args:
        path: gets it; an earlier file is written over.
        makers: ending such as ".svg" -> what makes the text.

    Raises:
        UsageError: another ending, or a folder that cannot be written into.
    """
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise UsageError(f"cannot draw into {path}: give a file that ends in {' or '.join(makers)}")
    text = maker()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    click.echo(str(path), err=True)
