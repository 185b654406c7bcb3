"""The map as a figure for papers: SVG by our own hand, PNG by matplotlib."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.errors import MissingExtraError
from reelation.insights.grouping import Grouping
from reelation.insights.plane import Label, labels, layout_part
from reelation.messages import Messages

PALETTE = (
    *("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#b6992d", "#b07aa1", "#d37295", "#9c755f", "#79706e"),
    *("#1b9e77", "#7570b3", "#66a61e", "#d95f02", "#a6761d", "#e7298a", "#2b8cbe", "#8c6bb1", "#41ae76", "#cb181d"),
)
"""Colours of groups, largest group first; they go round where there are more."""
GREY = "#999999"
_WIDTH = 1000.0
"""Pixels of a map's width."""
_FONTS = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Picture:
    points: NDArray[np.float64]
    """[titles, 2] pixels, y downwards."""
    colour: NDArray[np.int64]
    """[titles] index into `PALETTE`, -1 for grey."""
    labels: tuple[Label, ...]
    """Of the coarsest level, in the plane's units."""
    left: float
    top: float
    width: float
    height: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """From the plane's units to pixels."""
        return (x - self.left) * _WIDTH, (self.top - y) * _WIDTH


def write_svg(atlas: Atlas, path: Path, say: Messages) -> None:
    """Write points, one path a colour, and the names of the coarsest groups."""
    picture = _picture(atlas, say)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width:.0f} {picture.height:.0f}" role="img">',
        f"<title>{_clean(say.say('map.title'))}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<g fill="none" stroke-width="1.8" stroke-linecap="round" stroke-opacity="0.75">',
    ]
    for number in range(-1, len(PALETTE)):
        dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in picture.points[picture.colour == number].tolist())
        if dots:
            parts.append(f'<path stroke="{GREY if number < 0 else PALETTE[number]}" d="{dots}"/>')
    parts.append(f'</g><g font-family="{_FONTS}" font-weight="600" text-anchor="middle" fill="#1c2024">')
    for label in picture.labels:
        size = label.height * _WIDTH
        x, y = picture.place(label.x, label.y)
        first = y - (len(label.lines) - 1) * size * 0.6 + size * 0.35
        for at, line in enumerate(label.lines):
            text = f'x="{x:.1f}" y="{first + at * size * 1.2:.1f}" font-size="{size:.1f}"'
            parts.append(
                f'<text {text} stroke="#ffffff" stroke-width="4" stroke-linejoin="round" paint-order="stroke">'
                f"{_clean(line)}</text>"
            )
    path.write_text("\n".join([*parts, "</g></svg>"]) + "\n", encoding="utf-8")


def write_png(atlas: Atlas, path: Path, say: Messages) -> None:
    """Write the same with matplotlib, 200 dots an inch.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        from matplotlib import font_manager, patheffects
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingExtraError("A map as PNG", "evaluate") from error
    picture = _picture(atlas, say)
    figure = Figure(figsize=(picture.width / 100, picture.height / 100), dpi=200)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, picture.width), ylim=(picture.height, 0))
    axes.axis("off")
    for number in range(-1, len(PALETTE)):
        x, y = picture.points[picture.colour == number].T
        axes.scatter(x, y, s=1.6, c=GREY if number < 0 else PALETTE[number], alpha=0.75, linewidths=0)
    fonts = {font.name for font in font_manager.fontManager.ttflist}
    wanted = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "PingFang SC", "Microsoft YaHei", "SimHei")
    family = [name for name in wanted if name in fonts]
    for label in picture.labels:
        axes.text(
            *picture.place(label.x, label.y),
            "\n".join(line.replace("$", r"\$") for line in label.lines),
            ha="center",
            va="center",
            fontsize=label.height * _WIDTH * 0.72,
            fontweight="bold",
            family=family,
            color="#1c2024",
            path_effects=[patheffects.withStroke(linewidth=3, foreground="white")],
        )
    figure.savefig(path, format="png")


def _picture(atlas: Atlas, say: Messages) -> _Picture:
    positions = np.array(layout_part(atlas).array("position"), np.float32)
    found = Grouping.of(atlas, say)
    names = labels(positions, found, 1) if found else ()
    low, high = np.percentile(positions, [0.2, 99.8], axis=0)  # a handful far out would make all the rest small
    boxes = np.array([label.box for label in names]) if names else np.array([[*low, *high]])
    margin = 0.02
    left, bottom = np.minimum(low, boxes[:, :2].min(axis=0)) - margin
    right, top = np.maximum(high, boxes[:, 2:].max(axis=0)) + margin
    points = np.stack([positions[:, 0] - left, top - positions[:, 1]], axis=1).astype(np.float64) * _WIDTH
    colour = np.full(len(positions), -1, np.int64)
    if found:
        members = found.members(1).astype(np.int64)
        colour = np.where(members >= 0, members % len(PALETTE), -1)
    size = float(right - left) * _WIDTH, float(top - bottom) * _WIDTH
    return _Picture(points, colour, names, float(left), float(top), *size)


def _clean(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))
