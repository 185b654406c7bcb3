"""How well every title would suit a person, told from what they have seen: one way for answers and for measurements.

    rows seen, verdicts, ages  ->  Preference  ->  [titles] scores, and every seen title's exact part in them

    score(c) = standing(c) + sum_i [ b_i B(i, c) + n_i N(i, c) + k_i K(i, c) + sum over relations r of r_i R_r(i, c) ]

i runs over the titles seen. B are item weights learned from what viewers like at all, N from what they like next (both
sparse), K is `reelation.search.kernel`, R_r `reelation.search.reach`, one a type of shared node. What a title counts
with is its verdict x_i, and in B, N and R its verdict again for each of several half-lives h, halved for every h titles
that the person liked after it, and nothing from 10 half-lives on:

    b_i = w x_i + sum over h of w_h max(x_i, 0) 2^(-age_i / h),   likewise n_i and r_i;   k_i = w x_i / spread

so what was liked last can count most, and in another measure for people than for genres. Standing is what a title is
worth to anybody: how many like it, and lately, and what it shares with what is liked lately. K's sum is divided by its
spread over titles, each weighting of R by the size of what it weighs; given that, every part but standing is a sum over
the titles seen, so each title's own part can be named. All weightings go through the graph as one. A new viewer is
scored like one whom the atlas was trained with.

Where viewers say nothing about any title seen, the score is K's part alone; where nothing was seen, how well known a
title is: standing is weighed beside what titles seen say, and alone it means little.

Source: item weights by EASE, Steck 2019 (arXiv:1905.03375), and by what follows within a session, SLIST, Choi et al.
2021 (arXiv:2103.16104); docs/decisions/0045 on the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.search.item_weights import Entries
from reelation.search.kernel import Kernel
from reelation.search.reach import Reach
from reelation.search.shared import NO_KINDS, Shared

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Basis = Literal["viewers", "content", "popularity"]

ALONE = {"content": 1.0}
"""Weights where viewers say nothing."""
VIEWERS, NEXT, CONTENT, REACH = "viewers", "next", "content", "reach"
"""Kinds of signals: B, N, K, R."""

PAUSE = 3600
"""Seconds after which somebody is taken to come back; chosen on validation windows (docs/research/time.md)."""
_FORGOTTEN = 10
"""Half-lives after which a title seen no longer counts: less than a thousandth is left."""


@dataclass(frozen=True)
class Signal:
    """One way in which titles seen speak for others."""

    kind: str
    relation: str = ""
    """The type of node of a signal of kind `REACH`."""
    half_life: float = 0.0
    """In titles liked after; 0: verdicts as they are."""

    @property
    def name(self) -> str:
        """Its key among the weights: "viewers", "next 10", "person 3"."""
        what = self.relation if self.kind == REACH else self.kind
        return f"{what} {self.half_life:g}" if self.half_life else what


def going_on(last: int, now: int) -> bool:
    """Whether somebody is still at it `now` whose last event was at `last`, no more than `PAUSE` ago.

    Args:
        last: seconds since 1970; nobody is at it where it is unknown.
        now: likewise, when they ask.
    """
    return last != UNKNOWN_TIME and now - last <= PAUSE


def signals_of(part: Part) -> list[Signal]:
    """All signals that a part can give; where it knows no times, B and K by verdicts alone."""
    decays: Mapping[str, list[float]] = part.about.get("half_lives", {})
    found = [Signal(VIEWERS, half_life=h) for h in decays.get(VIEWERS, [0.0])]
    found += [Signal(NEXT, half_life=h) for h in decays.get(NEXT, [])]
    found.append(Signal(CONTENT))
    relations: list[str] = part.about.get("relations", [])
    return found + [Signal(REACH, relation, h) for relation in relations for h in decays.get(REACH, [])]


class Preference:
    """Scores of one person."""

    def __init__(
        self,
        content: AtlasContent,
        part: Part,
        rows: Rows,
        verdicts: Floats,
        ages: Floats | None = None,
        *,
        at_it: bool = False,
    ) -> None:
        """Read a history.

        Args:
            content: of the atlas.
            part: "recommender"; see docs/explanation/atlas.md.
            rows: [seen] distinct rows of titles.
            verdicts: [seen] what the person thought of each; 0 says nothing.
            ages: [seen] titles liked after each, infinite where unknown (`reelation.histories.verdicts.ages`); None
                where no time is known.
            at_it: the person liked something just now (`going_on`); else they come back after a pause. Both have
                weights of their own where the part has them.
        """
        self.rows, self.verdicts = rows, verdicts
        self._ages = np.full(len(rows), np.inf, np.float32) if ages is None else ages
        kinds = part.array("relation") if "relation" in part.columns else NO_KINDS
        self._shared = Shared(content, rows, kinds)
        self._relations: list[str] = part.about.get("relations", [])
        self._kernel = Kernel(content, part.array("centre"), part.array("metric"))
        if len(kinds):
            self._reach = Reach(content, kinds, part.array("length"), self._shared)
        titles = len(content.vectors)
        self._entries = {VIEWERS: Entries(part, "", rows, titles), NEXT: Entries(part, "next ", rows, titles)}
        self.basis: Basis = "viewers" if len(self._entries[VIEWERS]) else "content" if verdicts.any() else "popularity"
        """What the scores come from first of all."""
        which = "next " if at_it and "next weights" in part.about else ""
        weights: dict[str, float] = part.about[f"{which}weights"] if self.basis == "viewers" else ALONE
        self._weights = {one: weights[one.name] for one in signals_of(part) if weights.get(one.name)}
        known = self.basis == "viewers" and "standing" in part.columns
        standing = part.array(f"{which}standing" if known else "fame")
        self._standing: Floats = np.zeros(titles, np.float32) if self.basis == "content" else np.asarray(standing)
        self.scores: Floats = self._standing.astype(np.float32)
        """[titles] higher is better; also for titles that were seen."""
        for kind, relation in dict.fromkeys((one.kind, one.relation) for one in self._weights):
            if kind == CONTENT:
                self.scores += np.float32(self._weights[Signal(CONTENT)]) * self._related[0]
            else:
                self.scores += self._told(kind, relation, self._weighed(kind, relation))

    def signals(self, wanted: Sequence[Signal]) -> dict[Signal, Floats]:
        """[titles] each: what the titles seen say, before it is weighed."""
        return {
            one: self._related[0] if one.kind == CONTENT else self._told(one.kind, one.relation, self._counts(one))
            for one in wanted
        }

    def parts(self, others: Rows) -> Parts:
        """The scores of `others` [n] by every title seen."""
        shape = (len(self.rows), len(others))
        viewers, content = np.zeros(shape), np.zeros(shape)
        for kind, entries in self._entries.items():
            viewers += entries.between(self._weighed(kind), others)
        if (weight := self._weighed(CONTENT)).any():
            content += self._kernel.between(self.rows, others) * weight[:, None]
        if any(one.kind == REACH for one in self._weights):
            for relation, values in zip(self._relations, self._reach.between(others), strict=True):
                content += values * self._weighed(REACH, relation)[:, None]
        return Parts(self._standing[others].astype(np.float64), viewers, content)

    @cached_property
    def _related(self) -> tuple[Floats, float]:
        """[titles] K's sum, of spread 1, and the spread that it had."""
        related = self._kernel.weighted(self.rows, self.verdicts, self._shared)
        spread = max(float(related.std()), 1e-9)
        return np.asarray(related / np.float32(spread)), spread

    def _told(self, kind: str, relation: str, counts: NDArray[np.float64]) -> Floats:
        """[titles] what B, N or an R say when each title seen counts with `counts` [seen]."""
        if kind == REACH:
            return self._reach.weighted(self._relations.index(relation), counts)
        return self._entries[kind].weighted(counts)

    def _counts(self, one: Signal) -> NDArray[np.float64]:
        """[seen] what each title seen counts with in one signal."""
        counts = self.verdicts.astype(np.float64)
        if one.half_life:
            lives = self._ages / one.half_life
            counts = np.maximum(counts, 0) * np.where(lives <= _FORGOTTEN, np.exp2(-lives), 0)
        if one.kind == CONTENT:
            return counts / self._related[1]
        if one.kind == REACH:
            return counts / max(self._reach.size(self._relations.index(one.relation), counts), 1e-9)
        return counts

    def _weighed(self, kind: str, relation: str = "") -> NDArray[np.float64]:
        """[seen] what each title counts with in all signals of one kind together."""
        found = np.zeros(len(self.rows))
        for one, weight in self._weights.items():
            if (one.kind, one.relation) == (kind, relation):
                found += weight * self._counts(one)
        return found


@dataclass(frozen=True)
class Parts:
    """Some titles' scores taken apart; standing and both others summed over the titles seen are the score."""

    standing: NDArray[np.float64]
    """[others]."""
    viewers: NDArray[np.float64]
    """[seen, others] what other viewers say: B and N."""
    content: NDArray[np.float64]
    """[seen, others] what titles have in common: K and R."""
