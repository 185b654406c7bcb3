"""Learned vectors of new titles by the network that was trained before, many at once, and the network's part anew.

    part "network" + grown graph  ->  FoldedNetwork.rows  ->  facet -> [rows, width], as `reelation.search.network`

A thing that the network has not met gets the direction that training would give it where things are projected, and a
column of zeros where each has one: it says nothing until the next training, and nothing that was learned changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.parts import Part
from reelation.draws import lot, random_directions
from reelation.features.propagate import PEOPLE_DRAW, averaging, tag_draw
from reelation.graph.build import Graph, idf, union
from reelation.models.propagate_learn import FacetNetwork
from reelation.rows import Kernel, unit_rows, whole_minutes
from reelation.training.fold_in.maps import Maps

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class FoldedNetwork:
    """The network of an earlier atlas over a grown graph."""

    maps: Maps
    part: Part
    text: Floats | None
    """[titles, width] compact text vectors of the grown graph."""
    seed: int

    @property
    def _graph(self) -> Graph:
        return self.maps.graph

    @cached_property
    def networks(self) -> dict[str, dict[str, Any]]:
        """Facet -> channels, widths, and the arrays of `FacetNetwork`, columns of single things by the grown graph."""
        found = {}
        kinds = {channel["name"]: channel for channel in self.part.about["channels"]}
        for facet, said in self.part.about["networks"].items():
            project, start, widths = np.asarray(self.part.array(f"{facet}-project")), 0, []
            pieces = []
            for name, width in zip(said["channels"], said["widths"], strict=True):
                rows = project[start : start + width]
                channel = kinds.get(name.partition(" over ")[0])
                if channel is not None and self._single(channel):
                    earlier = self.maps.node_earlier(channel["type"])
                    rows = np.where(earlier[:, None] >= 0, rows[earlier], np.float32(0))
                pieces.append(rows)
                widths.append(len(rows))
                start += width
            arrays = {
                name: np.asarray(self.part.array(f"{facet}-{name}")) for name in ("norm", "slope", "out", "shift")
            }
            found[facet] = {
                "channels": list(said["channels"]),
                "widths": widths,
                "project": np.concatenate(pieces),
                **arrays,
            }
        return found

    def exported(self) -> dict[str, FacetNetwork]:
        """The same as training hands it over."""
        names = ("project", "norm", "slope", "out", "shift")
        return {
            facet: FacetNetwork(tuple(one["channels"]), tuple(one["widths"]), **{name: one[name] for name in names})
            for facet, one in self.networks.items()
        }

    @cached_property
    def directions(self) -> dict[str, NDArray[np.float16]]:
        """Type -> [things of the grown graph, width], the earlier ones where there were some."""
        found = {}
        for name, column in self.part.columns.items():
            kind = name.removeprefix("directions-")
            if name == kind or kind not in self._graph.nodes or not isinstance(column, np.ndarray):
                continue
            earlier = self.maps.node_earlier(kind)
            fresh = np.flatnonzero(earlier < 0)
            rows = np.asarray(column)[np.maximum(earlier, 0)]
            drawn = lot(self.seed, PEOPLE_DRAW if kind == "person" else tag_draw(kind))
            rows[fresh] = random_directions(self._graph.nodes[kind].keys[fresh], drawn, rows.shape[1]).astype(
                np.float16
            )
            found[kind] = rows
        return found

    def degrees(self) -> dict[str, NDArray[np.int32]]:
        """Name of the column -> [people] titles of each in a role, as the part keeps them."""
        found = {}
        for channel in self.part.about["channels"]:
            if channel.get("degree"):
                matrix = self._matrix(channel)
                people = len(self._graph.nodes[channel["type"]])
                counts = np.bincount(matrix.indices, minlength=people) if matrix is not None else np.zeros(people)
                found[channel["degree"]] = counts.astype(np.int32)
        return found

    def rows(self, rows: Rows) -> dict[str, Floats]:
        """Facet -> [rows, width] learned blocks of unit length, for titles by row of the grown graph."""
        if not len(rows):
            return {facet: np.zeros((0, len(one["shift"])), np.float32) for facet, one in self.networks.items()}
        around = {
            over["type"]: averaging(relations, over["most"])
            for over in self.part.about["over"]
            if (relations := self._graph.of_target(over["type"]))
        }
        needed = np.unique(
            np.concatenate([rows, *(_reached(first[rows], second) for first, second in around.values())])
        )
        own = {channel["name"]: self._own(channel, needed) for channel in self._known_channels}
        at = np.searchsorted(needed, rows)
        inputs = {name: values[at] for name, values in own.items()}
        for kind, (first, second) in around.items():
            mine = first[rows]
            things = np.unique(mine.indices)
            means_of, spread = second[things][:, needed], mine[:, things]
            for name, values in own.items():
                if not name.startswith("people ") or kind == "person":
                    inputs[f"{name} over {kind}"] = _halved(spread @ (means_of @ values))
        return {facet: self._forward(network, inputs) for facet, network in self.networks.items()}

    @property
    def _known_channels(self) -> list[dict[str, Any]]:
        return [one for one in self.part.about["channels"] if one.get("kernel", {}) is not None]

    def _single(self, channel: dict[str, Any]) -> bool:
        """Whether each thing of the channel has a column of its own."""
        return "type" in channel and f"directions-{channel['type']}" not in self.part.columns

    def _matrix(self, channel: dict[str, Any]) -> sparse.csr_array | None:
        relations = [self._graph.relations[name] for name in channel["relations"] if name in self._graph.relations]
        if not relations:
            return None
        return relations[0].matrix if len(relations) == 1 else union(relations)

    def _own(self, channel: dict[str, Any], rows: Rows) -> Floats:
        """[rows, width] of one channel, rounded to half precision, as training reads them."""
        if "text" in channel:
            return _halved(self.text[rows] if self.text is not None else np.zeros((len(rows), channel["text"])))
        if "kernel" in channel:
            name = channel["name"].rpartition(" ")[2]
            numbers = self._graph.year[rows] if name == "era" else whole_minutes(self._graph.runtime[rows])
            return _halved(Kernel(**channel["kernel"]).columns(numbers))
        matrix, things = self._matrix(channel), len(self._graph.nodes.get(channel["type"], ()))
        if matrix is None:
            width = things if self._single(channel) else self.directions[channel["type"]].shape[1]
            return np.zeros((len(rows), width), np.float32)
        weighted = matrix[rows] @ sparse.diags_array(idf(matrix))
        if self._single(channel):
            return _halved(weighted.toarray())
        return _halved(weighted @ self.directions[channel["type"]].astype(np.float32))

    def _forward(self, network: dict[str, Any], inputs: dict[str, Floats]) -> Floats:
        project, start = network["project"], 0
        hidden = np.zeros((len(next(iter(inputs.values()))), project.shape[1]), np.float32)
        for name, width in zip(network["channels"], network["widths"], strict=True):
            if name in inputs:  # who has seen a new title the network does not know
                hidden += inputs[name] @ project[start : start + width]
            start += width
        centred = hidden - hidden.mean(axis=1, keepdims=True)
        factor, shift = network["norm"]
        epsilon = np.float32(self.part.about["epsilon"])
        hidden = centred / np.sqrt(centred.var(axis=1, keepdims=True) + epsilon) * factor + shift
        hidden = np.where(hidden < 0, hidden * network["slope"], hidden)
        return unit_rows(np.asarray(hidden @ network["out"] + network["shift"], np.float32))


def _reached(first: sparse.csr_array, second: sparse.csr_array) -> Rows:
    """Titles that are averaged over for some rows."""
    return np.unique(second[np.unique(first.indices)].indices).astype(np.int64)


def _halved(rows: Any) -> Floats:
    return unit_rows(np.asarray(rows, np.float32)).astype(np.float16).astype(np.float32)
