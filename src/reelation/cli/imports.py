"""`import`: catalogues and viewing data into a catalogue, or a person's own exports into their history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation import settings
from reelation.cli.answer import open_engine
from reelation.cli.options import (
    FOLDER,
    argument,
    atlas_option,
    catalogue_option,
    column_option,
    json_option,
    lang_option,
)
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.histories.detect import Export


@click.command("import")
@argument("paths", "Files or folders; their kind is detected.", type=FOLDER, nargs=-1, required=True)
@catalogue_option
@column_option
@click.option("--name", "-n", help="Read a person's own exports, into the history of this name.", show_default="me")
@atlas_option
@click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), help="A history: order in dates that do not tell.")
@click.option("--scale", type=click.FloatRange(1, 1000), help="A history: highest rating in a table of your own.")
@click.option(
    "--lists",
    type=click.Choice(["watchlist", "watch", "like"]),
    default="watchlist",
    help="A history: what a list's rows without a rating are.",
)
@lang_option
@json_option
def import_(
    paths: tuple[Path, ...],
    catalogue: Path | None,
    columns: dict[str, str],
    name: str | None,
    atlas: Path | None,
    dates: str | None,
    scale: float | None,
    lists: str,
    language: str | None,
    as_json: bool,
) -> None:
    """Read catalogues and viewing data into one catalogue; or your own exports into your history.

    Exports of Letterboxd, IMDb, Trakt, Douban, Netflix and TMDB are known by their content; any other table is your own
    where --name is given.
    """
    from reelation.histories.detect import find_exports
    from reelation.histories.formats import Choices

    exports, others = find_exports(paths, own=name is not None, columns=columns if name is not None else None)
    if name is None and exports and others:
        raise UsageError(_mixed(exports, others))
    if name is None and not exports:
        _import_catalogue(paths, catalogue, columns, as_json)
        return
    if catalogue is not None:
        raise UsageError("A history is matched to an atlas, not to a catalogue: give --atlas instead of --catalogue")
    choices = Choices(columns=tuple(columns.items()), scale=scale, dates=dates, lists=lists)
    engine = open_engine(atlas, language)
    found = engine.import_history(paths, name or "me", choices=choices, own=name is not None)
    if as_json:
        show_json(found.to_json())
        return
    for line in found.lines(engine.say):
        click.echo(line)


def _import_catalogue(paths: tuple[Path, ...], catalogue: Path | None, columns: dict[str, str], as_json: bool) -> None:
    from reelation.sources.importing import import_paths

    found = import_paths(paths, catalogue or settings.catalogue_folder(), columns=columns)
    if as_json:
        show_json(found.to_json())
        return
    for line in found.summary():
        click.echo(line)


def _mixed(exports: list[Export], others: list[Path]) -> str:
    own, rest = " ".join(str(one.path) for one in exports[:3]), " ".join(map(str, others[:3]))
    return (
        f"{exports[0].path} is a person's own export ({exports[0].format.label}), {others[0]} is not. "
        f"Run two commands: reelation import {own}, and: reelation import {rest}"
    )
