"""The vector of a title that was not there in training: the arithmetic of training, in numpy, for one title.

    Understood  ->  Inductive.point  ->  Point, comparable with every title of the atlas

Exact blocks and terms are computed as `reelation.training.recipe` does. Learned blocks are one pass through the
trained network: a title's own channels from its people, tags, year and length; the averages "over person" and "over
company" from the own channels of the titles that share them. In training a title was one of its people's titles
itself; so it is here, and things that it adds a title to count as one title more common.

Source: inductive embedding by propagation, as in GraphSAGE (Hamilton et al. 2017, arXiv:1706.02216) and SIGN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.rows import Kernel, rarity, unit, unit_rows, whole_minutes
from reelation.search.exact import Point
from reelation.search.fusing import GUESSED, PEOPLE, TEXT, Fusion
from reelation.search.gather import places_of, sum_by
from reelation.search.naming import Understood, network_part, node_range
from reelation.search.senses import Senses

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """Nodes of some titles, and what training made of each."""

    owner: Rows
    """[edges] index of the title, rising."""
    node: Rows
    relations: NDArray[np.uint32]
    weight: Floats
    owners: int


class Inductive:
    """Vectors of titles from what they have; made once an atlas, then used for many."""

    def __init__(self, atlas: Atlas) -> None:
        """Read the part "network".

        Raises:
            AtlasError: the atlas was made without it.
        """
        self.atlas = atlas
        self._part: Part = network_part(atlas)
        self._about: dict[str, Any] = self._part.about
        self._channels = [one for one in self._about["channels"] if one.get("kernel", {}) is not None]  # numbers known
        self._degree = np.diff(atlas.posting_start)
        self._ranges = {kind: node_range(atlas, kind) for kind in atlas.manifest.node_types}

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
        compact = self.compact(text)
        seen = {name: self.senses.columns(name, raw) for name, raw in senses.items()} if senses else {}
        learned = self._learned(title, edges, compact, extra)
        vector = np.zeros(atlas.manifest.width, np.float32)
        norms = np.zeros(len(atlas.manifest.facets), np.float32)
        for i, facet in enumerate(atlas.manifest.facets):
            for block in facet.blocks:
                said = self._about["blocks"].get(facet.name, {}).get(block.name)
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
        first, last = self._ranges.get("person", (0, 0))
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

    def learned_facets(self) -> tuple[str, ...]:
        """Facets whose learned block new titles get."""
        known = {channel["name"] for channel in self._about["channels"]} | {"seen by"}
        return tuple(
            facet
            for facet, network in self._about["networks"].items()
            if all(name.partition(" over ")[0] in known for name in network["channels"])
        )

    @property
    def text_encoder(self) -> str | None:
        """Name and version of the encoder of this atlas's texts; None where it has none, or does not say which."""
        name: str | None = self._about["text_encoder"]
        return name

    # Exact blocks and terms.

    def _exact(
        self, block: Block, said: dict[str, Any], title: Understood, edges: Edges, text: Floats | None, extra: int
    ) -> Floats | None:
        """One block's row of unit length; None where it is of something that no description says."""
        if "kernel" in said:
            kernel, numbers = said["kernel"], _numbers_of(title)[block.name]
            return Kernel(**kernel).columns(numbers)[0] if kernel is not None else None
        if block.name == "genre pairs":
            return self._pairs(title, extra)
        if block.name == "text":
            return text
        if block.labels:
            return self._labelled(block, title, extra)
        if block.name in self._ranges and f"exact-{block.name}" in self._part.columns:
            first, last = self._ranges[block.name]
            here = (edges.node >= first) & (edges.node < last)
            local = edges.node[here] - first
            weights = edges.weight[here] * self._rarity(edges.node[here], extra)
            return unit(weights @ self._part.array(f"exact-{block.name}")[local])
        return None

    def _labelled(self, block: Block, title: Understood, extra: int) -> Floats:
        found = np.zeros(len(block.labels), np.float32)
        columns = {label: at for at, label in enumerate(block.labels)}
        rare = self._rarity(title.nodes, extra)
        for at, node in enumerate(title.nodes.tolist()):
            if (column := columns.get(self.atlas.nodes[node])) is not None:
                found[column] = title.weights[at] * rare[at]
        return unit(found)

    def _pairs(self, title: Understood, extra: int) -> Floats:
        pairs = self._part.array("pairs") + self._ranges["genre"][0]
        both = np.isin(pairs, title.nodes).all(axis=1)
        rare = rarity(len(self.atlas) + extra, self._part.array("pair-titles") + extra)
        return unit((both * rare).astype(np.float32))

    def _terms(self, title: Understood, extra: int) -> Floats:
        """[edges] values in the sparse part of the score."""
        values = np.zeros(len(title.nodes), np.float32)
        for said in self._about["terms"]:
            first, last = self._ranges[said["type"]]
            here = np.flatnonzero((title.nodes >= first) & (title.nodes < last))
            weights = self._role_weights(title.relations[here], said["roles"]) if "roles" in said else 1.0
            raw = np.asarray(weights * self._rarity(title.nodes[here], extra), np.float32)
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

    def _rarity(self, nodes: Rows, extra: int) -> Floats:
        return rarity(len(self.atlas) + extra, self._degree[nodes] + extra)

    # Channels and networks.

    def _learned(self, title: Understood, edges: Edges, text: Floats | None, extra: int) -> dict[str, Floats]:
        """Facet -> its learned block, unit length."""
        facets = self.learned_facets()
        if not facets:
            return {}
        own = {
            channel["name"]: self._channel(
                channel, edges, _numbers_of(title), text[None] if text is not None else None, extra
            )
            for channel in self._channels
        }
        found = dict(own)
        for over in self._about["over"]:
            found |= self._averaged(over, title, own, extra)
        return {facet: self._forward(facet, found) for facet in facets}

    def _channel(
        self, channel: dict[str, Any], edges: Edges, numbers: dict[str, Any], text: Floats | None, extra: int
    ) -> Floats:
        """[titles, width] float32 rounded to half precision, as training reads them."""
        if "text" in channel:
            rows = text if text is not None else np.zeros((edges.owners, channel["text"]), np.float32)
        elif "kernel" in channel:
            rows = Kernel(**channel["kernel"]).columns(numbers[channel["name"].rpartition(" ")[2]])
        else:
            rows = self._sketch(channel, edges, extra)
        return rows.astype(np.float16).astype(np.float32)

    def _sketch(self, channel: dict[str, Any], edges: Edges, extra: int) -> Floats:
        first, last = self._ranges[channel["type"]]
        wanted = sum(1 << self.atlas.manifest.relations.index(name) for name in channel["relations"])
        here = np.flatnonzero((edges.relations & wanted > 0) & (edges.node >= first) & (edges.node < last))
        node, owner = edges.node[here], edges.owner[here]
        degree = self._part.array(channel["degree"])[node - first] if channel["degree"] else self._degree[node]
        values = edges.weight[here] * rarity(len(self.atlas) + extra, degree + extra)
        name = f"directions-{channel['type']}"
        if name not in self._part.columns:  # few enough to be kept one by one
            rows = np.zeros((edges.owners, last - first), np.float32)
            rows[owner, node - first] = values
            return unit_rows(rows)
        directions = self._part.array(name)[node - first].astype(np.float32)
        return unit_rows(sum_by(directions * values[:, None], owner, edges.owners))

    def _averaged(
        self, over: dict[str, Any], title: Understood, own: dict[str, Floats], extra: int
    ) -> dict[str, Floats]:
        """Every own channel, averaged over the titles that share people (or companies), as "… over person"."""
        kind = over["type"]
        first, last = self._ranges[kind]
        things = title.nodes[(title.nodes >= first) & (title.nodes < last)]
        degree = self._degree[things] + extra
        useful = (degree > 1) & (degree <= over["most"])
        things, degree = things[useful], degree[useful]
        rare = rarity(len(self.atlas) + extra, degree)
        shares = rare / rare.sum() / degree if len(rare) else rare  # of each of a thing's titles
        places, owner = places_of(self.atlas.posting_start, things)
        rows, at = np.unique(self.atlas.posting_title[places], return_inverse=True)
        share = np.bincount(at, weights=shares[owner], minlength=len(rows)).astype(np.float32)
        itself = np.float32(shares.sum()) if extra else np.float32(0)
        edges = self._edges_of(rows.astype(np.int64))
        numbers = {"era": self.atlas.year[rows], "runtime": whole_minutes(self.atlas.runtime[rows])}
        found = {}
        for channel in self._channels:
            name = channel["name"]
            if name.startswith("people ") and kind != "person":
                continue
            text = texts_at(self.atlas, rows) if "text" in channel else None
            mean = share @ self._channel(channel, edges, numbers, text, 0) + itself * own[name][0]
            found[f"{name} over {kind}"] = unit(mean)[None].astype(np.float16).astype(np.float32)
        return found

    def _edges_of(self, rows: Rows) -> Edges:
        places, owner = places_of(self.atlas.edge_start, rows)
        weights = self._part.columns.get("tag-weight")
        weight = np.asarray(weights[places], np.float32) if isinstance(weights, np.ndarray) else np.ones(len(places))
        return Edges(
            owner,
            self.atlas.edge_node[places].astype(np.int64),
            np.asarray(self.atlas.edge_relations[places]),
            weight.astype(np.float32),
            len(rows),
        )

    def compact(self, text: Floats | None) -> Floats | None:
        """The compact vector of an encoder's; None without, or where the atlas was trained without texts."""
        if text is None or "text-mean" not in self._part.columns:
            return None
        centred = text - self._part.array("text-mean")
        return unit(centred @ self._part.array("text-directions"))

    def _forward(self, facet: str, channels: dict[str, Floats]) -> Floats:
        """[width] of unit length."""
        network = self._about["networks"][facet]
        project = self._part.array(f"{facet}-project")
        hidden, start = np.zeros(project.shape[1], np.float32), 0
        for name, width in zip(network["channels"], network["widths"], strict=True):
            if name in channels:  # who has seen a new title is not known; no year of any title may be
                hidden += channels[name][0] @ project[start : start + width]
            start += width
        centred = hidden - hidden.mean()
        factor, shift = self._part.array(f"{facet}-norm")
        hidden = centred / np.sqrt(centred.var() + self._about["epsilon"]) * factor + shift
        hidden = np.where(hidden < 0, hidden * self._part.array(f"{facet}-slope"), hidden)
        return unit(hidden @ self._part.array(f"{facet}-out") + self._part.array(f"{facet}-shift"))


def _numbers_of(title: Understood) -> dict[str, Any]:
    said = title.description
    runtime = np.array([said.runtime_min if said.runtime_min is not None else np.nan], np.float32)
    return {"era": np.array([said.year or 0], np.int16), "runtime": whole_minutes(runtime)}


def texts_at(atlas: Atlas, rows: NDArray[Any]) -> Floats | None:
    """[rows, width] compact text vectors of titles of the atlas; None where it was trained without texts."""
    part = network_part(atlas)
    if "text" in part.columns:
        return np.asarray(part.array("text")[rows], np.float32)
    for facet in atlas.manifest.facets:
        for block in facet.blocks:
            if block.name == "text":
                return unit_rows(np.asarray(atlas.vectors[rows, block.columns]))
    return None
