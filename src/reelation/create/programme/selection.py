"""The best set of some titles under conditions, proved: a mixed-integer programme, solved by HiGHS.

Task (worth, what each has, limits)  ->  solve  ->  Selection (chosen, objective, bound), or None where there is none

With x_i = 1 for a chosen title, z_v <= 1 for a value (a decade, a country …) that some chosen title has, and
r_v <= 1 for one that a chosen title stands for (each for one value of a trait at most, so that an omnibus film of
twenty directors is not worth twenty films):

    maximise    sum_i worth_i x_i  +  sum_v reward_v r_v  +  sum_ij together_ij y_ij
    such that   sum_i x_i = count;   shortest <= sum_i minutes_i x_i <= longest;
                sum of x over the titles that have v <= most of each;
                z_v <= sum of x over the titles that have v,   sum_v z_v >= different values;
                r_v <= sum_i w_iv over the titles that have v,   sum_v w_iv <= x_i;
                y_ij <= x_i,   y_ij <= x_j,   sum_j y_ij = (count - 1) x_i

Only x has to be whole: the others are of themselves where x is (w is a bipartite matching). The last equation, which
follows from the count, keeps the bound of the pairs tight.

Source: covering with a cardinality limit is Church & ReVelle 1974, doi:10.1007/BF01942293; pairs with the equation are
    the reformulation-linearisation of Adams & Sherali 1986, doi:10.1287/mnsc.32.10.1274.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import UsageError

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

GAP = 1e-6
"""Of the objective: what is found is at most this share below the best there can be."""
SECONDS = 20.0
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
    """What each different value adds to the objective that a chosen title stands for, 0 or more."""


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
    model = Model(task)
    found = model.solve(seconds)
    if found is None:
        return None
    values, bound = found
    chosen = np.flatnonzero(values[: len(task.worth)] > 0.5)
    return Selection(chosen, objective_of(task, chosen), bound)


def objective_of(task: Task, chosen: Rows) -> float:
    """The objective of a set of titles, whether it meets the conditions or not."""
    total = float(task.worth[chosen].sum())
    total += sum(one.reward * stood_for(one.having[:, chosen]) for one in task.traits if one.reward)
    if task.together is not None:
        total += float(np.triu(task.together[np.ix_(chosen, chosen)], 1).sum())
    return total


def stood_for(having: NDArray[np.bool_]) -> int:
    """How many different values titles can stand for, each for one: the largest matching.

    Args:
        having: [values, titles].
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    return int((maximum_bipartite_matching(csr_array(having), perm_type="column") >= 0).sum())


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


class Model:
    """Columns: titles, then values, then pairs, then slack; rows one a condition."""

    def __init__(self, task: Task, loose: tuple[str, ...] | None = None) -> None:
        self.task, self._loose = task, loose or ()
        self.asked: dict[str, float] = {}
        self.slack: dict[str, int] = {}
        self._entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        count = len(task.worth)
        self._first_pair = count + sum(_columns_of(one) for one in task.traits)
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
        self._costs = np.zeros(self._columns)
        at = count
        for one in task.traits:
            self._trait(one, at)
            at += _columns_of(one)
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

    def _trait(self, one: Trait, at: int) -> None:
        sizes = one.having.sum(axis=1)
        if one.at_most is not None:
            for value in np.flatnonzero(sizes > one.at_most).tolist():
                columns = np.flatnonzero(one.having[value])
                self._row(f"at_most {one.name}", columns, np.ones(len(columns)), -np.inf, one.at_most)
            self.asked.setdefault(f"at_most {one.name}", one.at_most)
        if one.at_least:
            for value in range(len(one.having)):
                self._sum_above(np.flatnonzero(one.having[value]), at + value)
            columns = np.arange(at, at + len(one.having))
            self._row(f"at_least {one.name}", columns, np.ones(len(columns)), one.at_least, np.inf)
            at += len(one.having)
        if one.reward:
            self._rewarded(one, at)

    def _rewarded(self, one: Trait, at: int) -> None:
        """A column a value, then one for each value of each title that has several."""
        self._costs[at : at + len(one.having)] = -one.reward
        several = one.having.sum(axis=0) > 1
        values, titles = np.nonzero(one.having & several)
        stands = at + len(one.having) + np.arange(len(values))
        for value in range(len(one.having)):
            columns = np.append(np.flatnonzero(one.having[value] & ~several), stands[values == value])
            self._sum_above(columns, at + value)
        for title in np.flatnonzero(several).tolist():
            columns = np.append(title, stands[titles == title])
            self._row(None, columns, np.append(1.0, -np.ones(len(columns) - 1)), 0, np.inf)

    def _sum_above(self, columns: Rows, below: int) -> None:
        self._row(None, np.append(columns, below), np.append(np.ones(len(columns)), -1.0), 0, np.inf)

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

    def _objective(self) -> Floats:
        if self._loose:  # the least loosening, each as a share of what was asked
            costs = np.zeros(self._columns)
            for name, column in self.slack.items():
                costs[column] = 1 / max(abs(self.asked[name]), 1.0)
            return costs
        self._costs[: len(self.task.worth)] = -self.task.worth
        if self.task.together is not None:
            self._costs[self._first_pair : self._first_pair + len(self._pairs[0])] = -self.task.together[self._pairs]
        return self._costs

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
            self._objective(),
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


def _columns_of(one: Trait) -> int:
    several = one.having.sum(axis=0)
    values = len(one.having) * (bool(one.at_least) + bool(one.reward))
    return values + (int(several[several > 1].sum()) if one.reward else 0)
