"""MovieLens in its three ways of writing, as folder and as zip."""

import zipfile
from pathlib import Path

import polars as pl
import pytest

from reelation.catalogue.store import write_catalogue
from reelation.errors import DataError
from reelation.sources import movielens_titles
from reelation.sources.base import Report, Source
from reelation.sources.movielens import MovieLensSource
from reelation.sources.movielens_wikidata import MovieLensWikidataSource

World = tuple[dict[str, pl.DataFrame], Report]

LATEST = {
    "movies.csv": """movieId,title,genres
1,Toy Story (1995),Adventure|Animation
2,"City of Lost Children, The (Cité des enfants perdus, La) (1995)",Sci-Fi
3,Death Note: Desu nôto (2006–2007),(no genres listed)
4,Black Mirror,Drama
x,No Number (1999),Drama
5,"Twin, The (1950)",Drama
""",
    "links.csv": "movieId,imdbId,tmdbId\n1,0114709,862\n2,0112682,\n9,0000001,1\n4,7,3\n5,7,4\n",
    "ratings.csv": """userId,movieId,rating,timestamp
10,1,4.5,964982703
2,1,0.5,964982704
2,2,5.5,964982705
2,7,3.0,964982706
2,4,,964982707
2,4,3.5,964982708
""",
    "tags.csv": """userId,movieId,tag,timestamp
1,1,"Pixar, early",1
2,1,"pixar, Early",2
2,1,fun,3
2,1,Fun,4
2,8,lost,5
""",
    "genome-tags.csv": "tagId,tag\n1,fun\n2,toys\n",
    "genome-scores.csv": "movieId,tagId,relevance\n1,1,0.9\n1,2,0.75\n2,1,0.1\n2,5,0.8\n",
}
TEN = {
    "u.item": "1|Toy Story (1995)|01-Jan-1995||http://x|0|0|0|1|1|1" + "|0" * 13 + "\n"
    "2|Été, L' (1950)||||1" + "|0" * 18 + "\n",
    "u.data": "7\t1\t4\t881250949\n10\t2\t3\t881250950\n10\t3\t3\t881250950\n",
}
ONE = {
    "movies.dat": "1::Toy Story (1995)::Animation|Comedy\n2::Été (1950)::Drama\n",
    "ratings.dat": "1::2::5::978300760\n",
    "users.dat": "1::F::1::10::48067\n",
}


def folder_of(path: Path, files: dict[str, str], encoding: str = "utf-8") -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / name).write_bytes(text.encode(encoding))
    return path


def read(path: Path, source: Source | None = None) -> World:
    report = Report()
    tables = (source or MovieLensSource()).read(path, report)
    assert all(count.rows_in == count.kept + count.set_aside + count.skipped for count in report.files.values())
    return tables, report


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Matrix, The (1999)", ("The Matrix", None, 1999, None)),
        ("City of Lost Children, The (Cité, La) (1995)", ("The City of Lost Children", ["La Cité"], 1995, None)),
        ("Seven (a.k.a. Se7en) (1995)", ("Seven", ["Se7en"], 1995, None)),
        ("Avventura, L' (Adventure, The) (1960)", ("L'Avventura", ["The Adventure"], 1960, None)),
        ("Frontière(s) (2007)", ("Frontière(s)", None, 2007, None)),
        ("(500) Days of Summer (2009)", ("(500) Days of Summer", None, 2009, None)),
        ("Show (2006–2007)", ("Show", None, 2006, 2007)),
        ("Black Mirror", ("Black Mirror", None, None, None)),
        ("I, Robot (2004)", ("I, Robot", None, 2004, None)),
        ("A (B) (C, The) (1999)", ("A", ["B", "The C"], 1999, None)),
    ],
)
def test_titles_taken_apart(raw: str, expected: tuple[object, ...]) -> None:
    assert pl.DataFrame({"raw": [raw]}).select(movielens_titles.parts("raw")).row(0) == expected


@pytest.fixture
def latest(tmp_path: Path) -> World:
    return read(folder_of(tmp_path / "ml", LATEST))


