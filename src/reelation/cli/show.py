"""How answers look: plain text for people, one JSON object for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from reelation.errors import ReelationError

if TYPE_CHECKING:
    from reelation.insights.explain import Explanation
    from reelation.insights.related import Related


def show_json(content: Any) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


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
    typer.secho(message, err=True, fg="red")
    if not known:
        typer.echo("This is a defect of Reelation. REELATION_DEBUG=1 shows where it happened.", err=True)


def show_related(found: Related) -> None:
    """A numbered list: title, score, facets, reason."""
    typer.secho(f"{found.title}", bold=True, nl=False)
    typer.secho(f"  {found.title.kind}  {found.title.title_id}", dim=True)
    if not found.items:
        typer.echo("No title passes these filters.")
    for item in found:
        typer.echo(f"{item.rank:>3}. ", nl=False)
        typer.secho(str(item.title), bold=True, nl=False)
        kind = "" if item.title.kind == "film" else f"  {item.title.kind}"
        typer.secho(f"{kind}  {item.score:.3f}  {_facets(item.facets)}", dim=True)
        typer.echo(f"     {item.reason}")


def show_explanation(found: Explanation) -> None:
    """The score by facet and block, then everything shared."""
    typer.secho(f"{found.title_a}  and  {found.title_b}", bold=True)
    typer.echo(found.reason)
    places = f"{found.title_b.name} is number {found.rank_of_b} of {found.titles - 1} from {found.title_a.name}"
    typer.echo(f"Score {found.score:.3f} ({found.metric}). {places}; number {found.rank_of_a} the other way round.")
    typer.secho("\nThe score, by facet", bold=True)
    for name, value in sorted(found.facets.items(), key=lambda part: -part[1]):
        typer.echo(f"  {name:<10} {value:>7.3f}  {_bar(value, found.score)}")
        for block in found.blocks:
            if block.facet == name and found.metric == "dot":
                typer.secho(f"    {block.block:<22} {block.part:>7.3f}", dim=True)
    typer.secho("\nIn common, rarest first", bold=True)
    if not found.shared:
        typer.echo("  nothing by name")
    for one in found.shared:
        roles = " / ".join(sorted({*one.roles_here, *one.roles_there})).replace("_", " ")
        share = f"{one.share:.3f}" if one.share else "    -"
        typer.echo(f"  {share}  {one.name}", nl=False)
        typer.secho(f"  ({roles}; {one.titles} titles)", dim=True)


def _facets(parts: dict[str, float]) -> str:
    return " · ".join(f"{name} {value:.2f}" for name, value in parts.items())


def _bar(value: float, whole: float) -> str:
    return "█" * max(0, round(24 * value / whole)) if whole > 0 else ""
