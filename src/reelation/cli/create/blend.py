"""`create blend` and `create combine`: titles between two titles, and titles with something added or taken away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.create.shared import brief_option, give, show_title, title_id
from reelation.cli.options import (
    argument,
    atlas_option,
    filter_options,
    json_option,
    lang_option,
    metric_option,
    weight_option,
)

if TYPE_CHECKING:
    from reelation.create.blend.blend import Blend
    from reelation.messages import Messages
    from reelation.search.filters import Filters

count_option = click.option("--count", "-k", default=10, help="How many titles.")


@click.command()
@argument("title_a", "A title.")
@argument("title_b", "Another.")
@atlas_option
@click.option("--mix", default=0.5, help="0 (TITLE_A alone) to 1 (TITLE_B alone).")
@count_option
@weight_option
@metric_option
@filter_options
@brief_option
@lang_option
@json_option
def blend(
    title_a: str,
    title_b: str,
    atlas: Path | None,
    mix: float,
    count: int,
    weights: dict[str, float],
    metric: str,
    filters: Filters,
    briefs: tuple[Path, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print the titles nearest a mix of TITLE_A and TITLE_B, and what each has from which."""
    from reelation.insights.related import Wanted

    engine = open_engine(atlas, language)
    wanted = Wanted(k=count, weights=weights, metric=metric, filters=filters)
    found = engine.create.blend(title_id(engine, title_a), title_id(engine, title_b), mix, wanted)
    give(engine, found, _show, briefs, as_json)


@click.command()
@argument("titles", "Titles to add up.", nargs=-1, required=True)
@click.option("--minus", multiple=True, help="A title to take away; repeat for more.")
@atlas_option
@count_option
@weight_option
@metric_option
@filter_options
@brief_option
@lang_option
@json_option
def combine(
    titles: tuple[str, ...],
    minus: tuple[str, ...],
    atlas: Path | None,
    count: int,
    weights: dict[str, float],
    metric: str,
    filters: Filters,
    briefs: tuple[Path, ...],
    language: str | None,
    as_json: bool,
) -> None:
    """Print the titles nearest the sum of TITLES less those of --minus: A - B + C is `combine A C --minus B`."""
    from reelation.insights.related import Wanted

    engine = open_engine(atlas, language)
    wanted = Wanted(k=count, weights=weights, metric=metric, filters=filters)
    added, away = ([title_id(engine, one) for one in some] for some in (titles, minus))
    give(engine, engine.create.combine(added, away, wanted), _show, briefs, as_json)


def _show(found: Blend, say: Messages) -> None:
    whole = sum(found.amounts) if min(found.amounts) >= 0 else 0.0
    for at, (parent, amount) in enumerate(zip(found.parents, found.amounts, strict=True)):
        sign = "− " if amount < 0 else "+ " if at else ""
        part = f"{100 * amount:.0f} % " if whole == 1.0 else ""
        click.secho(f"{' ' if at else ''}{sign}{part}{parent}", bold=True, nl=False)
    click.echo()
    if not found.items:
        click.echo(say.say("show.no_title_passes"))
    for item in found:
        shares = (
            f"{say.say('create_show.share', title=one.parent.name, share=_percent(one.share))}" for one in item.elements
        )
        show_title(item.rank, item.title, say, f"{item.score:.3f}", " · ".join(shares))
        for one in item.elements:
            if one.amount > 0 and one.shared:
                names = say.names([say.tag(each.type, each.name) for each in one.shared])
                click.echo(f"     {say.say('create_show.from', title=one.parent.name, names=names)}")
        if item.sentence:
            click.echo(f"     {item.sentence}")
    if found.items and whole == 1.0:
        click.secho(f"\n{say.say('create_show.both', share=f'{100 * found.both:.0f}')}", dim=True)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
