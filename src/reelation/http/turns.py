"""Work that is heavy enough to be done one or two at a time, while the rest of the service goes on answering.

async with turns_of(request, "files", at_once=2, waiting=8): …  ->  its turn, or 503 with Retry-After
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

from reelation.http.problems import Problem


class Turns:
    """Who works now, and how many wait."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._now = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._asked = 0

    @asynccontextmanager
    async def taken(self, refusal: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it.

        Raises:
            Problem: too many wait already; `refusal` says of what.
        """
        if self._asked >= self._most:
            raise Problem("busy", refusal, headers={"Retry-After": "5"})
        self._asked += 1
        try:
            async with self._now:
                yield
        finally:
            self._asked -= 1


def turns_of(request: Request, name: str, *, at_once: int, waiting: int) -> Turns:
    """The turns of this name of the service that was asked, made when first asked for."""
    state = request.app.state
    if not hasattr(state, "turns"):
        state.turns = {}
    known: dict[str, Turns] = state.turns
    if name not in known:
        known[name] = Turns(at_once, waiting)
    return known[name]
