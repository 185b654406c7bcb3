"""Where new titles stand among the others: closest titles, position on the map, groups; all else stays where it was.

earlier parts + scores of the new titles against all  ->  parts "neighbours", "layout", "groups"
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import AtlasContent
from reelation.training.fold_in.maps import Maps
from reelation.training.parts.neighbours import NEAREST, Wholes, best_of

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_BLOCK, _ROWS_AT_ONCE = 256, 4_096


@dataclass(frozen=True)
class _Found:
    """What one look at the new titles' scores gives."""

    near: Rows
    """[new titles, k] the nearest earlier titles by cosine."""
    cosines: Floats
    """[new titles, k] 0 at the least."""
    closest: NDArray[np.int32]
    """[new titles, width] closest by the plain score, closest first, -1 after the last."""
    into: tuple[Rows, Rows, Floats]
    """[entries] an earlier title, a new one that scores higher than the last of its list, and that score."""


class Standing:
    """The new titles' scores against all, looked at once for all parts that need them."""

    def __init__(self, maps: Maps, content: AtlasContent, closest: NDArray[np.int32] | None) -> None:
        """`closest` [titles, width]: the earlier lists by the rows of now; None where the atlas keeps none."""
        self.maps, self._content = maps, content
        self.closest = np.full((len(maps.earlier), 0), -1, np.int32) if closest is None else closest

    @cached_property
    def wholes(self) -> Wholes:
        """Every title as one row."""
        return Wholes(self._content)

    @cached_property
    def found(self) -> _Found:
        """One look, so many new titles at a time."""
        maps, lengths, width = self.maps, self.wholes.lengths, self.closest.shape[1]
        fresh, known = maps.fresh, np.flatnonzero(maps.earlier >= 0)
        last = self.closest[known, -1] if width else np.full(len(known), -1)
        least = np.where(last >= 0, self.pairs(known, np.maximum(last, 0)), 0).astype(np.float32)
        k = min(NEAREST, len(known))
        near, cosines = np.zeros((len(fresh), k), np.int64), np.zeros((len(fresh), k), np.float32)
        closest = np.full((len(fresh), width), -1, np.int32)
        into: list[tuple[Rows, Rows, Floats]] = []
        for at in range(0, len(fresh), _BLOCK):
            rows = fresh[at : at + _BLOCK]
            place = slice(at, at + len(rows))
            every = self.wholes.cosines(rows)
            every[np.arange(len(rows)), rows] = 0
            best = np.argpartition(-every[:, known], k - 1, axis=1)[:, :k]
            near[place] = known[best]
            cosines[place] = np.maximum(np.take_along_axis(every[:, known], best, axis=1), 0)
            if width:
                order, values = best_of(every * lengths, width)  # the asker's own length ranks nothing
                closest[place, : order.shape[1]] = np.where(values > 0, order, -1)
                scores = every[:, known] * lengths[rows][:, None]
                new, title = np.nonzero(scores > least)
                into.append((known[title], rows[new], scores[new, title]))
        empty = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
        joined = [np.concatenate(arrays) for arrays in zip(empty, *into, strict=True)]
        return _Found(near, cosines, closest, (joined[0], joined[1], joined[2]))

    def pairs(self, rows: Rows, others: Rows) -> Floats:
        """[pairs] score of each pair, up to the length of `rows`."""
        found, wholes = np.empty(len(rows), np.float32), self.wholes
        for at in range(0, len(rows), 1 << 14):
            a, b = rows[at : at + (1 << 14)], others[at : at + (1 << 14)]
            dense = np.einsum("ij,ij->i", wholes.dense[a], wholes.dense[b])
            shared = np.asarray(wholes.terms[a].multiply(wholes.terms[b]).sum(axis=1)).ravel()
            found[at : at + (1 << 14)] = (dense + shared) * wholes.lengths[b]
        return found


def carried(part: Part, maps: Maps) -> NDArray[np.int32]:
    """[titles, width] the earlier lists of closest titles by the rows of now, without titles that are gone."""
    later, closest = np.append(maps.later, -1), np.asarray(part.array("closest"))
    known = np.flatnonzero(maps.earlier >= 0)
    found = np.full((len(maps.earlier), closest.shape[1]), -1, np.int32)
    moved = later[closest[maps.earlier[known]]]
    order = np.argsort(moved < 0, axis=1, kind="stable")  # those that are left move up
    found[known] = np.take_along_axis(moved, order, axis=1)
    return found


