"""What a reader of comparables has to know before believing them: each with its numbers, in a sentence.

what was understood, the titles found, their years and outcomes  ->  cautions  ->  (Caution, ...)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reelation.create.comps.outcomes import Outcome
from reelation.create.reading.kin import Kin
from reelation.insights.titles import Title
from reelation.messages import Messages

STALE = 10
"""Years after which tastes and prices are others; a rule of thumb of ours."""
SMALL = 50
"""Titles to choose from; with fewer, the closest may not be close."""
FAR = 0.005
"""Share of the atlas's own titles with less company; below it a text is far from everything. One in twenty synopses of
real films lies lower (benchmarks/synopses_validation.csv): a synopsis is less like an article than these each other."""


@dataclass(frozen=True)
class Caution:
    """One thing to know."""

    code: str
    """"stale", "only_hits", "only_misses", "fate_unknown", "few", "small_sample", "far", "nothing", "unread",
    "unknown", "which", "no_figures", "band_unknown"."""
    text: str
    """In a sentence."""
    figures: dict[str, float] = field(default_factory=dict)
    """The numbers in it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"code": self.code, "text": self.text, "figures": {k: round(v, 4) for k, v in self.figures.items()}}


@dataclass(frozen=True)
class Found:
    """What was found, as far as cautions look at it."""

    titles: Sequence[Title]
    outcomes: Sequence[Outcome | None]
    """[titles]."""
    wanted: int
    """How many titles were asked for."""
    candidates: int
    """How many titles passed the filters."""
    year: int
    """The year that age counts from: the project's, else the newest of the atlas."""
    figures: bool
    """Whether the atlas has any."""
    band_known: bool
    """Whether the atlas knows scale, or no budget was given."""


def cautions(kin: Kin, found: Found, say: Messages) -> tuple[Caution, ...]:
    """What to know of some comparables, what matters most first."""
    told = [*_understood(kin, say), *_sample(kin, found, say), *_fates(found, say), *_age(found, say)]
    return tuple(told)


def _understood(kin: Kin, say: Messages) -> list[Caution]:
    told = []
    if not kin.anything:
        told.append(Caution("nothing", say.say("create_cautions.nothing")))
    told += [Caution("unread", note) for note in kin.unread]
    if kin.unknown:
        names = say.names([one.text for one in kin.unknown], most=5)
        told.append(Caution("unknown", say.say("create_cautions.unknown", names=names)))
    for one in kin.questions:
        people = say.names([f"{each.name} [{each.id}]" for each in one.candidates], most=4)
        told.append(Caution("which", say.say("create_cautions.which", name=one.text, people=people)))
    return told


def _sample(kin: Kin, found: Found, say: Messages) -> list[Caution]:
    told = []
    if kin.company is not None and kin.company < FAR:
        share = f"{np.floor((1 - kin.company) * 1000) / 10:g}%"
        told.append(Caution("far", say.say("create_cautions.far", share=share), {"company": kin.company}))
    if kin.anything and len(found.titles) < found.wanted:
        values = {"found": len(found.titles), "wanted": found.wanted}
        told.append(Caution("few", say.say("create_cautions.few", **values), {k: float(v) for k, v in values.items()}))
    if found.candidates < SMALL:
        text = say.say("create_cautions.small_sample", candidates=found.candidates)
        told.append(Caution("small_sample", text, {"candidates": float(found.candidates)}))
    return told


def _fates(found: Found, say: Messages) -> list[Caution]:
    if not found.titles:
        return []
    told, known = [], [one for one in found.outcomes if one is not None]
    if not found.figures:
        return [Caution("no_figures", say.say("create_cautions.no_figures"))]
    if not found.band_known:
        told.append(Caution("band_unknown", say.say("create_cautions.band_unknown")))
    unknown = len(found.titles) - len(known)
    if 2 * unknown > len(found.titles):
        values = {"unknown": unknown, "titles": len(found.titles)}
        text = say.say("create_cautions.fate_unknown", **values)
        told.append(Caution("fate_unknown", text, {k: float(v) for k, v in values.items()}))
    for fared in ("hit", "miss"):
        if len(known) >= 2 and all(one.fared == fared for one in known):
            code = "only_hits" if fared == "hit" else "only_misses"
            text = say.say(f"create_cautions.{code}", known=len(known))
            told.append(Caution(code, text, {"known": float(len(known))}))
    return told


def _age(found: Found, say: Messages) -> list[Caution]:
    old = [one for one in found.titles if one.year and one.year < found.year - STALE]
    if not old:
        return []
    values = {"old": len(old), "titles": len(found.titles), "years": STALE, "year": found.year}
    text = say.say("create_cautions.stale", names=say.names([str(one) for one in old], most=3), **values)
    return [Caution("stale", text, {"old": float(len(old)), "titles": float(len(found.titles))})]
