"""Groups of titles at two or three levels: who is in them, what they are called, their typical and boundary titles.

neighbours  ->  nested groups  ->  names, typical titles, boundary titles, figures of quality
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.parts import Part
from reelation.errors import MissingExtraError
from reelation.evaluation.metrics import adjusted_mutual_information
from reelation.ids import Strings
from reelation.training.parts import PartContext
from reelation.training.parts.communities import Labels, Level, nested_levels, similarity
from reelation.training.parts.density import density_levels
from reelation.training.parts.naming import name_groups

_FEWEST = 8
"""A finer level has so many titles a group on average, at the least."""
_SHOWN = 8
"""Typical and boundary titles kept of each group."""


def build(context: PartContext) -> Part | None:
    """Groups at every level; None where fewer than two titles share anything, or networkit is not installed.

    Columns, for `levels` levels and G groups of all levels together, coarsest first, largest first within one:
    `group`, `other` [levels, titles] int32: the number (over all levels) of each title's group and of the one it is
    next closest to, -1 for none; `strength` [levels, titles] float32: the share of its links that stay in its group;
    `level` [G], `parent` [G] (-1 at the top), `size` [G]; `typical`, `boundary` [G, 8] rows, -1 where there are fewer;
    `term_start` [G + 1], `terms`, `term_share`, `term_lift`: the terms of each name (`naming.Term`).
    """
    graph = similarity(context.neighbours)
    linked = np.diff(graph.indptr) > 0
    if linked.sum() < 2:
        return None
    try:
        levels = _levels(context, graph)
    except MissingExtraError:
        if context.settings.groups == "hdbscan":
            raise
        return None
    numbered = _number([np.where(linked, level.labels, -1) for level in levels])
    columns, sizes = _members(graph, numbered)
    first = np.concatenate([[0], np.cumsum(sizes)])
    groups = int(first[-1])
    level_of = np.repeat(np.arange(len(levels)), sizes).astype(np.uint8)
    parent = np.full(groups, -1, np.int32)
    for upper, lower in zip(columns["group"], columns["group"][1:], strict=False):
        parent[lower[lower >= 0]] = upper[lower >= 0]
    terms = [
        name
        for i, labels in enumerate(numbered)
        for name in name_groups(context.content, context.node_types, labels, numbered[i - 1] if i else None)
    ]
    columns |= {
        "level": level_of,
        "parent": parent,
        "size": np.concatenate([np.bincount(labels[labels >= 0]) for labels in numbered]).astype(np.int32),
        "typical": np.concatenate([_typical(labels, context.sketch, context.renown) for labels in numbered]),
        "boundary": np.concatenate(
            [
                _boundary(labels, columns["strength"][i], columns["edge"][i], context.renown)
                for i, labels in enumerate(numbered)
            ]
        ),
        "term_start": np.concatenate([[0], np.cumsum([len(name) for name in terms])]).astype(np.int64),
        "term_share": np.array([term.share for name in terms for term in name], np.float32),
        "term_lift": np.array([term.lift for name in terms for term in name], np.float32),
    }
    del columns["edge"]
    about = {"method": context.settings.groups, "levels": _figures(context, levels, numbered)}
    return Part({**columns, "terms": Strings.of(term.term for name in terms for term in name)}, about)


def _levels(context: PartContext, graph: sparse.csr_array) -> tuple[Level, ...]:
    """Groups by the method that the settings ask for; levels that add nothing, or tiny groups only, are left out."""
    if context.settings.groups == "hdbscan" and context.layout is not None:
        found = density_levels(context.layout.positions, graph, context.seed)
    else:
        found = nested_levels(graph, context.seed)
    kept = [found[0]]
    for level in found[1:]:
        if kept[-1].labels.max() < level.labels.max() < graph.shape[0] / _FEWEST - 1:
            kept.append(level)
    return tuple(kept)


def _number(levels: list[Labels]) -> list[Labels]:
    """Number the groups of each level from 0, largest first, those of one size in the order of their first title."""
    found = []
    for labels in levels:
        there = np.flatnonzero(labels >= 0)
        _, first, inverse, sizes = np.unique(labels[there], return_index=True, return_inverse=True, return_counts=True)
        number = np.empty(len(sizes), np.int64)
        number[np.lexsort((first, -sizes))] = np.arange(len(sizes))
        numbered = np.full(len(labels), -1, np.int64)
        numbered[there] = number[inverse]
        found.append(numbered)
    return found


def _members(graph: sparse.csr_array, levels: list[Labels]) -> tuple[dict[str, NDArray[Any]], list[int]]:
    """At each level, group, next closest group and shares of links in both ("strength", "edge"); and groups a level."""
    titles = graph.shape[0]
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in ("group", "other", "strength", "edge")}
    sizes: list[int] = []
    whole = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1e-12)
    for labels in levels:
        groups, before = int(labels.max()) + 1, sum(sizes)
        rows = np.flatnonzero(labels >= 0)
        member = sparse.csr_array((np.ones(len(rows), np.float32), (rows, labels[rows])), shape=(titles, groups))
        links = sparse.csr_array(graph @ member).tocoo()
        own = np.zeros(titles, np.float32)
        inside = links.col == labels[links.row]
        own[links.row[inside]] = links.data[inside]
        row, column, weight = (array[~inside] for array in (links.row, links.col, links.data))
        order = np.lexsort((column, -weight, row))
        first = np.unique(row[order], return_index=True)[1]
        other, edge = np.full(titles, -1, np.int32), np.zeros(titles, np.float32)
        other[row[order][first]] = column[order][first] + before
        edge[row[order][first]] = weight[order][first]
        columns["group"].append(np.where(labels >= 0, labels + before, -1).astype(np.int32))
        columns["other"].append(other)
        columns["strength"].append((own / whole).astype(np.float32))
        columns["edge"].append((edge / whole).astype(np.float32))
        sizes.append(groups)
    return {name: np.stack(arrays) for name, arrays in columns.items()}, sizes


def _typical(labels: Labels, sketch: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.int32]:
    """[groups, 8] of the half of a group that is nearest to its centre, the best known."""
    rows = np.flatnonzero(labels >= 0)
    groups = int(labels.max()) + 1
    member = sparse.csr_array((np.ones(len(rows), np.float32), (labels[rows], rows)), shape=(groups, len(labels)))
    centres = member @ sketch
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    near = np.einsum("ij,ij->i", sketch[rows], centres[labels[rows]])
    order = np.lexsort((near, labels[rows]))
    sizes = np.bincount(labels[rows], minlength=groups)
    place = np.empty(len(rows))
    place[order] = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    far = place < (sizes[labels[rows]] - _SHOWN).clip(0) / 2
    return _first(rows, labels, np.where(far, -1.0, near * (0.1 + known[rows])))


def _boundary(
    labels: Labels, own: NDArray[np.float32], edge: NDArray[np.float32], known: NDArray[np.float32]
) -> NDArray[np.int32]:
    """[groups, 8] those that are linked to another group about as much as to their own, the well-known ones first."""
    rows = np.flatnonzero(labels >= 0)
    return _first(rows, labels, np.minimum(own, edge)[rows] * (0.1 + known[rows]), least=0.0)


def _first(rows: NDArray[np.int64], labels: Labels, value: NDArray[Any], least: float = -np.inf) -> NDArray[np.int32]:
    """[groups, 8] rows of each group with the highest values above `least`, best first, -1 where there are fewer."""
    rows, value = rows[value > least], value[value > least]
    order = np.lexsort((rows, -value, labels[rows]))
    group = labels[rows][order]
    place = np.arange(len(order)) - np.searchsorted(group, group)
    kept = place < _SHOWN
    found = np.full((int(labels.max()) + 1, _SHOWN), -1, np.int32)
    found[group[kept], place[kept]] = rows[order][kept]
    return found


def _figures(context: PartContext, levels: tuple[Level, ...], numbered: list[Labels]) -> list[dict[str, Any]]:
    genres = context.graph.relations.get("genre")
    pairs = genres.matrix.tocoo() if genres is not None else None
    found = []
    for level, labels in zip(levels, numbered, strict=True):
        figures: dict[str, Any] = {
            "groups": int(labels.max()) + 1,
            "resolution": level.resolution,
            "modularity": round(level.modularity, 4),
            "stability_ari": round(level.stability, 4),
        }
        if pairs is not None and pairs.nnz:
            tagged = labels[pairs.row] >= 0  # a title counts once for each of its genres
            agreed = adjusted_mutual_information(labels[pairs.row][tagged], pairs.col[tagged].astype(np.int64))
            figures["genres_ami"] = round(agreed, 4)
        found.append(figures)
    return found
