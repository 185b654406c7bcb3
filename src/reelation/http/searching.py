"""Title search of a generation: by its index, and until that is built by comparing with every name.

warm(generation)  ->  a thread builds or opens the index  ->  search_of(generation): TitleSearch, whether by index
"""

from __future__ import annotations

import logging
from functools import cached_property
from threading import Event, Lock, Thread

from reelation.atlas.store import Atlas
from reelation.http.state import Generation
from reelation.title_search.search import TitleSearch

log = logging.getLogger("reelation.http")
_PATIENCE = 0.25
"""Seconds that a question waits for the index: opening one takes less, building one more."""


class Searching:
    """The search of one atlas while its index comes to be."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._done = Event()
        self._lock = Lock()
        self._indexed: TitleSearch | None = None
        Thread(target=self._open, name="title-search", daemon=True).start()

    def best(self) -> tuple[TitleSearch, bool]:
        """The best search that there is now, and whether it has the index."""
        self._done.wait(_PATIENCE)
        if self._indexed is not None:
            return self._indexed, True
        with self._lock:
            return self._plain, False

    def wait(self) -> None:
        """Until the index is there, or will not be."""
        self._done.wait()

    @cached_property
    def _plain(self) -> TitleSearch:
        return TitleSearch.plain(self._atlas)

    def _open(self) -> None:
        try:
            self._indexed = TitleSearch.open(self._atlas)
        except Exception:
            log.exception("there is no index for title search; every name is compared instead")
        finally:
            self._done.set()


def warm(generation: Generation, *, wait: bool) -> None:
    """Begin to open the index of `generation`, and with `wait` go on when it is there."""
    searching = _searching(generation)
    if wait:
        searching.wait()


def search_of(generation: Generation) -> tuple[TitleSearch, bool]:
    """The search of `generation`, and whether it has its index already."""
    return _searching(generation).best()


def _searching(generation: Generation) -> Searching:
    return generation.once("title search", lambda: Searching(generation.atlas))
