"""`map`: a page or a figure of all titles, or the web app as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from reelation import settings
from reelation.cli.answer import open_engine
from reelation.cli.options import FOLDER, atlas_option, json_option, lang_option
from reelation.cli.show import show_json
from reelation.errors import MissingExtraError
from reelation.messages import messages


@click.command("map")
@atlas_option
@click.option(
    "--out", "-o", type=FOLDER, default=Path("map.html"), help="File to write: .html, .svg or .png; or a folder."
)
@click.option("--format", "-f", "kind", help="html, svg, png or folder.", show_default="the suffix of --out")
@click.option("--best", type=int, default=2000, help="Titles of a folder that have lists: the best-known.")
@lang_option
@json_option
def map_(atlas: Path | None, out: Path, kind: str | None, best: int, language: str | None, as_json: bool) -> None:
    """Write a map of all titles: one page that works offline, or a figure; or the web app over files of answers.

    The folder is for any web server that serves files, such as: python -m http.server --directory FOLDER
    """
    if kind == "folder" or (kind is None and not out.suffix):
        _folder(atlas, out, best, language, as_json)
        return
    engine = open_engine(atlas, language)
    found = engine.map(out, kind=kind)
    if as_json:
        show_json(found.to_json())
    else:
        size = f"{found.bytes / 1e6:.1f} MB"
        click.echo(engine.say.say("map.written", titles=f"{found.titles:,}", path=found.path, size=size))


def _folder(atlas: Path | None, out: Path, best: int, language: str | None, as_json: bool) -> None:
    try:
        from reelation.http.folder import write_folder
    except ModuleNotFoundError as error:
        raise MissingExtraError("A folder of the web app", "serve") from error
    from reelation.atlas.store import Atlas

    folder = atlas or settings.atlas_folder()
    Atlas.open(folder)  # what is wrong with it is said before anything starts
    found = write_folder(folder, out, best=best)
    if as_json:
        show_json(found.to_json())
    else:
        values = {"titles": f"{found.titles:,}", "lists": f"{found.lists:,}", "size": f"{found.bytes / 1e6:.1f} MB"}
        command = f"python -m http.server --directory {found.path}"
        click.echo(messages(language).say("map.folder", path=found.path, command=command, **values))
