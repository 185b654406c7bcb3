"""Stored events of viewers, for training: beside what the catalogue has, in memory, without the viewers' ids.

event store  ->  with_stored_events(catalogue)  ->  Catalogue whose events are both

An atlas outlives the wish to be forgotten, so a viewer of the store gets a number in it ("stored:viewer:12"), unless
the catalogue itself has a viewer of that id. The service answers from the store, where the ids are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from reelation.catalogue.parts import SERVICES
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, SourceInfo
from reelation.errors import DataError, MissingExtraError
from reelation.events import STORED
from reelation.sources.base import conform

if TYPE_CHECKING:
    from reelation.events.store import EventStore

SOURCE = SourceInfo(STORED, "stored events of viewers", "", "kept for the people whose they are", "", True)
_SCHEMA = {
    "viewer_id": pl.String(),
    "title_id": pl.String(),
    "kind": pl.String(),
    "value": pl.Float32(),
    "time": pl.Int64(),
}


@dataclass(frozen=True)
class StoredEvents:
    """A catalogue with stored events, and what became of these."""

    catalogue: Catalogue
    events: int
    """Used for training."""
    viewers: int
    """Whose they are."""
    unknown: int
    """Events whose title the catalogue does not have."""


def with_stored_events(catalogue: Catalogue, url: str | None) -> StoredEvents:
    """Put the events of the store at `url` beside those of `catalogue`.

    Args:
        catalogue: has the titles.
        url: of the store's database, as `reelation serve --database` takes it; "default" or None for its default.

    Raises:
        UsageError: this is no address of a database.
        MissingExtraError: what it needs is not installed.
        DataError: the store cannot be used, or has no event.
    """
    try:
        from reelation.events.store import EventStore
    except ModuleNotFoundError as error:
        raise MissingExtraError("Stored events", "serve") from error
    store = EventStore.open(url)
    try:
        rows = _rows(store)
        if rows.height == 0:
            raise DataError(f"There are no events at {store.database.shown}; `reelation serve` keeps them there.")
    finally:
        store.close()
    known = rows.join(_ids(catalogue), on="title_id", how="inner").drop("title_id").rename({"canonical": "title_id"})
    viewers = known["viewer_id"].n_unique()
    known = _numbered(known, catalogue).sort("viewer_id", "title_id", "kind", "time", nulls_last=True)
    told = conform("events", known.select(*_SCHEMA), STORED)
    return StoredEvents(
        catalogue.beside("events", told.select(TABLES["events"].schema.names()), SOURCE),
        events=known.height,
        viewers=viewers,
        unknown=rows.height - known.height,
    )


def _rows(store: EventStore) -> pl.DataFrame:
    pieces = [pl.DataFrame(piece, schema=_SCHEMA, orient="row") for piece in store.scan()]
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=_SCHEMA)


def _ids(catalogue: Catalogue) -> pl.DataFrame:
    """Every id that a client may have used for a title -> the catalogue's."""
    titles = catalogue.scan("titles").select("title_id", *SERVICES.values()).collect()
    own = titles.select("title_id", canonical="title_id")
    others = [
        titles.filter(pl.col(column).is_not_null()).select(
            pl.format(f"{space}:{{}}", column).alias("title_id"), canonical="title_id"
        )
        for space, column in SERVICES.items()
    ]
    return pl.concat([own, *others]).unique("title_id", keep="first", maintain_order=True)


def _numbered(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Numbers in the place of viewers' ids, but for viewers that the catalogue has."""
    theirs = catalogue.scan("events").select("viewer_id").unique().collect()["viewer_id"]
    strangers = rows["viewer_id"].unique().sort()
    strangers = strangers.filter(~strangers.is_in(theirs.implode()))
    numbers = pl.DataFrame(
        {
            "viewer_id": strangers,
            "called": [f"{STORED}:viewer:{number}" for number in range(1, len(strangers) + 1)],
        },
        schema={"viewer_id": pl.String(), "called": pl.String()},
    )
    joined = rows.join(numbers, on="viewer_id", how="left", maintain_order="left")
    return joined.with_columns(viewer_id=pl.coalesce("called", "viewer_id")).drop("called")
