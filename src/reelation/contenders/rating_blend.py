"""Our default for rating prediction: a blend of unlike predictors, weighted on ratings that none of them saw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.rating_models.biases import fit_biases
from reelation.evaluation.rating_models.blend import HeldOut, Member, held_out, learn_weights, leave_out, parts_of
from reelation.evaluation.rating_models.machine import MachineConfig, fit_machine
from reelation.evaluation.rating_models.neighbours import fit_neighbours
from reelation.evaluation.rating_models.processes import Look, Process, ProcessConfig, fit_process, turned
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.ratings import Predict, RatingProblem, rmse

Row = Contender[RatingProblem, Predict]


@dataclass(frozen=True)
class BlendConfig:
    """Members of the default."""

    machines: tuple[MachineConfig, ...] = (MachineConfig(), MachineConfig("regression"))
    process: ProcessConfig = field(default_factory=ProcessConfig)
    """A process a viewer, over titles; its rounds are chosen on validation ratings."""
    titles: ProcessConfig = field(default_factory=lambda: ProcessConfig(rounds=4, strength=300.0))
    """A process a title, over viewers."""
    network: bool = False
    """Whether GC-MC with features takes part."""
    few: int = 30_000
    """With fewer training ratings, weights are learned on `folds` left-out parts instead of one."""
    folds: int = 3


def ours(config: BlendConfig | None = None) -> list[Row]:
    """The default, and its member that nobody else has as a row of its own."""
    config = config or BlendConfig()
    return [
        Contender("Gaussian process a viewer", "other model", _fit_process_row, settings=asdict(config.process)),
        Contender("Reelation (blend)", "ours", _fit_blend(config), settings={**asdict(config), "version": 1}),
    ]


def _fit_process_row(problem: RatingProblem, seed: int) -> Fitted[Predict]:
    config, looks = choose_rounds(problem, ProcessConfig())
    about = {"chosen": asdict(config), "validation RMSE": min(look.figure for look in looks), "curve": _curve(looks)}
    return Fitted(viewer_process(problem, problem.known(), config), about)


def choose_rounds(problem: RatingProblem, config: ProcessConfig) -> tuple[ProcessConfig, list[Look]]:
    """The number of rounds with the least validation error, and the error by rounds."""
    held = problem.validation

    def look(process: Process) -> float:
        return rmse(process.predict, held, problem.levels)

    looks = fit_process(problem.train, _near(problem.title_features, problem.title_links), config, look).looks
    return replace(config, rounds=min(looks, key=lambda one: one.figure).rounds), looks


def members(config: BlendConfig, process: ProcessConfig) -> list[Member]:
    """Unlike predictors: machines, processes, biases, neighbours, a graph auto-encoder."""

    def machine(one: MachineConfig) -> Member:
        return Member(f"machine, {one.kind}", lambda problem, events, seed: fit_machine(problem, events, one, seed))

    return [
        *(machine(one) for one in config.machines),
        Member("process a viewer", lambda problem, events, seed: viewer_process(problem, events, process)),
        Member("process a title", lambda problem, events, seed: title_process(problem, events, config.titles)),
        Member("damped biases", lambda problem, events, seed: fit_biases(events).predict),
        Member("item-kNN", lambda problem, events, seed: fit_neighbours(events).predict),
        *([Member("GC-MC", _gcmc)] if config.network else []),
    ]


def _fit_blend(config: BlendConfig) -> Callable[[RatingProblem, int], Fitted[Predict]]:
    def fit(problem: RatingProblem, seed: int) -> Fitted[Predict]:
        began = time.monotonic()
        plain = rmse(fit_biases(problem.train).predict, problem.validation, problem.levels)
        curve = [(round(time.monotonic() - began, 2), round(plain, 4))]
        process, looks = choose_rounds(problem, config.process)
        curve += _curve(looks)
        everybody = members(config, process)
        held = held_out(problem, everybody, seed, config.folds if len(problem.train) < config.few else 1)
        kept = leave_out(held, problem.levels, seed)
        some = [everybody[column] for column in kept]
        chosen = HeldOut(held.events, held.answers[:, kept])
        weights = learn_weights(chosen, problem.levels, seed)
        about: dict[str, Any] = {
            "chosen": {**asdict(config), "rounds": process.rounds, "penalty": weights.penalty},
            "validation RMSE": round(weights.rmse, 4),
            "parts": parts_of(some, chosen, weights, problem.levels),
            "left out": [one.name for one in everybody if one not in some],
            "curve": [*curve, (round(time.monotonic() - began, 2), round(weights.rmse, 4))],
            "about the curve": "damped biases, the process alone, round by round, then the blend",
        }
        known = problem.known()
        fitted = [member.fit(problem, known, seed) for member in some]

        def predict(
            viewer: NDArray[np.int32], title: NDArray[np.int32], moment: NDArray[np.int64]
        ) -> NDArray[np.float64]:
            answers = np.stack([np.asarray(one(viewer, title, moment), np.float64) for one in fitted], axis=1)
            return weights.apply(answers, problem.levels)

        return Fitted(predict, about)

    return fit


def _curve(looks: list[Look]) -> list[tuple[float, float]]:
    return [(look.seconds, look.figure) for look in looks]


def viewer_process(problem: RatingProblem, events: Interactions, config: ProcessConfig) -> Predict:
    """A process a viewer over titles, titles with like features or links being alike beforehand."""
    return fit_process(events, _near(problem.title_features, problem.title_links), config).predict


def title_process(problem: RatingProblem, events: Interactions, config: ProcessConfig) -> Predict:
    """A process a title over viewers."""
    process = fit_process(turned(events), _near(problem.viewer_features, problem.viewer_links), config)
    return lambda viewer, title, moment: process.predict(title, viewer, moment)


def _near(features: sparse.csr_array | None, links: sparse.csr_array | None) -> NDArray[np.float32] | None:
    if features is not None:
        return np.asarray(features.toarray(), np.float32)
    return np.asarray(links.toarray() + np.eye(links.shape[0]), np.float32) if links is not None else None


def _gcmc(problem: RatingProblem, events: Interactions, seed: int) -> Predict:
    from reelation.contenders.rating_networks import asking, fit_gcmc, gcmc_schedule, last_fit_of

    plan = gcmc_schedule(problem, informed=True)
    return asking(fit_gcmc(problem, events, None, seed, last_fit_of(plan))[0])
