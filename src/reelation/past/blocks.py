"""The exact blocks and terms of an atlas as of a day, made as training makes them, from what was known.

    Evidence  ->  Blocks: vectors [titles, width], terms [edges], facets

How rare things are, which tags get a column, pairs of genres, spans of years: all is counted among the titles known.
What training fitted on all titles stays out: the network's blocks, and texts, whose axes are fitted. Projected tags
get the directions that training gave them, which hang on their ids alone, not on which tags came later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block, Facet
from reelation.atlas.store import Atlas
from reelation.audiences import SEEN_BY, WIDELY_SEEN, audience_blocks
from reelation.draws import exact_draw, lot, random_directions
from reelation.ids import Strings
from reelation.past.audience import says, seen_by
from reelation.past.edges import Evidence
from reelation.past.senses import Seen, alike_scale, seen_at
from reelation.rows import Kernel, rarity, unit_rows, whole_minutes
from reelation.search.naming import network_part

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_ROWS_AT_ONCE = 16_384
_CONTENT = ("story", "context")
"""Facets whose exact blocks say what audience to expect of a title that nobody had seen."""


@dataclass
class Blocks:
    """What the score of the past consists of."""

    vectors: Floats
    """[titles, width]."""
    values: Floats
    """[edges] of the sparse part."""
    norms: Floats
    """[titles, facets]."""
    facets: tuple[Facet, ...]
    pairs: Rows
    """[columns, 2] nodes of the block "genre pairs"."""
    directions: dict[str, Floats]
    """Projected facet -> [tags, columns] what a tag of weight 1 adds before columns are scaled to unit length."""
    pair_titles: NDArray[np.int32]
    """[columns] how many titles have both."""
    seen: dict[str, Seen]
    """What titles looked and sounded like, by block."""
    about: dict[str, dict[str, Any]]
    """Facet -> block -> "scale", and the "kernel" of numbers; as in the part "network"."""
    terms: list[dict[str, Any]]
    """Of sparse terms, as there."""


@dataclass(frozen=True)
class _Dense:
    facet: str
    name: str
    scale: float
    columns: Floats
    labels: tuple[str, ...] = ()
    kernel: Kernel | None = None


def blocks_at(atlas: Atlas, evidence: Evidence, day: int) -> Blocks:
    """Make the score anew.

    Raises:
        AtlasError: the atlas was made by a version that does not keep how.
    """
    return _Maker(atlas, evidence, day).make()


@dataclass
class _Maker:
    atlas: Atlas
    evidence: Evidence
    day: int
    pairs: Rows = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    directions: dict[str, Floats] = field(default_factory=dict)
    pair_titles: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def __post_init__(self) -> None:
        self._about: dict[str, Any] = network_part(self.atlas).about
        self._titles = len(self.evidence.rows)
        self._seen = seen_at(self.atlas, self.evidence.rows)
        self._degree = np.bincount(self.evidence.node, minlength=len(self.evidence.node_type))

    def make(self) -> Blocks:
        blocks = {facet.name: facet.blocks for facet in self.atlas.manifest.facets}
        found = {
            facet: [made for block in some if (made := self._block(facet, block)) is not None]
            for facet, some in blocks.items()
        }
        if "audience" in found:
            content = [one.columns for facet in _CONTENT for one in found.get(facet, [])]
            found["audience"] += self._audience({block.name: block for block in blocks["audience"]}, content)
        dense = [one for some in found.values() for one in some if one.columns.any()]
        values, squares = self._terms()
        total = sum(one.scale**2 for one in dense) + sum(squares.values()) or 1.0
        return self._laid_out(dense, values / np.float32(total**0.5), {k: v / total for k, v in squares.items()}, total)

    def _block(self, facet: str, block: Block) -> _Dense | None:
        said = self._about["blocks"].get(facet, {}).get(block.name)
        if said is None or block.name in ("learned", "text", SEEN_BY, WIDELY_SEEN):
            return None
        width, scale = block.stop - block.start, float(said["scale"])
        if "kernel" in said:
            return self._numbers(facet, block.name, width, scale, said["kernel"])
        if block.name in self._seen:
            scale *= alike_scale(self.atlas, block, self._seen)
            return _Dense(facet, block.name, scale, self._seen[block.name].columns)
        if block.name == "genre pairs":
            return _Dense(facet, block.name, scale, self._genre_pairs(width))
        first, last = self.evidence.span(block.name)
        if last == first:
            return None
        if block.labels or last - first <= width:
            columns, kept = self._labelled(block.name, width)
            labels = tuple(self.evidence.nodes[first + int(tag)] for tag in kept)
            return _Dense(facet, block.name, scale, columns, labels)
        return _Dense(facet, block.name, scale, self._projected(block.name, width))

    def _audience(self, blocks: Mapping[str, Block], content: Sequence[Floats]) -> list[_Dense]:
        if SEEN_BY not in blocks:
            return []
        width = blocks[SEEN_BY].stop - blocks[SEEN_BY].start
        vectors, viewers = seen_by(self.atlas, self.evidence.rows, self.day, width)
        known = np.concatenate([np.zeros((self._titles, 0), np.float32), *content], axis=1)
        beyond, wide = audience_blocks(vectors, viewers, known)
        made = {SEEN_BY: beyond, WIDELY_SEEN: wide}
        said, say = self._about["blocks"]["audience"], says(self.atlas, self.evidence.rows, self.day) ** 0.5
        return [
            _Dense("audience", name, float(said[name]["scale"]) * say, made[name]) for name in made if name in blocks
        ]

    def _numbers(self, facet: str, name: str, width: int, scale: float, said: dict[str, float] | None) -> _Dense | None:
        rows = self.evidence.rows
        numbers = self.atlas.year[rows] if name == "era" else whole_minutes(np.asarray(self.atlas.runtime[rows]))
        kernel = Kernel.of(numbers, width, said["scale"]) if said is not None else None
        return _Dense(facet, name, scale, kernel.columns(numbers), kernel=kernel) if kernel is not None else None

    def _weighted(self, places: Rows) -> Floats:
        """[edges] weight x rarity of some edges."""
        edges = self.evidence
        return edges.weight[places] * rarity(self._titles, self._degree[edges.node[places]])

    def _labelled(self, kind: str, most: int) -> tuple[Floats, Rows]:
        first, last = self.evidence.span(kind)
        kept = np.sort(np.argsort(-self._degree[first:last], kind="stable")[:most])
        column = np.full(last - first, -1)
        column[kept] = np.arange(len(kept))
        places = self.evidence.of_type(kind)
        places = places[column[self.evidence.node[places] - first] >= 0]
        found = np.zeros((self._titles, len(kept)), np.float32)
        found[self.evidence.owner[places], column[self.evidence.node[places] - first]] = self._weighted(places)
        return unit_rows(found), kept

    def _projected(self, kind: str, width: int) -> Floats:
        first, last = self.evidence.span(kind)
        rare = rarity(self._titles, self._degree[first:last])
        ids = Strings.of(one.removeprefix(f"{kind}:") for one in self.evidence.nodes.ids.between(first, last))
        towards = random_directions(ids.keys(), lot(self.atlas.manifest.seed, exact_draw(kind)), width) * rare[:, None]
        self.directions[kind] = towards
        places = self.evidence.of_type(kind)
        found = np.zeros((self._titles, width), np.float32)
        owner, node = self.evidence.owner[places], self.evidence.node[places] - first
        if len(places):
            begins = np.flatnonzero(np.diff(owner, prepend=-1))
            rows = towards[node] * self.evidence.weight[places, None]
            found[owner[begins]] = np.add.reduceat(rows, begins, axis=0)
        return unit_rows(found)

    def _genre_pairs(self, most: int) -> Floats:
        first, last = self.evidence.span("genre")
        places = self.evidence.of_type("genre")
        owner, node = self.evidence.owner[places], self.evidence.node[places] - first
        together = np.zeros((last - first, last - first))
        for has in self._has(owner, node, last - first):
            together += has.T @ has
        left, right = np.nonzero(np.triu(together, 1))
        top = np.argsort(-together[left, right], kind="stable")[:most]
        left, right = left[top], right[top]
        rare = rarity(self._titles, together[left, right].astype(np.int64))
        self.pairs = np.stack([left, right], axis=1) + first
        self.pair_titles = together[left, right].astype(np.int32)
        both = [has[:, left] * has[:, right] * rare for has in self._has(owner, node, last - first)]
        return unit_rows(np.concatenate(both).astype(np.float32))

    def _has(self, owner: Rows, node: Rows, tags: int) -> Sequence[Floats]:
        """Which titles have which tags, 0 or 1, so many titles at a time."""
        found = []
        for start in range(0, max(self._titles, 1), _ROWS_AT_ONCE):
            stop = min(start + _ROWS_AT_ONCE, self._titles)
            low, high = np.searchsorted(owner, [start, stop])
            part = np.zeros((stop - start, tags), np.float32)
            part[owner[low:high] - start, node[low:high]] = 1
            found.append(part)
        return found

    def _terms(self) -> tuple[Floats, dict[str, float]]:
        """[edges] values, and the mean squared length of each facet's terms; nothing is normalised yet."""
        edges = self.evidence
        values = np.zeros(len(edges.node), np.float32)
        squares: dict[str, float] = {}
        for said in self._said_terms():
            places = edges.of_type(said["type"])
            weights = self._role_weights(edges.relations[places], said["roles"]) if "roles" in said else 1.0
            raw = np.asarray(weights * rarity(self._titles, self._degree[edges.node[places]]), np.float32)
            owner = edges.owner[places]
            length = np.sqrt(np.bincount(owner, raw.astype(np.float64) ** 2, minlength=self._titles))
            length = length ** said.get("flatten", 1.0)
            scale = np.divide(said["scale"], length, out=np.zeros_like(length), where=length > 0)
            values[places] = raw * scale[owner]
            filled = max(int((np.bincount(owner, minlength=self._titles) > 0).sum()), 1)
            square = float((values[places].astype(np.float64) ** 2).sum() / filled)
            squares[said["facet"]] = squares.get(said["facet"], 0.0) + square
        return values, squares

    def _said_terms(self) -> list[dict[str, Any]]:
        """What the atlas says of its terms, by the types and roles known."""
        found = [dict(said) for said in self._about["terms"] if said["type"] in self.evidence.node_types]
        for said in found:
            if "roles" in said:
                known = self.evidence.relation_names
                said["roles"] = {role: weight for role, weight in said["roles"].items() if role in known}
        return found

    def _role_weights(self, relations: NDArray[np.uint32], roles: dict[str, float]) -> Floats:
        found = np.zeros(len(relations), np.float32)
        for role, weight in roles.items():
            bit = np.uint32(self.evidence.relation_names.index(role))
            found = np.maximum(found, np.float32(weight) * (relations >> bit & np.uint32(1)))
        return found

    def _laid_out(self, dense: list[_Dense], values: Floats, squares: dict[str, float], total: float) -> Blocks:
        width = sum(one.columns.shape[1] for one in dense)
        vectors, facets, start = np.zeros((self._titles, width), np.float32), [], 0
        manifest, edges = self.atlas.manifest, self.evidence
        named = [one for one in manifest.facets if any(d.facet == one.name for d in dense) or squares.get(one.name)]
        norms = np.zeros((self._titles, len(named)), np.float32)
        for i, facet in enumerate(named):
            blocks, weight = [], squares.get(facet.name, 0.0)
            for one in (one for one in dense if one.facet == facet.name):
                stop = start + one.columns.shape[1]
                np.multiply(one.columns, np.float32(one.scale / total**0.5), out=vectors[:, start:stop])
                norms[:, i] += np.einsum("ij,ij->i", vectors[:, start:stop], vectors[:, start:stop])
                blocks.append(Block(one.name, start, stop, one.labels))
                weight += one.scale**2 / total
                start = stop
            kinds = tuple(kind for kind in facet.node_types if kind in edges.node_types)
            for kind in kinds:
                places = edges.of_type(kind)
                norms[:, i] += np.bincount(edges.owner[places], values[places] ** 2, minlength=self._titles)
            facets.append(Facet(facet.name, round(weight, 6), tuple(blocks), kinds))
        return Blocks(
            vectors=vectors,
            values=values,
            norms=norms,
            facets=tuple(facets),
            pairs=self.pairs,
            directions=self.directions,
            pair_titles=self.pair_titles,
            seen=self._seen,
            about=_about(dense, total),
            terms=[{**said, "scale": said["scale"] / total**0.5} for said in self._said_terms()],
        )


def _about(dense: Sequence[_Dense], total: float) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in dense:
        said: dict[str, Any] = {"scale": one.scale / total**0.5}
        if one.kernel is not None:
            said["kernel"] = asdict(one.kernel)
        found.setdefault(one.facet, {})[one.name] = said
    return found
