"""`groups`: the groups of one level, or those of a title."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine, resolve
from reelation.cli.options import atlas_option, json_option, lang_option
from reelation.cli.show import show_json

if TYPE_CHECKING:
    from reelation.insights.groups import Group, Groups, GroupsOfTitle
    from reelation.messages import Messages


@click.command()
@atlas_option
@click.option("--level", "-l", default=1, help="1 is the coarsest.")
@click.option("--title", "-t", help="Only the groups of this title: a name or an id.")
@click.option("--count", "-k", default=3, help="Typical and boundary titles of each, 0 to 8.")
@lang_option
@json_option
def groups(atlas: Path | None, level: int, title: str | None, count: int, language: str | None, as_json: bool) -> None:
    """Print the groups that titles fall into: name, size, typical titles, titles between two groups."""
    engine = open_engine(atlas, language)
    if title is not None:
        of_title = engine.group_of(resolve(engine, title))
        show_json(of_title.to_json()) if as_json else _show_title(of_title, engine.say)
        return
    found = engine.groups(level=level, titles=count)
    show_json(found.to_json()) if as_json else _show_groups(found, engine.say)


def _show_groups(found: Groups, say: Messages) -> None:
    click.secho(say.say("groups.heading", count=len(found), level=found.level, levels=found.levels), bold=True)
    for place, group in enumerate(found, start=1):
        click.echo(f"{place:>3}. ", nl=False)
        _show(group, say)
    figures = {name: f"{found.quality[name]:.2f}" for name in ("modularity", "stability_ari")}
    click.secho(f"\n{say.say('groups.quality', **figures)}", dim=True)


def _show_title(found: GroupsOfTitle, say: Messages) -> None:
    click.secho(str(found.title), bold=True)
    if not found.memberships:
        click.echo(say.say("groups.in_none"))
    for one in found.memberships:
        click.echo(f"{one.group.level:>3}. ", nl=False)
        _show(one.group, say)
        said = say.say("groups.strength", share=f"{one.strength:.0%}")
        beside = say.say("groups.next", name=one.other_name) if one.other_name else ""
        click.secho(f"     {said}{beside}", dim=True)


def _show(group: Group, say: Messages) -> None:
    click.secho(group.name, bold=True, nl=False)
    click.secho(f"  {say.say('show.titles', count=f'{group.size:,}')}", dim=True)
    if group.typical:
        click.echo(f"     {say.names([str(title) for title in group.typical], most=8)}")
    if group.boundary:
        between = [say.say("groups.towards", title=one.title, name=one.name) for one in group.boundary]
        click.secho(f"     {say.say('groups.boundary', names=say.names(between, most=8))}", dim=True)
