"""How a pair's score changes when things are deleted from both titles: the exact part, computed anew.

    Deletion(atlas, row, other, measure)  ->  scores(kept [variants, things])  ->  [variants]

A thing is a node that either title has (a person, a tag, a word), or the year, or the runtime. "Deleted" means: its
edges to both titles are gone, and every exact block and term is made again from what is left, its length included.
So deleting a genre shortens the genre block of both titles before it is scaled to unit length, and takes the pairs of
genres with it; deleting a person changes |x| in the people's x / |x|^flatten. How rare things are, the directions of
projections and the weights stay as they were trained. The network's blocks stay, too: an atlas does not hold the
network, so what it makes of a thing is not measured here (`reelation evaluate explanations` does that).

Source: leave-one-out, "occlusion" in Zeiler & Fergus 2014 (arXiv:1311.2901), on the edges of a graph.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.search.exact import Measure

Doubles = NDArray[np.float64]
Kept = NDArray[np.bool_]

NUMBERS = ("year", "runtime")
"""Things that are no nodes, in the order of the last columns of `kept`."""
_BLOCK_OF = {"era": 0, "runtime": 1}
"""Block -> the number that it is made of."""


class Deletion:
    """The things of two titles, and their score without some of them."""

    def __init__(self, atlas: Atlas, row: int, other: int, measure: Measure) -> None:
        """Collect what both titles have.

        Args:
            atlas: with the part "evidence"; without it, blocks of projected tags and of pairs stay as they are.
            row: a title.
            other: another.
            measure: weights and metric of the score.
        """
        self._atlas, self._measure = atlas, measure
        self._part: Part | None = atlas.part("evidence")
        edges = [atlas.edges_of(title) for title in (row, other)]
        own = [np.asarray(atlas.edge_node[part], np.int64) for part in edges]
        self.nodes: NDArray[np.int64] = np.union1d(own[0], own[1])
        """[nodes] of either title, rising; the first columns of `kept`."""
        self.shared: NDArray[np.int64] = np.flatnonzero(np.isin(self.nodes, np.intersect1d(own[0], own[1])))
        """[shared] columns of `kept` whose node both titles have."""
        at = [np.searchsorted(self.nodes, nodes) for nodes in own]
        self._values, self._amounts = np.zeros((2, len(self.nodes))), np.zeros((2, len(self.nodes)))
        for side, part in enumerate(edges):
            self._values[side, at[side]] = atlas.edge_value[part]
            weighed = self._part is not None and "weight" in self._part.columns
            self._amounts[side, at[side]] = self._part.array("weight")[part] if weighed else 1.0  # type: ignore[union-attr]
        self._vectors = np.stack([np.asarray(atlas.vectors[title], np.float64) for title in (row, other)])
        self._types = np.asarray(atlas.node_type[self.nodes], np.int64)
        self._ids = {atlas.nodes[int(node)]: at for at, node in enumerate(self.nodes)}
        recipe = atlas.manifest.config.get("recipe", {})
        self._flatten = {"person": float(recipe.get("people_flatten", 0.5))}

    @property
    def things(self) -> int:
        """Width of `kept`: nodes, then `NUMBERS`."""
        return len(self.nodes) + len(NUMBERS)

    def drops(self, things: NDArray[np.int64]) -> Doubles:
        """[things] how much the score falls when each of these columns of `kept` alone is deleted."""
        kept = np.ones((len(things) + 1, self.things), bool)
        kept[np.arange(len(things)), things] = False
        scores = self.scores(kept)
        return np.asarray(scores[-1] - scores[:-1])

    def scores(self, kept: Kept) -> Doubles:
        """The score with only some things left.

        Args:
            kept: [variants, things] False where a thing is deleted from both titles.

        Returns:
            [variants] in the measure's metric, higher is closer.
        """
        weights = self._measure.weights.astype(np.float64)
        dots, squares = np.zeros(len(kept)), np.zeros((2, len(kept)))
        for at, facet in enumerate(self._atlas.manifest.facets):
            pairs = [self._block(block, kept) for block in facet.blocks]
            pairs += [self._terms(kind, kept) for kind in facet.node_types]
            for here, there in pairs:
                dots += weights[at] * (here * there).sum(axis=1)
                squares += weights[at] * np.stack([(side * side).sum(axis=1) for side in (here, there)])
        if self._measure.metric == "dot":
            return dots
        if self._measure.metric == "euclidean":
            return np.asarray(2 * dots - squares.sum(axis=0))
        lengths = np.sqrt(squares[0] * squares[1])
        return np.asarray(np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0))

    def unmeasured(self) -> frozenset[str]:
        """Node types of which a part is in blocks that this atlas cannot make anew; empty with the part "evidence"."""
        if self._part is not None:
            return frozenset()
        blocks = {block.name for facet in self._atlas.manifest.facets for block in facet.blocks if not block.labels}
        return frozenset(
            blocks & {*self._atlas.manifest.node_types} | ({"genre"} if "genre pairs" in blocks else set())
        )

    def _block(self, block: Block, kept: Kept) -> tuple[Doubles, Doubles]:
        """[variants, columns] of both titles."""
        whole = self._vectors[:, block.columns]
        if block.labels:
            at = np.array([self._ids.get(label, -1) for label in block.labels])
            left: Kept = kept[:, at]
            left[:, at < 0] = True
            return self._masked(whole, left, 1.0)
        if block.name in _BLOCK_OF:
            there = kept[:, len(self.nodes) + _BLOCK_OF[block.name], None]
            return whole[0] * there, whole[1] * there
        if self._part is not None and block.name == "genre pairs":
            pairs = self._part.array("pairs")
            at = np.searchsorted(self.nodes, pairs)
            known = self.nodes[np.minimum(at, len(self.nodes) - 1)] == pairs if len(self.nodes) else at < 0
            both = np.asarray((kept[:, np.where(known, at, 0)] | ~known).all(axis=2))
            return self._masked(whole, both, 1.0)
        if self._part is not None and f"directions {block.name}" in self._part.columns:
            return self._projected(block, whole, kept)
        same = np.ones((len(kept), 1))
        return whole[0] * same, whole[1] * same

    def _terms(self, kind: str, kept: Kept) -> tuple[Doubles, Doubles]:
        """[variants, nodes of a type] the sparse terms of both titles."""
        types = self._atlas.manifest.node_types
        of_kind = np.flatnonzero(self._types == (types.index(kind) if kind in types else -1))
        return self._masked(self._values[:, of_kind], kept[:, of_kind], self._flatten.get(kind, 1.0))

    def _projected(self, block: Block, whole: Doubles, kept: Kept) -> tuple[Doubles, Doubles]:
        """Tags of both titles through their directions, scaled to the length that the block has."""
        assert self._part is not None
        kind = self._atlas.manifest.node_types.index(block.name)
        of_kind = np.flatnonzero(self._types == kind)
        first = int(np.searchsorted(self._atlas.node_type, kind))
        towards = np.asarray(self._part.array(f"directions {block.name}")[self.nodes[of_kind] - first], np.float64)
        sides = []
        for side in (0, 1):
            left = (kept[:, of_kind] * self._amounts[side, of_kind]) @ towards
            sides.append(_scaled(left, np.linalg.norm(left, axis=1), float(np.linalg.norm(whole[side]))))
        return sides[0], sides[1]

    def _masked(self, whole: Doubles, left: Kept, flatten: float) -> tuple[Doubles, Doubles]:
        """What is left of x / |x|^flatten when some entries of x are 0.

        x itself is not known, but whole = x / |x|^flatten is in its direction: with r the share of the length that is
        left, the new entries are those left over r^flatten.
        """
        sides = []
        for side in (0, 1):
            rest = whole[side] * left
            before, after = float(np.linalg.norm(whole[side])), np.linalg.norm(rest, axis=1)
            share = np.divide(after, before, out=np.ones_like(after), where=(before > 0) & (after > 0))
            sides.append(rest / share[:, None] ** flatten)
        return sides[0], sides[1]


def _scaled(rows: Doubles, lengths: Doubles, length: float) -> Doubles:
    scale = np.divide(length, lengths, out=np.zeros_like(lengths), where=lengths > 1e-12)
    return np.asarray(rows * scale[:, None])
