"""`create programme`: a season or festival strand that meets its limits, in a running order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.create.shared import brief_option, give, show_notes, show_title, title_id
from reelation.cli.options import atlas_option, filter_options, json_option, lang_option
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.create.programme.parts import Programme
    from reelation.messages import Messages
    from reelation.search.filters import Filters


def _limits(_ctx: click.Context, parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, int]:
    """("director=1", "country=3") -> {"director": 1, "country": 3}."""
    found = {}
    for pair in pairs:
        name, _, number = (part.strip() for part in pair.partition("="))
        if not name or not number.isdecimal():
            raise UsageError(f"{parameter.opts[0]} {pair}: give it as TRAIT=NUMBER, e.g. director=1")
        found[name] = int(number)
    return found


@click.command()
@click.option(
    "--theme", "themes", multiple=True, help="A genre, keyword, person, country, group …; repeat: all of them."
)
@click.option("--by", help="Type of the themes, where a name may mean several: genre, person, keyword …")
@click.option("--like", "seeds", multiple=True, help="A title that it shall be like; repeat for more.")
@atlas_option
@click.option("--count", "-k", default=12, help="How many titles, 1 to 60.")
@click.option("--must", multiple=True, help="A title that has to be in it; repeat for more.")
@click.option("--without", multiple=True, help="A title that must not be in it; repeat for more.")
@click.option(
    "--at-most",
    multiple=True,
    callback=_limits,
    help="TRAIT=NUMBER: titles of the same director, country, decade, language, genre or company; repeat for more.",
)
@click.option(
    "--at-least", multiple=True, callback=_limits, help="TRAIT=NUMBER: different ones of them; repeat for more."
)
@click.option("--min-minutes", type=float, help="Minutes of all titles together, at least.")
@click.option("--max-minutes", type=float, help="Minutes of all titles together, at most.")
@click.option(
    "--assume-minutes", type=float, help="Taken for titles of unknown length, else left out where length counts."
)
@click.option(
    "--variety", default=0.4, help="0 (closeness to the theme) to 1 (different decades, countries, directors)."
)
@click.option("--popularity", default=0.3, help="-1 (little known) to 1 (well known).")
@click.option(
    "--alternate", default=0.5, help="Order: 0 (neighbours are related) to 1 (of other decades and countries)."
)
@filter_options
@brief_option
@lang_option
@json_option
def programme(
    themes: tuple[str, ...],
    by: str | None,
    seeds: tuple[str, ...],
    atlas: Path | None,
    count: int,
    must: tuple[str, ...],
    without: tuple[str, ...],
    at_most: dict[str, int],
    at_least: dict[str, int],
    min_minutes: float | None,
    max_minutes: float | None,
    assume_minutes: float | None,
    variety: float,
    popularity: float,
    alternate: float,
    filters: Filters,
    briefs: tuple[Path, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print a season or festival strand on a theme, or like some titles: varied, within limits, in running order."""
    from reelation.create.programme.parts import Wanted

    if not themes and not seeds:
        raise UsageError("say what about: --theme western, or --like TITLE for a programme like some titles")
    engine = open_engine(atlas, language)
    wanted = Wanted(
        themes=themes,
        by=by,
        seeds=tuple(title_id(engine, one) for one in seeds),
        count=count,
        must=tuple(title_id(engine, one) for one in must),
        without=tuple(title_id(engine, one) for one in without),
        at_most=at_most,
        at_least=at_least,
        shortest=min_minutes,
        longest=max_minutes,
        assume_minutes=assume_minutes,
        filters=filters,
        variety=variety,
        popularity=popularity,
        alternate=alternate,
    )
    give(engine, engine.create.programme(wanted), _show, briefs, as_json)


def _show(found: Programme, say: Messages) -> None:
    names = [*(one.shown for one in found.themes), *(str(one) for one in found.seeds)]
    click.secho(say.say("create_show.programme", names=say.names(names, most=9)), bold=True)
    known = {"titles": len(found), "minutes": f"{found.minutes:.0f}"}
    values = {name: found.coverage[name].values for name in ("decade", "country", "director")}
    click.echo(f"  {say.say('create_show.programme_holds', **known, **values)}")
    for slot in found:
        show_title(slot.place, slot.title, say, *([say.say("create_show.must")] if slot.must else []))
        click.echo(f"     {slot.note}")
        if slot.joins is not None:
            click.secho(f"     ↓ {slot.joins.text}", dim=True)
    notes = [say.say("create_show.chosen_from", in_theme=found.in_theme, pool=found.pool)]
    notes += [
        say.say("create_show.left_out", count=count, what=_unknown(name, say)) for name, count in found.left_out.items()
    ]
    notes.append(say.say("create_show.proved" if found.gap <= 1e-6 else "create_show.gap", gap=f"{found.gap:.2%}"))
    if not found.order_exact:
        notes.append(say.say("create_show.order"))
    if found.unknown_length:
        notes.append(say.say("create_show.unknown_length", count=found.unknown_length))
    show_notes(say.say("create_show.basis"), notes)


def _unknown(name: str, say: Messages) -> str:
    if name == "length":
        return say.say("create_show.length")
    return say.label("role" if say.knows(f"words.role.{name}") else "type", name)
