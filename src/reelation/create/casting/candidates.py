"""Who is close to a project: people in a role, by the closeness of their titles to it.

    rows of titles, or a described point  ->  closeness [titles]  ->  people: their three closest titles, weighed

Closeness of a title is its score with each title named (or with the point), the middling title at 0 and the best one
at 1, averaged; a title that was named is at 1. A person's closeness is half that of the closest title, three tenths of
the second's, a fifth of the third's: one lucky title does not carry it, and a long career does not either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.search.choosing import levelled
from reelation.search.exact import Measure, Point, Scorer

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

SHARES = (0.5, 0.3, 0.2)


@dataclass(frozen=True)
class Candidates:
    """People in a role."""

    nodes: Rows
    """[people] rising."""
    closeness: Floats
    """[people] 0 to 1."""
    titles: Rows
    """[people, 3] rows of the closest titles in the role, closest first, -1 after the last."""
    closest: Floats
    """[people, 3] their closeness."""
    last: Rows
    """[people] year of the last title, in any role; 0 unknown."""


def closeness(atlas: Atlas, like: tuple[int, ...], point: Point | None) -> Floats:
    """[titles] 0 to 1, how close each title is to a project."""
    scorer, everything = Scorer(atlas, Measure.of(atlas)), np.ones(len(atlas), bool)
    found = []
    for row in like:
        others = everything.copy()
        others[list(like)] = False
        level = np.clip(levelled(scorer.scores(row), others)[0], 0, 1)
        found.append(np.where(others, level, 1.0))
    if point is not None:
        found.append(np.clip(levelled(scorer.scores_of(point), everything)[0], 0, 1))
    return np.asarray(np.mean(found, axis=0), np.float32)


def candidates(atlas: Atlas, bit: int, near: Floats) -> Candidates:
    """Everybody in a role.

    Args:
        atlas: has people.
        bit: of the role.
        near: [titles] see `closeness`.
    """
    relations = np.asarray(atlas.edge_relations)
    edges = np.flatnonzero(relations >> bit & 1)
    node = np.asarray(atlas.edge_node)[edges].astype(np.int64)
    title = np.searchsorted(np.asarray(atlas.edge_start), edges, side="right") - 1
    order = np.lexsort((title, -near[title], node))
    node, title = node[order], title[order]
    nodes, first = np.unique(node, return_index=True)
    length = np.diff(np.append(first, len(node)))
    place = first[:, None] + np.arange(len(SHARES))
    there = np.arange(len(SHARES)) < length[:, None]
    titles = np.where(there, title[np.minimum(place, max(len(title) - 1, 0))], -1) if len(title) else place
    closest = np.where(there, near[titles], 0).astype(np.float32)
    return Candidates(nodes, (closest @ np.array(SHARES, np.float32)), titles, closest, _last(atlas, nodes))


def _last(atlas: Atlas, nodes: Rows) -> Rows:
    if not len(nodes):
        return np.zeros(0, np.int64)
    first, last = np.asarray(atlas.posting_start)[nodes], np.asarray(atlas.posting_start)[nodes + 1]
    years = np.asarray(atlas.year)[np.asarray(atlas.posting_title)[spans(first, last)]].astype(np.int64)
    return np.asarray(np.maximum.reduceat(years, np.cumsum(last - first) - (last - first)))
