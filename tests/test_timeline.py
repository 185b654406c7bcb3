"""Timelines: planted turns, ways and pairs are found, worlds without them show none, thin data is said to be thin."""

from __future__ import annotations

import gzip
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import AmbiguousTitleError, TitleNotFoundError, UsageError
from reelation.insights import things
from reelation.insights.branches import two_means
from reelation.insights.emerging import emerging
from reelation.insights.groups_lived_in import Groups
from reelation.insights.movement import movement, windows_of
from reelation.insights.things import Thing
from reelation.insights.timeline_plot import emerging_plot, timeline_plot
from reelation.insights.turning_points import turning_points
from reelation.messages import LANGUAGES, messages
from tests.invented import invented_atlas, viewers_part

YEARS = np.repeat(np.arange(1950, 2010), 40)
"""60 years of 40 titles."""
RARE = 0.05


def _rises(random: np.random.Generator) -> NDArray[np.int64]:
    """Rows with a share of 5 % before 1980 and 30 % from then on."""
    return np.flatnonzero(random.random(len(YEARS)) < np.where(YEARS < 1980, 0.05, 0.30))


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    random = np.random.default_rng(1)
    rising = _rises(random)
    rest = np.setdiff1d(np.arange(len(YEARS)), rising)
    ada = np.array([row for row in rest.tolist() if YEARS[row] in (1960, 1961, 1975)][::30])
    having = {
        "genre:rising": rising,
        "genre:flat": rest[::2],
        "genre:other": rest[1::2],
        "country:flat": np.arange(0, len(YEARS), 7),
        "person:Ada Quill": ada,
        "person:Bo": ada[:2],
        "keyword:undated": np.arange(len(YEARS), len(YEARS) + 3),
    }
    events = [
        [(int(row), 4.0, int(year - 1970) * 31_557_600 + 86_400 * 40)] for year in (1999, 2000, 2001) for row in (0, 1)
    ]
    years = np.concatenate([YEARS, np.zeros(3, np.int64)])
    return invented_atlas(
        tmp_path_factory.mktemp("years") / "atlas", years, having, parts={"viewers": viewers_part(events)}
    )


def test_a_planted_turn_is_found_where_it_is(atlas: Atlas) -> None:
    found = Engine(atlas, "en").timeline("rising")
    assert found.trend == "more"
    turn = max(found.turning_points, key=lambda one: one.after - one.before)
    assert abs(turn.year - 1980) <= 1
    assert turn.before == pytest.approx(0.05, abs=0.02)
    assert turn.after == pytest.approx(0.30, abs=0.06)
    assert found.peak is not None
    assert found.peak.year >= 1980
    assert found.peak.low < found.peak.share < found.peak.high
    assert sum(year.titles for year in found.years) == found.titles
    assert all(year.of == 40 for year in found.years)


def test_a_share_that_never_changes_turns_at_the_stated_rate() -> None:
    random = np.random.default_rng(2)
    years, of = np.arange(60), random.integers(5, 60, 60)
    runs = 150
    false = sum(bool(turning_points(years, random.binomial(of, 0.1), of, random)) for _ in range(runs))
    assert false / runs <= 0.05 + 2 * (0.05 * 0.95 / runs) ** 0.5


def test_two_turns_are_both_found() -> None:
    random = np.random.default_rng(3)
    share = np.repeat([0.1, 0.5, 0.2], 20)
    found = turning_points(np.arange(1900, 1960), random.binomial(50, share), np.full(60, 50.0), random)
    assert [abs(one.year - year) <= 1 for one, year in zip(found, (1920, 1940), strict=True)] == [True, True]


def test_unknown_years_are_counted_and_left_out(atlas: Atlas) -> None:
    found = Engine(atlas, "en").timeline("undated")
    assert (found.titles, found.unknown_years, found.first_year) == (3, 3, None)
    assert found.summary == ("undated; titles: 3, none of them with a year.",)
    json.dumps(found.to_json())


