"""What the trained network makes of one title: its own channels, and averages over titles that share things with it.

    Understood + Edges  ->  Network.vectors  ->  facet -> learned block

A title's own channels are of its people, tags, year and length; the averages "over person" and "over company" of the
own channels of the titles that share them. In training a title was one of its people's titles itself; so it is here,
and things that it adds a title to count as one title more common.

Source: inductive embedding by propagation, as in GraphSAGE (Hamilton et al. 2017, arXiv:1706.02216) and SIGN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.rows import Kernel, rarity, unit, unit_rows, whole_minutes
from reelation.search.gather import places_of, sum_by
from reelation.search.naming import Understood, network_part, node_range

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


class Network:
    """The trained network of an atlas, in numpy; made once an atlas, then used for many titles."""

    def __init__(self, atlas: Atlas) -> None:
        """Read the part "network".

        Raises:
            AtlasError: the atlas was made without it.
        """
        self._atlas = atlas
        self.part: Part = network_part(atlas)
        self.about: dict[str, Any] = self.part.about
        self.ranges = {kind: node_range(atlas, kind) for kind in atlas.manifest.node_types}
        self._channels = [one for one in self.about["channels"] if one.get("kernel", {}) is not None]  # numbers known
        self._degree = np.diff(atlas.posting_start)

    def facets(self) -> tuple[str, ...]:
        """Facets whose learned block new titles get."""
        known = {channel["name"] for channel in self.about["channels"]} | {"seen by"}
        return tuple(
            facet
            for facet, network in self.about["networks"].items()
            if all(name.partition(" over ")[0] in known for name in network["channels"])
        )

    @property
    def text_encoder(self) -> str | None:
        """Name and version of the encoder of this atlas's texts; None where it has none, or does not say which."""
        name: str | None = self.about["text_encoder"]
        return name

    def rarity(self, nodes: Rows, extra: int) -> Floats:
        """[nodes] how rare each is, `extra` titles more having it."""
        return rarity(len(self._atlas) + extra, self._degree[nodes] + extra)

    def vectors(self, title: Understood, edges: Edges, text: Floats | None, extra: int) -> dict[str, Floats]:
        """Facet -> its learned block, unit length."""
        facets = self.facets()
        if not facets:
            return {}
        own = {
            channel["name"]: self._channel(
                channel, edges, numbers_of(title), text[None] if text is not None else None, extra
            )
            for channel in self._channels
        }
        found = dict(own)
        for over in self.about["over"]:
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
        first, last = self.ranges[channel["type"]]
        wanted = sum(1 << self._atlas.manifest.relations.index(name) for name in channel["relations"])
        here = np.flatnonzero((edges.relations & wanted > 0) & (edges.node >= first) & (edges.node < last))
        node, owner = edges.node[here], edges.owner[here]
        degree = self.part.array(channel["degree"])[node - first] if channel["degree"] else self._degree[node]
        values = edges.weight[here] * rarity(len(self._atlas) + extra, degree + extra)
        name = f"directions-{channel['type']}"
        if name not in self.part.columns:  # few enough to be kept one by one
            rows = np.zeros((edges.owners, last - first), np.float32)
            rows[owner, node - first] = values
            return unit_rows(rows)
        directions = self.part.array(name)[node - first].astype(np.float32)
        return unit_rows(sum_by(directions * values[:, None], owner, edges.owners))

    def _averaged(
        self, over: dict[str, Any], title: Understood, own: dict[str, Floats], extra: int
    ) -> dict[str, Floats]:
        """Every own channel, averaged over the titles that share people (or companies), as "… over person"."""
        kind = over["type"]
        first, last = self.ranges[kind]
        things = title.nodes[(title.nodes >= first) & (title.nodes < last)]
        degree = self._degree[things] + extra
        useful = (degree > 1) & (degree <= over["most"])
        things, degree = things[useful], degree[useful]
        rare = rarity(len(self._atlas) + extra, degree)
        shares = rare / rare.sum() / degree if len(rare) else rare  # of each of a thing's titles
        places, owner = places_of(self._atlas.posting_start, things)
        rows, at = np.unique(self._atlas.posting_title[places], return_inverse=True)
        share = np.bincount(at, weights=shares[owner], minlength=len(rows)).astype(np.float32)
        itself = np.float32(shares.sum()) if extra else np.float32(0)
        edges = self._edges_of(rows.astype(np.int64))
        numbers = {"era": self._atlas.year[rows], "runtime": whole_minutes(self._atlas.runtime[rows])}
        found = {}
        for channel in self._channels:
            name = channel["name"]
            if name.startswith("people ") and kind != "person":
                continue
            text = texts_at(self._atlas, rows) if "text" in channel else None
            mean = share @ self._channel(channel, edges, numbers, text, 0) + itself * own[name][0]
            found[f"{name} over {kind}"] = unit(mean)[None].astype(np.float16).astype(np.float32)
        return found

    def _edges_of(self, rows: Rows) -> Edges:
        places, owner = places_of(self._atlas.edge_start, rows)
        weights = self.part.columns.get("tag-weight")
        weight = np.asarray(weights[places], np.float32) if isinstance(weights, np.ndarray) else np.ones(len(places))
        return Edges(
            owner,
            self._atlas.edge_node[places].astype(np.int64),
            np.asarray(self._atlas.edge_relations[places]),
            weight.astype(np.float32),
            len(rows),
        )

    def compact(self, text: Floats | None) -> Floats | None:
        """The compact vector of an encoder's; None without, or where the atlas was trained without texts."""
        if text is None or "text-mean" not in self.part.columns:
            return None
        centred = text - self.part.array("text-mean")
        return unit(centred @ self.part.array("text-directions"))

    def _forward(self, facet: str, channels: dict[str, Floats]) -> Floats:
        """[width] of unit length."""
        network = self.about["networks"][facet]
        project = self.part.array(f"{facet}-project")
        hidden, start = np.zeros(project.shape[1], np.float32), 0
        for name, width in zip(network["channels"], network["widths"], strict=True):
            if name in channels:  # who has seen a new title is not known; no year of any title may be
                hidden += channels[name][0] @ project[start : start + width]
            start += width
        centred = hidden - hidden.mean()
        factor, shift = self.part.array(f"{facet}-norm")
        hidden = centred / np.sqrt(centred.var() + self.about["epsilon"]) * factor + shift
        hidden = np.where(hidden < 0, hidden * self.part.array(f"{facet}-slope"), hidden)
        return unit(hidden @ self.part.array(f"{facet}-out") + self.part.array(f"{facet}-shift"))


def numbers_of(title: Understood) -> dict[str, Any]:
    """Year and minutes of a title, as kernels read them; 0 and NaN where they are not said."""
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
