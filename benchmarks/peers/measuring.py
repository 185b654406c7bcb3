"""What every comparison with peers does: options, then a table, its picture and its figures for each task."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from reelation.evaluation.harness import run, slug
from reelation.evaluation.plots import plot_table
from reelation.evaluation.report import markdown, tabulate


def asked(about: str | None, *, seeds: int, epochs: int) -> argparse.Namespace:
    """Options of the command line; `seeds` and `epochs` where none are given."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the MovieLens sets")
    parser.add_argument("--environments", type=Path, required=True, help="made by environments.py")
    parser.add_argument("--only", default="", help="tasks whose name contains this")
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--epochs", type=int, default=epochs, help="at the most, for peers that train by epochs")
    parser.add_argument("--without", nargs="*", default=[], help="rows to leave out, by their names")
    parser.add_argument("--out", type=Path, default=Path("peers-results"))
    return parser.parse_args()


def measure(options: argparse.Namespace, tasks: Iterable[Any], rows_of: Callable[[Any], Sequence[Any]]) -> None:
    """Run the rows of each task that is asked for; write and print its table."""
    for task in tasks:
        if options.only.lower() not in task.name.lower():
            continue
        rows = [row for row in rows_of(task) if row.name not in options.without]
        table = tabulate(task, run(task, rows, range(options.seeds), options.out / "runs"))
        (options.out / f"{slug(task.name)}.json").write_text(json.dumps(table.to_json(), indent=1) + "\n")
        plot_table(table, options.out / f"{slug(task.name)}.svg")
        print(f"## {table.task}\n\n{markdown(table)}\n")
