"""Fetch one file over HTTPS: politely, resumably, checked, and put in place only when it is whole.

    url  ->  NAME.part (resumed where it broke off)  ->  length, checksum, gzip or zip test  ->  NAME, NAME.json

Certificates are always verified. Plain HTTP is refused except on this machine's own loopback address.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import urllib3

import reelation
from reelation.errors import DataError
from reelation.progress import progress

USER_AGENT = f"reelation/{reelation.__version__} (film relatedness; https://reelation.readthedocs.io)"
_CHUNK = 1 << 18
_AGAIN = {429, 500, 502, 503, 504}
_LONGEST_WAIT = 120.0
_LARGEST = 20 << 30


@dataclass(frozen=True)
class Fetched:
    """What came of one file."""

    path: Path
    size: int
    """Bytes."""
    sha256: str
    how: str
    """"fetched", "resumed", or "unchanged"."""


@dataclass
class Client:
    """An HTTP client that waits between requests, obeys Retry-After, and never leaves the hosts it was given."""

    hosts: frozenset[str]
    """Hosts that it may talk to, redirects included."""
    pause: float = 1.0
    """Seconds between two requests."""
    timeout: float = 60.0
    """Seconds without a byte."""
    tries: int = 6
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(cert_reqs="CERT_REQUIRED"))
    _last: float = float("-inf")

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str] | None = None) -> Iterator[urllib3.BaseHTTPResponse]:
        """GET `url`; retries what is worth retrying, follows redirects to known hosts.

        Raises:
            DataError: refused, not found, or still failing after all tries.
        """
        response = self._answer(url, {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})})
        try:
            yield response
        finally:
            response.close()
            response.release_conn()

    def check(self, url: str) -> None:
        """Refuse an address that is not HTTPS on a known host.

        Raises:
            DataError: it is neither that nor plain HTTP on loopback.
        """
        parts = urlsplit(url)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise DataError(f"{url} is not HTTPS; refused.")
        if (parts.hostname or "") not in self.hosts:
            raise DataError(f"{url} is on another host than {', '.join(sorted(self.hosts))}; refused.")

    def _answer(self, url: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        failed, redirects = 0, 0
        while True:
            self.check(url)
            self._wait_turn()
            try:
                response = self.pool.request(
                    "GET",
                    url,
                    headers=dict(headers),
                    preload_content=False,
                    redirect=False,
                    retries=False,
                    timeout=urllib3.Timeout(connect=self.timeout, read=self.timeout),
                )
            except urllib3.exceptions.SSLError as error:
                raise DataError(f"{url}: the certificate is not trusted ({error}); nothing was fetched.") from error
            except urllib3.exceptions.HTTPError as error:
                reason, wait = str(error), None
            else:
                if response.status in (301, 302, 303, 307, 308):
                    redirects += 1
                    url = urljoin(url, response.headers.get("Location", ""))
                    response.close()
                    if redirects > 5:
                        raise DataError(f"{url}: too many redirects.")
                    continue
                if response.status not in _AGAIN:
                    if response.status >= 400 and response.status != 416:
                        response.close()
                        raise DataError(f"{url} answers {response.status} {response.reason}.")
                    return response
                body = response.read(2000).decode("utf-8", errors="replace")
                reason, wait = f"{response.status} {response.reason}", _retry_after(response.headers.get("Retry-After"))
                response.close()
                if "TimeoutException" in body:
                    raise QueryTimeoutError(f"{url}: the query took too long there.")
            failed += 1
            if failed >= self.tries:
                raise DataError(f"{url} does not answer properly after {failed} tries: {reason}. Try again later.")
            self.sleep(min(wait if wait is not None else 2.0**failed, _LONGEST_WAIT))

    def _wait_turn(self) -> None:
        wait = self._last + self.pause - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last = self.clock()


class QueryTimeoutError(DataError):
    """The server gave up on a query; a smaller one may pass."""


def download(client: Client, url: str, target: Path, *, licence: str, md5_url: str | None = None) -> Fetched:
    """Fetch `url` into `target`.

    A file that is there and unchanged on the server is not fetched again; one that broke off is resumed.

    Args:
        client: does the talking.
        url: what to fetch.
        target: where to put it; `target.part` and `target.json` stand beside it.
        licence: written into `target.json`.
        md5_url: a page with the file's MD5, as MovieLens publishes them.

    Raises:
        DataError: it cannot be had, or what came is not what was announced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part, note = target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.json")
    known = _note(note) if target.is_file() else {}
    expected = _md5(client, md5_url) if md5_url else None
    how = "fetched"
    for attempt in range(client.tries):
        headers = {"If-None-Match": known["etag"]} if known.get("etag") else {}
        begun = _note(part.with_name(f"{part.name}.json"))
        start = part.stat().st_size if part.is_file() and begun.get("mark") else 0
        if start:
            headers = {"Range": f"bytes={start}-", "If-Range": begun["mark"]}
        with client.open(url, headers) as response:
            if response.status == 304:
                return Fetched(target, target.stat().st_size, known["sha256"], "unchanged")
            if response.status == 416:
                part.unlink(missing_ok=True)
                continue
            how = "resumed" if response.status == 206 else how
            done = _receive(response, part, url, target.name, start if response.status == 206 else 0)
            etag = response.headers.get("ETag", "")
        if done:
            break
        if attempt == client.tries - 1:
            raise DataError(f"{url} keeps breaking off; {part.name} holds what came. Run the same command again.")
    _verify(part, target.name, expected)
    digest = _digest(part, "sha256")
    size = part.stat().st_size
    part.replace(target)
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)
    about = {"url": url, "fetched": datetime.now(UTC).isoformat(timespec="seconds"), "sha256": digest, "etag": etag}
    note.write_text(json.dumps({**about, "licence": licence}, indent=2) + "\n", encoding="utf-8")
    return Fetched(target, size, digest, how)


