"""`taste`: a viewer's portrait, in words, as JSON, or as a card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.options import FOLDER, as_of_option, atlas_option, json_option, lang_option
from reelation.cli.show import show_json
from reelation.cli.whose import history_of_options, history_option, viewer_option

if TYPE_CHECKING:
    from reelation.insights.signature import Leaning
    from reelation.insights.taste import Taste
    from reelation.messages import Messages


@click.command()
@atlas_option
@viewer_option
@history_option
@click.option("--count", "-k", default=6, help="How many of everything.")
@click.option("--out", type=FOLDER, help="Draw a card: a file that ends in .svg or .html.")
@click.option("--title", help="Headline of the card; without one, nobody's name is on it.")
@as_of_option
@lang_option
@json_option
def taste(
    atlas: Path | None,
    viewer: str | None,
    history: str | None,
    count: int,
    out: Path | None,
    title: str | None,
    as_of: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Print a viewer's portrait: what they see more of than others, like, miss, and how it moves."""
    engine = open_engine(atlas, language, as_of)
    found = engine.taste(history_of_options(engine, viewer, history), count=count)
    if out is not None:
        from reelation.cli.files import write_picture
        from reelation.insights.taste_card import card

        write_picture(out, lambda html: card(found, engine.say, title=title, html=html))
    show_json(found.to_json()) if as_json else _show(found, engine.say)


def _show(found: Taste, say: Messages) -> None:
    """Sentences, then one block a section."""
    click.secho(found.name, bold=True)
    for sentence in found.summary:
        click.echo(f"  {sentence}")
    for name, aspect in found.aspects.items():
        if aspect.items or aspect.less:
            _heading(say.label("aspect", name))
        for item in (*aspect.items, *aspect.less):
            _leaning(item, say)
    if found.groups:
        _heading(say.label("section", "groups"))
        for group in found.groups:
            click.echo(f"  {group.share:>6.1%}  {group.name}", nl=False)
            click.secho(f"  ({say.say('taste.average', share=f'{group.average:.1%}')})", dim=True)
    if found.crowd and (found.crowd.above or found.crowd.below):
        _heading(say.label("section", "crowd"))
        for one in (*found.crowd.above, *reversed(found.crowd.below)):
            click.echo(f"  {one.difference:+.1f}  {one.title}", nl=False)
            stars = say.say("taste.stars", own=f"{one.stars:g}", others=f"{one.others:.1f}", raters=one.raters)
            click.secho(f"  {stars}", dim=True)
    if found.blind_spots.titles or found.blind_spots.topics:
        _heading(say.label("section", "blind_spots"))
        for missing in found.blind_spots.titles:
            click.echo(f"  {missing.title}", nl=False)
            click.secho(f"  {missing.why}", dim=True)
        for item in found.blind_spots.topics:
            _leaning(item, say)
    if found.drift:
        _heading(say.label("section", "drift"))
        _drift(found, say)
    for reason in found.missing.values():
        click.secho(f"\n{reason}", dim=True)


def _heading(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _leaning(item: Leaning, say: Messages) -> None:
    from reelation.insights.taste import times
    from reelation.insights.topics import topic_name

    sign = {"more": "+", "less": "−", None: " "}[item.signature]
    roles = f" ({say.label('role', item.roles[0])})" if item.roles else ""
    click.echo(f"  {sign} {topic_name(item.topic, say)}{roles}  ", nl=False)
    click.secho(say.say("taste.lift", lift=times(item.lift), low=times(item.low), high=times(item.high)), nl=False)
    click.secho(f"  {say.say('taste.seen', seen=item.seen, share=f'{item.share:.1%}')}", dim=True, nl=False)
    if item.liking and item.liking.stands_out:
        key = "taste.liked_more" if item.liking.difference > 0 else "taste.liked_less"
        click.secho(f"  {say.say(key)}", nl=False)
    click.echo()


def _drift(found: Taste, say: Messages) -> None:
    from reelation.insights.topics import topic_name

    moves = found.drift
    assert moves is not None
    for trend in moves.trends:
        if trend.direction:
            name = topic_name(trend.topic, say)
            shares = " ".join("–" if value != value else f"{value:.0%}" for value in trend.shares)
            click.echo(f"  {'+' if trend.direction == 'more' else '−'} {name}  {shares}")
    click.secho(f"    {' '.join(period.label for period in moves.periods)}", dim=True)
    for key, titles in (("taste.first", moves.first), ("taste.last", moves.last)):
        if titles:
            click.echo(f"  {say.say(key, titles=say.names([str(title) for title in titles]))}")
