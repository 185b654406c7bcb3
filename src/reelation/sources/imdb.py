"""The IMDb non-commercial datasets: seven tab-separated files, packed or not, in one folder.

    title.basics  ->  titles in catalogue order, each with its row
    the others    ->  joined to the rows, checked, sorted as numbers  ->  tables in catalogue order

Only `title.basics` is needed.

Source: https://developer.imdb.com/non-commercial-datasets/; personal and non-commercial use only.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from reelation.errors import DataError
from reelation.sources.base import Licence, Report, Tables, tables_of
from reelation.sources.imdb_credits import people_and_credits
from reelation.sources.imdb_files import COLUMNS, TSV, ImdbFiles, Titles, find, unknown
from reelation.sources.lines import header
from reelation.sources.rules import figure, missing, number, says

_KINDS = {
    "movie": "film",
    "tvMovie": "film",
    "short": "short",
    "tvShort": "short",
    "tvSeries": "series",
    "tvMiniSeries": "mini_series",
    "tvSpecial": "special",
    "tvPilot": "special",
    "tvEpisode": "episode",
    "video": "video",
    "videoGame": "unknown",  # left out
}


class ImdbSource:
    """Reads a folder of IMDb files: `title.basics.tsv` or `.tsv.gz`, and whichever of the others are there."""

    name = "imdb"
    label = "IMDb non-commercial datasets"
    homepage = "https://developer.imdb.com/non-commercial-datasets/"
    licence = Licence("IMDb non-commercial (personal use only)", "https://developer.imdb.com/non-commercial-datasets/")

    def __init__(self, *, adult: bool = False) -> None:
        """Leave out titles that IMDb marks as adult, unless `adult`."""
        self._adult = adult

    def sniff(self, path: Path) -> str | None:
        """A folder with `title.basics`, or that file itself."""
        basics = find(path, "title.basics")
        try:
            if basics is None or "tconst" not in header(basics, TSV):
                return None
        except DataError:
            return None
        others = sum(find(path, name) is not None for name in COLUMNS) - 1
        return f"IMDb's title.basics and {others} of the other six files"

    def read(self, path: Path, report: Report) -> Tables:
        """Read every title that is no video game, with its people, names, genres, episodes and ratings.

        Raises:
            DataError: there is no title.basics, or a file is damaged or lacks a column.
        """
        with TemporaryDirectory(prefix="reelation-") as scratch:
            files = ImdbFiles(path, report, Path(scratch))
            if "title.basics" not in files.paths:
                raise DataError(
                    f"{path.name} has no title.basics.tsv or title.basics.tsv.gz, which the other files need."
                )
            return _Import(files, self._adult).tables()


class _Import:
    """One reading of the files."""

    def __init__(self, files: ImdbFiles, adult: bool) -> None:
        self._files = files
        self._adult = adult

    def tables(self) -> Tables:
        titles, tags, self._known = self._titles()
        with ThreadPoolExecutor(1) as beside:
            others = beside.submit(lambda: (self._episodes(), self._aliases(), self._measures()))
            people, credits = people_and_credits(self._files, self._known)
            (links, numbers), aliases, measures = others.result()
        frames = {
            "titles": titles.join(numbers, on="title_id", how="left", maintain_order="left"),
            "aliases": aliases,
            "people": people,
            "credits": credits,
            "tags": tags,
            "links": links,
            "measures": measures,
        }
        return tables_of(ImdbSource.name, frames)

    def _titles(self) -> tuple[pl.DataFrame, pl.DataFrame, Titles]:
        """The titles, their genres as tags, and every title once, those to be skipped too."""
        year, year_rule = number("titles", "year", "startYear")
        end, end_rule = number("titles", "end_year", "endYear")
        minutes, minutes_rule = number("titles", "runtime_min", "runtimeMinutes")
        game, adult = pl.col("titleType").eq_missing("videoGame"), pl.col("isAdult").eq_missing("1")
        kind = pl.col("titleType").replace_strict(_KINDS, default=None, return_dtype=pl.String())
        unsound = ~pl.col("tconst").str.contains("^tt[0-9]{7,9}$").fill_null(True)
        rules = [
            missing("tconst"),
            (unsound, says("tconst '{}' is not an IMDb title id", "tconst")),
            (pl.col("kind").is_null(), says("titleType '{}' is not known", "titleType")),
            missing("primaryTitle"),
            *(year_rule, end_rule, minutes_rule),
        ]
        columns = [
            *(pl.col("kind", "genres"), year, end, minutes, game.alias("game")),
            (game if self._adult else game | adult).alias("skip"),
            pl.col("tconst").alias("imdb_id"),
            pl.format("imdb:{}", "tconst").alias("title_id"),
            pl.col("primaryTitle").alias("name"),
            pl.col("originalTitle").alias("original_name"),
        ]
        rows = self._files.scan("title.basics").with_columns(kind=kind)
        every = self._files.take("title.basics", rows, rules, columns)
        every = every if every["imdb_id"].is_sorted() else every.sort("imdb_id")
        known = every.select("title_id", "skip", tconst="imdb_id").sort("tconst", "skip")
        known = known.unique("tconst", keep="first", maintain_order=True)
        games, skipped = int(every["game"].sum()), int(every["skip"].sum())
        self._files.report.count(self._files.paths["title.basics"].name, kept=-skipped, skipped=skipped)
        self._files.note(games, "video games are left out")
        self._files.note(skipped - games, "titles that IMDb marks as adult are left out")
        titles = every.filter(~pl.col("skip")).drop("game", "skip")
        genres = titles.select("title_id", value=pl.col("genres").str.split(","))
        tags = genres.drop_nulls("value").explode("value").filter(pl.col("value") != "")
        return titles.drop("genres"), tags.with_columns(facet=pl.lit("genre"), weight=pl.lit(1.0)), Titles(known)

    def _episodes(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Links from episodes to their series; season and episode number by title_id."""
        season, season_rule = number("titles", "season", "seasonNumber")
        episode, episode_rule = number("titles", "episode", "episodeNumber")
        rows, rules = self._files.scan_known("title.episode", self._known)
        rows = self._known.find(rows, "parentTconst", "series", "series_skip")
        rows = rows.with_columns(pl.col("skip") | pl.col("series_skip"))
        rules += [missing("parentTconst"), unknown("parentTconst", "series"), season_rule, episode_rule]
        frame = self._files.take("title.episode", rows, rules, [pl.col("row", "series"), season, episode])
        frame = frame.sort("row", "series", "season", "episode", nulls_last=True)
        frame = self._named(frame.with_columns(other_id=self._ids(frame["series"]), kind=pl.lit("episode_of")))
        numbers = frame.select("title_id", "season", "episode").unique("title_id", keep="first", maintain_order=True)
        return frame.select("title_id", "other_id", "kind"), numbers

    def _aliases(self) -> pl.DataFrame:
        rows, rules = self._files.scan_known("title.akas", self._known)
        columns = [pl.col("row", "language", "region"), pl.col("title").alias("name")]
        frame = self._files.take("title.akas", rows, [*rules, missing("title")], columns)
        return self._named(frame.sort("row", "name", "language", "region", nulls_last=True))

    def _measures(self) -> pl.DataFrame:
        score, score_rule = figure("averageRating", pl.Float64(), 0, 10)
        votes, votes_rule = figure("numVotes", pl.Float64(), 0, 10**12)
        rows, rules = self._files.scan_known("title.ratings", self._known)
        columns = [pl.col("row"), (score * 10).round(1).alias("audience_score"), votes.alias("votes")]
        frame = self._files.take("title.ratings", rows, [*rules, score_rule, votes_rule], columns)
        figures = frame.unpivot(["audience_score", "votes"], index="row", variable_name="measure").drop_nulls("value")
        return self._named(figures.sort("row", "measure", "value"))

    def _ids(self, rows: pl.Series) -> pl.Series:
        return self._known.ids.gather(rows)

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`row` replaced by `title_id`."""
        return frame.select(self._ids(frame["row"]).alias("title_id"), pl.exclude("row"))
