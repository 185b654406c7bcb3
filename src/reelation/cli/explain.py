"""`why` and `path`: how two titles are related, in a sentence, by evidence, and hop by hop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine, resolve
from reelation.cli.options import (
    argument,
    as_of_option,
    atlas_option,
    json_option,
    lang_option,
    metric_option,
    weight_option,
)
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.insights.evidence import Number, Shared
    from reelation.insights.explain import Explanation
    from reelation.insights.paths import Paths
    from reelation.messages import Messages

DEPTHS = ("sentence", "evidence", "paths")
_SHOWN = 6
"""Differences that are printed at the most."""

count_option = click.option("--count", "-k", default=3, help="How many paths, 1 to 20.")
length_option = click.option("--length", "-l", default=4, help="Hops at the most, 2 to 8.")


@click.command()
@argument("title_a", "A title.")
@argument("title_b", "Another.")
@atlas_option
@click.option("--depth", "-d", default="evidence", help="sentence, evidence, or paths (evidence and paths).")
@weight_option
@metric_option
@as_of_option
@lang_option
@json_option
def why(
    title_a: str,
    title_b: str,
    atlas: Path | None,
    depth: str,
    weights: dict[str, float],
    metric: str,
    as_of: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Explain how TITLE_A and TITLE_B are related: the score by facet, all they share, and how they differ."""
    if depth not in DEPTHS:
        raise UsageError(f"no depth '{depth}'; there are {', '.join(DEPTHS)}")
    engine = open_engine(atlas, language, as_of)
    pair = resolve(engine, title_a), resolve(engine, title_b)
    found = engine.explain(*pair, weights=weights, metric=metric)
    ways = engine.paths(*pair) if depth == "paths" else None
    if as_json:
        content = found.to_json()
        if depth == "sentence":
            content = {name: content[name] for name in ("title_a", "title_b", "metric", "score", "reason")}
        if ways is not None:
            content["paths"] = ways.to_json()["paths"]
        show_json({"depth": depth, **content})
    elif depth == "sentence":
        click.echo(found.reason)
    else:
        _show_evidence(found, engine.say)
        if ways is not None:
            click.secho(f"\n{engine.say.say('explain.paths')}", bold=True)
            _show_paths(ways, engine.say)


@click.command()
@argument("title_a", "Where paths start.")
@argument("title_b", "Where they end.")
@atlas_option
@count_option
@length_option
@as_of_option
@lang_option
@json_option
def path(
    title_a: str,
    title_b: str,
    atlas: Path | None,
    count: int,
    length: int,
    as_of: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Print several different ways from TITLE_A to TITLE_B through people, tags, links and viewers."""
    engine = open_engine(atlas, language, as_of)
    found = engine.paths(resolve(engine, title_a), resolve(engine, title_b), count=count, length=length)
    if as_json:
        show_json(found.to_json())
        return
    click.secho(engine.say.say("paths.heading", title_a=found.title_a, title_b=found.title_b), bold=True)
    _show_paths(found, engine.say)


def _show_paths(found: Paths, say: Messages) -> None:
    from reelation.insights.paths import LONGEST

    if not found.items:
        key = "paths.none" if found.length < LONGEST else "paths.none_at_all"
        option = f"--length {min(LONGEST, found.length + 2)}"
        click.echo(f"  {say.say(key, length=found.length, option=option)}")
    for rank, one in enumerate(found, start=1):
        click.echo(f"{rank:>3}. {one.text}", nl=False)
        click.secho(f"  {one.cost:.1f}", dim=True)


def _show_evidence(found: Explanation, say: Messages) -> None:
    """The score by facet and block, then everything shared with its drop, then what differs."""
    click.secho(f"{found.title_a}  {say.say('explain.and')}  {found.title_b}", bold=True)
    click.echo(found.reason)
    places = say.say(
        "show.place_of_other",
        name=found.title_b.name,
        rank=found.rank_of_b,
        titles=found.titles - 1,
        other=found.title_a.name,
    )
    score = f"{found.score:.3f}"
    click.echo(say.say("show.score", score=score, metric=found.metric, places=places, rank=found.rank_of_a))
    click.secho(f"\n{say.say('show.by_facet')}", bold=True)
    for name, value in sorted(found.facets.items(), key=lambda part: -part[1]):
        click.echo(f"  {say.label('facet', name):<10} {value:>7.3f}  {_bar(value, found.score)}")
        for block in found.blocks:
            if block.facet == name and found.metric == "dot":
                click.secho(f"    {_block(block.block, say):<22} {block.part:>7.3f}", dim=True)
    if found.metric == "dot" and found.score > 0:
        share = f"{100 * found.learned / found.score:.0f}"
        click.echo(say.say("explain.learned", part=f"{found.learned:.3f}", share=share))
    _show_drops(found, say)
    if found.alike:
        click.secho(f"\n{say.say('explain.alike')}", bold=True)
        for trait in found.alike:
            click.echo(f"  {trait.part if abs(trait.part) >= 5e-4 else 0:>+6.3f}  ", nl=False)
            click.secho(f"{say.label('facet', trait.facet)}: ", dim=True, nl=False)
            click.echo(trait.words)
    if found.differences:
        click.secho(f"\n{say.say('explain.differences')}", bold=True)
        for one in found.differences[:_SHOWN]:
            click.echo(f"  {one.sentence}")


def _show_drops(found: Explanation, say: Messages) -> None:
    from reelation.insights.evidence import Number

    used = [one for one in found.shared if one.used]
    click.secho(f"\n{say.say('explain.in_common')}", bold=True)
    if not found.shared:
        click.echo(f"  {say.say('show.nothing_by_name')}")
    evidence: list[Shared | Number] = [*used, *found.numbers]
    for one in sorted(evidence, key=lambda one: -(one.drop or 0.0)):
        _show_number(one, say) if isinstance(one, Number) else _show_shared(one, say)
    if any(one.drop is None for one in used):
        click.secho(f"  {say.say('explain.not_measured', command='reelation train')}", dim=True)
    if metadata := [one for one in found.shared if not one.used]:
        click.secho(f"\n{say.say('explain.metadata')}", bold=True)
        for one in metadata:
            _show_shared(one, say)


def _show_number(one: Number, say: Messages) -> None:
    told = say.say(f"explain.{one.name}", here=f"{one.here:.0f}", there=f"{one.there:.0f}")
    click.echo(f"  {_drop(one.drop)}  {told}")


def _show_shared(one: Shared, say: Messages) -> None:
    roles = " / ".join(_relation(role, say) for role in sorted({*one.roles_here, *one.roles_there}))
    click.echo(f"  {_drop(one.drop if one.used else None)}  {say.tag(one.type, one.name)}", nl=False)
    known = f"{roles or say.label('type', one.type)}; {say.say('show.titles', count=one.titles)}"
    click.secho(f"  ({known})", dim=True)


def _drop(drop: float | None) -> str:
    return "     -" if drop is None else f"{-drop if abs(drop) >= 5e-4 else 0:>+6.3f}"


def _relation(name: str, say: Messages) -> str:
    """A role's, tag facet's or link's name."""
    return say.label("role" if say.knows(f"words.role.{name}") else "type", name)


def _block(name: str, say: Messages) -> str:
    """What a block of the score is called."""
    for key in (f"explain.block.{name.replace(' ', '_')}", f"words.type.{name}"):
        if say.knows(key):
            return say.say(key)
    return name


def _bar(value: float, whole: float) -> str:
    return "█" * max(0, round(24 * value / whole)) if whole > 0 else ""
