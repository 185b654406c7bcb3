"""How well every title would suit a person, told from what they have seen: one way for answers and for measurements.

    rows seen, verdicts, ages  ->  Preference  ->  [titles] scores, and every seen title's exact part in them

    score(c) = standing(c) + sum_i [ b_i B(i, c) + n_i N(i, c) + k_i K(i, c) + sum over relations r of r_i R_r(i, c) ]

i runs over the titles seen. B are item weights learned from what viewers like at all, N from what they like next (both
sparse), K is `reelation.search.kernel`, R_r `reelation.search.reach`, one a type of shared node. What a title counts
with is its verdict x_i, and its verdict again for each of several half-lives h, halved for every h titles that the
person liked after it:

    b_i = w x_i + sum over h of w_h max(x_i, 0) 2^(-age_i / h),   likewise n_i, k_i, r_i

so what was liked last can count most, and in another measure for people than for genres. Standing is what a title is
worth to anybody: how many like it, and lately, and what it shares with what is liked lately. K and R sums are divided
by their spread over titles; given that, every part but standing is a sum over the titles seen, so each title's own part
can be named. A new viewer is scored like one whom the atlas was trained with.

Where viewers say nothing about any title seen, the score is K's part alone; where nothing was seen, how well known a
title is: standing is weighed beside what titles seen say, and alone it means little.

Source: item weights by EASE, Steck 2019 (arXiv:1905.03375), and by what follows within a session, SLIST, Choi et al.
2021 (arXiv:2103.16104); docs/decisions/0045 on the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
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

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Basis = Literal["viewers", "content", "popularity"]

ALONE = {"content": 1.0}
"""Weights where viewers say nothing."""
VIEWERS, NEXT, CONTENT, REACH = "viewers", "next", "content", "reach"
"""Kinds of signals: B, N, K, R."""

PAUSE = 86_400
"""Seconds after which somebody is taken to come back."""


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


def going_on(part: Part, last: int) -> bool:
    """Whether somebody is still at it whose last event was at `last`, seconds since 1970; not where it is unknown.

    They are if it was no more than `PAUSE` before the last event that the atlas knows of anybody.
    """
    return last != UNKNOWN_TIME and last >= part.about.get("last", last) - PAUSE


def signals_of(part: Part) -> list[Signal]:
    """All signals that a part can give.

    An atlas of before time was known of has those of before: B and K by verdicts alone.
    """
    decays: Mapping[str, list[float]] = part.about.get("half_lives", {})
    found = [Signal(kind, half_life=h) for kind in (VIEWERS, NEXT, CONTENT) for h in decays.get(kind, [])]
    if not decays:
        found = [Signal(VIEWERS), Signal(CONTENT)]
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
        self._part, self.rows, self.verdicts = part, rows, verdicts
        self._ages = np.full(len(rows), np.inf, np.float32) if ages is None else ages
        self._titles = len(content.vectors)
        self._kernel = Kernel(content, part.array("centre"), part.array("metric"))
        self._reach: Reach | None = None
        if "relation" in part.columns:
            self._reach = Reach(content, part.array("relation"), part.array("length"))
        self._entries = {
            VIEWERS: Entries(part, "", rows, self._titles),
            NEXT: Entries(part, "next ", rows, self._titles),
        }
        self.basis: Basis = "viewers" if len(self._entries[VIEWERS]) else "content" if verdicts.any() else "popularity"
        """What the scores come from first of all."""
        kind = "next " if at_it and "next weights" in part.about else ""
        weights: dict[str, float] = part.about[f"{kind}weights"] if self.basis == "viewers" else ALONE
        self._weights = {one: weights[one.name] for one in signals_of(part) if weights.get(one.name)}
        known = self.basis == "viewers" and "standing" in part.columns
        standing = part.array(f"{kind}standing" if known else "fame")
        self._standing: Floats = np.zeros(self._titles, np.float32) if self.basis == "content" else np.asarray(standing)
        self._spread: dict[Signal, float] = {}
        self.scores: Floats = self._standing.astype(np.float32)
        """[titles] higher is better; also for titles that were seen."""
        for kind in (VIEWERS, NEXT):
            if (weight := self._weighed(kind)).any():
                self.scores += self._entries[kind].weighted(weight.astype(np.float32))
        for one, values in self.signals([one for one in self._weights if one.kind in (CONTENT, REACH)]).items():
            self.scores += np.float32(self._weights[one]) * values

    def signals(self, wanted: list[Signal]) -> dict[Signal, Floats]:
        """[titles] each: what the titles seen say, of spread 1 where it is K or R, before it is weighed."""
        found: dict[Signal, Floats] = {}
        for one in wanted:
            if one.kind in (VIEWERS, NEXT):
                found[one] = self._entries[one.kind].weighted(self._counts(one))
        if some := [one for one in wanted if one.kind == CONTENT]:
            related = self._kernel.each(self.rows, np.stack([self._counts(one) for one in some]))
            found |= {one: self._level(one, values) for one, values in zip(some, related, strict=True)}
        some = [one for one in wanted if one.kind == REACH]
        lives = sorted({one.half_life for one in some})
        if some and self._reach is not None:
            together = np.stack([self._counts(Signal(REACH, half_life=h)) for h in lives])
            reached = self._reach.weighted(self.rows, together)
            for one in some:
                values = reached[self._relations.index(one.relation), lives.index(one.half_life)]
                found[one] = self._level(one, values)
        return {one: found[one] for one in wanted}

    def parts(self, others: Rows) -> Parts:
        """The scores of `others` [n] by every title seen."""
        shape = (len(self.rows), len(others))
        viewers, content = np.zeros(shape), np.zeros(shape)
        for kind in (VIEWERS, NEXT):
            viewers += self._entries[kind].between(self._weighed(kind), others)
        weight = self._weighed(CONTENT)
        if weight.any():
            content += self._kernel.between(self.rows, others) * weight[:, None]
        if self._reach is not None and any(one.kind == REACH for one in self._weights):
            for relation, values in zip(self._relations, self._reach.between(self.rows, others), strict=True):
                content += values * self._weighed(REACH, relation)[:, None]
        return Parts(self._standing[others].astype(np.float64), viewers, content)

    @cached_property
    def _relations(self) -> list[str]:
        return list(self._part.about["relations"])

    def _counts(self, one: Signal) -> Floats:
        """[seen] what each title seen counts with."""
        if not one.half_life:
            return self.verdicts
        lately = np.exp2(-self._ages / np.float32(one.half_life))
        return np.asarray(np.maximum(self.verdicts, 0) * lately, np.float32)

    def _level(self, one: Signal, values: Floats) -> Floats:
        self._spread[one] = max(float(values.std()), 1e-9)
        return np.asarray(values / np.float32(self._spread[one]))

    def _weighed(self, kind: str, relation: str = "") -> NDArray[np.float64]:
        """[seen] what each title counts with in all signals of one kind together."""
        found = np.zeros(len(self.rows))
        for one, weight in self._weights.items():
            if (one.kind, one.relation) == (kind, relation):
                found += self._counts(one) * (weight / self._spread.get(one, 1.0))
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
