"""What it takes to delete a thing from a title's vector, and which things the network reads at all.

Blocks that hold one column a tag say themselves what a tag adds. Others don't: many tags projected to few columns, and
pairs of genres. For those this part keeps what the columns were made from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Column, Part
from reelation.catalogue.schema_names import EVENTS
from reelation.draws import exact_draw, lot
from reelation.features.exact import pair_columns
from reelation.features.propagate import CONTEXT_TAGS, STORY_TAGS, directions
from reelation.models.propagate_learn import PropagateLearnConfig
from reelation.training.assemble import DenseBlock
from reelation.training.parts import PartContext


def build(context: PartContext) -> Part:
    """See docs/explanation/atlas.md for the columns."""
    weight = _weights(context)
    columns: dict[str, Column] = {"weight": weight} if (weight != 1).any() else {}
    for block in (block for plan in context.plans for block in plan.dense if not block.labels):
        if block.name == "genre pairs":
            columns["pairs"] = _pairs(context, block)
        elif block.name in context.graph.relations:
            columns[f"directions {block.name}"] = _directions(context, block)
    return Part(columns, {"network_reads": _read(context), "network_most": getattr(context.learn.model, "most", None)})


def _first(context: PartContext, node_type: str) -> int:
    """Number of the first node of a type; nodes of a type stand together, in the graph's order."""
    return int(np.searchsorted(context.content.node_type, context.node_types.index(node_type)))


def _weights(context: PartContext) -> NDArray[np.float32]:
    """[edges] a tag's weight in a title, 0 to 1; 1 for people and links."""
    content = context.content
    weight = np.ones(len(content.edge_node), np.float32)
    rows = np.repeat(np.arange(len(content.edge_start) - 1), np.diff(content.edge_start))
    keys = rows * len(content.node_type) + content.edge_node
    for relation in context.graph.relations.values():
        if relation.name not in EVENTS and relation.matrix.nnz and (relation.matrix.data != 1).any():
            matrix = relation.matrix.tocoo()
            wanted = (
                matrix.row.astype(np.int64) * len(content.node_type) + matrix.col + _first(context, relation.target)
            )
            weight[np.searchsorted(keys, wanted)] = matrix.data
    return weight


def _pairs(context: PartContext, block: DenseBlock) -> NDArray[np.int32]:
    """[columns, 2] the two genres of each column, as nodes of the atlas."""
    _, pairs = pair_columns(context.graph.relations["genre"], block.columns.shape[1])
    return (pairs + _first(context, "genre")).astype(np.int32)


def _directions(context: PartContext, block: DenseBlock) -> NDArray[np.float32]:
    """[tags, columns] what a tag of weight 1 adds to the columns before they are scaled to unit length."""
    relation = context.graph.relations[block.name]
    things, drawn = context.graph.nodes[block.name].keys, lot(context.seed, exact_draw(block.name))
    return directions(things, relation.idf(), block.columns.shape[1], drawn)


def _read(context: PartContext) -> list[str]:
    """Node types that the network has as inputs."""
    there = {relation.target for relation in context.graph.relations.values() if relation.name not in EVENTS}
    if isinstance(context.learn.model, PropagateLearnConfig):
        there &= {"person", *STORY_TAGS, *CONTEXT_TAGS}
    return sorted(there - ({"genre"} if context.learn.objective == "genres" else set()))
