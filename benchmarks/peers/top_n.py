"""Other people's recommenders beside ours, on the same splits, in one run.

    python benchmarks/peers/environments.py peers
    python benchmarks/peers/top_n.py --data FOLDER --environments peers --only "ml-100k, random"

Writes the same tables as `reelation evaluate`, with the peers' rows; runs that are in `--out` already are not repeated.
"""

from __future__ import annotations

from contenders import peer_contenders
from measuring import asked, measure

from reelation.contenders import topn as ours
from reelation.evaluation.tasks import topn


def main() -> None:
    """Run from the command line."""
    options = asked(__doc__, seeds=3, epochs=150)
    pythons = {name: options.environments / name / "bin" / "python" for name in ("recbole", "lenskit")}
    there = {name: path.absolute() if path.exists() else None for name, path in pythons.items()}
    peers = peer_contenders(there["recbole"], there["lenskit"], options.epochs)
    measure(options, topn.tasks(options.data), lambda task: [*ours.contenders(task), *peers])


if __name__ == "__main__":
    main()
