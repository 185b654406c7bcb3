"""Recommendations: parts add up, sliders do what they say, two people, scope, and the same figures as the harness."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy import sparse

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.contenders.atlas_topn import NAME, AtlasRow, atlas_row
from reelation.engine import Engine
from reelation.errors import TitleNotFoundError, UsageError
from reelation.evaluation.datasets.viewings import from_catalogue
from reelation.evaluation.harness import run
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.ranking import ndcg
from reelation.evaluation.tasks.next_item import of_viewings
from reelation.evaluation.tasks.topn import TopN
from reelation.histories.history import DISLIKE, HIDE, LIKE, RATING, WATCH, WATCHLIST, History, history_of
from reelation.histories.verdicts import verdicts
from reelation.insights.recommend import Recommendations, recommend
from reelation.search.choosing import newness, spread
from reelation.search.exact import Measure, Scorer
from reelation.search.filters import Filters
from reelation.search.kernel import Kernel
from reelation.search.preference import PAUSE, Preference
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.world import SOURCE

VIEWERS, TITLES = 60, 200
QUICK = LearnConfig(fit=FitConfig(steps=20, validate_every=20), threads=1)


def _tables(rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Four tastes, each a quarter of the titles with a genre and people of its own; low numbers are well known."""
    taste = np.arange(TITLES) % 4
    ids = [f"m:{n:03}" for n in range(TITLES)]
    people = [f"p:{taste[n]}-{n % 5}" for n in range(TITLES)]
    titles = {
        "title_id": ids,
        "kind": ["film"] * TITLES,
        "name": [f"Reel number {n}" for n in range(TITLES)],
        "year": [1960 + n % 50 for n in range(TITLES)],
    }
    events = []
    for viewer in range(VIEWERS):
        chance = np.where(taste == viewer % 4, 0.45, 0.05) * np.exp(-np.arange(TITLES) / 120)
        for place, title in enumerate(rng.permutation(np.flatnonzero(rng.random(TITLES) < chance)).tolist()):
            stars = 4.5 if taste[title] == viewer % 4 else float(rng.choice([1.0, 2.0, 3.5]))
            events.append((f"v:{viewer:02}", ids[title], "rating", stars, 10**9 + place * 86_400 + viewer))
    return {
        "titles": pl.DataFrame(titles),
        "people": pl.DataFrame({"person_id": sorted(set(people)), "name": sorted(set(people))}),
        "credits": pl.DataFrame({"title_id": ids, "person_id": people, "role": ["director"] * TITLES}),
        "tags": pl.DataFrame({"title_id": ids, "facet": ["genre"] * TITLES, "value": [f"g{t}" for t in taste]}),
        "events": pl.DataFrame(events, schema=["viewer_id", "title_id", "kind", "value", "time"], orient="row"),
    }


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    tables = tables_of(SOURCE.name, _tables(np.random.default_rng(5)))
    return write_catalogue(tmp_path_factory.mktemp("tastes") / "catalogue", tables, (SOURCE,))


