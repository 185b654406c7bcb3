r"""The IMDb non-commercial datasets: seven tab-separated files, packed or not, in one folder.

Between reading and the last step every id is a number whose order is the order of the ids as text, so
that millions of credits are checked, joined and sorted as integers, and come out in catalogue order.

    tt0114709  ->  code  ->  check, join, sort, drop repeats  ->  imdb:tt0114709

Only `title.basics` is needed. Quotes are letters, and `\N` is nothing.

Source: https://developer.imdb.com/non-commercial-datasets/; personal and non-commercial use only.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from reelation.catalogue.schema import ROLES
from reelation.errors import DataError
from reelation.sources import imdb_ids
from reelation.sources.base import Licence, Report, Tables, tables_of
from reelation.sources.lines import Dialect, LineReader, header
from reelation.sources.rules import Rule, figure, missing, number, says, settle

_TSV = Dialect(null="\\N")
_FILES = {
    "name.basics": ("nconst", "primaryName", "birthYear", "deathYear"),
    "title.akas": ("titleId", "title", "region", "language"),
    "title.basics": (
        *("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult"),
        *("startYear", "endYear", "runtimeMinutes", "genres"),
    ),
    "title.crew": ("tconst", "directors", "writers"),
    "title.episode": ("tconst", "parentTconst", "seasonNumber", "episodeNumber"),
    "title.principals": ("tconst", "ordering", "nconst", "category", "characters"),
    "title.ratings": ("tconst", "averageRating", "numVotes"),
}
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
_ROLES = pl.Enum(sorted(ROLES))
_CATEGORIES = {"actress": "actor", **{role: role for role in ROLES}}
_PEOPLE_CELL = r"^nm([0-9]{7}|[1-9][0-9]{7,8})(,nm([0-9]{7}|[1-9][0-9]{7,8}))*$"
_CREDIT = ("row", "p", "role")


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
        basics = _find(path, "title.basics")
        try:
            if basics is None or "tconst" not in header(basics, _TSV):
                return None
        except DataError:
            return None
        others = sum(_find(path, name) is not None for name in _FILES) - 1
        return f"IMDb's title.basics and {others} of the other six files"

    def read(self, path: Path, report: Report) -> Tables:
        """Read every title that is no video game, with its people, names, genres, episodes and ratings.

        Raises:
            DataError: there is no title.basics, or a file is damaged or lacks a column.
        """
        files = {name: found for name in _FILES if (found := _find(path, name)) is not None}
        if "title.basics" not in files:
            raise DataError(f"{path.name} has no title.basics.tsv or title.basics.tsv.gz, which the other files need.")
        with TemporaryDirectory(prefix="reelation-") as scratch:
            return _Import(files, report, LineReader(report, Path(scratch)), self._adult).tables()


class _Import:
    """One reading of the files; a file that is not there has no rows."""

    def __init__(self, files: dict[str, Path], report: Report, reader: LineReader, adult: bool) -> None:
        self._files = files
        self._report = report
        self._reader = reader
        self._adult = adult
        self._known = pl.DataFrame()
        """Each title of title.basics once, in order: code `t`, `row`, `title_id`, and whether to `skip` it."""

    def tables(self) -> Tables:
        titles, tags = self._titles()
        links, numbers = self._episodes()
        people, credits = self._people_and_credits()
        frames = {
            "titles": titles.join(numbers, on="t", how="left", maintain_order="left").drop("t"),
            "aliases": self._aliases(),
            "people": people,
            "credits": credits,
            "tags": tags,
            "links": links,
            "measures": self._measures(),
        }
        return tables_of(ImdbSource.name, frames)

    def _titles(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The titles, still with `t`, and their genres as tags; fills `_known`."""
        year, year_rule = number("titles", "year", "startYear")
        end, end_rule = number("titles", "end_year", "endYear")
        minutes, minutes_rule = number("titles", "runtime_min", "runtimeMinutes")
        game, adult = pl.col("titleType").eq_missing("videoGame"), pl.col("isAdult").eq_missing("1")
        rows = self._scan("title.basics").with_columns(
            t=imdb_ids.code("tconst", "tt"),
            kind=pl.col("titleType").replace_strict(_KINDS, default=None, return_dtype=pl.String()),
            left_out=game if self._adult else game | adult,
        )
        rules = [
            _id_rule("tconst", "t", "title"),
            (pl.col("kind").is_null(), says("titleType '{}' is not known", "titleType")),
            missing("primaryTitle"),
            *(year_rule, end_rule, minutes_rule),
        ]
        columns = [
            *(pl.col("t", "kind", "genres", "left_out"), year, end, minutes, game.alias("game")),
            pl.format("imdb:{}", "tconst").alias("title_id"),
            pl.col("primaryTitle").alias("name"),
            pl.col("originalTitle").alias("original_name"),
            pl.col("tconst").alias("imdb_id"),
        ]
        every = self._take("title.basics", rows, rules, columns).sort("t", "left_out")
        known = every.select("t", "title_id", skip="left_out").unique("t", keep="first", maintain_order=True)
        self._known = known.with_row_index("row")
        games, left_out = int(every["game"].sum()), int(every["left_out"].sum())
        self._report.count(self._files["title.basics"].name, kept=-left_out, skipped=left_out)
        self._note(games, "video games are left out")
        self._note(left_out - games, "titles that IMDb marks as adult are left out")
        titles = every.filter(~pl.col("left_out")).drop("game", "left_out")
        genres = titles.select("title_id", value=pl.col("genres").str.split(",").list.unique().list.sort())
        tags = genres.drop_nulls("value").explode("value").filter(pl.col("value") != "")
        return titles.drop("genres"), tags.with_columns(facet=pl.lit("genre"), weight=pl.lit(1.0))

    def _episodes(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Links from episodes to their series; season and episode number by title code."""
        season, season_rule = number("titles", "season", "seasonNumber")
        episode, episode_rule = number("titles", "episode", "episodeNumber")
        rows, rules = self._scan_known("title.episode", "tconst")
        series = self._known.lazy().select(s="t", series="row", series_skip="skip")
        rows = rows.with_columns(s=imdb_ids.code("parentTconst", "tt")).join(series, on="s", how="left")
        rules = [
            *(*rules, _id_rule("parentTconst", "s", "title")),
            (pl.col("series").is_null(), says("title {} is not in title.basics", "parentTconst")),
            *(season_rule, episode_rule),
        ]
        rows = rows.with_columns(pl.col("skip") | pl.col("series_skip"))
        frame = self._take("title.episode", rows, rules, [pl.col("t", "row", "series"), season, episode])
        frame = frame.sort("row", "series", "season", "episode", nulls_last=True)
        links = self._named(frame.select("row", kind=pl.lit("episode_of"), other_id=self._ids(frame["series"])))
        return links, frame.select("t", "season", "episode").unique("t", keep="first")

    def _aliases(self) -> pl.DataFrame:
        rows, rules = self._scan_known("title.akas", "titleId")
        columns = [pl.col("row", "language", "region"), pl.col("title").alias("name")]
        frame = self._take("title.akas", rows, [*rules, missing("title")], columns)
        return self._named(frame.sort("row", "name", "language", "region", nulls_last=True))

    def _measures(self) -> pl.DataFrame:
        score, score_rule = figure("averageRating", pl.Float64(), 0, 10)
        votes, votes_rule = figure("numVotes", pl.Float64(), 0, 10**12)
        rows, rules = self._scan_known("title.ratings", "tconst")
        columns = [pl.col("row"), (score * 10).round(1).alias("audience_score"), votes.alias("votes")]
        frame = self._take("title.ratings", rows, [*rules, score_rule, votes_rule], columns)
        figures = frame.unpivot(["audience_score", "votes"], index="row", variable_name="measure").drop_nulls("value")
        return self._named(figures.sort("row", "measure", "value"))

    def _people_and_credits(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        credits = _distinct(pl.concat([self._principals(), *self._crew()]))
        birth, birth_rule = number("people", "birth_year", "birthYear")
        death, death_rule = number("people", "death_year", "deathYear")
        rows = self._scan("name.basics").with_columns(p=imdb_ids.code("nconst", "nm"))
        rules = [_id_rule("nconst", "p", "person"), birth_rule, death_rule]
        columns = [pl.col("p"), pl.col("primaryName").alias("name"), birth, death]
        people = self._take("name.basics", rows, rules, columns)
        nameless = credits.lazy().select("p").unique().join(people.lazy().select("p"), on="p", how="anti").collect()
        self._note(nameless.height, "people of the credits are not in name.basics: kept without a name")
        people = pl.concat([people, nameless], how="diagonal").sort("p", "name", nulls_last=True)
        people = people.with_columns(person_id=pl.format("imdb:{}", imdb_ids.text("p", "nm")))
        ids = people.select("p", "person_id").unique("p", keep="first", maintain_order=True).with_row_index("at")
        places = credits.select("p").join(ids.select("p", "at"), on="p", how="left", maintain_order="left")["at"]
        credits = credits.drop("p").with_columns(
            pl.col("role").cast(pl.String), person_id=ids["person_id"].gather(places)
        )
        return people.drop("p"), self._named(credits)

    def _principals(self) -> pl.DataFrame:
        place, place_rule = figure("ordering", pl.Int64(), 1, 32_768)
        rows, rules = self._scan_known("title.principals", "tconst")
        rows = rows.with_columns(p=imdb_ids.code("nconst", "nm"))
        rules = [
            *(*rules, _id_rule("nconst", "p", "person"), place_rule),
            missing("category"),
        ]
        columns = [
            pl.col("row", "p"),
            pl.col("category").replace_strict(_CATEGORIES, default="other", return_dtype=_ROLES).alias("role"),
            (place - 1).cast(pl.Int16).alias("order"),
            pl.col("characters")
            .map_batches(_characters, return_dtype=pl.String(), is_elementwise=True)
            .alias("character"),
        ]
        return self._take("title.principals", rows, rules, columns)

    def _crew(self) -> list[pl.DataFrame]:
        """Directors and writers, without billing: principals names only some of them."""
        rows, rules = self._scan_known("title.crew", "tconst")
        for column in ("directors", "writers"):
            unsound = ~pl.col(column).str.contains(_PEOPLE_CELL).fill_null(True)
            rules.append((unsound, says(f"{column} '{{}}' is not a list of IMDb person ids", column)))
        frame = self._take("title.crew", rows, rules, [pl.col("row", "directors", "writers")])
        return [
            frame.select("row", n=pl.col(f"{role}s").str.split(","))
            .drop_nulls("n")
            .explode("n")
            .select(
                "row",
                p=imdb_ids.code("n", "nm"),
                role=pl.lit(role, _ROLES),
                order=pl.lit(None, pl.Int16()),
                character=pl.lit(None, pl.String()),
            )
            for role in ("director", "writer")
        ]

    def _scan(self, name: str) -> pl.LazyFrame:
        if name not in self._files:
            return pl.LazyFrame(schema={"line": pl.UInt32(), **dict.fromkeys(_FILES[name], pl.String())})
        needed, *optional = _FILES[name]
        return self._reader.scan(self._files[name], _TSV, [needed], optional)

    def _scan_known(self, name: str, column: str) -> tuple[pl.LazyFrame, list[Rule]]:
        """The rows of a file about titles with the title's `t`, `row` and `skip`, and the rules for these."""
        rows = self._scan(name).with_columns(t=imdb_ids.code(column, "tt"))
        known = self._known.lazy().select("t", "row", "skip")
        return rows.join(known, on="t", how="left"), [
            _id_rule(column, "t", "title"),
            (pl.col("row").is_null(), says("title {} is not in title.basics", column)),
        ]

    def _take(self, name: str, rows: pl.LazyFrame, rules: list[Rule], columns: list[pl.Expr]) -> pl.DataFrame:
        if name not in self._files:
            return rows.select(columns).collect()
        return settle(rows, self._files[name].name, rules, columns, self._report)

    def _ids(self, rows: pl.Series) -> pl.Series:
        return self._known["title_id"].gather(rows)

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`row` replaced by `title_id`."""
        return frame.select(self._ids(frame["row"]).alias("title_id"), pl.exclude("row"))

    def _note(self, amount: int, text: str) -> None:
        if amount:
            self._report.note(f"{amount:,} {text}")


def _find(path: Path, name: str) -> Path | None:
    """The file `name`.tsv or .tsv.gz in the folder `path`, or beside it where `path` is title.basics itself."""
    if path.is_file():
        if not path.name.startswith("title.basics.tsv"):
            return None
        path = path.parent
    return next((file for end in (".tsv", ".tsv.gz") if (file := path / (name + end)).is_file()), None)


def _distinct(credits: pl.DataFrame) -> pl.DataFrame:
    """Sorted by title, person and role, the first billing of each."""
    credits = credits.sort(*_CREDIT, "order", nulls_last=True)
    again = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in _CREDIT).fill_null(False)
    tie = again & pl.col("order").eq_missing(pl.col("order").shift())
    if credits.select((tie & pl.col("character").ne_missing(pl.col("character").shift())).any()).item():
        credits = credits.sort(*_CREDIT, "order", "character", nulls_last=True)
    return credits.filter(~again)


def _characters(cells: pl.Series) -> pl.Series:
    """'["Ellen", "Ripley"]' becomes 'Ellen / Ripley'; a cell that is no such list stays as it is."""
    odd = cells.str.contains("\\", literal=True) | ~(cells.str.starts_with('["') & cells.str.ends_with('"]'))
    names = cells.str.strip_prefix('["').str.strip_suffix('"]').str.replace_all('","', " / ", literal=True)
    if not odd.any():
        return names
    places = odd.arg_true()
    return names.scatter(places, [_decoded(cell) for cell in cells.gather(places)])


def _decoded(cell: str) -> str:
    try:
        names = json.loads(cell)
    except ValueError:
        return cell
    return " / ".join(str(name) for name in names) if isinstance(names, list) else cell


def _id_rule(column: str, coded: str, what: str) -> Rule:
    return pl.col(coded).is_null(), says(f"{column} '{{}}' is not an IMDb {what} id", column).fill_null(
        f"{column} is missing"
    )
