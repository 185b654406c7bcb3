"""One event, and judging what clients send as events: every field checked, every flaw named.

[{"viewer_id": …, "title_id": …, "kind": "rating", "value": 4, "time": …}, …]  ->  read_events  ->  [Event, …]
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reelation.catalogue.schema_names import EVENTS
from reelation.errors import DataError

LONGEST_ID = 200
"""Characters of a viewer's or title's id."""
LEAST_STARS, MOST_STARS = 0.5, 5.0
EARLIEST, LATEST = -(2**40), 2**40
"""Seconds since 1970-01-01 UTC, as in the catalogue."""
_MOST_FLAWS = 20
_FIELDS = ("viewer_id", "title_id", "kind", "value", "time")


@dataclass(frozen=True, slots=True)
class Event:
    """What a viewer did with a title; a viewer has at most one of a kind with a title, the last one that counts."""

    viewer_id: str
    title_id: str
    kind: str
    """One of `reelation.catalogue.schema_names.EVENTS`."""
    value: float | None = None
    """Stars of a rating, 0.5 to 5; None for other kinds."""
    time: int | None = None
    """Seconds since 1970-01-01 UTC; None where it is not known."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this event: viewer, title, kind."""
        return self.viewer_id, self.title_id, self.kind

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/http.md."""
        return {
            "viewer_id": self.viewer_id,
            "title_id": self.title_id,
            "kind": self.kind,
            "value": self.value,
            "time": self.time,
        }


@dataclass(frozen=True)
class Flaw:
    """A field that cannot be used."""

    where: str
    """'events[3].value'."""
    message: str


class InvalidEventsError(DataError):
    """Events that cannot be kept; `flaws` names the first of them, nothing of the batch was kept."""

    def __init__(self, flaws: Sequence[Flaw], what: str = "events") -> None:
        first = flaws[0]
        more = f" ({len(flaws)} flaws in all)" if len(flaws) > 1 else ""
        super().__init__(f"The {what} cannot be used: {first.where}: {first.message}{more}. Nothing was kept.")
        self.flaws = tuple(flaws)


def read_events(rows: object, now: int, *, viewer: str | None = None, where: str = "events") -> list[Event]:
    """Judge a batch.

    Args:
        rows: a list of objects with viewer_id, title_id, kind, value (stars, for ratings only) and time (seconds since
            1970, or ISO 8601 text).
        now: the time of events that say none, seconds since 1970.
        viewer: whose they all are, where the objects carry no viewer_id.
        where: what to call the list in messages.

    Raises:
        InvalidEventsError: one of them cannot be used; its `flaws` are the first 20.
    """
    if not isinstance(rows, list):
        raise InvalidEventsError([Flaw(where, f"a {_type(rows)}, expected a list of events")], where)
    found: list[Event] = []
    flaws: list[Flaw] = []
    for at, row in enumerate(rows):
        judged = _Row(f"{where}[{at}]")
        event = judged.read(row, now, viewer)
        flaws += judged.flaws
        if event is not None:
            found.append(event)
        if len(flaws) >= _MOST_FLAWS:
            break
    if flaws:
        raise InvalidEventsError(flaws[:_MOST_FLAWS], where)
    return found


def check_id(text: object) -> str | None:
    """Why `text` can be no id of a viewer or title; None where it can."""
    if not isinstance(text, str):
        return f"a {_type(text)}, expected text"
    if not text:
        return "empty"
    if len(text) > LONGEST_ID:
        return f"{len(text):,} characters, at most {LONGEST_ID}"
    if text != text.strip() or not text.isprintable():
        return "blanks around it, or characters that cannot be printed"
    return None


class _Row:
    """Judges one object."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.flaws: list[Flaw] = []

    def read(self, row: object, now: int, viewer: str | None) -> Event | None:
        if not isinstance(row, Mapping):
            self.flaws.append(Flaw(self._where, f"a {_type(row)}, expected an object"))
            return None
        fields = _FIELDS if viewer is None else _FIELDS[1:]
        for name in row:
            if name not in fields:
                self._flaw(str(name)[:40], f"there is no such field; there are {', '.join(fields)}")
        whose = viewer if viewer is not None else self._id(row, "viewer_id")
        title = self._id(row, "title_id")
        kind = row.get("kind")
        if kind not in EVENTS:
            self._flaw("kind", f"{_shown(kind)}, expected one of {', '.join(EVENTS)}")
        value = self._value(row.get("value"), kind)
        time = self._time(row.get("time"), now)
        if self.flaws:
            return None
        return Event(whose, title, str(kind), value, time)

    def _flaw(self, field: str, message: str) -> None:
        self.flaws.append(Flaw(f"{self._where}.{field}", message))

    def _id(self, row: Mapping[str, Any], field: str) -> str:
        if field not in row:
            self._flaw(field, "missing")
        elif why := check_id(row[field]):
            self._flaw(field, why)
        return str(row.get(field))

    def _value(self, value: object, kind: object) -> float | None:
        if kind != "rating":
            if value is not None and kind in EVENTS:
                self._flaw("value", f"only a rating has one, a {kind} has none")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._flaw("value", f"{_shown(value)}, expected stars from {LEAST_STARS} to {MOST_STARS:g}")
            return None
        if not LEAST_STARS <= value <= MOST_STARS:
            advice = "; a 10-point scale is halved first" if 5 < value <= 10 else ""
            self._flaw("value", f"{value:g} stars, expected {LEAST_STARS} to {MOST_STARS:g}{advice}")
        return float(value)

    def _time(self, value: object, now: int) -> int | None:
        if value is None:
            return now
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value)
                seconds: object = math.floor(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
            except (ValueError, OverflowError):
                self._flaw("time", f"{_shown(value)} is no ISO 8601 time")
                return None
        else:
            seconds = math.floor(value) if isinstance(value, float) and math.isfinite(value) else value
        if isinstance(seconds, bool) or not isinstance(seconds, int):
            self._flaw("time", f"{_shown(value)}, expected seconds since 1970 or ISO 8601 text")
            return None
        if not EARLIEST <= seconds <= LATEST:
            self._flaw("time", f"{_shown(value)} is out of range; is it in milliseconds? Give seconds since 1970")
        return seconds


def _type(value: object) -> str:
    names = {dict: "object", list: "list", str: "text", bool: "truth value", int: "number", float: "number"}
    return names.get(type(value), "null" if value is None else type(value).__name__)


def _shown(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
