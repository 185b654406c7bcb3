"""Who may ask, and what a browser may do with the answer.

- Host names are those the service was started with, so that a page elsewhere cannot reach it by a name that it
  controls (DNS rebinding).
- What changes something is refused where a browser says that another site sent it.
- With an API key, everything under /v1 but health needs it.
- Every answer has the headers below; pages may load nothing from elsewhere and run no inline code.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelation.http.problems import Problem, defect
from reelation.http.settings import ServeSettings

log = logging.getLogger("reelation.http")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
DOCS_CSP = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""Swagger UI writes style attributes."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OPEN = ("/v1/health/live", "/v1/health/ready")
"""Paths under /v1 that never need a key."""
KEYED = ("/v1/atlas:reload",)
"""Paths that nobody may use without a key."""
_SAFE = ("GET", "HEAD", "OPTIONS")

Headers = list[tuple[bytes, bytes]]


def raw(headers: dict[str, str]) -> Headers:
    """Headers as ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class Security:
    """Checks before the routes, and headers after them."""

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self._app = app
        self._key = settings.api_key.encode() if settings.api_key else None
        self._hosts = frozenset(host.lower() for host in settings.hosts)
        self._always = raw(HEADERS)
        self._pages = raw({"Content-Security-Policy": CSP})
        self._docs = raw({"Content-Security-Policy": DOCS_CSP})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        more = self._always + (self._docs if path == "/docs" else self._pages)

        begun = False

        async def headed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *more]
                begun = True
            await send(message)

        try:
            self._check(scope, path)
        except Problem as problem:
            await problem.response(path)(scope, receive, headed)
            return
        try:
            await self._app(scope, receive, headed)
        except Exception:
            if begun:
                raise
            log.exception("a defect")  # not which request: its path may name a viewer
            await defect().response(path)(scope, receive, headed)

    def _check(self, scope: Scope, path: str) -> None:
        headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
        host = site = given = b""
        for name, value in headers:
            if name == b"host":
                host = value
            elif name == b"sec-fetch-site":
                site = value
            elif name == b"authorization":
                given = value.partition(b" ")[2].strip() if value[:7].lower() == b"bearer " else b""
        if "*" not in self._hosts and host_name(host.decode("latin-1")) not in self._hosts:
            raise Problem("wrong-host", f"This service is not called '{host.decode('latin-1')[:100]}'.")
        if site == b"cross-site" and scope["method"] not in _SAFE:
            raise Problem("forbidden", "Another site may not change anything here.")
        if not path.startswith("/v1") or path in OPEN:
            return
        if self._key is None:
            if path in KEYED:
                raise Problem(
                    "key-required",
                    "This needs an API key, and the service was started without one.",
                    suggestions=["Start it with REELATION_API_KEY set."],
                    headers={"WWW-Authenticate": "Bearer"},
                )
        elif not hmac.compare_digest(given, self._key):
            raise Problem("key-required", "The API key is missing or wrong.", headers={"WWW-Authenticate": "Bearer"})


def host_name(host: str) -> str:
    """'localhost:8000' -> 'localhost', '[::1]:8000' -> '::1'."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
