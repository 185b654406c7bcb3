"""`place`: a title that the atlas does not have, described as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelation.cli.answer import open_engine
from reelation.cli.options import (
    argument,
    atlas_option,
    json_option,
    lang_option,
    metric_option,
    poster_option,
    weight_option,
)
from reelation.cli.show import show_json, show_related
from reelation.errors import DataError

if TYPE_CHECKING:
    from reelation.insights.place import Placed
    from reelation.messages import Messages


@click.command()
@argument("file", "A JSON file that describes the title (docs/reference/json.md), or - for standard input.")
@poster_option
@atlas_option
@click.option("--related", "-k", "count", type=click.IntRange(0), default=10, help="How many related titles; 0: none.")
@weight_option
@metric_option
@lang_option
@json_option
def place(
    file: str,
    files: tuple[Path, ...],
    atlas: Path | None,
    count: int,
    weights: dict[str, float],
    metric: str,
    language: str | None,
    as_json: bool,
) -> None:
    """Place a new title at once, without training: what the atlas knows of it, and what it is related to."""
    engine = open_engine(atlas, language)
    placed = engine.place(read_title(file), files=files)
    found = engine.related_to_new(placed, k=count, weights=weights, metric=metric) if count else None
    if as_json:
        show_json({**placed.to_json(), "related": found.to_json()["related"] if found is not None else []})
        return
    _show(placed, engine.say)
    if found is not None:
        click.secho(f"\n{engine.say.say('place.related')}", bold=True)
        show_related(found, engine.say)


def read_title(file: str) -> Any:
    """The JSON in a file, or on standard input for "-".

    Raises:
        DataError: it cannot be read, or is no JSON.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{file} is no JSON, line {error.lineno}, column {error.colno}: {error.msg}") from error


def _show(placed: Placed, say: Messages) -> None:
    click.secho(str(placed.title), bold=True)
    for note in placed.notes:
        click.echo(note)
    if placed.known:
        click.secho(f"\n{say.say('place.known')}", bold=True)
    for one in placed.known:
        roles = say.names([_relation(name, say) for name in one.relations], most=9)
        click.echo(f"  {one.name}", nl=False)
        click.secho(f"  ({roles}; {say.say('show.titles', count=one.titles)})", dim=True)
    if placed.unknown:
        click.secho(f"\n{say.say('place.unknown')}", bold=True)
    for unknown in placed.unknown:
        close = f"; {say.say('place.close', names=say.names(unknown.close))}" if unknown.close else ""
        click.echo(f"  {unknown.text}  ({unknown.where}{close})")
    for question in placed.questions:
        click.secho(f"\n{question.text} ({question.where}): {say.say('place.questions')}", bold=True)
        for each in question.candidates:
            key = "place.candidate" if each.known_for else "place.candidate_title"
            values = {"id": each.id, "name": each.name, "titles": each.titles}
            click.echo(f"  {say.say(key, **values, known_for=say.names(each.known_for))}")


def _relation(name: str, say: Messages) -> str:
    return say.label("role" if say.knows(f"words.role.{name}") else "type", name)
