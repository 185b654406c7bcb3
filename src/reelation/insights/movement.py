"""How a thing moves among all titles: its centre in the vectors, window by window.

rows of the thing, their years  ->  Movement: windows, way, neighbours come nearer or farther, branches, early movers

A title's place is its vector less the mean of all titles of its window, so that what all of them do is no movement;
columns of the era, and of the thing itself, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.inference import discoveries, normal_two_sided
from reelation.insights.branches import RATE, Branches, branches_of, unit, with_shuffles
from reelation.insights.early_movers import EarlyMover, early_movers
from reelation.insights.things import Thing
from reelation.insights.topics import Topic, topics_of

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_FEWEST = 8
"""Titles that a window has at the least."""
_MOST_ROWS = 600
"""Titles of the thing that are looked at, drawn at random where it has more."""
_BACKGROUND = 2_000
"""Titles of all that stand for a window where it has more: many, for their error is one that no shuffle shows."""
_SAMPLE = 300
"""Titles that stand for a neighbouring topic where it has more."""
_NEIGHBOURS = 40


@dataclass(frozen=True)
class Neighbour:
    """A topic that the thing came nearer to, or went away from."""

    topic: Topic
    first: float
    """Closeness (cosine of the centres) in the first window, -1 to 1."""
    last: float
    direction: str
    """"nearer" or "farther"; more than chance at the false-discovery rate."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node_id": self.topic.node_id,
            "name": self.topic.name,
            "type": self.topic.type,
            "first": round(self.first, 4),
            "last": round(self.last, 4),
            "direction": self.direction,
        }


@dataclass(frozen=True)
class Movement:
    """The way of a thing's centre."""

    windows: tuple[tuple[int, int], ...]
    """First and last year of each window."""
    titles: tuple[int, ...]
    """The thing's titles in each."""
    steps: tuple[float, ...]
    """Distance of the centre from that of the window before, in mean distances of a title from the centre; 0 first."""
    chance: tuple[float, ...]
    """What each step is on average where the titles' windows are shuffled."""
    p_value: float
    """Of no movement at all: the share of shuffles with centres as far apart."""
    neighbours: tuple[Neighbour, ...]
    branches: Branches
    early: tuple[EarlyMover, ...]
    """Titles that stood where the centre came only later, farthest ahead first; none where it did not move."""

    @property
    def moved(self) -> bool:
        """Whether the centre moved more than chance would have it."""
        return self.p_value <= RATE

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "windows": [
                {"first": a, "last": b, "titles": n, "step": round(step, 4), "chance": round(chance, 4)}
                for (a, b), n, step, chance in zip(self.windows, self.titles, self.steps, self.chance, strict=True)
            ],
            "p_value": round(self.p_value, 4),
            "moved": self.moved,
            "neighbours": [one.to_json() for one in self.neighbours],
            **self.branches.to_json(),
            "early": [one.to_json() for one in self.early],
        }


def movement(atlas: Atlas, thing: Thing, random: np.random.Generator) -> Movement | None:
    """How the thing moved; None where it has no two windows of 8 titles or more.

    Args:
        atlas: has the vectors.
        thing: what moves.
        random: for samples and shuffles.
    """
    years = atlas.year[thing.rows].astype(np.int64)
    rows, years = thing.rows[years > 0], years[years > 0]
    windows = windows_of(years)
    if len(windows) < 2:
        return None
    starts = np.array([first for first, _ in windows])
    inside = (years >= starts[0]) & (years <= windows[-1][1])
    rows, years = rows[inside], years[inside]
    if len(rows) > _MOST_ROWS:
        kept = np.sort(random.choice(len(rows), _MOST_ROWS, replace=False))
        rows, years = rows[kept], years[kept]
    window = np.searchsorted(starts, years, side="right") - 1
    columns = _columns(atlas, thing)
    place = np.asarray(atlas.vectors[rows]) * columns
    place -= _background(atlas, thing, windows, columns, random)[window]
    found = _centres(place, window, len(windows), random)
    spread = float(np.linalg.norm(place - found[0][window], axis=1).mean()) or 1.0
    steps = np.linalg.norm(np.diff(found, axis=1), axis=2) / spread
    sizes = np.bincount(window, minlength=len(windows))
    between = (((found - found.mean(axis=1, keepdims=True)) ** 2).sum(axis=2) * sizes).sum(axis=1)
    p_value = float((between >= between[0] - 1e-9).mean())
    return Movement(
        windows=windows,
        titles=tuple(sizes.tolist()),
        steps=(0.0, *steps[0].astype(float).tolist()),
        chance=(0.0, *steps[1:].mean(axis=0).astype(float).tolist()),
        p_value=p_value,
        neighbours=_neighbours(atlas, thing, found, columns, random),
        branches=branches_of(atlas, rows, place, window, len(windows), random),
        early=early_movers(atlas, rows, place, window, found[0], windows) if p_value <= RATE else (),
    )


