"""`create casting`: people for a project, with the titles that speak for them and when they were active."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.create.shared import brief_option, give, project_or_title, show_notes
from reelation.cli.options import atlas_option, json_option, lang_option
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.create.casting.answer import CastCandidate, Casting
    from reelation.messages import Messages


@click.command()
@click.option(
    "--like", "likes", multiple=True, help="A title that it is like, or a logline; - reads one; repeat for more."
)
@click.option("--role", default="actor", help="actor, director, writer, composer …")
@click.option("--with", "people", multiple=True, help="Somebody attached, by name or id; repeat for more.")
@click.option("--without", multiple=True, help="Somebody who is not wanted; repeat for more.")
@atlas_option
@click.option("--active", default=10, help="Only people with a title in the last so many years of the atlas; 0: all.")
@click.option("--count", "-k", default=10, help="How many people.")
@click.option("--likely", default=0.3, help="0 to 1: weight of being likely to work with those attached.")
@click.option("--complement", default=0.2, help="0 to 1: weight of what somebody brings that those attached lack.")
@brief_option
@lang_option
@json_option
def casting(
    likes: tuple[str, ...],
    role: str,
    people: tuple[str, ...],
    without: tuple[str, ...],
    atlas: Path | None,
    active: int,
    count: int,
    likely: float,
    complement: float,
    briefs: tuple[Path, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print people for a project, closest first: the titles that speak for them, when they were active, with whom."""
    if not likes:
        raise UsageError('say what it is like: --like "Heat (1995)", or --like "A logline of some words"')
    engine = open_engine(atlas, language)
    found = engine.create.casting(
        [project_or_title(engine, one) for one in likes],
        role=role,
        with_people=people,
        exclude=without,
        active=active or None,
        count=count,
        likely=likely,
        complement=complement,
    )
    give(engine, found, _show, briefs, as_json)


def _show(found: Casting, say: Messages) -> None:
    click.secho(say.say("create_show.casting", role=say.label("role", found.role)), bold=True)
    like = [str(one) for one in found.like]
    if like:
        click.echo(f"  {say.say('create_show.like', titles=say.names(like, most=9))}")
    if found.attached:
        names = say.names([one.name for one in found.attached], most=9)
        click.echo(f"  {say.say('create_show.attached', names=names)}")
    for one in found:
        _show_one(one, say)
    basis = say.say("create_show.casting_basis", people=found.people, candidates=found.candidates)
    dated = [] if found.last_year is None else [say.say("create_show.as_of", year=found.last_year)]
    show_notes(say.say("create_show.basis"), [basis, *dated, *found.notes])


def _show_one(one: CastCandidate, say: Messages) -> None:
    click.echo(f"{one.rank:>3}. ", nl=False)
    click.secho(one.person.name, bold=True, nl=False)
    told = [f"{one.score:.3f}", say.say("create_show.closeness", value=f"{one.closeness:.2f}")]
    told += [
        say.say("create_show.chance", name=each.person.name, share=f"{100 * each.chance:.2g}") for each in one.likely
    ]
    click.secho("  " + " · ".join(told), dim=True)
    for sentence in one.sentences:
        click.echo(f"     {sentence}")
