"""kill -9 at random moments of import and training: the last good catalogue and atlas open every time.

REELATION_KILLS=50 runs the long campaign; each kill falls on a process that writes nearly all the time.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.doctor import doctor
from reelation.catalogue.store import Catalogue
from reelation.engine import Engine
from reelation.models.base import TitleEncoder
from reelation.sources.importing import import_paths
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.objectives import Relatedness
from reelation.training.run import TrainConfig, train

KILLS = int(os.environ.get("REELATION_KILLS", "6"))

IMPORTS = """
import sys
from pathlib import Path
from reelation.sources.importing import import_paths

target, *paths = map(Path, sys.argv[1:])
while True:
    for path in paths:
        print("go", flush=True)
        import_paths([path], target)
"""
TRAINS = """
import sys
from pathlib import Path
from reelation.catalogue.store import Catalogue
from reelation.training.run import train
from tests.test_kill import train_config

target, catalogue = map(Path, sys.argv[1:])
while True:
    for seed in (1, 2):
        print("go", flush=True)
        train(Catalogue.open(catalogue), target, train_config(seed), checkpoint=target / "checkpoint")
"""


def train_config(seed: int) -> TrainConfig:
    """A short training that writes a checkpoint after every step."""
    fit = FitConfig(steps=8, validate_every=4, checkpoint_seconds=0)
    return TrainConfig(learn=LearnConfig(fit=fit, threads=1), seed=seed)


def kill_at_random(program: str, arguments: list[Path], within: float, rng: random.Random) -> None:
    """Start a program, wait until it has come round a few times and a random moment longer, and kill it."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(rng.randrange(1, 4)):
            assert process.stdout.readline() == "go\n", process.stderr.read()
        time.sleep(rng.random() * within)
        assert process.poll() is None, process.stderr.read()
        process.send_signal(signal.SIGKILL)


def table(path: Path, titles: int) -> Path:
    """A table of invented films."""
    rows = [f"Film {n},{1950 + n % 70},Person {n % 40},Drama" for n in range(titles)]
    path.write_text("title,year,director,genres\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_a_killed_import_leaves_a_whole_catalogue(tmp_path: Path) -> None:
    paths = [table(tmp_path / "small.csv", 300), table(tmp_path / "large.csv", 3000)]
    target, rng = tmp_path / "catalogue", random.Random(2026)
    whole = {import_paths([path], target).catalogue.hash for path in paths}
    began = time.monotonic()
    import_paths([paths[1]], target)
    once = time.monotonic() - began
    for _ in range(KILLS):
        kill_at_random(IMPORTS, [target, *paths], once, rng)
        found = Catalogue.open(target)
        assert found.hash in whole
        assert found.table("titles").height in (300, 3000)
        assert not [finding for finding in doctor(target) if finding.severity == "error"]
    import_paths([paths[0]], target)
    assert len(list(target.glob("generation-*"))) == 1, "what killed writers left is cleaned up"


def test_a_killed_training_leaves_a_whole_atlas(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    target, rng = tmp_path / "atlas", random.Random(2026)
    whole, once = [], 0.0
    for seed in (1, 2):
        began = time.monotonic()
        whole.append(np.array(train(tiny_catalogue, target, train_config(seed)).vectors))
        once = time.monotonic() - began
    for _ in range(KILLS):
        kill_at_random(TRAINS, [target, tiny_catalogue.folder], once, rng)
        found = Atlas.open(target)
        assert any(np.allclose(found.vectors, vectors, atol=1e-5) for vectors in whole)
        assert Engine.open(target).related("Voidborn", k=1).items[0].title.name.startswith("Voidborn")
    train(tiny_catalogue, target, train_config(1), checkpoint=target / "checkpoint")
    assert not (target / "checkpoint").exists()
    assert len(list(target.glob("generation-*"))) == 1


def test_a_run_without_a_seed_goes_on_with_the_one_it_had(
    tiny_catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=8, validate_every=4), threads=1))
    with monkeypatch.context() as patched:
        patched.setattr("reelation.training.objectives.Relatedness.validate", _interrupt_at_the_second_look())
        with pytest.raises(KeyboardInterrupt):
            train(tiny_catalogue, tmp_path, config, checkpoint=tmp_path / "checkpoint")
    (place,) = (tmp_path / "checkpoint").iterdir()
    other = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=9, validate_every=4), threads=1), seed=5)
    interrupted = dict(np.load(place / "checkpoint.npz"))
    resumed = train(tiny_catalogue, tmp_path, config, checkpoint=tmp_path / "checkpoint")
    straight = train(tiny_catalogue, tmp_path / "straight", TrainConfig(learn=config.learn, seed=resumed.manifest.seed))
    assert f'"seed": {resumed.manifest.seed},' in interrupted["about.json"].tobytes().decode()
    assert np.allclose(resumed.vectors, straight.vectors, atol=1e-5)
    assert train(tiny_catalogue, tmp_path, other, checkpoint=tmp_path / "checkpoint").manifest.seed == 5


def _interrupt_at_the_second_look() -> Callable[[Relatedness, TitleEncoder], float]:
    looks, honest = 0, Relatedness.validate

    def validate(objective: Relatedness, encoder: TitleEncoder) -> float:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise KeyboardInterrupt
        return honest(objective, encoder)

    return validate
