"""`export`: the graph for other tools."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from reelation import settings
from reelation.cli.options import FOLDER, argument, catalogue_option, json_option, range_option
from reelation.cli.show import show_json
from reelation.errors import UsageError


@click.command()
@argument("to", "File to write (.graphml .gexf .json), or a folder for gephi, parquet.", type=FOLDER)
@catalogue_option
@click.option("--format", "-f", "kind", help="graphml, gexf, gephi, json or parquet.")
@click.option("--relation", "relations", multiple=True, help="Only this relation; repeat for more.")
@range_option("--years", "Only titles of these years: 1970-1985, 2010- …")
@click.option("--kind", "title_kinds", multiple=True, help="Only titles of this kind.")
@click.option("--project", help="titles (joined by shared people) or people (by titles).")
@click.option("--min-shared", default=1, help="With --project: fewest shared ones that make an edge.")
@click.option(
    "--display-sources/--no-display-sources", default=False, help="Also sources that are left out of training."
)
@json_option
def export(
    to: Path,
    catalogue: Path | None,
    kind: str | None,
    relations: tuple[str, ...],
    years: tuple[int | None, int | None],
    title_kinds: tuple[str, ...],
    project: str | None,
    min_shared: int,
    display_sources: bool,
    as_json: bool,
) -> None:
    """Write the graph, or a projection of it, to a file."""
    from reelation.catalogue.store import Catalogue
    from reelation.graph.build import GraphOptions, build_graph
    from reelation.graph.export import write_graph
    from reelation.graph.projections import project as projection
    from reelation.graph.views import Selection, tables

    opened = Catalogue.open(catalogue or settings.catalogue_folder())
    graph = build_graph(opened, GraphOptions(display_sources=display_sources))
    selection = Selection(relations, *years, title_kinds)
    if project not in (None, "titles", "people"):
        raise UsageError(f"--project {project}: give titles or people")
    if project is None:
        found = tables(graph, selection)
    else:
        found = projection(graph, "titles" if project == "titles" else "people", selection, min_shared=min_shared)
    about = {"catalogue": opened.hash, "sources": [asdict(source) for source in opened.sources]}
    write_graph(found, to, about, kind)
    if as_json:
        show_json({"path": str(to), "nodes": found.nodes.height, "edges": found.edges.height})
    else:
        click.echo(f"{found.nodes.height:,} nodes and {found.edges.height:,} edges in {to}")
