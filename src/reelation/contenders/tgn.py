"""TGN as a row of the next-item tables, and of the top-N tables in order of time.

problem  ->  train, stop where validation is best  ->  train on everything for as many epochs  ->  read on when asked

For lists, memories are those after the last event known; epochs are chosen by lists as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reelation.evaluation import moments, ranking
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Window, quality
from reelation.evaluation.recommenders.known import as_lists, at_the_end, everything, looks
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.next_item import NextProblem
from reelation.evaluation.tasks.topn import RankingProblem
from reelation.histories.verdicts import LIKED_STARS
from reelation.seeds import generator


@dataclass(frozen=True)
class TgnRow:
    """Sizes and training; the rest is in `TgnConfig` and `StreamConfig`."""

    width: int = 64
    epochs: int = 6
    block: int = 32
    asked: int = 400
    """Validation questions, drawn evenly; next item only."""


def tgn_row(config: TgnRow | None = None) -> Contender[NextProblem, moments.Predict]:
    """The row of a next-item table."""
    chosen = config or TgnRow()

    def fit(problem: NextProblem, seed: int) -> Fitted[moments.Predict]:
        look = problem.windows()[0]
        some = np.sort(generator(seed, "asked").permutation(len(look.questions))[: chosen.asked])
        asked = Window(look.questions.only(some), look.right[some], look.start)

        def judge(answers: moments.Predict) -> float:
            return float(quality(answers(asked.questions), asked).mean())

        early = problem.log.only(np.arange(look.start))
        return Fitted(*_trained(early, problem.log, judge, chosen, seed))

    return Contender("TGN", "graph network", fit, settings={**asdict(chosen), "version": 1})


def tgn_list_row(config: TgnRow | None = None) -> Contender[RankingProblem, ranking.Predict]:
    """The row of a top-N table in order of time."""
    chosen = config or TgnRow()

    def fit(problem: RankingProblem, seed: int) -> Fitted[ranking.Predict]:
        look = looks(problem, 1)[0]
        early, whole = at_the_end(look.known), at_the_end(everything(problem))

        def judge(answers: moments.Predict) -> float:
            return float(look.quality(as_lists(answers, early)(early.viewer)).mean())

        answers, about = _trained(early.log, whole.log, judge, chosen, seed)
        return Fitted(as_lists(answers, whole), about)

    return Contender("TGN", "graph network", fit, settings={**asdict(chosen), "version": 1})


def _trained(
    early: Interactions, whole: Interactions, judge: Callable[[moments.Predict], float], chosen: TgnRow, seed: int
) -> tuple[moments.Predict, dict[str, Any]]:
    """Train on what came before the validation questions, then on everything for as many epochs as were best."""
    from reelation.models.tgn import Tgn, TgnConfig
    from reelation.training.streaming import StreamConfig, TgnAnswers, stream_of, train_tgn

    plan = StreamConfig(epochs=chosen.epochs, block=chosen.block)

    def fresh() -> Tgn:
        return Tgn(whole.viewers, whole.titles, TgnConfig(chosen.width), seed)

    def judged(model: Tgn) -> float:
        return judge(TgnAnswers(model, 4 * plan.block, LIKED_STARS))

    _, figures = train_tgn(fresh(), stream_of(early, LIKED_STARS), plan, seed, plan.epochs, judged)
    epochs = int(np.argmax(figures)) + 1
    model, _ = train_tgn(fresh(), stream_of(whole, LIKED_STARS), plan, seed, epochs, None)
    about = {"epochs": epochs, "validation NDCG@10": [round(figure, 4) for figure in figures]}
    return TgnAnswers(model, plan.block, LIKED_STARS), about
