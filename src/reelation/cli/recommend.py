"""`recommend`: what somebody would like next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.options import as_of_option, atlas_option, filter_options, json_option, lang_option
from reelation.cli.show import show_json, show_ranked
from reelation.cli.whose import history_of_options, history_option, viewer_option

if TYPE_CHECKING:
    from reelation.insights.recommend import Recommendations
    from reelation.messages import Messages
    from reelation.search.filters import Filters


@click.command()
@viewer_option
@history_option
@click.option("--with", "other", help="Somebody else, viewer or history: a list that suits both.")
@atlas_option
@click.option("--count", "-k", default=10, help="How many titles.")
@click.option("--popularity", default=0.0, help="-1 (little known) to 1 (well known).")
@click.option("--diversity", default=0.0, help="0 to 1: titles unlike each other.")
@click.option("--novelty", default=0.0, help="0 to 1: titles unlike all that was seen.")
@click.option("--scope", help="Only titles listed in this text file or CSV, or: watchlist.")
@click.option("--outside", help="No title listed in this text file or CSV, or: watchlist.")
@click.option("--include-seen", is_flag=True, help="Also what was seen already.")
@as_of_option
@filter_options
@lang_option
@json_option
def recommend(
    viewer: str | None,
    history: str | None,
    other: str | None,
    atlas: Path | None,
    count: int,
    popularity: float,
    diversity: float,
    novelty: float,
    scope: str | None,
    outside: str | None,
    include_seen: bool,
    as_of: str | None,
    filters: Filters,
    language: str | None,
    as_json: bool,
) -> None:
    """Print what a viewer, or you, would like next, each with the titles of theirs that speak for it."""
    from reelation.cli.title_list import titles_of

    engine = open_engine(atlas, language, as_of)
    who = history_of_options(engine, viewer, history)
    found = engine.recommend(
        who,
        k=count,
        filters=filters,
        popularity=popularity,
        diversity=diversity,
        novelty=novelty,
        with_=other,
        inside=titles_of(engine, scope, who),
        outside=titles_of(engine, outside, who),
        include_seen=include_seen,
    )
    show_json(found.to_json()) if as_json else _show(found, engine.say)


def _show(found: Recommendations, say: Messages) -> None:
    """A numbered list: title, score, reason."""
    click.secho(say.say("recommend.heading", viewers=say.names(found.viewers)), bold=True)
    if found.note:
        click.echo(found.note)
    if not found.items:
        click.echo(say.say("recommend.nothing"))
    for item in found:
        show_ranked(item, say)
