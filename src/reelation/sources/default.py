"""The default catalogue: 17,472 films from Wikidata that come with the package `bokeh-sampledata`.

Facts only, CC0. The package is a dependency, never a copy. Its `movies.db` is a SQLite file with the tables
`omdb` (one row a film; people, genres, languages and countries comma-joined) and `tomatoes` (studio, critics'
score, box office). `omdb.ID` is the number of the film's Wikidata item. The cast is in alphabetical order, so
it has no billing.

Source: https://pypi.org/project/bokeh-sampledata/ (2026.1 or newer).
"""

from __future__ import annotations

import sqlite3
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from reelation.errors import DataError, MissingExtraError
from reelation.folding import name_id
from reelation.sources.base import Licence, Report, Tables, admit, tables_of

_SQL = """
SELECT omdb.rowid AS line, omdb.*, tomatoes.Production, tomatoes.Meter, tomatoes.BoxOffice
FROM omdb LEFT JOIN tomatoes USING (ID) ORDER BY omdb.rowid
"""
_ROLES = {"Director": "director", "Writer": "writer", "Cast": "actor"}
_TAGS = {
    "Genre": "genre",
    "Language": "language",
    "Country": "country",
    "Production": "company",
    "Rating": "certificate",
}
_SUFFIX = r",\s*((?:Jr|Sr)\.?|I{2,3}|IV)\s*(?:$|,)"
"""A name's own comma ("Ed Begley, Jr.") is no border between two names."""
_MEASURES = {"Meter": "critic_score", "BoxOffice": "box_office_usd", "Oscars": "oscars_won"}


def default_path() -> Path:
    """The `movies.db` of the installed package.

    Raises:
        MissingExtraError: the package is not installed.
        DataError: it is installed, but too old to hold the file.
    """
    spec = find_spec("bokeh_sampledata")
    if spec is None or spec.origin is None:
        raise MissingExtraError("The default catalogue", "demo")
    path = Path(spec.origin).parent / "_data" / "movies.db"
    if not path.is_file():
        raise DataError("The installed bokeh-sampledata has no movies.db: pip install 'bokeh-sampledata>=2026.1'")
    return path


class DefaultSource:
    """Reads `movies.db`."""

    name = "default"
    label = "default catalogue (films from Wikidata)"
    homepage = "https://pypi.org/project/bokeh-sampledata/"
    licence = Licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")

    def sniff(self, path: Path) -> str | None:
        """A SQLite file with the tables `omdb` and `tomatoes`."""
        if not path.is_file() or path.suffix != ".db":
            return None
        try:
            with _connect(path) as connection:
                names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        except (sqlite3.Error, OSError):
            return None
        return "the default catalogue of films" if {"omdb", "tomatoes"} <= names else None

    def read(self, path: Path, report: Report) -> Tables:
        """Read every film with its people, tags and figures."""
        try:
            with _connect(path) as connection:
                raw = pl.read_database(_SQL, connection, infer_schema_length=None)
        except (sqlite3.Error, OSError, pl.exceptions.PolarsError) as error:
            raise DataError(f"{path.name} is not the movies.db that it looks like: {error}") from error
        rows = raw.with_columns(pl.lit(path.name).alias("file"), pl.format("imdb:{}", "imdbID").alias("title_id"))
        fields = rows.select(
            "title_id",
            pl.lit("film").alias("kind"),
            pl.col("Title").alias("name"),
            pl.col("Year").alias("year"),
            pl.col("Runtime").alias("runtime_min"),
            pl.col("imdbID").alias("imdb_id"),
            pl.format("Q{}", "ID").alias("wikidata_id"),
            "file",
            "line",
        )
        once = fields.unique("title_id", keep="first", maintain_order=True)
        again = fields.join(once, on="line", how="anti").select(
            "file", "line", pl.lit("an IMDb id met before").alias("reason")
        )
        report.set_aside_rows(again)
        titles = admit("titles", once, self.name, report)
        rows = rows.join(once, on="line", how="semi").join(titles, on="title_id", how="semi")
        report.count(path.name, rows_in=raw.height, kept=rows.height)
        credits, people = _credits(rows)
        tags = [
            _cells(rows, column).select("title_id", pl.lit(facet).alias("facet"), value=pl.col("cell"))
            for column, facet in _TAGS.items()
        ]
        measures = [
            rows.filter(pl.col(column).is_not_null()).select(
                "title_id", pl.lit(measure).alias("measure"), pl.col(column).cast(pl.Float64).alias("value")
            )
            for column, measure in _MEASURES.items()
        ]
        return {
            "titles": titles,
            **tables_of(
                self.name,
                {
                    "people": people,
                    "credits": credits,
                    "tags": pl.concat(tags).with_columns(weight=pl.lit(1.0)),
                    "measures": pl.concat(measures),
                },
            ),
        }


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _cells(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row a value of a comma-joined cell: title_id, cell."""
    joined = pl.col(column).cast(pl.String).str.replace_all(_SUFFIX, " $1,").str.strip_chars(",")
    values = joined.str.split(",").alias("cell")
    return (
        rows.select("title_id", values)
        .explode("cell")
        .with_columns(pl.col("cell").str.strip_chars())
        .filter(pl.col("cell").is_not_null() & (pl.col("cell") != ""))
    )


def _credits(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    named = pl.concat(
        _cells(rows, column).select("title_id", name=pl.col("cell"), role=pl.lit(role))
        for column, role in _ROLES.items()
    )
    names = named.select("name").unique().sort("name")
    ids = names.with_columns(person_id=pl.Series([name_id(name) for name in names["name"]], dtype=pl.String))
    credits = named.join(ids, on="name").filter(pl.col("person_id") != "name:")
    people = ids.filter(pl.col("person_id") != "name:").unique(subset="person_id", keep="first", maintain_order=True)
    return credits.select("title_id", "person_id", "role"), people.select("person_id", "name")
