from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from reelation.catalogue.doctor import Finding, doctor
from reelation.catalogue.merge import merge
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue
from tests.parts import film, part


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        film("imdb:tt1", "Alpha", 2000, directors=["imdb:nm1=Ann"], genres=["drama"]),
        film("imdb:tt2", "Beta", 2001, directors=["imdb:nm1=Ann"]),
    ]
    write_catalogue(tmp_path / "c", merge([part("imdb", rows)]).tables, ())
    return tmp_path / "c"


def whats(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.severity, finding.what) for finding in findings]


def data(folder: Path) -> Path:
    return folder / str(Catalogue.open(folder).manifest()["generation"])


def rewrite(folder: Path, name: str, frame: pl.DataFrame) -> None:
    """Put another table in place and make the hashes fit, as a wrong program would."""
    path = data(folder) / f"{name}.parquet"
    frame.write_parquet(path)
    manifest = json.loads((folder / "schema.json").read_text())
    manifest["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest["hash"] = hashlib.sha256("".join(manifest["files"][table] for table in TABLES).encode()).hexdigest()
    (folder / "schema.json").write_text(json.dumps(manifest))


def test_a_good_catalogue_has_no_findings(folder: Path) -> None:
    assert doctor(folder) == []


def test_no_catalogue(tmp_path: Path) -> None:
    (finding,) = doctor(tmp_path)
    assert finding.severity == "error"
    assert set(finding.to_json()) == {"severity", "what", "why", "remedy"}


def test_a_changed_file(folder: Path) -> None:
    with (data(folder) / "tags.parquet").open("ab") as handle:
        handle.write(b"x")
    assert whats(doctor(folder)) == [("error", "tags.parquet is not what was written")]


def test_a_missing_file_and_a_broken_manifest(folder: Path) -> None:
    (data(folder) / "tags.parquet").unlink()
    assert whats(doctor(folder)) == [("error", "tags.parquet is missing")]
    (folder / "schema.json").write_text("{")
    assert whats(doctor(folder)) == [("error", "schema.json cannot be used")]


def test_a_newer_format(folder: Path) -> None:
    manifest = json.loads((folder / "schema.json").read_text())
    (folder / "schema.json").write_text(json.dumps({**manifest, "format": 99}))
    (finding,) = doctor(folder)
    assert finding.what == "written by a newer version"
    assert "pip install -U" in finding.remedy


def test_rules_doubles_and_references(folder: Path) -> None:
    catalogue = Catalogue.open(folder)
    titles, credits = catalogue.table("titles"), catalogue.table("credits")
    wrong = titles.with_columns(kind=pl.lit("opera"))
    rewrite(folder, "titles", pl.concat([wrong, wrong.head(1)]))
    rewrite(folder, "credits", credits.with_columns(title_id=pl.lit("imdb:tt404")))
    found = whats(doctor(folder))
    assert ("error", "titles: 3 rows break a rule") in found
    assert ("error", "titles: 1 rows repeat") in found
    assert ("error", "credits: 1 values of title_id lead nowhere") in found
    assert [severity for severity, _ in found] == sorted(severity for severity, _ in found)


def test_other_columns(folder: Path) -> None:
    rewrite(folder, "tags", Catalogue.open(folder).table("tags").drop("weight"))
    assert ("error", "tags.parquet has other columns than this version expects") in whats(doctor(folder))


def test_leftovers_are_told_and_left(folder: Path) -> None:
    (folder / "generation-0123456789ab").mkdir()
    assert whats(doctor(folder)) == [("note", "unfinished files")]
    assert (folder / "generation-0123456789ab").is_dir()


def test_twins_and_those_who_stand_alone(tmp_path: Path) -> None:
    rows = [
        film("imdb:tt1", "Alpha", 2000, directors=["imdb:nm1=Ann"]),
        film("imdb:tt2", "alpha", 2000, directors=["imdb:nm1=Ann"]),
        film("imdb:tt3", "Gamma", 2000),
    ]
    idle = [{"person_id": "imdb:nm9", "name": "Nobody"}]
    write_catalogue(tmp_path, merge([part("imdb", rows, people=idle)]).tables, ())
    assert whats(doctor(tmp_path)) == [
        ("warning", "1 works may be in there twice"),
        ("note", "1 people have no credit"),
        ("note", "1 titles stand alone"),
    ]
