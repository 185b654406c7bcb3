"""Ways from one title to another, hop by hop, through people, tags, links and viewers.

search.paths: rows and nodes  ->  paths  ->  Paths of named points and hops
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.errors import UsageError
from reelation.insights.listing import Listing
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.paths import Walk, cheapest_walks, linked_title

if TYPE_CHECKING:
    import polars as pl

LONGEST = 8
"""Hops."""
VIEWER = "viewer"


@dataclass(frozen=True)
class Point:
    """Something that a path goes through."""

    type: str
    """"title", "person", "viewer", or a tag facet such as "genre"."""
    id: str
    """Of the catalogue: "imdb:tt0078748", "imdb:nm0000631"; of a tag its value."""
    name: str
    year: int | None = None
    """Of titles, where it is known."""

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"type": self.type, "id": self.id, "name": self.name, "year": self.year}


@dataclass(frozen=True)
class Hop:
    """What joins a point of a path to the next one."""

    relations: tuple[str, ...]
    """Roles, a tag facet, kinds of link, or "liked"; as the title has them."""
    forward: bool
    """Whether the relation is the first point's (a title's) to the second; else the second's to the first."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"relations": list(self.relations), "forward": self.forward}


@dataclass(frozen=True)
class Path:
    """One way between two titles."""

    points: tuple[Point, ...]
    hops: tuple[Hop, ...]
    """One fewer than the points."""
    cost: float
    """The lower, the more it says; see `reelation.search.paths`."""
    text: str

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "cost": round(self.cost, 4),
            "points": [point.to_json() for point in self.points],
            "hops": [hop.to_json() for hop in self.hops],
            "text": self.text,
        }


@dataclass(frozen=True)
class Paths(Listing[Path]):
    """Several different ways between two titles, the most telling first."""

    title_a: Title
    title_b: Title
    length: int
    """Hops at the most, as asked for."""
    items: tuple[Path, ...]
    """No two share a point between the ends."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title_a": self.title_a.to_json(),
            "title_b": self.title_b.to_json(),
            "length": self.length,
            "paths": [path.to_json() for path in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: rank, hops, cost, text."""
        import polars as pl

        rows = [
            {"rank": rank, "hops": len(path.hops), "cost": path.cost, "text": path.text}
            for rank, path in enumerate(self.items, start=1)
        ]
        return pl.DataFrame(rows, schema={"rank": pl.Int64, "hops": pl.Int64, "cost": pl.Float64, "text": pl.String})


def paths(atlas: Atlas, row: int, other: int, *, count: int = 3, length: int = 4, say: Messages | None = None) -> Paths:
    """Several different ways between two titles.

    Args:
        atlas: where to walk.
        row: where paths start.
        other: where they end.
        count: how many at the most, 1 to 20.
        length: hops at the most, 2 to 8; from title to title over a person or tag are two.
        say: the language; the person's own where None.

    Raises:
        UsageError: a number out of range, or twice the same title.
    """
    if not 1 <= count <= 20:
        raise UsageError(f"asked for {count} paths; 1 to 20 are possible")
    if not 2 <= length <= LONGEST:
        raise UsageError(f"asked for paths of {length} hops at the most; 2 to {LONGEST} are possible")
    if row == other:
        raise UsageError(f"both titles are {title_at(atlas, row)}; a path needs two different ones")
    walks = cheapest_walks(atlas, row, other, count, length // 2)
    found = tuple(_path(atlas, walk, say or messages()) for walk in walks)
    return Paths(title_at(atlas, row), title_at(atlas, other), length, found)


def _path(atlas: Atlas, walk: Walk, say: Messages) -> Path:
    points, hops = [_title(atlas, walk.titles[0])], []
    for here, node, there in zip(walk.titles, walk.nodes, walk.titles[1:], strict=False):
        linked = linked_title(atlas, node)
        relations = [_relations(atlas, title, node) for title in (here, there)]
        if linked != here:
            if linked != there:
                points.append(_point(atlas, node, say) if linked is None else _title(atlas, linked))
            hops.append(Hop(relations[0], forward=True))
        if linked != there:
            hops.append(Hop(relations[1], forward=False))
        points.append(_title(atlas, there))
    said = str(points[0])
    for hop, point in zip(hops, points[1:], strict=True):
        label = say.say("words.comma").join(_label(name, say) for name in hop.relations)
        linking = any(say.knows(f"paths.link.{name}") for name in hop.relations)
        arrow = "paths.backward" if linking and not hop.forward else "paths.forward"
        called = str(point) if point.type == "title" else say.tag(point.type, point.name)
        said += say.say(arrow, label=label) + called
    return Path(tuple(points), tuple(hops), walk.cost, said)


def _title(atlas: Atlas, row: int) -> Point:
    year = int(atlas.year[row])
    return Point("title", atlas.titles[row], atlas.names[row], year or None)


def _point(atlas: Atlas, node: int, say: Messages) -> Point:
    if node >= len(atlas.nodes):
        part = atlas.part("viewers")
        assert part is not None
        viewer = part.vocabulary("viewers")[node - len(atlas.nodes)]
        return Point(VIEWER, viewer, say.say("paths.viewer", name=viewer.rpartition(":")[2]))
    kind = atlas.manifest.node_types[atlas.node_type[node]]
    return Point(kind, atlas.nodes[node].removeprefix(f"{kind}:"), atlas.node_names[node])


def _relations(atlas: Atlas, row: int, node: int) -> tuple[str, ...]:
    """How a title is joined to a node; a title that the node stands for is joined by "itself", which is left out."""
    if node >= len(atlas.nodes):
        return ("liked",)
    edges = atlas.edges_of(row)
    bits = int(atlas.edge_relations[edges][np.searchsorted(atlas.edge_node[edges], node)])
    return tuple(name for i, name in enumerate(atlas.manifest.relations) if bits >> i & 1 and name != "itself")


def _label(name: str, say: Messages) -> str:
    for key in (f"paths.link.{name}", f"words.role.{name}", f"words.type.{name}"):
        if say.knows(key):
            return say.say(key)
    return name.replace("_", " ")
