"""A timeline as a picture, and emerging pairs as one: SVG or one HTML page.

Timeline  ->  timeline_plot  ->  .svg or .html text
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from reelation.drawing.charts import ROW, Axes, Line, axes, lines, year_ticks
from reelation.drawing.svg import Drawing, shorten, wrap
from reelation.insights.emerging import EmergingPairs
from reelation.insights.movement import Movement
from reelation.insights.outlook import Ahead
from reelation.insights.timeline import Timeline
from reelation.insights.timeline_words import percent
from reelation.insights.topics import topic_name
from reelation.insights.viewing import Viewing
from reelation.messages import Messages

_WIDTH = 860.0
_EDGE = 28.0
_LEFT = 58.0
_SAID = 5
_KINDS = ("bar", "second", "third", "fourth", "fifth", "quiet")
_PAIRS = 16


def timeline_plot(found: Timeline, say: Messages, *, html: bool = False) -> str:
    """Draw a timeline.

    Args:
        found: what to draw.
        say: the language of words.
        html: a page instead of an SVG file.

    Returns:
        The file's text.
    """
    name = say.tag(found.type, found.name)
    drawing = Drawing(_WIDTH, name, found.summary[0])
    y = _head(drawing, name, say.label("type", found.type), found.summary[:_SAID])
    if found.career is not None and found.first_year is not None:
        y = _lanes(drawing, found, say, y)
    elif found.first_year is not None:
        y = _shares(drawing, found, say, y)
    if found.movement is not None and found.movement.moved:
        y = _moves(drawing, found.movement, say, y)
    if found.viewing is not None and len(found.viewing.years) > 2:
        y = _viewing(drawing, found.viewing, say, y)
    y = _foot(drawing, y, say.say("timeline.smooth_note") if found.career is None else "")
    return drawing.html(y, say.language, found.summary[_SAID:]) if html else drawing.svg(y)


def emerging_plot(found: EmergingPairs, say: Messages, *, html: bool = False) -> str:
    """Draw emerging pairs: lift before and now, on a scale where equal ways are equal factors."""
    headline = say.say("timeline.emerging", since=found.since, first=found.first, until=found.since - 1)
    rate = f"{found.rate:.0%}"
    basis = say.say("timeline.emerging_basis", tested=found.tested, titles=found.titles, called=found.called, rate=rate)
    drawing = Drawing(_WIDTH, headline, basis)
    y = _head(drawing, headline, "", (basis,))
    pairs = found.items[:_PAIRS]
    if not pairs:
        drawing.text(_EDGE, y + 30, say.say("timeline.none_emerging"))
        y += 40
    else:
        labels, width = 250.0, _WIDTH - 2 * _EDGE - 250 - 70
        ends = [value for one in pairs for value in (one.recent_lift, one.before_lift) if value > 0]
        low, high = log2(min(ends)) - 0.3, log2(max(ends)) + 0.3
        left, top, bottom = _EDGE + labels, y + 30, y + 30 + len(pairs) * ROW

        def at(lift: float) -> float:
            return left + width * (log2(max(lift, 2**low)) - low) / (high - low)

        for power in range(int(low // 1) + 1, int(high // 1) + 1):
            drawing.line((at(2.0**power), top), (at(2.0**power), bottom + 4), "grid" if power else "quiet")
            drawing.text(at(2.0**power), top - 8, f"×{2.0**power:g}", "quiet", size=11, anchor="middle")
        for place, one in enumerate(pairs):
            middle = top + place * ROW + ROW / 2
            drawing.text(
                _EDGE, middle + 4, f"{topic_name(one.one, say)} + {topic_name(one.two, say)}", size=13, most=labels - 10
            )
            drawing.line((at(one.before_lift), middle), (at(one.recent_lift), middle), "bar", width=3)
            drawing.dot(at(one.before_lift), middle, 4.5, "soft", said=f"{one.before_lift:.2f}")
            drawing.dot(at(one.recent_lift), middle, 5.5, "bar", said=f"{one.recent_lift:.2f}")
            factor = f"×{one.ratio:.1f}" if one.before else say.say("timeline.never")
            drawing.text(_WIDTH - _EDGE, middle + 4, factor, size=12, anchor="end")
        y = bottom + 10
    y = _foot(drawing, y, say.say("timeline.dots_note", since=found.since))
    return drawing.html(y, say.language) if html else drawing.svg(y)


def _head(drawing: Drawing, name: str, kind: str, sentences: tuple[str, ...]) -> float:
    drawing.rect(0, 0, _WIDTH, 6, "bar")
    drawing.text(_EDGE, 48, name, size=24, bold=True, most=_WIDTH - 2 * _EDGE - 120)
    drawing.text(_WIDTH - _EDGE, 48, kind, "quiet", size=14, anchor="end")
    y = 54.0
    for sentence in sentences:
        for line in wrap(sentence, _WIDTH - 2 * _EDGE, 13):
            y += 19
            drawing.text(_EDGE, y, line, size=13)
    return y + 16


def _foot(drawing: Drawing, y: float, note: str) -> float:
    drawing.line((_EDGE, y + 6), (_WIDTH - _EDGE, y + 6), "grid")
    drawing.text(_EDGE, y + 24, note, "quiet", size=11, most=_WIDTH - 2 * _EDGE - 130)
    drawing.text(_WIDTH - _EDGE, y + 24, "Reelation · 影联", "quiet", size=11, anchor="end")
    return y + 38


def _heading(drawing: Drawing, y: float, text: str, x: float = _EDGE) -> None:
    drawing.text(x, y, text, size=14, bold=True)


def _shares(drawing: Drawing, found: Timeline, say: Messages, y: float) -> float:
    _heading(drawing, y + 14, say.say("timeline.share_of"))
    known = [one for one in found.years if one.smooth is not None]
    first, last = found.years[0].year, found.years[-1].year
    ahead = found.outlook.years if found.outlook is not None else ()
    last = max([last, *(one.year for one in ahead)])
    # thin years have wide bands, which are not to set the scale
    top = 1.25 * max((one.smooth or 0.0 for one in known if one.of >= 5), default=0.0) or 1.0
    place = Axes(_LEFT, y + 32, _WIDTH - _LEFT - _EDGE, 240, first, last, min(top, 1.0))
    ticks = [(float(year), label) for year, label in year_ticks(first, last, place.width)]
    axes(drawing, place, ticks)
    for one in known:
        if one.share is not None and one.share <= place.top:
            drawing.dot(*place.at(one.year, one.share), 2.2, "soft", said=f"{one.year}: {one.titles} / {one.of}")
    for turn in found.turning_points:
        foot, head = place.at(turn.year - 0.5, 0), place.at(turn.year - 0.5, place.top)
        drawing.line(foot, head, "second", dashes="4 4")
        drawing.text(head[0] + 4, head[1] + 10, str(turn.year), "second", size=11, bold=True)
    lines(
        drawing,
        place,
        [
            Line(
                "",
                [one.year for one in known],
                [one.smooth or 0.0 for one in known],
                [one.low for one in known],
                [one.high for one in known],
            ),
            *([] if not ahead else [_ahead(ahead, place.top)]),
        ],
        named=False,
    )
    if found.peak is not None:
        at = place.at(found.peak.year, found.peak.share)
        drawing.dot(*at, 5, "bar", said=percent(found.peak.share))
        drawing.text(
            at[0],
            at[1] - 10,
            f"{found.peak.year}: {percent(found.peak.share)}",
            "bar",
            size=12,
            anchor="middle",
            bold=True,
        )
    y = place.y + place.height + 30
    _heading(drawing, y + 14, say.say("timeline.counts"))
    most = max(one.titles for one in found.years)
    small = Axes(_LEFT, y + 26, place.width, 56, first - 0.5, last + 0.5, most * 1.05)
    axes(drawing, small, [], percent=False)
    wide = max(1.0, small.width / (last - first + 1) - 1)
    for one in found.years:
        left, upper = small.at(one.year, one.titles)
        drawing.rect(left - wide / 2, upper, wide, small.y + small.height - upper, "soft")
    return small.y + small.height + 16


def _ahead(years: Sequence[Ahead], top: float) -> Line:
    """The forecast, cut at the chart's upper edge."""
    share, low, high = ([min(getattr(one, name), top) for one in years] for name in ("share", "low", "high"))
    return Line("", [one.year for one in years], share, low, high, kind="second")


