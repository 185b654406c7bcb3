"""Points made of several titles, and how much of a score comes from which of them.

    rows, amounts  ->  mixed  ->  one Point;  Parts: each parent's own point, scaled, which add up to it

Parents are first brought to the same length, since one with many well-known people has a longer vector and would
drown the others; what comes out has the length of the mix, so that with all weight on one parent it is that parent.
A score is linear in the point: what each parent adds to it is exact, facet by facet and thing by thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.search.exact import Point, Scorer, point_at

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Mixed:
    """A point and what it is made of."""

    point: Point
    """The sum of `parts`."""
    parts: tuple[Point, ...]
    """One a parent, scaled."""


def mixed(atlas: Atlas, rows: Sequence[int], amounts: Sequence[float], weights: NDArray[np.float32]) -> Mixed:
    """The sum of titles, each `amount` times its point at a common length.

    The common length is the product of the parents' lengths, each to the power of its share of the amounts (without
    sign): at amounts (1, 0) the first one's own, at (.5, .5) the geometric mean.

    Args:
        atlas: of the titles.
        rows: [parents] rows.
        amounts: [parents] by how much, below 0 to take away; not all 0.
        weights: [facets] of the measure that the point is meant for, which say how long a title is.
    """
    points = [point_at(atlas, row) for row in rows]
    lengths = np.array([float(np.sqrt(max(float(one.norms @ weights), 0.0))) for one in points])
    share = np.abs(np.asarray(amounts, np.float64))
    share = share / share.sum()
    some = lengths > 0
    common = float(np.exp(share[some] @ np.log(lengths[some]))) if some.any() else 1.0
    scale = [
        amount * (1.0 if part == 1.0 or not length else common / length)
        for amount, length, part in zip(amounts, lengths.tolist(), share.tolist(), strict=True)
    ]
    parts = tuple(_scaled(one, by) for one, by in zip(points, scale, strict=True))
    return Mixed(_sum(atlas, [one for one, by in zip(parts, scale, strict=True) if by]), parts)


def facet_parts(scorer: Scorer, found: Mixed, others: Rows, lengths: Floats | None = None) -> Floats:
    """[parents, others, facets] what each parent adds to the score of each title, facet by facet.

    Args:
        scorer: of the inner product.
        found: the point and its parts.
        others: [others] rows.
        lengths: [others] by which scores are divided (cosine); nothing where None.
    """
    parts = np.stack([scorer.facet_scores_of(one, others) for one in found.parts]).astype(np.float64)
    return parts if lengths is None else parts / np.maximum(lengths, 1e-12)[None, :, None]


def _scaled(point: Point, by: float) -> Point:
    if by == 1.0:
        return point
    factor = np.float32(by)
    return replace(
        point, vector=point.vector * factor, values=point.values * factor, norms=point.norms * factor * factor
    )


def _sum(atlas: Atlas, parts: Sequence[Point]) -> Point:
    """One point of several; what several have is added up, things that cancel out stay as evidence."""
    if len(parts) == 1:
        return parts[0]
    vector = np.sum([one.vector.astype(np.float64) for one in parts], axis=0)
    every = np.concatenate([one.nodes for one in parts])
    nodes, at = np.unique(every, return_inverse=True)
    values = np.bincount(at, np.concatenate([one.values for one in parts]).astype(np.float64), minlength=len(nodes))
    relations = np.zeros(len(nodes), np.uint32)
    np.bitwise_or.at(relations, at, np.concatenate([one.relations for one in parts]))
    norms = np.zeros(len(atlas.facet_names))
    for number, facet in enumerate(atlas.manifest.facets):
        norms[number] = sum(float((vector[block.columns] ** 2).sum()) for block in facet.blocks)
    facets = atlas.node_facet[atlas.node_type[nodes]]
    np.add.at(norms, facets[facets >= 0], values[facets >= 0] ** 2)
    return Point(
        vector=vector.astype(np.float32),
        nodes=nodes.astype(np.int64),
        relations=relations,
        values=values.astype(np.float32),
        norms=norms.astype(np.float32),
    )
