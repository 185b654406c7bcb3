"""Dates as people write them, and as days: "1979", "1979-06", "1979-06-14"  ->  days since 1970-01-01.

A year or a month means its last day: what was known when it was over.
"""

from __future__ import annotations

import datetime
import re

import numpy as np
from numpy.typing import NDArray

from reelation.errors import UsageError

Days = NDArray[np.int32]

NEVER = 2**31 - 1
"""The day of what is known at no date, because nothing says when it was."""
SECONDS = 86_400
"""In a day; times of events are in seconds."""
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_FIRST, _LAST = 1870, 2200


def day_of(date: int | str | datetime.date) -> int:
    """The day that `date` means; the last one of a year or month.

    Args:
        date: a year, "YYYY", "YYYY-MM", "YYYY-MM-DD" or a `datetime.date`.

    Raises:
        UsageError: it is no date, or lies outside 1870 to 2200.
    """
    text = date.isoformat()[:10] if isinstance(date, datetime.date) else str(date).strip()
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise UsageError(f"'{text[:40]}' is no date; give a year (1979), a month (1979-06) or a day (1979-06-14)")
    year, month, day = int(found[1]), int(found[2] or 12), found[3]
    if not _FIRST <= year <= _LAST:
        raise UsageError(f"the date {text} is outside {_FIRST} to {_LAST}")
    try:
        if not 1 <= month <= 12:
            raise ValueError
        last = datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)
        meant = datetime.date(year, month, int(day)) if day else last
    except ValueError:
        raise UsageError(f"there is no day {text}") from None
    return (meant - datetime.date(1970, 1, 1)).days


def date_of(day: int) -> str:
    """A day as "YYYY-MM-DD"."""
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()


def year_of(day: int) -> int:
    """The calendar year of a day."""
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).year


def last_days(years: NDArray[np.integer]) -> Days:
    """[years] the last day of each; `NEVER` where the year is 0."""
    ends = (years.astype(np.int64) - 1970 + 1).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) - 1
    return np.where(years > 0, ends, NEVER).astype(np.int32)
