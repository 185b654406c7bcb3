"""`search`: which titles and people a text may mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.options import argument, atlas_option, json_option, lang_option
from reelation.cli.show import show_json

if TYPE_CHECKING:
    from reelation.messages import Messages
    from reelation.title_search.search import Found, Hit


@click.command()
@argument("text", 'A name or its beginning, also mistyped or in pinyin; with a year: "solaris 1972"; or an id.')
@atlas_option
@click.option("--count", "-k", default=10, help="How many, 1 to 50.")
@click.option(
    "--type", "-t", "kind", default="all", type=click.Choice(["all", "title", "person"]), help="What to look for."
)
@lang_option
@json_option
def search(text: str, atlas: Path | None, count: int, kind: str, language: str | None, as_json: bool) -> None:
    """Print the titles and people that TEXT may mean, best first."""
    engine = open_engine(atlas, language)
    found = engine.search(text, count=count, type=kind)
    show_json(found.to_json()) if as_json else _show(found, engine.say)


def _show(found: Found, say: Messages) -> None:
    if not found:
        click.echo(say.say("search.none", text=found.query))
    for rank, hit in enumerate(found, start=1):
        click.echo(f"{rank:>3}. ", nl=False)
        click.secho(f"{hit.name} ({hit.year})" if hit.year else hit.name, bold=True, nl=False)
        click.secho(f"  {_what(hit, say)}  {hit.id}", dim=True)
        how = say.say(f"search.how.{hit.how}")
        told = [how if hit.matched == hit.name else f"{how}: {say.say('search.matched', name=hit.matched)}"]
        if hit.type == "person" and hit.known_for:
            told.append(
                say.say("search.person_of", titles=hit.titles, names=say.names([str(one) for one in hit.known_for]))
            )
        click.echo(f"     {' · '.join(told)}")


def _what(hit: Hit, say: Messages) -> str:
    return say.label("kind", hit.kind) if hit.kind else say.say("search.person")
