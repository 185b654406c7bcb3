"""Vectors for MAGNN's own protocol: plot words, multi-hop features, networks, ours.

contenders(task)  ->  the rows of the table; every choice is made on the problem's validation titles
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.contenders.label_blend import classified
from reelation.contenders.label_networks import HETEROGENEOUS, HOMOGENEOUS, choose_setting
from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.label_models.propagated import compressed, multi_hop
from reelation.evaluation.label_models.stacking import log_odds
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.genres import LabelProblem
from reelation.evaluation.tasks.genres_svm import SvmTask, Vectors
from reelation.features.metapaths import averages, own_blocks

Row = Contender[LabelProblem, Vectors]


def contenders(task: SvmTask) -> list[Row]:
    """The rows of the table."""
    return [
        Contender("plot words", "baseline", _words, seeded=False),
        Contender("multi-hop features", "baseline", _hops, seeded=False),
        *(_network(name, kind) for name, kind in (HOMOGENEOUS | HETEROGENEOUS).items()),
        Contender("ours", "ours", _ours),
    ]


def _looked_up(vectors: NDArray[np.floating], about: dict[str, object] | None = None) -> Fitted[Vectors]:
    def predict(rows: Rows) -> NDArray[np.floating]:
        return np.asarray(vectors[rows])

    return Fitted(predict, about or {})


def _words(problem: LabelProblem, seed: int) -> Fitted[Vectors]:
    return _looked_up(compressed(own_blocks(problem.graph, problem.features["title"])["features"], 256))


def _multi_hop(problem: LabelProblem) -> NDArray[np.floating]:
    features = problem.features.get("title")
    blocks = multi_hop(problem.graph, averages(problem.graph, features), features, width=128, steps=3)
    return np.concatenate(list(blocks.values()), axis=1)


def _hops(problem: LabelProblem, seed: int) -> Fitted[Vectors]:
    return _looked_up(_multi_hop(problem))


def _network(name: str, kind: str) -> Row:
    network: Kind = "graph network"

    def fit(problem: LabelProblem, seed: int) -> Fitted[Vectors]:
        setting, tried, _ = choose_setting(problem, kind, seed)
        return _looked_up(tried[setting].vectors, {"chosen": str(setting)})

    return Contender(name, network, fit)


def _ours(problem: LabelProblem, seed: int) -> Fitted[Vectors]:
    """Multi-hop features, and what our classifier says of each class."""
    found, _ = classified(problem, problem.train, seed)
    return _looked_up(np.concatenate([_multi_hop(problem), log_odds(found.everyone)], axis=1))
