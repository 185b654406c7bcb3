"""Rows of rating prediction that are trained by the one loop: GC-MC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.ratings import Predict, RatingProblem

if TYPE_CHECKING:
    from reelation.models.base import Model
    from reelation.models.gcmc import Gcmc, GcmcConfig
    from reelation.training.loop import FitConfig, History

Row = Contender[RatingProblem, Predict]

LINKED, FEATURED = (300, 3e-2, 20_000), (1000, 1e-2, 100_000)
"""Schedule of GC-MC on sets with link graphs and with features: steps at the most, peak step size, ratings a step. The
second is the paper's; with half the steps at twice the size validation is .005 stars worse."""


def gcmc_row(*, informed: bool) -> Row:
    """GC-MC, with or without features and links."""

    def fit_row(problem: RatingProblem, seed: int) -> Fitted[Predict]:
        tried = gcmc_schedule(problem, informed=informed)
        model, history = fit_gcmc(problem, problem.train, problem.validation, seed, tried)
        last = tried.last(history)
        model, _ = fit_gcmc(problem, problem.known(), None, seed, last)
        return Fitted(asking(model), {"chosen": asdict(tried.model), **_told(history)})

    name = "GC-MC with features" if informed else "GC-MC"
    return Contender(
        name, "graph network", fit_row, settings={"informed": informed, "linked": LINKED, "featured": FEATURED}
    )


@dataclass(frozen=True)
class GcmcPlan:
    """Sizes and schedule of one GC-MC."""

    model: GcmcConfig
    fit: FitConfig
    informed: bool
    batch: int
    """Ratings a step."""

    def last(self, history: History) -> GcmcPlan:
        """The same for the last fit: as many steps as were best on validation ratings."""
        return replace(self, fit=last_fit(self.fit, history))


def gcmc_schedule(problem: RatingProblem, *, informed: bool) -> GcmcPlan:
    """The paper's sizes: features of people and films pass 10 hidden numbers, rows of link graphs 64."""
    from reelation.models.gcmc import GcmcConfig
    from reelation.training.loop import FitConfig

    linked = problem.viewer_links is not None or problem.title_links is not None
    config = GcmcConfig(feature_width=64 if linked else 10)
    steps, rate, batch = LINKED if linked else FEATURED
    every = max(20, steps // 20)
    schedule = FitConfig(steps=steps, learning_rate=rate, weight_decay=0.0, validate_every=every, patience=6)
    return GcmcPlan(config, schedule, informed, batch)


def fit_gcmc(
    problem: RatingProblem, train: Interactions, held: Interactions | None, seed: int, plan: GcmcPlan
) -> tuple[Gcmc, History]:
    """Train GC-MC on some ratings.

    Args:
        problem: for features, links and levels; its ratings are not read.
        train: ratings that are messages and labels.
        held: validation, or None for the last fit.
        seed: of weights and dropout.
        plan: sizes and schedule.
    """
    from reelation.models.gcmc import Gcmc, rating_graph
    from reelation.training.loop import fit
    from reelation.training.ratings import LevelLoss

    sides = (
        (_side(problem.viewer_features, problem.viewer_links), _side(problem.title_features, problem.title_links))
        if plan.informed
        else (None, None)
    )
    model = Gcmc(rating_graph(train, problem.levels, *sides), plan.model, seed)
    return model, fit(model, LevelLoss(train, held, problem.levels, plan.batch), plan.fit, seed)


def _side(features: sparse.csr_array | None, links: sparse.csr_array | None) -> sparse.csr_array | None:
    parts = [part for part in (features, links) if part is not None]
    return sparse.csr_array(sparse.hstack(parts)) if parts else None


def last_fit(config: FitConfig, history: History) -> FitConfig:
    """No looks but the last: as many steps as were best on validation ratings."""
    steps = max(1, history.best_step)
    return replace(config, steps=steps, validate_every=steps, patience=steps + 2)


def last_fit_of(plan: GcmcPlan) -> GcmcPlan:
    """The same with all its steps and no looks, for ratings of which none are held out."""
    return replace(plan, fit=replace(plan.fit, validate_every=plan.fit.steps, patience=plan.fit.steps + 2))


def validation_rmse(history: History) -> float:
    """Least root mean squared error of all looks, in stars."""
    return -max(value for _, value in history.validation)


def _told(history: History) -> dict[str, Any]:
    curve = [(seconds, round(-value, 4)) for seconds, (_, value) in zip(history.times, history.validation, strict=True)]
    return {"validation RMSE": round(validation_rmse(history), 4), "steps": history.best_step, "curve": curve}


def asking(model: Model) -> Predict:
    """A trained model as a function of arrays."""
    import torch

    rates: Callable[[Any, Any], Any] = model.stars  # type: ignore[assignment]

    def predict(viewer: NDArray[np.int32], title: NDArray[np.int32], time: NDArray[np.int64]) -> NDArray[np.float64]:
        with torch.no_grad():
            stars = rates(torch.from_numpy(viewer.astype(np.int64)), torch.from_numpy(title.astype(np.int64)))
        return np.asarray(stars.numpy(), np.float64)

    return predict
