"""Histories matched to the tiny world, kept, corrected, and whole whatever happens to the writer."""

from __future__ import annotations

import json
import random
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.engine import Engine
from reelation.errors import DataError, TitleNotFoundError, UsageError
from reelation.histories import store
from reelation.histories.decision import Decision
from reelation.histories.entry import FILMS, SERIES, Entry
from reelation.histories.history import RATING, WATCH, WATCHLIST
from reelation.histories.importing import import_history
from reelation.histories.match import match
from reelation.histories.report import HistoryReport, Item
from reelation.histories.resolving import accepted, answer, corrected, queue, report_of, search
from reelation.histories.stored import decide, history_in, redecide
from reelation.messages import messages
from tests.test_kill import kill_at_random
from tests.untrained import untrained_atlas
from tests.world import SOURCE, tiny_tables


def entry(name: str, year: int | None = None, **more: object) -> Entry:
    told = {"source": "test", "file": "x", "line": 2, "status": "watch", **more}
    return Entry(name=name, year=year, **told)  # type: ignore[arg-type]


def decided(atlas: Atlas, *entries: Entry) -> list[tuple[str, str, str | None]]:
    return [(one.outcome, one.how, one.title_id) for _, one in match(atlas, entries)]


def table(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["title,year,rating,rating_scale,status,date", *rows, ""]), encoding="utf-8")
    return path


def item(found: HistoryReport, mention: str) -> Item:
    return next(one for one in found.items if one.mention == mention)


# Matching


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (entry("anything", ids=(("imdb", "tt9000001"),)), ("matched", "id", "w:void1")),
        (entry("Anything", 2011, ids=(("imdb", "tt9000001"),)), ("asks", "id_other_name", None)),
        (entry("", ids=(("title_id", "w:bench2"),)), ("matched", "id", "w:bench2")),
        (entry("Voidborn", 1979, ids=(("imdb", "tt5"),)), ("asks", "other_id", None)),
        (entry("VOIDBORN", 1979), ("matched", "name_year", "w:void1")),
        (entry("虚空之子", 1979), ("matched", "name_year", "w:void1")),
        (entry("Le jury pendu", 1996), ("matched", "name_year", "w:bench2")),
        (entry("Ordenes del juez", 1998), ("matched", "name_year", "w:bench3")),
        (entry("The Tide", 1972, ids=(("imdb", "tt5"),)), ("guessed", "unknown_id", "w:tide72")),
        (entry("The Tide", 1972, ids=(("imdb", "tt5"),), cast=("Gus Orrin",)), ("matched", "name_year", "w:tide72")),
        (entry("The Tide", 1972, ids=(("trakt", "5"),)), ("matched", "name_year", "w:tide72")),
        (entry("The Hatching: Voidborn II", 1983), ("missing", "missing", None)),
        (entry("Voidborn II: The Hatching", 1983), ("guessed", "year_apart", "w:void2")),
        (entry("Voidborn II: The Hatching", 1984), ("missing", "missing", None)),
        (entry("Voidborn: Director’s Cut", 1979), ("guessed", "edition", "w:void1")),
        (entry("Voidborn 完整版", 1979), ("guessed", "edition", "w:void1")),
        (entry("Voidborn: The Director", 1979), ("asks", "close_name", None)),
        (entry("Bench", 1994), ("guessed", "spelling", "w:bench1")),
        (entry("Bench, The", 1994), ("matched", "name_year", "w:bench1")),
        (entry("Voidborn 3", 1986), ("guessed", "spelling", "w:void3")),
        (entry("The Tide", 1972), ("matched", "name_year", "w:tide72")),
        (entry("The Tide", 1972, directors=("Hal Wren",)), ("asks", "other_people", None)),
        (entry("The Tide", 1985), ("missing", "missing", None)),
        (entry("The Tide"), ("asks", "several", None)),
        (entry("The Tide", directors=("Wren Hal",)), ("guessed", "evidence", "w:tide02")),
        (entry("The Tide", time=1_500_000_000), ("asks", "several", None)),
        (entry("The Tide", time=500_000_000), ("guessed", "only_name", "w:tide72")),
        (entry("The Tide", time=-10_000_000_000), ("missing", "missing", None)),
        (entry("Voidborn", 1980), ("asks", "year_apart", None)),
        (entry("Voidborn", 1980, directors=("Ada Quill",)), ("guessed", "year_apart", "w:void1")),
        (entry("Voidborn", 1980, cast=("Cy Marlow",)), ("guessed", "year_apart", "w:void1")),
        (entry("Voidborn", 1980, directors=("Dee Anselm",)), ("asks", "year_apart", None)),
        (entry("Voidborn", 1983, directors=("Ada Quill",)), ("asks", "years_apart", None)),
        (entry("Voidborn", 1979, countries=("France",)), ("asks", "other_people", None)),
        (entry("Voidborn", 1979, kinds=SERIES), ("asks", "other_kind", None)),
        (entry("Harbour Lights", 2001, kinds=SERIES), ("matched", "name_year", "w:harbour")),
        (entry("Harbour Lights", 2001, kinds=FILMS), ("asks", "other_kind", None)),
        (entry("Harbour Lights", 2004, kinds=SERIES), ("asks", "inside_years", None)),
        (
            entry("Harbour Lights", 2004, kinds=SERIES, directors=("Gus Orrin",)),
            ("guessed", "inside_years", "w:harbour"),
        ),
        (entry("Harbour Lights", kinds=SERIES, season=2), ("guessed", "only_name", "w:harbour")),
        (entry("Fog"), ("missing", "missing", None)),
        (entry("Untraced", 1999), ("asks", "unknown_year", None)),
        (entry("Voidborn II", 1982), ("asks", "close_name", None)),
        (entry("Nothing Like It", 1982), ("missing", "missing", None)),
    ],
)
def test_what_an_entry_means(tiny_atlas: Atlas, one: Entry, expected: tuple[str, str, str | None]) -> None:
    assert decided(tiny_atlas, one) == [expected]


