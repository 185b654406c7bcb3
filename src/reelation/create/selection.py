"""The best set of some titles under conditions, proved: a mixed-integer programme, solved by HiGHS.

Task (worth, what each has, limits)  ->  solve  ->  Selection (chosen, objective, bound), or None where there is none
                                    ->  conflicts  ->  which limit stands in the way, and what it would have to be

With x_i = 1 for a chosen title and z_v <= 1 for a value (a decade, a country …) that some chosen title has:

    maximise    sum_i worth_i x_i  +  sum_v reward_v z_v  +  sum_ij together_ij y_ij
    such that   sum_i x_i = count;   z_v <= sum of x over the titles that have v;  different values <= sum_v z_v <= count;
                sum of x over the titles that have v <= most of each;   shortest <= sum_i minutes_i x_i <= longest;
                y_ij <= x_i,  y_ij <= x_j,  sum_j y_ij = (count - 1) x_i

Only x has to be whole: z and y are whole of themselves where x is. The last equation, which follows from the count,
keeps the bound of the pairs tight.

Source: covering with a cardinality limit is Church & ReVelle 1974, doi:10.1007/BF01942293; pairs with the equation are
    the reformulation-linearisation of Adams & Sherali 1986, doi:10.1287/mnsc.32.10.1274.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import UsageError

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

GAP = 1e-6
"""Of the objective: what is found is at most this share below the best there can be."""
SECONDS = 60.0
_INFEASIBLE = 2


@dataclass(frozen=True)
class Trait:
    """One thing in which the chosen shall differ: decades, say, or countries."""

    name: str
    having: NDArray[np.bool_]
    """[values, titles] True where a title has the value; a title may have several, or none."""
    at_most: int | None = None
    """How many of the chosen may have the same value."""
    at_least: int = 0
    """How many different values the chosen must have."""
    reward: float = 0.0
    """What each different value adds to the objective, 0 or more; no more than `Task.count` values do, or `at_least`,
    where a title has several."""


@dataclass(frozen=True)
class Task:
    """What to choose from, and under which conditions."""

    worth: Floats
    """[titles]."""
    count: int
    traits: tuple[Trait, ...] = ()
    must: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    """Titles that have to be chosen."""
    minutes: Floats | None = None
    """[titles] finite; only where `shortest` or `longest` is given."""
    shortest: float | None = None
    """Of all chosen together, minutes."""
    longest: float | None = None
    together: Floats | None = None
    """[titles, titles] symmetric: what each chosen pair adds; for few titles only."""


@dataclass(frozen=True)
class Selection:
    """The chosen titles, and how sure it is that there is no better set."""

    chosen: Rows
    """[count] rising."""
    objective: float
    bound: float
    """No set that meets the conditions has a higher objective."""

    @property
    def gap(self) -> float:
        """How far below the bound, as a share of it, 0 to 1."""
        return max(0.0, self.bound - self.objective) / max(abs(self.bound), 1e-9)


@dataclass(frozen=True)
class Conflict:
    """A condition that cannot be met together with the others."""

    name: str
    """"count", "must", "longest", "shortest", "at_most TRAIT" or "at_least TRAIT"."""
    asked: float
    possible: float
    """The nearest to what was asked that could be met, all other conditions kept."""


def solve(task: Task, seconds: float = SECONDS) -> Selection | None:
    """The best set; None where no set meets the conditions.

    Args:
        task: what to choose from.
        seconds: after which the best set so far is taken, with its bound.

    Raises:
        UsageError: no set was found in that time, nor proof that there is none.
    """
    if task.count > len(task.worth):
        return None
    model = _Model(task)
    found = model.solve(seconds)
    if found is None:
        return None
    values, bound = found
    chosen = np.flatnonzero(values[: len(task.worth)] > 0.5)
    return Selection(chosen, objective_of(task, chosen), bound)


def objective_of(task: Task, chosen: Rows) -> float:
    """The objective of a set of titles, whether it meets the conditions or not."""
    total = float(task.worth[chosen].sum())
    for one in task.traits:
        total += one.reward * min(int(one.having[:, chosen].any(axis=1).sum()), max(task.count, one.at_least))
    if task.together is not None:
        total += float(np.triu(task.together[np.ix_(chosen, chosen)], 1).sum())
    return total


def broken(task: Task, chosen: Rows) -> list[str]:
    """Names of the conditions that a set of titles does not meet."""
    found = [] if len(chosen) == task.count else ["count"]
    found += [] if np.isin(task.must, chosen).all() else ["must"]
    if task.minutes is not None:
        total = float(task.minutes[chosen].sum())
        found += ["longest"] if task.longest is not None and total > task.longest + 1e-6 else []
        found += ["shortest"] if task.shortest is not None and total < task.shortest - 1e-6 else []
    for one in task.traits:
        each = one.having[:, chosen].sum(axis=1)
        found += [f"at_most {one.name}"] if one.at_most is not None and (each > one.at_most).any() else []
        found += [f"at_least {one.name}"] if int((each > 0).sum()) < one.at_least else []
    return found


def conflicts(task: Task, seconds: float = SECONDS) -> tuple[bool, tuple[Conflict, ...]]:
    """What stands in the way where `solve` finds that no set meets the conditions.

    Each condition is loosened alone, as little as possible; where none helps alone, all are, together as little as
    possible (each counted as a share of what was asked).

    Returns:
        Whether each of them would be enough alone (else all are needed together), and the conditions to loosen.
    """
    bare = replace(task, worth=np.zeros(len(task.worth)), together=None, traits=_without_rewards(task.traits))
    names = list(_Model(bare, loose=None).asked)
    alone = [found[0] for name in names if (found := _loosened(bare, (name,), seconds))]
    if alone:
        return True, tuple(alone)
    return False, tuple(_loosened(bare, tuple(names), seconds))


def _without_rewards(traits: tuple[Trait, ...]) -> tuple[Trait, ...]:
    return tuple(replace(one, reward=0.0) for one in traits if one.at_least or one.at_most is not None)


def _loosened(task: Task, names: tuple[str, ...], seconds: float) -> list[Conflict]:
    """The least loosening of the conditions `names`; empty where even that helps nothing."""
    model = _Model(task, loose=names)
    found = model.solve(seconds)
    if found is None:
        return []
    slack = {name: float(found[0][column]) for name, column in model.slack.items()}
    result = []
    for name, by in slack.items():
        by = by if name in ("longest", "shortest") else round(by)
        if by > 1e-6:
            asked = model.asked[name]
            upwards = name == "longest" or name.startswith("at_most")
            result.append(Conflict(name, asked, asked + by if upwards else asked - by))
    return result


class _Model:
    """Columns: titles, then values, then pairs, then slack; rows one a condition."""

    def __init__(self, task: Task, loose: tuple[str, ...] | None = None) -> None:
        self.task, self._loose = task, loose or ()
        self.asked: dict[str, float] = {}
        self.slack: dict[str, int] = {}
        self._entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        count = len(task.worth)
        values = sum(len(one.having) for one in task.traits if one.at_least or one.reward)
        self._first_value, self._first_pair = count, count + values
        self._pairs = np.triu_indices(count, 1) if task.together is not None else (np.zeros(0, np.int64),) * 2
        self._columns = self._first_pair + len(self._pairs[0]) + len(self._loose)
        everything = np.arange(count)
        self._row("count", everything, np.ones(count), task.count, task.count)
        if len(task.must):
            self._row("must", task.must, np.ones(len(task.must)), len(task.must), np.inf)
        if task.minutes is not None and task.longest is not None:
            self._row("longest", everything, task.minutes, -np.inf, task.longest)
        if task.minutes is not None and task.shortest is not None:
            self._row("shortest", everything, task.minutes, task.shortest, np.inf)
        at = self._first_value
        for one in task.traits:
            at = self._trait(one, at)
        self._pair_rows()

    def _row(self, name: str | None, columns: Rows, weights: Floats, low: float, high: float) -> None:
        """One condition; a named one gets its slack where it is to be loosened."""
        if name is not None:
            asked = low if np.isfinite(low) else high
            self.asked.setdefault(name, asked)
            if name in self._loose:
                if name not in self.slack:
                    self.slack[name] = self._columns - len(self._loose) + len(self.slack)
                columns = np.append(columns, self.slack[name])
                weights = np.append(weights, 1.0 if np.isfinite(low) else -1.0)
        self._entries.append((np.full(len(columns), len(self._low)), columns, weights))
        self._low.append(low)
        self._high.append(high)

    def _trait(self, one: Trait, at: int) -> int:
        sizes = one.having.sum(axis=1)
        if one.at_most is not None:
            for value in np.flatnonzero(sizes > one.at_most).tolist():
                columns = np.flatnonzero(one.having[value])
                self._row(f"at_most {one.name}", columns, np.ones(len(columns)), -np.inf, one.at_most)
            self.asked.setdefault(f"at_most {one.name}", one.at_most)
        if not (one.at_least or one.reward):
            return at
        for value in range(len(one.having)):
            columns = np.append(np.flatnonzero(one.having[value]), at + value)
            self._row(None, columns, np.append(np.ones(len(columns) - 1), -1.0), 0, np.inf)
        columns = np.arange(at, at + len(one.having))
        if one.at_least:
            self._row(f"at_least {one.name}", columns, np.ones(len(columns)), one.at_least, np.inf)
        if one.reward and len(columns) > (most := max(self.task.count, one.at_least)):
            self._row(None, columns, np.ones(len(columns)), -np.inf, most)
        return at + len(one.having)

    def _pair_rows(self) -> None:
        first, second = self._pairs
        at = self._first_pair + np.arange(len(first))
        for pair, (one, two) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            for title in (one, two):
                self._row(None, np.array([title, at[pair]]), np.array([1.0, -1.0]), 0, np.inf)
        for title in range(len(self.task.worth) if len(first) else 0):
            columns = np.append(at[(first == title) | (second == title)], title)
            weights = np.append(np.ones(len(columns) - 1), -(self.task.count - 1.0))
            self._row(None, columns, weights, 0, 0)

    def _costs(self) -> Floats:
        costs = np.zeros(self._columns)
        if self._loose:  # the least loosening, each as a share of what was asked
            for name, column in self.slack.items():
                costs[column] = 1 / max(abs(self.asked[name]), 1.0)
            return costs
        costs[: len(self.task.worth)] = -self.task.worth
        at = self._first_value
        for one in self.task.traits:
            if one.at_least or one.reward:
                costs[at : at + len(one.having)] = -one.reward
                at += len(one.having)
        if self.task.together is not None:
            costs[self._first_pair : self._first_pair + len(self._pairs[0])] = -self.task.together[self._pairs]
        return costs

    def solve(self, seconds: float) -> tuple[Floats, float] | None:
        """Values of all columns and the objective's bound; None where no values meet the conditions."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        rows, columns, weights = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = csr_array((weights, (rows, columns)), shape=(len(self._low), self._columns))
        whole = np.zeros(self._columns)
        whole[: len(self.task.worth)] = 1
        high = np.ones(self._columns)
        for name, column in self.slack.items():
            high[column] = np.inf
            whole[column] = name not in ("longest", "shortest")
        if (count := self.slack.get("count")) is not None:
            high[count] = self.task.count
        if self._loose:
            high[self._columns - len(self._loose) + len(self.slack) :] = 0
        options: dict[str, Any] = {"mip_rel_gap": GAP, "time_limit": seconds}
        found = milp(
            self._costs(),
            integrality=whole,
            bounds=Bounds(np.zeros(self._columns), high),
            constraints=LinearConstraint(matrix, self._low, self._high),
            options=options,
        )
        if found.status == _INFEASIBLE:
            return None
        if found.x is None:
            raise UsageError(
                f"No programme was found in {seconds:g} seconds, nor proof that there is none; "
                "ask for fewer titles, for fewer limits, or for narrower years"
            )
        return np.asarray(found.x, np.float64), -float(
            found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
        )
