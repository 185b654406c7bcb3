"""Rows of ranking tables that are trained by the one loop: LightGCN and the taste network.

problem  ->  train, stop where validation is best  ->  train on everything for as many steps  ->  Fitted
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.ranking import Predict
from reelation.evaluation.recommenders.cold import warm_titles
from reelation.evaluation.recommenders.content import compressed, side_features, tf_idf
from reelation.evaluation.recommenders.known import Floats, Known, Look, answering, everything, looks
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.topn import RankingProblem
from reelation.features.propagate import averaging
from reelation.rows import unit_rows

if TYPE_CHECKING:
    from reelation.training.loop import FitConfig, History

Row = Contender[RankingProblem, Predict]
Train = Callable[[Known, "Look | None", "FitConfig", int], tuple[Floats, "History"]]


@dataclass(frozen=True)
class LightGcnRow:
    """LightGCN."""

    width: int = 64
    layers: int = 2
    batch: int = 2048
    ridge: float = 1e-3
    learning_rate: float = 1e-2
    steps: int = 2000
    validate_every: int = 100
    patience: int = 5


def bpr_row(config: LightGcnRow | None = None) -> Row:
    """Matrix factorisation with pairwise loss: LightGCN without layers."""
    row = lightgcn_row(config or LightGcnRow(layers=0))
    return replace(row, name="BPR", kind="baseline")


def lightgcn_row(config: LightGcnRow | None = None) -> Row:
    """LightGCN with pairwise loss."""
    chosen = config or LightGcnRow()

    def train(known: Known, look: Look | None, plan: FitConfig, seed: int) -> tuple[Floats, History]:
        from reelation.models.lightgcn import LightGcn, LightGcnConfig
        from reelation.training.loop import fit
        from reelation.training.ranking import Bpr, BprConfig, lightgcn_scores

        likes, quality = known.liked.matrix(), quality_of(look)
        model = LightGcn(likes, LightGcnConfig(chosen.width, chosen.layers), seed)
        judge = None if quality is None else lambda model: quality(lightgcn_scores(model))
        history = fit(model, Bpr(likes, judge, BprConfig(chosen.batch, chosen.ridge)), plan, seed)
        return lightgcn_scores(model), history

    def fit_row(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        return trained(problem, seed, train, plan_of(chosen.steps, chosen.learning_rate, chosen))

    return Contender("LightGCN", "graph network", fit_row, settings=asdict(chosen))


@dataclass(frozen=True)
class TasteRow:
    """The taste network."""

    width: int = 96
    hidden: int = 192
    dropout: float = 0.3
    own: bool = True
    batch: int = 128
    features: int = 320
    """Columns of the propagated features."""
    learning_rate: float = 3e-3
    steps: int = 400
    validate_every: int = 25
    patience: int = 5
    shares: dict[str, float] = field(default_factory=lambda: {"own": 1.0, "neighbours": 0.5})


def taste_row(config: TasteRow | None = None) -> Row:
    """Propagate-then-learn, adapted to viewers."""
    chosen = config or TasteRow()

    def fit_row(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        plan = plan_of(chosen.steps, chosen.learning_rate, chosen)
        features = propagated(everything(problem), chosen, seed)

        def train(known: Known, look: Look | None, plan: FitConfig, seed: int) -> tuple[Floats, History]:
            return train_taste(known, look, plan, seed, (chosen, features))

        return trained(problem, seed, train, plan)

    return Contender("taste network (propagate, then learn)", "other model", fit_row, settings=asdict(chosen))


def train_taste(
    known: Known, look: Look | None, plan: FitConfig, seed: int, given: tuple[TasteRow, Floats]
) -> tuple[Floats, History]:
    """Train a taste network once.

    Args:
        known: what to learn from.
        look: what to stop by; None: train to the end.
        plan: of the loop.
        seed: of weights and batches.
        given: sizes, and propagated features [titles, width].
    """
    from reelation.models.taste import Taste, TasteConfig
    from reelation.training.loop import fit
    from reelation.training.ranking import LikesSoftmax, SoftmaxConfig, taste_scores

    chosen, features = given
    likes = known.liked.matrix()
    model = Taste(features, TasteConfig(chosen.width, chosen.hidden, chosen.dropout, chosen.own), seed)
    objective = LikesSoftmax(likes, quality_of(look), warm_titles(known), SoftmaxConfig(chosen.batch))
    history = fit(model, objective, plan, seed)
    return taste_scores(model, likes), history


def propagated(known: Known, config: TasteRow, seed: int) -> Floats:
    """[titles, width] what is known of titles, and its average over titles that share people; about unit length."""
    graph, rows = known.graph, known.rows
    everywhere = replace(known, rows=np.arange(len(graph)))
    half = config.features // 2
    own = unit_rows(compressed(side_features(everywhere), half, seed))
    parts: list[NDArray[Any]] = [own[rows] * config.shares["own"]]
    if people := graph.of_target("person"):
        first, second = averaging(people)
        parts.append(unit_rows(np.asarray(first[rows] @ (second @ own), np.float32)) * config.shares["neighbours"])
    if any(known.texts):
        parts.append(unit_rows(compressed(tf_idf(known.texts), half, seed)))
    together = np.concatenate(parts, axis=1)
    return np.asarray(together * np.sqrt(together.shape[1]) / 2, np.float32)


def quality_of(look: Look | None) -> Callable[[NDArray[np.floating[Any]]], float] | None:
    """Mean NDCG@10 on a look."""
    return None if look is None else lambda scores: float(look.quality(scores).mean())


def plan_of(steps: int, learning_rate: float, config: LightGcnRow | TasteRow) -> FitConfig:
    """The loop's settings."""
    from reelation.training.loop import FitConfig

    return FitConfig(
        steps=steps,
        learning_rate=learning_rate,
        weight_decay=0.0,
        validate_every=config.validate_every,
        patience=config.patience,
    )


def trained(problem: RankingProblem, seed: int, train: Train, plan: FitConfig) -> Fitted[Predict]:
    """Stop where the first look is best; then learn from everything for as many steps."""
    look = looks(problem, windows=1)[0]
    _, history = train(look.known, look, plan, seed)
    steps = max(1, history.best_step)
    last = replace(plan, steps=steps, validate_every=steps)
    scores, _ = train(everything(problem), None, last, seed)
    best = max(figure for _, figure in history.validation)
    curve = [(t, round(v, 4)) for t, (_, v) in zip(history.times, history.validation, strict=True)]
    return Fitted(answering(scores), {"steps": steps, "validation NDCG@10": round(best, 4), "curve": curve})
