"""What a recommender learns from, at the moments when choices are made and at the end.

RankingProblem  ->  looks      [(known before, liked after), ...]   to choose by
                ->  everything  training and validation together    to answer from

Who answers at moments can answer with lists: `as_lists` asks about viewers when all of it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation import moments
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Questions
from reelation.evaluation.ranking import Predict, Scores, ndcg
from reelation.evaluation.task import Fitted
from reelation.evaluation.tasks.topn import RankingProblem
from reelation.graph.build import Graph

Floats = NDArray[np.float32]

WINDOWS = 3
"""Looks at a problem in order: its validation, and windows of as many events before it."""


@dataclass(frozen=True)
class Known:
    """What is known at a moment."""

    liked: Interactions
    disliked: Interactions
    graph: Graph
    rows: NDArray[np.int64]
    """[titles] row of each title in `graph`."""
    texts: tuple[str, ...]
    in_order: bool
    """True: what is asked about comes after all of this."""
    asked: NDArray[np.bool_]
    """[titles] True for those that will be ranked."""

    def barred(self) -> NDArray[np.bool_]:
        """[viewers, titles] True for what is not ranked: what the viewer liked before, and what is not asked."""
        return np.asarray((self.liked.matrix().toarray() > 0) | ~self.asked)


Member = Callable[[Known, int], Floats]
"""What is known and a seed -> [viewers, titles] scores, higher is better."""


@dataclass(frozen=True)
class Look:
    """One occasion to choose by."""

    known: Known
    right: sparse.csr_array
    """[viewers, titles] what viewers with a history went on to like."""

    def quality(self, scores: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """[asked viewers] NDCG@10."""
        each = ndcg(scores, self.right, self.known.barred())
        return np.asarray(each[~np.isnan(each)])


def everything(problem: RankingProblem) -> Known:
    """Training and validation together."""
    return Known(
        liked=problem.train.join(problem.validation),
        disliked=problem.train_disliked.join(problem.validation_disliked),
        graph=problem.graph,
        rows=problem.rows,
        texts=problem.texts,
        in_order=problem.in_order,
        asked=problem.test_titles,
    )


def at_the_end(known: Known) -> Questions:
    """Each viewer asked about in the second after the last event; question n is viewer n's, and knows all events.

    Args:
        known: all events have a time.
    """
    log = known.liked.join(known.disliked)
    log = log.only(np.lexsort((log.title, log.viewer, log.time)))
    everybody = np.arange(log.viewers, dtype=np.int64)
    return Questions(
        log,
        known=np.full(log.viewers, len(log), np.int64),
        viewer=everybody,
        time=np.full(log.viewers, int(log.time[-1]) + 1, np.int64),
    )


def as_lists(answers: moments.Predict, asked: Questions) -> Predict:
    """Lists of somebody who answers at moments; what a viewer has rated is left out.

    Args:
        answers: scores at moments.
        asked: `at_the_end`.
    """

    def predict(viewers: NDArray[np.int64]) -> Scores:
        some = asked.only(viewers)
        scores = np.array(answers(some), np.float32)
        scores[some.barred()] = -np.inf
        return scores

    return predict


def looks(problem: RankingProblem, windows: int = WINDOWS) -> list[Look]:
    """Occasions to choose by, all within training and validation data.

    Parted at random: one, training -> validation. In order: the validation period and the periods of as many events
    before it, each asked about with what was known when it began ("rolling origin").

    Source: Tashman 2000, doi:10.1016/S0169-2070(00)00065-0, on evaluation by rolling origin.
    """
    whole = everything(problem)
    if not problem.in_order:
        known = replace(whole, liked=problem.train, disliked=problem.train_disliked, asked=problem.validation_titles)
        return [Look(known, problem.validation.matrix())]
    times = np.sort(whole.liked.time)
    end, found = int(times[-1]), []
    for window in range(1, windows + 1):
        place = len(times) - window * len(problem.validation) - 1
        if place < len(problem.validation):
            break
        start = int(problem.train.time.max()) if window == 1 else int(times[place])
        liked, disliked = (events.only(events.time <= start) for events in (whole.liked, whole.disliked))
        after = whole.liked.only((whole.liked.time > start) & (whole.liked.time <= end))
        history = np.bincount(liked.viewer, minlength=liked.viewers) > 0
        found.append(Look(replace(whole, liked=liked, disliked=disliked), after.only(history[after.viewer]).matrix()))
        end = start
    return found


def choose(options: Mapping[str, Member], problem: RankingProblem, seed: int) -> Fitted[Predict]:
    """Take the option that is best on the looks, and learn it again from everything.

    Args:
        options: setting, in words, -> member.
        problem: what is known.
        seed: given to the members.
    """
    occasions = looks(problem)
    quality = {
        name: _mean([look.quality(member(look.known, seed)) for look in occasions]) if len(options) > 1 else 0.0
        for name, member in options.items()
    }
    best = max(quality, key=lambda name: quality[name])
    scores = options[best](everything(problem), seed)
    about: dict[str, Any] = {"chosen": best}
    if len(options) > 1:
        about["validation NDCG@10"] = {name: round(value, 4) for name, value in quality.items()}
    return Fitted(answering(scores), about)


def answering(scores: Floats) -> Predict:
    """Look the answers up."""
    return lambda viewers: scores[viewers]


def _mean(parts: Sequence[NDArray[np.float64]]) -> float:
    together = np.concatenate(parts)
    return float(together.mean()) if len(together) else 0.0
