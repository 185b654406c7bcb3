"""MovieLens: films, ratings with their times, and tags, by GroupLens; every release from 100k to 32m.

    latest, 25m, 32m   movies.csv ratings.csv links.csv tags.csv genome-*.csv   ml:1, or imdb:tt… by links.csv
    1m                 movies.dat ratings.dat        latin-1, cells parted by ::   ml1m:1
    100k               u.item u.data                 latin-1, cells parted by |    ml100k:1

The numbers of 100k and 1m are their own, so they are never `movielens_id`s. A release may be a folder or
the zip that GroupLens offers.

Source: https://grouplens.org/datasets/movielens/; research use, not for revenue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import polars as pl

from reelation.archive import extract, is_zip, members
from reelation.errors import DataError
from reelation.sources import movielens_titles
from reelation.sources.base import Licence, Report, Tables, tables_of
from reelation.sources.lines import Dialect, LineReader
from reelation.sources.rules import Rule, figure, missing, number, says, settle

_GENRES_100K = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
_QUOTED, _CSV = Dialect(separator=",", quoted=True), Dialect(separator=",")
_RATING = ("userId", "movieId", "rating", "timestamp")
_NO_GENRE = ("", "unknown", "(no genres listed)")
_RELEVANT = 0.5
"""Genome scores from here on make a keyword of a tag."""


@dataclass(frozen=True)
class _Release:
    """How the files of a release are called and written."""

    label: str
    prefix: str
    films: str
    film_dialect: Dialect
    ratings: str
    rating_dialect: Dialect
    sign: str
    """A file that tells this release from the others, besides the two."""


_RELEASES = (
    _Release("MovieLens (CSV release)", "ml", "movies.csv", _QUOTED, "ratings.csv", _CSV, "ratings.csv"),
    _Release(
        "MovieLens 1M",
        "ml1m",
        "movies.dat",
        Dialect("::", ("movieid", "title", "genres"), "latin-1"),
        "ratings.dat",
        Dialect("::", tuple(name.lower() for name in _RATING), "latin-1"),
        "users.dat",
    ),
    _Release(
        "MovieLens 100K",
        "ml100k",
        "u.item",
        Dialect("|", ("movieid", "title", "date", "video", "url", *(name.lower() for name in _GENRES_100K)), "latin-1"),
        "u.data",
        Dialect("\t", tuple(name.lower() for name in _RATING)),
        "u.item",
    ),
)
_EXTRAS = ("links.csv", "tags.csv", "genome-scores.csv", "genome-tags.csv")


class MovieLensSource:
    """Reads a MovieLens release: a folder or a zip."""

    name = "movielens"
    label = "MovieLens"
    homepage = "https://grouplens.org/datasets/movielens/"
    licence = Licence("GroupLens (research, non-commercial)", "https://grouplens.org/datasets/movielens/")

    def sniff(self, path: Path) -> str | None:
        """The films and ratings of a release, side by side in a folder or a zip."""
        release = _release(_names(path))
        return release.label if release else None

    def read(self, path: Path, report: Report) -> Tables:
        """Read every film with its genres, keywords and ratings.

        Raises:
            DataError: the files of a release are not there, or one is damaged; the zip is refused.
        """
        release = _release(_names(path))
        if release is None:
            raise DataError(f"{path.name} is no MovieLens release: it has no movies and ratings side by side.")
        wanted = {release.films, release.ratings, *(_EXTRAS if release.prefix == "ml" else ())}
        with TemporaryDirectory(prefix="reelation-") as name:
            scratch = Path(name)
            if is_zip(path):
                files = extract(path, wanted.__contains__, scratch)
            else:
                files = {file: path / file for file in wanted if (path / file).is_file()}
            return _Import(release, files, report, LineReader(report, scratch)).tables()


class _Import:
    """One reading of a release."""

    def __init__(self, release: _Release, files: dict[str, Path], report: Report, reader: LineReader) -> None:
        self._release = release
        self._files = files
        self._report = report
        self._reader = reader
        self._films = pl.DataFrame()
        """One row a film: movie (its number), title_id."""

    def tables(self) -> Tables:
        titles, genres, aliases = self._titles()
        keywords = pl.concat([self._tags(), self._genome()])
        keywords = keywords.group_by("title_id", "value").agg(pl.col("weight").max())
        frames = {
            "titles": titles,
            "aliases": aliases,
            "tags": pl.concat([genres, keywords.with_columns(facet=pl.lit("keyword"))], how="diagonal"),
            "events": self._events(),
        }
        return tables_of(MovieLensSource.name, frames)

    def _titles(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        file, dialect = self._files[self._release.films], self._release.film_dialect
        flags = [name for name in dialect.columns if name in {genre.lower() for genre in _GENRES_100K}]
        rows = self._reader.scan(file, dialect, ["movieId", "title", *(flags or ["genres"])])
        if flags:
            names = dict(zip(flags, _GENRES_100K, strict=True))
            chosen = [pl.when(pl.col(flag) == "1").then(pl.lit(name)) for flag, name in names.items()]
            rows = rows.with_columns(genres=pl.concat_list(chosen).list.drop_nulls())
        else:
            rows = rows.with_columns(pl.col("genres").str.split("|"))
        movie, movie_rule = _id("movieId")
        rules = [movie_rule, missing("title"), *_flag_rules(flags)]
        columns = [movie.alias("movie"), pl.col("genres"), *movielens_titles.parts("title")]
        films = settle(rows, file.name, rules, columns, self._report)
        films = films.sort("movie", "name", "year", nulls_last=True)
        unique = films.unique("movie", keep="first", maintain_order=True)
        self._note(films.height - unique.height, "films share a number with another one: the first of each is kept")
        films = self._identified(unique).with_columns(
            kind=pl.when(pl.col("end_year").is_null()).then(pl.lit("film")).otherwise(pl.lit("series"))
        )
        self._films = films.select("movie", "title_id").sort("title_id")
        genres = films.select("title_id", value="genres").explode("value").drop_nulls()
        genres = genres.filter(~pl.col("value").is_in(_NO_GENRE)).with_columns(
            facet=pl.lit("genre"), weight=pl.lit(1.0)
        )
        aliases = films.select("title_id", own="name", name="others").explode("name").drop_nulls("name")
        aliases = aliases.filter((pl.col("name") != "") & (pl.col("name") != pl.col("own"))).drop("own")
        return films.drop("movie", "genres", "others"), genres, aliases

    def _identified(self, films: pl.DataFrame) -> pl.DataFrame:
        """The films with their ids: by links.csv the IMDb one, where no other film has it."""
        own = pl.format(f"{self._release.prefix}:{{}}", "movie")
        if self._release.prefix != "ml":
            return films.with_columns(title_id=own)
        films = films.with_columns(movielens_id=pl.col("movie").cast(pl.String))
        if "links.csv" not in self._files:
            return films.with_columns(title_id=own)
        rows = self._reader.scan(self._files["links.csv"], _CSV, ["movieId", "imdbId"], ["tmdbId"])
        rows, rules = self._of(films, rows)
        imdb, imdb_rule = _id("imdbId")
        tmdb, tmdb_rule = _id("tmdbId", optional=True)
        columns = [
            pl.col("movie"),
            pl.format("tt{}", imdb.cast(pl.String).str.zfill(7)).alias("imdb_id"),
            tmdb.cast(pl.String).alias("tmdb_id"),
        ]
        links = settle(rows, "links.csv", [*rules, imdb_rule, tmdb_rule], columns, self._report)
        links = links.sort(links.columns, nulls_last=True).unique("movie", keep="first", maintain_order=True)
        films = films.join(links, on="movie", how="left", maintain_order="left")
        by_imdb = pl.col("imdb_id").is_not_null() & pl.col("imdb_id").is_unique()
        return films.with_columns(title_id=pl.when(by_imdb).then(pl.format("imdb:{}", "imdb_id")).otherwise(own))

    def _events(self) -> pl.DataFrame:
        """Ratings in catalogue order; sorted as numbers, since there may be tens of millions."""
        file = self._files[self._release.ratings]
        viewer, viewer_rule = _id("userId")
        stars, stars_rule = figure("rating", pl.Float32(), 0.5, 5)
        time, time_rule = number("events", "time", "timestamp")
        rows, rules = self._of(self._films, self._reader.scan(file, self._release.rating_dialect, _RATING))
        rules += [viewer_rule, missing("rating"), stars_rule, time_rule]
        columns = [viewer.alias("viewer"), pl.col("row"), stars.alias("value"), time]
        events = settle(rows, file.name, rules, columns, self._report)
        viewers = (
            events.select("viewer")
            .unique()
            .with_columns(viewer_id=pl.format(f"{self._release.prefix}:viewer:{{}}", "viewer"))
        )
        viewers = viewers.sort("viewer_id").with_row_index("seat")
        events = events.join(viewers.select("viewer", "seat"), on="viewer").drop("viewer")
        events = events.sort("seat", "row", "time", "value", nulls_last=True)
        return events.select(
            viewers["viewer_id"].gather(events["seat"]),
            self._films["title_id"].gather(events["row"]),
            pl.lit("rating").alias("kind"),
            "value",
            "time",
        )

    def _tags(self) -> pl.DataFrame:
        """What viewers wrote: full weight if two of them did."""
        if "tags.csv" not in self._files:
            return _no_keywords()
        rows, rules = self._of(self._films, self._reader.scan(self._files["tags.csv"], _QUOTED, (*_RATING[:2], "tag")))
        rules += [_id("userId")[1], missing("tag")]
        columns = [pl.col("row", "userId"), pl.col("tag").str.to_lowercase().str.strip_chars().alias("value")]
        tags = settle(rows, "tags.csv", rules, columns, self._report).filter(pl.col("value") != "")
        twice = pl.col("userId").n_unique() >= 2
        weighed = tags.group_by("row", "value").agg(weight=pl.when(twice).then(1.0).otherwise(0.5))
        return self._keywords(weighed)

    def _genome(self) -> pl.DataFrame:
        """Tags that a model of GroupLens found relevant, with their relevance as weight."""
        if not {"genome-scores.csv", "genome-tags.csv"} <= set(self._files):
            return _no_keywords()
        names = self._reader.scan(self._files["genome-tags.csv"], _QUOTED, ["tagId", "tag"])
        tag, tag_rule = _id("tagId")
        columns = [tag.alias("number"), pl.col("tag").str.to_lowercase().str.strip_chars().alias("value")]
        words = settle(names, "genome-tags.csv", [tag_rule, missing("tag")], columns, self._report)
        words = words.sort(words.columns).unique("number", keep="first", maintain_order=True)
        scores = self._reader.scan(self._files["genome-scores.csv"], _CSV, ["movieId", "tagId", "relevance"])
        rows, rules = self._of(self._films, scores)
        score, score_rule = figure("relevance", pl.Float32(), 0, 1)
        rows = rows.with_columns(number=tag, skip=(score < _RELEVANT).fill_null(False))
        rows = rows.join(words.lazy(), on="number", how="left")
        rules += [
            *(tag_rule, missing("relevance"), score_rule),
            (pl.col("value").is_null(), says("tag {} is not in genome-tags.csv", "tagId")),
        ]
        columns = [pl.col("row", "value"), score.cast(pl.Float64).alias("weight")]
        self._report.note(f"genome scores under {_RELEVANT} are left out")
        return self._keywords(settle(rows, "genome-scores.csv", rules, columns, self._report))

    def _of(self, films: pl.DataFrame, rows: pl.LazyFrame) -> tuple[pl.LazyFrame, list[Rule]]:
        """`rows` with `movie` and the `row` of that film in `films`, and the rules for these."""
        movie, movie_rule = _id("movieId")
        known = films.lazy().with_row_index("row").select("movie", "row")
        unknown = (pl.col("row").is_null(), says(f"film {{}} is not in {self._release.films}", "movieId"))
        return rows.with_columns(movie=movie).join(known, on="movie", how="left"), [movie_rule, unknown]

    def _keywords(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(self._films["title_id"].gather(frame["row"]), "value", "weight")

    def _note(self, amount: int, text: str) -> None:
        if amount:
            self._report.note(f"{amount:,} {text}")


def _names(path: Path) -> set[str]:
    if is_zip(path):
        return {PurePosixPath(member).name for member in members(path)}
    try:
        return {file.name for file in path.iterdir()} if path.is_dir() else set()
    except OSError:
        return set()


def _release(names: set[str]) -> _Release | None:
    return next((one for one in _RELEASES if {one.films, one.ratings, one.sign} <= names), None)


def _id(column: str, *, optional: bool = False) -> tuple[pl.Expr, Rule]:
    """A number that names something, and the rule that it is one."""
    value, (unsound, says_what) = figure(column, pl.UInt32(), 0, 2**32 - 1)
    return value, (
        unsound if optional else unsound | pl.col(column).is_null(),
        says_what.fill_null(f"{column} is missing"),
    )


def _flag_rules(flags: Sequence[str]) -> list[Rule]:
    return [(~pl.col(flag).is_in(["0", "1"]).fill_null(False), says(f"flag {flag} is '{{}}'", flag)) for flag in flags]


def _no_keywords() -> pl.DataFrame:
    return pl.DataFrame(schema={"title_id": pl.String(), "value": pl.String(), "weight": pl.Float64()})
