"""How completely a catalogue is tagged where a combination would be: what is not written down looks like a gap.

Combined, two topics  ->  coverage_of  ->  share of titles that say anything of the kind, overall and lately
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.gaps.combinations import Combined
from reelation.insights.topics import Topic

Rows = NDArray[np.int64]

_POOR = 0.5
"""Below this share a gap is hatched: most titles might have both, and nobody wrote it down."""


@dataclass(frozen=True)
class Coverage:
    """How many titles say anything of a type of topic."""

    share: float
    """0 to 1: the smaller share of titles with one topic that have any topic of the other one's type."""
    lately: float
    """0 to 1: of all titles of the last ten years, those with a topic of both types."""
    type: str
    """The type that is tagged less completely."""

    @property
    def poor(self) -> bool:
        """Whether less than half is tagged: then empty may mean untagged."""
        return min(self.share, self.lately) < _POOR

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "share": round(self.share, 4),
            "lately": round(self.lately, 4),
            "type": self.type,
            "poor": self.poor,
        }


def coverage_of(atlas: Atlas, found: Combined, topics: tuple[Topic, Topic], having: tuple[Rows, Rows]) -> Coverage:
    """Coverage of a combination.

    Args:
        atlas: where.
        found: its titles.
        topics: the two.
        having: places in `found.rows` of the titles that have each.
    """
    tagged = [_tagged(atlas, one.type)[found.rows] for one in topics]
    shares = [float(tagged[1][having[0]].mean()), float(tagged[0][having[1]].mean())]
    lately = found.stratum == 0
    worse = 1 if shares[0] <= shares[1] else 0
    return Coverage(min(shares), float((tagged[0] & tagged[1])[lately].mean()), topics[worse].type)


def _tagged(atlas: Atlas, kind: str) -> NDArray[np.bool_]:
    """[titles of the atlas] True where a title has any topic of a type, however rare."""
    masks: dict[str, NDArray[np.bool_]] = atlas.kept.setdefault("tagged by type", {})
    if kind not in masks:
        if kind == "decade":
            masks[kind] = np.asarray(atlas.year > 0)
        else:
            number = atlas.manifest.node_types.index(kind)
            first, last = np.searchsorted(atlas.node_type, [number, number + 1])
            masks[kind] = np.zeros(len(atlas), bool)
            masks[kind][atlas.posting_title[int(atlas.posting_start[first]) : int(atlas.posting_start[last])]] = True
    return masks[kind]
