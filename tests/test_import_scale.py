"""The made-up IMDb is in IMDb's format, and the measurement of imports at its scale runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reelation.sources.base import Report
from reelation.sources.imdb import ImdbSource

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "imdb"
    run("imdb_synthetic.py", folder, "--titles", 2000, "--credits", 16000, "--seed", 7)
    return folder


def test_the_same_seed_writes_the_same_files(world: Path, tmp_path: Path) -> None:
    run("imdb_synthetic.py", tmp_path, "--titles", 2000, "--credits", 16000, "--seed", 7)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in world.iterdir()
    }


def test_every_row_of_a_made_up_world_is_understood(world: Path) -> None:
    report = Report()
    tables = ImdbSource().read(world, report)
    assert report.rejected.height == 0
    assert len(report.files) == 7
    assert report.files["title.basics.tsv"].rows_in == 2000
    assert report.files["title.principals.tsv"].rows_in == 16000
    assert {"series", "episode", "film"} <= set(tables["titles"]["kind"])
    assert (tables["credits"].group_by("person_id").len()["len"] > 20).any()
    assert (tables["credits"]["character"].str.contains(" / ")).any()
    assert tables["people"]["name"].null_count() > 0


def test_the_measurement_runs(world: Path) -> None:
    out = run("import_scale.py", "--folder", world, "--rounds", 1)
    *table, figures = out.strip().splitlines()
    found = json.loads(figures)
    assert list(found) == ["bare", "lean", "catalogue", "import"]
    assert [line.split()[0] for line in table[1:]] == list(found)
    assert found["catalogue"]["rows"] == found["import"]["rows"] > 20_000
    assert all(0.01 < run["peak_gb"] < 2 for run in found.values())
