"""A timeline in sentences, and what it cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reelation.insights.topics import topic_name
from reelation.messages import Messages

if TYPE_CHECKING:
    from reelation.insights.movement import Movement
    from reelation.insights.timeline import Timeline


def summary(found: Timeline, say: Messages) -> tuple[str, ...]:
    """The timeline in a few sentences."""
    told, name = [], say.tag(found.type, found.name)
    if found.first_year is None:
        return (say.say("timeline.no_years", name=name, titles=found.titles),)
    span = {"first": found.first_year, "last": found.last_year}
    told.append(say.say("timeline.span", name=name, titles=found.titles, **span))
    if found.unknown_years:
        told.append(say.say("timeline.unknown", count=found.unknown_years))
    if found.career is None:
        told += _shares(found, say)
    told += _movement(found, say)
    if found.career is not None:
        told += [
            say.say(
                "timeline.active" if last > first else "timeline.active_once",
                role=say.label("role", role),
                first=first,
                last=last,
            )
            for role, (first, last) in found.career.active.items()
        ]
    return tuple(told)


def _shares(found: Timeline, say: Messages) -> list[str]:
    """Of a person the share of all titles says little: this is for all else."""
    if found.p_value is None:
        return [say.say("timeline.few", titles=found.titles - found.unknown_years)]
    told = [say.say(f"timeline.trend_{found.trend}" if found.trend else "timeline.no_trend")]
    if found.peak is not None:
        share = {name: percent(value) for name, value in vars(found.peak).items() if name != "year"}
        told.append(say.say("timeline.peak", year=found.peak.year, **share))
    for one in found.turning_points:
        key = "timeline.rose" if one.after > one.before else "timeline.fell"
        told.append(say.say(key, year=one.year, before=percent(one.before), after=percent(one.after)))
    if found.outlook is not None:
        last = found.outlook.years[-1]
        share = {"share": percent(last.share), "low": percent(last.low), "high": percent(last.high)}
        told.append(say.say("timeline.outlook", year=last.year, since=found.outlook.since, **share))
        if (checked := found.outlook.checked) is not None:
            values = {"first": checked.first, "last": checked.last, "coverage": percent(checked.coverage)}
            told.append(say.say("timeline.outlook_checked", forecasts=checked.forecasts, **values))
    return told


def percent(value: float) -> str:
    """Two figures that count: "12 %", "1.3 %", "0.04 %"."""
    return f"{100 * value:.2g} %" if value < 0.995 else "100 %"


def _movement(found: Timeline, say: Messages) -> list[str]:
    moves = found.movement
    if moves is None:
        return []
    told = _way(moves, say) if moves.moved else [say.say("timeline.still")]
    parts = moves.branches
    if (parts.split or parts.merged) and all(branch.topics for branch in parts.branches):
        one, two = (say.names([topic_name(topic, say) for topic in branch.topics]) for branch in parts.branches)
        told.append(say.say("timeline.split" if parts.split else "timeline.merged", one=one, two=two))
    if moves.early:
        told.append(say.say("timeline.early", titles=say.names([str(one.title) for one in moves.early[:3]])))
    return told


def _way(moves: Movement, say: Messages) -> list[str]:
    first, last = (say.say("timeline.window", first=a, last=b) for a, b in (moves.windows[0], moves.windows[-1]))
    told = []
    near = [topic_name(one.topic, say) for one in moves.neighbours if one.direction == "nearer"]
    far = [topic_name(one.topic, say) for one in moves.neighbours if one.direction == "farther"]
    if near or far:
        parts = [say.say("timeline.nearer", names=say.names(near))] if near else []
        parts += [say.say("timeline.farther", names=say.names(far))] if far else []
        told.append(say.say("timeline.moved_to", first=first, last=last, what=say.say("reasons.separator").join(parts)))
    else:
        told.append(say.say("timeline.moved", first=first, last=last))
    return told
