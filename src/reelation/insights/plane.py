"""Where titles and the names of groups stand in the plane, for the layout, the map and figures.

    atlas.part("layout"), atlas.part("groups")  ->  positions, labels that do not lie on each other

The plane is about 1 wide, y upwards; see `reelation.training.parts.layout`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.errors import AtlasError
from reelation.insights.grouping import Grouping

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

TEXT_HEIGHT = (0.024, 0.008, 0.003)
"""Height of letters at each level of groups, in the plane's units, where that level begins to show (`ZOOM`)."""
ZOOM = (1.0, 2.0, 5.0)
"""How far one is zoomed in, at the least, where the labels of a level show; 1 is the whole map."""
_GAP = 0.25
"""Free room around a label, in heights of letters."""
_CELL = 0.03
"""Side of the cells that tell where a group is thick."""
_RINGS, _DIRECTIONS = 60, 24
_MOST = 28
"""Letters in a line of a label, about."""


@dataclass(frozen=True)
class Label:
    """The name of a group and where it stands."""

    group: int
    level: int
    """From 1."""
    lines: tuple[str, ...]
    """The name, broken into lines."""
    x: float
    y: float
    """The middle of the label."""
    height: float
    """Of its letters, in the plane's units."""
    size: int
    """Titles in the group."""

    @property
    def box(self) -> Box:
        """What the label covers."""
        wide = max(text_width(line) for line in self.lines) * self.height / 2
        high = len(self.lines) * self.height * 1.2 / 2
        return self.x - wide, self.y - high, self.x + wide, self.y + high

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "group": self.group,
            "level": self.level,
            "name": " ".join(self.lines),
            "x": round(self.x, 4),
            "y": round(self.y, 4),
            "size": self.size,
        }


def layout_part(atlas: Atlas) -> Part:
    """The layout of `atlas`: `position` [titles, 2] float32 and `renown` [titles] 0 to 1.

    Raises:
        AtlasError: it was made without.
    """
    part = atlas.part("layout")
    if part is None:
        raise AtlasError(
            f"The atlas in {atlas.folder} has no layout: it was made by an older version, or has fewer than three "
            "titles. Train again: reelation train"
        )
    return part


def labels(positions: Floats, found: Grouping, level: int) -> tuple[Label, ...]:
    """The names of the groups of one level, each over the thick of its titles; none lies on another.

    Args:
        positions: [titles, 2].
        found: the groups.
        level: from 1.

    Raises:
        UsageError: there is no such level.
    """
    members = found.members(level)
    height = TEXT_HEIGHT[min(level, len(TEXT_HEIGHT)) - 1]
    placed: list[Label] = []
    boxes = np.zeros((0, 4))
    for group in found.groups(level):  # the largest choose first
        rows = np.flatnonzero(members == group)
        x, y = _thick(positions[rows])
        lines = _lines(found.name(group))
        one = _free(Label(group, level, lines, x, y, height, len(rows)), boxes)
        placed.append(one)
        boxes = np.vstack([boxes, one.box])
    return tuple(placed)


def _thick(points: Floats) -> tuple[float, float]:
    """Where most of the points are: the mean of those in and around the fullest cell of a grid."""
    cell = np.floor((points - points.min(axis=0)) / _CELL).astype(np.int64)
    counts = np.zeros(cell.max(axis=0) + 3)
    for dx in range(3):
        for dy in range(3):
            np.add.at(counts, (cell[:, 0] + dx, cell[:, 1] + dy), 1)
    fullest = np.array(np.unravel_index(int(counts.argmax()), counts.shape)) - 1
    x, y = points[(np.abs(cell - fullest) <= 1).all(axis=1)].mean(axis=0, dtype=np.float64)
    return float(x), float(y)


def overlapping(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Pairs of boxes that lie on each other."""
    if len(boxes) < 2:
        return []
    left, bottom, right, top = np.array(boxes).T
    apart = (right[:, None] <= left) | (right <= left[:, None]) | (top[:, None] <= bottom) | (top <= bottom[:, None])
    first, second = np.nonzero(np.triu(~apart, 1))
    return list(zip(first.tolist(), second.tolist(), strict=True))


def text_width(text: str) -> float:
    """How wide a text is, in heights of its letters: Chinese ones are square, others about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.62 for letter in text)


def _lines(name: str) -> tuple[str, ...]:
    """Break a name at spaces into lines of about the same length."""
    words = name.split(" ")
    count = max(1, round(text_width(name) / (0.62 * _MOST) + 0.3))
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and text_width(longer) > text_width(name) / count * 1.1 and len(lines) < count - 1 and word != "·":
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line)


def _free(label: Label, boxes: NDArray[np.float64]) -> Label:
    """The label where it is, or at the nearest place, ring by ring, at which it lies on no other."""
    gap = _GAP * label.height
    left, bottom, right, top = label.box
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    steps = np.concatenate([[0.0], np.repeat(np.arange(1, _RINGS + 1), _DIRECTIONS)]) * label.height * 0.5
    turns = np.concatenate([[0.0], np.tile(angles, _RINGS)])
    dx, dy = steps * np.cos(turns), steps * np.sin(turns)
    clear = np.ones(len(steps), bool)
    for other in boxes:
        apart = (right + gap + dx <= other[0]) | (other[2] <= left - gap + dx)
        apart |= (top + gap + dy <= other[1]) | (other[3] <= bottom - gap + dy)
        clear &= apart
    best = int(np.argmax(clear))
    return Label(
        label.group,
        label.level,
        label.lines,
        label.x + float(dx[best]),
        label.y + float(dy[best]),
        label.height,
        label.size,
    )
