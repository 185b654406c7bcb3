"""Who says what comes next: popularity, EASE, what followed before, TGN, and the atlas with and without time.

    contenders(task)  ->  the rows of a next-item table

Every choice is made on validation windows; what is learned is learned from training and validation events together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from reelation.contenders.atlas_next import NextRow, atlas_next_row
from reelation.contenders.tgn import tgn_row
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Predict, Questions, Window, quality
from reelation.evaluation.ranking import Scores
from reelation.evaluation.recommenders.linear import item_weights
from reelation.evaluation.recommenders.popularity import DAY
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.next_item import NextItem, NextProblem
from reelation.histories.verdicts import LIKED_STARS
from reelation.seeds import generator
from reelation.training.item_weights import following, most_liked
from reelation.training.recommender_config import STATIC, TODAY

Row = Contender[NextProblem, Predict]
Learn = Callable[[Interactions], Predict]
"""Events to learn from -> who answers."""

OURS = "Reelation (temporal)"
STATIC_NAME, TODAY_NAME = "Reelation, nothing that knows time", "Reelation, recent popularity only"
HALF_LIVES = (1.0, 7.0, 30.0, 180.0, 100_000.0)
STRENGTHS = (50.0, 100.0, 200.0, 400.0)
ASKED = 600
"""Validation questions, drawn evenly, by which baselines choose."""


def contenders(task: NextItem) -> list[Row]:
    """The rows of a next-item table."""
    return [
        tuned("popularity", {"as it is": lambda events: recent(100_000.0)}),
        tuned("recent popularity", {f"half-life {days:g} days": _recent(days) for days in HALF_LIVES}),
        tuned("EASE", {f"strength {one:g}": _ease(one) for one in STRENGTHS}),
        tuned("what followed before (SLIT)", {f"half-life {h:g} likes": _following(h) for h in (1.0, 3.0, 10.0, 30.0)}),
        tgn_row(),
        atlas_next_row(STATIC_NAME, "baseline", NextRow(STATIC)),
        atlas_next_row(TODAY_NAME, "other model", NextRow(TODAY)),
        atlas_next_row(OURS, "ours", NextRow()),
    ]


def tuned(name: str, options: Mapping[str, Learn]) -> Row:
    """A baseline that takes its best option on the validation window and learns it again from everything."""

    def fit(problem: NextProblem, seed: int) -> Fitted[Predict]:
        about: dict[str, Any] = {"chosen": next(iter(options))}
        if len(options) > 1:
            look = problem.windows()[0]
            some = np.sort(generator(seed, "asked").permutation(len(look.questions))[:ASKED])
            asked = Window(look.questions.only(some), look.right[some], look.start)
            early = problem.log.only(np.arange(look.start))
            found = {
                option: float(quality(learn(early)(asked.questions), asked).mean()) for option, learn in options.items()
            }
            about = {
                "chosen": max(found, key=lambda option: found[option]),
                "validation NDCG@10": {option: round(value, 4) for option, value in found.items()},
            }
        return Fitted(options[about["chosen"]](problem.log), about)

    return Contender(name, "baseline", fit, seeded=False, settings={"options": list(options), "version": 1})


def recent(days: float) -> Predict:
    """Likes until each question, halved for every so many days since."""

    def predict(questions: Questions) -> Scores:
        log = questions.log
        found = np.zeros((len(questions), log.titles), np.float32)
        for row, (known, time) in enumerate(zip(questions.known.tolist(), questions.time.tolist(), strict=True)):
            liked = log.stars[:known] >= LIKED_STARS
            age = (time - log.time[:known][liked]) / DAY
            found[row] = np.bincount(log.title[:known][liked], np.exp2(-age / days), minlength=log.titles)
        return found

    return predict


def _recent(days: float) -> Learn:
    return lambda events: recent(days)


def _ease(strength: float) -> Learn:
    def learn(events: Interactions) -> Predict:
        likes = events.only(events.stars >= LIKED_STARS).matrix()
        weights = item_weights(np.asarray((likes.T @ likes).toarray(), np.float32), strength)
        return _by_state(weights, np.inf)

    return learn


def _following(half_life: float) -> Learn:
    def learn(events: Interactions) -> Predict:
        said = np.where(events.stars >= LIKED_STARS, 1.0, -0.3).astype(np.float32)
        verdicts = replace(events, stars=said)
        places = most_liked(verdicts, 4000, 3)
        weights = np.zeros((events.titles, events.titles), np.float32)
        weights[np.ix_(places, places)] = following(verdicts, places, 10.0, 200.0)
        return _by_state(weights, half_life)

    return learn


def _by_state(weights: np.ndarray[Any, np.dtype[np.float32]], half_life: float) -> Predict:
    """Likes halved for every so many after them, times item weights."""

    def predict(questions: Questions) -> Scores:
        rows, titles, values = [], [], []
        for row, (own, _, stars) in enumerate(questions.own()):
            liked = own[stars >= LIKED_STARS]
            rows.append(np.full(len(liked), row))
            titles.append(liked)
            values.append(np.exp2(-np.arange(len(liked))[::-1] / half_life))
        shape = (len(questions), len(weights))
        entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(titles))
        return np.asarray(sparse.csr_array(entries, shape=shape) @ weights, np.float32)

    return predict
