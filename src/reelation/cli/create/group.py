"""`create`: the group of commands for people who make films and series."""

from __future__ import annotations

import click

from reelation.cli.lazy import LazyGroup

PLACES = {
    "comps": "reelation.cli.create.comps:comps",
    "blend": "reelation.cli.create.blend:blend",
    "combine": "reelation.cli.create.blend:combine",
    "gaps": "reelation.cli.create.gaps:gaps",
    "casting": "reelation.cli.create.casting:casting",
    "programme": "reelation.cli.create.programme:programme",
}


@click.group("create", cls=LazyGroup, places=PLACES)
def create() -> None:
    """Aid to those who make films and series: comparables, blends, gaps, casting, programmes, each with its evidence.

    Every command takes --json and, for a document with sources and caveats, --brief FILE (.md, .pdf, .csv, .html).
    """
