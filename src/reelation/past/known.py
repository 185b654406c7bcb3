"""From which day on each title and each fact of an atlas was known.

    years, viewers' times  ->  Known: a day a title, a day an edge

A title is known from the last day of its year, since the catalogue has no more than years, or from the first viewing
in that year, which proves that it was out. Its people and tags are known with it; a link with the later of its two
titles; an award a year after the title; a viewing at its time. What nothing dates (titles without a year that nobody
has watched, lists of recommendations) is known at no date. Of several events of a kind that a viewer had with a title
an atlas keeps the last, so an earlier one may be missing; a later one is never there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.past.dates import NEVER, SECONDS, Days, last_days

_A_YEAR_LATER = ("award",)
"""Relations that come about in the year after the title."""
_UNDATED = ("recommended_with",)
"""Relations that came about at no known time after both titles."""


@dataclass(frozen=True)
class Known:
    """Days since 1970 from which on things are known; `NEVER` where no day is."""

    title: Days
    """[titles]."""
    edge: Days
    """[edges] in the order of `Atlas.edge_node`."""
    event: Days | None
    """[events] of the part "viewers"; None without it."""

    @classmethod
    def of(cls, atlas: Atlas) -> Known:
        """Work it out once an atlas."""
        if "known from" not in atlas.kept:
            atlas.kept["known from"] = _known(atlas)
        found: Known = atlas.kept["known from"]
        return found


def _known(atlas: Atlas) -> Known:
    title, event = last_days(np.asarray(atlas.year)), None
    viewers = atlas.part("viewers")
    if viewers is not None:
        time = np.asarray(viewers.array("time"))
        of = np.asarray(viewers.array("title"))
        event = np.where(time == UNKNOWN_TIME, NEVER, time // SECONDS).astype(np.int32)
        first = last_days(np.asarray(atlas.year) - 1).astype(np.int64) + 1
        event = np.maximum(event, np.where(atlas.year > 0, first, -NEVER)[of]).astype(np.int32)
        seen = np.full(len(atlas), NEVER, np.int32)
        np.minimum.at(seen, of, event)
        title = np.minimum(title, seen)
    return Known(title, _edges(atlas, title), event)


def _edges(atlas: Atlas, title: Days) -> Days:
    manifest = atlas.manifest
    owner = np.repeat(np.arange(len(atlas)), np.diff(atlas.edge_start))
    node, bits = np.asarray(atlas.edge_node), np.asarray(atlas.edge_relations)
    found = title[owner].copy()
    late = [1 << manifest.relations.index(name) for name in _A_YEAR_LATER if name in manifest.relations]
    if late:
        later = (bits & np.uint32(sum(late))) > 0
        found[later] = last_days(np.asarray(atlas.year) + (np.asarray(atlas.year) > 0))[owner[later]]
    if "title" in manifest.node_types:
        number = manifest.node_types.index("title")
        first, last = np.searchsorted(atlas.node_type, [number, number + 1])
        assert last - first == len(atlas)  # nodes of titles are the titles, in the same order
        linked = np.flatnonzero((node >= first) & (node < last))
        found[linked] = np.maximum(found[linked], title[node[linked] - first])
        undated = np.uint32(sum(1 << manifest.relations.index(name) for name in _UNDATED if name in manifest.relations))
        if undated:
            only = linked[(bits[linked] & ~undated) == 0]
            found[only] = NEVER
    return found
