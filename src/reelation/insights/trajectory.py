"""How a title's neighbourhood moved over the years: its closest titles as of one date after another.

    atlas as of several dates  ->  trajectory  ->  Trajectory: at each date the closest titles, who came, who went

Every list is the one that would have been given on its date (`reelation.past`), so a change has two causes, both real:
new titles that are closer, and what the old ones share having become common or rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.errors import UsageError
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.past.atlas import past
from reelation.past.dates import date_of, day_of, year_of
from reelation.past.known import Known
from reelation.search.exact import Measure, Scorer, nearest, point_at

MOST_DATES = 12


@dataclass(frozen=True)
class Snapshot:
    """The neighbourhood on a date."""

    date: str
    """"YYYY-MM-DD"."""
    titles: int
    """Titles known then."""
    closest: tuple[Title, ...]
    """Closest first."""
    came: tuple[Title, ...]
    """Of them, those that were not there on the date before; all at the first one."""
    went: tuple[Title, ...]
    """Those that are there no more."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "date": self.date,
            "titles": self.titles,
            **{name: [title.to_json() for title in getattr(self, name)] for name in ("closest", "came", "went")},
        }


@dataclass(frozen=True)
class Trajectory:
    """A title's neighbourhood, date by date."""

    title: Title
    k: int
    snapshots: tuple[Snapshot, ...]
    steady: tuple[Title, ...]
    """Titles that are there from the first date to the last."""
    summary: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title": self.title.to_json(),
            "k": self.k,
            "summary": list(self.summary),
            "steady": [title.to_json() for title in self.steady],
            "snapshots": [one.to_json() for one in self.snapshots],
        }


def trajectory(
    atlas: Atlas,
    row: int,
    *,
    dates: Sequence[int | str] = (),
    count: int = 5,
    k: int = 10,
    say: Messages | None = None,
) -> Trajectory:
    """Follow the title in `row`.

    Args:
        atlas: an atlas of now.
        row: the title.
        dates: when to look, in any order; where empty, `count` years evenly from the title's own to the last one.
        count: of dates, 2 to 12.
        k: closest titles at each date, 1 to 100.
        say: the language of sentences; the person's own where None.

    Raises:
        UsageError: something is out of range, no date of the title is known, or it was not known on any of two dates.
    """
    say = say or messages()
    if not 1 <= k <= 100 or not 2 <= count <= MOST_DATES or len(dates) > MOST_DATES:
        raise UsageError(f"a trajectory has 2 to {MOST_DATES} dates and 1 to 100 titles at each")
    title = title_at(atlas, row)
    days = sorted({day_of(date) for date in dates}) if dates else _days(atlas, row, count)
    known = int(Known.of(atlas).title[row])
    days = [day for day in days if day >= known]
    if len(days) < 2:
        raise UsageError(
            f"{title} is known on fewer than two of the dates; a trajectory needs dates after {_from(atlas, row, say)}"
        )
    found: list[Snapshot] = []
    for day in days:
        then = past(atlas, date_of(day))
        here = then.titles.row(title.title_id)
        scores = Scorer(then, Measure.of(then)).scores_of(point_at(then, here))
        closest = tuple(title_at(then, one) for one in nearest(scores, k, without=here).tolist())
        before = {one.title_id: one for one in found[-1].closest} if found else {}
        ids = {one.title_id for one in closest}
        came = tuple(one for one in closest if one.title_id not in before)
        went = tuple(one for one in before.values() if one.title_id not in ids)
        found.append(Snapshot(date_of(day), len(then), closest, came, went))
    last = {one.title_id for one in found[-1].closest}
    always = set.intersection(*({one.title_id for one in each.closest} for each in found))
    steady = tuple(one for one in found[0].closest if one.title_id in always)
    kept = sum(one.title_id in last for one in found[0].closest)
    first, newest = (_shortly(found[at].date) for at in (0, -1))
    told = [say.say("timeline.kept", kept=kept, k=len(found[0].closest), first=first, last=newest)]
    if steady:
        told.append(say.say("timeline.steady", titles=say.names([str(one) for one in steady])))
    return Trajectory(title, k, tuple(found), steady, tuple(told))


def _days(atlas: Atlas, row: int, count: int) -> list[int]:
    """Last days of years, evenly from the title's first to the last that the atlas knows."""
    known, years = int(Known.of(atlas).title[row]), np.asarray(atlas.year)
    first = year_of(known) if known <= day_of(2200) else int(years.max(initial=0)) + 1
    last = int(years.max(initial=0))
    return [day_of(int(year)) for year in np.unique(np.linspace(first, last, count).round())] if first < last else []


def _shortly(date: str) -> str:
    """The last day of a year is its year."""
    return date.removesuffix("-12-31")


def _from(atlas: Atlas, row: int, say: Messages) -> str:
    known = int(Known.of(atlas).title[row])
    return date_of(known) if known <= day_of(2200) else say.say("timeline.no_date")
