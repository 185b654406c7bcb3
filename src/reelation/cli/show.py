"""How answers look: plain text for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from reelation.errors import ReelationError

if TYPE_CHECKING:
    from reelation.insights.recommend import RecommendedTitle
    from reelation.insights.related import Related, RelatedTitle
    from reelation.messages import Messages


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


def show_related(found: Related, say: Messages) -> None:
    """A numbered list: title, score, facets, reason."""
    click.secho(f"{found.title}", bold=True, nl=False)
    click.secho(f"  {say.label('kind', found.title.kind)}  {found.title.title_id}", dim=True)
    if not found.items:
        click.echo(say.say("show.no_title_passes"))
    for item in found:
        show_ranked(item, say, _facets(item.facets, say))


def show_ranked(item: RelatedTitle | RecommendedTitle, say: Messages, *more: str) -> None:
    """One entry of a numbered list: title, kind where it is no film, score and more; then its reason."""
    click.echo(f"{item.rank:>3}. ", nl=False)
    click.secho(str(item.title), bold=True, nl=False)
    kind = "" if item.title.kind == "film" else f"  {say.label('kind', item.title.kind)}"
    click.secho("  ".join((f"{kind}  {item.score:.3f}", *more)), dim=True)
    click.echo(f"     {item.reason}")


def _facets(parts: dict[str, float], say: Messages) -> str:
    return " · ".join(f"{say.label('facet', name)} {value:.2f}" for name, value in parts.items())
