"""What comes next: questions by hand, foresight that is caught, signals that know time, every row from end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from reelation.atlas.parts import Part
from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.contenders.atlas_next import NextRow, atlas_next_row, learned_atlas
from reelation.contenders.next_item import STATIC_NAME, contenders, recent, tuned
from reelation.contenders.tgn import TgnRow, tgn_row
from reelation.errors import DataError
from reelation.evaluation.datasets.viewings import Viewings
from reelation.evaluation.figures import ratio_figure
from reelation.evaluation.harness import run
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Predict, Questions, likes, visits
from reelation.evaluation.ranking import Scores
from reelation.evaluation.recommenders.popularity import latest_likes
from reelation.evaluation.report import Table, tabulate
from reelation.evaluation.task import Contender, Fitted, LeakError
from reelation.evaluation.tasks.next_item import NextItem, NextProblem
from reelation.histories.verdicts import ages
from reelation.search.preference import PAUSE, Preference, Signal, going_on, signals_of
from reelation.search.reach import Reach, lengths
from reelation.search.shared import Shared
from reelation.seeds import generator
from reelation.training.ground import Ground, lay_ground
from reelation.training.item_weights import following
from reelation.training.recommender import learn_recommender
from reelation.training.recommender_config import RecommenderConfig
from reelation.training.standing import Daily, standing
from tests.likes import TITLES, VIEWERS, world


def _log(*events: tuple[int, int, float, int], viewers: int = 3, titles: int = 6) -> Interactions:
    """(viewer, title, stars, time), oldest first."""
    viewer, title, stars, time = zip(*events, strict=True)
    return Interactions(
        np.array(viewer, np.int32),
        np.array(title, np.int32),
        np.array(stars, np.float32),
        np.array(time),
        viewers,
        titles,
    )


def walking() -> Viewings:
    """Viewers start anywhere and like one title after the other in the order of a ring, now and then another."""
    base, rng = world(), generator(0, "walk")
    events = []
    for viewer in range(VIEWERS):
        place, seen = int(rng.integers(TITLES)), set[int]()
        for step in range(20):
            place = (place + 1) % TITLES if rng.random() < 0.85 else int(rng.integers(TITLES))
            if place not in seen:
                seen.add(place)
                events.append((viewer, place, 4.0, 10**9 + viewer * 40_000 + step * 60))
    columns = [np.array(column) for column in zip(*events, strict=True)]
    liked = Interactions(
        columns[0].astype(np.int32),
        columns[1].astype(np.int32),
        columns[2].astype(np.float32),
        columns[3],
        VIEWERS,
        TITLES,
    )
    return replace(base, name="walk", liked=liked, disliked=liked.only(np.zeros(0, int)), fingerprint="walk")


def returning() -> Viewings:
    """The same viewers, who pause for two hours after every third title, all of them in the same weeks."""
    found = walking()
    liked = found.liked
    step = np.concatenate([np.arange(count) for count in np.bincount(liked.viewer)])
    time = 10**9 + liked.viewer * 7 + step * 60 + step // 3 * 2 * PAUSE
    return replace(found, liked=replace(liked, time=time))


# --- questions


def test_questions_by_hand() -> None:
    log = _log((0, 1, 4, 10), (1, 2, 4, 10), (0, 2, 1, 20), (0, 3, 5, 30), (0, 4, 3, 30), (1, 5, 4, 30), (2, 0, 4, 40))
    asked = likes(log, log.stars >= 3, 2, len(log))
    assert asked.questions.viewer.tolist() == [0, 1]  # viewer 2 had liked nothing before
    assert asked.questions.known.tolist() == [3, 3]  # nothing of the same second is known
    assert asked.right.toarray().astype(int).tolist() == [[0, 0, 0, 1, 1, 0], [0, 0, 0, 0, 0, 1]]
    own = list(asked.questions.own())
    assert own[0][0].tolist() == [1, 2]
    assert own[0][2].tolist() == [4, 1]
    assert own[1][0].tolist() == [2]
    assert np.flatnonzero(asked.questions.barred()[0]).tolist() == [1, 2]  # what was rated low is not asked again


def test_visits_by_hand() -> None:
    hour = PAUSE
    log = _log(
        (0, 1, 4, 0),
        (1, 2, 1, 0),
        (0, 2, 4, hour),  # still the first visit, of which nothing was known before
        (0, 3, 5, 2 * hour + 1),  # comes back
        (1, 3, 4, 3 * hour),  # had liked nothing before this visit
        (0, 4, 2, 3 * hour + 1),  # rated low: seen, not right
        (0, 5, 4, 4 * hour),
        (2, 0, 4, 5 * hour),
        (1, 0, 1, 9 * hour),  # comes back and likes nothing
    )
    asked = visits(log, log.stars >= 3, 0, len(log))
    assert asked.questions.viewer.tolist() == [0]
    assert asked.questions.time.tolist() == [2 * hour + 1]
    assert asked.questions.known.tolist() == [3]
    assert np.flatnonzero(asked.right.toarray()[0]).tolist() == [3, 5]
    assert np.flatnonzero(asked.questions.barred()[0]).tolist() == [1, 2]
    assert len(visits(log, log.stars >= 3, 4, len(log)).questions) == 0  # it began before
    assert len(visits(log, log.stars >= 3, 3, 4).questions) == 1  # and goes on behind the span
    assert np.flatnonzero(visits(log, log.stars >= 3, 3, 4).right.toarray()[0]).tolist() == [3, 5]


def test_visits_are_asked_from_end_to_end(tmp_path: Path) -> None:
    task = NextItem(returning(), visits)
    assert task.name == "A list a visit, walk"
    problem, exam = task.open(0)
    assert exam.leaks(problem) == []
    for look in [*problem.windows(2), exam._test]:
        own = list(look.questions.own())
        assert len(own) > 20
        pauses = [time - own_times.max() for time, (_, own_times, _) in zip(look.questions.time, own, strict=True)]
        assert min(pauses) > PAUSE
        assert (np.diff(look.right.indptr) >= 1).all()
    rows = [row for row in contenders(task) if row.name in ("popularity", "what followed before (SLIT)")]
    found = {row.name: row.figures["NDCG@10"].mean for row in tabulate(task, run(task, rows, [0], tmp_path)).rows}
    assert found["what followed before (SLIT)"] > found["popularity"] + 0.1


def test_where_nobody_comes_back_there_are_no_lists_a_visit() -> None:
    with pytest.raises(DataError, match="A list a visit, walk: nobody can be asked"):
        NextItem(walking(), visits).open(0)


def test_somebody_is_at_it_for_an_hour() -> None:
    assert going_on(1000, 1000 + PAUSE)
    assert not going_on(1000, 1001 + PAUSE)
    assert not going_on(UNKNOWN_TIME, UNKNOWN_TIME)


def test_problem_and_windows_hold_nothing_later() -> None:
    problem, exam = NextItem(walking()).open(0)
    assert exam.leaks(problem) == []
    assert problem.log.time.max() < exam._test.questions.time.min()
    looks = problem.windows(3)
    assert len(looks) == 3
    for look in looks:
        assert look.questions.log.time[: look.start].max() < look.questions.time.min()
        assert (look.questions.log.time[look.questions.known - 1] < look.questions.time).all()
    assert looks[1].questions.time.max() < looks[0].questions.time.min()
    late = replace(problem, log=exam._test.questions.log)
    assert "the log reaches into the time of the test" in exam.leaks(late)


def test_who_looks_ahead_is_caught() -> None:
    def seer(questions: Questions) -> Scores:
        later = np.bincount(questions.log.title, minlength=questions.log.titles).astype(float)
        return np.broadcast_to(later, (len(questions), len(later)))

    row: Contender[NextProblem, Predict] = Contender("seer", "baseline", lambda problem, seed: Fitted(seer))
    with pytest.raises(LeakError, match="answered differently"):
        run(NextItem(walking()), [row], [0])


def test_mean_over_questions_is_resampled_by_viewer() -> None:
    figure = ratio_figure(np.array([1.0, 0, 0, 0.5]), np.array([7, 7, 7, 3]))
    assert figure.value() == pytest.approx(0.375)
    assert len(figure.values) == 2
    drawn = figure.resampled("x")
    assert {round(float(one), 6) for one in drawn} == {round(1 / 3, 6), 0.5, 0.375}


# --- signals that know time


def test_ages_by_hand() -> None:
    verdict = np.array([1, -0.3, 0.5, 1, 1], np.float32)
    time = np.array([10, 20, 30, 30, UNKNOWN_TIME])
    assert ages(verdict, time).tolist() == [2, 2, 0, 0, np.inf]


def test_what_follows_is_learned_in_its_direction() -> None:
    events = [
        (viewer, title, 1.0, 100 * viewer + step) for viewer in range(30) for step, title in enumerate((4, 2, 0, 5))
    ]
    log = _log(*events, viewers=30)
    found = following(log, np.arange(6), 1.0, 1.0)
    assert found[4].argmax() == 2
    assert found[2].argmax() == 0
    assert found[0].argmax() == 5
    assert found[2, 4] == pytest.approx(0, abs=1e-6)
    assert not np.diag(found).any()


@pytest.fixture(scope="module")
def walked() -> tuple[Ground, Part]:
    """The ground of an atlas of walkers, and what it learned."""
    problem, _ = NextItem(walking()).open(0)
    assembled, events = learned_atlas(problem, 0, NextRow())
    given = assembled.content, assembled.facets, assembled.node_types
    config = RecommenderConfig(least=1)
    return lay_ground(events, *given, config), learn_recommender(events, *given, 0, config)


def test_reach_by_hand(walked: tuple[Ground, Part]) -> None:
    """A title's cosine with another over one type of node; sums are sums of pairs; passing does the same for all."""
    ground, part = walked
    content, kinds = ground.content, part.array("relation")
    length, every = lengths(content, kinds), np.arange(TITLES)
    pairs = Reach(content, kinds, length, Shared(content, every, kinds)).between(every)
    alike = np.equal.outer(every % 2, every % 2)
    for relation in range(len(kinds)):  # a title has one person and one genre: the same, or none in common
        assert pairs[relation] == pytest.approx(alike.astype(float), abs=1e-5)
    rows = np.array([3, 8, 30])
    weights = np.array([0.5, -0.3, 1.0])
    reach = Reach(content, kinds, length, Shared(content, rows, kinds))
    nobody = Reach(content, kinds, length, Shared(content, rows[:0], kinds))
    for relation in range(len(kinds)):
        own = pairs[relation][rows]
        assert reach.weighted(relation, weights) == pytest.approx(weights @ own, abs=1e-4)
        assert reach.size(relation, weights) == pytest.approx(np.sqrt(weights @ own[:, rows] @ weights), abs=1e-4)
        assert not nobody.weighted(relation, weights[:0]).any()
        assert nobody.size(relation, weights[:0]) == 0
    relations, values = part.about["relations"], generator(2, "values").random(TITLES)
    assert ground.passing is not None
    assert ground.passing.on("person", values) == pytest.approx(pairs[relations.index("person")] @ values, abs=1e-3)


