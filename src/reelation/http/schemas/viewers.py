"""Requests and answers of `routes.events` and `routes.viewers`."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from reelation.events.event import EARLIEST, ID, LATEST, LEAST_STARS, LONGEST_ID, MOST_STARS, Event
from reelation.http.asking import Asked
from reelation.http.schemas.asked import STRICT
from reelation.http.schemas.common import Answer
from reelation.http.schemas.words import EventKind


def _seconds(value: object) -> int | None:
    """Seconds since 1970 of a number or of ISO 8601 text (UTC where it names no zone)."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.upper())
        except ValueError:
            raise ValueError("no ISO 8601 time") from None
        since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
        return math.floor(since.total_seconds())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("expected seconds since 1970 or ISO 8601 text")
    if not EARLIEST <= value <= LATEST:
        raise ValueError("the time is out of range; is it in milliseconds? Give seconds since 1970")
    return value


Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID, pattern=ID)]
_TIMES: list[dict[str, Any]] = [
    {"type": "integer", "minimum": EARLIEST, "maximum": LATEST},
    {"type": "string", "format": "date-time"},
    {"type": "null"},
]
Time = Annotated[
    int | None,
    BeforeValidator(_seconds),
    WithJsonSchema({"anyOf": _TIMES, "description": "seconds since 1970 or ISO 8601; now if left out"}),
]


class _Event(Asked):
    model_config = STRICT

    viewer_id: Annotated[Id, Field(description="as the platform calls its viewer")]
    title_id: Annotated[Id, Field(description="as the atlas has it; others are kept, too")]
    time: Time = None


class RatingEvent(_Event):
    """A rating."""

    kind: Literal["rating"]
    value: Annotated[float, Field(ge=LEAST_STARS, le=MOST_STARS, strict=True, description="stars")]

    def event(self, now: int) -> Event:
        """As the store keeps it; `now` is its time where it has none."""
        return Event(self.viewer_id, self.title_id, self.kind, self.value, now if self.time is None else self.time)


class OtherEvent(_Event):
    """Anything else that a viewer does."""

    kind: Literal["watch", "like", "dislike", "watchlist", "hide"]
    value: Annotated[None, Field(description="only ratings have one")] = None

    def event(self, now: int) -> Event:
        """As the store keeps it; `now` is its time where it has none."""
        return Event(self.viewer_id, self.title_id, self.kind, None, now if self.time is None else self.time)


AnyEvent = Annotated[RatingEvent | OtherEvent, Field(discriminator="kind")]


class EventsIn(Asked):
    """Events to keep."""

    model_config = STRICT

    events: Annotated[list[AnyEvent], Field(max_length=10_000)]
    overwrite: Annotated[bool, Field(description="replace what is there of the same viewer, title and kind")] = False


class EventsOut(Asked):
    """Events to delete."""

    model_config = STRICT

    viewer_id: Id
    title_id: Id
    kind: Annotated[EventKind | None, Field(description="all kinds if left out")] = None


class WrittenAnswer(Answer):
    """What came of the events; all that the answer counts is on disk."""

    inserted: int
    overwritten: int
    unchanged: Annotated[int, Field(description="were there already, or were not to be overwritten")]
    unknown_titles: Annotated[list[str], Field(description="kept, but not in this atlas; the first 100")]


class DeletedAnswer(Answer):
    """What was deleted."""

    deleted: int


class KeptEvent(Answer):
    """An event as it is kept."""

    title_id: str
    kind: EventKind
    value: float | None
    time: Annotated[int | None, Field(description="seconds since 1970, UTC; null where not known")]
    origin: Annotated[
        Literal["client", "import", "atlas"], Field(description="sent, imported from an export, or trained with")
    ]
    recorded: Annotated[int | None, Field(description="when it was kept, seconds since 1970")]


class KeptHistory(Answer):
    """What a viewer's imported exports say."""

    entries: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    corrections: dict[str, list[str | None]]


class KeptImport(Answer):
    """An import of a viewer's."""

    import_id: str
    state: str
    report: dict[str, Any] | None
    created: int


class DataAnswer(Answer):
    """All that is kept of a viewer."""

    viewer_id: str
    events: list[KeptEvent]
    imported: KeptHistory | None
    imports: list[KeptImport]


class ErasedAnswer(Answer):
    """What was kept of a viewer, and is no more."""

    erased: Annotated[dict[str, int], Field(description="events, history_entries, imports, answers")]
    files: Annotated[
        Literal["rewritten", "reused"],
        Field(description="rewritten: nothing is left in the database's files; reused: written over in time"),
    ]
    in_atlas: Annotated[bool, Field(description="whether the atlas was trained with a viewer of this id")]
    note: Annotated[str | None, Field(description="what is still to be done, if anything")]
