from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from reelation.catalogue.doctor import doctor
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, UsageError
from reelation.sources import SOURCES, choose, detect
from reelation.sources.import_result import QUESTIONS_FILE, SET_ASIDE_FILE
from reelation.sources.importing import find, import_paths

STREAMING = (
    "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,description\n"
    's1,Movie,Alpha,Ann Lee,"Bo Ek, Cy Ek",United States,,2000,PG,90 min,"Dramas, Comedies",One.\n'
    "s2,TV Show,Beta,,Di Ek,,,2001,TV-MA,2 Seasons,TV Dramas,Two.\n"
    "s3,Movie,Gamma,,,,,not a year,PG,90 min,Dramas,Three.\n"
)
OWN = "Film,Year,Director,imdb_id\nAlpha,2000,Ann Lee,tt0000001\nDelta,1999,Eve Ek,tt0000002\n"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "world"
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "deep" / "netflix_titles.csv").write_text(STREAMING)
    (folder / "deep" / "deeper" / "mine.csv").write_text(OWN.replace("Film", "title"))
    (folder / "deep" / "notes.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "deep" / "more.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / ".hidden.csv").write_text(OWN)
    return folder


def test_every_source_has_a_name_of_its_own() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    assert SOURCES[-1].name == "generic"


def test_a_folder_is_descended_into_and_strangers_are_told(world: Path) -> None:
    found, unknown = find([world])
    assert sorted(one.source.name for one in found) == ["generic", "streaming"]
    assert unknown == []


def test_what_a_folder_holds_beside_a_source_is_told(world: Path, tmp_path: Path) -> None:
    (world / "stray.jpg").write_bytes(b"\xff")
    result = import_paths([world], tmp_path / "c")
    assert [(one.path.name, one.files) for one in result.not_understood] == [("stray.jpg", 1), ("*.jpg", 2)]


def test_a_folder_inside_itself_ends(world: Path) -> None:
    (world / "deep" / "loop").symlink_to(world)
    assert len(find([world, world])[0]) == 2


def test_import_merges_and_accounts_for_every_row(world: Path, tmp_path: Path) -> None:
    result = import_paths([world], tmp_path / "c")
    assert result.titles == 3
    assert dict(result.kinds)["series"] == 1
    assert (result.by_id, result.by_title) == (0, 1)
    for reading in result.readings:
        for count in reading.files.values():
            assert count.rows_in == count.kept + count.set_aside + count.skipped
    assert result.rejected.height == 1
    assert pl.read_csv(tmp_path / "c" / SET_ASIDE_FILE)["line"].to_list() == [4]
    assert pl.read_csv(tmp_path / "c" / QUESTIONS_FILE).height == result.questions.height == 0
    titles = result.catalogue.table("titles")
    assert titles.filter(name="Alpha")["title_id"].to_list() == ["imdb:tt0000001"]
    assert {source.name for source in result.catalogue.sources} == {"generic", "streaming"}
    assert not [finding for finding in doctor(tmp_path / "c") if finding.severity == "error"]


def test_the_order_of_paths_changes_nothing(world: Path, tmp_path: Path) -> None:
    paths = [world / "deep" / "netflix_titles.csv", world / "deep" / "deeper" / "mine.csv"]
    one, other = (import_paths(some, tmp_path / name) for some, name in ((paths, "a"), (paths[::-1], "b")))
    assert one.hash == other.hash


def test_the_report_is_readable_and_is_json(world: Path, tmp_path: Path) -> None:
    result = import_paths([world], tmp_path / "c")
    text = "\n".join(result.summary())
    assert "netflix_titles.csv: 3 rows, 2 kept, 1 set aside" in text
    assert "1 by name, year and evidence" in text
    assert "Not read, no part of" in text
    assert json.loads(json.dumps(result.to_json()))["merged"] == {"by_id": 0, "by_title": 1, "questions": 0}


def test_columns_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Werk,Jahr\nAlpha,2000\n")
    assert detect(path) is None
    result = import_paths([path], tmp_path / "c", columns={"title": "Werk", "year": "Jahr"})
    assert result.catalogue.table("titles").select("name", "year").rows() == [("Alpha", 2000)]
    assert choose({"title": "Werk"})[0].name == "generic"


def test_what_cannot_be_imported_says_why_and_what_to_try(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one"):
        import_paths([], tmp_path / "c")
    with pytest.raises(DataError, match="does not exist"):
        import_paths([tmp_path / "nowhere"], tmp_path / "c")
    (tmp_path / "a.bin").write_bytes(b"\x00\x01")
    with pytest.raises(DataError, match=r"no source knows it.*Looked for: .*--column"):
        import_paths([tmp_path / "a.bin"], tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_a_failed_import_leaves_the_last_catalogue(world: Path, tmp_path: Path) -> None:
    before = import_paths([world], tmp_path / "c").hash
    with pytest.raises(DataError):
        import_paths([world / "deep" / "notes.jpg"], tmp_path / "c")
    assert Catalogue.open(tmp_path / "c").hash == before


def test_one_bad_path_does_not_stop_the_others(world: Path, tmp_path: Path) -> None:
    (world / "rotten.csv").write_bytes(STREAMING.encode()[:110] + b"\n" + b"\xff\x00\xfe" * 50)
    result = import_paths([world / "rotten.csv", world / "deep"], tmp_path / "c")
    assert result.titles == 3
