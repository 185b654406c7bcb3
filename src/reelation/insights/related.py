"""Which titles are related to this one, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import MissingPartError, UsageError
from reelation.insights.alike import Alike, Figures, alike_with_each, figures_of, phrases
from reelation.insights.differences import most_telling
from reelation.insights.evidence import Shared, shared_with_each
from reelation.insights.listing import Listing
from reelation.insights.reasons import sentence
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.choosing import POOL, Sliders, completed, stretched, varied
from reelation.search.closest import first_of, kept_closest
from reelation.search.exact import Measure, Metric, Point, Scorer, nearest, point_at
from reelation.search.fame import fame_of
from reelation.search.filters import Filters

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Wanted:
    """Which related titles are asked for."""

    k: int = 10
    """How many, 1 to 10,000; fewer come back where fewer pass."""
    start: int = 0
    """Places of the list that are left out, for the next page; 0 or more."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Facet -> weight >= 0; a facet that is not named keeps 1."""
    metric: Metric | str = "dot"
    """"dot", "cosine" or "euclidean"; see `reelation.search.exact`."""
    filters: Filters = field(default_factory=Filters)
    outside: NDArray[np.int64] | None = None
    """Rows that never come back."""
    min_relevance: float = 0.0
    """0 to 1: only titles with at least this share of the best score."""
    popularity: float = 0.0
    """-1 (little known) to 1 (well known): at 1, fame counts as much as relevance, among the closest few hundred."""
    diversity: float = 0.0
    """0 to 1: titles unlike each other, among the closest few hundred."""
    explain: bool = True
    """With what both share, and the reason."""
    differs: bool = False
    """With what sets each apart from the title asked about, where that is one of the atlas."""

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            UsageError: a value is out of range.
        """
        Sliders(self.popularity, self.diversity)
        if not 1 <= self.k <= 10_000 or self.start < 0:
            raise UsageError(f"asked for {self.k} titles from place {self.start}; 1 to 10,000 from 0 on is possible")
        if not 0 <= self.min_relevance <= 1:
            raise UsageError(f"min_relevance is {self.min_relevance:g}; it must be 0 to 1")
        if self.min_relevance and self.metric == "euclidean":
            raise UsageError("min_relevance is a share of the best score, and a distance has none; take dot or cosine")

    @property
    def plain(self) -> bool:
        """Whether the list is in the order of the scores."""
        return not (self.popularity or self.diversity or self.min_relevance)

    def allowed(self, atlas: Atlas) -> NDArray[np.bool_] | None:
        """[titles] True where a title may come back; None where all may."""
        allowed = self.filters.allowed(atlas)
        if self.outside is None or not len(self.outside):
            return allowed
        allowed = np.ones(len(atlas), bool) if allowed is None else allowed.copy()
        allowed[self.outside] = False
        return allowed


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
    """Empty where no reasons were asked for."""
    differs: str | None = None
    """The most telling difference; None where it was not asked for, or nothing tells them apart."""
    alike: tuple[Alike, ...] = ()
    """What look and sound add, by trait, the largest part first."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "rank": self.rank,
            **self.title.to_json(),
            "score": round(self.score, 6),
            "facets": {name: round(value, 6) for name, value in self.facets.items()},
            "reason": self.reason or None,
            "shared": [one.to_json() for one in self.shared],
            "alike": [one.to_json() for one in self.alike],
            "differs": self.differs,
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
    wanted: Wanted | None = None,
    say: Messages | None = None,
) -> Related:
    """The titles closest to the one in `row`, each with its reason.

    Args:
        atlas: where to look.
        row: the title asked about.
        wanted: how many, how compared, which may come back.
        say: the language of reasons; the person's own where None.

    Raises:
        UsageError: an unknown facet, metric, kind or tag, or a value out of range.
    """
    return related_to(atlas, point_at(atlas, row), title_at(atlas, row), wanted, say, row=row)


