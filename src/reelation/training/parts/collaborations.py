"""Who is likely to work together: a small model, fitted on how it was, judged on years that it did not see.

    the atlas's own edges  ->  splits at T - 10 and T - 5  ->  weights; figures at T - 5 of a model of T - 10 only

`T` is the last year. Features are measured anew whenever the atlas is asked, so the weights stay right when it grows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Column, Part
from reelation.evaluation.collaborations import AT_ONCE, Split, baselines, interval, judge
from reelation.search.collaborating import YEARS, PairModel
from reelation.search.pair_features import PAIR, PERSON
from reelation.training.pair_model import PairConfig, fit, groups
from reelation.training.parts import PartContext

_FEWEST = 30
"""People who find somebody new; with fewer there is nothing to judge by."""
_JUDGED = 320
"""People the figures are of."""
_MOST_PEOPLE = 400_000
"""People with dated titles beyond whom no model is fitted: it would take hours."""


def build(context: PartContext) -> Part | None:
    """The part; None without people. Without enough credits with years it holds years of death only."""
    if "person" not in context.node_types:
        return None
    columns, about = _model(context)
    return Part(columns | _deaths(context), about)


def folded(context: PartContext, earlier: Part) -> Part:
    """The part of an updated atlas: the model as it was, years of death as they are."""
    kept: dict[str, Column] = {
        name: earlier.columns[name] for name in ("weights", "bias", "out") if name in earlier.columns
    }
    return Part(kept | _deaths(context), earlier.about)


def _model(context: PartContext) -> tuple[dict[str, Column], dict[str, Any]]:
    content, config = context.content, PairConfig()
    about: dict[str, Any] = {"years": YEARS, "features": [*PAIR, *PERSON], "people": 0}
    years = np.asarray(content.year).astype(np.int64)
    kinds = np.asarray(content.node_type)
    if not (years > 0).any() or int((kinds == context.node_types.index("person")).sum()) > _MOST_PEOPLE:
        return {}, about
    last = _last_whole(years[years > 0])
    earlier, later = (
        Split.of(content, context.node_types, context.relations, last - back * YEARS, YEARS) for back in (2, 1)
    )
    if earlier is None or later is None or min(len(earlier.people), len(later.people)) < _FEWEST:
        return {}, about
    random = np.random.default_rng(context.seed)
    learned = [groups(earlier, config, random)]
    judged = fit(learned, config, context.seed)
    if judged is None:
        return {}, about
    figures = _figures(judged, later, random)
    model = fit([*learned, groups(later, config, random)], config, context.seed)
    if model is None:
        return {}, about
    about |= {"people": sum(min(config.people, len(one.active)) for one in (earlier, later)), "until": last}
    columns: dict[str, Column] = {"weights": model.weights, "bias": model.bias, "out": model.out}
    return columns, {**about, "figures": figures}


def _last_whole(years: NDArray[np.int64]) -> int:
    """The last year with at least half as many titles as those before it have on average, over ten years."""
    per = np.bincount(years)
    for year in np.flatnonzero(per)[::-1].tolist():
        before = per[max(year - 10, 0) : year]
        if 2 * per[year] * int((before > 0).sum()) >= before.sum():
            return int(year)
    return len(per) - 1


def _figures(model: PairModel, split: Split, random: np.random.Generator) -> dict[str, Any]:
    people = np.sort(random.permutation(split.people)[:_JUDGED])
    rankings = baselines(split)
    rankings["model"] = lambda split, places: model.log_odds(split.features, split.active[places], split.active)
    found = judge(split, rankings, people)
    best = max((name for name in found if name != "model"), key=lambda name: float(found[name].hits.mean()))
    mine, theirs = found["model"], found[best]
    expected, came = _calibration(model, split, random)
    return {
        "until": split.worked.until,
        "people": len(people),
        "candidates": len(split.active),
        "auc": round(float(mine.auc.mean()), 4),
        "hits_at_50": round(float(mine.hits.mean()), 4),
        "best_baseline": best,
        "baseline_auc": round(float(max(one.auc.mean() for name, one in found.items() if name != "model")), 4),
        "baseline_hits_at_50": round(float(theirs.hits.mean()), 4),
        "expected_pairs": round(expected, 1),
        "came_pairs": came,
        "hits_over_baseline": [round(one, 4) for one in interval(mine.hits - theirs.hits)],
    }


def _calibration(model: PairModel, split: Split, random: np.random.Generator) -> tuple[float, int]:
    """How many new collaborators the chances of some active people add up to, and how many came."""
    places = np.sort(random.permutation(len(split.active))[:_JUDGED])
    expected = 0.0
    for begin in range(0, len(places), AT_ONCE):
        some = places[begin : begin + AT_ONCE]
        odds = model.log_odds(split.features, split.active[some], split.active)
        expected += float((1 / (1 + np.exp(-np.clip(odds[~split.barred(some)], -30, 30)))).sum(dtype=np.float64))
    return expected, int(np.diff(split.start)[places].sum())


def _deaths(context: PartContext) -> dict[str, Column]:
    """Nodes of people and their years of death, where the catalogue has them."""
    import polars as pl

    allowed = [source.name for source in context.catalogue.sources if source.trainable]
    known = (
        context.catalogue.scan("people")
        .filter(pl.col("death_year").is_not_null() & pl.col("source").is_in(allowed))
        .group_by("person_id")
        .agg(pl.col("death_year").min())
        .sort("person_id")
        .collect()
    )
    found = [
        (node, int(year))
        for person, year in known.iter_rows()
        if (node := context.content.nodes.find(f"person:{person}")) is not None
    ]
    return {
        "died-node": np.array([node for node, _ in found], np.int32),
        "died-year": np.array([year for _, year in found], np.int16),
    }
