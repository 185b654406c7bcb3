"""IMDb's seven files: every rule of the format on a world small enough to know by heart."""

import gzip
import json
import random
from pathlib import Path

import polars as pl
import pytest

from reelation.catalogue.store import write_catalogue
from reelation.errors import DataError
from reelation.sources.base import Report
from reelation.sources.imdb import ImdbSource

World = tuple[dict[str, pl.DataFrame], Report]

WORLD = {
    "title.basics": """
tconst titleType primaryTitle originalTitle isAdult startYear endYear runtimeMinutes genres
tt0000001 movie One Un 0 1979 \\N 117 Horror,Sci-Fi
tt0000002 tvSeries "Two" Two 0 1990 1994 \\N Comedy
tt0000003 tvEpisode Three Three 0 1990 \\N 25 \\N
tt0000004 videoGame Four Four 0 1999 \\N \\N Action
tt0000005 movie Five Five 1 1980 \\N 80 Adult
tt10000006 tvMiniSeries Six Six 0 \\N \\N \\N Drama
tt0000007 podcast Seven Seven 0 \\N \\N \\N Drama
tt0000008 movie Eight Eight 0 99 \\N \\N Drama
x9 movie Nine Nine 0 1999 \\N \\N Drama
""",
    "name.basics": """
nconst primaryName birthYear deathYear primaryProfession knownForTitles
nm0000001 Ann 1950 \\N actress tt0000001
nm0000002 Bob 1940 2001 director tt0000001
nm0000003 Cy 3000 \\N \\N \\N
""",
    "title.principals": """
tconst ordering nconst category job characters
tt0000001 1 nm0000001 actress \\N ["Ellen","Ripley"]
tt0000001 3 nm0000001 actor \\N ["Other"]
tt0000001 2 nm0000002 director \\N \\N
tt0000001 4 nm0000009 archive_footage \\N ["a\\"b"]
tt0000004 1 nm0000001 actress \\N \\N
tt0000099 1 nm0000001 actress \\N \\N
tt0000001 x nm0000001 actress \\N \\N
tt0000001 5 nm1 actress \\N \\N
tt0000001 6 nm0000001 \\N \\N \\N
""",
    "title.crew": """
tconst directors writers
tt0000001 nm0000002,nm0000004 nm0000001
tt0000002 \\N \\N
tt0000005 nm0000002 \\N
tt0000003 nm2 \\N
""",
    "title.akas": """
titleId ordering title region language types attributes isOriginalTitle
tt0000001 1 Eins DE de \\N \\N 0
tt0000001 2 Un \\N \\N original \\N 1
tt0000098 1 Nirgends DE \\N \\N \\N 0
""",
    "title.episode": """
tconst parentTconst seasonNumber episodeNumber
tt0000003 tt0000002 1 7
tt0000001 tt0000097 1 1
""",
    "title.ratings": """
tconst averageRating numVotes
tt0000001 8.5 1000
tt0000002 11 10
""",
}