def test_few_titles_have_no_trend(atlas: Atlas) -> None:
    found = Engine(atlas, "en").timeline("person:Ada Quill")
    assert found.p_value is None
    assert found.turning_points == ()
    assert found.career is not None
    assert found.career.active == {"director": (1960, 1975)}
    assert [work.title.year for work in found.career.works] == sorted(
        work.title.year or 0 for work in found.career.works
    )
    assert [one.topic.name for one in found.career.decades[1960]] == ["Bo"]


def test_groups_have_timelines(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    late = np.where(np.concatenate([YEARS, [0] * 3]) >= 1980, 1, 0)
    groups = Groups((late, np.where(late, 3, 2)), ("Old", "New", "Very old", "Brand new"))
    monkeypatch.setattr(things, "groups_of", lambda *_: groups)
    found = Engine(atlas, "en").timeline("group:3")
    assert (found.name, found.type, found.first_year) == ("Brand new", "group", 1980)
    assert found.turning_points[0].year == 1980
    with pytest.raises(AmbiguousTitleError, match="several groups"):
        Engine(atlas, "en").timeline("group:ld")


def test_groups_of_a_trained_atlas_have_timelines(tiny_atlas: Atlas) -> None:
    found = Engine(tiny_atlas, "en").timeline("group:0")
    assert found.type == "group"
    assert found.titles >= 2
    assert Engine(tiny_atlas, "en").timeline(found.name, by="group").node_id == "group:0"


def test_genres_are_said_in_the_language(tmp_path: Path) -> None:
    having = {"genre:western": np.arange(0, 2400, 9), "genre:drama": np.arange(1, 2400, 3)}
    found = Engine(invented_atlas(tmp_path / "atlas", YEARS, having), "zh").timeline("western")
    assert found.name == "western"
    assert "西部" in found.summary[0]


def test_viewing_goes_by_the_year_of_watching(atlas: Atlas) -> None:
    found = Engine(atlas, "en").timeline("flat", by="country").viewing
    assert found is not None
    assert found.years == (1999, 2000, 2001)
    assert found.of == (2, 2, 2)
    assert found.events == (1, 1, 1)


def test_names_are_looked_up(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    with pytest.raises(AmbiguousTitleError, match="--by"):
        engine.timeline("FLAT")
    assert engine.timeline("FLAT", by="genre").node_id == "genre:flat"
    assert engine.timeline("country:flat").type == "country"
    assert engine.timeline("ádá quill").type == "person"
    with pytest.raises(TitleNotFoundError, match="rising"):
        engine.timeline("risng")
    with pytest.raises(UsageError, match="it has genre"):
        engine.timeline("flat", by="smell")
    with pytest.raises(UsageError, match="without groups"):
        engine.timeline("group:1")


def _thing(rows: NDArray[np.int64]) -> Thing:
    return Thing("genre:x", "x", "genre", "genres", rows, np.ones(len(YEARS), bool))


def test_a_planted_way_and_split_are_found(tmp_path: Path) -> None:
    """The thing drifts towards "there", and from 1990 on half of it goes elsewhere."""
    random = np.random.default_rng(4)
    vectors = random.normal(size=(len(YEARS), 8)).astype(np.float32)
    rows = np.arange(0, len(YEARS), 6)
    there = np.arange(1, len(YEARS), 6)
    vectors[there, 0] += 4
    vectors[rows, 0] += 3 * (YEARS[rows] - 1950) / 60
    late = rows[(YEARS[rows] >= 1990)][::2]
    vectors[late, 1] += 8
    having = {"genre:x": rows, "genre:there": there, "genre:else": np.arange(2, len(YEARS), 6)}
    found = movement(invented_atlas(tmp_path / "atlas", YEARS, having, vectors=vectors), _thing(rows), random)
    assert found is not None
    assert found.moved
    assert found.branches.split
    assert not found.branches.merged
    assert ("there", "nearer") in [(one.topic.name, one.direction) for one in found.neighbours]
    assert found.steps[4] > 2 * found.chance[4]  # the nineties
    assert sum(found.titles) == len(rows)


def test_branches_that_come_together_and_who_was_early(tmp_path: Path) -> None:
    """Two branches meet over the years while the whole drifts; one old title stands where the whole ends."""
    random = np.random.default_rng(6)
    vectors = random.normal(size=(len(YEARS), 8)).astype(np.float32)
    rows = np.arange(0, len(YEARS), 6)
    late = (YEARS[rows] - 1950) / 60
    vectors[rows, 0] += 6 * late
    vectors[rows[::2], 1] += 6 * (1 - late[::2])
    pioneer = int(rows[1::2][np.flatnonzero(YEARS[rows[1::2]] < 1960)[0]])
    vectors[pioneer, 0] = 7
    having = {"genre:x": rows, "genre:else": np.arange(2, len(YEARS), 6)}
    atlas = invented_atlas(tmp_path / "atlas", YEARS, having, vectors=vectors)
    found = movement(atlas, _thing(rows), random)
    assert found is not None
    assert found.moved
    assert found.branches.merged
    assert not found.branches.split
    first = found.early[0]
    assert first.title.title_id == atlas.titles[pioneer]
    assert first.ahead > 1.5
    assert first.reached[0] >= 1990


def test_what_stays_where_it_is_moves_and_splits_at_the_stated_rate(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    vectors = random.normal(size=(len(YEARS), 8)).astype(np.float32)
    vectors[:, 2] += (YEARS - 1950) / 10  # what all titles do is no movement of one
    having = {"genre:x": np.arange(0, len(YEARS), 6), "genre:there": np.arange(1, len(YEARS), 6)}
    still = invented_atlas(tmp_path / "atlas", YEARS, having, vectors=vectors)
    moved = split = merged = 0
    for _ in range(40):
        rows = np.sort(random.choice(len(YEARS), 300, replace=False))
        found = movement(still, _thing(rows), random)
        assert found is not None
        moved += found.moved
        split += found.branches.split
        merged += found.branches.merged
    assert moved <= 6  # 2 expected; more than 6 has a chance below 1 in 100
    assert split <= 6
    assert merged <= 6


def test_windows_cover_all_years_and_are_not_thin() -> None:
    years = np.array([1900] * 9 + [1921] * 3 + [1933] * 6 + [1990] * 2)
    assert windows_of(years) == ((1900, 1909), (1910, 1999))
    assert windows_of(np.zeros(0, np.int64)) == ()
    assert windows_of(np.array([2000, 2001])) == ()


def test_two_means_part_two_clumps() -> None:
    random = np.random.default_rng(6)
    place = random.normal(size=(100, 5)).astype(np.float32)
    place[:30, 3] += 10
    side = two_means(place)
    assert side[:30].all() != side[30:].all()
    assert len(set(side[:30].tolist())) == len(set(side[30:].tolist())) == 1


def _tagged(random: np.random.Generator, planted: bool) -> dict[str, NDArray[np.int64]]:
    """40 keywords, each on a tenth of the titles; where planted, k01 is where k00 is from 2000 on."""
    having = {f"keyword:k{i:02d}": np.flatnonzero(random.random(len(YEARS)) < 0.1) for i in range(40)}
    if planted:
        early, late = having["keyword:k01"], having["keyword:k00"]
        having["keyword:k01"] = np.concatenate([early[YEARS[early] < 2000], late[YEARS[late] >= 2000]])
    return having


def test_a_planted_pair_emerges(tmp_path: Path) -> None:
    found = emerging(invented_atlas(tmp_path / "atlas", YEARS, _tagged(np.random.default_rng(7), planted=True)))
    assert (found.since, found.until, found.first) == (2000, 2009, 1950)
    assert (found[0].one.name, found[0].two.name) == ("k00", "k01")
    assert found.tested == 40 * 39 / 2
    assert 1 < found[0].low < found[0].ratio < found[0].high
    assert found[0].q_value < 1e-6
    assert found.called <= 2
    assert all(title.year is not None and title.year >= 2000 for title in found[0].examples)
    assert found.to_frame().height == len(found)


def test_pairs_that_do_not_change_emerge_at_the_stated_rate(tmp_path: Path) -> None:
    """Where nothing emerges, any discovery is false: that must happen in at most 5 of 100 worlds."""
    random = np.random.default_rng(8)
    worlds = 25
    with_any = sum(
        bool(emerging(invented_atlas(tmp_path / str(i), YEARS, _tagged(random, planted=False)))) for i in range(worlds)
    )
    assert with_any <= 4  # 1.25 expected


def test_themes_that_both_grow_do_not_emerge_as_a_pair(tmp_path: Path) -> None:
    """Both rise from 5 % to 40 %, each by itself: more meetings, as many as expected."""
    random = np.random.default_rng(9)
    share = np.where(YEARS < 2000, 0.05, 0.40)
    having = {f"keyword:k{i}": np.flatnonzero(random.random(len(YEARS)) < share) for i in range(8)}
    assert len(emerging(invented_atlas(tmp_path / "atlas", YEARS, having))) == 0


@pytest.mark.realdata
def test_silence_ends_and_superheroes_come(shared_data: Path, tmp_path: Path) -> None:
    """36,273 American films: nearly all are silent to 1927, hardly any after 1930; superheroes come after 2000."""
    films = [
        film
        for path in sorted((shared_data / "wikipedia_movies").glob("movies-*.json.gz"))
        for film in json.loads(gzip.decompress(path.read_bytes()))
    ]
    having: dict[str, list[int]] = {}
    for row, film in enumerate(films):
        for genre in set(film["genres"]):
            having.setdefault(f"genre:{genre}", []).append(row)
    engine = Engine(invented_atlas(tmp_path / "atlas", [film["year"] for film in films], having), "en")
    silent = engine.timeline("Silent")
    assert silent.trend == "less"
    assert any(1927 <= turn.year <= 1930 and turn.after < turn.before / 5 for turn in silent.turning_points)
    heroes = engine.timeline("Superhero")
    assert heroes.trend == "more"
    assert heroes.peak is not None
    assert heroes.peak.year >= 2000
    western = engine.timeline("Western")
    assert western.peak is not None
    assert 1935 <= western.peak.year <= 1960


def test_wrong_questions_about_pairs_are_refused(atlas: Atlas) -> None:
    for arguments in ({"by": ("smell",)}, {"since": 1900}, {"rate": 0.0}, {"count": 0}, {"by": ("person",)}):
        with pytest.raises(UsageError):
            emerging(atlas, **arguments)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_well_formed_and_load_nothing(atlas: Atlas, language: str) -> None:
    say, engine = messages(language), Engine(atlas, language)
    drawn = [timeline_plot(engine.timeline(thing), say) for thing in ("rising", "Ada Quill", "undated")]
    drawn += [emerging_plot(engine.emerging(by=("genre", "country")), say)]
    for text in drawn:
        ET.fromstring(text)
        assert text.count("http") == 1
    assert "1980" in drawn[0]
    assert "<html" in timeline_plot(engine.timeline("rising"), say, html=True)


def test_the_command_prints_draws_and_gives_json(atlas: Atlas, tmp_path: Path) -> None:
    run, where = CliRunner(), ["--atlas", str(atlas.folder), "--lang", "en"]
    shown = run.invoke(app, ["timeline", "rising", *where, "--out", str(tmp_path / "a.html")], catch_exceptions=False)
    assert "Its share has grown" in shown.output
    assert (tmp_path / "a.html").exists()
    found = json.loads(run.invoke(app, ["timeline", "rising", *where, "--json"], catch_exceptions=False).output)
    assert found["years"][0]["year"] == 1950
    pairs = run.invoke(app, ["timeline", "--emerging", "--by", "genre", *where], catch_exceptions=False)
    assert "No pair emerges" in pairs.output
    person = run.invoke(app, ["timeline", "Ada Quill", *where[:2], "--lang", "zh"], catch_exceptions=False).output
    assert "导演" in person
    for wrong in (["timeline", *where], ["timeline", "rising", "--emerging", *where]):
        assert isinstance(run.invoke(app, wrong).exception, UsageError)


def test_frames(atlas: Atlas) -> None:
    frame = Engine(atlas, "en").timeline("rising").to_frame()
    assert frame.height == 60
    assert frame["titles"].sum() == len(atlas.posting_title[atlas.titles_of(atlas.nodes.row("genre:rising"))])
