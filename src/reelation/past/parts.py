"""Parts of an atlas as of a day: viewers, names, what deletion needs, and how well known titles were.

part of now, titles and events known  ->  the same part of then
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas
from reelation.ids import Vocabulary
from reelation.past.blocks import Blocks
from reelation.past.edges import Evidence
from reelation.past.known import Known

Rows = NDArray[np.int64]


def viewers_part(atlas: Atlas, rows: Rows, day: int) -> Part | None:
    """Viewers with an event until `day`, and those events; None without any."""
    part, event = atlas.part("viewers"), Known.of(atlas).event
    if part is None or event is None or not (event <= day).any():
        return None
    kept = np.flatnonzero(event <= day)
    viewer = np.repeat(np.arange(len(part.vocabulary("viewers"))), np.diff(part.array("start")))[kept]
    there, inverse = np.unique(viewer, return_inverse=True)
    new = np.full(len(atlas), -1, np.int32)
    new[rows] = np.arange(len(rows))
    columns: dict[str, Column] = {
        "viewers": Vocabulary(part.vocabulary("viewers").ids.take(there)),
        "start": np.concatenate([[0], np.cumsum(np.bincount(inverse, minlength=len(there)))]).astype(np.int64),
        "title": new[np.asarray(part.array("title"))[kept]],
        **{name: np.asarray(part.array(name))[kept] for name in ("kind", "value", "time")},
    }
    return Part(columns, {"events": len(kept)})


def names_part(atlas: Atlas, rows: Rows) -> Part | None:
    """Other names of the titles known."""
    part = atlas.part("names")
    if part is None:
        return None
    start = np.asarray(part.array("start"))
    kept, counts = spans(start[rows], start[rows + 1]), start[rows + 1] - start[rows]
    columns: dict[str, Column] = {
        "start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "name": part.strings("name").take(kept),
        "language": part.strings("language").take(kept),
    }
    return Part(columns, {"names": len(kept)})


def evidence_part(evidence: Evidence, blocks: Blocks) -> Part:
    """What it takes to delete a thing from a title's vector; the past has no network that reads anything."""
    columns: dict[str, Column] = {"weight": evidence.weight} if (evidence.weight != 1).any() else {}
    if len(blocks.pairs):
        columns["pairs"] = blocks.pairs.astype(np.int32)
    columns |= {f"directions {name}": towards for name, towards in blocks.directions.items()}
    return Part(columns, {"network_reads": [], "network_most": None})


def fame_at(atlas: Atlas, evidence: Evidence, day: int) -> NDArray[np.float32]:
    """[titles] 0 to 1, the share of titles less well known: by viewers' events and by what was on record."""
    titles = len(evidence.rows)
    figures = [np.bincount(evidence.owner, minlength=titles)]
    part, event = atlas.part("viewers"), Known.of(atlas).event
    if part is not None and event is not None:
        seen = np.bincount(np.asarray(part.array("title"))[event <= day], minlength=len(atlas))[evidence.rows]
        figures.append(seen)
    mean = np.mean([_below(one) for one in figures], axis=0)
    return np.asarray(_below(mean), np.float32)


def _below(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """[titles] the share of the others that have less."""
    return np.searchsorted(np.sort(values), values) / max(len(values) - 1, 1)
