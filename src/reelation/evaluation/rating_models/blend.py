"""A blend of predictors, its weights learned on ratings that none of them saw.

    parts of training left out in turn  ->  members' answers for them  ->  ridge  ->  weights; then all are fitted again

Source: stacked regressions, Breiman 1996, doi:10.1007/BF00117832, with a ridge penalty that pulls the weights to equal
shares instead of non-negativity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.tasks.ratings import Predict, RatingProblem
from reelation.seeds import generator

Doubles = NDArray[np.float64]
PENALTIES = (0.3, 3.0, 30.0, 300.0)
"""Tried for the ridge, in squared stars."""
WORTH = 1e-4
"""Stars of error that a member has to save to stay."""


@dataclass(frozen=True)
class Member:
    """One predictor of a blend."""

    name: str
    fit: Callable[[RatingProblem, Interactions, int], Predict]
    """Problem (features, links, levels), ratings to learn from, seed -> answers."""


@dataclass(frozen=True)
class Weights:
    """A learned blend."""

    shares: Doubles
    """[members] may be negative, need not add up to 1."""
    shift: float
    """Stars added."""
    penalty: float
    rmse: float
    """Cross-validated over the rows that the weights were learned on."""

    def apply(self, answers: Doubles, levels: Sequence[float]) -> Doubles:
        """[questions] stars from answers [questions, members], each first cut to the range of stars."""
        cut = np.clip(answers, levels[0], levels[-1])
        return np.clip(cut @ self.shares + self.shift, levels[0], levels[-1])


@dataclass(frozen=True)
class HeldOut:
    """Answers of all members for ratings that they did not see."""

    events: Interactions
    answers: Doubles
    """[events, members]."""


def held_out(problem: RatingProblem, members: Sequence[Member], seed: int, folds: int = 1) -> HeldOut:
    """Ask every member about left-out parts of the official training ratings.

    Args:
        problem: its validation part is the first that is left out.
        members: fitted once a fold.
        seed: of the further parts and of the members.
        folds: how many parts; each is as large as the validation part.
    """
    parts = [(problem.train, problem.validation)]
    size = len(problem.validation)
    order = generator(seed, "blend folds").permutation(len(problem.train))
    for fold in range(folds - 1):
        left = np.zeros(len(order), bool)
        left[order[fold * size : (fold + 1) * size]] = True
        parts.append((problem.train.only(~left).join(problem.validation), problem.train.only(left)))
    found = []
    for fold, (train, held) in enumerate(parts):
        fitted = [member.fit(problem, train, seed + 1_000 * fold) for member in members]
        found.append(np.stack([predict(held.viewer, held.title, held.time) for predict in fitted], axis=1))
    events = parts[0][1]
    for _, held in parts[1:]:
        events = events.join(held)
    return HeldOut(events, np.concatenate(found))


def learn_weights(held: HeldOut, levels: Sequence[float], seed: int, parts: int = 10) -> Weights:
    """Ridge regression of stars on the members' answers, towards equal shares; penalty by cross-validation.

    Args:
        held: answers for ratings that the members did not see.
        levels: every value of stars, rising.
        seed: of the cross-validation's parts.
        parts: how many.
    """
    answers, stars = np.clip(held.answers, levels[0], levels[-1]), held.events.stars.astype(np.float64)
    fold = generator(seed, "blend penalty").integers(0, parts, len(stars))
    best: tuple[float, float] | None = None
    for penalty in PENALTIES:
        total = 0.0
        for part in range(parts):
            shares, shift = _ridge(answers[fold != part], stars[fold != part], penalty)
            guess = np.clip(answers[fold == part] @ shares + shift, levels[0], levels[-1])
            total += float(((guess - stars[fold == part]) ** 2).sum())
        rmse = float(np.sqrt(total / len(stars)))
        if best is None or rmse < best[0]:
            best = rmse, penalty
    assert best is not None
    shares, shift = _ridge(answers, stars, best[1])
    return Weights(shares, shift, best[1], best[0])


def leave_out(held: HeldOut, levels: Sequence[float], seed: int) -> list[int]:
    """The members that are worth their time, by backward elimination on the cross-validated error.

    Args:
        held: answers of all members.
        levels: every value of stars, rising.
        seed: of the cross-validation.

    Returns:
        Columns of the members that stay, rising; at least one. A member goes as long as the error without it is at most
        `WORTH` higher.
    """
    kept = list(range(held.answers.shape[1]))

    def error(columns: list[int]) -> float:
        return learn_weights(HeldOut(held.events, held.answers[:, columns]), levels, seed).rmse

    now = error(kept)
    while len(kept) > 1:
        without = {column: error([other for other in kept if other != column]) for column in kept}
        least = min(without, key=lambda column: without[column])
        if without[least] > now + WORTH:
            break
        kept.remove(least)
        now = min(now, without[least])
    return kept


def _ridge(answers: Doubles, stars: Doubles, penalty: float) -> tuple[Doubles, float]:
    centre, mean = answers.mean(axis=0), float(stars.mean())
    equal = np.full(answers.shape[1], 1 / answers.shape[1])
    x = answers - centre
    left = stars - mean - x @ equal
    shares = equal + np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ left)
    return shares, mean - float(centre @ shares)


def parts_of(members: Sequence[Member], held: HeldOut, weights: Weights, levels: Sequence[float]) -> dict[str, Any]:
    """For the report: each member's share, its own held-out error, and the error without it (weights learned anew)."""
    found: dict[str, Any] = {}
    for i, member in enumerate(members):
        own = np.clip(held.answers[:, i], levels[0], levels[-1]) - held.events.stars
        rest = [j for j in range(len(members)) if j != i]
        found[member.name] = {
            "share": round(float(weights.shares[i]), 3),
            "validation RMSE alone": round(float(np.sqrt((own**2).mean())), 4),
        }
        if rest:
            without = learn_weights(HeldOut(held.events, held.answers[:, rest]), levels, 0)
            found[member.name]["validation RMSE of the blend without it"] = round(without.rmse, 4)
    return found
