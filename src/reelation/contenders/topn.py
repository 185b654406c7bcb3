"""Who recommends: popularity, neighbours, EASE, factors, graph networks, and our blend of all that helps.

    contenders(task)  ->  the rows of a top-N table

Every choice is made on validation data; then everybody learns again from training and validation together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial

import numpy as np

from reelation.contenders.atlas_topn import STATIC_NAME, TODAY_NAME, AtlasRow, atlas_row
from reelation.contenders.ranking_networks import bpr_row, lightgcn_row, taste_row
from reelation.contenders.tgn import tgn_list_row
from reelation.evaluation.ranking import Predict
from reelation.evaluation.recommenders.blend import BlendConfig, fit_blend
from reelation.evaluation.recommenders.content import ease_rows
from reelation.evaluation.recommenders.factors import IalsConfig, ials
from reelation.evaluation.recommenders.known import Floats, Known, Member, choose
from reelation.evaluation.recommenders.linear import ease, histories
from reelation.evaluation.recommenders.neighbours import item_knn
from reelation.evaluation.recommenders.popularity import popularity, recent_popularity
from reelation.evaluation.recommenders.signals import TIMELESS, SignalConfig, top_n_features
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.topn import RankingProblem, TopN
from reelation.training.recommender_config import STATIC, TODAY

Row = Contender[RankingProblem, Predict]

STRENGTHS = (50.0, 100.0, 200.0, 400.0, 800.0)
CALLING = ("EASE, metadata and dislikes", "iALS 2", "EASE, stretches of 15", "contemporaries 3")
CROSSED = (*CALLING, "log likes", "item-kNN")
TIMELESS_CALLING = ("EASE, metadata and dislikes", "iALS 2", "item-kNN", "log likes")
BLEND, TIMELESS_BLEND = "our blend", "our blend, nothing that knows time"
EXACT = AtlasRow(learn=None)
"""The atlas in order of time, as in the next-item tables: without the network, which says next to nothing there."""


def contenders(task: TopN) -> list[Row]:
    """The rows of a top-N table.

    Args:
        task: any; rows that need times are left out where there are none, rows that need order where parted at random.
    """
    in_order = [
        timeless(),
        tgn_list_row(),
        atlas_row(EXACT),
        atlas_row(replace(EXACT, recommender=STATIC), STATIC_NAME, "other model"),
        atlas_row(replace(EXACT, recommender=TODAY), TODAY_NAME, "other model"),
    ]
    rows = [
        fixed("popularity", popularity, seeded=False),
        tuned("recent popularity", recent_options(), seeded=False) if task.timed else None,
        tuned("item-kNN", {f"{k} neighbours": _item_knn(k) for k in (20, 50, 100, 200)}, seeded=False),
        tuned("EASE", {f"strength {s:g}": _ease(s) for s in STRENGTHS}, seeded=False),
        tuned(
            "EASE without what was disliked", {f"strength {s:g}": _spared(_ease(s)) for s in STRENGTHS}, seeded=False
        ),
        tuned("EASE with metadata", _informed_options()),
        tuned("iALS", {_words(c): partial(_ials, config=c) for c in IALS}),
        tuned("iALS without what was disliked", {_words(c): _spared(partial(_ials, config=c)) for c in IALS}),
        bpr_row(),
        lightgcn_row(),
        taste_row(),
        ours(),
        *(in_order if task.in_order else [atlas_row()]),
    ]
    return [row for row in rows if row is not None]


def ours() -> Row:
    """Our default."""
    return _blend(BLEND, "ours", SignalConfig(), BlendConfig(CALLING, CROSSED))


def timeless() -> Row:
    """The same without its features that know when or in what order anything was liked."""
    return _blend(TIMELESS_BLEND, "other model", TIMELESS, BlendConfig(TIMELESS_CALLING, TIMELESS_CALLING))


def _blend(name: str, kind: Kind, signals: SignalConfig, blend: BlendConfig) -> Row:
    def fit(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        return fit_blend(problem, seed, lambda known, seed: top_n_features(known, seed, signals), blend)

    settings = {"signals": asdict(signals), "blend": asdict(blend), "version": 2}
    return Contender(name, kind, fit, settings=settings)


def fixed(name: str, member: Callable[[Known, int], Floats], *, seeded: bool = True) -> Row:
    """A row with nothing to choose."""
    return tuned(name, {"as it is": member}, seeded=seeded)


def tuned(name: str, options: Mapping[str, Member], *, seeded: bool = True) -> Row:
    """A row that takes its best option on validation data."""

    def fit(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        return choose(options, problem, seed)

    return Contender(name, "baseline", fit, seeded, {"options": list(options), "version": 1})


IALS = tuple(
    IalsConfig(factors, regularisation, alpha)
    for factors, regularisation, alpha in (
        (16, 20.0, 4.0),
        (32, 20.0, 4.0),
        (64, 40.0, 6.0),
        (128, 60.0, 10.0),
        (256, 100.0, 15.0),
    )
)


def _words(config: IalsConfig) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in asdict(config).items())


def recent_options() -> dict[str, Member]:
    """Recent popularity by half-life, days."""

    def recent(days: float) -> Member:
        return lambda known, seed: recent_popularity(known, days)

    return {f"half-life {days:g} days": recent(days) for days in (3.0, 7.0, 14.0, 30.0, 90.0, 365.0)}


def _item_knn(neighbours: int) -> Member:
    return lambda known, seed: item_knn(known, neighbours)


def _ease(strength: float) -> Member:
    def member(known: Known, seed: int) -> Floats:
        own = histories(known)
        return ease(own, own, strength)

    return member


def _spared(member: Member) -> Member:
    """The same, with what the viewer disliked at the end."""

    def spared(known: Known, seed: int) -> Floats:
        scores = member(known, seed)
        bad = known.disliked.matrix().toarray() > 0
        return np.where(bad, scores - 2 * np.abs(scores).max(), scores)

    return spared


def _informed_options() -> dict[str, Member]:
    def informed(strength: float, scale: float) -> Member:
        def member(known: Known, seed: int) -> Floats:
            own = histories(known)
            return ease(np.vstack([own, ease_rows(known, scale, 300, seed)]), own, strength)

        return member

    return {
        f"strength {strength:g}, scale {scale:g}": informed(strength, scale)
        for strength, scale in ((200.0, 1.5), (200.0, 3.0), (400.0, 3.0), (400.0, 6.0), (800.0, 6.0))
    }


def _ials(known: Known, seed: int, config: IalsConfig) -> Floats:
    return ials(known, seed, config)