def test_films_of_a_csv_release(latest: World) -> None:
    columns = ("title_id", "kind", "name", "year", "imdb_id", "tmdb_id", "movielens_id")
    assert latest[0]["titles"].select(columns).sort(pl.col("movielens_id").cast(pl.Int64)).rows() == [
        ("imdb:tt0114709", "film", "Toy Story", 1995, "tt0114709", "862", "1"),
        ("imdb:tt0112682", "film", "The City of Lost Children", 1995, "tt0112682", None, "2"),
        ("ml:3", "series", "Death Note: Desu nôto", 2006, None, None, "3"),
        ("ml:4", "film", "Black Mirror", None, "tt0000007", "3", "4"),
        ("ml:5", "film", "The Twin", 1950, "tt0000007", "4", "5"),
    ]
    assert latest[0]["aliases"].select("title_id", "name").rows() == [("imdb:tt0112682", "La Cité des enfants perdus")]


def test_ratings_keep_their_half_stars_and_times(latest: World) -> None:
    assert latest[0]["events"].drop("source").rows() == [
        ("ml:viewer:10", "imdb:tt0114709", "rating", 4.5, 964982703),
        ("ml:viewer:2", "imdb:tt0114709", "rating", 0.5, 964982704),
        ("ml:viewer:2", "ml:4", "rating", 3.5, 964982708),
    ]


def test_tags_become_keywords(latest: World) -> None:
    tags = latest[0]["tags"]
    assert sorted(tags.filter(facet="keyword").select("title_id", "value", "weight").rows()) == [
        ("imdb:tt0114709", "fun", pytest.approx(0.9)),
        ("imdb:tt0114709", "pixar, early", 1.0),
        ("imdb:tt0114709", "toys", 0.75),
    ]
    assert sorted(tags.filter(facet="genre")["value"]) == ["Adventure", "Animation", "Drama", "Drama", "Sci-Fi"]


def test_rows_set_aside_say_why(latest: World) -> None:
    assert latest[1].rejected.rows() == [
        ("genome-scores.csv", 5, "tag 5 is not in genome-tags.csv"),
        ("links.csv", 4, "film 9 is not in movies.csv"),
        ("movies.csv", 6, "movieId 'x' is not a number from 0 to 4294967295"),
        ("ratings.csv", 4, "rating '5.5' is not a number from 0.5 to 5"),
        ("ratings.csv", 5, "film 7 is not in movies.csv"),
        ("ratings.csv", 6, "rating is missing"),
        ("tags.csv", 6, "film 8 is not in movies.csv"),
    ]
    assert latest[1].files["genome-scores.csv"].skipped == 1


def test_a_zip_says_the_same_as_its_folder(tmp_path: Path, latest: World) -> None:
    with zipfile.ZipFile(tmp_path / "ml.zip", "w") as archive:
        for name, text in LATEST.items():
            archive.writestr(f"ml-latest/{name}", text)
    assert MovieLensSource().sniff(tmp_path / "ml.zip") == "MovieLens (CSV release)"
    tables, _ = read(tmp_path / "ml.zip")
    first, second = (
        write_catalogue(tmp_path / name, found, ()).hash for name, found in (("a", tables), ("b", latest[0]))
    )
    assert first == second


def test_the_release_of_a_hundred_thousand(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "k", TEN, "latin-1")
    assert MovieLensSource().sniff(folder) == "MovieLens 100K"
    tables, report = read(folder)
    assert sorted(tables["titles"].select("title_id", "name", "year", "movielens_id").rows()) == [
        ("ml100k:1", "Toy Story", 1995, None),
        ("ml100k:2", "L'Été", 1950, None),
    ]
    assert sorted(tables["tags"]["value"]) == ["Animation", "Children's", "Comedy"]
    assert tables["events"]["viewer_id"].to_list() == ["ml100k:viewer:10", "ml100k:viewer:7"]
    assert report.rejected.rows() == [("u.data", 3, "film 3 is not in u.item")]


def test_the_release_of_a_million(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "m", ONE, "latin-1")
    assert MovieLensSource().sniff(folder) == "MovieLens 1M"
    tables, _ = read(folder)
    assert sorted(tables["titles"]["name"]) == ["Toy Story", "Été"]
    assert tables["events"].drop("source").rows() == [("ml1m:viewer:1", "ml1m:2", "rating", 5.0, 978300760)]


