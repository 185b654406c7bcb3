"""What recommendations need, as of a day: item weights, background and standing from the events until then.

    PastAtlas (titles and viewers of then)  ->  recommender_part  ->  Part, read by `reelation.search.preference`

How much each counts is not learned, since that is done on likes held out from all events: it is the plain choice that
training makes where it has too few viewers to ask.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas
from reelation.histories.verdicts import settle
from reelation.search.kernel import Kernel

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_WEIGHTS = {"viewers": 8.0, "content": 0.05, "liked": 0.05}
_MOST, _LEAST, _STRENGTH, _SIDE, _KEEP, _RIDGE = 3_000, 3, 200.0, 100.0, 500, 0.03
"""Titles with item weights, likes that each needs, penalty, weight of relatedness, weights kept a title, ridge."""
_VIEWERS_AT_ONCE = 4_096


def recommender_part(atlas: Atlas, fame: Floats) -> Part:
    """The part "recommender" of an atlas of the past."""
    columns = np.ones(atlas.manifest.width, bool)
    for facet in atlas.manifest.facets:
        for block in facet.blocks:
            columns[block.columns] = facet.name != "audience"
    centre, metric = _background(np.asarray(atlas.vectors), np.flatnonzero(columns))
    shared: dict[str, Column] = {"centre": centre, "metric": metric, "fame": fame}
    told = _verdicts(atlas)
    likes = np.bincount(told[1][told[2] > 0], minlength=len(atlas)) if told is not None else np.zeros(len(atlas))
    most = np.argsort(-likes, kind="stable")[:_MOST]
    places = np.sort(most[likes[most] >= _LEAST]).astype(np.int64)
    if told is None or not len(places):
        empty: dict[str, Column] = {"title": np.zeros(0, np.int32), "start": np.zeros(1, np.int64)}
        return Part(
            {**shared, **empty, "other": np.zeros(0, np.int32), "value": np.zeros(0, np.float32)}, {"weights": {}}
        )
    items = _items(atlas, told, places, columns)
    least = np.partition(np.abs(items), max(len(places) - _KEEP, 0), axis=1)[:, max(len(places) - _KEEP, 0), None]
    row, column = np.nonzero((np.abs(items) >= least) & (items != 0))
    height = np.log1p(likes)
    some = height[likes > 0]
    standing = _WEIGHTS["liked"] * (height - some.mean()) / max(float(some.std()), 1e-6)
    return Part(
        {
            **shared,
            "title": places.astype(np.int32),
            "start": np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(places)))]).astype(np.int64),
            "other": places[column].astype(np.int32),
            "value": items[row, column].astype(np.float32),
            "standing": standing.astype(np.float32),
        },
        {"weights": _WEIGHTS, "titles": len(places)},
    )


def _verdicts(atlas: Atlas) -> tuple[Rows, Rows, Floats] | None:
    """(viewer, title, verdict) of every viewer and title; None without viewers."""
    part = atlas.part("viewers")
    if part is None:
        return None
    viewer = np.repeat(np.arange(len(part.vocabulary("viewers"))), np.diff(part.array("start")))
    title, kind = part.array("title").astype(np.int64), part.array("kind").astype(np.int64)
    order = np.argsort(part.array("time"), kind="stable")
    last, verdict = settle((viewer * len(atlas) + title)[order], kind[order], part.array("value")[order])
    at = order[last]
    return viewer[at], title[at], verdict


def _background(vectors: Floats, kept: Rows) -> tuple[Floats, Floats]:
    """Mean, and inverse covariance as large in all as relatedness was; see `reelation.training.ground`."""
    width = vectors.shape[1]
    centre = vectors.mean(axis=0, dtype=np.float64)
    some = vectors[:, kept] - centre[kept].astype(np.float32)
    covariance = (some.T @ some).astype(np.float64) / len(vectors)
    total, metric = float(np.trace(covariance)), np.zeros((width, width), np.float32)
    if total > 0:
        inverse = np.linalg.inv(covariance + _RIDGE * total / len(kept) * np.eye(len(kept)))
        inverse *= total / np.sum(inverse * covariance)
        metric[np.ix_(kept, kept)] = (inverse + inverse.T) / 2
    return centre.astype(np.float32), metric


def _items(atlas: Atlas, told: tuple[Rows, Rows, Floats], places: Rows, columns: NDArray[np.bool_]) -> Floats:
    """[places, places] item weights by EASE (Steck 2019, arXiv:1905.03375) with relatedness as side information."""
    viewer, title, verdict = told
    column = np.full(len(atlas), -1)
    column[places] = np.arange(len(places))
    kept = np.flatnonzero(column[title] >= 0)
    kept = kept[np.argsort(viewer[kept], kind="stable")]
    viewer, title, verdict = viewer[kept], column[title[kept]], verdict[kept]
    metric = np.diag(columns.astype(np.float32))
    related = Kernel(atlas, np.zeros(len(columns), np.float32), metric).between(places, places)
    length = np.sqrt(np.maximum(np.diag(related), 1e-9))
    products = np.float64(_SIDE) * related / length / length[:, None]
    for start in range(0, int(viewer.max(initial=0)) + 1, _VIEWERS_AT_ONCE):
        low, high = np.searchsorted(viewer, [start, start + _VIEWERS_AT_ONCE])
        rows = np.zeros((min(_VIEWERS_AT_ONCE, int(viewer.max()) + 1 - start), len(places)), np.float32)
        rows[viewer[low:high] - start, title[low:high]] = verdict[low:high]
        products += rows.T @ rows
    inverse = np.linalg.inv(products + _STRENGTH * np.eye(len(places)))
    found = inverse / -np.diag(inverse)
    np.fill_diagonal(found, 0)
    return np.asarray(found, np.float32)
