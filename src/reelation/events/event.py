"""One event: what a viewer did with a title. An event that exists is one that can be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from reelation.catalogue.schema_names import EVENTS
from reelation.errors import DataError

LONGEST_ID = 200
"""Characters of a viewer's or title's id."""
ID = r"^[^\x00-\x20\x7f-\xa0]([^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0])?$"
"""What an id may be: no control characters, no blanks around it; read alike by Python, Rust and JavaScript."""
LEAST_STARS, MOST_STARS = 0.5, 5.0
EARLIEST, LATEST = -(2**40), 2**40
"""Seconds since 1970-01-01 UTC, as in the catalogue."""
_ID = re.compile(ID)


class InvalidEventError(DataError):
    """What can be no event, and why."""


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

    def __post_init__(self) -> None:
        """Refuse what cannot be kept.

        Raises:
            InvalidEventError: a field is out of its range.
        """
        for name in ("viewer_id", "title_id"):
            if why := check_id(getattr(self, name)):
                raise InvalidEventError(f"{name}: {why}")
        if self.kind not in EVENTS:
            raise InvalidEventError(f"kind '{self.kind[:40]}'; there are {', '.join(EVENTS)}")
        if self.kind != "rating":
            if self.value is not None:
                raise InvalidEventError(f"only a rating has a value, a {self.kind} has none")
        elif self.value is None or not LEAST_STARS <= self.value <= MOST_STARS:
            raise InvalidEventError(f"{self.value} stars, expected {LEAST_STARS} to {MOST_STARS:g}")
        if self.time is not None and not EARLIEST <= self.time <= LATEST:
            raise InvalidEventError(f"time {self.time} is out of range; is it in milliseconds?")

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


def check_id(text: str) -> str | None:
    """Why `text` can be no id of a viewer or title; None where it can."""
    if not 0 < len(text) <= LONGEST_ID:
        return f"{len(text):,} characters, expected 1 to {LONGEST_ID}"
    if not _ID.fullmatch(text) or text.endswith("\n"):
        return "control characters, or blanks around it"
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return "half a character (a lone surrogate)"
    return None