def test_parts_add_up_with_times(walked: tuple[Ground, Part]) -> None:
    ground, part = walked
    rows, said = np.array([2, 3, 7, 20]), np.array([1, 1, -0.3, 0.5], np.float32)
    one = Preference(ground.content, part, rows, said, np.array([1, 0, 0, 2], np.float32))
    split = one.parts(np.arange(TITLES))
    total = split.standing + split.viewers.sum(axis=0) + split.content.sum(axis=0)
    assert total == pytest.approx(one.scores, abs=1e-3 * float(np.abs(one.scores).max()))
    names = {signal.name for signal in signals_of(part)}
    assert {"viewers", "viewers 10", "next 1", "content", "person", "genre 3"} <= names
    assert set(part.about["weights"]) >= names


def test_order_counts_and_unknown_times_say_nothing(walked: tuple[Ground, Part]) -> None:
    ground, part = walked
    rows, said = np.array([4, 25]), np.ones(2, np.float32)
    last_is_25 = Preference(ground.content, part, rows, said, np.array([1, 0], np.float32), at_it=True)
    last_is_4 = Preference(ground.content, part, rows, said, np.array([0, 1], np.float32), at_it=True)
    unseen = [title for title in range(TITLES) if title not in (4, 25)]
    assert unseen[int(last_is_25.scores[unseen].argmax())] == 26
    assert unseen[int(last_is_4.scores[unseen].argmax())] == 5
    timeless = Preference(ground.content, part, rows, said)
    lately = [signal for signal in signals_of(part) if signal.half_life]
    assert not any(values.any() for values in timeless.signals(lately).values())
    whole = Signal("viewers")
    assert (timeless.signals([whole])[whole] == last_is_4.signals([whole])[whole]).all()