def test_other_folders_and_files_are_not_ours(tmp_path: Path) -> None:
    assert MovieLensSource().sniff(tmp_path) is None
    assert MovieLensSource().sniff(tmp_path / "absent") is None
    with pytest.raises(DataError, match="no MovieLens release"):
        read(tmp_path)


@pytest.mark.realdata
def test_real_releases(shared_data: Path) -> None:
    tables, report = read(shared_data / "ml-latest-small-2018")
    assert {name: table.height for name, table in tables.items()} == {
        "titles": 9_742,
        "aliases": 1_126,
        "tags": 25_624,
        "events": 100_836,
    }
    assert report.rejected.height == 0
    assert tables["titles"]["title_id"].str.starts_with("imdb:").all()
    tables, report = read(shared_data / "ml-100k")
    assert [tables[name].height for name in ("titles", "tags", "events")] == [1_682, 2_891, 100_000]
    assert report.rejected.height == 0


@pytest.mark.realdata
def test_real_facts_from_wikidata_for_movielens(shared_data: Path) -> None:
    folder = shared_data / "ml-latest-small-wikidata"
    tables, report = read(folder, MovieLensWikidataSource())
    assert {name: table.height for name, table in tables.items()} == {
        "titles": 9_742,
        "aliases": 1_126,
        "people": 46_512,
        "credits": 147_991,
        "tags": 46_175,
        "measures": 9_576,
    }
    assert report.rejected.height == 50
    assert tables["titles"]["wikidata_id"].drop_nulls().len() == 9_549
    assert MovieLensSource().sniff(folder) is None


def test_facts_from_wikidata_for_movielens(tmp_path: Path) -> None:
    files = {
        "movies_with_wikidata_values.csv": "movieId,title,genres,year,duration,boxOfficeWorldwide,tommatometerScore\n"
        '1,"Twin, The (1995)",Drama|War,1996,81,394436586,100%\n'
        "2,Two,(no genres listed),1990,1e9,,5\n3,Three,War,1990,9,,5\n",
        "links_with_wikidata_uri.csv": ",movieId,imdbId,tmdbId,wikidataURI\n0,1,0114709,862,Q171048\n1,3,7,,\n",
        "stars.csv": ",movieId,castMember\n0,1,Q5\n1,1,nown/genid/1\n2,9,Q5\n3,1,Q6\n",
        "actors.csv": ",wikidataURI,name\n0,Q5,Tom\n1,Q6,Q6\n",
        "produced_in.csv": ",movieId,country\n0,1,Q30\n1,3,Q31\n",
        "countries.csv": ",wikidataURI,name\n0,Q30,Canada\n",
    }
    folder = folder_of(tmp_path, files)
    assert MovieLensWikidataSource().sniff(folder) is not None
    tables, report = read(folder, MovieLensWikidataSource())
    assert tables["titles"].select(
        "title_id", "name", "year", "runtime_min", "imdb_id", "tmdb_id", "wikidata_id"
    ).rows() == [
        ("ml:1", "The Twin", 1995, 81.0, "tt0114709", "862", "Q171048"),
        ("ml:3", "Three", 1990, 9.0, "tt0000007", None, None),
    ]
    assert sorted(tables["credits"].select("title_id", "person_id", "role").rows()) == [
        ("ml:1", "wikidata:Q5", "actor"),
        ("ml:1", "wikidata:Q6", "actor"),
    ]
    assert sorted(tables["people"].select("person_id", "name").rows()) == [
        ("wikidata:Q5", "Tom"),
        ("wikidata:Q6", None),
    ]
    assert sorted(tables["tags"].filter(facet="country")["value"]) == ["Canada", "wikidata:Q31"]
    assert sorted(tables["measures"].filter(title_id="ml:1").select("measure", "value").rows()) == [
        ("box_office_usd", 394436586.0),
        ("critic_score", 100.0),
    ]
    assert report.rejected.select("file", "line").rows() == [
        ("movies_with_wikidata_values.csv", 3),
        ("stars.csv", 3),
        ("stars.csv", 4),
    ]
    (folder / "links_with_wikidata_uri.csv").unlink()
    with pytest.raises(DataError, match="side by side"):
        read(folder, MovieLensWikidataSource())
