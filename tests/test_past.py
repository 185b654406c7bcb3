"""Answers as of a date: nothing later is in them, whichever way one looks."""

from __future__ import annotations

import datetime
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from reelation.atlas.store import Atlas, AtlasContent
from reelation.catalogue.store import Catalogue
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import MissingPartError, TitleNotFoundError, UsageError
from reelation.histories.history import LIKE, History, viewer_history
from reelation.ids import Strings, Vocabulary
from reelation.insights.related import Wanted
from reelation.past.atlas import PastAtlas, at_hand, past
from reelation.past.audience import seen_by
from reelation.past.dates import NEVER, date_of, day_of, last_days, year_of
from reelation.past.history import moment_of
from reelation.past.known import Known
from reelation.search.described import Description
from reelation.search.inductive import Inductive
from reelation.search.naming import Understood
from tests.clumps import clump_of
from tests.eras import FIRST, LAST, eras_atlas, eras_catalogue, eras_media
from tests.posters import paint

CHANGED = 1999


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return eras_catalogue(tmp_path_factory.mktemp("eras") / "catalogue")


@pytest.fixture(scope="module")
def atlas(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("eras")
    return eras_atlas(catalogue, folder / "atlas", eras_media(folder / "media"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The same world until the end of 1999, and another one after it."""
    folder = tmp_path_factory.mktemp("eras-other")
    media = eras_media(folder / "media", changed_after=CHANGED)
    return eras_atlas(eras_catalogue(folder / "catalogue", changed_after=CHANGED), folder / "atlas", media)


def test_dates() -> None:
    assert date_of(day_of(1979)) == date_of(day_of("1979")) == "1979-12-31"
    assert date_of(day_of("1980-02")) == "1980-02-29"
    assert date_of(day_of("1979-06-14")) == date_of(day_of(datetime.date(1979, 6, 14))) == "1979-06-14"
    assert year_of(day_of("1969-12-31")) == 1969
    assert last_days(np.array([0, 1969, 1970])).tolist() == [NEVER, -1, 364]
    for wrong in ("79", "1979-13", "1979-02-30", "soon", "1979-6", 1492, 3000):
        with pytest.raises(UsageError):
            day_of(wrong)


def test_what_comes_later_changes_nothing(atlas: Atlas, other: Atlas) -> None:
    """Two worlds that part after 1999 give the same atlas of 1999, array by array, though all else differs."""
    assert len(atlas) != len(other)
    for date in (f"{CHANGED}", "1987-03", "1975-08-20"):
        one, two = past(atlas, date), past(other, date)
        assert isinstance(one, PastAtlas)
        assert 20 < len(one) < len(atlas)
        for column in fields(AtlasContent):
            mine, theirs = getattr(one, column.name), getattr(two, column.name)
            if isinstance(mine, Strings | Vocabulary):
                assert _texts(mine) == _texts(theirs), column.name
            elif mine.dtype.kind == "f":
                assert np.allclose(mine, theirs, rtol=1e-5, atol=1e-6, equal_nan=True), column.name
            else:
                assert np.array_equal(mine, theirs), column.name
        for facet, same in zip(one.manifest.facets, two.manifest.facets, strict=True):
            assert facet.name == same.name
            assert facet.blocks == same.blocks
            assert facet.weight == pytest.approx(same.weight, abs=2e-6)
        known = {facet.name for facet in one.manifest.facets}
        assert {"people", "story", "context", "audience", "words", "look"} <= known
        assert (one.manifest.node_types, one.manifest.relations) == (two.manifest.node_types, two.manifest.relations)
        for name in ("viewers", "recommender", "evidence", "names", "senses", "network"):
            mine, theirs = one.part(name), two.part(name)
            assert (mine is None) == (theirs is None)
            if mine is not None and theirs is not None:
                for key, values in mine.columns.items():
                    if isinstance(values, np.ndarray):
                        assert np.allclose(values, theirs.array(key), rtol=1e-3, atol=1e-4, equal_nan=True), key


def _texts(column: Strings | Vocabulary) -> list[str]:
    return list(column.ids if isinstance(column, Vocabulary) else column)


def test_a_thousand_queries_use_no_edge_after_their_date(atlas: Atlas) -> None:
    known = Known.of(atlas)
    dates = {(row, int(node)): int(day) for row, node, day in _edges(atlas, known)}
    rng = np.random.default_rng(11)
    checked = shared = 0
    days = [day_of(f"{rng.integers(FIRST + 5, LAST)}-{rng.integers(1, 13):02d}-15") for _ in range(100)]
    for day in days:
        then = past(atlas, date_of(day))
        engine = Engine(then, "en")
        assert (then.year <= year_of(day)).all()
        for row in rng.integers(0, len(then), 10).tolist():
            found = engine.related_at(row, Wanted(k=10))
            here = atlas.titles.row(found.title.title_id)
            assert known.title[here] <= day
            for one in found:
                there = atlas.titles.row(one.title.title_id)
                assert known.title[there] <= day
                for thing in one.shared:
                    if thing.type == "word":  # in the names of both, which the titles came with
                        continue
                    node = atlas.nodes.row(thing.node_id)
                    assert dates[here, node] <= day
                    assert dates[there, node] <= day
                    assert thing.titles == sum(
                        dates[int(title), node] <= day for title in atlas.posting_title[atlas.titles_of(node)]
                    )
                    shared += 1
            checked += 1
        viewers = then.part("viewers")
        if viewers is not None:
            assert viewers.array("time").max() < (day + 1) * 86_400
    assert checked == 1000
    assert shared > 10_000


def _edges(atlas: Atlas, known: Known) -> list[tuple[int, int, int]]:
    owner = np.repeat(np.arange(len(atlas)), np.diff(atlas.edge_start))
    return list(zip(owner.tolist(), atlas.edge_node.tolist(), known.edge.tolist(), strict=True))


def test_days_from_which_things_are_known(catalogue: Catalogue, atlas: Atlas) -> None:
    known = Known.of(atlas)
    events = catalogue.table("events")
    first = {row["title_id"]: row["time"] // 86_400 for row in events.sort("time", descending=True).to_dicts()}
    for row in range(len(atlas)):
        year = int(atlas.year[row])
        by_year = day_of(year) if year else NEVER
        assert known.title[row] == min(by_year, first.get(atlas.titles[row], NEVER))
    award = 1 << atlas.manifest.relations.index("award")
    sequel = 1 << atlas.manifest.relations.index("sequel")
    owner = np.repeat(np.arange(len(atlas)), np.diff(atlas.edge_start))
    later = np.flatnonzero(np.asarray(atlas.edge_relations) & award)
    for edge in later.tolist():
        year = int(atlas.year[owner[edge]])
        assert known.edge[edge] == (day_of(year + 1) if year else NEVER)
    links = catalogue.table("links")
    assert links.height == int((np.asarray(atlas.edge_relations) & sequel > 0).sum()) > 10
    for edge in np.flatnonzero(np.asarray(atlas.edge_relations) & sequel).tolist():
        target = atlas.titles.row(atlas.nodes[int(atlas.edge_node[edge])].removeprefix("title:"))
        assert known.edge[edge] == max(known.title[owner[edge]], known.title[target])


def test_exact_parts_are_those_of_a_training_then(atlas: Atlas, tmp_path: Path) -> None:
    """At the last date, all titles with a time known, the exact blocks are what training made of the same titles."""
    then = past(atlas, LAST)
    rows = np.array([atlas.titles.row(title) for title in then.titles.ids])
    facet = {one.name: one for one in atlas.manifest.facets}
    dated = {one.name: one for one in then.manifest.facets}
    for name, block in (("context", "era"), ("story", "genre")):
        full, own = (next(one for one in side[name].blocks if one.name == block).columns for side in (facet, dated))
        a, b = np.asarray(atlas.vectors[rows, full]), np.asarray(then.vectors[:, own])
        cosine = (a * b).sum(axis=1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-9)
        some = np.linalg.norm(b, axis=1) > 0
        assert cosine[some].min() > 0.995, block
    vectors, viewers = seen_by(atlas, rows, day_of(FIRST), 8)
    assert vectors.shape == (len(rows), 0)
    assert not viewers.any()
    assert viewers.shape == (len(rows),)


def test_answers_of_then(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    then = engine.as_of(1990)
    title = then.titles()[3]
    assert len(then.atlas) < len(atlas)
    assert [one.title for one in engine.related(title, as_of=1990)] == [one.title for one in then.related(title)]
    for one in then.related(title, k=5):
        told = then.explain(title, one.title)
        assert told.score == pytest.approx(one.score, abs=1e-5)
        assert told.learned == 0
        assert all((there.drop is not None) == there.used for there in told.shared)
    assert then.details(title).title == title
    assert then.timeline("western").last_year is not None
    assert (then.timeline("western").last_year or 0) <= 1990
    assert past(atlas, 1990) is then.atlas
    assert at_hand(atlas, 1990)
    assert not at_hand(atlas, 1977)
    assert past(atlas, 2200) is atlas
    later = next(one for one in engine.titles() if (one.year or 0) > 2005)
    with pytest.raises(TitleNotFoundError, match="known on 1990-12-31"):
        engine.related(later.title_id, as_of=1990)
    with pytest.raises(UsageError, match="nothing was known"):
        engine.as_of(1900)


def test_pictures_belong_to_a_title_from_its_release_on(atlas: Atlas) -> None:
    then = past(atlas, "1988-05")
    now, here = atlas.part("senses"), then.part("senses")
    assert now is not None
    assert here is not None
    assert past(atlas, "1988-05").manifest.facets == then.manifest.facets
    for block in ("image", "image.other"):
        having = {atlas.titles[row] for row in now.array(f"{block}-rows").tolist()}
        known = [then.titles[row] for row in here.array(f"{block}-rows").tolist()]
        assert set(known) == having & set(then.titles.ids)
        assert 5 <= len(known) < len(having)
        raw = np.asarray(here.array(f"{block}-raw"), np.float32)
        mean, spread = raw.astype(np.float64).mean(axis=0), raw.astype(np.float64).std(axis=0)
        assert here.array(f"{block}-mean") == pytest.approx(mean, abs=1e-3)  # of the titles of then
        assert 1 / here.array(f"{block}-scale") == pytest.approx(spread, rel=1e-3)
        assert not np.allclose(here.array(f"{block}-mean"), now.array(f"{block}-mean"), atol=1e-3)
    engine = Engine(atlas, "en").as_of("1988-05")
    pictured, without = then.titles[int(here.array("image-rows")[0])], "e:0003"
    assert [look.figures for look in engine.look(pictured)] == [look.figures for look in Engine(atlas).look(pictured)]
    assert engine.look(without) == ()
    found = engine.related(pictured, k=len(then), weights={"look": 3})
    assert all((one.facets["look"] == 0) == (engine.look(one.title) == ()) for one in found)
    told = engine.explain(pictured, found[0].title, weights={"look": 3})
    assert told.score == pytest.approx(found[0].score, abs=1e-5)
    only = dict.fromkeys(engine.atlas.facet_names, 0.0) | {"look": 1.0}
    alike = engine.related(pictured, k=1, weights=only)[0]
    assert engine.explain(pictured, alike.title, weights=only).score > 0


def test_before_there_are_enough_pictures_there_is_no_look(atlas: Atlas) -> None:
    early = past(atlas, int(np.sort(np.asarray(atlas.year)[np.asarray(atlas.year) > 0])[4]))
    assert "look" not in early.facet_names
    assert early.part("senses") is None
    with pytest.raises(MissingPartError):
        Engine(early).look(early.titles[0])


def test_new_titles_are_placed_among_what_was_known(atlas: Atlas, other: Atlas) -> None:
    """A title of then, described as it was, has its own point; a new one has the same in both worlds."""
    then = past(atlas, "1992-10")
    evidence, viewers = then.part("evidence"), next(one for one in then.manifest.facets if one.name == "audience")
    assert evidence is not None
    inductive = Inductive(then)
    for row in range(0, len(then), 9):
        edges = then.edges_of(row)
        runtime = float(then.runtime[row])
        said = Description("it", title_id=then.titles[row], year=int(then.year[row]) or None, runtime_min=runtime)
        nodes, bits = then.edge_node[edges].astype(np.int64), np.asarray(then.edge_relations[edges])
        weights = np.asarray(evidence.array("weight")[edges], np.float32)
        found = inductive.point(Understood(said, row, nodes, bits, weights))
        for facet in then.manifest.facets:
            for block in facet.blocks:
                if facet.name not in (viewers.name, "look"):
                    mine, own = found.vector[block.columns], np.asarray(then.vectors[row, block.columns])
                    assert mine == pytest.approx(own, abs=1e-4), (facet.name, block.name)
        assert found.values == pytest.approx(np.asarray(then.edge_value[edges]), abs=1e-5)
    person = next(node for node in then.nodes.ids if node.startswith("person:"))
    new = {"name": "Night of Never", "year": 1990, "credits": {"actor": [person.removeprefix("person:")]}}
    new |= {"tags": {"genre": ["western", "horror"], "keyword": ["3", "40"]}}
    one, two = (Engine(past(world, "1992-10"), "en").place(new) for world in (atlas, other))
    assert one.point.vector == pytest.approx(two.point.vector, abs=1e-5)
    assert one.point.vector.any()
    assert [(thing.node_id, thing.titles) for thing in one.known] == [
        (thing.node_id, thing.titles) for thing in two.known
    ]
    close = Engine(atlas, "en").as_of("1992-10").related_to_new(new, k=5)
    assert all((one.title.year or 0) <= 1992 for one in close)


def test_a_picture_is_compared_with_those_of_then(sensing_atlas: Atlas, tmp_path: Path) -> None:
    """The clump of 1987 has posters that all look alike; as of 1970 there are none of them."""
    file = paint(tmp_path / "poster.png", 0, 9_100)
    call = ["related", "--poster", str(file), "--atlas", str(sensing_atlas.folder), "--json", "--lang", "en"]
    said = CliRunner().invoke(app, [*call, "--as-of", "1970"], catch_exceptions=False)
    found = json.loads(said.stdout)
    assert found["guessed"] == []
    assert found["related"][0]["facets"]["look"] > 0
    assert {one["year"] for one in found["related"]} <= set(range(1940, 1971))
    assert {clump_of(one["title_id"]) for one in found["related"]} == {0}


def test_taste_of_then(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    then = engine.as_of("1995-06")
    assert moment_of(engine.atlas) is None
    assert (
        datetime.datetime.fromtimestamp(moment_of(then.atlas) or 0, datetime.UTC).isoformat()
        == "1995-06-30T23:59:59+00:00"
    )
    viewer = "v:03"
    history, whole = then.history(viewer), viewer_history(atlas, viewer)
    assert 0 < len(history) < len(whole)
    assert history.time.max() < (day_of("1995-06") + 1) * 86_400
    found = engine.recommend(viewer, k=8, as_of="1995-06")
    assert found.fallback is None
    assert all((one.title.year or 0) <= 1995 for one in found)
    seen = {then.atlas.titles[row] for row in history.seen.tolist()}
    assert not seen & {one.title.title_id for one in found}
    again = engine.recommend(whole, k=8, as_of="1995-06")
    assert [one.title for one in again] == [one.title for one in found]


def test_a_history_of_ones_own_ends_at_the_date(atlas: Atlas) -> None:
    """Whatever history the engine of then is given: what was liked later has no say, in lists and portraits."""
    then = Engine(atlas, "en").as_of("1995-06")
    rows = np.arange(12)
    early, late = (day_of(date) * 86_400 for date in ("1994-01-01", "2001-01-01"))
    time = np.repeat(np.array([early, late], np.int64), 6)
    whole = History("me", rows, np.full(12, LIKE, np.uint8), np.full(12, np.nan, np.float32), time)
    known = History("me", rows[:6], whole.kind[:6], whole.value[:6], time[:6])
    lists = [[(one.title, one.score) for one in then.recommend(one, k=8)] for one in (whole, known)]
    assert lists[0] == lists[1]
    assert then.taste(whole).to_json() == then.taste(known).to_json()


def test_the_portrait_of_then_on_the_command_line(atlas: Atlas) -> None:
    call = ["taste", "--viewer", "v:03", "--atlas", str(atlas.folder), "--json", "--lang", "en"]
    whole, then = (
        json.loads(CliRunner().invoke(app, [*call, *more], catch_exceptions=False).stdout)
        for more in ([], ["--as-of", "1995-06"])
    )
    assert then["summary"] != whole["summary"]


def test_a_trajectory_is_a_list_of_answers_of_then(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    title = next(one for one in engine.titles() if one.year == 1980)
    found = engine.trajectory(title, dates=(1995, "1985-06", 2015, 1970), k=8)
    assert [one.date for one in found.snapshots] == ["1985-06-30", "1995-12-31", "2015-12-31"]  # not known in 1970
    for one in found.snapshots:
        told = [each.title for each in engine.related(title, k=8, as_of=one.date)]
        assert list(one.closest) == told
    first, second, _ = found.snapshots
    assert first.came == first.closest
    assert not first.went
    before, after = ({each.title_id for each in one.closest} for one in (first, second))
    assert {each.title_id for each in second.came} == after - before
    assert {each.title_id for each in second.went} == before - after
    always = set.intersection(*({each.title_id for each in one.closest} for one in found.snapshots))
    assert {each.title_id for each in found.steady} == always
    assert "of the 8 closest titles" in found.summary[0]
    even = engine.trajectory(title, count=4)
    assert [one.date[:4] for one in even.snapshots][::3] == ["1980", "2019"]
    told_json = CliRunner().invoke(
        app, ["trajectory", title.title_id, "--atlas", str(atlas.folder), "--at", "1990", "--at", "2000", "--json"]
    )
    assert [one["date"] for one in json.loads(told_json.output)["snapshots"]] == ["1990-12-31", "2000-12-31"]
    shown = CliRunner().invoke(app, ["trajectory", title.title_id, "--atlas", str(atlas.folder), "--lang", "zh"])
    assert "新进" in shown.output
    for wrong in ({"dates": (1970, 1975)}, {"count": 1}, {"k": 0}, {"dates": tuple(range(1990, 2005))}):
        with pytest.raises(UsageError):
            engine.trajectory(title, **wrong)
