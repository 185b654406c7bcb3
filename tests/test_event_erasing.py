"""Erasing a viewer leaves nothing of them in the database's files; importing exports into the store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from reelation.atlas.store import Atlas
from reelation.events import erasing
from reelation.events.event import Event
from reelation.events.history import events_of_stored, history_of_events
from reelation.events.store import EventStore, Once
from reelation.histories.entry import Entry
from reelation.histories.history import DISLIKE, LIKE, RATING, History, history_of
from reelation.histories.resolving import corrected
from reelation.histories.stored import Stored, decide
from tests import postgres

SECRET = "viewer-that-wants-to-be-forgotten"
NOW = 1_700_000_000


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """The address of an empty store, and the folder of its files."""
    if request.param == "sqlite":
        (tmp_path / "events").mkdir()
        return f"sqlite:///{tmp_path / 'events' / 'events.sqlite3'}", tmp_path / "events"
    address, folder = request.getfixturevalue("postgres_server")
    return postgres.emptied(
        address
    ), folder / "base"  # beside it is PostgreSQL's own log, which it writes over in its own time


@pytest.fixture
def store(place: tuple[str, Path]) -> Iterator[EventStore]:
    opened = EventStore.open(place[0])
    yield opened
    opened.close()


def files_with(folder: Path, text: str) -> dict[str, int]:
    """Name of a file -> how often the text is in it."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # gone since it was listed
                if count := Path(place, name).read_bytes().count(text.encode()):
                    found[name] = count
    return found


def on_disk(store: EventStore) -> None:
    """PostgreSQL keeps pages in memory for a while."""
    if store.database.dialect == "postgresql":
        with store.database.alone() as driver:
            driver.execute("CHECKPOINT")


def filled(store: EventStore, atlas: Atlas) -> None:
    """A store in which the viewer's rows were written in between others', changed, and imported."""
    for number in range(60):
        batch = [Event(f"v{number}-{i}", f"x:{i * 37 % 101:04}", "watch", None, NOW) for i in range(40)]
        mine = [Event(SECRET, f"x:{number:04}", "rating", 1 + number % 4, NOW + number)]
        store.put(batch + mine, once=Once(f"{SECRET} {number}", SECRET.encode()))
        store.put([Event(SECRET, f"x:{number:04}", "rating", 5, NOW)], overwrite=True)
    imported(store, atlas, SECRET, ["Voidborn", "The Tide"])


def entry(name: str, line: int, **more: object) -> Entry:
    told = {"source": "test", "file": "mine.csv", "status": "watch", **more}
    return Entry(name=name, line=line, **told)  # type: ignore[arg-type]


def imported(store: EventStore, atlas: Atlas, viewer: str, names: list[str]) -> str:
    import_id = store.imports.begin(viewer)
    earlier = store.imports.history(viewer)
    stored = decide(atlas, viewer, [entry(name, at, year=1979, stars=4.3) for at, name in enumerate(names, 1)], {})
    assert kept(store, atlas, import_id, earlier, stored)
    return import_id


def kept(store: EventStore, atlas: Atlas, import_id: str, earlier: Stored | None, stored: Stored) -> bool:
    viewer = stored.name
    before = events_of_stored(atlas, viewer, earlier) if earlier else {}
    events = (before, events_of_stored(atlas, viewer, stored))
    return store.imports.finish(import_id, earlier, stored, events, {"readings": []})


def test_nothing_is_left_in_the_files(store: EventStore, place: tuple[str, Path], tiny_atlas: Atlas) -> None:
    filled(store, tiny_atlas)
    others = store.count() - len(store.of_viewer(SECRET))
    on_disk(store)
    assert sum(files_with(place[1], SECRET).values()) > 100  # the search finds what is there
    erased = store.erase(SECRET)
    assert (erased.events, erased.history_entries, erased.imports, erased.answers) == (62, 2, 1, 60)
    assert erased.files == "rewritten"
    on_disk(store)
    assert files_with(place[1], SECRET) == {}
    assert sum(files_with(place[1], "v7-7").values()) > 0
    assert store.count() == others
    assert store.data(SECRET) == {"viewer_id": SECRET, "events": [], "imported": None, "imports": []}
    assert store.erase(SECRET).events == 0


