"""What the commands of `create` share: texts, briefs, and how an answer goes out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from reelation.cli.answer import resolve
from reelation.cli.options import FOLDER
from reelation.cli.show import show_json
from reelation.errors import AmbiguousTitleError, DataError, TitleNotFoundError, UsageError

if TYPE_CHECKING:
    from reelation.create.desk import Answer
    from reelation.create.reading.project import Project
    from reelation.engine import Engine
    from reelation.insights.titles import Title
    from reelation.messages import Messages

_SHORT = 70
"""Characters of a text that a heading shows."""
_FAR = 3.0
"""A title is far better known than another where so many times fewer titles are better known than it."""
_WORDS = 5
"""Of a text that may describe a project."""


def _checked(_ctx: click.Context, _parameter: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Refuse a file of no known format before anything is computed."""
    if paths:
        from reelation.create.brief.writing import FORMATS

        for path in paths:
            if path.suffix.removeprefix(".").lower() not in FORMATS:
                known = ", ".join(f".{one}" for one in FORMATS)
                raise UsageError(f"cannot write a brief into {path}: give a file that ends in one of {known}")
    return paths


brief_option = click.option(
    "--brief",
    "briefs",
    type=FOLDER,
    multiple=True,
    callback=_checked,
    help="Also write it as a document: a file that ends in .md, .pdf, .csv or .html; repeat for more.",
)

T = TypeVar("T", bound="Answer")


def give(
    engine: Engine, found: T, show: Callable[[T, Messages], None], briefs: tuple[Path, ...], as_json: bool
) -> None:
    """Write the briefs, then print the answer."""
    for path in briefs:
        engine.create.brief(found, path)
        click.echo(str(path), err=True)
    show_json(found.to_json()) if as_json else show(found, engine.say)


def read_text(text: str) -> str:
    """A text that was given, or standard input for "-".

    Raises:
        DataError: standard input is no UTF-8 text, or longer than any synopsis.
    """
    from reelation.create.reading.project import MOST_CHARACTERS

    if text != "-":
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    read = sys.stdin.buffer.read(4 * MOST_CHARACTERS + 4)
    if len(read) > 4 * MOST_CHARACTERS:
        raise DataError(f"standard input is too long for a synopsis; up to {MOST_CHARACTERS:,} characters are read")
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"standard input is no UTF-8 text: {error}") from error


def title_id(engine: Engine, text: str) -> str:
    """The id of the title that `text` means, of several the one that is far better known; says so on standard error.

    Raises:
        TitleNotFoundError: there is none.
        AmbiguousTitleError: there are several, and none is far better known than the others.
    """
    from reelation.search.fame import fame_of

    try:
        return resolve(engine, text)
    except AmbiguousTitleError as error:
        found = [one.rpartition("[")[2].removesuffix("]") for one in error.candidates]
        fame = fame_of(engine.atlas)
        if fame is None:
            raise
        better = {one: 1.0 - float(fame[engine.atlas.titles.row(one)]) for one in found}
        first, second, *_ = sorted(better, key=lambda one: better[one])
        if better[first] * _FAR > better[second]:
            raise
        values = {"text": text, "title": engine.find(first), "id": first, "count": len(found)}
        click.echo(engine.say.say("create_show.best_known", **values), err=True)
        return first


def project_or_title(engine: Engine, text: str) -> str | Project:
    """A title's id, or the project that a longer text describes, which is said on standard error.

    Raises:
        TitleNotFoundError, AmbiguousTitleError: the text is short, and no title's name, or that of several.
    """
    from reelation.create.reading.project import Project

    if text == "-":
        return Project(read_text(text))
    try:
        return title_id(engine, text)
    except TitleNotFoundError:
        if len(text.split()) < _WORDS and sum("\u3400" <= letter <= "\u9fff" for letter in text) < 2 * _WORDS:
            raise
    click.echo(engine.say.say("create_show.described", text=shortened(text)), err=True)
    return Project(read_text(text))


def shortened(text: str) -> str:
    """A text on one line of a heading."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1].rstrip()}…"


def show_title(rank: int, title: Title, say: Messages, *more: str) -> None:
    """The first line of an entry, as `related` has it: rank, title, kind where it is no film, and more."""
    click.echo(f"{rank:>3}. ", nl=False)
    click.secho(str(title), bold=True, nl=False)
    kind = "" if title.kind == "film" else f"  {say.label('kind', title.kind)}"
    click.secho("  ".join((kind, *more)).rstrip(), dim=True)


def show_notes(heading: str, lines: list[str]) -> None:
    """A heading with lines below it; nothing without lines."""
    if lines:
        click.secho(f"\n{heading}", bold=True)
    for line in lines:
        click.echo(f"  {line}")