def test_a_question_has_its_candidates_and_a_missing_title_close_names(tiny_atlas: Atlas) -> None:
    (_, several), (_, missing) = match(tiny_atlas, [entry("The Tide"), entry("Voidbron", 1979)])
    assert several.candidates == ("w:tide02", "w:tide72")
    assert (missing.outcome, missing.candidates[:1]) == ("missing", ("w:void1",))


def test_episodes_collapse_into_their_show(tiny_atlas: Atlas) -> None:
    shown = [
        entry(f"Harbour Lights: {name}", shows=("Harbour Lights",), kinds=FILMS) for name in ("Fog", "Ebb", "Spray")
    ]
    whole = entry("Voidborn II: The Hatching", shows=("Voidborn II",), kinds=FILMS)
    found = match(tiny_atlas, [*shown, whole])
    assert [(mention.entries, one.title_id) for mention, one in found] == [
        ((0, 1, 2), "w:harbour"),
        ((3,), "w:void2"),
    ]


def test_order_of_entries_has_no_effect(tiny_atlas: Atlas) -> None:
    entries = [entry("The Tide", 1972), entry("Bench", 1994), entry("Voidborn", 1980), entry("The Tide"), entry("X", 1)]
    plain = {mention.key: one for mention, one in match(tiny_atlas, entries)}
    assert {mention.key: one for mention, one in match(tiny_atlas, entries[::-1])} == plain
    alone = {mention.key: one for each in entries for mention, one in match(tiny_atlas, [each])}
    assert alone == plain


# Keeping


def test_an_import_becomes_a_history(tiny_atlas: Atlas, tmp_path: Path) -> None:
    path = table(
        tmp_path / "mine.csv",
        [
            "Voidborn,1979,9,10,watched,2020-01-02",
            "The Tide,1972,,,want to watch,",
            "The Tide,1985,1,5,,",
            "Voidborn,1979,9,10,watched,2020-01-02",
        ],
    )
    engine = Engine(tiny_atlas)
    found = engine.import_history([path], "me")
    assert found.counts == {"matched": 2, "guessed": 0, "asks": 0, "missing": 1, "dismissed": 0}
    assert found.entries == 3
    history = engine.history("me")
    assert [tiny_atlas.titles[row] for row in history.seen] == ["w:void1"]
    assert [tiny_atlas.titles[row] for row in history.wanted] == ["w:tide72"]
    np.testing.assert_array_equal(history.kind[np.argsort(history.kind)], [RATING, WATCH, WATCHLIST])
    np.testing.assert_array_equal(history.value[np.argsort(history.kind)], [4.5, np.nan, np.nan])
    assert engine.history("v:1").name == "v:1"
    with pytest.raises(TitleNotFoundError, match="No viewer 'nobody'"):
        engine.history("nobody")


