"""The canonical tables: every column with its type, unit, range and meaning.

This is the one place that says what a catalogue holds. `docs/reference/catalogue.md` and the
`schema.json` of every catalogue are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from reelation.catalogue.schema_names import (
    EVENTS,
    EXTERNAL_IDS,
    FACETS,
    KINDS,
    LINKS,
    MEASURES,
    MODALITIES,
    ROLES,
    TEXTS,
)

__all__ = [
    "EVENTS",
    "EXTERNAL_IDS",
    "FACETS",
    "KINDS",
    "LINKS",
    "MEASURES",
    "MODALITIES",
    "ROLES",
    "TABLES",
    "TEXTS",
    "Column",
    "Table",
]


@dataclass(frozen=True)
class Column:
    """One column: what values it may hold."""

    dtype: pl.DataType
    doc: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its columns and the columns that make a row distinct."""

    doc: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    refers: tuple[str, ...] = field(default=())
    """Columns that must name a row of `titles` (or, for person_id, of `people`)."""

    @property
    def schema(self) -> pl.Schema:
        """The Polars schema, columns in their canonical order."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})


_STRING, _YEAR, _SHORT = pl.String(), pl.Int16(), pl.Int16()
_SOURCE = Column(_STRING, "name of the source that says so", required=True)
_TITLE = Column(_STRING, "title", required=True)


def _year(doc: str) -> Column:
    return Column(_YEAR, doc + ", calendar year", low=1870, high=2100)


TABLES: dict[str, Table] = {
    "titles": Table(
        "one row a film, series, episode …: a work, whoever describes it",
        {
            "title_id": Column(_STRING, "id with its source, e.g. imdb:tt0078748", required=True),
            "kind": Column(_STRING, "what sort of work", required=True, choices=KINDS),
            "name": Column(_STRING, "the name to show", required=True),
            "original_name": Column(_STRING, "the name in the original language"),
            "year": _year("first release or first broadcast"),
            "end_year": _year("last broadcast of a series"),
            "runtime_min": Column(pl.Float32(), "length, minutes", low=0, high=60_000),
            "season": Column(_SHORT, "season number of an episode", low=0, high=10_000),
            "episode": Column(pl.Int32(), "number of an episode in its season", low=0, high=1_000_000),
            **{name: Column(_STRING, f"{name[:-3]} id, as that service writes it") for name in EXTERNAL_IDS},
            "source": _SOURCE,
        },
        key=("title_id",),
    ),
    "aliases": Table(
        "other names of a title",
        {
            "title_id": _TITLE,
            "name": Column(_STRING, "the other name", required=True),
            "language": Column(_STRING, "ISO 639 code, lower case"),
            "region": Column(_STRING, "ISO 3166 code, upper case"),
            "source": _SOURCE,
        },
        key=("title_id", "name", "language", "region"),
        refers=("title_id",),
    ),
    "people": Table(
        "one row a person",
        {
            "person_id": Column(_STRING, "id with its source; name:… where a source has names only", required=True),
            "name": Column(_STRING, "the name to show; null where a source has only an id"),
            "birth_year": Column(_YEAR, "calendar year", low=1, high=2100),
            "death_year": Column(_YEAR, "calendar year", low=1, high=2100),
            "source": _SOURCE,
        },
        key=("person_id",),
    ),
    "credits": Table(
        "who did what in a title",
        {
            "title_id": _TITLE,
            "person_id": Column(_STRING, "person", required=True),
            "role": Column(_STRING, "what they did", required=True, choices=ROLES),
            "order": Column(_SHORT, "billing order from 0; null where the source has none", low=0, high=32_767),
            "character": Column(_STRING, "the part played"),
            "source": _SOURCE,
        },
        key=("title_id", "person_id", "role"),
        refers=("title_id", "person_id"),
    ),
    "tags": Table(
        "what a title is filed under",
        {
            "title_id": _TITLE,
            "facet": Column(_STRING, "kind of tag", required=True, choices=FACETS),
            "value": Column(_STRING, "canonical English label, or a source's own id", required=True),
            "weight": Column(pl.Float32(), "how strongly, 1 is plain membership", low=0, high=1),
            "source": _SOURCE,
        },
        key=("title_id", "facet", "value"),
        refers=("title_id",),
    ),
    "links": Table(
        "a title's stated relation to another",
        {
            "title_id": _TITLE,
            "other_id": Column(_STRING, "the other title", required=True),
            "kind": Column(_STRING, "title_id is … other_id", required=True, choices=LINKS),
            "source": _SOURCE,
        },
        key=("title_id", "other_id", "kind"),
        refers=("title_id", "other_id"),
    ),
    "texts": Table(
        "words about a title",
        {
            "title_id": _TITLE,
            "kind": Column(_STRING, "what sort of text", required=True, choices=TEXTS),
            "language": Column(_STRING, "ISO 639 code, lower case"),
            "text": Column(_STRING, "plain text", required=True),
            "source": _SOURCE,
        },
        key=("title_id", "kind", "language", "source"),
        refers=("title_id",),
    ),
    "measures": Table(
        "figures about a title",
        {
            "title_id": _TITLE,
            "measure": Column(_STRING, "scores are 0 to 100; money is US dollars", required=True, choices=MEASURES),
            "value": Column(pl.Float64(), "the figure", required=True, low=0),
            "source": _SOURCE,
        },
        key=("title_id", "measure", "source"),
        refers=("title_id",),
    ),
    "events": Table(
        "what a viewer did",
        {
            "viewer_id": Column(_STRING, "id with its source, e.g. ml:viewer:1", required=True),
            "title_id": _TITLE,
            "kind": Column(_STRING, "what they did", required=True, choices=EVENTS),
            "value": Column(pl.Float32(), "stars of a rating, 0.5 to 5 in half steps or finer", low=0, high=5),
            "time": Column(pl.Int64(), "seconds since 1970-01-01 UTC", low=-(2**40), high=2**40),
            "source": _SOURCE,
        },
        key=("viewer_id", "title_id", "kind", "time"),
        refers=("title_id",),
    ),
    "media": Table(
        "pictures and sound that belong to a title; addresses, never the content",
        {
            "title_id": _TITLE,
            "modality": Column(_STRING, "what it is", required=True, choices=MODALITIES),
            "uri": Column(_STRING, "address or path", required=True),
            "source": _SOURCE,
        },
        key=("title_id", "modality", "uri"),
        refers=("title_id",),
    ),
}
