"""`classify`: genres and other tags from everything else about a title."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine, resolve
from reelation.cli.options import argument, atlas_option, json_option, lang_option
from reelation.cli.place import read_title
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.insights.classify import Classified, Doubts
    from reelation.messages import Messages


@click.command()
@argument("title", "A title of the atlas.", required=False)
@atlas_option
@click.option("--json-file", "file", help="A new title as JSON, as for place; - for standard input.")
@click.option("--facet", "-f", default="genre", help="What to tell: genre, keyword, language … as the atlas can.")
@click.option("--suspicious", is_flag=True, help="Instead of one title: given tags that look wrong, and missing ones.")
@click.option(
    "--count", "-k", type=click.IntRange(1), default=8, help="How many tags; of suspicious ones, of each kind."
)
@lang_option
@json_option
def classify(
    title: str | None,
    atlas: Path | None,
    file: str | None,
    facet: str,
    suspicious: bool,
    count: int,
    language: str | None,
    as_json: bool,
) -> None:
    """Tell the genres of TITLE from everything else about it: probabilities, and what speaks for each."""
    if (title is not None) + (file is not None) + suspicious != 1:
        raise UsageError("give one of: a TITLE, --json-file FILE for a new one, --suspicious for all titles")
    engine = open_engine(atlas, language)
    if suspicious:
        doubts = engine.suspicious(facet, k=count)
        show_json(doubts.to_json()) if as_json else _show_doubts(doubts, engine.say)
        return
    found = engine.classify(read_title(file) if file is not None else resolve(engine, title or ""), facet)
    show_json(found.to_json()) if as_json else _show(found, engine.say, count)


def _show(found: Classified, say: Messages, count: int) -> None:
    click.secho(f"{found.title}", bold=True)
    for note in found.notes:
        click.echo(note)
    for one in found.items[:count]:
        mark = "" if one.given is None else f"  {say.say('classify.given' if one.given else 'classify.not_given')}"
        click.echo(f"{one.probability:>6.1%}  ", nl=False)
        click.secho(say.tag(found.facet, one.tag), bold=True, nl=False)
        click.secho(mark, dim=True)
        click.echo(f"        {one.reason}")
    figures = found.figures
    said = say.say(
        "classify.figures",
        error=f"{figures['calibration_error']:.3f}",
        f1=f"{figures['micro_f1']:.2f}",
        usual=f"{figures['most_common_micro_f1']:.2f}",
    )
    click.secho(said, dim=True)


def _show_doubts(found: Doubts, say: Messages) -> None:
    if not found.items:
        click.echo(say.say("classify.none"))
    for given, key in ((True, "classify.wrong"), (False, "classify.missing")):
        some = [one for one in found if one.given == given]
        if some:
            click.secho(say.say(key), bold=True)
        for one in some:
            click.echo(f"{one.probability:>6.1%}  {say.tag(found.facet, one.tag)}: {one.title}", nl=False)
            click.secho(f"  {one.title.title_id}", dim=True)
