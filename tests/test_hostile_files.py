"""Whatever a file holds: no traceback, no hang, every row accounted for. REELATION_FUZZ=2000 runs the long campaign."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, ReelationError
from reelation.sources.importing import ImportResult, import_paths
from tests.hostile import Files, break_one, hostile_archives, valid_inputs

COUNT = int(os.environ.get("REELATION_FUZZ", "280"))
LONGEST = 30.0
"""Seconds for one small file; a hang by any measure."""


def lay(files: Files, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / next(iter(files)) if len(files) == 1 else folder


def assert_accounted(found: ImportResult) -> None:
    for reading in found.readings:
        for file, count in reading.files.items():
            assert count.rows_in == count.kept + count.set_aside + count.skipped, (reading.path, file, count)
            assert min(count.kept, count.set_aside, count.skipped) >= 0, (file, count)
    whole = sum(count.set_aside for reading in found.readings for count in reading.files.values())
    assert found.rejected.height == whole


@pytest.mark.parametrize("kind", sorted(valid_inputs()))
def test_valid_inputs_are_understood(kind: str, tmp_path: Path) -> None:
    found = import_paths([lay(valid_inputs()[kind], tmp_path / kind)], tmp_path / "catalogue")
    assert found.titles == 30
    assert [reading.source for reading in found.readings] == [kind.split("-")[0]]
    assert found.rejected.height == 0
    assert_accounted(found)


@pytest.mark.parametrize("part", range(14))
def test_broken_files(part: int, tmp_path: Path) -> None:
    kinds = valid_inputs()
    outcomes = {"read": 0, "refused": 0}
    for n in range(part, COUNT, 14):
        rng = random.Random(n)
        kind = sorted(kinds)[n % len(kinds)]
        path = lay(break_one(kinds[kind], rng), tmp_path / f"in-{n}")
        began = time.monotonic()
        try:
            found = import_paths([path], tmp_path / f"out-{n}")
        except DataError:
            outcomes["refused"] += 1
        except ReelationError as error:
            pytest.fail(f"{kind}, seed {n}: a usage error for broken data: {error}")
        except Exception as error:
            pytest.fail(f"{kind}, seed {n}: {type(error).__name__} reached the user: {error}")
        else:
            outcomes["read"] += 1
            assert_accounted(found)
        assert time.monotonic() - began < LONGEST, f"{kind}, seed {n} hangs"
    assert sum(outcomes.values()) == len(range(part, COUNT, 14))


@pytest.mark.parametrize("kind", sorted(hostile_archives()))
def test_hostile_archives_are_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "ml-latest.zip"
    path.write_bytes(hostile_archives()[kind])
    with pytest.raises(DataError):
        import_paths([path], tmp_path / "catalogue")
    assert not (tmp_path.parent / "movies.csv").exists()


def test_a_failed_import_leaves_the_last_catalogue(tmp_path: Path) -> None:
    good = import_paths([lay(valid_inputs()["generic-csv"], tmp_path / "good")], tmp_path / "catalogue")
    (tmp_path / "bad.csv").write_bytes(b"\x00\x01\x02")
    with pytest.raises(DataError):
        import_paths([tmp_path / "bad.csv"], tmp_path / "catalogue")
    assert Catalogue.open(tmp_path / "catalogue").hash == good.hash
