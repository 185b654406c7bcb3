"""The tags of one facet that the rest of a title speaks for, and what of it speaks how loudly.

    what a title has  ->  Tagger.told  ->  Told: log-odds of every tag, the exact sum of its sources' parts

The features are those of `reelation.training.tagging`, computed for one title from the evidence edges of the titles
around it. A title of the atlas is told by the model that has not seen it, and never by its own tags of the facet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import AtlasError, UsageError
from reelation.rows import Kernel, rarity, whole_minutes
from reelation.search.gather import places_of, sum_by
from reelation.search.naming import node_range
from reelation.search.network import texts_at

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Tagged:
    """What a title has, whatever of the facet itself is in it."""

    row: int | None
    """Of the atlas; None for a new title."""
    nodes: Rows
    """[edges] rising."""
    relations: NDArray[np.uint32]
    """[edges] bit set of `Manifest.relations`."""
    year: int
    """0 unknown."""
    runtime: float
    """Minutes, NaN unknown."""
    text: Floats | None
    """[width] compact text vector."""


def tagged_at(atlas: Atlas, row: int) -> Tagged:
    """What the title in `row` has."""
    edges = atlas.edges_of(row)
    text = texts_at(atlas, np.array([row]))
    return Tagged(
        row,
        atlas.edge_node[edges].astype(np.int64),
        np.asarray(atlas.edge_relations[edges]),
        int(atlas.year[row]),
        float(atlas.runtime[row]),
        text[0] if text is not None else None,
    )


@dataclass(frozen=True)
class Told:
    """Log-odds of every tag of a facet: base + the sum over sources."""

    tags: Rows
    """[tags] nodes of the atlas."""
    base: Floats
    """[tags] log-odds of a title of which nothing is known."""
    sources: tuple[int | str, ...]
    """What speaks: nodes, "year", "runtime", "text"."""
    parts: Floats
    """[sources, tags] log-odds that each adds."""
    prior: Floats
    """[tags] share of titles that have it."""

    @property
    def log_odds(self) -> Floats:
        """[tags]."""
        return np.asarray(self.base + self.parts.sum(axis=0), np.float32)

    @property
    def probability(self) -> Floats:
        """[tags] 0 to 1, calibrated."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds.astype(np.float64))), np.float32)


