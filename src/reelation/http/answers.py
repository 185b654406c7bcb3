"""How answers leave: JSON by orjson, and what every list carries.

content of an insight (`to_json()`) + envelope  ->  answer  ->  application/json
"""

from __future__ import annotations

import base64
import os
import time
from typing import Any

import orjson
from starlette.responses import Response

from reelation.http.problems import Problem
from reelation.http.state import Generation

TYPE = "application/json"
DEEPEST = 10_000
"""Places of a list that pages reach."""


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The answer that holds `content`: plain values, numpy scalars and arrays, `orjson.Fragment`s."""
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), status, headers, TYPE)


def envelope(
    generation: Generation, *, filtered: int = 0, fallback: str | None = None, note: str | None = None
) -> dict[str, Any]:
    """What every list carries.

    Args:
        generation: that answers.
        filtered: how many titles filters, and what was seen, left out.
        fallback: a word for what spoke instead of what usually does.
        note: the same in a sentence.
    """
    return {
        "recommendation_id": new_id(),
        "atlas_version": generation.version,
        "filtered": filtered,
        "fallback": fallback,
        "note": note or None,
    }


def new_id() -> str:
    """A new id that sorts by time: UUID version 7.

    Source: RFC 9562, section 5.7.
    """
    value = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    text = f"{value & ~(0x3 << 62) | 0x2 << 62:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def next_cursor(generation: Generation, start: int, given: int, whole: int) -> str | None:
    """Where the page after `given` entries from place `start` on begins; None where the list of `whole` ends."""
    end = start + given
    if not given or end >= min(whole, DEEPEST):
        return None
    return cursor_of(generation, end)


def cursor_of(generation: Generation, start: int) -> str:
    """A place in a list, for `start_of` only."""
    return base64.urlsafe_b64encode(f"{generation.version}.{start}".encode()).decode().rstrip("=")


def start_of(generation: Generation, cursor: str | None) -> int:
    """The first place of the page that a cursor asks for; 0 without one.

    Raises:
        Problem: it is none of ours, or of an earlier atlas.
    """
    if not cursor:
        return 0
    try:
        version, _, place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(".")
        start = int(place)
    except ValueError:
        start = -1
    if not 0 <= start < DEEPEST:
        message = "this is no cursor of this service; take `next_cursor` of an answer"
        raise Problem("invalid-request", f"cursor: {message}.", errors=[{"where": "query.cursor", "message": message}])
    if version != generation.version:
        raise Problem("stale-cursor", "The atlas has changed since the first page was asked for.")
    return start
