"""Message-passing networks as rows of a genre table; each chooses among the same few settings on validation titles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.contenders.label_rows import VALIDATION, Row, answering
from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.decisions import choose_rule
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.genres import LabelProblem, Predict

if TYPE_CHECKING:
    from reelation.models.base import TitleEncoder

Floats = NDArray[np.floating]

HOMOGENEOUS = {"GCN": "gcn", "GAT": "gat", "GraphSAGE": "sage"}
HETEROGENEOUS = {
    "R-GCN": "rgcn",
    "HGT": "hgt",
    "GraphSAGE, by relation": "hetero-sage",
    "GAT, by relation": "hetero-gat",
}


@dataclass(frozen=True)
class Setting:
    """What is chosen on validation titles."""

    dropout: float = 0.5
    weight_decay: float = 1e-2
    learning_rate: float = 1e-2
    layers: int = 2


SETTINGS = (Setting(), Setting(dropout=0.7, weight_decay=1e-1), Setting(layers=3))
STEPS = 120


@dataclass(frozen=True)
class Trained:
    """One training."""

    figure: float
    """Validation macro F1."""
    steps: int
    """After how many steps it was."""
    probability: Floats
    """[titles, classes]."""
    vectors: Floats
    """[titles, width]."""
    curve: list[tuple[float, float]]
    """(seconds, validation macro F1)."""


def networks() -> list[Row]:
    """GCN, GAT, GraphSAGE, and those that tell relations apart."""
    return [network_row(name, kind) for name, kind in (HOMOGENEOUS | HETEROGENEOUS).items()]


def network_row(name: str, kind: str) -> Row:
    """The row of one kind of network."""

    def fit(problem: LabelProblem, seed: int) -> Fitted[Predict]:
        setting, tried, curve = choose_setting(problem, kind, seed)
        best = tried[setting]
        truth = problem.labels[problem.validation]
        rule = choose_rule(truth, best.probability[problem.validation], problem.exclusive)
        probability = best.probability
        if problem.refit and best.steps:
            probability = train(problem, kind, setting, problem.known(), seed, best.steps).probability
        about = {
            "chosen": asdict(setting) | {"steps": best.steps},
            VALIDATION: round(best.figure, 4),
            "options": {str(option): round(trained.figure, 4) for option, trained in tried.items()},
            "curve": curve,
        }
        return answering(probability, rule, about)

    return Contender(name, "graph network", fit, settings={"options": [asdict(s) for s in SETTINGS], "steps": STEPS})


def choose_setting(
    problem: LabelProblem, kind: str, seed: int
) -> tuple[Setting, dict[Setting, Trained], list[tuple[float, float]]]:
    """The best of `SETTINGS` on validation titles, all trainings, and the first one's curve."""
    tried = {setting: train(problem, kind, setting, problem.train, seed) for setting in SETTINGS}
    best = max(tried, key=lambda setting: tried[setting].figure)
    return best, tried, tried[best].curve


def train(
    problem: LabelProblem, kind: str, setting: Setting, rows: Rows, seed: int, steps: int | None = None
) -> Trained:
    """Train one network.

    Args:
        problem: graph, features and labels.
        kind: of `MessagePassingConfig` or `HeteroPassingConfig`.
        setting: how.
        rows: to learn from.
        seed: of first weights and dropout.
        steps: exactly so many; None: at most `STEPS`, and as many as suit the validation titles.
    """
    return train_encoder(_encoder(problem, kind, setting, seed), problem, setting, rows, seed, steps)


def train_encoder(
    encoder: TitleEncoder, problem: LabelProblem, setting: Setting, rows: Rows, seed: int, steps: int | None = None
) -> Trained:
    """Train any encoder of titles; see `train`."""
    from reelation.training.labels import Labels
    from reelation.training.learn import embed_all
    from reelation.training.loop import FitConfig, fit

    labels = Labels(
        problem.labels,
        rows,
        problem.validation,
        sum(encoder.facets.values()),
        exclusive=problem.exclusive,
        dropout=setting.dropout,
    )
    config = FitConfig(
        steps=steps or STEPS,
        learning_rate=setting.learning_rate,
        weight_decay=setting.weight_decay,
        validate_every=steps or 5,
        patience=6,
    )
    history = fit(encoder, labels, config, seed)
    everyone = np.arange(len(problem.labels))
    return Trained(
        max(figure for _, figure in history.validation),
        history.best_step,
        labels.probabilities(encoder, everyone),
        embed_all(encoder, len(everyone)),
        [(seconds, round(figure, 4)) for seconds, (_, figure) in zip(history.times, history.validation, strict=True)],
    )


def _encoder(problem: LabelProblem, kind: str, setting: Setting, seed: int) -> Any:
    from reelation.models.hetero_passing import HeteroPassing, HeteroPassingConfig
    from reelation.models.message_passing import MessagePassing, MessagePassingConfig

    sizes: dict[str, Any] = {"kind": kind, "width": 64, "dropout": setting.dropout, "layers": setting.layers}
    if kind in HOMOGENEOUS.values():
        return MessagePassing(problem.graph, MessagePassingConfig(**sizes), seed, problem.features)
    return HeteroPassing(problem.graph, HeteroPassingConfig(**sizes), seed, problem.features)
