"""`fetch`: explicit downloads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation import settings
from reelation.cli.options import FOLDER, argument, json_option
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.sources.download import Client


@click.command()
@argument("name", "What to fetch; --list names all.", required=False)
@click.option("--to", type=FOLDER, help="Folder for it.", show_default="the downloads folder")
@click.option("--list", "listing", is_flag=True, help="Say what can be fetched, and on which terms.")
@click.option("--from", "first", default=1970, help="Wikidata: first year.")
@click.option("--to-year", "last", type=int, help="Wikidata: last year.", show_default="this year")
@click.option("--kind", default="film,series", help="Wikidata: film, series or film,series.")
@json_option
def fetch(
    name: str | None, to: Path | None, listing: bool, first: int, last: int | None, kind: str, as_json: bool
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
            click.echo(f"{key:<24} {row['size']:<11} {row['licence']}\n{'':<37}{row['page']}")
        return
    folder = to or settings.downloads_folder()
    if name == "wikidata":
        click.echo(WIKIDATA_LICENCE, err=True)
        _wikidata(Client(HOSTS), folder / "wikidata", (first, last or datetime.now(UTC).year), kind, as_json)
        return
    if name in KNOWN:
        click.echo(KNOWN[name].licence, err=True)
    files = fetch_files(name, folder)
    if as_json:
        show_json([{"path": str(f.path), "bytes": f.size, "sha256": f.sha256, "how": f.how} for f in files])
        return
    for file in files:
        click.echo(f"{file.how}: {file.path} ({file.size:,} bytes)")
    click.echo(f"Import it: reelation import {folder / name}", err=True)


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
        click.echo(f"{one.kind} {one.year}: {one.items:,} items{'' if one.fetched else ' (there already)'}")
    click.echo(f"Import it: reelation import {folder}", err=True)
