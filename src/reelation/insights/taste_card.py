"""A taste as a picture to pass on: SVG, or one HTML page; nobody's name is on it unless it is given.

Taste  ->  card  ->  .svg or .html text
"""

from __future__ import annotations

from reelation.drawing.charts import ROW, Axes, Bar, Line, axes, bars, lines
from reelation.drawing.svg import Drawing, wrap
from reelation.insights.against_crowd import AgainstCrowd
from reelation.insights.drift import Drift
from reelation.insights.signature import Leaning
from reelation.insights.taste import Taste, times
from reelation.insights.topics import topic_name
from reelation.messages import Messages

_WIDTH = 760.0
_EDGE = 28.0
_GAP = 24.0
_ROWS = 6
_SAID = 4
"""Sentences on the card; a page has the others below it."""
_PANELS = ("genres", "people", "eras", "countries", "themes", "languages", "companies")
_LINES = ("bar", "second", "third", "fourth")


def card(taste: Taste, say: Messages, *, title: str | None = None, html: bool = False) -> str:
    """Draw a portrait.

    Args:
        taste: what to draw.
        say: the language of the card.
        title: the headline; without one it is "A taste in films", and no name is on the card.
        html: a page instead of an SVG file.

    Returns:
        The file's text.
    """
    headline = title or say.say("taste_card.title")
    drawing = Drawing(_WIDTH, headline, taste.summary[0])
    y = _head(drawing, taste, headline)
    y = _panels(drawing, taste, say, y)
    if taste.crowd is not None:
        y = _crowd(drawing, taste.crowd, say, y)
    if taste.drift is not None:
        y = _drift(drawing, taste.drift, say, y)
    y = _blind_spots(drawing, taste, say, y)
    drawing.line((_EDGE, y + 4), (_WIDTH - _EDGE, y + 4), "grid")
    legend = say.say(f"taste_card.legend_{taste.average}")
    for line in wrap(legend, _WIDTH - 2 * _EDGE - 120, 11):
        y += 18
        drawing.text(_EDGE, y + 4, line, "quiet", size=11)
    drawing.text(_WIDTH - _EDGE, y + 4, "Reelation · 影联", "quiet", size=11, anchor="end")
    return drawing.html(y + 22, say.language, taste.summary[_SAID:]) if html else drawing.svg(y + 22)


def _head(drawing: Drawing, taste: Taste, headline: str) -> float:
    drawing.rect(0, 0, _WIDTH, 6, "bar")
    drawing.text(_EDGE, 50, headline, size=26, bold=True, most=_WIDTH - 2 * _EDGE)
    y = 56.0
    for sentence in taste.summary[:_SAID]:
        for line in wrap(sentence, _WIDTH - 2 * _EDGE, 13):
            y += 19
            drawing.text(_EDGE, y, line, "quiet" if sentence == taste.summary[0] else "ink", size=13)
    return y + 14