def test_standing_is_that_of_the_day() -> None:
    day = 86_400
    log = _log((0, 1, 1, day), (1, 1, 1, day + 1), (0, 2, 1, 5 * day))
    config = RecommenderConfig(half_lives=(1.0,), time=None)
    daily = Daily(log, lambda events: standing(events, config, None))
    assert daily.at(day + 2) == {}
    assert int(daily.at(5 * day + 5)["liked"].argmax()) == 1
    assert (daily.at(5 * day + 5)["liked"] == daily.at(6 * day - 1)["liked"]).all()
    assert daily.at(6 * day)["recent 1"].argmax() == 2


def test_lately_is_a_share_of_the_likes_and_not_of_the_days() -> None:
    busy = _log(*((number % 3, number % 4, 5, number) for number in range(40)))
    idle = replace(busy, time=busy.time * 86_400)
    close = latest_likes(busy, 0.1)
    assert close == pytest.approx(latest_likes(idle, 0.1))
    by_hand = [sum(2 ** (-(39 - number) / 4) for number in range(40) if number % 4 == title) for title in range(6)]
    assert close == pytest.approx(by_hand)


def test_shares_of_the_last_likes_count_in_lists_only(walked: tuple[Ground, Part]) -> None:
    _, part = walked
    lists, moments = set(part.about["weights"]), set(part.about["next weights"])
    assert lists - moments == {"lately 0.5", "lately 3", "lately 10"}
    assert moments < lists