def related_to(
    atlas: Atlas,
    point: Point,
    here: Title,
    wanted: Wanted | None = None,
    say: Messages | None = None,
    *,
    row: int | None = None,
    figures: Figures | None = None,
) -> Related:
    """The same for any point, called `here`; `row`, where it is a title of the atlas, is left out.

    `figures` are what was measured of its picture or sound; those of the title in `row` where None.
    """
    wanted, say = wanted or Wanted(), say or messages()
    measure = Measure.of(atlas, wanted.weights, wanted.metric)
    scorer, allowed = Scorer(atlas, measure), wanted.allowed(atlas)
    rows, passed = _rows(atlas, scorer, measure, point, row, wanted, allowed)
    parts = scorer.facet_scores_of(point, rows)
    shared = shared_with_each(atlas, point, rows, measure) if wanted.explain else [()] * len(rows)
    figures = figures or (figures_of(atlas, row) if row is not None else {})
    looks = alike_with_each(atlas, point, figures, rows, measure, say) if wanted.explain else [()] * len(rows)
    apart = most_telling(atlas, row, rows, say) if wanted.differs and row is not None else [None] * len(rows)
    scores, names = parts.sum(axis=1, dtype=np.float64).tolist(), atlas.facet_names
    items = []
    for rank, (other, own, split, both, alike, unlike) in enumerate(
        zip(rows.tolist(), scores, parts.astype(float).tolist(), shared, looks, apart, strict=True),
        start=wanted.start + 1,
    ):
        there, facets = title_at(atlas, other), dict(zip(names, split, strict=True))
        told = phrases(alike, facets, say)
        items.append(
            RelatedTitle(
                rank=rank,
                title=there,
                score=own,
                facets=facets,
                shared=both,
                reason=sentence(here, there, both, len(atlas), say, looks=told) if wanted.explain else "",
                differs=unlike,
                alike=alike,
            )
        )
    return Related(
        title=here,
        items=tuple(items),
        metric=wanted.metric,
        weights=dict(zip(atlas.facet_names, measure.weights.astype(float).tolist(), strict=True)),
        candidates=passed,
    )


def at_once(atlas: Atlas, row: int, wanted: Wanted) -> bool:
    """Whether the list can be looked up: an answer then takes a millisecond or so, however many titles there are."""
    measure = Measure.of(atlas, wanted.weights, wanted.metric)
    if not wanted.plain or (kept := kept_closest(atlas, measure)) is None:
        return False
    return first_of(kept, row, wanted.start + wanted.k, wanted.allowed(atlas)) is not None


def _rows(
    atlas: Atlas,
    scorer: Scorer,
    measure: Measure,
    point: Point,
    row: int | None,
    wanted: Wanted,
    allowed: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.int64], int]:
    """Rows of the list, closest first, and how many titles passed all conditions."""
    passed = len(atlas) if allowed is None else int(np.count_nonzero(allowed))
    passed -= row is not None and (allowed is None or bool(allowed[row]))
    end = wanted.start + wanted.k
    if row is not None and wanted.plain and (kept := kept_closest(atlas, measure)) is not None:
        found = first_of(kept, row, end, allowed)
        if found is not None:
            return found[wanted.start :], passed
    scores = scorer.scores_of(point)
    if wanted.min_relevance or not wanted.plain:
        allowed = np.ones(len(atlas), bool) if allowed is None else allowed.copy()
        if row is not None:
            allowed[row] = False
        if wanted.min_relevance:
            best = scores[allowed].max(initial=0.0)
            allowed &= (scores >= best * np.float32(wanted.min_relevance)) & (scores > 0)
            passed = int(np.count_nonzero(allowed))
    if not (wanted.popularity or wanted.diversity):
        return nearest(scores, end, allowed=allowed, without=row)[wanted.start :], passed
    pool = nearest(scores, max(POOL, 30 * wanted.k), allowed=allowed)
    worth = stretched(scores[pool].astype(np.float64))
    if wanted.popularity:
        fame = fame_of(atlas)
        if fame is None:
            raise MissingPartError(
                "This atlas does not say how well known titles are. Make it again with: reelation train"
            )
        worth = stretched(worth + wanted.popularity * fame[pool])
    rows = varied(pool, worth, wanted.diversity, atlas.vectors, end)
    return completed(rows, scores, end, allowed)[wanted.start :], passed


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
