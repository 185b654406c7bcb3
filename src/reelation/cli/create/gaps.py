"""`create gaps`: combinations that are plausible by the graph and rarer in the catalogue than expected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.create.shared import brief_option, give, show_notes
from reelation.cli.options import atlas_option, json_option, lang_option

if TYPE_CHECKING:
    from reelation.create.gaps.gaps import Gap, Gaps
    from reelation.engine import Engine
    from reelation.messages import Messages


@click.command()
@click.option("--genre", "genres", multiple=True, help="One of the two is this genre; repeat: any of them.")
@click.option("--with", "things", multiple=True, help="One of the two is this theme, country, person …; repeat: any.")
@click.option(
    "--by", multiple=True, help="Only things of this type: genre, keyword, country, decade …; repeat for more."
)
@atlas_option
@click.option("--count", "-k", default=20, help="How many at the most.")
@click.option("--rate", default=0.1, help="The share of false ones among them that is accepted.")
@click.option("--until", type=int, help="Only titles until this year count.")
@click.option("--fewest", default=10, help="Titles that each of the two has at the least.")
@click.option("--expected", default=4.0, help="Titles that should have both, at the least.")
@click.option(
    "--lately", default=1.0, help="The same in ten years at the pace of the last ten; 0: also out of fashion."
)
@click.option("--most", type=int, help="Titles that have both, at the most.", show_default="half of what is expected")
@brief_option
@lang_option
@json_option
def gaps(
    genres: tuple[str, ...],
    things: tuple[str, ...],
    by: tuple[str, ...],
    atlas: Path | None,
    count: int,
    rate: float,
    until: int | None,
    fewest: int,
    expected: float,
    lately: float,
    most: int | None,
    briefs: tuple[Path, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print combinations of genres, themes, countries, decades, people that are rarer than expected, surest first."""
    from reelation.create.gaps.gaps import GapsWanted

    engine = open_engine(atlas, language)
    wanted = GapsWanted(
        by=by,
        with_=(*(_genre(engine, one) for one in genres), *things),
        count=count,
        rate=rate,
        until=until,
        fewest=fewest,
        fewest_expected=expected,
        fewest_lately=lately,
        most=most,
    )
    give(engine, engine.create.gaps(wanted), _show, briefs, as_json)


def _genre(engine: Engine, text: str) -> str:
    from reelation.create.reading.named import in_english
    from reelation.insights.things import thing_named

    return thing_named(engine.atlas, in_english("genre", text), engine.say, by="genre").node_id


def _show(found: Gaps, say: Messages) -> None:
    click.secho(say.say("create_show.gaps"), bold=True)
    if not found.items:
        click.echo(f"  {say.say('create_show.no_gaps', rate=f'{100 * found.rate:.0f}')}")
    for rank, one in enumerate(found, start=1):
        _show_one(rank, one, say)
    basis = {"titles": found.titles, "first": found.first, "until": found.until, "tested": found.tested}
    notes = [
        say.say("create_show.gaps_basis", **basis),
        say.say("create_show.gaps_rate", called=found.called, rate=f"{100 * found.rate:.0f}"),
        say.say("create_show.gaps_caveat"),
    ]
    show_notes(say.say("create_show.basis"), notes)


def _show_one(rank: int, one: Gap, say: Messages) -> None:
    from reelation.insights.topics import topic_name

    click.echo(f"{rank:>3}. ", nl=False)
    click.secho(f"{topic_name(one.one, say)} + {topic_name(one.two, say)}", bold=True, nl=False)
    click.secho(f"  {say.say(f'create_show.quadrant.{one.quadrant}')}", dim=True)
    click.echo(f"     {one.sentence}")
    known = {"seen": one.seen, "expected": f"{one.expected:.1f}", "low": f"{one.low:.2g}", "high": f"{one.high:.2g}"}
    more = {"chance": f"{one.chance:.1f}", "q_value": f"{one.q_value:.2g}", "off": f"{100 * one.off:.0f}"}
    click.secho(f"     {say.say('create_show.gap_counts', **known, **more)}", dim=True)
    for name in ("titles", "near"):
        titles = getattr(one, name)
        if titles:
            names = say.names([str(title) for title in titles])
            click.secho(f"     {say.say(f'create_show.gap_{name}', names=names)}", dim=True)
