"""What every source owes: known by its own files only, every row accounted for, tables that a catalogue takes."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reelation.catalogue.checks import breaches
from reelation.catalogue.doctor import doctor
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import canonical_order, write_catalogue
from reelation.errors import DataError
from reelation.sources import SOURCES, detect
from reelation.sources.base import Report, Source, Tables
from reelation.sources.importing import import_paths
from tests.hostile import Files, valid_inputs
from tests.test_hostile_files import lay
from tests.test_mutated_files import FACTS

INPUTS = {**valid_inputs(), "movielens_wikidata": {name: text.encode() for name, text in FACTS.items()}}
BY_NAME = {source.name: source for source in SOURCES}
HEADED = (".csv", ".tsv")
NOBODY = 65534
BY_FILE_NAMES = ("movielens", "movielens_wikidata")
"""Sources that know a folder by the names of its files alone."""
every_input = pytest.mark.parametrize("kind", INPUTS)
every_source = pytest.mark.parametrize("source", SOURCES, ids=list(BY_NAME))


def source_of(kind: str) -> Source:
    return BY_NAME[kind.split("-")[0]]


def read(kind: str, path: Path) -> tuple[Tables, Report]:
    report = Report()
    return source_of(kind).read(path, report), report


def shuffled(name: str, data: bytes, dice: random.Random) -> bytes:
    """The same rows in another order; the same bytes where a file is not made of lines."""
    ending = Path(name).suffix
    if ending == ".zip":
        content = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(content, "w") as new:
            for member in old.namelist():
                new.writestr(member, shuffled(member, old.read(member), dice))
        return content.getvalue()
    if ending in (".db", ".parquet"):
        return data
    text = data.decode()
    if ending == ".json":
        items = json.loads(text)
        dice.shuffle(items)
        return json.dumps(items).encode()
    if ending == ".csv":
        rows = list(csv.reader(io.StringIO(text, newline="")))
        body = rows[1:]
        dice.shuffle(body)
        target = io.StringIO(newline="")
        csv.writer(target, lineterminator="\n").writerows([rows[0], *body])
        return target.getvalue().encode()
    lines = text.splitlines()
    start = 1 if ending in HEADED else 0
    rest = lines[start:]
    dice.shuffle(rest)
    return "".join(f"{line}\n" for line in [*lines[:start], *rest]).encode()


def shuffled_input(kind: str, seed: int) -> Files:
    dice = random.Random(seed)
    return {name: shuffled(name, data, dice) for name, data in INPUTS[kind].items()}


LINE_BASED = [kind for kind in INPUTS if shuffled_input(kind, 0) != INPUTS[kind]]


@contextmanager
def without_rights() -> Iterator[None]:
    """Act as somebody whom file permissions bind; root reads everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="reelation-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)


def test_every_source_has_a_valid_input() -> None:
    assert {source_of(kind).name for kind in INPUTS} == set(BY_NAME), "add one to tests/hostile.py: valid_inputs"


def test_names_are_unique_and_can_stand_in_an_id() -> None:
    assert len(BY_NAME) == len(SOURCES)
    assert all(name.isidentifier() and name.islower() for name in BY_NAME)


@every_source
def test_says_who_it_is_and_on_what_terms(source: Source) -> None:
    assert source.label.strip()
    assert source.licence.name.strip()
    if source.name != "generic":  # the user's own table has no address
        assert source.homepage.startswith("https://")
        assert source.licence.url.startswith("https://")
    assert source.licence.trainable is (source.name != "tmdb")


@every_input
def test_knows_its_own_input_and_nobody_before_it_does(kind: str, tmp_path: Path) -> None:
    path = lay(INPUTS[kind], tmp_path / kind)
    sentence = source_of(kind).sniff(path)
    assert sentence
    assert detect(path) == (source_of(kind), sentence)


@every_source
def test_strange_paths_are_not_its_own(source: Source, tmp_path: Path) -> None:
    names = {name for files in INPUTS.values() for name in files} | {f"{name}.gz" for name in INPUTS["imdb"]}
    noise = random.Random(source.name)
    contents = (b"", noise.randbytes(1), noise.randbytes(4000), b"\x1f\x8b\x08 cut", b"PK\x03\x04 cut")
    for n, content in enumerate(contents):
        folder = tmp_path / str(n)
        lay(dict.fromkeys(names, content), folder)
        for path in [*folder.iterdir(), *([] if source.name in BY_FILE_NAMES else [folder])]:
            assert source.sniff(path) is None, path
    (tmp_path / "empty").mkdir()
    assert source.sniff(tmp_path / "empty") is None
    assert source.sniff(tmp_path / "absent") is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no POSIX permissions here")
@pytest.mark.parametrize("closed", ["files", "folder", "folder that can be listed"])
@every_input
def test_what_may_not_be_read_is_nobodys(kind: str, closed: str, open_folder: Path) -> None:
    folder = open_folder / kind
    path = lay(INPUTS[kind], folder)
    if closed == "files":
        for file in folder.iterdir():
            file.chmod(0)
    folder.chmod({"files": 0o755, "folder": 0}.get(closed, 0o444))
    with without_rights():
        for source in SOURCES:
            by_names = source.name in BY_FILE_NAMES and closed != "folder"
            for tried in {path, folder} - ({folder} if by_names else set()):
                assert detect(tried, [source]) is None, (source.name, tried.name)
        with pytest.raises(DataError):
            import_paths([path], open_folder / "catalogue")
        with pytest.raises(DataError):
            import_paths([open_folder], open_folder / "catalogue")


@every_input
def test_every_row_is_accounted_for(kind: str, tmp_path: Path) -> None:
    _, report = read(kind, lay(INPUTS[kind], tmp_path / kind))
    assert report.files
    for file, count in report.files.items():
        assert count.rows_in == count.kept + count.set_aside + count.skipped, (file, count)
        assert count.rows_in > 0, file
    assert report.rejected.height == 0


@every_input
def test_tables_obey_the_schema_and_make_a_sound_catalogue(kind: str, tmp_path: Path) -> None:
    tables, _ = read(kind, lay(INPUTS[kind], tmp_path / kind))
    assert tables["titles"].height > 0
    for name, table in tables.items():
        assert table.schema == TABLES[name].schema, name
        assert table.select(breaches(name, table.columns)).to_series().drop_nulls().to_list() == [], name
        assert table["source"].unique().to_list() == [source_of(kind).name], name
    write_catalogue(tmp_path / "catalogue", tables, ())
    assert [found for found in doctor(tmp_path / "catalogue") if found.severity == "error"] == []


@every_input
def test_reading_twice_gives_the_same(kind: str, tmp_path: Path) -> None:
    path = lay(INPUTS[kind], tmp_path / kind)
    (first, one), (second, other) = read(kind, path), read(kind, path)
    assert first.keys() == second.keys()
    assert all(canonical_order(name, first[name]).equals(canonical_order(name, second[name])) for name in first)
    assert (one.files, one.notes) == (other.files, other.notes)


def test_most_inputs_are_made_of_lines() -> None:
    assert set(INPUTS) - set(LINE_BASED) == {"default", "generic-parquet"}


@pytest.mark.parametrize("kind", LINE_BASED)
def test_the_order_of_rows_does_not_matter(kind: str, tmp_path: Path) -> None:
    hashes = set()
    for seed, files in enumerate((INPUTS[kind], shuffled_input(kind, 1))):
        tables, _ = read(kind, lay(files, tmp_path / str(seed)))
        hashes.add(write_catalogue(tmp_path / f"catalogue-{seed}", tables, ()).hash)
    assert len(hashes) == 1
