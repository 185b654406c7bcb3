"""What places a new title, or a picture, among what was known on a day: exact blocks and terms only, no network.

Blocks, Evidence  ->  network_part_at  ->  the part "network" of then, read by `reelation.search.network`
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas
from reelation.past.blocks import Blocks
from reelation.past.edges import Evidence
from reelation.rows import rarity
from reelation.search.naming import network_part


def network_part_at(atlas: Atlas, evidence: Evidence, blocks: Blocks) -> Part:
    """The part as of the day.

    Args:
        atlas: of now.
        evidence: of then.
        blocks: made of it.
    """
    now = network_part(atlas)
    later = np.full(len(atlas.node_type), -1, np.int64)
    known = np.flatnonzero(evidence.was >= 0)
    later[evidence.was[known]] = known
    key_node = later[np.asarray(now.array("key-node"))]
    kept = np.flatnonzero(key_node >= 0)
    columns: dict[str, Column] = {
        "keys": now.strings("keys").take(kept),
        "key-node": key_node[kept].astype(np.int32),
    }
    degree = np.bincount(evidence.node, minlength=len(evidence.node_type))
    for kind, towards in blocks.directions.items():
        first, last = evidence.span(kind)
        columns[f"exact-{kind}"] = towards / rarity(len(evidence.rows), degree[first:last])[:, None]
    if len(blocks.pairs):
        first, _ = evidence.span("genre")
        columns |= {"pairs": (blocks.pairs - first).astype(np.int32), "pair-titles": blocks.pair_titles}
    about: dict[str, Any] = {
        "blocks": blocks.about,
        "terms": blocks.terms,
        "channels": [],
        "over": [],
        "networks": {},
        "text_encoder": None,
    }
    return Part(columns, about)
