"""The atlas folder: written once, whole; opened by memory-mapping, in milliseconds.

    AtlasContent  ->  write_atlas  ->  manifest.json + generation-…/*.npy  ->  Atlas.open

Every array is a plain `.npy` file. No pickle, no database. See docs/explanation/atlas.md for each file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import load_array
from reelation.atlas.manifest import FILE, Manifest
from reelation.atlas.parts import Part, open_part, save_part
from reelation.errors import AtlasError
from reelation.generations import read_manifest, write_generation
from reelation.ids import Strings, Vocabulary

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class AtlasContent:
    """All that an atlas holds. Rows are titles throughout, in the order of `titles`."""

    vectors: Floats
    """[titles, width] float32. The inner product of two rows is the dense part of their score."""
    norms: Floats
    """[titles, facets] float32, squared length of each facet, vectors and terms together."""
    edge_start: NDArray[np.int64]
    """[titles + 1] where each title's edges begin in the three arrays below."""
    edge_node: NDArray[np.int32]
    """[edges] node of each edge, rising within a title."""
    edge_relations: NDArray[np.uint32]
    """[edges] bit set of `Manifest.relations` that join title and node."""
    edge_value: Floats
    """[edges] the title's value for this node in the sparse part of the score; 0 where it is evidence only."""
    posting_start: NDArray[np.int64]
    """[nodes + 1] where each node's titles begin in the two arrays below."""
    posting_title: NDArray[np.int32]
    """[edges] titles of each node, rising."""
    posting_value: Floats
    """[edges] `edge_value` in this order."""
    node_type: NDArray[np.uint8]
    """[nodes] index into `Manifest.node_types`."""
    kind: NDArray[np.uint8]
    """[titles] index into `reelation.catalogue.schema.KINDS`."""
    year: NDArray[np.int16]
    """[titles] calendar year, 0 unknown."""
    end_year: NDArray[np.int16]
    """[titles] calendar year of a series' last broadcast, 0 unknown."""
    runtime: Floats
    """[titles] minutes, NaN unknown."""
    name_row: NDArray[np.int32]
    """[names] the title that a name belongs to, in the order of `name_keys`."""
    name_rank: NDArray[np.uint8]
    """[names] 0 the title's name, 1 its original name, 2 another name."""
    titles: Vocabulary
    """Title ids."""
    nodes: Vocabulary
    """Node ids with their type in front: "person:imdb:nm0000244", "genre:Drama"."""
    names: Strings
    """[titles] names to show."""
    originals: Strings
    """[titles] original names; empty where there is none or it is the same."""
    node_names: Strings
    """[nodes] names to show."""
    name_keys: Strings
    """[names] folded names, sorted."""
    externals: Strings
    """[titles] other services' ids as `imdb=tt0078748 wikidata=Q103569`."""


@dataclass(frozen=True)
class Atlas(AtlasContent):
    """An opened atlas: the content, memory-mapped, and its manifest."""

    folder: Path
    manifest: Manifest
    data: Path
    """The folder of the generation that is open."""

    def __len__(self) -> int:
        return len(self.titles)

    @classmethod
    def open(cls, folder: Path) -> Atlas:
        """Open the atlas in `folder`; reads the manifest, maps the rest.

        Raises:
            AtlasError: there is none, it is damaged, or this version cannot read its format.
        """
        for attempt in (1, 2):  # a writer may switch generations between the manifest and its files
            try:
                found = read_manifest(folder, FILE)
                if found is None:
                    raise AtlasError(f"No atlas in {folder}. Make one with: reelation train (or: reelation demo)")
                content, data = found
                manifest = Manifest.of_json(content)
                atlas = cls(
                    folder=folder, manifest=manifest, data=data, **{part.name: _load(data, part) for part in _PARTS}
                )
                break
            except (ValueError, OSError, EOFError) as error:
                if attempt == 2:
                    raise AtlasError(f"The atlas in {folder} is damaged: {error}. Train again.") from error
        if atlas.vectors.shape != (manifest.titles, manifest.width) or len(atlas.titles) != manifest.titles:
            raise AtlasError(f"The atlas in {folder} is damaged: vectors and manifest disagree. Train again.")
        return atlas

    @cached_property
    def facet_names(self) -> tuple[str, ...]:
        """Names of the facets, in the order of `norms`."""
        return tuple(facet.name for facet in self.manifest.facets)

    @cached_property
    def node_facet(self) -> NDArray[np.int8]:
        """[node types] index of the facet that a type of node is evidence for, -1 for none."""
        owner = {kind: i for i, facet in enumerate(self.manifest.facets) for kind in facet.node_types}
        return np.array([owner.get(kind, -1) for kind in self.manifest.node_types], np.int8)

    def part(self, name: str) -> Part | None:
        """The optional part of this name; None where the atlas was made without.

        Raises:
            AtlasError: the part is damaged, or another training has replaced this atlas meanwhile.
        """
        if name not in self.manifest.parts:
            return None
        if name not in self._opened:
            try:
                self._opened[name] = open_part(self.data / name, self.manifest.parts[name])
            except (ValueError, OSError, KeyError) as error:
                raise AtlasError(
                    f"The part '{name}' of the atlas in {self.folder} cannot be read: {error}. If it was trained anew "
                    "meanwhile, open it again; else train again."
                ) from error
        return self._opened[name]

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What answers worked out from this atlas and keep for the next one, each under a name of its own."""
        return {}

    @cached_property
    def _opened(self) -> dict[str, Part]:
        return {}

    def edges_of(self, row: int) -> slice:
        """Where the edges of a title stand in `edge_node`, `edge_relations` and `edge_value`."""
        return slice(int(self.edge_start[row]), int(self.edge_start[row + 1]))

    def titles_of(self, node: int) -> slice:
        """Where the titles of a node stand in `posting_title` and `posting_value`."""
        return slice(int(self.posting_start[node]), int(self.posting_start[node + 1]))


_PARTS = fields(AtlasContent)


def write_atlas(
    folder: Path, content: AtlasContent, manifest: Manifest, parts: Mapping[str, Part] | None = None
) -> Atlas:
    """Write an atlas into `folder`, at once: a kill at any moment leaves the last one readable.

    Args:
        folder: gets the atlas.
        content: what every atlas has.
        manifest: what is said of it; `parts` is filled in here.
        parts: optional parts by name.

    Raises:
        ValueError: the vectors hold NaN or infinity, or do not fit the manifest.
    """
    if content.vectors.shape != (manifest.titles, manifest.width):
        raise ValueError(f"vectors are {content.vectors.shape}, the manifest says {(manifest.titles, manifest.width)}")
    if not np.isfinite(content.vectors).all() or not np.isfinite(content.edge_value).all():
        raise ValueError("vectors or edge values hold NaN or infinity")

    def fill(fresh: Path) -> dict[str, Any]:
        for part in _PARTS:
            value = getattr(content, part.name)
            if isinstance(value, Strings | Vocabulary):
                value.save(fresh, part.name)
            else:
                np.save(fresh / f"{part.name}.npy", np.ascontiguousarray(value))
        said = {name: save_part(fresh / name, part) for name, part in (parts or {}).items()}
        return replace(manifest, parts=said).to_json()

    write_generation(folder, FILE, fill)
    return Atlas.open(folder)


def _load(data: Path, part: Any) -> Any:
    if part.type == "Vocabulary":
        return Vocabulary.open(data, part.name)
    if part.type == "Strings":
        return Strings.open(data, part.name)
    return load_array(data / f"{part.name}.npy")
