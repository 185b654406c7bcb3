"""TGN as a row of the next-item tables.

problem  ->  train, stop where validation is best  ->  train on everything for as many epochs  ->  read on when asked
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from reelation.evaluation.moments import Predict, Window, quality
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.next_item import NextProblem
from reelation.histories.verdicts import LIKED_STARS
from reelation.seeds import generator


@dataclass(frozen=True)
class TgnRow:
    """Sizes and training; the rest is in `TgnConfig` and `StreamConfig`."""

    width: int = 64
    epochs: int = 6
    block: int = 32
    asked: int = 400
    """Validation questions, drawn evenly."""


def tgn_row(config: TgnRow | None = None) -> Contender[NextProblem, Predict]:
    """The row."""
    chosen = config or TgnRow()

    def fit(problem: NextProblem, seed: int) -> Fitted[Predict]:
        from reelation.models.tgn import Tgn, TgnConfig
        from reelation.training.streaming import StreamConfig, TgnAnswers, stream_of, train_tgn

        plan = StreamConfig(epochs=chosen.epochs, block=chosen.block)
        look = problem.windows()[0]
        some = np.sort(generator(seed, "asked").permutation(len(look.questions))[: chosen.asked])
        asked = Window(look.questions.only(some), look.right[some], look.start)
        whole = stream_of(problem.log, LIKED_STARS)
        early = stream_of(problem.log.only(np.arange(look.start)), LIKED_STARS)

        def fresh() -> Tgn:
            return Tgn(problem.log.viewers, problem.log.titles, TgnConfig(chosen.width), seed)

        def judge(model: Tgn) -> float:
            return float(quality(TgnAnswers(model, 4 * plan.block, LIKED_STARS)(asked.questions), asked).mean())

        _, figures = train_tgn(fresh(), early, plan, seed, plan.epochs, judge)
        epochs = int(np.argmax(figures)) + 1
        model, _ = train_tgn(fresh(), whole, plan, seed, epochs, None)
        about = {"epochs": epochs, "validation NDCG@10": [round(figure, 4) for figure in figures]}
        return Fitted(TgnAnswers(model, plan.block, LIKED_STARS), about)

    return Contender("TGN", "graph network", fit, settings={**asdict(chosen), "version": 1})