def _receive(response: urllib3.BaseHTTPResponse, part: Path, url: str, name: str, start: int) -> bool:
    """Append the answer to `part`; False where it broke off."""
    if "html" in response.headers.get("Content-Type", "").lower():
        raise DataError(f"{url} answers with a web page instead of {name}; is there a log-in or a proxy in between?")
    length = int(response.headers.get("Content-Length", -1))
    if length > _LARGEST:
        raise DataError(f"{url} announces {length:,} bytes, more than this program takes.")
    mark = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
    if start == 0:
        part.with_name(f"{part.name}.json").write_text(json.dumps({"mark": mark}), encoding="utf-8")
    came = 0
    try:
        with part.open("ab" if start else "wb") as handle, progress(name, length if length > 0 else None) as bar:
            while chunk := response.read1(_CHUNK):
                handle.write(chunk)
                came += len(chunk)
                if came > _LARGEST:
                    raise DataError(f"{url} sends more than this program takes.")
                bar.advance(len(chunk))
    except urllib3.exceptions.HTTPError:
        return False
    except OSError as error:
        raise DataError(f"{part} cannot be written: {error}. What came so far stays there.") from error
    return length < 0 or came == length


def _verify(part: Path, name: str, md5: str | None) -> None:
    def refuse(why: str) -> DataError:
        part.unlink()
        return DataError(f"{name}: {why}. It was thrown away; run the same command again.")

    if md5 is not None and _digest(part, "md5") != md5:
        raise refuse("the checksum is not the one that the publisher states")
    if name.endswith(".gz"):
        try:
            with gzip.open(part) as handle:
                while handle.read(_CHUNK):
                    pass
        except (OSError, EOFError) as error:
            raise refuse(f"it is a damaged gzip file ({error})") from error
    if name.endswith(".zip") and not zipfile.is_zipfile(part):
        raise refuse("it is not a zip file")


def _md5(client: Client, url: str) -> str:
    with client.open(url) as response:
        text = response.read(4000).decode("utf-8", errors="replace")
    for word in text.replace("=", " ").split():
        if len(word) == 32 and all(letter in "0123456789abcdef" for letter in word.lower()):
            return word.lower()
    raise DataError(f"{url} holds no MD5 checksum.")


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, kind).hexdigest()


def _note(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _retry_after(value: str | None) -> float | None:
    """Seconds, of a number or a date (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        try:
            return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            return None
