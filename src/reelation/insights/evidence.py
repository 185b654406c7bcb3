"""What two titles share, how much of their score each shared thing carries, and what is lost without it.

shared_by  ->  (Shared, ...)   exact shares, cheap enough for lists
measured   ->  Evidence        the same with the measured drop of each, and of the year and the runtime
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.insights.deletion import NUMBERS, Deletion
from reelation.search.exact import Measure, Point, point_at, terms_shared_with_each


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
    used: bool = True
    """Whether the model reads it: an exact term or block, or an input of the network. Else it is metadata only."""
    drop: float | None = None
    """How much the score falls when it is deleted from both titles, the network's blocks apart; see
    `reelation.insights.deletion`. Below 0 where the score rises. None where it was not measured."""

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
            "used": self.used,
            "drop": None if self.drop is None else round(self.drop, 6),
        }


@dataclass(frozen=True)
class Number:
    """The years or the runtimes of two titles, as evidence."""

    name: str
    """"year" or "runtime"."""
    here: float
    """Calendar year, or minutes."""
    there: float
    facet: str
    drop: float
    """As for `Shared`, with the number unknown in both titles."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "here": self.here,
            "there": self.there,
            "facet": self.facet,
            "drop": round(self.drop, 6),
        }


@dataclass(frozen=True)
class Evidence:
    """All that two titles have in common, each with its measured drop."""

    shared: tuple[Shared, ...]
    """Rarest first."""
    numbers: tuple[Number, ...]

    def strongest(self) -> list[Shared | Number]:
        """Evidence with a drop, largest drop first; equal ones in the order of shared, then numbers."""
        found: list[Shared | Number] = [*(one for one in self.shared if one.drop is not None), *self.numbers]
        return sorted(found, key=lambda one: -(one.drop or 0.0))


def measured(atlas: Atlas, row: int, other: int, measure: Measure) -> Evidence:
    """What two titles share, with the measured drop of the score for each piece."""
    shared, deletion = shared_by(atlas, row, other, measure), Deletion(atlas, row, other, measure)
    blocks = {"year": "era", "runtime": "runtime"}
    owner = {block.name: facet.name for facet in atlas.manifest.facets for block in facet.blocks}
    sides = [np.array([title_year(atlas, one), atlas.runtime[one]], np.float64) for one in (row, other)]
    known = [
        at
        for at, name in enumerate(NUMBERS)
        if blocks[name] in owner and not np.isnan([side[at] for side in sides]).any()
    ]
    things = np.concatenate([deletion.shared, len(deletion.nodes) + np.array(known, np.int64)])
    drops = deletion.drops(things).tolist()
    by_id = {atlas.nodes[int(deletion.nodes[at])]: drop for at, drop in zip(deletion.shared, drops, strict=False)}
    open_types = deletion.unmeasured()
    return Evidence(
        tuple(replace(one, drop=None if one.type in open_types else by_id[one.node_id]) for one in shared),
        tuple(
            Number(NUMBERS[at], float(sides[0][at]), float(sides[1][at]), owner[blocks[NUMBERS[at]]], drop)
            for at, drop in zip(known, drops[len(deletion.shared) :], strict=True)
        ),
    )


def title_year(atlas: Atlas, row: int) -> float:
    """Calendar year, NaN unknown."""
    return float(atlas.year[row]) or np.nan


def shared_by(atlas: Atlas, row: int, other: int, measure: Measure) -> tuple[Shared, ...]:
    """All that the titles in `row` and `other` share, rarest first."""
    return shared_with(atlas, point_at(atlas, row), other, measure)


def shared_with(atlas: Atlas, point: Point, other: int, measure: Measure) -> tuple[Shared, ...]:
    """All that any point and the title in `other` share, rarest first."""
    return shared_with_each(atlas, point, np.array([other]), measure)[0]


def shared_with_each(
    atlas: Atlas, point: Point, others: NDArray[np.int64], measure: Measure
) -> list[tuple[Shared, ...]]:
    """All that any point shares with each of several titles, rarest first."""
    owner, nodes, products, here, at = terms_shared_with_each(atlas, point, others)
    reads, own_columns = _Reading(atlas, measure), _own_columns(atlas)
    types = atlas.node_type[nodes]
    facets = atlas.node_facet[types]
    columns = zip(
        owner.tolist(),
        nodes.tolist(),
        products.tolist(),
        types.tolist(),
        facets.tolist(),
        point.relations[here].tolist(),
        atlas.edge_relations[at].tolist(),
        (atlas.posting_start[nodes + 1] - atlas.posting_start[nodes]).tolist(),
        strict=True,
    )
    found: list[list[Shared]] = [[] for _ in others]
    rows, vectors = others.tolist(), atlas.vectors
    for one, node, product, type_, facet, roles_here, roles_there, titles in columns:
        kind = atlas.manifest.node_types[type_]
        weight = float(measure.weights[facet]) if facet >= 0 else 0.0
        column = own_columns.get(node)
        dense = float(point.vector[column] * vectors[rows[one], column]) if column is not None else 0.0
        found[one].append(
            Shared(
                node_id=atlas.nodes[node],
                name=atlas.node_names[node],
                type=kind,
                roles_here=_relations(atlas, roles_here),
                roles_there=_relations(atlas, roles_there),
                titles=titles,
                facet=atlas.facet_names[facet] if facet >= 0 else None,
                share=weight * (product + dense),
                used=reads.node(kind, facet, titles, product),
            )
        )
    return [tuple(sorted(some, key=lambda one: (one.titles, -one.share, one.node_id))) for some in found]


class _Reading:
    """Which nodes the model reads."""

    def __init__(self, atlas: Atlas, measure: Measure) -> None:
        self._measure = measure
        manifest, part = atlas.manifest, atlas.part("evidence")
        blocks = [(at, block) for at, facet in enumerate(manifest.facets) for block in facet.blocks]
        self._exact = {block.name for _, block in blocks if block.name in manifest.node_types}
        about: dict[str, Any] = part.about if part is not None else {}
        self._network = set(about.get("network_reads", set(manifest.node_types) - {"title", "word"}))
        self._most: int | None = about.get("network_most")
        learned = {at for at, block in blocks if block.name == "learned"}
        self._listens = {at for at in learned if measure.weights[at] > 0}

    def node(self, kind: str, facet: int, titles: int, product: float) -> bool:
        """Whether a block, a term or the network reads a node of this type, facet, commonness and sparse product."""
        if facet >= 0 and self._measure.weights[facet] > 0 and (product or kind in self._exact):
            return True
        return bool(self._listens) and kind in self._network and titles <= (self._most or titles)


def _relations(atlas: Atlas, bits: int) -> tuple[str, ...]:
    known: dict[int, tuple[str, ...]] = atlas.kept.setdefault("relations", {})  # there are few different sets
    if bits not in known:
        known[bits] = tuple(name for i, name in enumerate(atlas.manifest.relations) if bits >> i & 1)
    return known[bits]


def _own_columns(atlas: Atlas) -> dict[int, int]:
    """Node -> the column of the vectors that holds it alone, in the facet that the node is evidence for."""
    if "own columns" not in atlas.kept:
        atlas.kept["own columns"] = {
            node: block.start + at
            for index, facet in enumerate(atlas.manifest.facets)
            for block in reversed(facet.blocks)
            for at, label in enumerate(block.labels)
            if (node := atlas.nodes.find(label)) is not None and atlas.node_facet[atlas.node_type[node]] == index
        }
    found: dict[int, int] = atlas.kept["own columns"]
    return found
