"""Comparables for a logline or synopsis: in story and people, and in the market, with the misses beside the hits.

    Project  ->  Kin (how near every title is)  ->  two columns, their misses, figures with sources, cautions

*Tonal*: the nearest titles by what is told: the text, what it names, genres, people. *Market*: among the 300 nearest,
those that are also near in scale (the budget's third of their years), time and territory, and of which the catalogue
has a figure of scale. Beside each column stand titles from the nearest 100 that fared badly. A comparable says what
has been, and forecasts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.create.comps.cautions import Caution, Found, cautions
from reelation.create.comps.comparable import Comparable, Describer
from reelation.create.comps.outcomes import Outcomes, bands
from reelation.create.reading.kin import Kin, kin_of
from reelation.create.reading.mentions import Mention
from reelation.create.reading.project import BUDGETS, Project
from reelation.errors import UsageError
from reelation.messages import Messages
from reelation.search.exact import nearest
from reelation.search.figures import SCALE, Figures
from reelation.search.filters import Filters

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_POOL = 300
"""Nearest titles that the market column is chosen from."""
_AMONG = 100
"""Nearest titles that misses are looked for among."""
_MISSES = 2
"""At the most, beside each column."""
_BAND, _AGE, _TERRITORY = 0.5, 0.5, 0.25
"""What being of the same scale, time and territory counts in the market, where the nearest of the pool counts 1."""
_YEARS = 10.0
"""After so many years, time counts 1/e."""


@dataclass(frozen=True)
class WantedComps:
    """Which comparables are asked for."""

    count: int = 5
    """Titles in each column, 1 to 10."""
    filters: Filters = field(default_factory=Filters)
    """Years, kinds, genres, countries (territory) that may come back."""
    outside: NDArray[np.int64] | None = None
    """Rows that never come back."""

    def __post_init__(self) -> None:
        """Check the range.

        Raises:
            UsageError: `count` is out of range.
        """
        if not 1 <= self.count <= 10:
            raise UsageError(f"asked for {self.count} comparables a column; 1 to 10 is possible")


@dataclass(frozen=True)
class Comps:
    """Comparables of a project."""

    project: Project
    tonal: tuple[Comparable, ...]
    """Nearest first."""
    market: tuple[Comparable, ...]
    """None of them is in `tonal`."""
    tonal_misses: tuple[Comparable, ...]
    """Near titles that fared badly, nearest first."""
    market_misses: tuple[Comparable, ...]
    mentions: tuple[Mention, ...]
    """What was understood of the text by name."""
    text_read: bool
    """Whether an encoder read the text."""
    candidates: int
    """How many titles passed the filters."""
    cautions: tuple[Caution, ...]
    sources: tuple[dict[str, Any], ...]
    """Name, label, homepage and licence of every source of the atlas."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "project": self.project.to_json(),
            "tonal": [one.to_json() for one in self.tonal],
            "market": [one.to_json() for one in self.market],
            "tonal_misses": [one.to_json() for one in self.tonal_misses],
            "market_misses": [one.to_json() for one in self.market_misses],
            "mentions": [one.to_json() for one in self.mentions],
            "text_read": self.text_read,
            "candidates": self.candidates,
            "cautions": [one.to_json() for one in self.cautions],
            "sources": list(self.sources),
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame, one row a title: column, rank, title_id, name, year, kind, score, fared, shared, differs."""
        import polars as pl

        columns = ("tonal", "market", "tonal_misses", "market_misses")
        rows = [
            {
                "column": column,
                "rank": one.rank,
                "title_id": one.title.title_id,
                "name": one.title.name,
                "year": one.title.year,
                "kind": one.title.kind,
                "score": one.score,
                "fared": one.outcome.fared if one.outcome else None,
                "shared": one.reason,
                "differs": "; ".join(one.differs),
            }
            for column in columns
            for one in getattr(self, column)
        ]
        return pl.DataFrame(rows, infer_schema_length=None)


def comps(atlas: Atlas, project: Project, wanted: WantedComps | None, say: Messages) -> Comps:
    """Comparables of `project` in two columns, with what is shared, what differs, figures, misses and cautions.

    Args:
        atlas: has the part "network"; parts "figures" and "kin" where figures and texts are to count.
        project: what is to be made.
        wanted: how many, and which titles may come back.
        say: the language of sentences.

    Raises:
        AtlasError: the atlas was made without the part "network".
        UsageError: a filter names something that the atlas does not have.
    """
    wanted = wanted or WantedComps()
    kin = kin_of(atlas, project, say)
    allowed = _allowed(atlas, wanted)
    candidates = int(np.count_nonzero(allowed))
    near = nearest(kin.scores, max(_POOL, wanted.count), allowed=allowed) if kin.anything else np.zeros(0, np.int64)
    tonal = near[: wanted.count]
    worth = _market(atlas, project, kin, near)
    order = near[np.lexsort((near, -worth))]
    there = np.isfinite(np.sort(-worth))
    market = order[there & ~np.isin(order, tonal)][: wanted.count]
    outcomes = Outcomes(atlas)
    taken = np.concatenate([tonal, market])
    misses = [
        int(row)
        for row in near[:_AMONG].tolist()
        if row not in taken and (fared := outcomes.of(row)) is not None and fared.fared == "miss"
    ][: 2 * _MISSES]
    describer = Describer(atlas, project, kin, outcomes, say)
    columns = [
        describer.describe(np.asarray(rows, np.int64), scores)
        for rows, scores in (
            (tonal, kin.scores),
            (market, _spread(atlas, near, worth)),
            (misses[::2], kin.scores),
            (misses[1::2], kin.scores),
        )
    ]
    shown = [*columns[0], *columns[1]]
    figures = Figures.of(atlas)
    found = Found(
        titles=[one.title for one in shown],
        outcomes=[one.outcome for one in shown],
        wanted=2 * wanted.count,
        candidates=candidates,
        year=project.year or _newest(atlas),
        figures=figures is not None,
        band_known=project.budget is None or bands(atlas) is not None,
    )
    return Comps(
        project,
        tonal=columns[0],
        market=columns[1],
        tonal_misses=columns[2],
        market_misses=columns[3],
        mentions=kin.mentions,
        text_read=kin.text_read,
        candidates=candidates,
        cautions=cautions(kin, found, say),
        sources=_sources(atlas),
    )


def _allowed(atlas: Atlas, wanted: WantedComps) -> NDArray[np.bool_]:
    """[titles] what may come back; no episodes where no kind is asked for."""
    passing = wanted.filters.allowed(atlas)
    allowed = np.ones(len(atlas), bool) if passing is None else passing.copy()
    if not wanted.filters.kinds:
        allowed &= atlas.kind != KINDS.index("episode")
    if wanted.outside is not None:
        allowed[wanted.outside] = False
    return allowed


def _market(atlas: Atlas, project: Project, kin: Kin, near: Rows) -> Floats:
    """[near] how well each compares in the market; minus infinity where no figure of scale is known of it."""
    scores = kin.scores[near].astype(np.float64)
    low, high = (scores.min(initial=0.0), scores.max(initial=0.0)) if len(scores) else (0.0, 0.0)
    worth = (scores - low) / (high - low) if high > low else np.zeros(len(near))
    years = atlas.year[near].astype(np.float64)
    age = np.abs((project.year or _newest(atlas)) - years)
    worth += _AGE * np.where(years > 0, np.exp(-age / _YEARS), 0)
    if project.territory and (node := kin.territory) is not None:
        worth += _TERRITORY * np.isin(near, atlas.posting_title[atlas.titles_of(node)])
    scale = bands(atlas)
    if scale is not None and project.budget is not None:
        middle = (BUDGETS.index(project.budget) + 0.5) / len(BUDGETS)
        worth += _BAND * (1 - np.nan_to_num(np.abs(scale[1][near] - middle), nan=1.0))
    figures = Figures.of(atlas)
    measures = [one for one in SCALE if figures is not None and one in figures.measures]
    if figures is not None and measures:
        known = np.any([~np.isnan(figures.column(one)[near]) for one in measures], axis=0)
        worth = np.where(known, worth, -np.inf)
    return np.asarray(worth, np.float64)


def _spread(atlas: Atlas, near: Rows, worth: Floats) -> NDArray[np.float32]:
    """[titles] the worth of the near ones, 0 of others."""
    found = np.zeros(len(atlas), np.float32)
    found[near] = np.where(np.isfinite(worth), worth, 0)
    return found


def _newest(atlas: Atlas) -> int:
    return int(atlas.year.max(initial=0))


def _sources(atlas: Atlas) -> tuple[dict[str, Any], ...]:
    kept = ("name", "label", "homepage", "licence", "licence_url")
    return tuple({key: source[key] for key in kept if key in source} for source in atlas.manifest.sources)
