"""From runs to a table that a person can read and a program can keep.

    [Run, ...]  ->  tabulate  ->  Table  ->  to_json / markdown

Rows are ordered by the task's main figure, best first. "ahead" is the difference in it to the best baseline of the same
table, paired by viewer, query or title; the best baseline is the one that did best on the test, which favours it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from reelation.evaluation.figures import difference, summary
from reelation.evaluation.harness import Run
from reelation.evaluation.metrics import Interval
from reelation.evaluation.task import Kind, Task


@dataclass(frozen=True)
class Row:
    """One contender, all seeds together."""

    name: str
    kind: Kind
    runs: int
    """Seeds it was run with; 1 where the result does not depend on the seed."""
    figures: dict[str, Interval]
    """Name -> mean over seeds, with its 95 % interval over units."""
    ahead: Interval | None
    """Main figure minus that of the best baseline; None for that baseline itself and where there is none."""
    fit_seconds: float
    """Mean over seeds, as all below."""
    fit_cpu_seconds: float
    answer_seconds: float
    peak_mb: float
    about: dict[str, Any]
    """What the first run said of itself."""
    against: dict[str, Interval] = field(default_factory=dict)
    """Of our own rows: main figure minus that of each other row, paired."""


@dataclass(frozen=True)
class Table:
    """All rows of one task."""

    task: str
    about: str
    main: str
    lower_is_better: bool
    units: int
    """What the intervals are drawn over: so many viewers, queries or titles, in the first seed's test."""
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` reads them."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Table:
        """Read what `to_json` gave (after a trip through JSON, too)."""
        rows = tuple(
            Row(
                **{
                    **row,
                    "figures": {name: Interval(*values) for name, values in row["figures"].items()},
                    "ahead": Interval(*row["ahead"]) if row["ahead"] else None,
                    "against": {name: Interval(*values) for name, values in row.get("against", {}).items()},
                }
            )
            for row in content["rows"]
        )
        return cls(**{**content, "rows": rows})

    @property
    def best_baseline(self) -> str | None:
        """The baseline that did best."""
        return next((row.name for row in self.rows if row.kind == "baseline"), None)


def tabulate(task: Task[Any, Any], runs: Sequence[Run]) -> Table:
    """Put the runs of one task together.

    Raises:
        ValueError: there are no runs.
    """
    if not runs:
        raise ValueError(f"{task.name}: no runs to put in a table")
    by_name: dict[str, list[Run]] = {}
    for run in runs:
        by_name.setdefault(run.contender, []).append(run)
    populations = {run.seed: run.population for run in runs}

    def main(name: str) -> float:
        return float(np.mean([run.figures[task.main].value() for run in by_name[name]]))

    names = sorted(by_name, key=main, reverse=not task.lower_is_better)
    reference = next((name for name in names if by_name[name][0].kind == "baseline"), None)
    rows = tuple(_row(task, name, by_name, reference, populations) for name in names)
    units = len(next(iter(by_name.values()))[0].figures[task.main].values)
    return Table(task.name, task.about, task.main, task.lower_is_better, units, rows)


def _row(
    task: Task[Any, Any],
    name: str,
    by_name: Mapping[str, Sequence[Run]],
    reference: str | None,
    populations: Mapping[int, str],
) -> Row:
    runs = by_name[name]
    figures = {
        figure: summary({run.seed: run.figures[figure] for run in runs}, populations) for figure in runs[0].figures
    }
    mains = {one: {run.seed: run.figures[task.main] for run in by_name[one]} for one in by_name}
    ahead = None
    if reference is not None and reference != name:
        ahead = difference(mains[name], mains[reference], populations)
    others = [one for one in by_name if one != name] if runs[0].kind == "ours" else []
    against = {one: difference(mains[name], mains[one], populations) for one in others}
    means = {
        key: round(float(np.mean([getattr(run, key) for run in runs])), 3)
        for key in ("fit_seconds", "fit_cpu_seconds", "answer_seconds", "peak_mb")
    }
    return Row(name, runs[0].kind, len(runs), figures, ahead, about=runs[0].about, against=against, **means)


def markdown(table: Table, digits: int = 3) -> str:
    """A table in Markdown: figures with 95 % intervals, what is ahead of the best baseline, time and memory.

    Figures of parts of what was asked ("MRR, no text") follow in a table of their own, the main one of each part.
    """
    known = table.rows[0].figures
    parts = [name for name in known if ", " in name and name.partition(", ")[0] in known]
    names = [name for name in known if name not in parts]
    head = ["model", "what it is", *names, f"{table.main}, against {table.best_baseline}", "fit", "answer", "memory"]
    if table.best_baseline is None:
        head.remove(f"{table.main}, against {table.best_baseline}")
    lines = [_line(head), f"|{'---|' * 2}{'---:|' * (len(head) - 2)}"]
    for row in table.rows:
        cells = [_name(row), row.kind, *_cells(row, names, digits)]
        if table.best_baseline is not None:
            cells.append(_interval(row.ahead, digits, sign="+") if row.ahead is not None else "")
        cells += [_seconds(row.fit_seconds), _seconds(row.answer_seconds), f"{row.peak_mb:,.0f} MB"]
        lines.append(_line(cells))
    if parts := [name for name in parts if name.startswith(f"{table.main}, ")]:
        lines += ["", _line(["model", *parts]), f"|---|{'---:|' * len(parts)}"]
        lines += [_line([_name(row), *_cells(row, parts, digits)]) for row in table.rows]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _name(row: Row) -> str:
    return f"**{row.name}**" if row.kind == "ours" else row.name


def _cells(row: Row, names: Sequence[str], digits: int) -> list[str]:
    return [_interval(row.figures[name], digits) if name in row.figures else "" for name in names]


def _interval(value: Interval, digits: int, sign: str = "") -> str:
    mean, low, high = (f"{number:{sign}.{digits}f}" for number in value)
    return f"{mean} ({low} to {high})" if sign else f"{mean} ({low}–{high})"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 99.5 else f"{seconds / 60:.1f} min"


@dataclass(frozen=True)
class Cost:
    """What it takes a row to reach the best graph network's own best validation figure."""

    name: str
    seconds: float | None
    """Training time until then; None where it never gets there."""
    share: float | None
    """Of the time that the best graph network takes for it, 0 to 1 and above."""


def training_cost(table: Table) -> tuple[str, list[Cost]] | None:
    """How soon each trained row reaches the best validation figure of the best graph network among the others.

    Reads the curves that contenders report, [(seconds, validation figure), ...]; what is better in the table is better
    in a curve.

    Returns:
        The graph network's name and one cost a row with a curve; None where no graph network reports a curve.
    """
    sign = -1 if table.lower_is_better else 1
    curves = {
        row.name: [(seconds, sign * figure) for seconds, figure in row.about["curve"]]
        for row in table.rows
        if row.about.get("curve")
    }
    networks = [row.name for row in table.rows if row.kind == "graph network" and row.name in curves]
    if not networks:
        return None
    best = max(networks, key=lambda name: max(figure for _, figure in curves[name]))
    goal = max(figure for _, figure in curves[best])
    times = {
        name: min((seconds for seconds, figure in curve if figure >= goal), default=None)
        for name, curve in curves.items()
    }
    whole = times[best]
    return best, [
        Cost(name, seconds, seconds / whole if seconds is not None and whole else None)
        for name, seconds in times.items()
    ]
