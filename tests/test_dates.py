"""Lists at dates: a split by time at each, later events out of reach, figures by hand, every row from end to end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.catalogue.store import Catalogue
from reelation.contenders import dates, topn
from reelation.contenders.atlas_topn import NAME, STATIC_NAME
from reelation.contenders.suite import on_catalogue
from reelation.contenders.topn import fixed
from reelation.errors import DataError
from reelation.evaluation.harness import run
from reelation.evaluation.recommenders.popularity import popularity
from reelation.evaluation.report import tabulate
from reelation.evaluation.task import LeakError
from reelation.evaluation.tasks.dates import ENDS, TENTH, DatesExam, ListsAtDates
from reelation.evaluation.tasks.topn import RankingProblem, TopN
from tests.likes import TITLES, VIEWERS, world
from tests.test_recommend import catalogue  # noqa: F401

MOMENTS = np.sort(world().liked.time)


def _by_number(viewers: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.tile(-np.arange(TITLES, dtype=np.float64), (len(viewers), 1))


def test_each_date_is_a_split_by_time_of_what_had_happened() -> None:
    problems, exam = ListsAtDates(world()).open(0)
    tests, found = [], world().liked
    for end, problem, one in zip(ENDS, problems, exam._exams, strict=True):
        assert problem.train.time.max() < problem.validation.time.min()
        assert problem.validation.time.max() < one._test.time.min()
        for events in (problem.train_disliked, problem.validation_disliked):
            assert events.time.max(initial=0) <= problem.validation.time.max()
        low, high = (MOMENTS[int(len(MOMENTS) * round(share, 1)) - 1] for share in (end - TENTH, end))
        before = np.bincount(found.viewer[found.time <= low], minlength=VIEWERS) > 0
        asked = (found.time > low) & (found.time <= high) & before[found.viewer]
        assert set(found.pairs()[asked].tolist()) == set(one._test.pairs().tolist())
        tests.append(one._test.pairs())
    assert len(np.unique(np.concatenate(tests))) == sum(map(len, tests))


def test_the_latest_date_is_the_split_by_time_itself() -> None:
    whole, exam = TopN(world(), "time").open(0)
    problems, exams = ListsAtDates(world()).open(0)
    assert problems[0].train.pairs().tolist() == whole.train.pairs().tolist()
    assert exams._exams[0]._test.pairs().tolist() == exam._test.pairs().tolist()


def test_figures_are_means_over_lists_with_viewers_drawn_again() -> None:
    task = ListsAtDates(world())
    _, exam = task.open(0)
    marked = exam.grade((_by_number,) * len(ENDS))
    parts = [one.grade(_by_number) for one in task.open(0)[1]._exams]
    for name in ("recall@10", "recall@20", "NDCG@10", "novelty"):
        every = np.concatenate([part[name].values[:, 0] for part in parts])
        assert marked[name].value() == pytest.approx(every.mean())
    asked = np.concatenate([one.asked for one in exam._exams])
    assert len(marked["NDCG@10"].values) == len(np.unique(asked)) < len(asked)
    assert marked["NDCG@10"].values[:, 1].sum() == len(asked)
    assert marked["coverage"].value() == pytest.approx(np.mean([part["coverage"].value() for part in parts]))


def test_what_comes_after_a_date_is_caught_in_its_problem() -> None:
    problems, exam = ListsAtDates(world()).open(0)
    assert exam.leaks(problems) == []
    late = replace(problems[2], train=problems[2].train.join(problems[1].validation))
    found = exam.leaks((*problems[:2], late, *problems[3:]))
    assert found
    assert all(leak.startswith("date 3: ") for leak in found)

    class Leaky(ListsAtDates):
        def open(self, seed: int) -> tuple[tuple[RankingProblem, ...], DatesExam]:
            problems, exam = super().open(seed)
            return (*problems[:3], replace(problems[3], train=problems[0].train)), exam

    with pytest.raises(LeakError, match="date 4"):
        run(Leaky(world()), [dates.at_dates(fixed("popularity", popularity))], [0])


def test_a_row_is_fitted_anew_at_every_date() -> None:
    task = ListsAtDates(world())
    row = dates.at_dates(fixed("popularity", popularity, seeded=False))
    fitted = row.fit(task.open(0)[0], 0)
    assert len(fitted.about["dates"]) == len(ENDS)
    for problem, predict in zip(task.open(0)[0], fitted.predict, strict=True):
        known = problem.train.join(problem.validation).popularity()
        assert np.array_equal(np.argsort(-predict(np.array([0]))[0], kind="stable"), np.argsort(-known, kind="stable"))


def test_rows_of_the_table_from_end_to_end() -> None:
    task = ListsAtDates(world())
    rows = dates.contenders(task)
    assert {row.name for row in rows} == dates.ROWS <= {row.name for row in topn.contenders(task.latest)}
    some = [row for row in rows if row.name in {"popularity", "EASE", STATIC_NAME, NAME}]
    table = tabulate(task, run(task, some, [0]))
    figures = {row.name: row.figures["NDCG@10"].mean for row in table.rows}
    assert len(figures) == 4
    assert figures["EASE"] > figures["popularity"]
    assert figures[NAME] > figures["popularity"]


def test_who_cannot_be_asked_is_said() -> None:
    viewings = world()
    timeless = replace(viewings.liked, time=np.full(len(viewings.liked), UNKNOWN_TIME))
    with pytest.raises(DataError, match="time"):
        ListsAtDates(replace(viewings, liked=timeless))
    alone = replace(viewings.liked, time=10**9 + viewings.liked.viewer.astype(np.int64) * 1000)
    with pytest.raises(DataError, match="nobody can be asked in the tenth of likes up to 100%"):
        ListsAtDates(replace(viewings, liked=alone))


def test_a_catalogue_with_times_is_asked_at_dates(catalogue: Catalogue) -> None:  # noqa: F811
    entries = on_catalogue(catalogue, ["next-item"])
    assert entries[-1].task.name.startswith("Lists at 4 dates, ")
    assert {row.kind for row in entries[-1].contenders} >= {"ours", "baseline", "graph network"}
