"""What lies around one title, person or tag: a small graph to look at.

    a title   ->  its closest titles, and what joins them to it
    a node    ->  the best-known titles that have it, and what else several of them have

No more nodes than a person can read, each joined to something that is shown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.errors import TitleNotFoundError, UsageError
from reelation.insights.evidence import Shared, shared_with_each
from reelation.messages import Messages, messages
from reelation.search.closest import first_of, kept_closest
from reelation.search.exact import Measure, Scorer, nearest, point_at
from reelation.search.fame import fame_of

MOST = 80
RELATED = "related"
"""The relation between a title and its closest ones."""
_COMMON = 0.1
"""What more than this share of titles has joins nothing."""
_TELLING = 3
"""Things that join a title to the centre, at the most."""


@dataclass(frozen=True)
class EgoNode:
    """Something in the graph."""

    id: str
    """A title's id, or a node's with its type in front ("person:imdb:nm0000631")."""
    type: str
    """"title", "person", or a tag facet such as "genre"."""
    name: str
    year: int | None
    weight: float
    """0 to 1: how much it has to do with the centre, which has 1."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "year": self.year,
            "weight": round(self.weight, 4),
        }


@dataclass(frozen=True)
class EgoEdge:
    """What joins two of them."""

    source: str
    """A title's id."""
    target: str
    relation: str
    """A role, a tag facet, a kind of link, or "related"."""
    weight: float
    """0 to 1."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "source": self.source,
            "target": self.target,
            "relation": self.relation,
            "weight": round(self.weight, 4),
        }


@dataclass(frozen=True)
class Ego:
    """A centre and what is around it."""

    centre: EgoNode
    nodes: tuple[EgoNode, ...]
    """The centre first, then by weight."""
    edges: tuple[EgoEdge, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "centre": self.centre.to_json(),
            "nodes": [node.to_json() for node in self.nodes],
            "edges": [edge.to_json() for edge in self.edges],
        }


def ego(atlas: Atlas, centre: str, *, count: int = 40, say: Messages | None = None) -> Ego:
    """The graph around `centre`.

    Args:
        atlas: where to look.
        centre: the id of a title, or of a node with its type in front.
        count: nodes at the most, the centre among them, 2 to 80.
        say: the language of tags; the person's own where None.

    Raises:
        UsageError: `count` is out of range.
        TitleNotFoundError: nothing has this id.
    """
    if not 2 <= count <= MOST:
        raise UsageError(f"asked for {count} nodes; 2 to {MOST} are possible")
    say = say or messages()
    row = atlas.titles.find(centre)
    if row is not None:
        return _around_title(atlas, row, count, say)
    node = atlas.nodes.find(centre)
    if node is None or atlas.manifest.node_types[atlas.node_type[node]] in ("title", "word"):
        raise TitleNotFoundError(f"No title, person or tag has the id '{centre[:200]}' in this atlas.")
    return _around_node(atlas, node, count, say)


def _around_title(atlas: Atlas, row: int, count: int, say: Messages) -> Ego:
    measure, point = Measure.of(atlas), point_at(atlas, row)
    most = max(1, (count - 1) // 2)
    kept = kept_closest(atlas, measure)
    rows = first_of(kept, row, most) if kept is not None else None
    if rows is None:
        rows = nearest(Scorer(atlas, measure).scores_of(point), min(most, len(atlas) - 1), without=row)
    scores = Scorer(atlas, measure).facet_scores_of(point, rows).sum(axis=1)
    rows, scores = rows[scores > 0], scores[scores > 0]
    best = float(scores.max(initial=1e-9))
    joining = [_joining(atlas, some) for some in shared_with_each(atlas, point, rows, measure)]
    often = Counter(one.node_id for some in joining for one in some)
    shown = {node_id for node_id, _ in often.most_common(count - 1 - len(rows))}
    here = _title(atlas, row, 1.0)
    nodes, edges = {here.id: here}, []
    for other, score, some in zip(rows.tolist(), scores.tolist(), joining, strict=True):
        there = _title(atlas, other, score / best)
        nodes[there.id] = there
        edges.append(EgoEdge(here.id, there.id, RELATED, score / best))
        for one in some:
            if one.node_id not in shown:
                continue
            weight = often[one.node_id] / len(rows)
            if one.node_id not in nodes:
                nodes[one.node_id] = EgoNode(one.node_id, one.type, say.tag(one.type, one.name), None, weight)
                edges.append(EgoEdge(here.id, one.node_id, _relation(one.roles_here, one.type), weight))
            edges.append(EgoEdge(there.id, one.node_id, _relation(one.roles_there, one.type), score / best))
    return _sorted(here, nodes, edges)


def _joining(atlas: Atlas, shared: tuple[Shared, ...]) -> list[Shared]:
    """What says most of two titles, rarest first; words of titles and what is common say nothing."""
    telling = [one for one in shared if one.type not in ("word", "title") and one.titles <= _COMMON * len(atlas)]
    return telling[:_TELLING]


def _around_node(atlas: Atlas, node: int, count: int, say: Messages) -> Ego:
    kind, name = atlas.manifest.node_types[atlas.node_type[node]], atlas.node_names[node]
    here = EgoNode(atlas.nodes[node], kind, say.tag(kind, name), None, 1.0)
    rows = np.asarray(atlas.posting_title[atlas.titles_of(node)]).astype(np.int64)
    fame = fame_of(atlas)
    known = np.asarray(fame)[rows] if fame is not None else np.ones(len(rows), np.float32)
    order = np.lexsort((rows, -known))[: max(1, (count - 1) * 2 // 3)]
    rows, known = rows[order], known[order]
    nodes, edges = {here.id: here}, []
    for row, weight in zip(rows.tolist(), known.tolist(), strict=True):
        there = _title(atlas, row, 0.3 + 0.7 * weight)
        nodes[there.id] = there
        edges.append(EgoEdge(there.id, here.id, _relation(_names(atlas, row, node), kind), there.weight))
    for other, having in _others(atlas, rows, node, count - len(nodes)):
        type_ = atlas.manifest.node_types[atlas.node_type[other]]
        weight = len(having) / len(rows)
        nodes[atlas.nodes[other]] = EgoNode(
            atlas.nodes[other], type_, say.tag(type_, atlas.node_names[other]), None, weight
        )
        for row in having.tolist():
            relation = _relation(_names(atlas, row, other), type_)
            edges.append(EgoEdge(atlas.titles[row], atlas.nodes[other], relation, weight))
    return _sorted(here, nodes, edges)


def _others(atlas: Atlas, rows: NDArray[np.int64], node: int, most: int) -> list[tuple[int, NDArray[np.int64]]]:
    """What at least two of `rows` have beside `node`, and which of them: what they have most beyond the usual first."""
    start, stop = atlas.edge_start[rows], atlas.edge_start[rows + 1]
    found = np.asarray(atlas.edge_node[spans(start, stop)]).astype(np.int64)
    owner = np.repeat(rows, stop - start)
    others, often = np.unique(found, return_counts=True)
    titles = atlas.posting_start[others + 1] - atlas.posting_start[others]
    silent = [i for i, name in enumerate(atlas.manifest.node_types) if name in ("word", "title")]
    good = (
        (often >= 2) & (others != node) & (titles <= _COMMON * len(atlas)) & ~np.isin(atlas.node_type[others], silent)
    )
    others, often, titles = others[good], often[good], titles[good]
    order = np.lexsort((others, titles, -often))[: max(0, most)]
    return [(int(other), owner[found == other]) for other in others[order]]


def _title(atlas: Atlas, row: int, weight: float) -> EgoNode:
    return EgoNode(atlas.titles[row], "title", atlas.names[row], int(atlas.year[row]) or None, max(0.0, weight))


def _names(atlas: Atlas, row: int, node: int) -> tuple[str, ...]:
    edges = atlas.edges_of(row)
    bits = int(atlas.edge_relations[edges][np.searchsorted(atlas.edge_node[edges], node)])
    return tuple(name for i, name in enumerate(atlas.manifest.relations) if bits >> i & 1)


def _relation(names: tuple[str, ...], kind: str) -> str:
    """The one that is drawn: the first that is not acting, where there are several."""
    return next((name for name in names if name != "actor"), names[0] if names else kind)


def _sorted(centre: EgoNode, nodes: dict[str, EgoNode], edges: list[EgoEdge]) -> Ego:
    others = sorted((node for node in nodes.values() if node is not centre), key=lambda node: (-node.weight, node.id))
    return Ego(centre, (centre, *others), tuple(edges))