def write_world(folder: Path, world: dict[str, str] | None = None, packed: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (WORLD if world is None else world).items():
        data = text.strip().replace(" ", "\t").encode() + b"\n"
        path = folder / f"{name}.tsv{'.gz' if packed else ''}"
        path.write_bytes(gzip.compress(data) if packed else data)
    return folder


def read(folder: Path, **options: bool) -> World:
    report = Report()
    tables = ImdbSource(**options).read(folder, report)
    assert all(count.rows_in == count.kept + count.set_aside + count.skipped for count in report.files.values())
    return tables, report


@pytest.fixture
def world(tmp_path: Path) -> World:
    return read(write_world(tmp_path / "imdb"))


def test_kinds_years_and_episodes(world: World) -> None:
    titles = world[0]["titles"].select(
        "title_id", "kind", "name", "year", "end_year", "runtime_min", "season", "episode"
    )
    assert titles.rows() == [
        ("imdb:tt0000001", "film", "One", 1979, None, 117.0, None, None),
        ("imdb:tt0000002", "series", '"Two"', 1990, 1994, None, None, None),
        ("imdb:tt0000003", "episode", "Three", 1990, None, 25.0, 1, 7),
        ("imdb:tt10000006", "mini_series", "Six", None, None, None, None, None),
    ]
    assert world[0]["links"].drop("source").rows() == [("imdb:tt0000003", "imdb:tt0000002", "episode_of")]


def test_credits_merge_principals_and_crew(world: World) -> None:
    credits = world[0]["credits"].select("person_id", "role", "order", "character").rows()
    assert credits == [
        ("imdb:nm0000001", "actor", 0, "Ellen / Ripley"),
        ("imdb:nm0000001", "writer", None, None),
        ("imdb:nm0000002", "director", 1, None),
        ("imdb:nm0000004", "director", None, None),
        ("imdb:nm0000009", "other", 3, 'a"b'),
    ]
    assert world[0]["people"].select("person_id", "name", "death_year").rows() == [
        ("imdb:nm0000001", "Ann", None),
        ("imdb:nm0000002", "Bob", 2001),
        ("imdb:nm0000004", None, None),
        ("imdb:nm0000009", None, None),
    ]


def test_names_genres_and_ratings(world: World) -> None:
    tables = world[0]
    assert tables["aliases"].select("name", "language", "region").rows() == [("Eins", "de", "DE"), ("Un", None, None)]
    assert tables["tags"].select("title_id", "value").rows()[:3] == [
        ("imdb:tt0000001", "Horror"),
        ("imdb:tt0000001", "Sci-Fi"),
        ("imdb:tt0000002", "Comedy"),
    ]
    assert tables["measures"].select("measure", "value").rows() == [("audience_score", 85.0), ("votes", 1000.0)]


def test_every_row_that_is_not_kept_says_why(world: World) -> None:
    report = world[1]
    assert report.rejected.rows() == [
        ("name.basics.tsv", 4, "birthYear '3000' is not a number from 1 to 2100"),
        ("title.akas.tsv", 4, "title tt0000098 is not in title.basics"),
        ("title.basics.tsv", 8, "titleType 'podcast' is not known"),
        ("title.basics.tsv", 9, "startYear '99' is not a number from 1870 to 2100"),
        ("title.basics.tsv", 10, "tconst 'x9' is not an IMDb title id"),
        ("title.crew.tsv", 5, "directors 'nm2' is not a list of IMDb person ids"),
        ("title.episode.tsv", 3, "title tt0000097 is not in title.basics"),
        ("title.principals.tsv", 7, "title tt0000099 is not in title.basics"),
        ("title.principals.tsv", 8, "ordering 'x' is not a number from 1 to 32767"),
        ("title.principals.tsv", 9, "nconst 'nm1' is not an IMDb person id"),
        ("title.principals.tsv", 10, "category is missing"),
        ("title.ratings.tsv", 3, "averageRating '11' is not a number from 0 to 10"),
    ]
    assert report.files["title.basics.tsv"].skipped == 2
    assert report.files["title.principals.tsv"].skipped == 1
    assert report.notes == [
        "1 video games are left out",
        "1 titles that IMDb marks as adult are left out",
        "2 people of the credits are not in name.basics: kept without a name",
    ]


def test_adult_titles_come_when_asked_for(tmp_path: Path) -> None:
    tables, _ = read(write_world(tmp_path), adult=True)
    assert "imdb:tt0000005" in tables["titles"]["title_id"]


def test_packed_and_plain_files_say_the_same(tmp_path: Path, world: World) -> None:
    tables, _ = read(write_world(tmp_path / "packed", packed=True))
    assert all(tables[name].equals(world[0][name]) for name in world[0])


def test_title_basics_is_enough_and_needed(tmp_path: Path) -> None:
    folder = write_world(tmp_path, {"title.basics": WORLD["title.basics"]})
    tables, _ = read(folder)
    assert set(tables) == {"titles", "tags"}
    assert ImdbSource().sniff(folder) == "IMDb's title.basics and 0 of the other six files"
    assert ImdbSource().sniff(folder / "title.basics.tsv") is not None
    (folder / "title.basics.tsv").unlink()
    assert ImdbSource().sniff(folder) is None
    with pytest.raises(DataError, match=r"no title\.basics"):
        read(folder)


def test_another_file_of_that_name_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "title.basics.tsv").write_bytes(b"\xff\xfe\x00")
    assert ImdbSource().sniff(tmp_path) is None
    with pytest.raises(DataError):
        read(tmp_path)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(tmp_path: Path, seed: int) -> None:
    """The same catalogue, byte for byte, from shuffled files with repeated and conflicting rows."""
    doubled = {
        "title.basics": "tt0000001 movie Uno Un 0 1980 \\N 117 Horror\n",
        "title.principals": 'tt0000001 1 nm0000001 actress \\N ["Aaa"]\n',
        "title.episode": "tt0000003 tt0000002 2 8\n",
        "title.ratings": "tt0000001 8.4 1001\n",
        "name.basics": "nm0000001 Anna 1950 \\N actress tt0000001\n",
    }
    hashes = set()
    for name, shuffled in (("a", False), ("b", True)):
        world = {}
        for file, text in WORLD.items():
            head, *rows = (text + doubled.get(file, "")).strip().splitlines()
            if shuffled:
                random.Random(seed).shuffle(rows)
            world[file] = "\n".join([head, *rows])
        tables, _ = read(write_world(tmp_path / name, world))
        hashes.add(write_catalogue(tmp_path / f"{name}-catalogue", tables, ()).hash)
    assert len(hashes) == 1


def test_cells_that_are_no_list_of_characters_stay(tmp_path: Path) -> None:
    cells = ["Self", '["A"', json.dumps(["é", "日本"]), '{"a":"\\\\"}']
    rows = "".join(
        f"tt0000001 {i + 1} nm000000{i + 1} actor \\N {cell.replace(' ', '')}\n" for i, cell in enumerate(cells)
    )
    head = "tconst ordering nconst category job characters\n"
    world = {"title.basics": WORLD["title.basics"], "title.principals": head + rows}
    tables, _ = read(write_world(tmp_path, world))
    assert tables["credits"]["character"].to_list() == ["Self", '["A"', "é / 日本", '{"a":"\\\\"}']


@pytest.mark.realdata
def test_the_real_format(shared_data: Path) -> None:
    tables, report = read(shared_data / "imdb_tsv" / "pimdb")
    assert {name: table.height for name, table in tables.items()} == {
        "titles": 75,
        "aliases": 240,
        "people": 228,
        "credits": 654,
        "tags": 91,
        "links": 42,
        "measures": 24,
    }
    assert report.rejected.rows() == [("title.episode.tsv", 8, "title tt10972276 is not in title.basics")]
    episodes = tables["titles"].filter(kind="episode")
    assert episodes.height == 43
    assert episodes["season"].null_count() == 1
