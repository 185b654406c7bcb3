"""`fetch`: explicit downloads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reelation import settings
from reelation.cli.answer import JsonOption
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.sources.download import Client


def fetch(
    name: Annotated[str | None, typer.Argument(help="What to fetch; --list names all.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder for it.", show_default="the downloads folder")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Say what can be fetched, and on which terms.")] = False,
    first: Annotated[int, typer.Option("--from", help="Wikidata: first year.")] = 1970,
    last: Annotated[
        int | None, typer.Option("--to-year", help="Wikidata: last year.", show_default="this year")
    ] = None,
    kind: Annotated[str, typer.Option(help="Wikidata: film, series or film,series.")] = "film,series",
    as_json: JsonOption = False,
) -> None:
    """Download a public data set: resumable, checked, polite. Nothing is fetched unless asked for here."""
    from reelation.sources.download import Client
    from reelation.sources.fetching import HOSTS, KNOWN, WIKIDATA_LICENCE, fetch_files

    if listing or name is None:
        rows = {key: {"size": one.size, "licence": one.licence, "page": one.homepage} for key, one in KNOWN.items()}
        rows["wikidata"] = {"size": "by year", "licence": WIKIDATA_LICENCE, "page": "https://query.wikidata.org/"}
        if as_json:
            show_json(rows)
        for key, row in {} if as_json else rows.items():
            typer.echo(f"{key:<24} {row['size']:<11} {row['licence']}\n{'':<37}{row['page']}")
        return
    folder = to or settings.downloads_folder()
    if name == "wikidata":
        typer.echo(WIKIDATA_LICENCE, err=True)
        _wikidata(Client(HOSTS), folder / "wikidata", (first, last or datetime.now(UTC).year), kind, as_json)
        return
    if name in KNOWN:
        typer.echo(KNOWN[name].licence, err=True)
    files = fetch_files(name, folder)
    if as_json:
        show_json([{"path": str(f.path), "bytes": f.size, "sha256": f.sha256, "how": f.how} for f in files])
        return
    for file in files:
        typer.echo(f"{file.how}: {file.path} ({file.size:,} bytes)")
    typer.echo(f"Import it: reelation import {folder / name}", err=True)


def _wikidata(client: Client, folder: Path, years: tuple[int, int], kind: str, as_json: bool) -> None:
    from reelation.sources.wikidata_query import KINDS, harvest

    kinds = [one.strip() for one in kind.split(",")]
    if unknown := [one for one in kinds if one not in KINDS]:
        raise UsageError(f"no kind {', '.join(unknown)}; there are {', '.join(KINDS)}")
    if years[0] > years[1]:
        raise UsageError(f"--from {years[0]} is after --to-year {years[1]}")
    found = [harvest(client, folder, one, year) for year in range(years[0], years[1] + 1) for one in kinds]
    if as_json:
        show_json([{"kind": h.kind, "year": h.year, "path": str(h.path), "items": h.items} for h in found])
        return
    for one in found:
        typer.echo(f"{one.kind} {one.year}: {one.items:,} items{'' if one.fetched else ' (there already)'}")
    typer.echo(f"Import it: reelation import {folder}", err=True)
