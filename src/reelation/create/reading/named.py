"""A project as a description that `search.naming` understands: its own words first, then what its text names.

Project, mentions  ->  described  ->  Description; people in the role that they mostly have in the atlas
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import FACETS, ROLES
from reelation.create.reading.mentions import Mention
from reelation.create.reading.phrases import chinese_names
from reelation.create.reading.project import Project
from reelation.folding import fold
from reelation.search.described import Description
from reelation.search.naming import network_part

_NAMELESS = "—"
"""A name without any word, so that no word of a title is taken for one of the project's."""
_BARE = re.compile(r"nm\d{7,10}|Q\d+")


def described(atlas: Atlas, project: Project, mentions: Iterable[Mention]) -> Description:
    """What a project says of itself, and the tags and people that its text names, by their ids."""
    tags: dict[str, dict[str, float]] = defaultdict(dict)
    for genre in project.genres:
        tags["genre"][in_english("genre", genre)] = 1.0
    if project.territory:
        tags["country"][in_english("country", project.territory)] = 1.0
    people: dict[str, list[str]] = defaultdict(list)
    for name in project.people:
        people[_role(atlas, _nodes_of(atlas, name))].append(name)
    for one in mentions:
        if one.node is None:
            continue
        key = atlas.nodes[one.node].partition(":")[2]
        if one.kind == "person":
            people[_role(atlas, [one.node])].append(key)
        elif one.kind in FACETS:
            tags[one.kind].setdefault(key, 1.0)
    known = {facet: values for facet, values in tags.items() if values}
    credits = {role: tuple(dict.fromkeys(names)) for role, names in people.items()}
    return Description(_NAMELESS, year=project.year, kind=project.kind, credits=credits, tags=known)


def in_english(facet: str, name: str) -> str:
    """A genre or country by its canonical name, where a Chinese one is given; else the name as it is."""
    return next((value for own, kind, value, _ in chinese_names() if kind == facet and own == name), name)


def _nodes_of(atlas: Atlas, text: str) -> list[int]:
    """People that a name or id may mean."""
    keys = [text, *([f"imdb:{text}", f"wikidata:{text}"] if _BARE.fullmatch(text) else [])]
    by_id = [node for key in keys if (node := atlas.nodes.find(f"person:{key}")) is not None]
    if by_id:
        return by_id[:1]
    part = network_part(atlas)
    first, last = part.strings("keys").span(f"person:{fold(text)}")
    return [int(node) for node in part.array("key-node")[first:last]]


def _role(atlas: Atlas, nodes: list[int]) -> str:
    """The role that these people mostly have; "director" where nothing is known."""
    counts = {role: 0 for role in ROLES if role in atlas.manifest.relations}
    for node in nodes:
        rows = atlas.posting_title[atlas.titles_of(node)]
        for row in rows[:100].tolist():
            edges = atlas.edges_of(row)
            at = edges.start + int(np.searchsorted(atlas.edge_node[edges], node))
            bits = int(atlas.edge_relations[at])
            for role in counts:
                counts[role] += bits >> atlas.manifest.relations.index(role) & 1
    best = max(counts, key=lambda role: counts[role], default="director")
    return best if counts.get(best) else "director"
