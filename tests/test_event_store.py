"""The event store: the same on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reelation.errors import DataError, UsageError
from reelation.events import migrations as steps
from reelation.events.database import Database, DatabaseError, connect
from reelation.events.event import Event, InvalidEventError
from reelation.events.migrations import MIGRATIONS, Migration, migrate
from reelation.events.store import EventStore, Once, RepeatedKeyError, Written
from reelation.events.tables import METADATA, OF_VIEWERS
from tests import postgres

NOW = 1_700_000_000
ALIEN = "imdb:tt0078748"
HEAT = "imdb:tt0113277"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'events.sqlite3'}"
    return postgres.emptied(request.getfixturevalue("postgres_server")[0])


@pytest.fixture
def store(url: str) -> Iterator[EventStore]:
    opened = EventStore.open(url)
    yield opened
    opened.close()


def rating(viewer: str, title: str, stars: float, time: int = NOW) -> Event:
    return Event(viewer, title, "rating", stars, time)


def test_what_was_put_is_there_and_stays_when_it_comes_again(store: EventStore) -> None:
    events = [rating("ann", ALIEN, 4.5), Event("ann", HEAT, "watch", None, NOW), rating("bob", ALIEN, 1.0)]
    assert store.put(events) == Written(3, 0, 0)
    assert store.put(events) == Written(0, 0, 3)
    assert store.put([rating("ann", ALIEN, 2.0)]) == Written(0, 0, 1)
    assert store.of_viewer("ann") == [rating("ann", ALIEN, 4.5), Event("ann", HEAT, "watch", None, NOW)]
    assert store.of_viewer("nobody") == []
    assert store.count() == 3


def test_overwriting_replaces_only_what_differs(store: EventStore) -> None:
    store.put([rating("ann", ALIEN, 4.5), rating("ann", HEAT, 3.0)])
    changed = [rating("ann", ALIEN, 5.0), rating("ann", HEAT, 3.0), rating("ann", "x:1", 2.0)]
    assert store.put(changed, overwrite=True) == Written(1, 1, 1)
    assert store.of_viewer("ann") == changed
    assert store.put([Event("ann", ALIEN, "rating", 5.0, None)], overwrite=True) == Written(0, 1, 0)


def test_of_two_in_one_batch_the_first_counts_or_where_overwriting_the_last(store: EventStore) -> None:
    twice = [rating("ann", ALIEN, 1.0), rating("ann", ALIEN, 5.0)]
    assert store.put(twice) == Written(1, 0, 1)
    assert store.of_viewer("ann") == twice[:1]
    assert store.put(twice, overwrite=True) == Written(0, 2, 0)
    assert store.of_viewer("ann") == twice[1:]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.tuples(
            st.booleans(),
            st.lists(
                st.builds(
                    lambda viewer, title, stars, time: Event(
                        viewer, title, "rating" if stars else "watch", stars, time
                    ),
                    st.sampled_from(["a", "b"]),
                    st.sampled_from([ALIEN, HEAT]),
                    st.sampled_from([1.0, 5.0, None]),
                    st.sampled_from([1, 2]),
                ),
                max_size=6,
            ),
        ),
        max_size=5,
    )
)
def test_batches_do_what_a_dictionary_would(store: EventStore, batches: list[tuple[bool, list[Event]]]) -> None:
    for viewer in ("a", "b"):
        for title in (ALIEN, HEAT):
            store.delete(viewer, title)
    kept: dict[tuple[str, str, str], Event] = {}
    for overwrite, batch in batches:
        before, expected = set(kept), [0, 0, 0]
        for event in batch:
            if event.key not in kept:
                kept[event.key] = event
            elif overwrite and kept[event.key] != event:
                expected[1] += 1
                kept[event.key] = event
        expected[0] = len(set(kept) - before)
        found = store.put(batch, overwrite=overwrite)
        assert found.inserted == expected[0]
        assert found.inserted + found.overwritten + found.unchanged == len(batch)
        if len({event.key for event in batch}) == len(batch):
            assert found.overwritten == expected[1]
    assert {event.key: event for name in ("a", "b") for event in store.of_viewer(name)} == kept


def test_deleting_one_kind_or_all(store: EventStore) -> None:
    store.put([rating("ann", ALIEN, 4), Event("ann", ALIEN, "watch"), Event("ann", HEAT, "watch")])
    assert store.delete("ann", ALIEN, "watch") == 1
    assert store.delete("ann", ALIEN, "watch") == 0
    assert store.delete("ann", ALIEN) == 1
    assert [event.title_id for event in store.of_viewer("ann")] == [HEAT]


def test_a_request_that_comes_again_gets_the_same_answer_and_changes_nothing(store: EventStore) -> None:
    once = Once("k1", b"body")
    first = store.put([rating("ann", ALIEN, 4), rating("ann", "x:9", 3)], once=once, known=lambda title: title == ALIEN)
    assert first == Written(2, 0, 0, ("x:9",))
    store.delete("ann", ALIEN)
    assert store.put([rating("ann", ALIEN, 4), rating("ann", "x:9", 3)], once=once) == first
    assert [event.title_id for event in store.of_viewer("ann")] == ["x:9"]
    with pytest.raises(RepeatedKeyError, match="other content"):
        store.put([rating("ann", HEAT, 4)], once=Once("k1", b"another body"))
    assert store.put([rating("ann", HEAT, 4)], once=Once("k2", b"another body")) == Written(1, 0, 0)


def test_the_same_request_eight_times_at_once_counts_once(store: EventStore) -> None:
    events = [rating(f"v{number}", ALIEN, 3) for number in range(50)]
    with ThreadPoolExecutor(8) as clients:
        found = list(clients.map(lambda _: store.put(events, once=Once("same", b"x")), range(8)))
    assert found == [Written(50, 0, 0)] * 8
    assert store.count() == 50


def test_eight_clients_with_the_same_rows_in_other_orders(store: EventStore) -> None:
    events = [rating(f"v{number % 5}", f"x:{number}", 3) for number in range(200)]
    start = threading.Barrier(8)

    def client(number: int) -> Written:
        start.wait()
        return store.put(events[number:] + events[:number], overwrite=bool(number % 2))

    with ThreadPoolExecutor(8) as clients:
        found = list(clients.map(client, range(8)))
    assert sum(one.inserted for one in found) == 200
    assert store.count() == 200


def test_four_processes_may_write_at_once(url: str) -> None:
    """Each has a store of its own, and waits for the others in the database."""
    stores = [EventStore.open(url) for _ in range(4)]

    def client(number: int) -> int:
        batches = ([rating(f"v{number}", f"x:{at}-{i}", 3) for i in range(5)] for at in range(25))
        return sum(
            stores[number].put(batch, once=Once(f"{number} {batch[0].title_id}", b"")).inserted for batch in batches
        )

    with ThreadPoolExecutor(4) as clients:
        assert list(clients.map(client, range(4))) == [125] * 4
    assert stores[0].count() == 500
    for one in stores:
        one.close()


def test_old_answers_go(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put([rating("ann", ALIEN, 4)], once=Once("k", b"x"))
    monkeypatch.setattr("reelation.events.store.time.time", lambda: NOW * 2.0)
    store.put([rating("ann", HEAT, 4)], once=Once("k", b"y"))  # no error: the key is new again
    with store.database.reading() as connection:
        assert connection.scalar(sa.text(f"SELECT count(*) FROM {prefix(store.database)}answer_viewers")) == 1


def prefix(database: Database) -> str:
    return "reelation." if database.dialect == "postgresql" else ""


def test_everything_is_scanned_once_in_order(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reelation.events.store._SCAN", 7)
    store.put([rating(f"v{number % 3}", f"x:{number:02}", 3) for number in range(30)])
    rows = [row for piece in store.scan() for row in piece]
    assert len(rows) == 30
    assert rows == sorted(rows)
    assert rows[0] == ("v0", "x:00", "rating", 3.0, NOW)


def test_the_tables_are_those_that_the_code_thinks_of(store: EventStore) -> None:
    looked = sa.inspect(store.database.engine)
    schema = "reelation" if store.database.dialect == "postgresql" else None
    assert set(looked.get_table_names(schema=schema)) == set(METADATA.tables)
    for table in METADATA.tables.values():
        assert [column["name"] for column in looked.get_columns(table.name, schema=schema)] == table.columns.keys()
        keys = looked.get_pk_constraint(table.name, schema=schema)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key]
        assert ("viewer_id" in table.columns) == (table in OF_VIEWERS)


def test_an_older_store_is_brought_up_to_date_with_what_is_in_it(url: str) -> None:
    database = connect(url)
    assert migrate(database, MIGRATIONS[:1]) == 1
    EventStore(database).put([rating("ann", ALIEN, 4)])
    database.close()
    store = EventStore.open(url)
    assert store.of_viewer("ann") == [rating("ann", ALIEN, 4)]
    store.close()
    EventStore.open(url).close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(url: str) -> None:
    database = connect(url)
    broken = Migration(3, "broken", ("CREATE TABLE {schema}extra (a {text})", "CREATE TABLE nonsense ("))
    migrate(database)
    with pytest.raises(DatabaseError):
        migrate(database, (*MIGRATIONS, broken))
    assert migrate(database) == MIGRATIONS[-1].version
    schema = "reelation" if database.dialect == "postgresql" else None
    assert "extra" not in sa.inspect(database.engine).get_table_names(schema=schema)
    database.close()


def test_a_store_of_a_newer_version_is_left_alone(url: str) -> None:
    database = connect(url)
    migrate(database, (*MIGRATIONS, Migration(99, "of the future", ())))
    database.close()
    with pytest.raises(DataError, match="pip install -U reelation"):
        EventStore.open(url)


def test_eight_openings_at_once_make_the_tables_once(url: str) -> None:
    with ThreadPoolExecutor(8) as openings:
        stores = list(openings.map(lambda _: EventStore.open(url), range(8)))
    assert {store.count() for store in stores} == {0}
    for store in stores:
        store.close()


def test_a_new_file_that_another_program_writes_to_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "events.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.3, other.rollback)
        ending.start()
        with closing(EventStore.open(f"sqlite:///{file}")) as store:
            assert not ending.is_alive()
            assert store.count() == 0


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "http://x", "nonsense"])
def test_what_is_no_database_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="sqlite:///FILE"):
        EventStore.open(address)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        EventStore.open("postgresql://me:secret@127.0.0.1:1/none?connect_timeout=2")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_errors_of_the_database_name_no_viewer(store: EventStore) -> None:
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"DROP TABLE {prefix(store.database)}events")
    with pytest.raises(DatabaseError) as caught:
        store.put([rating("secret-viewer", ALIEN, 4)])
    assert "secret-viewer" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_default_store_is_a_file_in_the_home_folder_that_only_its_owner_reads(own_home: Path) -> None:
    store = EventStore.open()
    store.put([rating("ann", ALIEN, 4)])
    store.close()
    file = own_home / "events" / "events.sqlite3"
    assert file.is_file()
    assert file.parent.stat().st_mode & 0o077 == 0
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"viewer_id": ""}, "viewer_id: 0 characters"),
        ({"viewer_id": "x" * 201}, "201 characters"),
        ({"viewer_id": "a\x00b"}, "control characters"),
        ({"viewer_id": "a\n"}, "control characters"),
        ({"viewer_id": "\ud800"}, "half a character"),
        ({"title_id": " x"}, "title_id: control characters, or blanks"),
        ({"kind": "love"}, "there are rating, watch"),
        ({"value": 8.0}, "8.0 stars"),
        ({"value": None}, "None stars"),
        ({"value": float("nan")}, "nan stars"),
        ({"kind": "watch"}, "a watch has none"),
        ({"time": NOW * 1000}, "milliseconds"),
    ],
)
def test_what_cannot_be_kept_is_no_event(change: dict[str, object], says: str) -> None:
    good: dict[str, object] = {"viewer_id": "影 1", "title_id": ALIEN, "kind": "rating", "value": 4.0, "time": NOW}
    assert Event(**good).to_json() == good  # type: ignore[arg-type]
    with pytest.raises(InvalidEventError, match=says):
        Event(**{**good, **change})  # type: ignore[arg-type]


def test_migrations_are_numbered_from_one() -> None:
    assert [step.version for step in steps.MIGRATIONS] == list(range(1, len(steps.MIGRATIONS) + 1))
