"""Who recommends at several dates: the telling rows of the top-N table, fitted anew at each.

contenders(task)  ->  the rows of a table of lists at dates
"""

from __future__ import annotations

from reelation.contenders import topn
from reelation.contenders.atlas_topn import NAME, STATIC_NAME, TODAY_NAME
from reelation.evaluation.ranking import Predict
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.dates import Answers, ListsAtDates, Problems
from reelation.evaluation.tasks.topn import RankingProblem

ROWS = {
    "popularity",
    "recent popularity",
    "item-kNN",
    "EASE",
    "iALS",
    "LightGCN",
    "TGN",
    topn.BLEND,
    topn.TIMELESS_BLEND,
    NAME,
    STATIC_NAME,
    TODAY_NAME,
}
"""The others of the top-N table are kin of these and take as long again."""


def contenders(task: ListsAtDates) -> list[Contender[Problems, Answers]]:
    """The rows of a table of lists at dates."""
    return [at_dates(row) for row in topn.contenders(task.latest) if row.name in ROWS]


def at_dates(row: Contender[RankingProblem, Predict]) -> Contender[Problems, Answers]:
    """A row of a top-N table as one that is fitted at every date."""

    def fit(problems: Problems, seed: int) -> Fitted[Answers]:
        fitted = [row.fit(problem, seed) for problem in problems]
        return Fitted(tuple(one.predict for one in fitted), {"dates": [one.about for one in fitted]})

    return Contender(row.name, row.kind, fit, row.seeded, row.settings)