@pytest.fixture(scope="module")
def engine(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(train(catalogue, tmp_path_factory.mktemp("tastes") / "atlas", TrainConfig(learn=QUICK, seed=3)), "en")


def own(engine: Engine, *titles: int, kind: int = LIKE) -> History:
    return history_of("me", [(engine.atlas.titles.row(f"m:{n:03}"), kind, np.nan, UNKNOWN_TIME) for n in titles])


@pytest.mark.parametrize(("lang", "words"), [("en", "appeals to the same viewers"), ("zh", "吸引同一群观众")])
def test_reasons_of_related_titles_say_so_where_viewers_decide(engine: Engine, lang: str, words: str) -> None:
    told = Engine(engine.atlas, lang)
    shares = {}
    for row in (0, 7, 20):
        for weight in (0.02, 1.0, 8.0):
            for item in told.related(f"m:{row:03}", k=20, weights={"audience": weight}):
                whole = sum(max(0.0, part) for part in item.facets.values())
                shares[item.reason] = item.facets["audience"] / whole if whole else 0.0
    assert all((words in reason) == (share >= 0.1) for reason, share in shares.items())
    assert all(reason.startswith(words) for reason, share in shares.items() if share >= 0.5)
    assert {share >= 0.1 for share in shares.values()} == {True, False}


def test_who_liked_something_just_now_is_asked_as_somebody_who_is_at_it(engine: Engine) -> None:
    part = engine.atlas.part("recommender")
    assert part is not None
    assert part.about["weights"] != part.about["next weights"]
    rows = [engine.atlas.titles.row(f"m:{n:03}") for n in (1, 5, 9)]
    history = history_of("me", [(row, LIKE, np.nan, 10**9 + place) for place, row in enumerate(rows)])
    scored = {
        wait: [item.score for item in recommend(engine.atlas, [history], now=10**9 + 2 + wait)]
        for wait in (0, PAUSE, PAUSE + 1)
    }
    assert scored[0] == scored[PAUSE]
    assert scored[PAUSE] != scored[PAUSE + 1]
    assert scored[PAUSE + 1] == [item.score for item in engine.recommend(history)]  # years ago by now


def test_a_catalogue_is_asked_for_next_items_and_where_viewers_come_back_for_lists_a_visit(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    assert [task.name for task in of_viewings(from_catalogue(catalogue, "tastes"))] == [
        "Next item, tastes",
        "A list a visit, tastes",
    ]
    tables = _tables(np.random.default_rng(5))
    sitting = tables["events"].with_columns(time=10**9 + pl.col("time").rank("ordinal").cast(pl.Int64))
    once = write_catalogue(tmp_path, tables_of(SOURCE.name, {**tables, "events": sitting}), (SOURCE,))
    assert [task.name for task in of_viewings(from_catalogue(once, "tastes"))] == ["Next item, tastes"]


# --- one code path with the harness


@pytest.mark.parametrize("protocol", ["time", "random"])
def test_lists_have_the_figures_of_the_harness(
    catalogue: Catalogue, tmp_path: Path, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An atlas trained on what contenders know, asked through the engine when the test begins, is its row."""
    task = TopN(from_catalogue(catalogue, "tastes"), protocol)  # type: ignore[arg-type]
    problem, exam = task.open(0)
    row = AtlasRow(learn=QUICK)
    reported = run(task, [atlas_row(row)], [0])[0]
    assert reported.contender == NAME
    known = [problem.train, problem.validation, problem.train_disliked, problem.validation_disliked]
    ids, viewers = problem.graph.nodes["title"], [f"v:{n:02}" for n in range(VIEWERS)]
    events = pl.DataFrame(
        {
            "viewer_id": [viewers[v] for part in known for v in part.viewer],
            "title_id": [ids[int(problem.rows[t])] for part in known for t in part.title],
            "kind": "rating",
            "value": np.concatenate([part.stars for part in known]).astype(float),
            "time": np.concatenate([part.time for part in known]),
        }
    )
    tables = tables_of(SOURCE.name, {**_tables(np.random.default_rng(5)), "events": events})
    shown = write_catalogue(tmp_path / "catalogue", tables, (SOURCE,))
    config = TrainConfig(learn=QUICK, seed=0, recommender=replace(row.recommender, in_order=problem.in_order))
    engine = Engine(train(shown, tmp_path / "atlas", config))
    right, answered = exam._test.matrix(), np.full((VIEWERS, problem.train.titles), -np.inf)
    moment = max(int(part.time.max()) for part in known if len(part))
    monkeypatch.setattr("reelation.insights.recommend.time", SimpleNamespace(time=lambda: moment))
    place = {ids[int(graph_row)]: number for number, graph_row in enumerate(problem.rows)}
    asked = np.flatnonzero(np.diff(right.indptr))
    for viewer in asked.tolist():
        for item in engine.recommend(viewers[viewer], inside=place):
            answered[viewer, place[item.title.title_id]] = -item.rank
    gains = ndcg(answered, right, np.zeros(answered.shape, bool))[asked]
    hits = [
        np.isfinite(answered[v, right.indices[right.indptr[v] : right.indptr[v + 1]]]).mean() for v in asked.tolist()
    ]
    assert gains == pytest.approx(reported.figures["NDCG@10"].values.ravel())
    assert hits == pytest.approx(reported.figures["recall@10"].values.ravel())
    assert reported.figures["NDCG@10"].value() > 0.1


# --- scores


@pytest.mark.parametrize("history", [(0, 4, 8), (0, 1, 2, 3, 7), (196,)])
def test_parts_add_up_to_the_score(engine: Engine, history: tuple[int, ...]) -> None:
    part = engine.atlas.part("recommender")
    assert part is not None
    mine = own(engine, *history)
    told = Preference(engine.atlas, part, *verdicts(mine))
    split = told.parts(np.arange(TITLES))
    total = split.standing + split.viewers.sum(axis=0) + split.content.sum(axis=0)
    assert total == pytest.approx(told.scores, abs=1e-4)
    found = engine.recommend(mine, k=20)
    for item in found:
        whole = item.standing + sum(one.part for one in item.because) + item.rest
        assert whole == pytest.approx(item.score, abs=1e-9)
        assert item.score == pytest.approx(told.scores[engine.atlas.titles.row(item.title.title_id)], abs=1e-4)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_kernel_by_hand(engine: Engine) -> None:
    """With nothing taken off and the plain inner product, K is the atlas's own score; sums are sums of pairs."""
    atlas, width = engine.atlas, engine.atlas.manifest.width
    plain = Kernel(atlas, np.zeros(width, np.float32), np.eye(width, dtype=np.float32))
    every = np.arange(TITLES)
    scorer = Scorer(atlas, Measure.of(atlas))
    assert plain.between(every[:5], every) == pytest.approx(np.stack([scorer.scores(n) for n in range(5)]), abs=1e-5)
    rows, weights = np.array([3, 50, 51]), np.array([1, -0.3, 0.5], np.float32)
    part = atlas.part("recommender")
    assert part is not None
    kernel = Kernel(atlas, part.array("centre"), part.array("metric"))
    assert kernel.weighted(rows, weights) == pytest.approx(weights @ kernel.between(rows, every), abs=1e-4)
    dense = replace(atlas, edge_value=np.zeros_like(atlas.edge_value), posting_value=np.zeros_like(atlas.posting_value))
    usual = Kernel(dense, part.array("centre"), part.array("metric")).between(every, every)
    assert usual.mean(axis=1) == pytest.approx(0, abs=1e-4)  # related to everything says nothing


def test_lists_suit_the_viewer(engine: Engine) -> None:
    for viewer in range(8):
        found = engine.recommend(f"v:{viewer:02}")
        fitting = [int(one.title.title_id[2:]) % 4 == viewer % 4 for one in found]
        assert np.mean(fitting) >= 0.8
        assert found.fallback is None


def test_a_new_viewer_is_scored_like_one_of_the_atlas(engine: Engine) -> None:
    part = engine.atlas.part("viewers")
    assert part is not None
    from reelation.histories.history import viewer_history

    known = viewer_history(engine.atlas, "v:03")
    mine = replace(known, name="me")
    a, b = engine.recommend("v:03"), engine.recommend(mine)
    assert [one.title for one in a] == [one.title for one in b]
    assert not {engine.atlas.titles.row(one.title.title_id) for one in a} & set(known.seen.tolist())


def test_fallbacks_are_said(engine: Engine, tiny_atlas: Atlas) -> None:
    nobody = engine.recommend(history_of("me", []))
    assert nobody.fallback == "popularity"
    assert "best known" in nobody.note
    assert np.mean([one.fame for one in nobody]) > 0.9
    assert not nobody[0].because
    tiny = Engine(tiny_atlas, "en").recommend("v:1", k=2)
    assert tiny.fallback == "content"
    assert "what the titles are" in tiny.note
    assert tiny[0].title.title_id == "w:void3"
    assert tiny[0].reason.startswith("because you liked Voidborn")


def test_verdicts_by_hand() -> None:
    events = [
        (1, WATCH, np.nan, 5), (1, RATING, 2.0, 3), (2, RATING, 1.0, 1), (2, RATING, 4.0, 2), (3, LIKE, np.nan, 1),
        (3, RATING, 1.0, 9), (4, DISLIKE, np.nan, 1), (5, WATCH, np.nan, 1), (6, WATCHLIST, np.nan, 1),
        (7, HIDE, np.nan, 1), (8, RATING, np.nan, 1),
    ]  # fmt: skip
    rows, said = verdicts(history_of("me", events))
    assert rows.tolist() == [1, 2, 3, 4, 5, 8]
    assert said == pytest.approx([-0.3, 1, 1, -0.3, 0.5, 0.5])
    assert [len(one) for one in verdicts(history_of("me", []))] == [0, 0]


# --- what may come back


def test_seen_and_hidden_titles_stay_away(engine: Engine) -> None:
    mine = own(engine, 0, 4, 8)
    row = engine.atlas.titles.row(engine.recommend(mine)[0].title.title_id)
    hidden = history_of("me", [*_events(mine), (row, HIDE, np.nan, UNKNOWN_TIME)])
    both = engine.recommend(hidden, k=TITLES, include_seen=True)
    ids = {one.title.title_id for one in both}
    assert {"m:000", "m:004", "m:008"} <= ids
    assert engine.atlas.titles[row] not in ids
    assert len(engine.recommend(hidden, k=TITLES)) == TITLES - 4


def test_filters_and_scope(engine: Engine) -> None:
    mine = own(engine, 0, 4, 8)
    some = engine.recommend(mine, k=50, filters=Filters(genres=("g1",)), inside=["m:001", "m:005", "m:006", "m:000"])
    assert {one.title.title_id for one in some} == {"m:001", "m:005"}
    assert some.candidates == 2
    without = engine.recommend(mine, k=TITLES, outside=["m:012", "m:016"])
    assert not {"m:012", "m:016"} & {one.title.title_id for one in without}
    assert len(engine.recommend(mine, filters=Filters(since=2100))) == 0


@pytest.mark.parametrize("wrong", [{"popularity": 1.1}, {"diversity": -0.1}, {"novelty": 2}, {"k": 0}])
def test_what_is_out_of_range_is_refused(engine: Engine, wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        engine.recommend("v:00", **wrong)  # type: ignore[arg-type]
    with pytest.raises(TitleNotFoundError):
        engine.recommend("v:99")


def test_an_atlas_without_the_part_says_how_to_get_it(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    bare = train(tiny_catalogue, tmp_path / "atlas", TrainConfig(learn=QUICK, seed=1, parts=("viewers",)))
    with pytest.raises(UsageError, match="reelation train"):
        Engine(bare).recommend("v:1")


# --- sliders

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def test_popularity_is_monotone(engine: Engine) -> None:
    for viewer in range(12):
        means = [
            np.mean([one.fame for one in engine.recommend(f"v:{viewer:02}", popularity=p)])
            for p in (-1, -0.6, -0.3, 0, 0.3, 0.6, 1)
        ]
        assert means == sorted(means)
        assert means[-1] > means[0] + 0.1


def test_diversity_and_novelty_rise_and_cost_little(engine: Engine) -> None:
    spreads, fresh, kept = np.zeros((12, 5)), np.zeros((12, 5)), np.zeros((12, 5))
    for viewer in range(12):
        plain = {one.title.title_id: one.score for one in engine.recommend(f"v:{viewer:02}", k=TITLES)}
        best = sum(sorted(plain.values())[-10:])
        for at, step in enumerate(STEPS):
            found = engine.recommend(f"v:{viewer:02}", diversity=step)
            spreads[viewer, at] = found.diversity
            kept[viewer, at] = sum(one.score for one in found) / best
            fresh[viewer, at] = np.mean([one.newness for one in engine.recommend(f"v:{viewer:02}", novelty=step)])
    assert (np.diff(fresh, axis=1) >= -1e-6).all()
    assert (np.diff(spreads.mean(axis=0)) > 0).all()
    assert (np.diff(spreads, axis=1) > -0.02).all()
    assert kept[:, 1].mean() > 0.8  # a quarter of the way costs less than a fifth of the relevance
    assert (kept <= 1 + 1e-6).all()


def test_figures_of_the_list_are_what_they_say(engine: Engine) -> None:
    found = engine.recommend("v:00", diversity=0.5)
    rows = np.array([engine.atlas.titles.row(one.title.title_id) for one in found])
    vectors = np.asarray(engine.atlas.vectors[rows], np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = [1 - vectors[i] @ vectors[j] for i in range(10) for j in range(i)]
    assert found.diversity == pytest.approx(np.mean(pairs), abs=1e-5)
    assert spread(engine.atlas.vectors, rows[:1]) == 0
    assert newness(engine.atlas.vectors, rows, rows[:3])[:3] == pytest.approx(0, abs=1e-5)


# --- two people


def test_a_list_for_two_suits_both(engine: Engine) -> None:
    found = engine.recommend("v:04", with_="v:05", k=10)
    tastes = {int(one.title.title_id[2:]) % 4 for one in found}
    assert {0, 1} <= tastes
    assert found.viewers == ("v:04", "v:05")
    swapped = engine.recommend("v:05", with_="v:04", k=10)
    assert [one.title for one in swapped] == [one.title for one in found]
    for item in found:
        whole = item.standing + sum(one.part for one in item.because) + item.rest
        assert whole == pytest.approx(item.score, abs=1e-9)
    named = [item for item in found if {one.viewer for one in item.because} == {"v:04", "v:05"}]
    assert named
    assert "because v:04 liked Reel number" in named[0].reason
    assert "because v:05 liked Reel number" in named[0].reason


def test_nobody_is_left_miserable(engine: Engine) -> None:
    """The worse-off person's mean place is no worse than in a list by the plain mean."""
    a, b = (_levels(engine, name) for name in ("v:00", "v:01"))
    found = engine.recommend("v:00", with_="v:01", k=10)
    rows = [engine.atlas.titles.row(one.title.title_id) for one in found]
    allowed = np.isfinite(a) & np.isfinite(b)
    plain = np.argsort(np.where(allowed, -(a + b), np.inf))[:10]
    assert np.minimum(a, b)[rows].mean() >= np.minimum(a, b)[plain].mean() - 1e-6


# --- words


def test_reasons_in_both_languages(engine: Engine) -> None:
    mine = own(engine, 0, 20, 40)
    assert engine.recommend(mine)[0].reason.startswith("because you liked Reel number")
    assert engine.recommend(own(engine, 0), inside=["m:004"])[0].reason.endswith("both g0")
    near = engine.recommend(own(engine, 0), inside=["m:020"])[0]
    assert "same director: p:0-0" in near.reason
    assert Engine(engine.atlas, "zh").recommend(mine)[0].reason.startswith("因为你喜欢Reel number")
    seen = engine.recommend(own(engine, 0, 20, 40, kind=WATCH))
    assert seen[0].reason.startswith("because you saw")


def test_json_and_frame(engine: Engine) -> None:
    found = engine.recommend("v:00", k=3)
    told = json.loads(json.dumps(found.to_json()))
    assert [one["rank"] for one in told["recommended"]] == [1, 2, 3]
    assert set(told["recommended"][0]["because"][0]) >= {"title_id", "verdict", "part", "viewers", "content"}
    assert found.to_frame().height == len(found) == 3
    assert isinstance(found, Recommendations)


# --- small parts


def test_spans_by_hand() -> None:
    assert spans(np.array([2, 7, 5]), np.array([4, 8, 5])).tolist() == [2, 3, 7]
    assert spans(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


def test_item_weights_are_those_of_ease() -> None:
    from reelation.evaluation.recommenders.linear import ease, item_weights

    rng = np.random.default_rng(0)
    rows = (rng.random((50, 20)) < 0.3).astype(np.float32)
    weights = item_weights(rows.T @ rows, 5.0)
    assert np.diag(weights) == pytest.approx(0)
    assert rows[:7] @ weights == pytest.approx(ease(rows, rows[:7], 5.0), abs=1e-4)
    few = rows[:10]
    assert rows @ item_weights(few.T @ few, 5.0) == pytest.approx(ease(few, rows, 5.0), abs=1e-4)


def _events(history: History) -> list[tuple[int, int, float, int]]:
    return list(zip(*(getattr(history, name).tolist() for name in ("row", "kind", "value", "time")), strict=True))


def _levels(engine: Engine, viewer: str) -> NDArray[np.float64]:
    """[titles] levelled scores, -inf for what was seen."""
    found = np.full(TITLES, -np.inf)
    for one in engine.recommend(viewer, k=TITLES):
        found[engine.atlas.titles.row(one.title.title_id)] = one.score
    some = found[np.isfinite(found)]
    return np.asarray((found - np.median(some)) / (some.max() - np.median(some)), np.float64)


def test_interactions_of_verdicts(catalogue: Catalogue) -> None:
    from reelation.graph.build import build_graph
    from reelation.training.parts.recommender import verdicts_of

    graph = build_graph(catalogue)
    events = verdicts_of(graph)
    assert isinstance(events, Interactions)
    ratings = graph.relations["rating"].matrix
    expected = sparse.csr_array(ratings.T.tocsr())
    said = events.matrix(stars=True)
    assert (
        said.toarray()
        == np.where(expected.toarray() >= 3, 1, np.where(expected.toarray() > 0, -0.3, 0)).astype(np.float32)
    ).all()