def neighbours(part: Part, standing: Standing) -> Part:
    """Closest titles: lists of the new titles, and the new titles in the lists of others, in their places.

    Lists of earlier titles keep their order, which rarities that have changed a little would change here and there; so
    the part no longer says that all pairs were compared, and a list is searched for, not looked up.
    """
    lists, found = standing.closest.copy(), standing.found
    lists[standing.maps.fresh] = found.closest
    title, new, score = found.into
    low, high = np.zeros(len(title), np.int64), np.full(len(title), lists.shape[1], np.int64)
    while (low < high).any():  # where in its list each stands
        open_ = np.flatnonzero(low < high)
        middle = (low[open_] + high[open_]) // 2
        other = lists[title[open_], middle]
        there = np.where(other >= 0, standing.pairs(title[open_], np.maximum(other, 0)), -np.inf)
        above = there >= score[open_]
        low[open_[above]] = middle[above] + 1
        high[open_[~above]] = middle[~above]
    order = np.lexsort((-score, low, title))
    title, new, low = title[order], new[order], low[order]
    before = np.arange(len(title)) - np.searchsorted(title, title)  # of those that enter the same list
    changed = np.unique(title)
    for at in range(0, len(changed), _ROWS_AT_ONCE):
        rows = changed[at : at + _ROWS_AT_ONCE]
        first, stop = np.searchsorted(title, [rows[0], rows[-1] + 1])
        width = lists.shape[1]
        most = int(before[first:stop].max()) + 1
        keys = np.full((len(rows), width + most), np.inf)
        names = np.full((len(rows), width + most), -1, np.int32)
        keys[:, :width], names[:, :width] = np.arange(width), lists[rows]
        row = np.searchsorted(rows, title[first:stop])
        keys[row, width + before[first:stop]] = low[first:stop] - 0.5
        names[row, width + before[first:stop]] = new[first:stop]
        order = np.argsort(keys, axis=1, kind="stable")[:, :width]
        lists[rows] = np.take_along_axis(names, order, axis=1)
    return Part({"closest": lists}, {**part.about, "search": "folded in"})


def layout(part: Part, standing: Standing, renown: Floats) -> Part:
    """Positions: earlier titles stay, new ones stand amid their nearest."""
    maps = standing.maps
    positions = np.zeros((len(renown), 2), np.float32)
    known = np.flatnonzero(maps.earlier >= 0)
    positions[known] = np.asarray(part.array("position"))[maps.earlier[known]]
    rows, cosines = standing.found.near, standing.found.cosines
    weight = cosines**4  # the nearest of all say most, or everything new would stand in the middle of the map
    total = weight.sum(axis=1, keepdims=True)
    amid = np.einsum("ij,ijk->ik", weight, positions[rows]) / np.maximum(total, 1e-12)
    positions[maps.fresh] = np.where(total > 0, amid, np.median(positions[known], axis=0))
    return Part({"position": positions, "renown": renown}, dict(part.about))


def groups(part: Part, standing: Standing) -> Part:
    """Groups: earlier titles stay in theirs, new ones join the group of most of their nearest, level by level."""
    maps, columns = standing.maps, dict(part.columns)
    known = np.flatnonzero(maps.earlier >= 0)
    rows, cosines = standing.found.near, standing.found.cosines
    later = np.append(maps.later, -1).astype(np.int32)
    levels = part.array("group").shape[0]
    moved: dict[str, NDArray[Any]] = {}
    for name, empty in (("group", -1), ("other", -1), ("strength", 0)):
        earlier = np.asarray(part.array(name))
        moved[name] = np.full((levels, len(maps.earlier)), empty, earlier.dtype)
        moved[name][:, known] = earlier[:, maps.earlier[known]]
    for number, row in enumerate(maps.fresh.tolist()):
        inside = np.ones(rows.shape[1], bool)
        for level in range(levels):
            group = moved["group"][level, rows[number]]
            some = inside & (group >= 0) & (cosines[number] > 0)
            if not some.any():
                break
            votes = np.bincount(group[some], cosines[number, some])
            order = np.argsort(-votes, kind="stable")
            moved["group"][level, row] = order[0]
            moved["strength"][level, row] = votes[order[0]] / cosines[number].sum()
            if len(order) > 1 and votes[order[1]] > 0:
                moved["other"][level, row] = order[1]
            inside &= group == order[0]
    sizes = np.zeros(len(part.array("size")), np.int32)
    for level in range(levels):
        there = moved["group"][level]
        sizes += np.bincount(there[there >= 0], minlength=len(sizes)).astype(np.int32)
    columns |= moved | {"size": sizes}
    columns |= {name: later[np.asarray(part.array(name))] for name in ("typical", "boundary")}
    return replace(part, columns=columns)
