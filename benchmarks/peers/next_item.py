"""RecBole's SASRec beside our rows of next items, lists a visit and lists at dates, on the same splits, in one run.

    python benchmarks/peers/environments.py peers
    python benchmarks/peers/next_item.py --data FOLDER --environments peers --only ml-100k

Writes the same tables as `reelation evaluate next-item`, with the peer's row; runs that are in `--out` already are not
repeated. `--epochs 0`: the peer takes the dropout and epochs that ml-100k's validation questions chose.
"""

from __future__ import annotations

from measuring import asked, measure
from next_contenders import sasrec_list_row, sasrec_row

from reelation.contenders import dates, next_item
from reelation.evaluation.datasets.viewings import movielens
from reelation.evaluation.tasks.dates import ListsAtDates
from reelation.evaluation.tasks.next_item import tasks


def main() -> None:
    """Run from the command line."""
    options = asked(__doc__, seeds=1, epochs=40)
    python = (options.environments / "recbole" / "bin" / "python").absolute()
    sets = movielens(options.data)
    peer, lists = sasrec_row(python, options.epochs or None), dates.at_dates(sasrec_list_row(python))
    measure(options, tasks(sets), lambda task: [*next_item.contenders(task), peer])
    measure(options, [ListsAtDates(one) for one in sets], lambda task: [*dates.contenders(task), lists])


if __name__ == "__main__":
    main()
