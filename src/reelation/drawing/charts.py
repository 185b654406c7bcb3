"""What cards and timelines are made of: bars with their intervals, and lines with their bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from reelation.drawing.svg import Drawing

ROW = 22
"""Pixels that one bar takes in height."""


@dataclass(frozen=True)
class Bar:
    """One row of a chart of bars."""

    label: str
    value: float
    low: float
    high: float
    """The ends of the interval, drawn as a whisker."""
    mark: float | None = None
    """Something to compare with, drawn as a tick."""
    note: str = ""
    """At the right end."""
    strong: bool = True
    """In colour, or grey."""


def bars(drawing: Drawing, x: float, y: float, width: float, rows: Sequence[Bar], *, labels: float) -> float:
    """Draw bars from zero on, all to one scale.

    Args:
        drawing: gets the marks.
        x: left edge.
        y: upper edge.
        width: of all.
        rows: from top to bottom.
        labels: pixels for the labels.

    Returns:
        The lower edge.
    """
    notes = 44.0
    space = width - labels - notes
    largest = max((max(row.value, min(row.high, 2.2 * row.value), row.mark or 0) for row in rows), default=1) or 1
    for place, row in enumerate(rows):
        middle = y + place * ROW + ROW / 2
        left = x + labels
        drawing.text(x, middle + 4.5, row.label, size=13, most=labels - 8, bold=row.strong)
        drawing.rect(
            left, middle - 5.5, space * min(row.value / largest, 1), 11, "bar" if row.strong else "soft", radius=2
        )
        ends = [left + space * min(end / largest, 1.0) for end in (row.low, row.high)]
        drawing.line((ends[0], middle), (ends[1], middle), "ink", width=1.2)
        for end, real in zip(ends, (row.low, row.high), strict=True):
            if real <= largest:  # an end that is out of sight has no cap
                drawing.line((end, middle - 3), (end, middle + 3), "ink", width=1.2)
        if row.mark is not None:
            at = left + space * min(row.mark / largest, 1.0)
            drawing.line((at, middle - 8), (at, middle + 8), "second", width=2)
        drawing.text(x + width, middle + 4.5, row.note, "ink" if row.strong else "quiet", size=12, anchor="end")
    return y + len(rows) * ROW


@dataclass(frozen=True)
class Line:
    """One line of a chart over time."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    """A band; none where empty."""
    kind: str = "bar"


@dataclass(frozen=True)
class Axes:
    """Where a chart stands and what its edges mean."""

    x: float
    y: float
    width: float
    height: float
    first: float
    last: float
    """Of the horizontal axis."""
    top: float
    """Of the vertical axis, which starts at 0."""

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point."""
        span = (self.last - self.first) or 1.0
        return (
            self.x + self.width * (x - self.first) / span,
            self.y + self.height * (1 - min(y / (self.top or 1.0), 1.0)),
        )


def axes(drawing: Drawing, place: Axes, ticks: Sequence[tuple[float, str]], *, percent: bool = True) -> None:
    """Draw the grid with its numbers, and `ticks` (value, label) below."""
    step = nice_step(place.top)
    for i in range(int(place.top / step + 1e-9) + 1):
        at = place.at(place.first, i * step)
        drawing.line(at, (place.x + place.width, at[1]), "grid")
        value = i * step
        label = (f"{100 * value:.3g} %" if percent else f"{value:,.3g}") if i else "0"
        drawing.text(place.x - 8, at[1] + 4, label, "quiet", size=11, anchor="end")
    for value, label in ticks:
        at = place.at(value, 0)
        drawing.line(at, (at[0], at[1] + 4), "quiet")
        drawing.text(at[0], at[1] + 17, label, "quiet", size=11, anchor="middle")


def lines(drawing: Drawing, place: Axes, series: Sequence[Line], *, named: bool = True) -> None:
    """Draw lines with their bands; each named at its end, kept apart from the others."""
    for one in series:
        if one.low:
            low, high = ([place.at(x, y) for x, y in zip(one.x, ends, strict=True)] for ends in (one.low, one.high))
            drawing.area(low, high, one.kind)
    for one in series:
        drawing.curve([place.at(x, y) for x, y in zip(one.x, one.y, strict=True)], one.kind)
    if named:
        ends = sorted((place.at(one.x[-1], one.y[-1])[1], at) for at, one in enumerate(series))
        placed: list[float] = []
        for y, _ in ends:
            placed.append(max(y, placed[-1] + 15) if placed else y)
        lift = max(0.0, placed[-1] - place.y - place.height) if placed else 0.0
        for y, (_, at) in zip(placed, ends, strict=True):
            one = series[at]
            drawing.text(place.x + place.width + 8, y - lift + 4, one.label, one.kind, size=12, bold=True)


def nice_step(top: float, most: int = 5) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides 0 to `top` into at most `most` parts."""
    if top <= 0:
        return 1.0
    power = 10.0 ** floor(log10(top / most))
    return next(power * factor for factor in (1, 2, 5, 10) if top / (power * factor) <= most)


def year_ticks(first: int, last: int, width: float) -> list[tuple[float, str]]:
    """Round years, not closer than 45 pixels."""
    span = max(last - first, 1)
    step = next((step for step in (1, 2, 5, 10, 20, 50) if width * step / span >= 45), 100)
    return [(year, str(year)) for year in range(-(-first // step) * step, last + 1, step)]
