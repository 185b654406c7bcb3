"""Stars and times as exports write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.cell_values import BadRowError, cell, number

_EARLIEST, _LATEST = 1900, 2100
_PLACES = re.compile(r"\.(\d{6})\d+")


def stars_of(value: object, scale: float, what: str = "rating") -> float | None:
    """A rating as stars.

    Args:
        value: a number from 0 to `scale`, or nothing.
        scale: the highest rating that can be given.
        what: what to call it in the error.

    Returns:
        0.5 to 5.0 (stars = rating x 5 / scale; less than half a star is half a star); None for nothing and for 0,
        which services write where nothing was given.

    Raises:
        BadRowError: no number, or outside 0 to `scale`.
    """
    found = number(value, what)
    if found is None or found == 0:
        return None
    if not 0 < found <= scale:
        raise BadRowError(f"{what} {found:g} is outside 0 to {scale:g}")
    return min(5.0, max(0.5, found * 5.0 / scale))


def time_of(value: object, hours_east: float = 0.0) -> int:
    """Seconds since 1970 of an ISO date or time ("2024-05-12", "2024-05-12 20:15:33", "2024-05-12T20:15:33.000Z").

    Args:
        value: the text; nothing, or what is no date, is an unknown time.
        hours_east: the clock's distance from UTC where the text itself names no zone.
    """
    text = _PLACES.sub(r".\1", cell(value) or "").removesuffix(" UTC").replace("/", "-")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return UNKNOWN_TIME
    return seconds_of(moment, hours_east)


def seconds_of(moment: datetime, hours_east: float = 0.0) -> int:
    """Seconds since 1970; unknown where the year is none of a film lover's."""
    if not _EARLIEST <= moment.year < _LATEST:
        return UNKNOWN_TIME
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=timezone(timedelta(hours=hours_east)))
    return int(zoned.astimezone(UTC).timestamp())


def year_at(time: int) -> int | None:
    """The calendar year of a time, UTC; None where it is unknown."""
    return None if time == UNKNOWN_TIME else datetime.fromtimestamp(time, UTC).year


def people_of(value: object) -> tuple[str, ...]:
    """The names in a cell that joins them by commas."""
    return tuple(name for part in (cell(value) or "").split(",") if (name := part.strip()))
