"""Other people's recommenders beside ours, on the same splits, in one run.

    python benchmarks/peers/environments.py peers
    python benchmarks/peers/top_n.py --data FOLDER --environments peers --only "ml-100k, random"

Writes the same tables as `reelation evaluate`, with the peers' rows; runs that are in `--out` already are not repeated.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from contenders import peer_contenders

from reelation.contenders import topn as ours
from reelation.evaluation.harness import run, slug
from reelation.evaluation.plots import plot_table
from reelation.evaluation.report import markdown, tabulate
from reelation.evaluation.tasks import topn


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the MovieLens sets")
    parser.add_argument("--environments", type=Path, required=True, help="made by environments.py")
    parser.add_argument("--only", default="", help="tasks whose name contains this")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=150, help="at the most, for peers that train by epochs")
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out, by the names of their rows")
    parser.add_argument("--out", type=Path, default=Path("peers-results"))
    options = parser.parse_args()
    pythons = {name: options.environments / name / "bin" / "python" for name in ("recbole", "lenskit")}
    there = {name: path.absolute() if path.exists() else None for name, path in pythons.items()}
    peers = peer_contenders(there["recbole"], there["lenskit"], options.epochs)
    for task in topn.tasks(options.data):
        if options.only.lower() not in task.name.lower():
            continue
        rows = [*ours.contenders(task), *(peer for peer in peers if peer.name not in options.without)]
        table = tabulate(task, run(task, rows, range(options.seeds), options.out / "runs"))
        (options.out / f"{slug(task.name)}.json").write_text(json.dumps(table.to_json(), indent=1) + "\n")
        plot_table(table, options.out / f"{slug(task.name)}.svg")
        print(f"## {table.task}\n\n{markdown(table)}\n")


if __name__ == "__main__":
    main()