def test_ratings_of_episodes_count_as_watching_the_series(tiny_atlas: Atlas) -> None:
    show: dict[str, Any] = {"kinds": SERIES, "year": 2001, "status": "rating", "season": 1}
    entries = [
        entry("Harbour Lights", stars=1.0, episode=1, time=5, **show),
        entry("Harbour Lights", stars=4.0, time=6, **show),
    ]
    history = history_in(tiny_atlas, store.save(tiny_atlas, "me", entries, {}))
    assert list(zip(history.kind.tolist(), history.time.tolist(), strict=True)) == [(WATCH, 5), (RATING, 6)]


def test_a_later_import_replaces_its_file_and_keeps_the_others(tiny_atlas: Atlas, tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", ["Voidborn,1979,9,10,,", "The Bench,1994,9,10,,"])
    second = table(tmp_path / "b.csv", ["The Tide,1972,9,10,,"])
    import_history(tiny_atlas, [first])
    import_history(tiny_atlas, [second])
    table(first, ["The Bench,1994,2,10,,"])
    found = import_history(tiny_atlas, [first])
    assert sorted(one.mention for one in found.items) == ["The Bench (1994)", "The Tide (1972)"]
    assert store.names() == ["me"]


def test_corrections_are_remembered(tiny_atlas: Atlas, tmp_path: Path) -> None:
    path = table(
        tmp_path / "mine.csv", ["The Tide,,9,10,,", "Voidborn,1980,8,10,,", "The Tide,1985,,,,", "Bench,1994,,,,"]
    )
    found = import_history(tiny_atlas, [path])
    assert [one.mention for one in queue(found)] == ["The Tide", "Voidborn (1980)"]
    tide = item(found, "The Tide")
    found = answer(tiny_atlas, "me", [(tide.entry, "w:tide02"), (item(found, "Bench (1994)").entry, None)])
    assert (item(found, "The Tide").title or tide).title_id == "w:tide02"  # type: ignore[union-attr]
    found = answer(tiny_atlas, "me", accepted(found))
    assert item(found, "Voidborn (1980)").how == "remembered"
    again = import_history(
        tiny_atlas, [table(tmp_path / "more.csv", ["the tide,,2,10,,", "Voidborn,1980,8,10,,"]), path]
    )
    assert again.counts == {"matched": 2, "guessed": 0, "asks": 0, "missing": 1, "dismissed": 1}
    assert queue(again) == ()
    assert [one.mention for one in queue(again, missing=True)] == ["The Tide (1985)"]
    with pytest.raises(TitleNotFoundError, match="No entry 'nothing'"):
        answer(tiny_atlas, "me", [("nothing", None)])
    with pytest.raises(TitleNotFoundError, match="No title 'w:none'"):
        answer(tiny_atlas, "me", [(tide.entry, "w:none")])


def test_another_atlas_is_matched_anew_and_corrections_hold(
    tiny_atlas: Atlas, tiny_catalogue: Catalogue, tmp_path: Path
) -> None:
    found = import_history(tiny_atlas, [table(tmp_path / "mine.csv", ["Void Born,1979,9,10,,", "Gone,1999,9,10,,"])])
    answer(tiny_atlas, "me", [(item(found, "Void Born (1979)").entry, "w:void1")])
    tables = tiny_tables()
    for name, frame in tables.items():  # the title's id is another one; IMDb's stays
        for column in ("title_id", "other_id"):
            if column in frame.columns:
                tables[name] = frame.with_columns(frame[column].replace("w:void1", "z:renamed"))
    tables["titles"] = tables["titles"].with_columns(
        tables["titles"]["name"].replace("The Tide", "Gone"), tables["titles"]["year"].replace(2002, 1999)
    )
    atlas = untrained_atlas(write_catalogue(tmp_path / "catalogue", tables, (SOURCE,)), tmp_path / "atlas")
    history = store.load_history(atlas, "me")
    assert sorted(atlas.titles[row] for row in history.seen) == ["w:tide02", "z:renamed"]
    assert item(report_of(atlas, "me"), "Void Born (1979)").how == "remembered"


def test_looking_for_a_title(tiny_atlas: Atlas) -> None:
    assert [one.title_id for one in search(tiny_atlas, "the tide (1972)")][:2] == ["w:tide72", "w:tide02"]
    assert search(tiny_atlas, "w:bench1")[0].title_id == "w:bench1"
    assert search(tiny_atlas, "voidbron")[0].title_id == "w:void1"
    assert search(tiny_atlas, "zzz") == ()


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", "a\x00", "x" * 65, ".hidden", "end."])
def test_names_that_are_no_names(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a history"):
        store.folder_of(name)


def test_a_damaged_history_says_so(tiny_atlas: Atlas) -> None:
    store.save(tiny_atlas, "me", [entry("Voidborn", 1979)], {})
    (found,) = store.folder_of("me").glob("generation-*/entries.json")
    found.write_text("[{", encoding="utf-8")
    with pytest.raises(DataError, match="damaged"):
        store.load("me")
    store.remove("me")
    assert store.names() == []
    with pytest.raises(TitleNotFoundError, match="No history 'me'"):
        store.load_history(tiny_atlas, "me")


def test_what_cannot_be_imported_is_said(tiny_atlas: Atlas, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        import_history(tiny_atlas, [tmp_path / "none.csv"])
    (tmp_path / "a.txt").write_text("words\n", encoding="utf-8")
    with pytest.raises(DataError, match="no personal export that I know"):
        import_history(tiny_atlas, [tmp_path / "a.txt"])
    with pytest.raises(DataError, match="line 2: neither a title nor an id"):
        import_history(tiny_atlas, [table(tmp_path / "b.csv", [",1979,3,5,,"])])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_says_everything_in_both_languages(tiny_atlas: Atlas, tmp_path: Path, language: str) -> None:
    rows = ["Voidborn,1979,9,10,,", "The Tide,,,,,", "Bench,1994,,,,", "Nothing,1999,,,,", "X,1999,99,10,,"]
    found = import_history(tiny_atlas, [table(tmp_path / "mine.csv", rows), table(tmp_path / "words.txt", ["Y,1,,,,"])])
    text = "\n".join(found.lines(messages(language)))
    for needed in ("mine.csv", "The Tide", "Bench", "Nothing", "rating 99", "reelation resolve"):
        assert needed in text
    assert json.loads(json.dumps(found.to_json()))["counts"]["asks"] == 1


def test_everything_comes_back_as_it_was_kept(tiny_atlas: Atlas) -> None:
    full = entry(
        "Voidborn",
        1979,
        names=("虚空之子",),
        ids=(("imdb", "tt9000001"),),
        episode_ids=(("imdb", "tt1"),),
        stars=0.5,
        time=-1,
        cast=("Cy Marlow",),
        runtime=117.0,
    )
    first = replace(full, line=4, name="Bench", ids=(), time=0)  # the first second of 1970 is a time, too
    kept = store.save(tiny_atlas, "me", [full, replace(full, line=3, name="The Tide", ids=()), first], {})
    assert store.load("me") == kept
    assert Decision.of_json(kept.decided[0][1].to_json()) == kept.decided[0][1]


def test_the_queue_is_settled_from_python_as_on_the_command_line(tiny_atlas: Atlas, tmp_path: Path) -> None:
    engine = Engine(tiny_atlas, "en")
    with pytest.raises(TitleNotFoundError, match="No history 'me'"):
        engine.resolve()
    engine.import_history([table(tmp_path / "mine.csv", ["The Tide,,4,5,,", "Voidborn,1980,,,,", "Bench,1994,,,,"])])
    left = engine.resolve()
    assert {one.mention: len(one.candidates) for one in left.items} == {"The Tide": 2, "Voidborn (1980)": 1}
    assert {one.mention for one in engine.resolve(guesses=True).items} > {"Bench (1994)"}
    tide, void = (one.entry for one in left.items)
    chosen = engine.resolve(choose={tide: "The Tide (1972)"})
    assert [one.entry for one in chosen.items] == [void]
    assert (len(chosen), chosen.answered, chosen.counts["matched"]) == (1, 1, 1)
    assert tiny_atlas.titles.row("w:tide72") in engine.history("me").row
    assert engine.resolve(dismiss=[void]).counts["dismissed"] == 1
    assert engine.resolve(undo=[void]).items == (left.items[1],)
    assert engine.resolve(undo=[tide, void], accept=True).answered == 3
    assert tiny_atlas.titles.row("w:tide72") not in engine.history("me").row
    assert {one.entry for one in engine.resolve().items} == {tide}
    assert engine.resolve(choose={tide: engine.find("w:tide02")}).to_json() == {
        "history": "me",
        "counts": {"matched": 2, "guessed": 1, "asks": 0, "missing": 0, "dismissed": 0},
        "queue": [],
    }
    with pytest.raises(TitleNotFoundError, match="No entry '00000000'"):
        engine.resolve(undo=["00000000"])
    with pytest.raises(TitleNotFoundError):
        engine.resolve(choose={tide: "nothing called so"})


def test_deciding_again_what_was_answered_is_deciding_all_again(tiny_atlas: Atlas) -> None:
    entries = [
        entry("The Tide", status="like"),
        entry("Voidborn", 1979),
        entry("The Tide", 1999, ids=(("imdb", "tt77"),)),
        entry("The Tide", 1999, ids=(("tmdb", "5"),), line=9),
        entry("Voidborn", 1980),
        entry("Nothing so called", 1990),
        entry("The Tide", status="watchlist", line=7),
        entry("The Tide", 1999, line=8),
    ]
    stored = decide(tiny_atlas, "me", entries, {})
    marks = [mention.mark for mention, _ in stored.decided]
    dice, titles = random.Random(3), ["w:tide72", "w:tide02", "w:void1", None]
    for _ in range(40):
        said = [(mark, dice.choice(titles)) for mark in dice.sample(marks, dice.randrange(3))]
        corrections = corrected(tiny_atlas, stored, said, dice.sample(marks, dice.randrange(3)))
        stored = redecide(tiny_atlas, stored, corrections)
        assert stored.decided == decide(tiny_atlas, "me", entries, corrections).decided
        assert stored.corrections == corrections


WRITES = """
import os, sys
from pathlib import Path
from reelation.atlas.store import Atlas
from reelation.histories.importing import import_history

home, atlas, *paths = sys.argv[1:]
os.environ["REELATION_HOME"] = home
atlas = Atlas.open(Path(atlas))
while True:
    for path in paths:
        print("go", flush=True)
        import_history(atlas, [Path(path)])
"""


def test_a_killed_import_leaves_a_whole_history(tiny_atlas: Atlas, tmp_path: Path, own_home: Path) -> None:
    sizes = {"small": 50, "large": 400}
    paths = []
    for name, size in sizes.items():
        (tmp_path / name).mkdir()
        rows = [f"Voidborn,{1000 + n},3,5,watched,2020-01-02" for n in range(size)]
        paths.append(table(tmp_path / name / "mine.csv", rows))
    dice = random.Random(7)
    began = time.monotonic()
    import_history(tiny_atlas, paths[1:])
    once = time.monotonic() - began
    for _ in range(6):
        kill_at_random(WRITES, [own_home, tiny_atlas.folder, *paths], 2 * once, dice)
        found = store.load("me")
        assert found is not None
        assert len(found.entries) in sizes.values()
    import_history(tiny_atlas, paths[:1])
    assert len(list(store.folder_of("me").glob("generation-*"))) == 1
    shutil.rmtree(own_home)
