"""RecBole's SASRec beside our next-item rows, on the same splits, in one run.

    python benchmarks/peers/environments.py peers
    python benchmarks/peers/next_item.py --data FOLDER --environments peers --only ml-100k

Writes the same tables as `reelation evaluate next-item`, with the peer's row; runs that are in `--out` already are not
repeated. `--epochs 0`: the peer takes the dropout and epochs that ml-100k's validation questions chose.
"""

from __future__ import annotations

from measuring import asked, measure
from next_contenders import sasrec_row

from reelation.contenders import next_item as ours
from reelation.evaluation.tasks import next_item


def main() -> None:
    """Run from the command line."""
    options = asked(__doc__, seeds=1, epochs=40)
    python = (options.environments / "recbole" / "bin" / "python").absolute()
    peer = sasrec_row(python, options.epochs or None)
    measure(options, next_item.tasks(options.data), lambda task: [*ours.contenders(task), peer])


if __name__ == "__main__":
    main()
