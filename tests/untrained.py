"""An atlas with names, ids and evidence but no vectors: all that matching needs, in seconds."""

from __future__ import annotations

from pathlib import Path

from reelation.atlas.manifest import Manifest
from reelation.atlas.store import Atlas, write_atlas
from reelation.catalogue.store import Catalogue
from reelation.graph.build import build_graph
from reelation.training.assemble import assemble


def untrained_atlas(catalogue: Catalogue, folder: Path) -> Atlas:
    """Write an atlas of `catalogue` into `folder` without training."""
    graph = build_graph(catalogue)
    made = assemble(graph, catalogue, [])
    manifest = Manifest(
        facets=made.facets,
        node_types=made.node_types,
        relations=made.relations,
        titles=len(graph),
        width=made.content.vectors.shape[1],
        seed=0,
        catalogue_hash=catalogue.hash,
        sources=(),
    )
    return write_atlas(folder, made.content, manifest)
