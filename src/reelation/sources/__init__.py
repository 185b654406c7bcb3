"""Kinds of files and folders that Reelation reads, and finding out which kind a path is.

path  ->  detect  ->  the source that knows it and one sentence on what it is
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reelation.sources.base import Source
from reelation.sources.default import DefaultSource
from reelation.sources.generic import GenericSource
from reelation.sources.imdb import ImdbSource
from reelation.sources.justwatch import JustWatchSource
from reelation.sources.movielens import MovieLensSource
from reelation.sources.movielens_wikidata import MovieLensWikidataSource
from reelation.sources.streaming import StreamingSource
from reelation.sources.tmdb import TmdbSource
from reelation.sources.wikidata import WikidataSource
from reelation.sources.wikipedia import WikipediaSource

SOURCES: tuple[Source, ...] = (
    DefaultSource(),
    ImdbSource(),
    MovieLensSource(),
    MovieLensWikidataSource(),
    WikidataSource(),
    JustWatchSource(),
    StreamingSource(),
    WikipediaSource(),
    TmdbSource(),
    GenericSource(),
)
"""The most specific first: the first that knows a path reads it."""


def choose(columns: Mapping[str, str] | None = None) -> tuple[Source, ...]:
    """The sources to try, in order.

    Args:
        columns: field -> column of a table of the user's own. Who says what the columns are means a table of
            their own, so that is then tried first.
    """
    return (GenericSource(columns), *SOURCES[:-1]) if columns else SOURCES


def detect(path: Path, sources: Sequence[Source] = SOURCES) -> tuple[Source, str] | None:
    """The source that knows `path`, and what it says it is; None where nobody does, or may look."""
    for source in sources:
        try:
            sentence = source.sniff(path)
        except OSError:  # no permission
            continue
        if sentence:
            return source, sentence
    return None
