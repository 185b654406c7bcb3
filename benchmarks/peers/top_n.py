"""Other people's recommenders beside ours, on the same splits, in one run.

    python benchmarks/peers/environments.py peers
    python benchmarks/peers/top_n.py --data FOLDER --environments peers --only "ml-100k, random"

Writes the same tables as `reelation evaluate`, with the peers' rows; runs that are in `--out` already are not repeated.
"""

from __future__ import annotations

from typing import Any

from contenders import peer_contenders
from measuring import asked, measure
from next_contenders import sasrec_list_row

from reelation.contenders import topn as ours
from reelation.evaluation.tasks import topn


def main() -> None:
    """Run from the command line."""
    options = asked(__doc__, seeds=3, epochs=150)
    pythons = {name: options.environments / name / "bin" / "python" for name in ("recbole", "lenskit")}
    there = {name: path.absolute() if path.exists() else None for name, path in pythons.items()}
    peers = peer_contenders(there["recbole"], there["lenskit"], options.epochs)
    sequences = [sasrec_list_row(there["recbole"])] if there["recbole"] is not None else []

    def rows(task: topn.TopN) -> list[Any]:
        return [*ours.contenders(task), *peers, *(sequences if task.in_order else [])]

    measure(options, topn.tasks(options.data), rows)


if __name__ == "__main__":
    main()