def _lanes(drawing: Drawing, found: Timeline, say: Messages, y: float) -> float:
    """A person's titles: a lane a role, a dot a title; then whom with, decade by decade."""
    career = found.career
    assert career is not None
    assert found.first_year is not None
    assert found.last_year is not None
    first, last = found.first_year - 1, found.last_year + 1
    left = 150.0
    place = Axes(left, y + 30, _WIDTH - left - _EDGE - 14, 0, first, last, 1)
    _heading(drawing, y + 14, say.say("timeline.by_year"))
    bottom: float = y + 30
    for lane, role in enumerate(career.active):
        kind = _KINDS[lane % len(_KINDS)]
        of_year: dict[int, int] = {}
        works = [work for work in career.works if work.title.year and role in work.roles]
        for work in works:
            assert work.title.year
            of_year[work.title.year] = of_year.get(work.title.year, 0) + 1
        high = 12.0 * max(of_year.values()) + 14
        base = bottom + high - 10
        drawing.line((left, base + 7), (place.x + place.width, base + 7), "grid")
        drawing.text(_EDGE, base + 1, say.label("role", role), kind, size=13, bold=True, most=left - _EDGE - 10)
        stacked: dict[int, int] = {}
        for work in works:
            year = work.title.year or 0
            drawing.dot(place.at(year, 0)[0], base - 12 * stacked.get(year, 0), 5, kind, said=str(work.title))
            stacked[year] = stacked.get(year, 0) + 1
        bottom += high
    for tick, label in year_ticks(first, last, place.width):
        drawing.text(place.at(tick, 0)[0], bottom + 16, label, "quiet", size=11, anchor="middle")
    y = bottom + 28
    if career.decades:
        _heading(drawing, y + 14, say.say("timeline.together"))
        y += 18
        for decade, people in career.decades.items():
            y += 20
            drawing.text(_EDGE, y, say.say("words.decade", decade=decade), "quiet", size=13)
            told = " · ".join(f"{one.topic.name} {one.titles}" for one in people)
            drawing.text(_EDGE + 76, y, told, size=13, most=_WIDTH - 2 * _EDGE - 76)
    return y + 14


