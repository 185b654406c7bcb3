"""An atlas as of a day: every answer from it uses only what was known then.

    Atlas, date  ->  past  ->  PastAtlas, an Atlas of its own: titles, evidence, vectors, viewers

It is what a training on the catalogue of that day would have made of the exact blocks and terms, with the recipe's
usual weights. Change, add or remove anything later, and it stays as it is, number by number (tests/test_past.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent
from reelation.errors import UsageError
from reelation.ids import Strings, Vocabulary
from reelation.past.blocks import Blocks, blocks_at
from reelation.past.dates import date_of, day_of, year_of
from reelation.past.edges import Evidence, evidence_at
from reelation.past.known import Known
from reelation.past.network import network_part_at
from reelation.past.parts import evidence_part, fame_at, names_part, viewers_part
from reelation.past.recommender import recommender_part
from reelation.past.senses import senses_part

_MOST_KEPT = 4
"""Days of an atlas that are kept for the next answer; each is about as large as the atlas."""


@dataclass(frozen=True)
class PastAtlas(Atlas):
    """What was known on a day."""

    day: int = 0
    """Days since 1970."""

    @property
    def date(self) -> str:
        """The day as "YYYY-MM-DD"."""
        return date_of(self.day)

    def part(self, name: str) -> Part | None:
        """A part as of the day, made when it is first asked for; None for what is fitted on all titles."""
        makers: dict[str, Callable[[], Part | None]] = self.kept["makers"]
        made: dict[str, Part | None] = self.kept["parts"]
        if name in makers and name not in made:
            made[name] = makers[name]()
        return made.get(name)


def past(atlas: Atlas, date: int | str | datetime.date) -> Atlas:
    """The atlas as of `date`; the same one where the date is not before the day on which it was made.

    Args:
        atlas: an atlas of now.
        date: a year, month or day; see `reelation.past.dates.day_of`.

    Raises:
        UsageError: this is no date, or the atlas knows no title of then.
        AtlasError: the atlas was made by a version that does not keep what this needs.
    """
    day = day_of(date)
    if day >= _made_on(atlas):
        return atlas
    kept: dict[int, PastAtlas] = atlas.kept.setdefault("past", {})
    if day not in kept:
        found = _made(atlas, day)
        while len(kept) >= _MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[day] = found
    return kept[day]


def at_hand(atlas: Atlas, date: int | str | datetime.date) -> bool:
    """Whether `past` has it already."""
    return day_of(date) >= _made_on(atlas) or day_of(date) in atlas.kept.get("past", {})


def _made_on(atlas: Atlas) -> int:
    created = atlas.manifest.created[:10]
    return day_of(created) if created else day_of(2200)


def _made(atlas: Atlas, day: int) -> PastAtlas:
    if not (Known.of(atlas).title <= day).any():
        raise UsageError(f"this atlas knows no title of {date_of(day)} or before; nothing was known then")
    evidence = evidence_at(atlas, day)
    blocks = blocks_at(atlas, evidence, day)
    content = _content(atlas, evidence, blocks, day)
    manifest = replace(
        atlas.manifest,
        facets=blocks.facets,
        node_types=evidence.node_types,
        relations=evidence.relation_names,
        titles=len(evidence.rows),
        width=blocks.vectors.shape[1],
        scores={},
        parts={},
        config={**atlas.manifest.config, "as_of": date_of(day)},
    )
    made = PastAtlas(folder=atlas.folder, manifest=manifest, data=atlas.data, day=day, **content)
    fame = fame_at(atlas, evidence, day)
    made.kept["fame"] = fame
    made.kept["parts"] = {}
    made.kept["makers"] = {
        "names": lambda: names_part(atlas, evidence.rows),
        "evidence": lambda: evidence_part(evidence, blocks),
        "viewers": lambda: viewers_part(atlas, evidence.rows, day),
        "recommender": lambda: recommender_part(made, fame),
        "network": lambda: network_part_at(atlas, evidence, blocks),
        "senses": lambda: senses_part(atlas, blocks.seen),
    }
    return made


def _content(atlas: Atlas, evidence: Evidence, blocks: Blocks, day: int) -> dict[str, Any]:
    """The columns of `AtlasContent`."""
    rows, nodes = evidence.rows, len(evidence.node_type)
    by_node = np.argsort(evidence.node, kind="stable")
    end = np.asarray(atlas.end_year)[rows]
    found: dict[str, Any] = {
        "vectors": blocks.vectors,
        "norms": blocks.norms,
        "edge_start": _starts(evidence.owner, len(rows)),
        "edge_node": evidence.node.astype(np.int32),
        "edge_relations": evidence.relations,
        "edge_value": blocks.values,
        "posting_start": _starts(evidence.node, nodes),
        "posting_title": evidence.owner[by_node].astype(np.int32),
        "posting_value": blocks.values[by_node],
        "node_type": evidence.node_type,
        "nodes": evidence.nodes,
        "node_names": evidence.node_names,
        "end_year": np.where(end > year_of(day), 0, end).astype(np.int16),
        **_names(atlas, rows),
    }
    for column in fields(AtlasContent):
        if column.name not in found:
            found[column.name] = _of_rows(getattr(atlas, column.name), rows)
    return found


def _of_rows(column: Any, rows: NDArray[np.int64]) -> Any:
    """The entries of a column of titles."""
    if isinstance(column, Vocabulary):
        return Vocabulary(column.ids.take(rows))
    if isinstance(column, Strings):
        return column.take(rows)
    return np.asarray(column)[rows]


def _names(atlas: Atlas, rows: NDArray[np.int64]) -> dict[str, Any]:
    new = np.full(len(atlas), -1, np.int32)
    new[rows] = np.arange(len(rows))
    of = new[np.asarray(atlas.name_row)]
    kept = np.flatnonzero(of >= 0)
    return {
        "name_keys": atlas.name_keys.take(kept),
        "name_row": of[kept],
        "name_rank": np.asarray(atlas.name_rank)[kept],
    }


def _starts(sorted_or_not: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.bincount(sorted_or_not, minlength=size))]).astype(np.int64)
