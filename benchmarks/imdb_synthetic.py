r"""A made-up IMDb: the seven files in IMDb's exact format, of any size, the same for the same seed.

    python benchmarks/imdb_synthetic.py FOLDER --titles 1000000 --credits 8000000 --seed 1

What matters for an import is as in the real files: ids sorted as text, of seven and eight digits; half of
the titles episodes; few people with very many credits and very many with few (Zipf); genres and crew in
joined cells, characters as JSON lists; names with quotes, accents and other scripts; some people who are credited
and not in name.basics; `\N` for nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_KINDS = {
    "tvEpisode": 0.47,
    "movie": 0.25,
    "short": 0.11,
    "tvSeries": 0.06,
    "video": 0.04,
    "tvMovie": 0.03,
    "tvSpecial": 0.01,
    "tvMiniSeries": 0.01,
    "tvShort": 0.01,
    "videoGame": 0.01,
}
_CATEGORIES = {
    "actor": 0.26,
    "actress": 0.19,
    "director": 0.11,
    "writer": 0.13,
    "producer": 0.10,
    "self": 0.08,
    "composer": 0.04,
    "cinematographer": 0.04,
    "editor": 0.04,
    "production_designer": 0.01,
}
_GENRES = (
    *("Action", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy"),
    *("Game-Show", "History", "Horror", "Music", "Musical", "Mystery", "News", "Reality-TV", "Romance", "Sci-Fi"),
    *("Short", "Sport", "Talk-Show", "Thriller", "War", "Western"),
)
_REGIONS = ("US", "DE", "FR", "JP", "IN", "GB", "XWW", None)
_LANGUAGES = ("en", "de", "fr", "ja", "hi", None, "en", None)
_SYLLABLES = (
    *("ka", "ro", "mi", "ta", "len", "dor", "via", "su", "ne", "zu", "gra", "pol", "ist", "ser", "on", "é", "ü", "影"),
    *("be", "cal", "din", "fa", "gor", "hel", "jan", "kit", "lo", "man", "nor", "pet", "ra", "sim", "tor", "wal"),
)


class World:
    """The titles and people behind the files."""

    def __init__(self, titles: int, credits: int, seed: int = 0) -> None:
        """Draw a world.

        Args:
            titles: how many, at least 20.
            credits: rows of title.principals; there is a person to every five.
            seed: the same one draws the same world.
        """
        self._random = np.random.default_rng(seed)
        self._words = self._draw_words(5_000)
        self._titles = self._draw_ids("tt", titles)
        self._people = self._draw_ids("nm", max(credits // 5, 20))
        self._kinds = self._draw(list(_KINDS), titles, list(_KINDS.values()))
        self._credits = credits

    def write(self, folder: Path) -> None:
        """Write all seven files into `folder`, which is made if missing."""
        folder.mkdir(parents=True, exist_ok=True)
        principals = self._principals()
        _write(folder, "title.crew", self._crew(principals))
        _write(folder, "title.principals", principals)
        _write(folder, "title.basics", self._basics())
        _write(folder, "title.akas", self._akas())
        _write(folder, "title.episode", self._episodes())
        _write(folder, "title.ratings", self._ratings())
        _write(folder, "name.basics", self._names())

    def _basics(self) -> pl.DataFrame:
        amount = len(self._titles)
        names = self._phrases(amount, 3)
        translated = self._chance(amount, 0.1)
        start = 2024 - (self._random.random(amount) ** 2.5 * 124).astype(np.int64)
        genres = np.sort(self._random.integers(0, len(_GENRES), (3, amount)), axis=0)
        first, second, third = (pl.Series(f"g{i}", _GENRES).gather(row) for i, row in enumerate(genres))
        frame = pl.DataFrame(
            {
                "tconst": self._titles,
                "titleType": self._kinds,
                "primaryTitle": names,
                "other": self._phrases(amount, 3),
                "isAdult": self._chance(amount, 0.02).cast(pl.Int8),
                "startYear": self._sparse(start, 0.88),
                "endYear": self._sparse(np.minimum(start + self._random.integers(0, 9, amount), 2025), 0.6),
                "runtimeMinutes": self._sparse(self._random.integers(1, 180, amount), 0.35),
                "first": first,
                "second": second.set(second == first, None),
                "third": third.set((third == second) | self._chance(amount, 0.5), None),
                "translated": translated,
            }
        )
        return frame.select(
            *("tconst", "titleType", "primaryTitle"),
            pl.when("translated").then("other").otherwise("primaryTitle").alias("originalTitle"),
            *("isAdult", "startYear"),
            pl.when(pl.col("titleType").is_in(["tvSeries", "tvMiniSeries"])).then("endYear").alias("endYear"),
            "runtimeMinutes",
            pl.concat_str("first", "second", "third", separator=",", ignore_nulls=True).alias("genres"),
        )

    def _principals(self) -> pl.DataFrame:
        """Credits sorted by title; the sizes of the casts vary, those of the people follow Zipf's law."""
        cast = np.sort(self._random.integers(0, len(self._titles), self._credits))
        starts = np.searchsorted(cast, cast, side="left")
        person = self._random.permutation(len(self._people))[
            (len(self._people) * self._random.random(self._credits) ** 2.2).astype(np.int64)
        ]
        category = self._draw(list(_CATEGORIES), self._credits, list(_CATEGORIES.values()))
        frame = pl.DataFrame(
            {
                "tconst": self._titles.gather(cast),
                "ordering": np.arange(self._credits) - starts + 1,
                "nconst": self._people.gather(person),
                "category": category,
                "job": pl.Series(["producer"])
                .gather(np.zeros(self._credits, np.int64))
                .set(category != "producer", None),
                "name": self._phrases(self._credits, 2, quoted=False),
                "second": self._chance(self._credits, 0.02),
            }
        )
        played = pl.col("category").is_in(["actor", "actress", "self"])
        return frame.select(
            *("tconst", "ordering", "nconst", "category", "job"),
            pl.when(played & pl.col("second"))
            .then(pl.format('["{}","Self"]', "name"))
            .when(played)
            .then(pl.format('["{}"]', "name"))
            .alias("characters"),
        )

    def _crew(self, principals: pl.DataFrame) -> pl.DataFrame:
        """Directors and writers of principals, and more writers."""
        more = pl.DataFrame(
            {
                "tconst": self._titles.gather(self._random.integers(0, len(self._titles), len(self._titles) // 4)),
                "nconst": self._people.gather(self._random.integers(0, len(self._people), len(self._titles) // 4)),
            }
        ).with_columns(category=pl.lit("writer"))
        crew = pl.concat([principals.select("tconst", "nconst", "category"), more])
        frame = pl.DataFrame({"tconst": self._titles})
        for role in ("director", "writer"):
            joined = crew.filter(category=role).group_by("tconst").agg(pl.col("nconst").unique().sort().str.join(","))
            joined = joined.rename({"nconst": f"{role}s"})
            frame = frame.join(joined, on="tconst", how="left", maintain_order="left")
        return frame

    def _akas(self) -> pl.DataFrame:
        """Two to a title on average."""
        title = np.sort(self._random.integers(0, len(self._titles), 2 * len(self._titles)))
        place = self._random.integers(0, len(_REGIONS), len(title))
        return pl.DataFrame(
            {
                "titleId": self._titles.gather(title),
                "ordering": np.arange(len(title)) - np.searchsorted(title, title) + 1,
                "title": self._phrases(len(title), 3),
                "region": pl.Series(_REGIONS).gather(place),
                "language": pl.Series(_LANGUAGES).gather(place),
                "types": pl.Series(["imdbDisplay"]).gather(np.zeros(len(title), np.int64)),
                "attributes": pl.Series([None], dtype=pl.String).gather(np.zeros(len(title), np.int64)),
                "isOriginalTitle": self._chance(len(title), 0.2).cast(pl.Int8),
            }
        )

    def _episodes(self) -> pl.DataFrame:
        episodes = self._titles.filter(self._kinds == "tvEpisode")
        series = self._titles.filter(self._kinds.is_in(["tvSeries", "tvMiniSeries"]))
        if len(series) == 0:
            return pl.DataFrame(
                schema=dict.fromkeys(("tconst", "parentTconst", "seasonNumber", "episodeNumber"), pl.String)
            )
        parent = (len(series) * self._random.random(len(episodes)) ** 3).astype(np.int64)
        return pl.DataFrame(
            {
                "tconst": episodes,
                "parentTconst": series.gather(parent),
                "seasonNumber": self._sparse(self._random.integers(1, 12, len(episodes)), 0.8),
                "episodeNumber": self._sparse(self._random.integers(1, 24, len(episodes)), 0.8),
            }
        )

    def _ratings(self) -> pl.DataFrame:
        rated = self._titles.filter(self._chance(len(self._titles), 0.15))
        votes = np.minimum(self._random.pareto(0.7, len(rated)) * 5 + 5, 3e6).astype(np.int64)
        average = pl.Series(np.clip(self._random.normal(6.8, 1.4, len(rated)), 1, 10)).round(1)
        return pl.DataFrame({"tconst": rated, "averageRating": average, "numVotes": votes})

    def _names(self) -> pl.DataFrame:
        amount = len(self._people)
        born = self._random.integers(1880, 2005, amount)
        known = [
            self._titles.gather(self._random.integers(0, len(self._titles), amount)).alias(f"k{i}") for i in range(2)
        ]
        names = pl.DataFrame(
            {
                "nconst": self._people,
                "primaryName": self._phrases(amount, 2),
                "birthYear": self._sparse(born, 0.2),
                "deathYear": self._sparse(np.minimum(born + self._random.integers(30, 95, amount), 2025), 0.08),
                "primaryProfession": self._draw(["actor", "actress,writer", "director", "producer,writer"], amount),
                "knownForTitles": pl.select(pl.concat_str(*known, separator=",")).to_series(),
            }
        )
        return names.filter(self._chance(amount, 0.9995))

    def _draw_ids(self, prefix: str, amount: int) -> pl.Series:
        """Distinct ids sorted as text."""
        numbers = pl.Series("n", np.cumsum(self._random.integers(1, 24, amount))).cast(pl.String)
        return pl.select(pl.format(f"{prefix}{{}}", numbers.str.zfill(7))).to_series().sort()

    def _draw_words(self, amount: int) -> pl.Series:
        parts = self._random.integers(0, len(_SYLLABLES), (3, amount))
        words = ["".join(_SYLLABLES[i] for i in column) for column in parts.T]
        return pl.Series("words", [word[:1].upper() + word[1:] for word in words])

    def _phrases(self, amount: int, words: int, quoted: bool = True) -> pl.Series:
        """Names of so many words; one in a hundred in quotes."""
        picks = [
            self._words.gather((len(self._words) * self._random.random(amount) ** 1.5).astype(np.int64)).alias(f"w{i}")
            for i in range(words)
        ]
        phrase = pl.concat_str(*picks, separator=" ")
        if not quoted:
            return pl.select(phrase).to_series()
        return pl.select(
            pl.when(self._chance(amount, 0.01)).then(pl.format('"{}"', phrase)).otherwise(phrase)
        ).to_series()

    def _draw(self, values: Sequence[str], amount: int, weights: Sequence[float] | None = None) -> pl.Series:
        return pl.Series(values).gather(self._random.choice(len(values), amount, p=weights))

    def _chance(self, amount: int, share: float) -> pl.Series:
        return pl.Series(self._random.random(amount) < share)

    def _sparse(self, values: Numbers, share: float) -> pl.Series:
        """The values, all but that share of them null."""
        return pl.Series(values).set(~self._chance(len(values), share), None)


def _write(folder: Path, name: str, frame: pl.DataFrame) -> None:
    frame.write_csv(folder / f"{name}.tsv", separator="\t", null_value="\\N", quote_style="never")


def main() -> None:
    """Write a world from the command line."""
    parser = argparse.ArgumentParser(description="Write a made-up IMDb in IMDb's format.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--titles", type=int, default=1_000_000)
    parser.add_argument("--credits", type=int, default=8_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    World(options.titles, options.credits, options.seed).write(options.folder)


if __name__ == "__main__":
    main()
