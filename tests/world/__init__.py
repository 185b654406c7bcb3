"""A tiny invented world with known right answers, as canonical tables.

Two space-horror films and a sequel by one crew (Voidborn), three court dramas (Bench), a series with two episodes
(Harbour Lights), namesakes called The Tide, and a title of which nothing is known. Everything is invented.
"""

from __future__ import annotations

import polars as pl

from reelation.catalogue.store import SourceInfo
from reelation.sources.base import Tables, tables_of

SOURCE = SourceInfo(
    "world", "the tiny world", "https://example.org", "CC0-1.0", "https://example.org", True, ("world",)
)

_TITLES = [
    ("w:void1", "film", "Voidborn", None, 1979, 117.0),
    ("w:void2", "film", "Voidborn II: The Hatching", None, 1982, 120.0),
    ("w:void3", "film", "Voidborn III", None, 1986, 118.0),
    ("w:bench1", "film", "The Bench", None, 1994, 101.0),
    ("w:bench2", "film", "Hung Jury", "Le Jury pendu", 1996, 99.0),
    ("w:bench3", "film", "Órdenes del Juez", None, 1998, 104.0),
    ("w:tide72", "film", "The Tide", None, 1972, 90.0),
    ("w:tide02", "film", "The Tide", None, 2002, 95.0),
    ("w:harbour", "series", "Harbour Lights", None, 2001, None),
    ("w:harbour1", "episode", "Fog", None, 2001, 45.0),
    ("w:harbour2", "episode", "Ebb", None, 2001, 45.0),
    ("w:nothing", "unknown", "Untraced", None, None, None),
]
_PEOPLE = {
    "p:ada": "Ada Quill",
    "p:bo": "Bo Ferrant",
    "p:cy": "Cy Marlow",
    "p:dee": "Dee Anselm",
    "p:eli": "Eli Voss",
    "p:flo": "Flo Tarn",
    "p:gus": "Gus Orrin",
    "p:hal": "Hal Wren",
}
_CREDITS = [
    *[(f"w:void{n}", "p:ada", "director", None) for n in (1, 2)],
    *[(f"w:void{n}", "p:bo", "writer", None) for n in (1, 2, 3)],
    *[(f"w:void{n}", "p:cy", "actor", 0) for n in (1, 2, 3)],
    ("w:void3", "p:cy", "director", None),
    *[(f"w:bench{n}", "p:dee", "director", None) for n in (1, 2, 3)],
    *[(f"w:bench{n}", "p:eli", "actor", 0) for n in (1, 2)],
    *[(f"w:bench{n}", "p:flo", "actor", 1) for n in (1, 2, 3)],
    ("w:tide72", "p:gus", "director", None),
    ("w:tide02", "p:hal", "director", None),
    ("w:tide02", "p:flo", "actor", 2),
    ("w:harbour", "p:gus", "creator", None),
    ("w:harbour1", "p:gus", "writer", None),
    ("w:harbour2", "p:gus", "writer", None),
    ("w:harbour1", "p:eli", "actor", 0),
]
_TAGS = [
    *[(f"w:void{n}", "genre", genre) for n in (1, 2, 3) for genre in ("Horror", "Sci-Fi")],
    *[(f"w:bench{n}", "genre", "Drama") for n in (1, 2, 3)],
    *[(f"w:bench{n}", "subject", "court") for n in (1, 2)],
    ("w:tide72", "genre", "Drama"),
    ("w:tide02", "genre", "Horror"),
    *[(title, "genre", "Crime") for title in ("w:harbour", "w:harbour1", "w:harbour2")],
    *[(f"w:void{n}", "country", "United Kingdom") for n in (1, 2, 3)],
    *[(f"w:bench{n}", "country", "France") for n in (1, 2)],
    ("w:bench3", "country", "Spain"),
    *[(f"w:void{n}", "company", "Lantern Pictures") for n in (1, 2)],
]
_EVENTS = [
    ("v:1", "w:void1", 5.0, 10),
    ("v:1", "w:void2", 4.5, 20),
    ("v:1", "w:bench1", 1.0, 30),
    ("v:2", "w:bench1", 5.0, 15),
    ("v:2", "w:bench2", 4.0, 25),
    ("v:2", "w:void1", 0.5, 35),
]


def tiny_tables() -> Tables:
    """The world as a source would give it."""
    titles = pl.DataFrame(
        _TITLES, schema=["title_id", "kind", "name", "original_name", "year", "runtime_min"], orient="row"
    )
    return tables_of(
        SOURCE.name,
        {
            "titles": titles.with_columns(
                season=pl.when(pl.col("kind") == "episode").then(1),
                imdb_id=pl.when(pl.col("title_id") == "w:void1").then(pl.lit("tt9000001")),
            ),
            "aliases": [{"title_id": "w:void1", "name": "虚空之子", "language": "zh", "region": "CN"}],
            "people": [{"person_id": key, "name": name} for key, name in _PEOPLE.items()],
            "credits": pl.DataFrame(_CREDITS, schema=["title_id", "person_id", "role", "order"], orient="row"),
            "tags": pl.DataFrame(_TAGS, schema=["title_id", "facet", "value"], orient="row").with_columns(weight=1.0),
            "links": [{"title_id": f"w:harbour{n}", "other_id": "w:harbour", "kind": "episode_of"} for n in (1, 2)],
            "texts": [
                {"title_id": "w:void1", "kind": "plot", "language": "en", "text": "A crew wakes beside an egg."},
                {"title_id": "w:bench1", "kind": "plot", "language": "en", "text": "A judge doubts her verdict."},
            ],
            "events": [
                {"viewer_id": viewer, "title_id": title, "kind": "rating", "value": stars, "time": time}
                for viewer, title, stars, time in _EVENTS
            ],
        },
    )
