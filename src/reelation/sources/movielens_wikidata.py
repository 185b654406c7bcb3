"""Wikidata's people, companies and countries for the films of MovieLens, as ten CSV files in one folder.

    movies_with_wikidata_values.csv          film: title, genres, year, minutes, box office, critics' score
    links_with_wikidata_uri.csv              film: its ids elsewhere
    stars, directed_by, produced_by, produced_in      film -> item
    actors, directors, companies, countries           item -> name

The first column of most files is a row number without a name, and is not read.

Source: https://www.wikidata.org/ (CC0) joined to MovieLens' own numbers.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from reelation.errors import DataError
from reelation.sources import movielens_titles
from reelation.sources.base import Licence, Report, Tables, tables_of
from reelation.sources.lines import Dialect, LineReader
from reelation.sources.rules import Rule, figure, missing, number, says, settle

_FILMS, _LINKS = "movies_with_wikidata_values.csv", "links_with_wikidata_uri.csv"
_CSV = Dialect(separator=",", quoted=True)
_ITEM = r"^Q[1-9][0-9]*$"
_PEOPLE = (
    ("stars.csv", "castMember", "actors.csv", "actor"),
    ("directed_by.csv", "director", "directors.csv", "director"),
)
_TAGS = (
    ("produced_by.csv", "company", "companies.csv", "company"),
    ("produced_in.csv", "country", "countries.csv", "country"),
)
_NO_GENRE = ("", "(no genres listed)")


class MovieLensWikidataSource:
    """Reads such a folder."""

    name = "movielens_wikidata"
    label = "Wikidata's facts for MovieLens films"
    homepage = "https://www.wikidata.org/"
    licence = Licence("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")

    def sniff(self, path: Path) -> str | None:
        """A folder with the film and the links file."""
        if (path / _FILMS).is_file() and (path / _LINKS).is_file():
            return "MovieLens films with facts from Wikidata"
        return None

    def read(self, path: Path, report: Report) -> Tables:
        """Read every film with its ids, people, genres, companies, countries and figures.

        Raises:
            DataError: the film or the links file is missing, or a file is damaged.
        """
        if self.sniff(path) is None:
            raise DataError(f"{path.name} has no {_FILMS} and {_LINKS} side by side.")
        with TemporaryDirectory(prefix="reelation-") as scratch:
            return _Import(path, report, LineReader(report, Path(scratch))).tables()


class _Import:
    """One reading of the folder."""

    def __init__(self, folder: Path, report: Report, reader: LineReader) -> None:
        self._folder = folder
        self._report = report
        self._reader = reader
        self._films = pl.DataFrame()
        """movie (its number), title_id."""

    def tables(self) -> Tables:
        films = self._read_films()
        self._films = films.select("movie", "title_id")
        films = films.join(self._links(), on="movie", how="left", maintain_order="left")
        genres = films.select("title_id", value=pl.col("genres").str.split("|")).explode("value").drop_nulls()
        genres = genres.filter(~pl.col("value").is_in(_NO_GENRE)).with_columns(facet=pl.lit("genre"))
        others = films.select("title_id", name="others").explode("name").drop_nulls()
        people = [self._related(*spec) for spec in _PEOPLE]
        tags = [genres, *(self._tagged(*spec) for spec in _TAGS)]
        figures = films.unpivot(["critic_score", "box_office_usd"], index="title_id", variable_name="measure")
        people_names = pl.concat(frame.select(person_id="item", name="name") for frame in people)
        return tables_of(
            MovieLensWikidataSource.name,
            {
                "titles": films.drop("movie", "genres", "others", "critic_score", "box_office_usd"),
                "aliases": others,
                "people": people_names.sort("name", nulls_last=True).unique("person_id", keep="first"),
                "credits": pl.concat(frame.select("title_id", "role", person_id="item") for frame in people),
                "tags": pl.concat(tags, how="diagonal").with_columns(weight=pl.lit(1.0)),
                "measures": figures.drop_nulls("value"),
            },
        )

    def _read_films(self) -> pl.DataFrame:
        columns = ("movieId", "title", "genres", "year", "duration", "boxOfficeWorldwide", "tommatometerScore")
        rows = self._reader.scan(self._folder / _FILMS, _CSV, columns[:3], columns[3:])
        rows = rows.with_columns(pl.col("tommatometerScore").str.strip_suffix("%"))
        movie, movie_rule = _movie()
        year, year_rule = number("titles", "year", "year")
        minutes, minutes_rule = number("titles", "runtime_min", "duration")
        money, money_rule = figure("boxOfficeWorldwide", pl.Float64(), 0, 1e12)
        score, score_rule = figure("tommatometerScore", pl.Float64(), 0, 100)
        name, others, own_year, end_year = movielens_titles.parts("title")
        films = settle(
            rows,
            _FILMS,
            [movie_rule, missing("title"), year_rule, minutes_rule, money_rule, score_rule],
            [
                *(movie.alias("movie"), pl.format("ml:{}", movie).alias("title_id"), name, others, end_year, minutes),
                pl.when(end_year.is_null()).then(pl.lit("film")).otherwise(pl.lit("series")).alias("kind"),
                pl.coalesce(own_year, year).alias("year"),
                *(pl.col("genres"), money.alias("box_office_usd"), score.alias("critic_score")),
            ],
            self._report,
        )
        return films.sort("movie", "name", "year", nulls_last=True).unique("movie", keep="first", maintain_order=True)

    def _links(self) -> pl.DataFrame:
        rows = self._reader.scan(self._folder / _LINKS, _CSV, ["movieId", "wikidataURI"], ["imdbId", "tmdbId"])
        rows, rules = self._of_films(rows)
        imdb, imdb_rule = figure("imdbId", pl.UInt32(), 1, 10**9)
        tmdb, tmdb_rule = figure("tmdbId", pl.UInt32(), 1, 2**32 - 1)
        item = pl.col("wikidataURI")
        rules += [imdb_rule, tmdb_rule, (item.is_not_null() & ~_is_item("wikidataURI"), _no_item("wikidataURI"))]
        columns = [
            *(pl.col("movie"), pl.col("movie").cast(pl.String).alias("movielens_id"), item.alias("wikidata_id")),
            pl.format("tt{}", imdb.cast(pl.String).str.zfill(7)).alias("imdb_id"),
            tmdb.cast(pl.String).alias("tmdb_id"),
        ]
        links = settle(rows, _LINKS, rules, columns, self._report)
        return links.sort(links.columns, nulls_last=True).unique("movie", keep="first", maintain_order=True)

    def _related(self, file: str, column: str, names_file: str, what: str) -> pl.DataFrame:
        """title_id, role, item, name (null where it is unknown) of every row of `file`."""
        empty = pl.DataFrame(schema=dict.fromkeys(("title_id", "role", "item", "name"), pl.String()))
        if not (self._folder / file).is_file():
            return empty
        rows, rules = self._of_films(self._reader.scan(self._folder / file, _CSV, ["movieId", column]))
        names = self._names(names_file).lazy()
        rows = rows.with_columns(item=pl.format("wikidata:{}", column)).join(names, on="item", how="left")
        rules.append((~_is_item(column), _no_item(column)))
        columns = [*(pl.col(name) for name in ("title_id", "item", "name")), pl.lit(what).alias("role")]
        return settle(rows, file, rules, columns, self._report).select(empty.columns)

    def _tagged(self, file: str, column: str, names_file: str, facet: str) -> pl.DataFrame:
        found = self._related(file, column, names_file, facet)
        return found.select("title_id", facet="role", value=pl.coalesce("name", "item"))

    def _names(self, file: str) -> pl.DataFrame:
        """item, name; items whose name is only their own number are left out."""
        if not (self._folder / file).is_file():
            return pl.DataFrame(schema={"item": pl.String(), "name": pl.String()})
        rows = self._reader.scan(self._folder / file, _CSV, ["wikidataURI", "name"])
        rows = rows.with_columns(skip=pl.col("name").str.contains(_ITEM).fill_null(False))
        rules = [(~_is_item("wikidataURI"), _no_item("wikidataURI")), missing("name")]
        columns = [pl.format("wikidata:{}", "wikidataURI").alias("item"), pl.col("name")]
        names = settle(rows, file, rules, columns, self._report)
        return names.sort("item", "name").unique("item", keep="first", maintain_order=True)

    def _of_films(self, rows: pl.LazyFrame) -> tuple[pl.LazyFrame, list[Rule]]:
        """`rows` with `movie` and `title_id`, and the rules for these."""
        movie, rule = _movie()
        unknown = (pl.col("title_id").is_null(), says(f"film {{}} is not in {_FILMS}", "movieId"))
        return rows.with_columns(movie=movie).join(self._films.lazy(), on="movie", how="left"), [rule, unknown]


def _movie() -> tuple[pl.Expr, Rule]:
    value, (unsound, say) = figure("movieId", pl.UInt32(), 0, 2**32 - 1)
    return value, (unsound | pl.col("movieId").is_null(), say.fill_null("movieId is missing"))


def _is_item(column: str) -> pl.Expr:
    return pl.col(column).str.contains(_ITEM).fill_null(False)


def _no_item(column: str) -> pl.Expr:
    return says(f"{column} '{{}}' is not a Wikidata item", column).fill_null(f"{column} is missing")
