"""Real catalogues alone and together: every row accounted for, matches right, order without effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from reelation.catalogue.match import match
from reelation.catalogue.merge import Merged, merge
from reelation.catalogue.parts import SERVICES, Part
from reelation.catalogue.store import write_catalogue
from reelation.catalogue.values import canonical_tags
from reelation.file_count import FileCount
from reelation.sources.base import Report
from reelation.sources.default import default_path
from reelation.sources.importing import find

pytestmark = pytest.mark.realdata

TOGETHER = ("wikidata_films", "ml-latest-small-2018", "wikipedia_movies", "streaming_shivamb", "justwatch")
ALONE = {
    "wikidata_films": 41_594,
    "ml-latest-small-2018": 9_742,
    "ml-latest-small-wikidata": 9_742,
    "ml-100k": 1_682,
    "wikipedia_movies": 36_217,
    "streaming_shivamb": 22_574,  # of 22,998 descriptions: four services share titles
    "justwatch": 8_906,
    "tmdb_api_samples": 234,
    "imdb_tsv/pimdb": 75,
}
"""Folder -> titles in a catalogue of it alone."""


@dataclass(frozen=True)
class Read:
    """One path, read."""

    part: Part
    files: dict[str, FileCount]
    rejected: int

    def copy(self) -> Part:
        """The part again: merging takes the tables out."""
        return Part(self.part.source, dict(self.part.tables), self.part.trainable)


Reader = Callable[[str], list[Read]]


@pytest.fixture(scope="module")
def read(shared_data: Path) -> Reader:
    """Read a folder of the shared data, once."""
    done: dict[str, list[Read]] = {}

    def reading(folder: str) -> list[Read]:
        if folder not in done:
            done[folder] = []
            paths = [default_path()] if folder == "default" else [shared_data / folder]
            for one in find(paths)[0]:
                report = Report()
                tables = one.source.read(one.path, report)
                part = Part(one.source.name, tables, one.source.licence.trainable)
                done[folder].append(Read(part, report.files, report.rejected.height))
        return done[folder]

    return reading


@pytest.fixture(scope="module")
def together(read: Reader) -> Merged:
    return merge([one.copy() for folder in TOGETHER for one in read(folder)])


@pytest.mark.parametrize("folder", ALONE)
def test_alone(read: Reader, folder: str) -> None:
    reads = read(folder)
    for one in reads:
        for file, count in one.files.items():
            assert count.rows_in == count.kept + count.set_aside + count.skipped, file
        assert one.rejected == sum(count.set_aside for count in one.files.values())
    merged = merge([one.copy() for one in reads])
    titles = merged.tables["titles"]
    assert titles.height == titles["title_id"].n_unique() == ALONE[folder]
    assert set(merged.dangling) <= {"links"}
    if folder == "streaming_shivamb":
        services = titles["title_id"].str.extract(r"^(\w+):").n_unique()
        assert services == 4


def test_series_are_series(read: Reader, together: Merged) -> None:
    for folder, series in (("streaming_shivamb", 6_517), ("justwatch", 2_700)):
        titles = pl.concat([one.part.tables["titles"] for one in read(folder)])
        assert (titles["kind"] == "series").sum() >= series
    kinds = dict(together.tables["titles"]["kind"].value_counts().iter_rows())
    assert kinds["series"] >= 7_900


def test_together(read: Reader, together: Merged) -> None:
    described = sum(one.part.tables["titles"].height for folder in TOGETHER for one in read(folder))
    assert described == together.tables["titles"].height + together.by_id + together.by_title
    assert 10_000 < together.by_id < 12_000
    assert 21_000 < together.by_title < 25_000
    assert 500 < together.questions.height < 1_500
    assert together.conflicts.height < 50
    people = together.tables["people"]["person_id"]
    assert people.n_unique() == people.len()
    assert together.tables["credits"].join(together.tables["people"], on="person_id", how="anti").height == 0


def test_order_of_rows_and_paths_changes_nothing(read: Reader, together: Merged, tmp_path: Path) -> None:
    straight = write_catalogue(tmp_path / "a", dict(together.tables), ()).hash
    parts = [one.copy() for folder in reversed(TOGETHER) for one in read(folder)]
    for part in parts:
        for name, table in part.tables.items():
            part.tables[name] = table.sample(fraction=1, shuffle=True, seed=1)
    assert write_catalogue(tmp_path / "b", merge(parts).tables, ()).hash == straight


@pytest.mark.parametrize(
    ("seen", "hidden", "precision", "recall"),
    [("wikidata_films", "default", 0.998, 0.94), ("wikidata_films", "ml-latest-small-2018", 0.998, 0.84)],
)
def test_names_and_years_find_what_ids_know(
    read: Reader, seen: str, hidden: str, precision: float, recall: float
) -> None:
    """Hide the ids of one of two sources, match by name and year, compare with the ids."""
    ours, theirs = read(seen)[0].copy(), _without_ids(read(hidden)[0].copy())
    for part in (ours, theirs):
        part.tables["tags"] = canonical_tags(part.tables["tags"])
    found = match([ours, theirs])
    truth = [read(folder)[0].part.tables["titles"]["imdb_id"] for folder in (seen, hidden)]
    imdb = pl.concat(
        [
            part.tables["titles"].select("title_id", pl.Series("imdb", ids))
            for part, ids in zip((ours, theirs), truth, strict=True)
        ]
    )
    ids = found.entries.select("title_id").join(imdb, on="title_id", how="left", maintain_order="left")["imdb"]
    right = ids.gather(found.joined["a"]) == ids.gather(found.joined["b"])
    both = len(set(truth[0].drop_nulls()) & set(truth[1].drop_nulls()))
    assert right.mean() >= precision  # type: ignore[operator]
    assert right.sum() / both >= recall


def _without_ids(part: Part) -> Part:
    tables = {
        name: table.with_columns(pl.format("hidden:{}", pl.col("title_id").str.replace(":", " ")).alias("title_id"))
        if "title_id" in table.columns
        else table
        for name, table in part.tables.items()
    }
    nothing = [pl.lit(None, pl.String).alias(column) for column in SERVICES.values()]
    tables["titles"] = tables["titles"].with_columns(pl.lit("hidden").alias("source"), *nothing)
    return Part("hidden", tables)