def test_deleting_alone_leaves_traces_so_the_files_are_written_anew(
    store: EventStore, place: tuple[str, Path], tiny_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store, tiny_atlas)

    def cut(_database: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_sweep", cut)
        with pytest.raises(KeyboardInterrupt):
            store.erase(SECRET)
    on_disk(store)
    assert files_with(place[1], SECRET) != {}
    EventStore.open(place[0]).close()  # takes up what was cut short
    on_disk(store)
    assert files_with(place[1], SECRET) == {}


def test_others_read_and_write_while_a_viewer_is_erased(store: EventStore, tiny_atlas: Atlas) -> None:
    filled(store, tiny_atlas)
    with store.database.reading() as connection:
        before = connection.scalar(sa.text("SELECT 1"))
        assert before == 1
    store.erase(SECRET)
    assert store.put([Event("new", "x:1", "like")]).inserted == 1


def test_a_large_postgres_table_is_only_vacuumed(
    postgres_server: tuple[str, Path], tiny_atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EventStore.open(postgres.emptied(postgres_server[0]))
    filled(store, tiny_atlas)
    monkeypatch.setattr(erasing, "REWRITTEN_UP_TO", 0)
    assert store.erase(SECRET).files == "reused"
    assert store.of_viewer(SECRET) == []
    store.close()


def test_the_default_file_is_secure_from_the_start(tmp_path: Path) -> None:
    store = EventStore.open(f"sqlite:///{tmp_path / 'e.db'}")
    with store.database.alone() as driver:
        assert isinstance(driver, sqlite3.Connection)
        assert driver.execute("PRAGMA secure_delete").fetchone() == (1,)
        assert driver.execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


# Histories of the atlas's rows


def rows(history: History) -> set[tuple[int, int]]:
    return set(zip(history.row.tolist(), history.kind.tolist(), strict=True))


def test_stored_events_are_a_history_at_once(tiny_atlas: Atlas) -> None:
    void, bench = tiny_atlas.titles.row("w:void1"), tiny_atlas.titles.row("w:bench1")
    events = [
        Event("ann", "w:void1", "like", None, 5),
        Event("ann", "w:void1", "dislike", None, 9),
        Event("ann", "w:bench1", "rating", 4.5, None),
        Event("ann", "x:unknown", "watch", None, 1),
    ]
    history = history_of_events(tiny_atlas, "ann", events)
    assert history.name == "ann"
    assert rows(history) == {(void, DISLIKE), (bench, RATING)}
    assert history.value[history.row == bench].tolist() == [4.5]
    assert rows(history_of_events(tiny_atlas, "ann", [events[1], events[0]])) == {(void, DISLIKE)}
    later = [Event("ann", "w:void1", "like", None, 10), events[1]]
    assert rows(history_of_events(tiny_atlas, "ann", later)) == {(void, LIKE)}


def test_what_is_stored_goes_before_what_the_atlas_knows(tiny_atlas: Atlas) -> None:
    void, bench = tiny_atlas.titles.row("w:void1"), tiny_atlas.titles.row("w:bench1")
    known = history_of("ann", [(void, RATING, 1.0, 3), (bench, LIKE, float("nan"), 4)])
    events = [Event("ann", "w:void1", "rating", 5.0, 8), Event("ann", "w:bench1", "dislike", None, 2)]
    history = history_of_events(tiny_atlas, "ann", events, known)
    assert rows(history) == {(void, RATING), (bench, DISLIKE)}
    assert history.value[history.row == void].tolist() == [5.0]


# Imports


def test_an_import_makes_events_and_a_correction_moves_them(store: EventStore, tiny_atlas: Atlas) -> None:
    import_id = imported(store, tiny_atlas, "ann", ["Voidborn", "Hung Jury"])
    job = store.imports.get(import_id)
    assert job is not None
    assert (job.state, job.progress, job.report, job.viewer_id) == ("done", 1.0, {"readings": []}, "ann")
    assert store.of_viewer("ann") == [
        Event("ann", "w:void1", "rating", 4.3, None),
        Event("ann", "w:void1", "watch", None, None),
    ]
    store.delete("ann", "w:void1", "watch")
    store.put([Event("ann", "w:bench2", "rating", 1.0, 7)])
    before = store.imports.history("ann")
    assert before is not None
    answers = [(mention.mark, "w:bench2") for mention, _ in before.decided if "Hung" in mention.label]
    after = decide(tiny_atlas, "ann", before.entries, corrected(tiny_atlas, before, answers))
    assert kept(store, tiny_atlas, import_id, before, after)
    assert store.of_viewer("ann") == [
        Event("ann", "w:bench2", "rating", 1.0, 7),  # the client said so itself
        Event("ann", "w:bench2", "watch", None, None),
        Event("ann", "w:void1", "rating", 4.3, None),  # and the watch stays deleted
    ]
    again = decide(tiny_atlas, "ann", before.entries, corrected(tiny_atlas, after, [], [answers[0][0]]))
    assert kept(store, tiny_atlas, import_id, after, again)
    assert [event.key for event in store.of_viewer("ann")] == [
        ("ann", "w:bench2", "rating"),
        ("ann", "w:void1", "rating"),
    ]


def test_of_two_imports_at_once_the_second_begins_anew(store: EventStore, tiny_atlas: Atlas) -> None:
    first, second = store.imports.begin("ann"), store.imports.begin("ann")
    stored = decide(tiny_atlas, "ann", [entry("Voidborn", 1, year=1979)], {})
    assert kept(store, tiny_atlas, first, None, stored)
    other = decide(tiny_atlas, "ann", [entry("Hung Jury", 1, year=1996)], {})
    assert not kept(store, tiny_atlas, second, None, other)
    both = decide(tiny_atlas, "ann", [*stored.entries, *other.entries], {})
    assert kept(store, tiny_atlas, second, stored, both)
    assert {event.title_id for event in store.of_viewer("ann")} == {"w:void1", "w:bench2"}


def test_an_import_that_is_erased_while_it_runs_leaves_nothing(store: EventStore, tiny_atlas: Atlas) -> None:
    import_id = store.imports.begin("ann")
    stored = decide(tiny_atlas, "ann", [entry("Voidborn", 1, year=1979)], {})
    assert store.imports.advance(import_id, "running", 0.5)
    assert store.erase("ann").imports == 1
    assert not store.imports.advance(import_id, "running", 0.6)
    assert not kept(store, tiny_atlas, import_id, None, stored)
    assert store.imports.get(import_id) is None
    assert store.data("ann")["imported"] is None


def test_a_job_whose_process_has_ended_has_failed(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = store.imports.begin("ann")
    store.imports.advance(import_id, "running", 0.3)
    monkeypatch.setattr("reelation.events.imports.SILENT", -5)
    job = store.imports.get(import_id)
    assert job is not None
    assert job.state == "failed"
    assert "Send the files again" in str(job.problem)


def test_all_that_is_kept_is_told(store: EventStore, tiny_atlas: Atlas) -> None:
    import_id = imported(store, tiny_atlas, "ann", ["Voidborn"])
    store.put([Event("ann", "x:1", "hide", None, 3)])
    told = store.data("ann")
    assert [(one["title_id"], one["kind"], one["origin"]) for one in told["events"]] == [
        ("w:void1", "rating", "import"),
        ("w:void1", "watch", "import"),
        ("x:1", "hide", "client"),
    ]
    assert told["imported"]["entries"][0]["name"] == "Voidborn"
    assert [one["import_id"] for one in told["imports"]] == [import_id]
