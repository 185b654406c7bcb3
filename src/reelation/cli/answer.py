"""`related`: the question most asked of an atlas, and what all commands that ask one share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.options import (
    argument,
    atlas_option,
    json_option,
    lang_option,
    metric_option,
    range_option,
    weight_option,
)
from reelation.cli.show import show_json, show_related

if TYPE_CHECKING:
    from reelation.engine import Engine


@click.command()
@argument("title", 'A name, a name with its year "Solaris (1972)", or an id.')
@atlas_option
@click.option("--count", "-k", default=10, help="How many titles.")
@weight_option
@metric_option
@click.option("--kind", "kinds", multiple=True, help="Only this kind: film, series …; repeat for more.")
@range_option("--years", "Only these years: 1970-1985, 1999, 2010-, -1960.")
@click.option("--genre", "genres", multiple=True, help="Only titles of this genre; repeat: all of them.")
@click.option("--country", "countries", multiple=True, help="Only from this country; repeat: any of them.")
@click.option("--language", "languages", multiple=True, help="Only in this language; repeat: any of them.")
@range_option("--runtime", "Only this long, minutes: 80-110, -90, 150-.")
@lang_option
@json_option
def related(
    title: str,
    atlas: Path | None,
    count: int,
    weights: dict[str, float],
    metric: str,
    kinds: tuple[str, ...],
    years: tuple[int | None, int | None],
    genres: tuple[str, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
    runtime: tuple[int | None, int | None],
    language: str | None,
    as_json: bool,
) -> None:
    """Print the titles most related to TITLE, closest first, each with its reason."""
    from reelation.search.filters import Filters

    filters = Filters(
        kinds=kinds,
        since=years[0],
        until=years[1],
        genres=genres,
        countries=countries,
        languages=languages,
        min_runtime=runtime[0],
        max_runtime=runtime[1],
    )
    engine = open_engine(atlas, language)
    here = resolve(engine, title)
    found = engine.related(here, k=count, weights=weights, metric=metric, filters=filters)
    show_json(found.to_json()) if as_json else show_related(found, engine.say)


def open_engine(atlas: Path | None, language: str | None) -> Engine:
    """The engine of the atlas in this folder, or of the last one trained."""
    from reelation.engine import Engine

    return Engine.open(atlas, language)


def resolve(engine: Engine, text: str) -> str:
    """The id of the title that `text` means; says so on standard error where a typo was forgiven."""
    from reelation.search.lookup import find, label

    match = find(engine.atlas, text)
    if match.how == "typo":
        click.echo(engine.say.say("show.taking", text=text, title=label(engine.atlas, match.row)), err=True)
    return engine.atlas.titles[match.row]
