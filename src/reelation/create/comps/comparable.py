"""One comparable: why it is one, what is different about it, its figures and how it fared.

rows, Kin  ->  Describer  ->  (Comparable, ...)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.comps.outcomes import Outcome, Outcomes, bands
from reelation.create.reading.kin import Kin
from reelation.create.reading.project import BUDGETS, Project
from reelation.insights.evidence import Shared, shared_with_each
from reelation.insights.reasons import sentence
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages
from reelation.search.exact import Measure
from reelation.search.figures import Figure, Figures
from reelation.search.naming import node_range

_ALIKE = 0.9
"""From this share of texts that are less like it on, a plot is said to read alike."""
_APART = 10
"""Years that are worth a word."""


@dataclass(frozen=True)
class Comparable:
    """A title beside a project."""

    rank: int
    """From 1."""
    title: Title
    score: float
    """What the column is sorted by; comparable within it only."""
    signals: dict[str, float]
    """What carries how much of the relatedness: "text", "around", "named" …; they add up to it."""
    shared: tuple[Shared, ...]
    """What of the project, by name, the title has, rarest first."""
    plot_share: float | None
    """Share of all titles with texts whose text is less like the project's, 0 to 1; None where there is none."""
    reason: str
    """What is shared, in a sentence."""
    differs: tuple[str, ...]
    """What differs, in sentences; empty where nothing is known to."""
    figures: tuple[Figure, ...]
    """With units and sources; empty where the atlas knows none."""
    outcome: Outcome | None
    """How it fared; None where that is unknown."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "rank": self.rank,
            **self.title.to_json(),
            "score": round(self.score, 6),
            "signals": {name: round(value, 6) for name, value in self.signals.items()},
            "shared": [one.to_json() for one in self.shared],
            "plot_share": None if self.plot_share is None else round(self.plot_share, 4),
            "reason": self.reason,
            "differs": list(self.differs),
            "figures": [one.to_json() for one in self.figures],
            "outcome": None if self.outcome is None else self.outcome.to_json(),
        }


class Describer:
    """Makes rows into comparables."""

    def __init__(self, atlas: Atlas, project: Project, kin: Kin, outcomes: Outcomes, say: Messages) -> None:
        self._atlas, self._project, self._kin, self._outcomes, self._say = atlas, project, kin, outcomes, say
        self._here = Title("new", "", project.year, project.kind)

    def describe(self, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> tuple[Comparable, ...]:
        """The comparables in `rows`, in their order; `scores` is [titles]."""
        if not len(rows):
            return ()
        atlas, kin, figures = self._atlas, self._kin, Figures.of(self._atlas)
        shared = shared_with_each(atlas, kin.point, rows, Measure.of(atlas))
        found = []
        for rank, (row, both) in enumerate(zip(rows.tolist(), shared, strict=True), start=1):
            share = kin.plot_share(row)
            found.append(
                Comparable(
                    rank=rank,
                    title=title_at(atlas, row),
                    score=float(scores[row]),
                    signals={name: float(values[row]) for name, values in kin.signals.items()},
                    shared=both,
                    plot_share=share,
                    reason=self._reason(row, both, share),
                    differs=tuple(self._differs(row)),
                    figures=figures.at(row) if figures is not None else (),
                    outcome=self._outcomes.of(row),
                )
            )
        return tuple(found)

    def _reason(self, row: int, both: tuple[Shared, ...], share: float | None) -> str:
        say, parts = self._say, []
        if row in self._kin.named_rows:
            parts.append(say.say("create_comps.named"))
        if both:
            parts.append(sentence(self._here, title_at(self._atlas, row), both, len(self._atlas), say))
        if share is not None and share >= _ALIKE:
            # rounded down: 99.96 % of plots are not all of them
            parts.append(say.say("create_comps.reads_alike", share=f"{np.floor(share * 1000) / 10:g}%"))
        words = [word for word in self._kin.words_of(row) if word]
        if words:
            parts.append(say.say("create_comps.words", names=say.names(words)))
        return say.say("reasons.separator").join(parts) or say.say("create_comps.nothing_by_name")

    def _differs(self, row: int) -> list[str]:
        atlas, say, project = self._atlas, self._say, self._project
        told = []
        for facet in ("genre", "country"):
            here, there = self._own(facet), self._tags(row, facet)
            if not here or not there:
                continue
            missing, other = sorted(here - there), sorted(there - here)
            if missing:
                told.append(say.say(f"create_comps.without_{facet}", names=self._names(facet, missing)))
            if other and not here & there:
                told.append(say.say(f"create_comps.other_{facet}", names=self._names(facet, other)))
        year = int(atlas.year[row])
        if project.year and year and abs(project.year - year) > _APART:
            key = "older" if year < project.year else "newer"
            told.append(say.say(f"create_comps.{key}", years=abs(project.year - year)))
        if str(title_at(atlas, row).kind) != project.kind:
            told.append(say.say("create_comps.kind", kind=say.label("kind", title_at(atlas, row).kind)))
        scale = bands(atlas)
        if scale is not None and project.budget is not None and not np.isnan(scale[1][row]):
            band = BUDGETS[min(int(scale[1][row] * len(BUDGETS)), len(BUDGETS) - 1)]
            if band != project.budget:
                own, other_band = (say.say(f"create_comps.band_{one}") for one in (project.budget, band))
                told.append(say.say("create_comps.band", there=other_band, here=own))
        return told

    def _own(self, facet: str) -> set[int]:
        first, last = node_range(self._atlas, facet)
        return {node for node in self._kin.point.nodes.tolist() if first <= node < last}

    def _tags(self, row: int, facet: str) -> set[int]:
        first, last = node_range(self._atlas, facet)
        return {node for node in self._atlas.edge_node[self._atlas.edges_of(row)].tolist() if first <= node < last}

    def _names(self, facet: str, nodes: list[int]) -> str:
        return self._say.names([self._say.tag(facet, self._atlas.node_names[node]) for node in nodes])
