"""Why two titles are related, at length: the score taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.insights.alike import Alike, alike_with_each, figures_of, phrases
from reelation.insights.differences import Difference, differences
from reelation.insights.evidence import Number, Shared, measured
from reelation.insights.reasons import sentence
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.exact import Measure, Scorer, point_at

if TYPE_CHECKING:
    import polars as pl


LEARNED = "learned"
"""The name of the network's block in each facet."""


@dataclass(frozen=True)
class BlockPart:
    """One block's exact part of a facet's score."""

    facet: str
    block: str
    """"learned" for the network, "shared people" for the sparse terms, else what the block holds."""
    part: float


@dataclass(frozen=True)
class Explanation:
    """The score of a pair and all that makes it up."""

    title_a: Title
    title_b: Title
    metric: str
    score: float
    facets: dict[str, float]
    """Exact parts by facet; they add up to the score."""
    blocks: tuple[BlockPart, ...]
    """Exact parts by block of the plain inner product, largest first; they add up to the "dot" score."""
    learned: float
    """What the network's blocks add to the "dot" score: no name can be given to a part of it here."""
    shared: tuple[Shared, ...]
    """What both have, rarest first, each with the score's measured drop when it is deleted."""
    numbers: tuple[Number, ...]
    """Year and runtime as evidence, where both titles have them."""
    alike: tuple[Alike, ...]
    """What look and sound add to the score, by trait, the largest part first; empty where a title has no files."""
    differences: tuple[Difference, ...]
    """What one has and the other lacks, most telling first."""
    reason: str
    rank_of_b: int
    """Place of B among the titles closest to A, from 1."""
    rank_of_a: int
    titles: int

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title_a": self.title_a.to_json(),
            "title_b": self.title_b.to_json(),
            "metric": self.metric,
            "score": round(self.score, 6),
            "facets": {name: round(value, 6) for name, value in self.facets.items()},
            "blocks": [{"facet": b.facet, "block": b.block, "part": round(b.part, 6)} for b in self.blocks],
            "learned": round(self.learned, 6),
            "shared": [one.to_json() for one in self.shared],
            "numbers": [one.to_json() for one in self.numbers],
            "alike": [one.to_json() for one in self.alike],
            "differences": [one.to_json() for one in self.differences],
            "reason": self.reason,
            "rank_of_b": self.rank_of_b,
            "rank_of_a": self.rank_of_a,
            "titles": self.titles,
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame of what both share: name, type, roles, titles, facet, share, used, drop."""
        import polars as pl

        return pl.DataFrame([one.to_json() for one in self.shared])

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<tr><td>{name}</td><td>{value:.3f}</td></tr>" for name, value in self.facets.items())
        heading = f"{escape(str(self.title_a))} and {escape(str(self.title_b))}: {self.score:.3f}"
        return f"<p><b>{heading}</b><br>{escape(self.reason)}</p><table>{rows}</table>"


def explain(
    atlas: Atlas,
    row: int,
    other: int,
    *,
    weights: Mapping[str, float] | None = None,
    metric: str = "dot",
    say: Messages | None = None,
) -> Explanation:
    """Take the score of two titles apart.

    Raises:
        UsageError: an unknown facet or metric, or a weight out of range.
    """
    measure = Measure.of(atlas, weights, metric)
    scorer = Scorer(atlas, measure)
    parts = scorer.facet_scores(row, np.array([other]))[0]
    evidence, say = measured(atlas, row, other, measure), say or messages()
    blocks = _blocks(atlas, row, other, measure, evidence.shared)
    here, there = title_at(atlas, row), title_at(atlas, other)
    facets = dict(zip(atlas.facet_names, parts.astype(float).tolist(), strict=True))
    point, figures = point_at(atlas, row), figures_of(atlas, row)
    (alike,) = alike_with_each(atlas, point, figures, np.array([other]), measure, say)
    return Explanation(
        title_a=here,
        title_b=there,
        metric=metric,
        score=float(parts.sum(dtype=np.float64)),
        facets=facets,
        blocks=blocks,
        learned=sum(block.part for block in blocks if block.block == LEARNED),
        shared=evidence.shared,
        numbers=evidence.numbers,
        alike=alike,
        differences=differences(atlas, row, other, say),
        reason=sentence(here, there, evidence.shared, len(atlas), say, looks=phrases(alike, facets, say)),
        rank_of_b=_rank(scorer, row, other),
        rank_of_a=_rank(scorer, other, row),
        titles=len(atlas),
    )


def _blocks(atlas: Atlas, row: int, other: int, measure: Measure, shared: tuple[Shared, ...]) -> tuple[BlockPart, ...]:
    products = np.array(atlas.vectors[row]) * np.array(atlas.vectors[other])
    found = []
    for weight, facet in zip(measure.weights.tolist(), atlas.manifest.facets, strict=True):
        dense = {block.name: weight * float(products[block.columns].sum()) for block in facet.blocks}
        found += [BlockPart(facet.name, name, part) for name, part in dense.items()]
        labelled = {label for block in facet.blocks for label in block.labels}
        terms = [one for one in shared if one.facet == facet.name and one.node_id not in labelled]
        if any(one.share for one in terms):
            kinds = " and ".join(sorted({one.type for one in terms if one.share}))
            found.append(BlockPart(facet.name, f"shared {kinds}", sum(one.share for one in terms)))
    return tuple(sorted(found, key=lambda part: -abs(part.part)))


def _rank(scorer: Scorer, row: int, other: int) -> int:
    scores = scorer.scores(row)
    ahead = scores > scores[other]
    ahead[[row, other]] = False
    return int(ahead.sum()) + 1
