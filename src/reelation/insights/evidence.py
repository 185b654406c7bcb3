"""What two titles share, and how much of their score each shared thing carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.search.exact import Measure, Point, point_at, terms_shared_with


@dataclass(frozen=True)
class Shared:
    """A person, tag or title that two titles have in common."""

    node_id: str
    """With its type in front: "person:imdb:nm0000631", "genre:Horror", "title:imdb:tt0078748"."""
    name: str
    type: str
    """"person", a tag facet such as "genre", or "title" for a link."""
    roles_here: tuple[str, ...]
    """Roles, facet or link kinds in the title asked about; "itself" where the node is that title."""
    roles_there: tuple[str, ...]
    titles: int
    """How many titles of the atlas have it: the fewer, the more it says."""
    facet: str | None
    share: float
    """Its exact part of the (unnormalised) score; 0 where it is evidence that no exact term counts."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node_id": self.node_id,
            "name": self.name,
            "type": self.type,
            "roles_here": list(self.roles_here),
            "roles_there": list(self.roles_there),
            "titles": self.titles,
            "facet": self.facet,
            "share": round(self.share, 6),
        }


def shared_by(atlas: Atlas, row: int, other: int, measure: Measure) -> tuple[Shared, ...]:
    """All that the titles in `row` and `other` share, rarest first."""
    return shared_with(atlas, point_at(atlas, row), other, measure)


def shared_with(atlas: Atlas, point: Point, other: int, measure: Measure) -> tuple[Shared, ...]:
    """All that any point and the title in `other` share, rarest first."""
    nodes, products = terms_shared_with(atlas, point, other)
    edges = atlas.edges_of(other)
    bits = (
        point.relations[np.searchsorted(point.nodes, nodes)],
        atlas.edge_relations[edges][np.searchsorted(atlas.edge_node[edges], nodes)],
    )
    found = []
    for node, product, here, there in zip(nodes.tolist(), products.tolist(), *(b.tolist() for b in bits), strict=True):
        kind = atlas.manifest.node_types[atlas.node_type[node]]
        at_facet = int(atlas.node_facet[atlas.node_type[node]])
        weight = float(measure.weights[at_facet]) if at_facet >= 0 else 0.0
        node_id = atlas.nodes[node]
        titles = atlas.titles_of(node)
        found.append(
            Shared(
                node_id=node_id,
                name=atlas.node_names[node],
                type=kind,
                roles_here=_relations(atlas, here),
                roles_there=_relations(atlas, there),
                titles=titles.stop - titles.start,
                facet=atlas.facet_names[at_facet] if at_facet >= 0 else None,
                share=weight * (product + _dense_share(atlas, node_id, at_facet, point, other)),
            )
        )
    return tuple(sorted(found, key=lambda shared: (shared.titles, -shared.share, shared.node_id)))


def _relations(atlas: Atlas, bits: int) -> tuple[str, ...]:
    return tuple(name for i, name in enumerate(atlas.manifest.relations) if bits >> i & 1)


def _dense_share(atlas: Atlas, node_id: str, facet: int, point: Point, other: int) -> float:
    """What the node's own column of the vectors adds, if it has one."""
    if facet < 0:
        return 0.0
    for block in atlas.manifest.facets[facet].blocks:
        if node_id in block.labels:
            column = block.start + block.labels.index(node_id)
            return float(point.vector[column] * atlas.vectors[other, column])
    return 0.0
