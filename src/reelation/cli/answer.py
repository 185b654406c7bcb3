"""`related`: the question most asked of an atlas, and what all commands that ask one share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.options import (
    argument,
    as_of_option,
    atlas_option,
    filter_options,
    json_option,
    lang_option,
    metric_option,
    poster_option,
    weight_option,
)
from reelation.cli.show import show_json, show_related
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.engine import Engine
    from reelation.search.filters import Filters


@click.command()
@argument("title", 'A name, a name with its year "Solaris (1972)", or an id; none with --poster.', required=False)
@poster_option
@atlas_option
@click.option("--count", "-k", default=10, help="How many titles.")
@weight_option
@metric_option
@click.option("--popularity", default=0.0, help="-1 (little known) to 1 (well known), among the closest few hundred.")
@click.option("--diversity", default=0.0, help="0 to 1: titles unlike each other, among the closest few hundred.")
@as_of_option
@click.option("--min-relevance", default=0.0, help="0 to 1: only titles with this share of the best score.")
@filter_options
@lang_option
@json_option
def related(
    title: str | None,
    files: tuple[Path, ...],
    atlas: Path | None,
    count: int,
    weights: dict[str, float],
    metric: str,
    popularity: float,
    diversity: float,
    as_of: str | None,
    min_relevance: float,
    filters: Filters,
    language: str | None,
    as_json: bool,
) -> None:
    """Print the titles most related to TITLE, or to a picture or clip, closest first, each with its reason."""
    from reelation.insights.related import Wanted

    if (title is None) == (not files):
        raise UsageError("give a title, or --poster FILE; reelation place describes a new title and takes both")
    engine = open_engine(atlas, language, as_of)
    wanted = Wanted(
        k=count,
        weights=weights,
        metric=metric,
        filters=filters,
        popularity=popularity,
        diversity=diversity,
        min_relevance=min_relevance,
    )
    if title is not None:
        found = engine.related_at(engine.atlas.titles.row(resolve(engine, title)), wanted)
        show_json(found.to_json()) if as_json else show_related(found, engine.say)
        return
    placed = engine.place(files=files)
    found = engine.related_at(placed, wanted)
    if as_json:
        show_json({**placed.to_json(), **found.to_json()})
        return
    for note in placed.notes:
        click.echo(note, err=True)
    show_related(found, engine.say)


def open_engine(atlas: Path | None, language: str | None, as_of: str | None = None) -> Engine:
    """The engine of the atlas in this folder, or of the last one trained; as of a date where one is given."""
    from reelation.engine import Engine

    engine = Engine.open(atlas, language)
    return engine if as_of is None else engine.as_of(as_of)


def resolve(engine: Engine, text: str) -> str:
    """The id of the title that `text` means; says so on standard error where a typo was forgiven."""
    from reelation.search.lookup import find, label

    match = find(engine.atlas, text)
    if match.how == "typo":
        click.echo(engine.say.say("show.taking", text=text, title=label(engine.atlas, match.row)), err=True)
    return engine.atlas.titles[match.row]
