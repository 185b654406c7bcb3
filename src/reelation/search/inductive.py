"""The vector of a title that was not there in training: the arithmetic of training, in numpy, for one title.

    Understood  ->  Inductive.point  ->  Point, comparable with every title of the atlas

Exact blocks and terms are computed as `reelation.training.recipe` does; learned blocks are one pass through the trained
network (`reelation.search.network`); facets of which nothing is known may be guessed (`reelation.search.fusing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block
from reelation.atlas.store import Atlas
from reelation.rows import Kernel, rarity, unit
from reelation.search.exact import Point
from reelation.search.fusing import GUESSED, PEOPLE, TEXT, Fusion
from reelation.search.naming import Understood
from reelation.search.network import Edges, Network, numbers_of
from reelation.search.senses import Senses

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Inductive:
    """Vectors of titles from what they have; made once an atlas, then used for many."""

    def __init__(self, atlas: Atlas) -> None:
        """Read the part "network".

        Raises:
            AtlasError: the atlas was made without it.
        """
        self.atlas, self.network = atlas, Network(atlas)

    def point(self, title: Understood, text: Floats | None = None, senses: Mapping[str, Floats] | None = None) -> Point:
        """The point of a title.

        Args:
            title: what it has.
            text: [columns] what the encoder makes of its text; None without one.
            senses: block -> [columns] what the block's encoder makes of its poster, its trailer …
        """
        return self.point_and_guesses(title, text, senses)[0]

    def point_and_guesses(
        self, title: Understood, text: Floats | None = None, senses: Mapping[str, Floats] | None = None
    ) -> tuple[Point, dict[str, float], tuple[str, ...]]:
        """The point of a title, what its guesses come from, and the facets that were guessed.

        Returns:
            The point; input of the fusion -> its share, empty where nothing was guessed; names of facets.
        """
        atlas = self.atlas
        extra = 0 if title.row is not None else 1
        edges = Edges(np.zeros(len(title.nodes), np.int64), title.nodes, title.relations, title.weights, 1)
        compact = self.network.compact(text)
        seen = {name: self.senses.columns(name, raw) for name, raw in senses.items()} if senses else {}
        learned = self.network.vectors(title, edges, compact, extra)
        vector = np.zeros(atlas.manifest.width, np.float32)
        norms = np.zeros(len(atlas.manifest.facets), np.float32)
        for i, facet in enumerate(atlas.manifest.facets):
            for block in facet.blocks:
                said = self.network.about["blocks"].get(facet.name, {}).get(block.name)
                if said is None:
                    continue
                if block.name == "learned":
                    row = learned.get(facet.name)
                elif block.name in seen:
                    row = seen[block.name]
                else:
                    row = self._exact(block, said, title, edges, compact, extra)
                if row is not None:
                    vector[block.columns] = row * np.float32(said["scale"])
                    norms[i] += vector[block.columns] @ vector[block.columns]
        shares, guessed = self._fill(vector, norms, title, compact, seen)
        values = self._terms(title, extra)
        facets = atlas.node_facet[atlas.node_type[title.nodes]] if len(title.nodes) else np.zeros(0, np.int8)
        np.add.at(norms, facets[values != 0], values[values != 0] ** 2)
        return Point(vector, title.nodes, title.relations, values, norms), shares, guessed

    @cached_property
    def senses(self) -> Senses:
        """What the atlas knows of look and sound.

        Raises:
            MissingPartError: nothing.
        """
        return Senses(self.atlas)

    @cached_property
    def fusion(self) -> Fusion | None:
        """What guesses facets of which nothing is known; None where the atlas was made without."""
        return Fusion.of(self.atlas)

    def _fill(
        self, vector: Floats, norms: Floats, title: Understood, text: Floats | None, seen: Mapping[str, Floats]
    ) -> tuple[dict[str, float], tuple[str, ...]]:
        """Put guesses in place of facets of which nothing is known, in the way of `reelation.training.fusing`."""
        known = self._known(title, text)
        if self.fusion is None or known >= set(GUESSED[:3]):
            return {}, ()
        first, last = self.network.ranges.get("person", (0, 0))
        people = title.nodes[(title.nodes >= first) & (title.nodes < last)]
        given = {PEOPLE: self.fusion.people(people, title.row), **seen, **({TEXT: text} if text is not None else {})}
        found = self.fusion.guess(given)
        if found is None:
            return {}, ()
        guess, shares = found
        guessed = []
        for i, facet in enumerate(self.atlas.manifest.facets):
            if facet.name not in GUESSED or facet.name in known or not facet.blocks:
                continue
            guessed.append(facet.name)
            norms[i] = 0
            for block in facet.blocks:
                vector[block.columns] = guess[block.columns]
                norms[i] += vector[block.columns] @ vector[block.columns]
        return shares, tuple(guessed)

    def _known(self, title: Understood, text: Floats | None) -> set[str]:
        """Facets of which a title says anything itself."""
        facets = self.atlas.node_facet[self.atlas.node_type[title.nodes]] if len(title.nodes) else ()
        known = {self.atlas.facet_names[facet] for facet in facets if facet >= 0}
        if text is not None:
            known.add("story")
        if title.description.year is not None or title.description.runtime_min is not None:
            known.add("context")
        return known

    def _exact(
        self, block: Block, said: dict[str, Any], title: Understood, edges: Edges, text: Floats | None, extra: int
    ) -> Floats | None:
        """One block's row of unit length; None where it is of something that no description says."""
        if "kernel" in said:
            kernel, numbers = said["kernel"], numbers_of(title)[block.name]
            return Kernel(**kernel).columns(numbers)[0] if kernel is not None else None
        if block.name == "genre pairs":
            return self._pairs(title, extra)
        if block.name == "text":
            return text
        if block.labels:
            return self._labelled(block, title, extra)
        if block.name in self.network.ranges and f"exact-{block.name}" in self.network.part.columns:
            first, last = self.network.ranges[block.name]
            here = (edges.node >= first) & (edges.node < last)
            local = edges.node[here] - first
            weights = edges.weight[here] * self.network.rarity(edges.node[here], extra)
            return unit(weights @ self.network.part.array(f"exact-{block.name}")[local])
        return None

    def _labelled(self, block: Block, title: Understood, extra: int) -> Floats:
        found = np.zeros(len(block.labels), np.float32)
        columns = {label: at for at, label in enumerate(block.labels)}
        rare = self.network.rarity(title.nodes, extra)
        for at, node in enumerate(title.nodes.tolist()):
            if (column := columns.get(self.atlas.nodes[node])) is not None:
                found[column] = title.weights[at] * rare[at]
        return unit(found)

    def _pairs(self, title: Understood, extra: int) -> Floats:
        pairs = self.network.part.array("pairs") + self.network.ranges["genre"][0]
        both = np.isin(pairs, title.nodes).all(axis=1)
        rare = rarity(len(self.atlas) + extra, self.network.part.array("pair-titles") + extra)
        return unit((both * rare).astype(np.float32))

    def _terms(self, title: Understood, extra: int) -> Floats:
        """[edges] values in the sparse part of the score."""
        values = np.zeros(len(title.nodes), np.float32)
        for said in self.network.about["terms"]:
            first, last = self.network.ranges[said["type"]]
            here = np.flatnonzero((title.nodes >= first) & (title.nodes < last))
            weights = self._role_weights(title.relations[here], said["roles"]) if "roles" in said else 1.0
            raw = np.asarray(weights * self.network.rarity(title.nodes[here], extra), np.float32)
            length = float(np.linalg.norm(raw)) ** said.get("flatten", 1.0)
            values[here] = raw * np.float32(said["scale"] / length) if length > 0 else 0.0
        return values

    def _role_weights(self, relations: NDArray[np.uint32], roles: dict[str, float]) -> Floats:
        """[people] the largest weight among the roles of each."""
        found = np.zeros(len(relations), np.float32)
        for role, weight in roles.items():
            bit = self.atlas.manifest.relations.index(role)
            found = np.maximum(found, np.float32(weight) * (relations >> bit & 1))
        return found
