"""Figures for Prometheus: requests by route and status, how long they took, what is open.

Times are from the first byte asked to the last byte answered, in seconds.
"""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """Of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "reelation_requests", "Requests answered", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "reelation_request_seconds", "Time to answer", ("route",), registry=self.registry, buckets=_BUCKETS
        )
        self.open = Gauge("reelation_requests_open", "Requests being answered", registry=self.registry)
        self.titles = Gauge("reelation_atlas_titles", "Titles of the atlas", ("version",), registry=self.registry)
        self.opened = Counter("reelation_atlas_opened", "Times that an atlas began to answer", registry=self.registry)
        ProcessCollector(registry=self.registry)

    def began(self, version: str, titles: int) -> None:
        """Note which atlas answers now."""
        self.titles.clear()
        self.titles.labels(version).set(titles)
        self.opened.inc()

    def text(self) -> bytes:
        """As Prometheus reads them."""
        return generate_latest(self.registry)


class Measured:
    """Counts and times every request."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app, self._figures = app, figures
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._figures.open.inc()
        try:
            await self._app(scope, receive, noted)
        finally:
            self._figures.open.dec()
            self._count(scope, status, time.perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("route")  # set by the router; a path that has none is not a label of its own
        key = (getattr(route, "path", "none").replace(":path}", "}"), scope["method"] if route else "any", status)
        if key not in self._children:
            self._children[key] = (
                self._figures.requests.labels(*key[:2], str(status)),
                self._figures.seconds.labels(key[0]),
            )
        counter, histogram = self._children[key]
        counter.inc()
        histogram.observe(seconds)
