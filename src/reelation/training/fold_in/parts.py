"""Fitted parts by the rows and nodes of a grown atlas: classifier and recommender say what they said before.

earlier part + Maps  ->  the same part
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.parts import Column, Part
from reelation.evaluation.interactions import Interactions
from reelation.rows import share_below
from reelation.training.fold_in.maps import Maps
from reelation.training.ground import background
from reelation.training.parts import PartContext
from reelation.training.recommender import stood
from reelation.training.recommender_config import RecommenderConfig
from reelation.training.standing import Passing, standing

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


def classifier(part: Part, maps: Maps, context: PartContext) -> Part:
    """Models of tags: new titles are in no fold, so all folds speak for them; a facet that lost a tag is left out."""
    columns: dict[str, Column] = {}
    facets: dict[str, Any] = {}
    for facet, about in part.about["facets"].items():
        mine = {name: value for name, value in part.columns.items() if name.startswith(f"{facet}-")}
        classes = _moved(np.asarray(part.array(f"{facet}-classes")), facet, maps, context)
        if (classes < 0).any():
            continue
        for kind in about["types"]:
            kept = maps.node_later(kind)[np.asarray(part.array(f"{facet}-kept-{kind}"))]
            there = np.flatnonzero(kept >= 0)
            mine[f"{facet}-kept-{kind}"] = kept[there].astype(np.int32)
            mine[f"{facet}-nodes-{kind}"] = np.asarray(part.array(f"{facet}-nodes-{kind}"))[:, there]
        fold = np.asarray(part.array(f"{facet}-fold"))
        found = np.full(len(maps.earlier), -1, fold.dtype)
        known = np.flatnonzero(maps.earlier >= 0)
        found[known] = fold[maps.earlier[known]]
        mine |= {f"{facet}-fold": found, f"{facet}-classes": classes.astype(np.int32)}
        title = maps.later[np.asarray(part.array(f"{facet}-doubt-title"))]
        there = np.flatnonzero(title >= 0)
        for name in ("class", "given", "probability"):
            mine[f"{facet}-doubt-{name}"] = np.asarray(part.array(f"{facet}-doubt-{name}"))[there]
        mine[f"{facet}-doubt-title"] = title[there].astype(np.int32)
        columns |= mine
        facets[facet] = about
    return Part(columns, {**part.about, "facets": facets})


def _moved(nodes: NDArray[np.integer[Any]], kind: str, maps: Maps, context: PartContext) -> Rows:
    """Numbers of nodes of a type in the earlier atlas -> in the grown one; -1 for those that are gone."""
    number = maps.atlas.manifest.node_types.index(kind)
    first = int(np.searchsorted(maps.atlas.node_type, number))
    here = int(np.searchsorted(context.content.node_type, context.node_types.index(kind)))
    later = maps.node_later(kind)[nodes - first]
    return np.where(later >= 0, later + here, -1)


def recommender(
    part: Part, maps: Maps, context: PartContext, events: Interactions | None, config: RecommenderConfig
) -> Part:
    """Item weights and what weighs how much stay; the standing of titles, how well known they are and, where the
    vectors have other columns now, the background are made anew.
    """
    centre, metric = np.asarray(part.array("centre")), np.asarray(part.array("metric"))
    if len(centre) != context.content.vectors.shape[1] or _columns(maps) != _columns_of(context):
        centre, metric = background(context.content, context.facets, config)
    fame = share_below(context.renown)
    columns: dict[str, Column] = {"centre": centre, "metric": metric, "fame": fame, **_items(part, maps, "")}
    about, passing = dict(part.about), None
    if "next title" in part.columns:
        columns |= _items(part, maps, "next ")
    if "relation" in part.columns:
        about["relations"] = [name for name in about["relations"] if name in context.node_types]
        passing = Passing(context.content, about["relations"], context.node_types)
        columns |= {"relation": passing.kinds, "length": passing.length}
    else:
        config = replace(config, time=None)
    kept = [name for name in ("standing", "next standing") if name in part.columns]
    if kept and events is not None and (events.stars > 0).any():
        stands = standing(events, config, passing)
        columns |= {name: stood(stands, about[name.replace("standing", "weights")]) for name in kept}
    else:
        before = {name: np.append(np.asarray(part.array(name)), np.float32(0)) for name in kept}
        columns |= {name: values[maps.earlier] for name, values in before.items()}
    return Part(columns, about)


def _items(part: Part, maps: Maps, prefix: str) -> dict[str, Column]:
    start, title = np.asarray(part.array(f"{prefix}start")), np.asarray(part.array(f"{prefix}title"))
    kept = np.flatnonzero(maps.later[title] >= 0) if len(title) else np.zeros(0, np.int64)
    at = spans(start[kept], start[kept + 1])
    owner = np.repeat(np.arange(len(kept)), start[kept + 1] - start[kept])
    other = maps.later[np.asarray(part.array(f"{prefix}other"))[at]]
    there = np.flatnonzero(other >= 0)
    count = np.bincount(owner[there], minlength=len(kept))
    return {
        f"{prefix}title": maps.later[title[kept]].astype(np.int32),
        f"{prefix}start": np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        f"{prefix}other": other[there].astype(np.int32),
        f"{prefix}value": np.asarray(part.array(f"{prefix}value"))[at][there],
    }


def _columns(maps: Maps) -> list[tuple[str, str, int, int, tuple[str, ...]]]:
    facets = maps.atlas.manifest.facets
    return [(facet.name, b.name, b.start, b.stop, b.labels) for facet in facets for b in facet.blocks]


def _columns_of(context: PartContext) -> list[tuple[str, str, int, int, tuple[str, ...]]]:
    return [(facet.name, b.name, b.start, b.stop, b.labels) for facet in context.facets for b in facet.blocks]
