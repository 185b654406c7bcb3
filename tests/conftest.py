"""What all tests share: one thread, a home of their own, and the way to the shared real data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import pytest
from hypothesis import settings

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests import postgres
from tests.clumps import clumps_catalogue
from tests.posters import BARE, TITLES, painted_atlas
from tests.world import SOURCE, tiny_tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("busy", deadline=None)  # a busy machine is no defect; what hangs is caught elsewhere
settings.load_profile("busy")


@pytest.fixture(scope="session", autouse=True)
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what tests share (services, engines, atlases) away from the user's own folders."""
    home = tmp_path_factory.mktemp("reelation-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REELATION_HOME", str(home))
        yield home


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the user's own catalogues and atlases."""
    home = tmp_path / "reelation-home"
    monkeypatch.setenv("REELATION_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared real data beside the checkout; skips where it is absent, but never in CI."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        reason = f"real data is absent: no folder {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[tuple[str, Path]]:
    """The address of a real PostgreSQL server of the tests' own, and the folder of its files; see tests/postgres.py."""
    with postgres.running() as found:
        yield found


@pytest.fixture(scope="session")
def tiny_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The tiny world (tests/world) as a catalogue."""
    return write_catalogue(tmp_path_factory.mktemp("world") / "catalogue", tiny_tables(), (SOURCE,))


@pytest.fixture(scope="session")
def tiny_atlas(tiny_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """An atlas of the tiny world, trained for a few steps."""
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=40, validate_every=20), threads=1), seed=7)
    return train(tiny_catalogue, tmp_path_factory.mktemp("world") / "atlas", config)


@pytest.fixture(scope="session")
def sensing_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Four clumps of films, and a dozen of which nothing is known; see tests/posters.py."""
    return clumps_catalogue(tmp_path_factory.mktemp("senses") / "catalogue", TITLES, bare=BARE)


@pytest.fixture(scope="session")
def sensing_atlas(sensing_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """An atlas of them that knows posters."""
    return painted_atlas(sensing_catalogue, tmp_path_factory.mktemp("senses"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a module; its driver keeps an event loop, which other modules must not meet."""
    from tests.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def base(tiny_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service of the tiny atlas, with events of a module's own."""
    from reelation.http.settings import ServeSettings
    from tests.browser import served

    home = tmp_path_factory.mktemp("web-home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REELATION_HOME", str(home))
        database = f"sqlite:///{home / 'events.sqlite'}"
        with served(ServeSettings(atlas=tiny_atlas.folder, rate=0, database=database)) as base:
            yield base
