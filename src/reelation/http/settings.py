"""How a service runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ServeSettings:
    """All that `reelation serve` can be told."""

    atlas: Path
    """Folder of the atlas."""
    api_key: str | None = None
    """Asked of everything under /v1 but health; None: nothing is asked, and what needs a key is refused."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    """Host names that requests may name, without ports; "*" lets all pass."""
    rate: float = 100.0
    """Requests a second that one client address may send on average; 0 for no limit."""
    burst: int = 400
    """Requests that one client address may send at once."""
    most_body: int = 4 << 20
    """Bytes of a request's body, uploads apart."""
    most_upload: int = 64 << 20
    """Bytes of an upload (`/v1/imports`, `/v1/related:files`)."""
    threads: int = 4
    """Slow answers that are worked on at a time."""
    waiting: int = 64
    """Slow answers that may wait for one of them; more are told to come again."""
    watch: float = 0.0
    """Seconds between two looks for a newer atlas; 0: none."""
    database: str | None = None
    """URL of the events' database; None: `events/events.sqlite3` in the home folder."""
