"""A server on loopback that serves what the test says, one step a request, misbehaving on demand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Gives every request to the test's function."""

    answer: Answer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        try:
            type(self).answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Answer at once; underscores in header names become hyphens."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


@contextmanager
def serving(answer: Answer, certificate: Path | None = None) -> Iterator[str]:
    """A running server; yields its address."""
    kind = type("Serving", (Handler,), {"answer": staticmethod(answer)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class FileServer:
    """One file with ETag and ranges, as static file servers have them; `cut` breaks the first answers off."""

    body: bytes
    etag: str = '"one"'
    cut: list[int] = field(default_factory=list)
    """Bytes after which each of the first answers breaks off."""
    requests: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, handler: Handler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.requests.append(headers)
        if headers.get("if-none-match") == self.etag:
            handler.send(b"", 304, ETag=self.etag)
            return
        start, status = 0, 200
        if "range" in headers and headers.get("if-range") == self.etag:
            start, status = int(headers["range"].removeprefix("bytes=").removesuffix("-")), 206
        rest = self.body[start:]
        handler.send_response(status)
        handler.send_header("ETag", self.etag)
        handler.send_header("Content-Length", str(len(rest)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(rest[: self.cut.pop(0)] if self.cut else rest)
        handler.close_connection = True


def never(handler: Handler) -> None:
    """Take the request and do not answer for longer than a test waits."""
    time.sleep(0.6)
    handler.close_connection = True
