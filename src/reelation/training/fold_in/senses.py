"""Look and sound of a grown atlas: what was measured before, files of new titles, and guesses for thin titles.

    part "senses" + MediaVectors  ->  folded_senses  ->  one Sense a block
    part "fusion" + content of now  ->  filled_again  ->  content in which thin titles are filled in, and the part

What was fitted stays: means, spreads and directions of measurements, and the network that guesses. Its columns are
found again by facet, block and label, should the grown atlas have others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas, AtlasContent
from reelation.errors import DataError
from reelation.features.senses import Sense
from reelation.graph.build import Graph
from reelation.media.store import Block, MediaVectors
from reelation.media.traits import traits_of
from reelation.rows import Measured
from reelation.search.fusing import PEOPLE, guesses
from reelation.search.naming import network_part
from reelation.training.assemble import Assembled
from reelation.training.fold_in.maps import Maps
from reelation.training.fusing import filled, what_is_given

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def folded_senses(maps: Maps, media: MediaVectors | None) -> tuple[Sense, ...]:
    """The blocks that the atlas has, with the titles of now.

    Args:
        maps: from the atlas to the grown graph.
        media: what `reelation extract` wrote, for new titles and new files of others; None without.

    Returns:
        None of them where the atlas keeps no raw measurements.

    Raises:
        DataError: files were read by another version of an encoder than the atlas's.
    """
    part, found = maps.atlas.part("senses"), []
    for name, said in part.about["blocks"].items() if part is not None else ():
        assert part is not None
        block = media.blocks.get(name) if media is not None else None
        if block is not None and block.encoder != said["encoder"]:
            raise DataError(
                f"The atlas's files were read by {said['encoder']}, those here by {block.encoder}. "
                "Train again: reelation train --media FOLDER"
            )
        if f"{name}-raw" in part.columns and (columns := _earlier_columns(maps.atlas, said["facet"], name)) is not None:
            found.append(_folded(maps, part, name, columns, block))
    return tuple(found)


def _earlier_columns(atlas: Atlas, facet: str, name: str) -> Floats | None:
    """[titles of the atlas, width] the block's rows as they were made."""
    said = network_part(atlas).about["blocks"].get(facet, {}).get(name)
    for one in atlas.manifest.facets:
        for block in one.blocks:
            if (one.name, block.name) == (facet, name) and said is not None:
                return np.asarray(atlas.vectors[:, block.columns] / np.float32(said["scale"]), np.float32)
    return None


def _folded(maps: Maps, part: Part, name: str, columns: Floats, block: Block | None) -> Sense:
    titles, said = len(maps.earlier), part.about["blocks"][name]
    measured = Measured(*(np.asarray(part.array(f"{name}-{what}")) for what in Measured._fields))
    having = np.asarray(part.array(f"{name}-rows"), np.int64)
    kept = np.flatnonzero(maps.later[having] >= 0)
    old = maps.later[having[kept]]
    of = block.rows_of(list(maps.graph.nodes["title"].ids)) if block is not None else np.full(titles, -1, np.int64)
    new = np.flatnonzero(of >= 0)
    rows = np.union1d(old, new)

    def joined(before: NDArray[Any], now: NDArray[Any] | None) -> NDArray[Any]:
        found = np.empty((len(rows), *before.shape[1:]), before.dtype)
        found[np.searchsorted(rows, old)] = before[kept]
        if now is not None:
            found[np.searchsorted(rows, new)] = now[of[new]]
        return found

    raw = joined(np.asarray(part.array(f"{name}-raw"), np.float32), block.vectors if block is not None else None)
    made = np.zeros((titles, columns.shape[1]), np.float32)
    made[old] = columns[having[kept]]
    made[new] = measured(raw[np.searchsorted(rows, new)])
    figures = np.full((titles, len(said["figures"])), np.nan, np.float32)
    figures[rows] = joined(np.asarray(part.array(f"{name}-figures")), block.figures if block is not None else None)
    barcodes = part.columns.get(f"{name}-barcodes")
    striped = None
    if isinstance(barcodes, np.ndarray):
        striped = np.zeros((titles, *barcodes.shape[1:]), np.uint8)
        striped[rows] = joined(barcodes, block.barcodes if block is not None else None)
    return Sense(
        block=name,
        modality=said["modality"],
        encoder=said["encoder"],
        columns=made,
        measured=measured,
        raw=raw,
        traits=traits_of(said["encoder"], raw.shape[1]),
        figure_names=tuple(said["figures"]),
        figures=figures,
        barcodes=striped,
    )


def filled_again(
    atlas: Atlas, graph: Graph, made: Assembled, senses: Sequence[Sense], text: Floats | None
) -> tuple[AtlasContent, Part | None]:
    """Guesses in place of what thin titles lack, by the network that was trained before.

    Args:
        atlas: the earlier one.
        graph: of now.
        made: the content of now, and what its facets consist of.
        senses: from `folded_senses`.
        text: [titles, width] compact text vectors.

    Returns:
        The content, and the part "fusion" of now; the content as it is, and None, where the atlas has no such part.
    """
    part = atlas.part("fusion")
    if part is None or not senses:
        return made.content, None
    moved = moved_fusion(part, places_of_columns(atlas.manifest.facets, made.facets), atlas.manifest.width)
    given = what_is_given(graph, made.content, made.facets, senses, text)

    def guess(rows: Rows) -> Floats:
        return guesses(moved, {name: values[rows] for name, values in given.inputs.items()})[0]

    about = {**moved.about, "titles": len(graph)}
    columns: dict[str, Column] = {**moved.columns, "whole": np.packbits(given.whole)}
    return filled(made.content, made.facets, given, guess), Part(columns, about)


def places_of_columns(before: Sequence[Facet], now: Sequence[Facet]) -> Rows:
    """[columns of now] which column it was before, -1 for none."""
    known: dict[tuple[str, str, str | int], int] = {}
    for facet in before:
        for block in facet.blocks:
            names: Sequence[str | int] = block.labels or range(block.stop - block.start)
            known |= {(facet.name, block.name, name): block.start + at for at, name in enumerate(names)}
    found = []
    for facet in now:
        for block in facet.blocks:
            found += [
                known.get((facet.name, block.name, name), -1)
                for name in block.labels or range(block.stop - block.start)
            ]
    return np.array(found, np.int64)


def moved_fusion(part: Part, places: Rows, width: int) -> Part:
    """The network with the columns of now: what it does not know it neither reads nor guesses."""
    if len(places) == width and (places == np.arange(width)).all():
        return part
    there = places >= 0

    def across(array: NDArray[Any]) -> NDArray[Any]:
        return np.where(there, array[..., places], np.float32(0))

    def down(array: NDArray[Any]) -> NDArray[Any]:
        return np.where(there[:, None], array[places], np.float32(0))

    columns: dict[str, Column] = dict(part.columns)
    inputs: Mapping[str, int] = part.about["inputs"]
    for name in (*(f"{one}-{what}" for one in inputs for what in ("straight", "shift")), "head"):
        columns[name] = across(part.array(name))
    if PEOPLE in inputs:
        columns[f"{PEOPLE}-straight"] = down(across(part.array(f"{PEOPLE}-straight")))
        columns[f"{PEOPLE}-bent"] = down(part.array(f"{PEOPLE}-bent"))
    widths = {**inputs, **({PEOPLE: len(places)} if PEOPLE in inputs else {})}
    return Part(columns, {**part.about, "inputs": widths})
