"""The solver against trying everything, and the running order against all orders."""

from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation.create.programme.conflicts import conflicts
from reelation.create.programme.running_order import EXACT, _improved, path_worth, running_order, worth_of_links
from reelation.create.programme.selection import Selection, Task, Trait, broken, objective_of, solve


def _task(seed: int, pairs: bool) -> Task:
    """A small task with random titles and limits; some can be met, some cannot."""
    draw = np.random.default_rng(seed)
    count, chosen = int(draw.integers(4, 10)), int(draw.integers(1, 5))
    traits = tuple(
        Trait(
            name,
            draw.random((int(draw.integers(1, 6)), count)) < 0.35,
            at_most=int(draw.integers(1, 3)) if draw.random() < 0.5 else None,
            at_least=int(draw.integers(1, 5)) if draw.random() < 0.5 else 0,
            reward=float(draw.random()) * (draw.random() < 0.6),
        )
        for name in ("decade", "country", "director")
    )
    minutes = draw.integers(60, 180, count).astype(float)
    together = draw.normal(size=(count, count))
    return Task(
        worth=draw.normal(size=count),
        count=chosen,
        traits=traits,
        must=np.flatnonzero(draw.random(count) < 0.1),
        minutes=minutes,
        shortest=float(draw.integers(50, 110) * chosen) if draw.random() < 0.3 else None,
        longest=float(draw.integers(80, 160) * chosen) if draw.random() < 0.4 else None,
        together=together + together.T if pairs else None,
    )


def _by_trying(task: Task) -> float | None:
    """The objective of the best of all sets; None where no set meets the conditions."""
    sets = (np.array(one, np.int64) for one in combinations(range(len(task.worth)), task.count))
    worths = [objective_of(task, one) for one in sets if not broken(task, one)]
    return max(worths) if worths else None


@pytest.mark.parametrize("pairs", [False, True])
def test_the_solver_finds_what_trying_everything_finds(pairs: bool) -> None:
    none = 0
    for seed in range(150):
        task = _task(seed, pairs)
        best, found = _by_trying(task), solve(task)
        assert (found is None) == (best is None), seed
        none += best is None
        if found is not None and best is not None:
            assert broken(task, found.chosen) == []
            assert found.objective == pytest.approx(best, abs=1e-6), seed
            assert found.bound >= best - 1e-5, seed
            assert found.gap < 1e-5, seed
    assert 20 < none < 130


def _loosened(task: Task, name: str, to: float) -> Task:
    kind, _, trait = name.partition(" ")
    if kind == "count":
        return replace(task, count=int(to))
    if kind in ("longest", "shortest"):
        return replace(task, **{kind: to + (1e-4 if kind == "longest" else -1e-4)})  # type: ignore[arg-type]
    limit: dict[str, Any] = {kind: int(to)}
    traits = (replace(one, **limit) if one.name == trait else one for one in task.traits)
    return replace(task, traits=tuple(traits))


def test_conflicts_name_what_stands_in_the_way_and_the_nearest_that_can_be_met() -> None:
    told = 0
    for seed in range(120):
        task = _task(seed, pairs=False)
        if _by_trying(task) is not None:
            continue
        alone, found = conflicts(task)
        if not found:
            continue
        told += 1
        if not alone:
            loose = task
            for one in found:
                loose = _loosened(loose, one.name, one.possible) if one.name != "must" else loose
            assert len(found) > 1, seed
            assert any(one.name == "must" for one in found) or _by_trying(loose) is not None, seed
            continue
        for one in found:
            if one.name == "must":
                continue
            assert _by_trying(_loosened(task, one.name, one.possible)) is not None, (seed, one)
            step = 1 if one.possible < one.asked else -1
            if abs(one.possible - one.asked) > 1.5 and one.name not in ("longest", "shortest"):
                assert _by_trying(_loosened(task, one.name, one.possible + step)) is None, (seed, one)
    assert told > 20


def test_more_titles_than_there_are_cannot_be_chosen() -> None:
    assert solve(Task(np.ones(3), 4)) is None


def test_a_title_with_many_countries_is_not_worth_more_than_the_places_there_are() -> None:
    having = np.zeros((9, 3), bool)
    having[:8, 0] = True
    having[8, 1] = True
    task = Task(np.array([0.0, 0.5, 0.0]), 1, (Trait("country", having, reward=1.0),))
    found = solve(task)
    assert isinstance(found, Selection)
    assert found.chosen.tolist() == [1]


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(0, 10_000))
def test_the_running_order_is_the_best_of_all(count: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    links = draw.random((count, count))
    links = links + links.T
    order, exact = running_order(links, draw.integers(1950, 2000, count))
    assert exact
    assert sorted(order.tolist()) == list(range(count))
    best = max(path_worth(links, np.array(one)) for one in permutations(range(count)))
    assert path_worth(links, order) == pytest.approx(best)


def test_long_orders_are_near_the_best_and_say_that_they_are_not_proved() -> None:
    draw = np.random.default_rng(5)
    shares = []
    for _ in range(10):
        links = draw.random((9, 9))
        links = links + links.T
        shares.append(path_worth(links, _improved(links)) / path_worth(links, running_order(links, np.arange(9))[0]))
    assert min(shares) > 0.95
    links = draw.random((EXACT + 3, EXACT + 3))
    order, exact = running_order(links + links.T, np.arange(len(links)))
    assert not exact
    assert sorted(order.tolist()) == list(range(len(links)))


def test_neighbours_alternate_where_only_change_counts() -> None:
    decades = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], bool)
    links = worth_of_links(np.ones((4, 4)), decades, decades, alternate=1.0)
    order, _ = running_order(links, np.array([1970, 1971, 1980, 1981]))
    assert [at // 2 for at in order.tolist()] == [0, 1, 0, 1]


def test_what_is_unknown_counts_as_no_change() -> None:
    decades = np.array([[1, 0]], bool)
    assert worth_of_links(np.ones((2, 2)), decades, decades, 1.0)[0, 1] == 0