# --- rows


def test_every_row_from_end_to_end(tmp_path: Path) -> None:
    task = NextItem(walking())
    small = RecommenderConfig(least=1, moments=60)
    rows = [row for row in contenders(task) if row.name not in ("TGN", "Reelation (temporal)")]
    rows += [atlas_next_row("Reelation (temporal)", "ours", NextRow(small)), tgn_row(TgnRow(16, 1, asked=20))]
    runs = run(task, rows, [0], tmp_path)
    table = tabulate(task, runs)
    found = {row.name: row.figures["NDCG@10"].mean for row in table.rows}
    assert set(found) == {row.name for row in rows}
    assert found["Reelation (temporal)"] > found[STATIC_NAME] + 0.1
    assert found["what followed before (SLIT)"] > found["popularity"] + 0.1
    assert all(0 <= value <= 1 for value in found.values())
    ours = next(row for row in table.rows if row.kind == "ours")
    apart = ours.against[STATIC_NAME]
    assert apart.mean == pytest.approx(ours.figures["NDCG@10"].mean - found[STATIC_NAME])
    assert apart.low > 0
    assert Table.from_json(table.to_json()) == table


def test_recent_popularity_goes_on_with_the_log() -> None:
    log = _log((0, 1, 4, 10), (1, 1, 4, 20), (0, 2, 4, 86_400 * 9), (0, 3, 4, 86_400 * 10))
    asked = Questions(log, np.array([1, 3]), np.array([0, 0]), np.array([15, 86_400 * 10]))
    scores = recent(1.0)(asked)
    assert scores[0].tolist() == pytest.approx([0, 1, 0, 0, 0, 0], abs=1e-3)
    assert scores[1].argmax() == 2
    assert scores[1, 3] == 0


def test_a_baseline_with_nothing_to_choose_chooses_it() -> None:
    problem, _ = NextItem(walking()).open(0)
    fitted = tuned("popularity", {"as it is": lambda events: recent(1e5)}).fit(problem, 0)
    assert fitted.about == {"chosen": "as it is"}
    assert sparse.issparse(problem.windows()[0].right)
