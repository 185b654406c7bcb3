"""Our default for rating prediction: a blend of unlike predictors, weighted on ratings that none of them saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.rating_models.blend import Member, held_out, learn_weights, parts_of
from reelation.evaluation.rating_models.machine import MachineConfig, fit_machine
from reelation.evaluation.rating_models.neighbours import fit_neighbours
from reelation.evaluation.rating_models.processes import ProcessConfig, fit_process, turned
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.ratings import Predict, RatingProblem

Row = Contender[RatingProblem, Predict]


@dataclass(frozen=True)
class BlendConfig:
    """Members of the default."""

    probit: MachineConfig = field(default_factory=MachineConfig)
    regression: MachineConfig = field(default_factory=lambda: MachineConfig("regression"))
    viewers: ProcessConfig = field(default_factory=ProcessConfig)
    """A process a viewer, over titles."""
    titles: ProcessConfig = field(default_factory=ProcessConfig)
    """A process a title, over viewers."""
    few: int = 30_000
    """With fewer training ratings, weights are learned on `folds` left-out parts instead of one."""
    folds: int = 4


def ours(config: BlendConfig | None = None) -> list[Row]:
    """The default, and its strongest members as rows of their own."""
    config = config or BlendConfig()
    return [
        process_row("Gaussian process a viewer", config.viewers),
        Contender("Reelation (blend)", "ours", _fit_blend(config), settings=asdict(config)),
    ]


def process_row(name: str, config: ProcessConfig) -> Row:
    """A row of the process a viewer."""

    def fit(problem: RatingProblem, seed: int) -> Fitted[Predict]:
        held = problem.validation
        stars = viewer_process(problem, problem.train, config)(held.viewer, held.title, held.time)
        rmse = float(np.sqrt(np.mean((np.clip(stars, problem.levels[0], problem.levels[-1]) - held.stars) ** 2)))
        about = {"chosen": asdict(config), "validation RMSE": round(rmse, 4)}
        return Fitted(viewer_process(problem, problem.known(), config), about)

    return Contender(name, "other model", fit, settings=asdict(config))


def members(config: BlendConfig) -> list[Member]:
    """Unlike predictors: two links of the machine, two processes, neighbours, a graph auto-encoder."""
    return [
        Member(
            "ordered probit machine", lambda problem, events, seed: fit_machine(problem, events, config.probit, seed)
        ),
        Member(
            "regression machine", lambda problem, events, seed: fit_machine(problem, events, config.regression, seed)
        ),
        Member("process a viewer", lambda problem, events, seed: viewer_process(problem, events, config.viewers)),
        Member("process a title", lambda problem, events, seed: title_process(problem, events, config.titles)),
        Member("item-kNN", lambda problem, events, seed: fit_neighbours(events).predict),
        Member("GC-MC", _gcmc),
    ]


def _fit_blend(config: BlendConfig) -> Callable[[RatingProblem, int], Fitted[Predict]]:
    def fit(problem: RatingProblem, seed: int) -> Fitted[Predict]:
        some = members(config)
        folds = config.folds if len(problem.train) < config.few else 1
        held = held_out(problem, some, seed, folds)
        weights = learn_weights(held, problem.levels, seed)
        about: dict[str, Any] = {
            "chosen": {**asdict(config), "penalty": weights.penalty},
            "validation RMSE": round(weights.rmse, 4),
            "parts": parts_of(some, held, weights, problem.levels),
        }
        known = problem.known()
        fitted = [member.fit(problem, known, seed) for member in some]

        def predict(
            viewer: NDArray[np.int32], title: NDArray[np.int32], time: NDArray[np.int64]
        ) -> NDArray[np.float64]:
            answers = np.stack([np.asarray(one(viewer, title, time), np.float64) for one in fitted], axis=1)
            return weights.apply(answers, problem.levels)

        return Fitted(predict, about)

    return fit


def viewer_process(problem: RatingProblem, events: Interactions, config: ProcessConfig) -> Predict:
    """A process a viewer over titles, titles with like features or links being alike beforehand."""
    return fit_process(events, _near(problem.title_features, problem.title_links), config).predict


def title_process(problem: RatingProblem, events: Interactions, config: ProcessConfig) -> Predict:
    """A process a title over viewers."""
    process = fit_process(turned(events), _near(problem.viewer_features, problem.viewer_links), config)
    return lambda viewer, title, time: process.predict(title, viewer, time)


def _near(features: sparse.csr_array | None, links: sparse.csr_array | None) -> NDArray[np.float32] | None:
    if features is not None:
        return np.asarray(features.toarray(), np.float32)
    return np.asarray(links.toarray() + np.eye(links.shape[0]), np.float32) if links is not None else None


def _gcmc(problem: RatingProblem, events: Interactions, seed: int) -> Predict:
    from reelation.contenders.rating_networks import asking, fit_gcmc, gcmc_schedule

    return asking(fit_gcmc(problem, events, None, seed, gcmc_schedule(problem, informed=True))[0])
