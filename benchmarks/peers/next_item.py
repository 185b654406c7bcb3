"""RecBole's SASRec beside our next-item rows, on the same splits, in one run.

    python benchmarks/peers/environments.py peers
    python benchmarks/peers/next_item.py --data FOLDER --environments peers --only ml-100k

Writes the same tables as `reelation evaluate next-item`, with the peer's row; runs that are in `--out` already are not
repeated.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from next_contenders import sasrec_row

from reelation.contenders import next_item as ours
from reelation.evaluation.harness import run, slug
from reelation.evaluation.plots import plot_table
from reelation.evaluation.report import markdown, tabulate
from reelation.evaluation.tasks import next_item


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the MovieLens sets")
    parser.add_argument("--environments", type=Path, required=True, help="made by environments.py")
    parser.add_argument("--only", default="", help="tasks whose name contains this")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=60, help="of SASRec, at the most")
    parser.add_argument("--without", nargs="*", default=[], help="rows to leave out")
    parser.add_argument("--out", type=Path, default=Path("peers-results"))
    options = parser.parse_args()
    python = (options.environments / "recbole" / "bin" / "python").absolute()
    for task in next_item.tasks(options.data):
        if options.only.lower() not in task.name.lower():
            continue
        rows = [*ours.contenders(task), sasrec_row(python, options.epochs)]
        rows = [row for row in rows if row.name not in options.without]
        table = tabulate(task, run(task, rows, range(options.seeds), options.out / "runs"))
        (options.out / f"{slug(task.name)}.json").write_text(json.dumps(table.to_json(), indent=1) + "\n")
        plot_table(table, options.out / f"{slug(task.name)}.svg")
        print(f"## {table.task}\n\n{markdown(table)}\n")


if __name__ == "__main__":
    main()
