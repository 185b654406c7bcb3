"""All that the atlas knows of one title: people, tags, links, other names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import LINKS, ROLES
from reelation.insights.sensing import Look, look_of
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.aliases import aliases_of
from reelation.search.fame import fame_of
from reelation.search.figures import Figure, Figures
from reelation.search.paths import linked_title
from reelation.search.senses import Senses

_OTHER_NAME = 2
"""Of `Atlas.name_rank`."""


@dataclass(frozen=True)
class Credit:
    """A person in a role."""

    node_id: str
    name: str
    role: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"node_id": self.node_id, "name": self.name, "role": self.role}


@dataclass(frozen=True)
class Tagging:
    """A tag."""

    node_id: str
    name: str
    """In the asker's language where it has a name there."""
    titles: int
    """How many titles of the atlas have it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"node_id": self.node_id, "name": self.name, "titles": self.titles}


@dataclass(frozen=True)
class Link:
    """Another title that this one belongs to, follows or was made from."""

    kind: str
    """Of `reelation.catalogue.schema_names.LINKS`."""
    title: Title

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**self.title.to_json(), "link": self.kind}


@dataclass(frozen=True)
class Details:
    """A title and what it has."""

    title: Title
    credits: tuple[Credit, ...]
    """By role, then by name."""
    tags: dict[str, tuple[Tagging, ...]]
    """Facet -> tags, the rarest first."""
    links: tuple[Link, ...]
    aliases: tuple[str, ...]
    """Other names; folded (`reelation.folding`) where the atlas was made before it kept them as written."""
    popularity: float | None
    """0 to 1: the share of titles that are less well known; None where the atlas does not say."""
    position: tuple[float, float] | None
    """Where it stands on the map; None without a layout."""
    looks: tuple[Look, ...] = ()
    """How it looks and sounds; empty where the atlas has no files of it."""
    figures: tuple[Figure, ...] = ()
    """Of scale and reception, each with its source; empty where the atlas knows none."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title": {
                **self.title.to_json(),
                "plot": None,
                "credits": [one.to_json() for one in self.credits],
                "tags": {facet: [one.to_json() for one in some] for facet, some in self.tags.items()},
                "links": [one.to_json() for one in self.links],
                "aliases": list(self.aliases),
            },
            "popularity": None if self.popularity is None else round(self.popularity, 4),
            "position": None
            if self.position is None
            else {"x": round(self.position[0], 5), "y": round(self.position[1], 5)},
            "looks": [look.to_json() for look in self.looks],
            "figures": [figure.to_json() for figure in self.figures],
        }


def details(atlas: Atlas, row: int, *, say: Messages | None = None) -> Details:
    """All that `atlas` knows of the title in `row`, with tags in the language of `say`, or the person's own."""
    say = say or messages()
    relations = atlas.manifest.relations
    credits: list[Credit] = []
    tags: dict[str, list[Tagging]] = {}
    links: list[Link] = []
    edges = atlas.edges_of(row)
    for node, bits in zip(atlas.edge_node[edges].tolist(), atlas.edge_relations[edges].tolist(), strict=True):
        kind = atlas.manifest.node_types[atlas.node_type[node]]
        if kind == "word":
            continue
        name, names = atlas.node_names[node], [one for i, one in enumerate(relations) if bits >> i & 1]
        if kind == "person":
            credits += [Credit(atlas.nodes[node], name, role) for role in names]
        elif (other := linked_title(atlas, node)) is not None:
            links += [Link(link, title_at(atlas, other)) for link in names if link in LINKS and other != row]
        else:
            having = atlas.titles_of(node)
            tags.setdefault(kind, []).append(
                Tagging(atlas.nodes[node], say.tag(kind, name), having.stop - having.start)
            )
    order = {role: place for place, role in enumerate(dict.fromkeys(("director", "creator", "writer", *ROLES)))}
    fame, layout, figures = fame_of(atlas), atlas.part("layout"), Figures.of(atlas)
    return Details(
        title=title_at(atlas, row),
        credits=tuple(sorted(credits, key=lambda one: (order.get(one.role, len(order)), one.name, one.node_id))),
        tags={
            facet: tuple(sorted(some, key=lambda one: (one.titles, one.node_id)))
            for facet, some in sorted(tags.items())
        },
        links=tuple(sorted(links, key=lambda one: (LINKS.index(one.kind), one.title.year or 0, one.title.title_id))),
        aliases=_other_names(atlas, row),
        popularity=None if fame is None else float(fame[row]),
        position=None if layout is None else tuple(layout.array("position")[row].tolist()),
        looks=() if atlas.part("senses") is None else tuple(look_of(one) for one in Senses(atlas).of(row)),
        figures=() if figures is None else figures.at(row),
    )


def _other_names(atlas: Atlas, row: int) -> tuple[str, ...]:
    if atlas.part("names") is not None:
        return tuple(alias.name for alias in aliases_of(atlas, row))
    others = np.flatnonzero((np.asarray(atlas.name_row) == row) & (np.asarray(atlas.name_rank) == _OTHER_NAME))
    return tuple(atlas.name_keys[int(at)] for at in others)
