"""Who predicts ratings: biases, neighbours, factors, GC-MC, a Bayesian factorisation machine, processes, our blend.

    contenders(task)  ->  the rows of the table, for MovieLens 100K, Flixster and Douban alike

Every choice is made on the problem's validation ratings; then the model is fitted again on all training ratings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TypeVar

import numpy as np

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.rating_models.biases import BiasConfig, fit_biases
from reelation.evaluation.rating_models.machine import MachineConfig, fit_machine
from reelation.evaluation.rating_models.neighbours import NeighbourConfig, fit_neighbours
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.ratings import Predict, RatingProblem, RatingTask, rmse

Row = Contender[RatingProblem, Predict]
C = TypeVar("C")


def contenders(task: RatingTask) -> list[Row]:
    """The rows of a rating table.

    Args:
        task: decides whether rows with features, links and days make sense.
    """
    from reelation.contenders.rating_blend import ours
    from reelation.contenders.rating_networks import gcmc_row

    informed = any(
        part is not None for part in (task.viewer_features, task.title_features, task.viewer_links, task.title_links)
    )
    rows = [
        Contender("damped biases", "baseline", _biases),
        Contender("item-kNN", "baseline", _neighbours),
        machine_row("matrix factorisation", MachineConfig("regression", implicit=False, features=False, days=False)),
        gcmc_row(informed=False),
        *([gcmc_row(informed=True)] if informed else []),
        machine_row("Bayesian factorisation machine", MachineConfig("regression")),
        machine_row("Bayesian factorisation machine, ordered probit", MachineConfig()),
    ]
    return [*rows, *ours()]


def choose(
    problem: RatingProblem, options: Sequence[C], fit: Callable[[Interactions, C], Predict]
) -> tuple[C, dict[str, float]]:
    """The option with the least validation error, and the error of each by its description."""
    errors = [rmse(fit(problem.train, option), problem.validation, problem.levels) for option in options]
    figures = {str(option): round(error, 4) for option, error in zip(options, errors, strict=True)}
    return options[int(np.argmin(errors))], figures


def _biases(problem: RatingProblem, seed: int) -> Fitted[Predict]:
    def fit(events: Interactions, config: BiasConfig) -> Predict:
        return fit_biases(events, config).predict

    grid = [BiasConfig(viewer, title) for viewer in (2.0, 5.0, 10.0) for title in (1.0, 2.0, 5.0, 10.0)]
    best, figures = choose(problem, grid, fit)
    return Fitted(fit(problem.known(), best), {"chosen": asdict(best), "validation RMSE": min(figures.values())})


def _neighbours(problem: RatingProblem, seed: int) -> Fitted[Predict]:
    def fit(events: Interactions, config: NeighbourConfig) -> Predict:
        return fit_neighbours(events, config).predict

    grid = [
        replace(NeighbourConfig(), neighbours=neighbours, shrinkage=shrinkage)
        for neighbours in (20, 40, 80)
        for shrinkage in (20.0, 50.0, 100.0)
    ]
    best, figures = choose(problem, grid, fit)
    return Fitted(fit(problem.known(), best), {"chosen": asdict(best), "validation RMSE": min(figures.values())})


def machine_row(name: str, config: MachineConfig) -> Row:
    """A row of the Bayesian factorisation machine with given settings, which were chosen on validation ratings.

    With viewers and titles alone it is Bayesian matrix factorisation (Salakhutdinov & Mnih 2008,
    doi:10.1145/1390156.1390267), the baseline.
    """

    def fit(problem: RatingProblem, seed: int) -> Fitted[Predict]:
        held = rmse(fit_machine(problem, problem.train, config, seed), problem.validation, problem.levels)
        return Fitted(
            fit_machine(problem, problem.known(), config, seed),
            {"chosen": asdict(config), "validation RMSE": round(held, 4)},
        )

    alone = not (config.implicit or config.features or config.days)
    return Contender(name, "baseline" if alone else "other model", fit, settings=asdict(config))
