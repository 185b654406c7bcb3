"""A viewer's portrait: planted leanings are found, chance is not, little is said of little, and cards are safe."""

from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from reelation.atlas.store import Atlas
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import UsageError
from reelation.histories.history import RATING, WATCH, WATCHLIST, History, history_of, viewer_history
from reelation.insights import groups_lived_in
from reelation.insights.crowd import crowd_of
from reelation.insights.drift import drift, periods_of
from reelation.insights.groups_lived_in import Groups
from reelation.insights.signature import leanings
from reelation.insights.taste_card import card
from reelation.messages import LANGUAGES, messages
from tests.invented import invented_atlas, viewers_part

TITLES = 2_000
GENRES = ("drama", "western", "horror", "comedy")
NAN = float("nan")
DAY = 86_400


def _world(random: np.random.Generator) -> dict[str, np.ndarray]:
    """Each title has one of four genres in turn, one of 200 people, and one of two countries."""
    rows = np.arange(TITLES)
    having = {f"genre:{name}": rows[rows % 4 == i] for i, name in enumerate(GENRES)}
    having |= {f"person:p{i:03d}": np.sort(random.choice(TITLES, 10, replace=False)) for i in range(200)}
    having |= {"country:here": rows[rows < 1000], "country:there": rows[rows >= 1000]}
    return having


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Years turn over with the rows; no viewers."""
    random = np.random.default_rng(1)
    vectors = random.normal(size=(TITLES, 8)).astype(np.float32)
    vectors[np.arange(TITLES) % 4 == 1] += 2  # westerns stand together
    years = 1950 + np.arange(TITLES) % 60
    return invented_atlas(tmp_path_factory.mktemp("plain") / "atlas", years, _world(random), vectors=vectors)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """80 viewers: the first 20 see westerns; of those all but v:000 saw row 1 and like it; all but v:000 like row 2."""
    random = np.random.default_rng(2)
    seen = []
    for viewer in range(80):
        most = np.flatnonzero(np.arange(TITLES) % 4 == 1) if viewer < 20 else np.arange(TITLES)
        own = set(random.choice(most, 60, replace=False).tolist()) - {1, 2}
        own |= {2} | ({1} if 0 < viewer < 20 else set())
        stars = {row: float(random.integers(5, 9)) / 2 for row in own}
        stars |= {2: 0.5 if viewer == 0 else 5.0} | ({1: 4.5} if 1 in own else {})
        seen.append([(row, stars[row], 1_500_000_000 + DAY * i) for i, row in enumerate(sorted(own))])
    folder = tmp_path_factory.mktemp("crowded") / "atlas"
    vectors = random.normal(size=(TITLES, 8)).astype(np.float32)
    years = 1950 + np.arange(TITLES) % 60
    return invented_atlas(folder, years, _world(random), vectors=vectors, parts={"viewers": viewers_part(seen)})


def _watched(rows: np.ndarray, name: str = "me") -> History:
    return history_of(name, [(int(row), WATCH, NAN, 1_500_000_000 + DAY * i) for i, row in enumerate(rows)])


def test_a_planted_leaning_is_found_with_an_interval_that_holds_it(plain: Atlas) -> None:
    """Half westerns where a quarter is: the lift is 2."""
    random = np.random.default_rng(3)
    westerns, others = np.arange(1, TITLES, 4), np.setdiff1d(np.arange(TITLES), np.arange(1, TITLES, 4))
    rows = np.concatenate([random.choice(westerns, 100, replace=False), random.choice(others, 100, replace=False)])
    found = Engine(plain, "en").taste(_watched(rows))
    top = found.aspects["genres"].items[0]
    assert (top.topic.name, top.signature, top.seen) == ("western", "more", 100)
    assert top.lift == pytest.approx(2.0)
    assert 1 < top.low < 2 < top.high
    assert found.signatures[0].topic.name == "western"
    assert any("western" in sentence for sentence in found.summary)
    assert {item.signature for item in found.aspects["genres"].less} <= {"less"}


def test_histories_without_any_leaning_show_none_at_the_stated_rate(plain: Atlas) -> None:
    """Titles drawn evenly: an aspect with a signature is a false one, at most 5 in 100."""
    random = np.random.default_rng(4)
    weights = np.full(TITLES, 1 / TITLES)
    runs, false = 400, {"people": 0, "genres": 0, "eras": 0, "countries": 0}
    for _ in range(runs):
        rows = np.sort(random.choice(TITLES, 80, replace=False))
        found = leanings(plain, rows, np.full(80, NAN), weights, count=5, aspects=tuple(false))
        for aspect, one in found.items():
            false[aspect] += any(item.signature for item in (*one.items, *one.less))
    assert all(count / runs <= 0.05 + 2 * (0.05 * 0.95 / runs) ** 0.5 for count in false.values()), false


def test_little_is_said_of_twelve_titles(tiny_atlas: Atlas) -> None:
    found = Engine(tiny_atlas, "en").taste(viewer_history(tiny_atlas, "v:1"))
    assert found.titles == 3
    assert not found.signatures
    assert "3, too few to say more" in found.summary[1]
    assert found.missing.keys() == {"crowd", "drift"}
    assert sum(group.seen for group in found.groups) == 3
    assert found.average == "catalogue"  # one other viewer is no average
    assert found.drift is None


def test_liked_topics_stand_out_from_merely_watched_ones(plain: Atlas) -> None:
    rows = np.arange(160)
    events = [(row, RATING, 4.5 if row % 4 == 1 else 2.5 + row % 3 / 2, 10 + row) for row in rows.tolist()]
    found = Engine(plain, "en").taste(history_of("me", events))
    genres = {item.topic.name: item for item in found.aspects["genres"].items + found.aspects["genres"].less}
    assert found.judged == 160
    for name, item in genres.items():
        assert item.liking is not None
        assert (item.liking.difference > 0) == (name == "western")
    watched = Engine(plain, "en").taste(_watched(rows))
    assert watched.judged == 0
    assert all(item.liking is None for item in watched.aspects["genres"].items)


def test_the_average_is_that_of_the_other_viewers(crowded: Atlas) -> None:
    history = viewer_history(crowded, "v:000")
    crowd = crowd_of(crowded, without=history)
    assert crowd is not None
    assert (crowd.sizes > 0).sum() == 79
    assert crowd.weights.sum() == pytest.approx(1)
    assert (crowd.weights > 0).all()
    found = Engine(crowded, "en").taste(history)
    assert (found.average, found.average_of) == ("viewers", 79)
    assert found.aspects["genres"].items[0].topic.name == "western"


def test_the_crowd_says_where_one_differs_and_what_one_missed(crowded: Atlas) -> None:
    found = Engine(crowded, "en").taste(viewer_history(crowded, "v:000"))
    assert found.crowd is not None
    below = found.crowd.below[0]
    assert below.title.title_id == "t:00002"
    assert (below.stars, below.raters) == (0.5, 79)
    assert below.difference < -3
    missed = found.blind_spots.titles[0]
    assert missed.title.title_id == "t:00001"
    assert missed.neighbours
    assert missed.overall == pytest.approx(19 / 79)
    assert "viewers most alike saw it" in missed.why
    assert not {one.title.title_id for one in found.blind_spots.titles} & {
        crowded.titles[int(row)] for row in viewer_history(crowded, "v:000").seen
    }


def test_contrarian_index_of_one_who_agrees_and_one_who_does_not(crowded: Atlas) -> None:
    crowd = crowd_of(crowded)
    assert crowd is not None
    rows = np.flatnonzero(np.bincount(crowd.title, minlength=TITLES) >= 5)[:60]
    means = crowd.means[rows]
    for sign, side in ((1, 0), (-1, 2)):
        events = [
            (int(r), RATING, float(3 + sign * 2 * m), i) for i, (r, m) in enumerate(zip(rows, means, strict=True))
        ]
        found = Engine(crowded, "en").taste(history_of("me", events)).crowd
        assert found is not None
        assert found.contrarian == pytest.approx(side, abs=0.02)


def test_duplicates_of_a_pair_count_once(tmp_path: Path) -> None:
    part = viewers_part([[(0, 4.0, 1), (0, NAN, 2), (1, NAN, 3)], [(0, NAN, 1)]])
    atlas = invented_atlas(tmp_path / "atlas", [2000, 2001], {"genre:a": [0]}, parts={"viewers": part})
    crowd = crowd_of(atlas)
    assert crowd is not None
    assert crowd.sizes.tolist() == [2, 1]
    assert np.nansum(crowd.stars) == 4.0


def test_a_planted_drift_is_found_and_an_even_history_has_none(plain: Atlas) -> None:
    random = np.random.default_rng(6)
    westerns, dramas = np.arange(1, TITLES, 4), np.arange(0, TITLES, 4)
    moving = np.concatenate([random.choice(dramas, 60, replace=False), random.choice(westerns, 60, replace=False)])
    found = drift(plain, _watched(moving), 3)
    assert found is not None
    assert found.certain
    assert found.moved > 3 * found.chance
    directions = {one.topic.name: one.direction for one in found.trends}
    assert directions["western"] == "more"
    assert directions["drama"] == "less"
    false = 0
    for _ in range(60):
        still = drift(plain, _watched(random.choice(TITLES, 80, replace=False)), 3)
        assert still is not None
        false += still.certain
    assert false <= 8  # 3 expected; more than 8 has a chance below 1 in 100


def test_groups_lived_in(plain: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = Groups((np.arange(TITLES) % 4,), ("Dramas", "Westerns", "Horrors", "Comedies"))
    monkeypatch.setattr(groups_lived_in, "groups_of", lambda *_: groups)
    found = Engine(plain, "en").taste(_watched(np.concatenate([np.arange(1, 121, 4), [0, 2]])))
    assert [one.name for one in found.groups] == ["Westerns", "Dramas", "Horrors"]
    assert found.groups[0].share == pytest.approx(30 / 32)
    assert found.groups[0].average == pytest.approx(0.25)
    assert found.groups[0].low > 0.25
    assert "groups" not in found.missing


def test_no_times_no_drift(plain: Atlas) -> None:
    assert drift(plain, history_of("me", [(row, WATCH, NAN, 5) for row in range(50)]), 3) is None


def test_periods_join_where_they_are_scarce() -> None:
    year = 365 * DAY
    times = np.array([0] * 6 + [year] * 2 + [2 * year] * 7 + [3 * year] * 2, np.int64)
    labels, period = periods_of(times)
    assert labels == ("1970", "1971–1972")
    assert period.tolist() == [0] * 6 + [1] * 11


def test_shuffled_events_give_the_same_portrait(crowded: Atlas) -> None:
    history = viewer_history(crowded, "v:007")
    events = list(
        zip(history.row.tolist(), history.kind.tolist(), history.value.tolist(), history.time.tolist(), strict=True)
    )
    np.random.default_rng(0).shuffle(events)
    engine = Engine(crowded, "en")
    assert engine.taste(history_of(history.name, events)).to_json() == engine.taste(history).to_json()


def test_an_empty_history_and_wrong_counts_are_refused(plain: Atlas) -> None:
    engine = Engine(plain, "en")
    with pytest.raises(UsageError, match="no title that was watched"):
        engine.taste(history_of("me", [(3, WATCHLIST, NAN, 1)]))
    with pytest.raises(UsageError, match="1 to 100"):
        engine.taste(_watched(np.arange(5)), count=0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("html", [False, True])
def test_cards_are_well_formed_name_nobody_and_load_nothing(crowded: Atlas, language: str, html: bool) -> None:
    history = viewer_history(crowded, "v:000")
    say = messages(language)
    text = card(Engine(crowded, language).taste(history), say, html=html)
    start = text.index("<svg")
    ET.fromstring(text[start : text.index("</svg>") + 6])
    assert "v:000" not in text
    assert say.tag("genre", "western") in text
    assert text.count("http") == 1  # the namespace
    assert "<script" not in text
    assert say.say("taste_card.title") in text
    titled = card(Engine(crowded, language).taste(history), say, title="<Ada & Bo>", html=html)
    assert "&lt;Ada &amp; Bo&gt;" in titled


def test_names_cannot_break_out_of_a_card(tmp_path: Path) -> None:
    wicked = 'genre:</text><script>alert("1")</script>\x07 & 片'
    atlas = invented_atlas(tmp_path / "atlas", [2000] * 40, {wicked: range(20), "genre:b": range(20, 40)})
    text = card(Engine(atlas, "en").taste(_watched(np.arange(18))), messages("en"))
    assert "<script" not in text
    assert "\x07" not in text
    ET.fromstring(text)


def test_the_command_prints_draws_and_gives_json(crowded: Atlas, tmp_path: Path) -> None:
    run = CliRunner()
    arguments = ["taste", "--viewer", "v:000", "--atlas", str(crowded.folder), "--lang", "en"]
    shown = run.invoke(app, [*arguments, "--out", str(tmp_path / "card.svg")], catch_exceptions=False)
    assert shown.exit_code == 0
    assert "+ western" in shown.output
    assert (tmp_path / "card.svg").read_text(encoding="utf-8").startswith("<svg")
    found = json.loads(run.invoke(app, [*arguments, "--json"], catch_exceptions=False).output)
    assert found["aspects"]["genres"]["items"][0]["signature"] == "more"
    chinese = run.invoke(app, [*arguments[:-1], "zh"], catch_exceptions=False).output
    assert "看过" in chinese
    assert isinstance(run.invoke(app, [*arguments, "--out", "card.pdf"]).exception, UsageError)
    assert isinstance(run.invoke(app, ["taste", "--atlas", str(crowded.folder)]).exception, UsageError)


def test_an_imported_history_has_a_portrait(tiny_atlas: Atlas, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("title,year,rating\nVoidborn,1979,5\nHung Jury,1996,1\n", encoding="utf-8")
    run, where = CliRunner(), ["--atlas", str(tiny_atlas.folder)]
    run.invoke(app, ["import", str(table), "--name", "mine", *where], catch_exceptions=False)
    shown = run.invoke(app, ["taste", "--history", "mine", *where, "--json"], catch_exceptions=False).output
    found = json.loads(shown)
    assert (found["name"], found["titles"], found["judged"], found["mean_stars"]) == ("mine", 2, 2, 3.0)


def test_frames(plain: Atlas) -> None:
    frame = Engine(plain, "en").taste(_watched(np.arange(100))).to_frame()
    assert {"aspect", "lift", "low", "high", "signature"} <= set(frame.columns)
    assert frame.height > 3


def test_five_hundred_titles_take_milliseconds(crowded: Atlas) -> None:
    """The bound for a machine at rest is 50 ms; a busy one gets three times that."""
    history = _watched(np.random.default_rng(8).choice(TITLES, 500, replace=False))
    engine = Engine(crowded, "en")
    engine.taste(history)
    began = time.process_time()
    for _ in range(5):
        engine.taste(history)
    assert (time.process_time() - began) / 5 < 0.150
