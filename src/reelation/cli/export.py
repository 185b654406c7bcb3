"""`export`: the graph for other tools."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reelation import settings
from reelation.cli.answer import JsonOption, parse_range
from reelation.cli.show import show_json
from reelation.errors import UsageError


def export(
    to: Annotated[Path, typer.Argument(help="File to write (.graphml .gexf .json), or a folder for gephi, parquet.")],
    catalogue: Annotated[Path | None, typer.Option("--catalogue", "-c", help="Folder of the catalogue.")] = None,
    kind: Annotated[str | None, typer.Option("--format", "-f", help="graphml, gexf, gephi, json or parquet.")] = None,
    relation: Annotated[list[str] | None, typer.Option(help="Only this relation; repeat for more.")] = None,
    years: Annotated[str | None, typer.Option(help="Only titles of these years: 1970-1985, 2010- …")] = None,
    title_kind: Annotated[list[str] | None, typer.Option("--kind", help="Only titles of this kind.")] = None,
    project: Annotated[str | None, typer.Option(help="titles (joined by shared people) or people (by titles).")] = None,
    min_shared: Annotated[int, typer.Option(help="With --project: fewest shared ones that make an edge.")] = 1,
    display_sources: Annotated[bool, typer.Option(help="Also sources that are left out of training.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the graph, or a projection of it, to a file."""
    from reelation.catalogue.store import Catalogue
    from reelation.graph.build import GraphOptions, build_graph
    from reelation.graph.export import write_graph
    from reelation.graph.projections import project as projection
    from reelation.graph.views import Selection, tables

    opened = Catalogue.open(catalogue or settings.catalogue_folder())
    graph = build_graph(opened, GraphOptions(display_sources=display_sources))
    since, until = parse_range(years, "--years")
    selection = Selection(tuple(relation or ()), since, until, tuple(title_kind or ()))
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
        typer.echo(f"{found.nodes.height:,} nodes and {found.edges.height:,} edges in {to}")
