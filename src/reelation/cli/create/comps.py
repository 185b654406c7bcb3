"""`create comps`: comparables of a project in two columns, the misses beside the hits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.create.shared import brief_option, give, read_text, shortened, show_notes, show_title
from reelation.cli.options import argument, atlas_option, json_option, lang_option

if TYPE_CHECKING:
    from reelation.create.comps.comparable import Comparable
    from reelation.create.comps.comps import Comps
    from reelation.create.comps.outcomes import Outcome
    from reelation.messages import Messages
    from reelation.search.figures import Figure


@click.command()
@argument("text", "A logline or synopsis, English or Chinese; - reads standard input.")
@atlas_option
@click.option("--since", type=int, help="Only comparables of this year or later.")
@click.option("--until", type=int, help="Only comparables of this year or earlier.")
@click.option("--genre", "genres", multiple=True, help="A genre of the project; repeat for more.")
@click.option("--tone", "tones", multiple=True, help="A word for how it feels; repeat for more.")
@click.option("--person", "people", multiple=True, help="Somebody attached, by name or id; repeat for more.")
@click.option("--territory", help="The country that it is made for or in.")
@click.option("--budget", help="low, mid or high: the third of the figures of scale that it belongs to.")
@click.option("--year", type=int, help="Of the planned release; age and market count from it.")
@click.option("--kind", default="film", help="What is to be made: film, series …")
@click.option("--count", "-k", default=5, help="How many titles in each column, 1 to 10.")
@brief_option
@lang_option
@json_option
def comps(
    text: str,
    atlas: Path | None,
    since: int | None,
    until: int | None,
    genres: tuple[str, ...],
    tones: tuple[str, ...],
    people: tuple[str, ...],
    territory: str | None,
    budget: str | None,
    year: int | None,
    kind: str,
    count: int,
    briefs: tuple[Path, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print titles to compare a project with: in story and people, in the market, and near ones that fared badly."""
    from reelation.create.reading.project import Project
    from reelation.search.filters import Filters

    project = Project(read_text(text), genres, tones, people, territory, budget, year, kind)
    engine = open_engine(atlas, language)
    found = engine.create.comps(project, count=count, filters=Filters(since=since, until=until))
    give(engine, found, _show, briefs, as_json)


def _show(found: Comps, say: Messages) -> None:
    click.secho(say.say("create_show.comps"), bold=True, nl=False)
    click.secho(f"  {shortened(found.project.text)}".rstrip(), dim=True)
    if found.mentions:
        named = dict.fromkeys(one.text for one in found.mentions)
        click.echo(f"  {say.say('create_show.understood', names=say.names(list(named), most=9))}")
    for column in ("tonal", "market"):
        items: tuple[Comparable, ...] = getattr(found, column)
        click.secho(f"\n{say.say(f'create_show.{column}')}", bold=True)
        if not items:
            click.echo(f"  {say.say('create_show.none')}")
        for item in items:
            _show_one(item, say)
        misses: tuple[Comparable, ...] = getattr(found, f"{column}_misses")
        if misses:
            click.secho(f"  {say.say('create_show.misses')}", bold=True)
        for item in misses:
            _show_one(item, say)
    show_notes(say.say("create_show.cautions"), [one.text for one in found.cautions])
    shown = [one for name in ("tonal", "market", "tonal_misses", "market_misses") for one in getattr(found, name)]
    used = {figure.source for one in shown for figure in one.figures}
    lines = [
        f"[{source['name']}] {', '.join(str(source[key]) for key in ('label', 'licence') if source.get(key))}"
        for source in found.sources
        if source["name"] in used
    ]
    show_notes(say.say("create_show.sources"), lines)


def _show_one(item: Comparable, say: Messages) -> None:
    show_title(item.rank, item.title, say, f"{item.score:.2f}")
    click.echo(f"     {item.reason}")
    if item.differs:
        told = say.say("reasons.separator").join(item.differs)
        click.echo(f"     {say.say('create_show.differs', told=told)}")
    if item.outcome is not None:
        click.echo(f"     {fared(item.outcome, say)}")
    if figures := [figure(one, say) for one in item.figures if one.value or one.unit != "awards"]:
        click.secho(f"     {' · '.join(figures)}", dim=True)


def fared(outcome: Outcome, say: Messages) -> str:
    """How a title fared, and against how many others."""
    measure = say.say(f"create_show.measure.{outcome.measure}")
    share = f"{100 * outcome.share:.0f}"
    return say.say(f"create_show.fared.{outcome.fared}", share=share, peers=outcome.peers, measure=measure)


def figure(one: Figure, say: Messages) -> str:
    """A figure with its unit and the name of its source."""
    key = f"create_show.unit.{one.unit}"
    value = say.say(key, value=f"{one.value:,.2f}".removesuffix(".00")) if say.knows(key) else f"{one.value:,g}"
    return f"{say.say(f'create_show.measure.{one.measure}')} {value} [{one.source}]"
