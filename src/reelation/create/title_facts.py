"""What the atlas says of a title, each value as a `Fact` that names its row.

atlas, row  ->  TitleFacts.name() · year() · minutes() · of("director")
"""

from __future__ import annotations

from reelation.atlas.store import Atlas
from reelation.create.facts import Fact, Said, number, plain, said
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages


class TitleFacts:
    """The facts of one title."""

    def __init__(self, atlas: Atlas, row: int, say: Messages) -> None:
        self._atlas, self._row, self._say = atlas, row, say
        self.title: Title = title_at(atlas, row)

    def name(self) -> Fact:
        """What it is called."""
        return name_fact(self.title)

    def year(self) -> Fact | None:
        """Its calendar year; None unknown."""
        return year_fact(self.title)

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


def name_fact(title: Title) -> Fact:
    """What a title is called."""
    return Fact(title.title_id, "name", title.name, title.name)


def year_fact(title: Title) -> Fact | None:
    """Its calendar year; None unknown."""
    return None if title.year is None else Fact(title.title_id, "year", title.year, str(title.year))


def titled(title: Title, say: Messages) -> Said:
    """'Alien (1979)'; without the year where that is unknown."""
    year = year_fact(title)
    return (
        plain(name_fact(title)) if year is None else said(say, "create_brief.titled", name=name_fact(title), year=year)
    )


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
