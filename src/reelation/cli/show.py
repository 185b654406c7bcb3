"""How answers look: plain text for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from reelation.errors import ReelationError

if TYPE_CHECKING:
    from reelation.insights.explain import Explanation
    from reelation.insights.related import Related


def show_json(content: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def show_error(error: Exception, *, as_json: bool) -> None:
    """Print an error: on standard error for people, as one object on standard output for programs."""
    known = isinstance(error, ReelationError)
    message = str(error) if known else f"Something broke that should not have: {type(error).__name__}: {error}"
    if as_json:
        content: dict[str, Any] = {"type": type(error).__name__, "message": message}
        for extra in ("suggestions", "candidates"):
            if getattr(error, extra, ()):
                content[extra] = list(getattr(error, extra))
        show_json({"error": content})
        return
    click.secho(message, err=True, fg="red")
    if not known:
        click.echo("This is a defect of Reelation. REELATION_DEBUG=1 shows where it happened.", err=True)


def show_usage_error(error: click.ClickException, *, as_json: bool) -> None:
    """Print what Click found wrong with the call; no command at all gets the help, on standard output."""
    if as_json:
        content: dict[str, Any] = {"type": "UsageError", "message": error.format_message()}
        if close := getattr(error, "possibilities", None):
            content["suggestions"] = list(close)
        show_json({"error": content})
        return
    error.show(sys.stdout if isinstance(error, NoArgsIsHelpError) else None)


def show_related(found: Related) -> None:
    """A numbered list: title, score, facets, reason."""
    click.secho(f"{found.title}", bold=True, nl=False)
    click.secho(f"  {found.title.kind}  {found.title.title_id}", dim=True)
    if not found.items:
        click.echo("No title passes these filters.")
    for item in found:
        click.echo(f"{item.rank:>3}. ", nl=False)
        click.secho(str(item.title), bold=True, nl=False)
        kind = "" if item.title.kind == "film" else f"  {item.title.kind}"
        click.secho(f"{kind}  {item.score:.3f}  {_facets(item.facets)}", dim=True)
        click.echo(f"     {item.reason}")


def show_explanation(found: Explanation) -> None:
    """The score by facet and block, then everything shared."""
    click.secho(f"{found.title_a}  and  {found.title_b}", bold=True)
    click.echo(found.reason)
    places = f"{found.title_b.name} is number {found.rank_of_b} of {found.titles - 1} from {found.title_a.name}"
    click.echo(f"Score {found.score:.3f} ({found.metric}). {places}; number {found.rank_of_a} the other way round.")
    click.secho("\nThe score, by facet", bold=True)
    for name, value in sorted(found.facets.items(), key=lambda part: -part[1]):
        click.echo(f"  {name:<10} {value:>7.3f}  {_bar(value, found.score)}")
        for block in found.blocks:
            if block.facet == name and found.metric == "dot":
                click.secho(f"    {block.block:<22} {block.part:>7.3f}", dim=True)
    click.secho("\nIn common, rarest first", bold=True)
    if not found.shared:
        click.echo("  nothing by name")
    for one in found.shared:
        roles = " / ".join(sorted({*one.roles_here, *one.roles_there})).replace("_", " ")
        share = f"{one.share:.3f}" if one.share else "    -"
        click.echo(f"  {share}  {one.name}", nl=False)
        click.secho(f"  ({roles}; {one.titles} titles)", dim=True)


def _facets(parts: dict[str, float]) -> str:
    return " · ".join(f"{name} {value:.2f}" for name, value in parts.items())


def _bar(value: float, whole: float) -> str:
    return "█" * max(0, round(24 * value / whole)) if whole > 0 else ""