def _panels(drawing: Drawing, taste: Taste, say: Messages, y: float) -> float:
    """Two columns of charts of bars, each panel where there is more room."""
    width = (_WIDTH - 2 * _EDGE - _GAP) / 2
    bottoms = [y, y]
    shown = [name for name in _PANELS if name in taste.aspects and taste.aspects[name].items]
    certain = {name for name in shown if taste.aspects[name].items[0].signature}
    for name in sorted(shown, key=lambda name: name not in certain)[:6]:
        column = 0 if bottoms[0] <= bottoms[1] else 1
        items = taste.aspects[name].items[: _ROWS if name in certain else _ROWS // 2]
        if name == "eras":
            items = tuple(sorted(items, key=lambda item: item.topic.node_id))
        x, top = _EDGE + column * (width + _GAP), bottoms[column] + 22
        _heading(drawing, x, top, say.label("aspect", name))
        rows = [_bar(item, say) for item in items]
        bottoms[column] = bars(drawing, x, top + 8, width, rows, labels=132) + 6
    return max(bottoms)


def _bar(item: Leaning, say: Messages) -> Bar:
    average = item.average
    return Bar(
        label=topic_name(item.topic, say),
        value=item.share,
        low=item.low * average,
        high=min(item.high * average, 1.0),
        mark=average,
        note=f"×{times(item.lift)}",
        strong=item.signature is not None,
    )


def _crowd(drawing: Drawing, crowd: AgainstCrowd, say: Messages, y: float) -> float:
    width = (_WIDTH - 2 * _EDGE - _GAP) / 2
    _heading(drawing, _EDGE, y + 24, say.label("section", "crowd"))
    y += 34
    if crowd.contrarian is not None:
        ends = (crowd.contrarian_low or 0.0, crowd.contrarian_high or 0.0)
        words = (say.say("taste_card.agrees"), say.say("taste_card.own_way"))
        _gauge(drawing, _EDGE, y, width, crowd.contrarian, ends, words)
    words = (say.say("taste_card.little_known"), say.say("taste_card.well_known"))
    right = _EDGE + (width + _GAP if crowd.contrarian is not None else 0)
    _gauge(drawing, right, y, width, crowd.known, (crowd.known_low, crowd.known_high), words)
    y += 48
    bottoms = []
    for column, (key, titles) in enumerate((("above", crowd.above), ("below", crowd.below))):
        if not titles:
            continue
        x, at = _EDGE + column * (width + _GAP), y + 12
        drawing.text(x, at, say.say(f"taste_card.{key}"), "quiet", size=12)
        for one in titles[:4]:
            at += 20
            drawing.text(x, at, str(one.title), size=13, most=width - 78)
            drawing.text(x + width, at, f"{one.stars:g} / {one.others:.1f}", "quiet", size=12, anchor="end")
        bottoms.append(at)
    return max(bottoms, default=y) + 10


def _gauge(
    drawing: Drawing, x: float, y: float, width: float, value: float, ends: tuple[float, float], words: tuple[str, str]
) -> None:
    """A place on a scale from 0 to 1 with its interval, and a tick in the middle."""
    left, space = x + 4, width - 8
    drawing.rect(left, y + 8, space, 4, "grid", radius=2)
    drawing.line((left + space / 2, y + 4), (left + space / 2, y + 16), "quiet")
    low, high = (left + space * min(max(end, 0), 1) for end in ends)
    drawing.rect(low, y + 7, high - low, 6, "soft", radius=3)
    drawing.dot(left + space * min(max(value, 0), 1), y + 10, 6, "bar", said=f"{value:.2f}")
    drawing.text(left, y + 31, words[0], "quiet", size=11)
    drawing.text(left + space, y + 31, words[1], "quiet", size=11, anchor="end")


def _drift(drawing: Drawing, moves: Drift, say: Messages, y: float) -> float:
    trends = [one for one in moves.trends if one.direction][: len(_LINES)]
    if len(moves.periods) < 3 or not trends:
        return y
    _heading(drawing, _EDGE, y + 26, say.label("section", "drift"))
    top = max(max(value for value in one.shares if value == value) for one in trends)
    place = Axes(
        _EDGE + 42, y + 42, _WIDTH - 2 * _EDGE - 42 - 128, 130, 0, len(moves.periods) - 1, min(1.0, top * 1.15)
    )
    every = max(1, len(moves.periods) // 9)
    ticks = [(float(i), one.label) for i, one in enumerate(moves.periods) if i % every == 0]
    axes(drawing, place, ticks)
    series = []
    for one, kind in zip(trends, _LINES, strict=False):
        known = [i for i, value in enumerate(one.shares) if value == value]
        series.append(
            Line(
                topic_name(one.topic, say),
                known,
                [one.shares[i] for i in known],
                [one.low[i] for i in known] if kind == "bar" else (),
                [one.high[i] for i in known] if kind == "bar" else (),
                kind,
            )
        )
    lines(drawing, place, series)
    return y + 42 + 130 + 30


def _blind_spots(drawing: Drawing, taste: Taste, say: Messages, y: float) -> float:
    titles = taste.blind_spots.titles[:4]
    if not titles:
        return y
    _heading(drawing, _EDGE, y + 26, say.label("section", "blind_spots"))
    y += 30
    for one in titles:
        y += ROW
        drawing.text(_EDGE, y, str(one.title), size=13, most=248)
        drawing.text(_EDGE + 260, y, one.why, "quiet", size=12, most=_WIDTH - 2 * _EDGE - 260)
    return y + 16


def _heading(drawing: Drawing, x: float, y: float, text: str) -> None:
    drawing.text(x, y, text, size=14, bold=True)