def _moves(drawing: Drawing, moves: Movement, say: Messages, y: float) -> float:
    """Closeness to neighbours in the first and in the last window; and the branches' shares."""
    half = (_WIDTH - 2 * _EDGE - 40) / 2
    names = [say.say("timeline.window", first=a, last=b) for a, b in (moves.windows[0], moves.windows[-1])]
    bottoms = [y]
    shown = moves.neighbours[:6]
    if shown:
        _heading(drawing, y + 14, say.say("timeline.moves"))
        values = [value for one in shown for value in (one.first, one.last)]
        low, high = min(values) - 0.05, max(values) + 0.05
        left, right, top, tall = _EDGE + 80.0, _EDGE + half - 120, y + 46, 150.0
        for x, name, anchor in ((left, names[0], "end"), (right, names[1], "start")):
            drawing.text(x, top - 12, name, "quiet", size=11, anchor=anchor)
            drawing.line((x, top), (x, top + tall), "grid")

        def at(value: float) -> float:
            return top + tall * (high - value) / (high - low)

        taken = -1e9
        for one in sorted(shown, key=lambda one: -one.last):
            kind = "bar" if one.direction == "nearer" else "second"
            drawing.line((left, at(one.first)), (right, at(one.last)), kind, width=2)
            drawing.dot(left, at(one.first), 3, kind, said=f"{one.first:.2f}")
            drawing.dot(right, at(one.last), 3, kind, said=f"{one.last:.2f}")
            taken = max(at(one.last), taken + 14)
            drawing.text(right + 10, taken + 4, topic_name(one.topic, say), kind, size=12, most=118)
        bottoms.append(max(top + tall, taken) + 14)
    parts = moves.branches
    if (parts.split or parts.merged) and all(branch.topics for branch in parts.branches):
        x = _EDGE + half + 40 if shown else _EDGE
        _heading(drawing, y + 14, say.say("timeline.branches"), x)
        place = Axes(x + 40, y + 46, half - 190, 150, 0, len(moves.windows) - 1, 1.0)
        every = max(1, len(moves.windows) // 4)
        axes(drawing, place, [(i, str(a)) for i, (a, _) in enumerate(moves.windows) if i % every == 0])
        told = [
            shorten(say.say("words.comma").join(topic_name(one, say) for one in branch.topics), 140, 12, True)
            for branch in parts.branches
        ]
        series = [
            Line(name, list(range(len(moves.windows))), branch.shares, kind=kind)
            for name, branch, kind in zip(told, parts.branches, ("bar", "third"), strict=True)
        ]
        lines(drawing, place, series)
        bottoms.append(y + 46 + 150 + 26)
    return max(bottoms)


def _viewing(drawing: Drawing, seen: Viewing, say: Messages, y: float) -> float:
    _heading(drawing, y + 18, say.say("timeline.watched"))
    top = 1.2 * max(value for value, of in zip(seen.share, seen.of, strict=True) if of == max(seen.of) or of >= 20)
    place = Axes(_LEFT, y + 34, _WIDTH - _LEFT - _EDGE, 110, seen.years[0], seen.years[-1], min(1.0, top) or 1.0)
    axes(
        drawing, place, [(float(year), label) for year, label in year_ticks(seen.years[0], seen.years[-1], place.width)]
    )
    lines(drawing, place, [Line("", seen.years, seen.share, seen.low, seen.high, "third")], named=False)
    return place.y + place.height + 26
