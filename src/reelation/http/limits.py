"""How much one client may send: requests a second, and bytes a request.

    Limits(app, settings)  ->  429 with Retry-After, 413, 415, or on to the routes

A client is an address. Each has a bucket that holds `burst` requests and is filled with `rate` a second.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelation.http.problems import Problem
from reelation.http.settings import ServeSettings

UPLOADS = ("/v1/imports", "/v1/related:files")
"""Paths that take files."""
_MOST_CLIENTS = 10_000
_LONGEST_LINE = 8_000
"""Bytes of a path and its query."""


class Buckets:
    """Tokens by client, the clients that asked last."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, float(burst)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, now: float) -> float:
        """Take one token; the seconds until there is one again, 0 where there was one."""
        left, before = self._left.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - before) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._left[client] = (left if wait else left - 1, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return wait


class Limits:
    """Refuses what is too much."""

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self._app, self._settings = app, settings
        self._buckets = Buckets(settings.rate, settings.burst) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        try:
            receive = self._checked(scope, path, receive)
            await self._app(scope, receive, send)
        except Problem as problem:  # those of the routes are answered by the routes
            await problem.response(path)(scope, receive, send)

    def _checked(self, scope: Scope, path: str, receive: Receive) -> Receive:
        if self._buckets and not path.startswith("/v1/health/"):
            client = scope.get("client")
            if wait := self._buckets.take(client[0] if client else "", time.monotonic()):
                raise Problem(
                    "too-many-requests",
                    f"One client may send {self._settings.rate:g} requests a second.",
                    headers={"Retry-After": str(math.ceil(wait))},
                )
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > _LONGEST_LINE:
            raise Problem("too-large", f"The path and its query are longer than {_LONGEST_LINE:,} bytes.")
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return receive
        length = kind = None
        for name, value in scope["headers"]:
            if name == b"content-length":
                length = value
            elif name == b"content-type":
                kind = value.partition(b";")[0].strip().lower()
        upload = path in UPLOADS
        most = self._settings.most_upload if upload else self._settings.most_body
        if length is not None and int(length) > most:
            raise _too_large(most)
        wanted = b"multipart/form-data" if upload else b"application/json"
        if path.startswith("/v1/") and length not in (None, b"0") and kind != wanted:
            raise Problem("unsupported-media-type", f"{path} takes {wanted.decode()}.")
        return _counted(receive, most) if length is None else receive


def _counted(receive: Receive, most: int) -> Receive:
    """The body, up to `most` bytes, where the client does not say how long it is."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _too_large(most)
        return message

    return counted


def _too_large(most: int) -> Problem:
    return Problem("too-large", f"The body is larger than {most:,} bytes.")
