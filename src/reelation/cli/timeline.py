"""`timeline`: how a thing went over the years, and which pairs of themes emerge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.files import write_picture
from reelation.cli.options import FOLDER, argument, as_of_option, atlas_option, json_option, lang_option
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.insights.emerging import EmergingPairs
    from reelation.insights.timeline import Timeline
    from reelation.messages import Messages


@click.command()
@argument("thing", "A genre, theme, person, company, country, language or group: a name or an id.", required=False)
@atlas_option
@click.option("--by", help="Its type, where the name alone may mean several: genre, person, keyword … or group.")
@click.option("--emerging", is_flag=True, help="Instead, list pairs of themes (of --by) that come together more.")
@click.option("--since", type=int, help="With --emerging: the first recent year.", show_default="ten years back")
@click.option("--count", "-k", default=20, help="With --emerging: how many pairs.")
@click.option("--rate", default=0.05, help="With --emerging: the false-discovery rate.")
@click.option("--out", type=FOLDER, help="Draw it: a file that ends in .svg or .html.")
@as_of_option
@lang_option
@json_option
def timeline(
    thing: str | None,
    atlas: Path | None,
    by: str | None,
    emerging: bool,
    since: int | None,
    count: int,
    rate: float,
    out: Path | None,
    as_of: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Print how THING grew, turned, moved and split over the years."""
    if emerging == (thing is not None):
        raise UsageError('say of what: reelation timeline THING, e.g. "western"; or --emerging for pairs of themes')
    engine = open_engine(atlas, language, as_of)
    say = engine.say
    if thing is None:
        pairs = engine.emerging(by=(by,) if by else (), since=since, count=count, rate=rate)
        if out is not None:
            from reelation.insights.timeline_plot import emerging_plot

            write_picture(out, lambda html: emerging_plot(pairs, say, html=html))
        show_json(pairs.to_json()) if as_json else _show_pairs(pairs, say)
        return
    found = engine.timeline(thing, by=by)
    if out is not None:
        from reelation.insights.timeline_plot import timeline_plot

        write_picture(out, lambda html: timeline_plot(found, say, html=html))
    show_json(found.to_json()) if as_json else _show(found, say)


def _show(found: Timeline, say: Messages) -> None:
    """Sentences, then shares by five years, or titles by year."""
    from reelation.insights.timeline_words import percent

    click.secho(found.name, bold=True, nl=False)
    click.secho(f"  {say.label('type', found.type)}  {found.node_id}", dim=True)
    for sentence in found.summary:
        click.echo(f"  {sentence}")
    if found.career is not None:
        _show_career(found, say)
        return
    click.secho(f"\n{say.say('timeline.share_of')}", bold=True)
    middles = [one for one in found.years if one.year % 5 == 2 and one.smooth is not None]
    most = max((one.smooth or 0.0 for one in middles), default=0.0) or 1.0
    for one in middles:
        smooth = one.smooth or 0.0
        label = f"{one.year - 2}–{one.year + 2}"
        bar = "█" * round(30 * smooth / most)
        click.echo(f"  {label}  {percent(smooth):>7}  {bar}", nl=False)
        click.secho(f" {percent(one.low)}–{percent(one.high)}", dim=True)


def _show_career(found: Timeline, say: Messages) -> None:
    assert found.career is not None
    click.secho(f"\n{say.say('timeline.by_year')}", bold=True)
    for work in found.career.works:
        roles = say.names([say.label("role", role) for role in work.roles], most=9)
        click.echo(f"  {work.title}", nl=False)
        click.secho(f"  {roles}", dim=True)
    if found.career.decades:
        click.secho(f"\n{say.say('timeline.together')}", bold=True)
    for decade, people in found.career.decades.items():
        told = ", ".join(f"{one.topic.name} ({one.titles})" for one in people)
        click.echo(f"  {say.say('words.decade', decade=decade)}  {told}")


def _show_pairs(found: EmergingPairs, say: Messages) -> None:
    from reelation.insights.topics import topic_name

    past = {"first": found.first, "until": found.since - 1}
    click.secho(say.say("timeline.emerging", since=found.since, **past), bold=True)
    basis = {"tested": found.tested, "titles": found.titles, "called": found.called, "rate": f"{found.rate:.0%}"}
    click.echo(f"  {say.say('timeline.emerging_basis', **basis)}")
    if not found.items:
        click.echo(f"  {say.say('timeline.none_emerging')}")
    for one in found:
        click.secho(f"\n  {topic_name(one.one, say)} + {topic_name(one.two, say)}", bold=True)
        known = {"recent": one.recent, "before": one.before, "low": f"{one.low:.2g}", "high": f"{one.high:.2g}"}
        lifts = {"recent_lift": f"{one.recent_lift:.2f}", "before_lift": f"{one.before_lift:.2f}"}
        click.echo(f"    {say.say('timeline.pair', ratio=f'{one.ratio:.2g}', **known, **lifts)}")
        click.secho(f"    {say.names([str(title) for title in one.examples])}", dim=True)
