"""Which titles are related to this one, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.insights.evidence import Shared, shared_with
from reelation.insights.listing import Listing
from reelation.insights.reasons import sentence
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.exact import Measure, Point, Scorer, nearest, point_at
from reelation.search.filters import Filters

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class RelatedTitle:
    """One related title."""

    rank: int
    """From 1."""
    title: Title
    score: float
    """Higher is closer. Euclidean: minus the squared distance."""
    facets: dict[str, float]
    """The score's exact parts by facet; they add up to it."""
    shared: tuple[Shared, ...]
    """What both have, rarest first."""
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "rank": self.rank,
            **self.title.to_json(),
            "score": round(self.score, 6),
            "facets": {name: round(value, 6) for name, value in self.facets.items()},
            "reason": self.reason,
            "shared": [one.to_json() for one in self.shared],
        }


@dataclass(frozen=True)
class Related(Listing[RelatedTitle]):
    """The titles related to one, closest first."""

    title: Title
    items: tuple[RelatedTitle, ...]
    metric: str
    weights: dict[str, float]
    """Facet weights as asked for; 1 where nothing was."""
    candidates: int
    """How many titles passed the filters."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title": self.title.to_json(),
            "metric": self.metric,
            "weights": self.weights,
            "candidates": self.candidates,
            "related": [item.to_json() for item in self.items],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: rank, title_id, name, year, kind, score, one column a facet, reason."""
        import polars as pl

        rows = [
            {
                "rank": item.rank,
                "title_id": item.title.title_id,
                "name": item.title.name,
                "year": item.title.year,
                "kind": item.title.kind,
                "score": item.score,
                **item.facets,
                "reason": item.reason,
            }
            for item in self.items
        ]
        return pl.DataFrame(rows)

    def _repr_html_(self) -> str:
        return f"<p>Related to <b>{_escaped(str(self.title))}</b></p>" + str(self.to_frame()._repr_html_())


def related(
    atlas: Atlas,
    row: int,
    *,
    k: int = 10,
    weights: Mapping[str, float] | None = None,
    metric: str = "dot",
    filters: Filters | None = None,
    say: Messages | None = None,
) -> Related:
    """The `k` titles closest to the one in `row`, each with its reason.

    Args:
        atlas: where to look.
        row: the title asked about.
        k: how many, 1 to 10,000; fewer come back where fewer pass.
        weights: facet -> weight >= 0; a facet that is not named keeps 1.
        metric: "dot", "cosine" or "euclidean"; see `reelation.search.exact`.
        filters: which titles may come back.
        say: the language of reasons; the person's own where None.

    Raises:
        UsageError: an unknown facet, metric, kind or tag, or a value out of range.
    """
    here = title_at(atlas, row)
    return related_to(
        atlas, point_at(atlas, row), here, row=row, k=k, weights=weights, metric=metric, filters=filters, say=say
    )


def related_to(
    atlas: Atlas,
    point: Point,
    here: Title,
    *,
    row: int | None = None,
    k: int = 10,
    weights: Mapping[str, float] | None = None,
    metric: str = "dot",
    filters: Filters | None = None,
    say: Messages | None = None,
) -> Related:
    """The same for any point, called `here`; `row`, where it is a title of the atlas, is left out."""
    from reelation.errors import UsageError

    if not 1 <= k <= 10_000:
        raise UsageError(f"asked for {k} titles; 1 to 10,000 is possible")
    measure = Measure.of(atlas, weights, metric)
    scorer = Scorer(atlas, measure)
    allowed = (filters or Filters()).allowed(atlas)
    rows = nearest(scorer.scores_of(point), k, allowed=allowed, without=row)
    items = []
    for rank, (other, parts) in enumerate(
        zip(rows.tolist(), scorer.facet_scores_of(point, rows), strict=True), start=1
    ):
        there, shared = title_at(atlas, other), shared_with(atlas, point, other, measure)
        items.append(
            RelatedTitle(
                rank=rank,
                title=there,
                score=float(parts.sum(dtype=np.float64)),
                facets=dict(zip(atlas.facet_names, parts.astype(float).tolist(), strict=True)),
                shared=shared,
                reason=sentence(here, there, shared, len(atlas), say or messages()),
            )
        )
    passed = len(atlas) if allowed is None else int(allowed.sum())
    return Related(
        title=here,
        items=tuple(items),
        metric=metric,
        weights=dict(zip(atlas.facet_names, measure.weights.astype(float).tolist(), strict=True)),
        candidates=passed - (row is not None and (allowed is None or bool(allowed[row]))),
    )


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
