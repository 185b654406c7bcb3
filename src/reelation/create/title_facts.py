"""What the atlas says of a title, each value as a `Fact` that names its row.

atlas, row  ->  TitleFacts.name() · year() · minutes() · of("director")
"""

from __future__ import annotations

from reelation.atlas.store import Atlas
from reelation.create.facts import Fact, number
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages


class TitleFacts:
    """The facts of one title."""

    def __init__(self, atlas: Atlas, row: int, say: Messages) -> None:
        self._atlas, self._row, self._say = atlas, row, say
        self.title: Title = title_at(atlas, row)

    def name(self) -> Fact:
        """What it is called."""
        return Fact(self.title.title_id, "name", self.title.name, self.title.name)

    def year(self) -> Fact | None:
        """Its calendar year; None unknown."""
        year = self.title.year
        return None if year is None else Fact(self.title.title_id, "year", year, str(year))

    def minutes(self) -> Fact | None:
        """Its length; None unknown."""
        minutes = self.title.runtime_min
        return None if minutes is None else Fact(self.title.title_id, "runtime_min", minutes, number(minutes))

    def of(self, field: str) -> tuple[Fact, ...]:
        """Its people in a role ("director"), or its tags of a facet ("country"), by name."""
        atlas = self._atlas
        relations = atlas.manifest.relations
        if field not in relations:
            return ()
        bit, edges = 1 << relations.index(field), atlas.edges_of(self._row)
        nodes = atlas.edge_node[edges][(atlas.edge_relations[edges] & bit) != 0].tolist()
        found = [self.node(field, node) for node in nodes]
        return tuple(sorted(found, key=lambda fact: (str(fact.value), fact.node)))

    def node(self, field: str, node: int) -> Fact:
        """That the title has a node in a role or as a tag."""
        atlas = self._atlas
        name = atlas.node_names[node]
        kind = atlas.manifest.node_types[atlas.node_type[node]]
        shown = name if kind == "person" else self._say.tag(kind, name)
        return Fact(self.title.title_id, field, name, shown, atlas.nodes[node])


def thing_fact(atlas: Atlas, node_id: str, name: str, say: Messages) -> Fact:
    """What a node, a decade or a group is called."""
    kind, _, rest = node_id.partition(":")
    if kind == "decade":
        return Fact(node_id, "name", int(rest), say.say("words.decade", decade=rest))
    node = atlas.nodes.find(node_id)
    if node is None:
        return Fact(node_id, "name", name, name)
    own = atlas.node_names[node]
    return Fact(node_id, "name", own, own if kind == "person" else say.tag(kind, own))
