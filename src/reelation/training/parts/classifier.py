"""Tags told from everything else: models of `reelation.training.tagging` for the facets that have enough titles.

graph  ->  Part "classifier", read by `reelation.search.tagging`: weights, calibration, figures of quality, doubts
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Column, Part
from reelation.evaluation.decisions import choose_rule
from reelation.evaluation.figures import calibration_figure
from reelation.evaluation.metrics import f1_scores
from reelation.training.parts import PartContext
from reelation.training.tagging import (
    GROUPS,
    TagConfig,
    Tagging,
    calibrate,
    calibrated,
    common_classes,
    tag_features,
    usual_rarity,
)

FACETS = ("genre", "keyword", "subject", "trope", "certificate", "language", "country")
"""Facets that are told, where there is enough to learn from."""
LEAST_TITLES = 20
"""Tags with fewer titles are not told."""
MOST_CLASSES = 100
FEW = 50
"""Facets with fewer tagged titles are not told."""
_DOUBTS = 2_000
"""Doubtful tags kept, of each kind."""
_MISSING = 0.7
_WRONG = 2.5
"""How much less likely than usual, in log-odds, a given tag must be to be kept as doubtful."""
_AT_ONCE = 30_000


def build(context: PartContext) -> Part | None:
    """Models of all facets with at least two tags of at least 20 titles; None where there is none."""
    columns: dict[str, Column] = {}
    facets: dict[str, Any] = {}
    for facet in FACETS:
        config = TagConfig() if facet == "genre" else replace(TagConfig(), folds=2, iterations=12)
        if (said := _facet(context, facet, config, columns)) is not None:
            facets[facet] = said
    return Part(columns, {"facets": facets}) if facets else None


def _facet(context: PartContext, facet: str, config: TagConfig, columns: dict[str, Column]) -> dict[str, Any] | None:
    relation = context.graph.relations.get(facet)
    if relation is None:
        return None
    degree = np.bincount(relation.matrix.indices, minlength=relation.matrix.shape[1])
    classes = common_classes(degree, LEAST_TITLES, MOST_CLASSES)
    tagged = np.flatnonzero(np.diff(relation.matrix.indptr) > 0)
    if len(classes) < 2 or len(tagged) < FEW:
        return None
    labels = relation.matrix[:, classes].toarray() > 0
    words = "word" in context.node_types
    features = tag_features(context.graph, facet, config, context.text, words=words)
    tagging = Tagging(features, labels, tagged, context.seed, config)
    model = tagging.model()
    first = int(np.searchsorted(context.content.node_type, context.node_types.index(facet)))
    for kind, kept in model.kept.items():
        columns[f"{facet}-kept-{kind}"] = kept
        columns[f"{facet}-nodes-{kind}"] = model.nodes[kind].astype(np.float16)
    for name, weights in model.groups.items():
        columns[f"{facet}-group-{name}"] = weights.astype(np.float16)
    for name in ("numbers", "text", "bias", "curve", "prior", "fold"):
        columns[f"{facet}-{name}"] = getattr(model, name)
    columns[f"{facet}-classes"] = (classes + first).astype(np.int32)
    columns |= {f"{facet}-doubt-{name}": values for name, values in _doubts(tagging, labels, tagged).items()}
    return {
        "types": list(model.kept),
        "groups": [
            {
                "name": name,
                "type": GROUPS[name][0],
                "relations": list(GROUPS[name][1]),
                "pull": config.pull * usual_rarity(features.groups[name], features.rare[GROUPS[name][0]]),
            }
            for name in model.groups
        ],
        "kernels": {
            name: asdict(kernel)
            for name, kernel in (("era", features.era), ("runtime", features.runtime))
            if kernel is not None
        },
        "shrink": config.shrink,
        "most": config.most,
        "classes": len(classes),
        "titles": len(tagging.sample),
        "figures": _figures(tagging, labels),
    }


def _figures(tagging: Tagging, labels: NDArray[np.bool_]) -> dict[str, float]:
    """Quality on titles out of their folds; calibration and thresholds are from the other half of them."""
    rows = tagging.sample
    one, other = rows[::2], rows[1::2]
    logits = tagging.logits(rows)
    chosen, tested = (
        calibrated(logits[::2], curve := calibrate(logits[::2], labels[one])),
        calibrated(logits[1::2], curve),
    )
    scores = f1_scores(labels[other], choose_rule(labels[one], chosen).decide(tested))
    usual = np.tile(labels[one].mean(axis=0), (len(other), 1))
    common = (
        f1_scores(labels[other], choose_rule(labels[one], usual[: len(one)]).decide(usual)) if len(other) else scores
    )
    return {
        "calibration_error": round(calibration_figure(labels[other], tested).value(), 5),
        "macro_f1": round(scores.macro, 4),
        "micro_f1": round(scores.micro, 4),
        "most_common_macro_f1": round(common.macro, 4),
        "most_common_micro_f1": round(common.micro, 4),
        "titles": len(other),
    }


def _doubts(tagging: Tagging, labels: NDArray[np.bool_], tagged: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Tags that look wrong or missing, most certain first.

    Somebody gives a wrong tag about as often as the tag is common, so what speaks against a given one is how much less
    likely than usual it is; what speaks for a missing one is its probability.
    """
    prior = np.clip(labels[tagged].mean(axis=0), 1e-6, 1 - 1e-6)
    usual = np.log(prior / (1 - prior))
    parts: list[list[NDArray[Any]]] = []
    for at in range(0, len(tagged), _AT_ONCE):
        rows = tagged[at : at + _AT_ONCE]
        probability = np.clip(tagging.probability(rows), 1e-6, 1 - 1e-6)
        less = usual - np.log(probability / (1 - probability))
        given = labels[rows]
        for there, certain in ((given & (less >= _WRONG), less), (~given & (probability >= _MISSING), probability)):
            title, tag = np.nonzero(there)
            parts.append([rows[title], tag, given[title, tag], probability[title, tag], certain[title, tag]])
    title, tag, was, probability, certain = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    kept = []
    for given_too in (True, False):
        some = np.flatnonzero(was == given_too)
        kept.append(some[np.lexsort((tag[some], title[some], -certain[some]))][:_DOUBTS])
    order = np.concatenate(kept)
    return {
        "title": title[order].astype(np.int32),
        "class": tag[order].astype(np.int16),
        "given": was[order].astype(np.uint8),
        "probability": probability[order].astype(np.float32),
    }
