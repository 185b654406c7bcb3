"""Tables as pictures: intervals of the main figure, and what training costs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelation.errors import MissingExtraError
from reelation.evaluation.report import Table
from reelation.evaluation.task import Kind

_COLOURS: Mapping[Kind, str] = {
    "ours": "#c2410c",
    "graph network": "#1d4ed8",
    "other model": "#0f766e",
    "baseline": "#6b7280",
}
"""Told apart by shape as well, for those who do not see all colours."""
_SHAPES: Mapping[Kind, str] = {"ours": "D", "graph network": "o", "other model": "s", "baseline": "x"}


def plot_table(table: Table, path: Path) -> None:
    """Draw every row's main figure with its interval, best on top.

    Args:
        table: what to draw.
        path: .svg, .png or .pdf; written anew.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure, axes = _axes(0.9 + 0.32 * len(table.rows))
    for place, row in enumerate(reversed(table.rows)):
        mean, low, high = row.figures[table.main]
        axes.errorbar(
            mean,
            place,
            xerr=[[max(0.0, mean - low)], [max(0.0, high - mean)]],
            fmt=_SHAPES[row.kind],
            color=_COLOURS[row.kind],
            capsize=2,
            markersize=5,
        )
    axes.set_yticks(range(len(table.rows)), [row.name for row in reversed(table.rows)])
    axes.set_xlabel(f"{table.main}{' (lower is better)' if table.lower_is_better else ''}, 95 % interval")
    axes.set_title(table.task, loc="left", fontsize=10)
    axes.grid(axis="x", alpha=0.3)
    _save(figure, path)


def plot_curves(table: Table, path: Path) -> bool:
    """Draw validation figures over training time for every row that reports a curve.

    Returns:
        Whether there was anything to draw.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    rows = [row for row in table.rows if row.about.get("curve")]
    if not rows:
        return False
    figure, axes = _axes(3.2)
    for row in rows:
        seconds, values = zip(*row.about["curve"], strict=True)
        axes.plot(seconds, values, marker=_SHAPES[row.kind], markersize=3, linewidth=1.2, label=row.name)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlabel("seconds of training")
    axes.set_ylabel("validation figure")
    axes.set_title(table.task, loc="left", fontsize=10)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, frameon=False)
    _save(figure, path)
    return True


def _axes(height: float) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingExtraError("Drawing tables", "evaluate") from error
    figure = Figure(figsize=(7.2, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    import matplotlib

    path.parent.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context({"svg.hashsalt": "reelation", "svg.fonttype": "path"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