class Tagger:
    """Tells tags of one facet."""

    def __init__(self, atlas: Atlas, facet: str) -> None:
        """Read the part "classifier".

        Raises:
            AtlasError: the atlas was made without it.
            UsageError: it does not tell this facet.
        """
        part = atlas.part("classifier")
        if part is None:
            raise AtlasError(
                f"The atlas in {atlas.folder} tells no tags: it was made by an earlier version, or from a catalogue "
                "with too few tagged titles (50 of two tags of 20 titles each). Train it again: reelation train"
            )
        if facet not in part.about["facets"]:
            raise UsageError(f"this atlas tells no {facet}; it tells {', '.join(part.about['facets'])}")
        self.atlas, self.facet = atlas, facet
        self.about: dict[str, Any] = part.about["facets"][facet]
        self._part = part
        self.tags: Rows = self._array("classes").astype(np.int64)
        self._degree = np.diff(atlas.posting_start)

    def told(self, title: Tagged) -> Told:
        """What the rest of `title` says of every tag."""
        fold = int(self._array("fold")[title.row]) if title.row is not None else -1
        found: dict[int | str, Floats] = {}

        def add(source: int | str, part: Floats) -> None:
            found[source] = found[source] + part if source in found else part

        for kind in self.about["types"]:
            for node, part in zip(*self._own(kind, title, fold), strict=True):
                add(node, part)
        for group in self.about["groups"]:
            for node, part in zip(*self._around(group, title, fold), strict=True):
                add(node, part)
        for source, part in self._numbers(title, fold):
            add(source, part)
        text = self._weights("text", fold)
        if title.text is not None and len(text):
            add("text", title.text @ text)
        slope, offset = self._array("curve")
        bias = self._array("bias")
        base = (bias[fold] if fold >= 0 else bias.mean(axis=0)) * slope + offset
        parts = np.stack([*found.values(), np.zeros(len(self.tags))])[:-1] * slope
        return Told(self.tags, base, tuple(found), parts.astype(np.float32), self._array("prior"))

    def doubts(self) -> tuple[Rows, Rows, NDArray[np.bool_], Floats]:
        """Tags that look wrong, then those that look missing, most certain first: titles, nodes, given, probability."""
        title, tag, given, probability = (
            self._array(f"doubt-{name}") for name in ("title", "class", "given", "probability")
        )
        return title.astype(np.int64), self.tags[tag], given.astype(bool), np.asarray(probability)

    def _array(self, name: str) -> NDArray[Any]:
        return self._part.array(f"{self.facet}-{name}")

    def _weights(self, name: str, fold: int) -> Floats:
        """The fold's weights, or the mean of all for a title that none has seen."""
        weights = self._array(name)
        return np.asarray(weights[fold] if fold >= 0 else weights.mean(axis=0, dtype=np.float32), np.float32)

    def _own(self, kind: str, title: Tagged, fold: int) -> tuple[list[int], Floats]:
        """What the title's own nodes of a type say."""
        first, last = node_range(self.atlas, kind)
        nodes = title.nodes[(title.nodes >= first) & (title.nodes < last)]
        rare = rarity(len(self.atlas), self._degree[nodes])
        rare /= max(float(np.linalg.norm(rare)), 1e-9)
        kept, weights = self._array(f"kept-{kind}"), self._array(f"nodes-{kind}")
        at = np.searchsorted(kept, nodes - first)
        there = np.flatnonzero(at < len(kept))
        there = there[kept[at[there]] == nodes[there] - first]
        chosen = weights[:, at[there]] if fold < 0 else weights[fold, at[there]][None]
        mean = chosen.mean(axis=0, dtype=np.float32)
        return nodes[there].tolist(), mean * rare[there][:, None]

    def _around(self, group: dict[str, Any], title: Tagged, fold: int) -> tuple[list[int], Floats]:
        """What the other titles of the title's people (or companies …) say; see `neighbours_tags` in training."""
        atlas = self.atlas
        first, last = node_range(atlas, group["type"])
        names = atlas.manifest.relations
        wanted = sum(1 << names.index(name) for name in group["relations"] if name in names)
        nodes = title.nodes[(title.nodes >= first) & (title.nodes < last) & (title.relations & wanted > 0)]
        thing, tags, known = self._others(nodes, wanted, title.row)
        counted = np.bincount(thing[known], minlength=len(nodes)).astype(np.float32)
        itself = 0 if title.row is None else 1  # it counts against the limit, where its tags are known
        useful = (counted > 0) & (counted + itself <= self.about["most"])
        rare = np.where(useful, rarity(len(atlas), self._degree[nodes]), 0)
        share = rare / max(float(rare.sum()) + group["pull"], 1e-9) / (counted + self.about["shrink"])
        sums = sum_by(tags, thing, len(nodes))
        differ = (sums - counted[:, None] * self._array("prior")) * share[:, None]
        return nodes.tolist(), np.asarray(differ @ self._weights(f"group-{group['name']}", fold), np.float32)

    def _others(self, nodes: Rows, wanted: int, row: int | None) -> tuple[Rows, Floats, NDArray[np.bool_]]:
        """The other titles of some nodes, joined to them by a wanted relation.

        Returns:
            thing [pairs] index into `nodes`, rising; tags [pairs, tags] 1 where the title has the tag; known [pairs]
            whether it has any tag of the facet.
        """
        atlas = self.atlas
        places, thing = places_of(atlas.posting_start, nodes)
        titles = atlas.posting_title[places].astype(np.int64)
        other = titles != row if row is not None else np.ones(len(titles), bool)
        titles, thing = titles[other], thing[other]
        rows, at = np.unique(titles, return_inverse=True)
        edges, owner = places_of(atlas.edge_start, rows)
        node, bits = atlas.edge_node[edges].astype(np.int64), atlas.edge_relations[edges]
        first, last = node_range(atlas, self.facet)
        facet = (node >= first) & (node < last)
        tags = np.zeros((len(rows), len(self.tags)), np.float32)
        column = np.searchsorted(self.tags, node[facet])
        inside = column < len(self.tags)
        inside[inside] = self.tags[column[inside]] == node[facet][inside]
        tags[owner[facet][inside], column[inside]] = 1
        known = np.bincount(owner[facet], minlength=len(rows)) > 0
        if len(nodes):  # of people: only credits of the roles asked for
            span = int(nodes[-1]) + 1
            joined = np.isin(node, nodes) & (bits & wanted > 0)
            pairs = owner[joined] * span + node[joined]
            right = np.isin(at * span + nodes[thing], pairs)
            at, thing = at[right], thing[right]
        return thing, tags[at], known[at]

    def _numbers(self, title: Tagged, fold: int) -> list[tuple[str, Floats]]:
        minutes = whole_minutes(np.array([title.runtime], np.float32))
        numbers = {"era": np.array([title.year], np.int16), "runtime": minutes}
        weights, start, found = self._weights("numbers", fold), 0, []
        for name, said in self.about["kernels"].items():
            row = Kernel(**said).columns(numbers[name])[0]
            if row.any():
                found.append(("year" if name == "era" else name, row @ weights[start : start + len(row)]))
            start += len(row)
        return found