def windows_of(years: Rows) -> tuple[tuple[int, int], ...]:
    """Decades, or five years where all lie within forty; scarce ones join the next, and the last the one before.

    Args:
        years: [titles] calendar years, > 0, in any order.
    """
    if not len(years):
        return ()
    length = 10 if int(years.max()) - int(years.min()) > 40 else 5
    first = int(years.min()) // length * length
    counts = np.bincount((years - first) // length)
    windows: list[tuple[int, int]] = []
    start, waiting = first, 0
    for i, count in enumerate(counts.tolist()):
        waiting += count
        if waiting >= _FEWEST:
            windows.append((start, first + (i + 1) * length - 1))
            start, waiting = first + (i + 1) * length, 0
    if waiting and windows:
        windows[-1] = (windows[-1][0], first + len(counts) * length - 1)
    return tuple(windows)


def _columns(atlas: Atlas, thing: Thing) -> Floats:
    """[width] 1 where a column counts."""
    columns = np.ones(atlas.manifest.width, np.float32)
    for facet in atlas.manifest.facets:
        for block in facet.blocks:
            if block.name == "era":
                columns[block.columns] = 0
            if thing.node_id in block.labels:
                columns[block.start + block.labels.index(thing.node_id)] = 0
    return columns


def _background(
    atlas: Atlas, thing: Thing, windows: tuple[tuple[int, int], ...], columns: Floats, random: np.random.Generator
) -> Floats:
    """[windows, width] the mean of all titles of each window, or of some."""
    every = np.asarray(atlas.year)
    means = []
    for first, last in windows:
        rows = np.flatnonzero((every >= first) & (every <= last) & thing.covered)
        if len(rows) > _BACKGROUND:
            rows = np.sort(random.choice(rows, _BACKGROUND, replace=False))
        means.append(np.asarray(atlas.vectors[rows]).mean(axis=0) * columns)
    return np.stack(means)


def _centres(place: Floats, window: Rows, windows: int, random: np.random.Generator) -> Floats:
    """[1 + shuffles, windows, width] centres of the windows: as they are, then with the titles' windows shuffled."""
    sizes = np.bincount(window, minlength=windows)
    orders = with_shuffles(window, random)
    share = (orders[:, None, :] == np.arange(windows)[None, :, None]) / np.maximum(sizes, 1)[None, :, None]
    flat = share.reshape(-1, len(window)).astype(np.float32) @ place
    return np.asarray(flat.reshape(len(orders), windows, -1))


def _neighbours(
    atlas: Atlas, thing: Thing, centres: Floats, columns: Floats, random: np.random.Generator
) -> tuple[Neighbour, ...]:
    """Topics that the centre came nearer to or went away from between the first window and the last, surest first."""
    topics = topics_of(atlas, thing.aspect if thing.aspect in ("genres", "themes") else "genres")
    large = [int(i) for i in np.argsort(-topics.titles, kind="stable")[:_NEIGHBOURS] if topics.titles[i] >= _FEWEST]
    large = [i for i in large if topics.topic(i).node_id != thing.node_id]
    if not large:
        return ()
    every = random.choice(len(atlas), min(len(atlas), _BACKGROUND), replace=False)
    middle = np.asarray(atlas.vectors[np.sort(every)]).mean(axis=0)
    means = []
    for i in large:
        rows = topics.rows(i)
        rows = np.sort(random.choice(rows, _SAMPLE, replace=False)) if len(rows) > _SAMPLE else rows
        means.append((np.asarray(atlas.vectors[rows]).mean(axis=0) - middle) * columns)
    axes = unit(np.stack(means))
    close = np.stack([unit(centres[:, 0]) @ axes.T, unit(centres[:, -1]) @ axes.T])
    change = close[1] - close[0]
    noise = np.maximum(change[1:].std(axis=0), 1e-6)
    scores = (change[0] - change[1:].mean(axis=0)) / noise
    called, _ = discoveries(normal_two_sided(scores.astype(np.float64)), RATE)
    return tuple(
        Neighbour(
            topics.topic(large[i]),
            float(close[0, 0, i]),
            float(close[1, 0, i]),
            "nearer" if change[0, i] > 0 else "farther",
        )
        for i in np.argsort(-np.abs(scores), kind="stable").tolist()
        if called[i]
    )
