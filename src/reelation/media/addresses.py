"""Media files behind addresses: only of hosts that the user named, only up to a size, kept by address."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import urllib3

from reelation import settings
from reelation.errors import DataError, UsageError
from reelation.media.kinds import ENDINGS
from reelation.sources.download import Client

_CHUNK = 1 << 18


class Fetcher:
    """Gets files over HTTPS into a folder; what is there already is not fetched again."""

    def __init__(
        self,
        hosts: frozenset[str],
        *,
        largest: int = 512 << 20,
        folder: Path | None = None,
        client: Client | None = None,
    ) -> None:
        """Keep the settings.

        Args:
            hosts: that may be asked, redirects included.
            largest: bytes of one file.
            folder: where files are put.
            client: does the talking; at most four requests a second without one.

        Raises:
            UsageError: a host is written as an address.
        """
        if wrong := sorted(host for host in hosts if "/" in host or not host):
            raise UsageError(f"--allow-host takes the name of a host, such as image.tmdb.org; got {wrong[0]!r}")
        self._client = client or Client(hosts, pause=0.25, tries=4)
        self._largest = largest
        self._folder = folder or settings.downloads_folder() / "media"
        self._turn = threading.Lock()

    def get(self, url: str) -> tuple[Path | None, str | None]:
        """The file behind `url`, or why it cannot be had."""
        ending = PurePosixPath(urlsplit(url).path).suffix.lower()
        name = hashlib.sha256(url.encode()).hexdigest()[:32] + (ending if ending in ENDINGS else "")
        path = self._folder / name
        if path.is_file():
            return path, None
        try:
            with self._turn:  # polite: one request at a time
                self._fetch(url, path)
        except DataError as error:
            return None, str(error)
        return path, None

    def _fetch(self, url: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        came = 0
        try:
            with self._client.open(url) as response, part.open("wb") as handle:
                announced = int(response.headers.get("Content-Length") or -1)
                if announced > self._largest:
                    raise DataError(f"{url} is refused: it announces {announced:,} bytes, more than {self._largest:,}.")
                while chunk := response.read1(_CHUNK):
                    came += len(chunk)
                    if came > self._largest:
                        raise DataError(f"{url} is refused: it sends more than {self._largest:,} bytes.")
                    handle.write(chunk)
                if 0 <= announced != came:
                    raise DataError(f"{url} broke off after {came:,} of {announced:,} bytes. Run the command again.")
            part.replace(path)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise DataError(f"{url} cannot be fetched: {error}.") from error
        finally:
            part.unlink(missing_ok=True)
