"""Training from stored events: they count, and the atlas does not know whose they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import DataError, UsageError
from reelation.events.event import Event
from reelation.events.store import EventStore
from reelation.graph.build import build_graph
from reelation.histories.history import viewer_history
from reelation.sources.stored_events import with_stored_events
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.test_event_erasing import files_with

SECRET = "viewer-whose-id-is-nobodys-business"


@pytest.fixture
def url(tmp_path: Path, tiny_catalogue: Catalogue) -> str:
    url = f"sqlite:///{tmp_path / 'store' / 'events.sqlite3'}"
    store = EventStore.open(url)
    store.put(
        [
            Event(SECRET, "w:void1", "rating", 4.5, 20),
            Event(SECRET, "imdb:tt9000001", "like", None, 30),  # as IMDb calls w:void1
            Event("another", "w:tide72", "watch", None, None),
            Event("v:1", "w:harbour", "like", None, 5),  # the catalogue's own
            Event("another", "x:elsewhere", "watch", None, 1),
        ]
    )
    store.close()
    return url


def test_stored_events_stand_beside_the_catalogues(url: str, tiny_catalogue: Catalogue) -> None:
    found = with_stored_events(tiny_catalogue, url)
    assert (found.events, found.viewers, found.unknown) == (4, 3, 1)
    before, after = build_graph(tiny_catalogue), build_graph(found.catalogue)
    assert set(after.nodes["viewer"].ids) - set(before.nodes["viewer"].ids) == {"stored:viewer:1", "stored:viewer:2"}
    assert after.relations["rating"].matrix.nnz == before.relations["rating"].matrix.nnz + 1
    assert {"like", "watch"} <= set(after.relations)
    assert after.catalogue_hash != before.catalogue_hash
    assert after.sources == (*before.sources, "stored")
    again = with_stored_events(tiny_catalogue, url)
    assert again.catalogue.hash == found.catalogue.hash
    assert Catalogue.open(tiny_catalogue.folder).table("events").height == before.relations["rating"].matrix.nnz
    store = EventStore.open(url)
    store.put([Event("another", "w:tide02", "watch", None, 3)])
    store.close()
    assert with_stored_events(tiny_catalogue, url).catalogue.hash != found.catalogue.hash


def test_an_atlas_that_learnt_from_them_holds_no_id(url: str, tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=20, validate_every=20), threads=1), seed=3)
    atlas = train(with_stored_events(tiny_catalogue, url).catalogue, folder, config)
    assert files_with(folder, SECRET) == {}
    assert [source["name"] for source in atlas.manifest.sources] == ["world", "stored"]
    history = viewer_history(atlas, "stored:viewer:2")
    assert {atlas.titles[row] for row in history.row} == {"w:void1"}
    assert {atlas.titles[row] for row in viewer_history(atlas, "v:1").row} >= {"w:harbour"}
    assert Engine(atlas, "en").recommend("stored:viewer:1", k=2)


def test_the_command_hands_them_on(url: str, tiny_catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained(catalogue: Catalogue, *_others: object, **_named: object) -> Atlas:
        raise UsageError(f"trained on {catalogue.table('events').height} events")

    monkeypatch.setattr("reelation.training.run.train", trained)
    done = CliRunner().invoke(app, ["train", "-c", str(tiny_catalogue.folder), "--events", url])
    assert "4 stored events of 3 viewers" in done.output
    assert "1 stored events are of titles that the catalogue does not have" in done.output
    own = tiny_catalogue.table("events").height
    assert str(done.exception) == f"trained on {own + 4} events"


def test_without_events_there_is_nothing_to_learn_from(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    with pytest.raises(DataError, match="There are no events at sqlite"):
        with_stored_events(tiny_catalogue, f"sqlite:///{tmp_path / 'none.sqlite3'}")


def test_without_the_extra_it_is_named(tiny_catalogue: Catalogue) -> None:
    code = f"""
import sys
sys.modules["sqlalchemy"] = None
from pathlib import Path
from reelation.catalogue.store import Catalogue
from reelation.sources.stored_events import with_stored_events
with_stored_events(Catalogue.open(Path({str(tiny_catalogue.folder)!r})), "default")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtraError: Stored events needs the 'serve' extra: pip install 'reelation[serve]'" in done.stderr
