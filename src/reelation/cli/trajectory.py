"""`trajectory`: how a title's neighbourhood moved over the years."""

from __future__ import annotations

from pathlib import Path

import click

from reelation.cli.answer import open_engine, resolve
from reelation.cli.options import argument, atlas_option, json_option, lang_option
from reelation.cli.show import show_json


@click.command()
@argument("title", "A title.")
@atlas_option
@click.option("--count", "-k", default=10, help="Closest titles at each date, 1 to 100.")
@click.option("--dates", default=5, help="How many dates, evenly over the title's years: 2 to 12.")
@click.option("--at", multiple=True, help="Instead, this date: a year, month or day; repeat for more.")
@lang_option
@json_option
def trajectory(
    title: str,
    atlas: Path | None,
    count: int,
    dates: int,
    at: tuple[str, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print the titles closest to TITLE as of one date after another, and which came and went."""
    engine = open_engine(atlas, language)
    found = engine.trajectory(resolve(engine, title), dates=at, count=dates, k=count)
    if as_json:
        show_json(found.to_json())
        return
    say = engine.say
    click.secho(str(found.title), bold=True)
    for sentence in found.summary:
        click.echo(f"  {sentence}")
    for number, one in enumerate(found.snapshots):
        click.secho(f"\n{one.date}", bold=True, nl=False)
        click.secho(f"  {say.say('timeline.known_then', titles=one.titles)}", dim=True)
        fresh = {title.title_id for title in one.came} if number else set()
        for rank, there in enumerate(one.closest, start=1):
            click.echo(f"{rank:>4}. {there}", nl=False)
            click.secho(f"  {say.say('timeline.came')}" if there.title_id in fresh else "", fg="green")
        if one.went:
            click.secho(f"  {say.say('timeline.went')}: {say.names([str(there) for there in one.went])}", dim=True)
