"""`map`: a page or a figure of all titles."""

from __future__ import annotations

from pathlib import Path

import click

from reelation.cli.answer import open_engine
from reelation.cli.options import FOLDER, atlas_option, json_option, lang_option
from reelation.cli.show import show_json


@click.command("map")
@atlas_option
@click.option("--out", "-o", type=FOLDER, default=Path("map.html"), help="File to write: .html, .svg or .png.")
@click.option("--format", "-f", "kind", help="html, svg or png.", show_default="the suffix of --out")
@lang_option
@json_option
def map_(atlas: Path | None, out: Path, kind: str | None, language: str | None, as_json: bool) -> None:
    """Write a map of all titles: one page that works offline, or a figure."""
    engine = open_engine(atlas, language)
    found = engine.map(out, kind=kind)
    if as_json:
        show_json(found.to_json())
    else:
        size = f"{found.bytes / 1e6:.1f} MB"
        click.echo(engine.say.say("map.written", titles=f"{found.titles:,}", path=found.path, size=size))
