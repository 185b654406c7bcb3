"""Graph networks and ours, for relatedness: learned from the graph alone; validation pairs choose or weigh.

network_rows()  GCN, GAT, GraphSAGE, R-GCN, HGT: one vector a title, trained as the default network is
lightgcn_row()  LightGCN over who liked what: titles that nobody has rated have no vector
our_rows()      the default recipe, as `reelation related` ranks; and the same parts, weighed by the validation pairs
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.contenders.ranking_networks import LightGcnRow, plan_of
from reelation.contenders.related_rows import Row, validated
from reelation.errors import DataError, MissingExtraError
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.similarity import by_vectors
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.relatedness import RelatednessProblem

if TYPE_CHECKING:
    from reelation.training.assemble import FacetPlan
    from reelation.training.learn import LearnConfig
    from reelation.training.recipe import Recipe

STEPS = 150
"""Of message-passing networks; a look at held-out walks every 25 steps keeps the best."""
LIGHTGCN = LightGcnRow(steps=1000, patience=4)


def network_rows() -> list[Row]:
    """Message passing over titles, people and tags; viewers are no nodes of theirs."""
    try:
        from reelation.models.hetero_passing import HeteroPassingConfig
        from reelation.models.message_passing import MessagePassingConfig
        from reelation.training.learn import MESSAGE_PASSING_RATE, LearnConfig
        from reelation.training.loop import FitConfig
    except ModuleNotFoundError as error:
        raise MissingExtraError("Graph networks", "train") from error
    fit = FitConfig(steps=STEPS, learning_rate=MESSAGE_PASSING_RATE, validate_every=25)
    configs = {
        "GCN": LearnConfig(MessagePassingConfig("gcn"), fit=fit, threads=1),
        "GAT": LearnConfig(MessagePassingConfig("gat", hidden=32), fit=fit, threads=1),
        "GraphSAGE": LearnConfig(MessagePassingConfig("sage"), fit=fit, threads=1),
        "R-GCN": LearnConfig(HeteroPassingConfig("rgcn"), fit=fit, threads=1),
        "HGT": LearnConfig(HeteroPassingConfig("hgt", hidden=32), fit=fit, threads=1),
    }
    return [_network(name, config) for name, config in configs.items()]


def _network(name: str, config: LearnConfig) -> Row:
    def fit(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
        from reelation.training.learn import learn

        learned = learn(problem.graph, config, seed)
        score_rows = by_vectors(np.concatenate(list(learned.blocks.values()), axis=1))
        figures, history = validated(problem, score_rows), learned.history
        steps = [step for step, _ in history.validation]
        best = history.times[steps.index(history.best_step)] if history.best_step in steps else history.seconds
        return Fitted(score_rows, {"validation": figures, "curve": [(round(best, 2), figures[problem.main])]})

    return Contender(name, "graph network", fit, settings={"model": asdict(config.model), "fit": asdict(config.fit)})


def lightgcn_row(chosen: LightGcnRow = LIGHTGCN) -> Row:
    """Cosines of LightGCN's vectors of titles; it stops where validation pairs say so."""

    def fit(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
        import torch

        from reelation.features.audience import audience_matrix
        from reelation.models.lightgcn import LightGcn, LightGcnConfig
        from reelation.training.loop import fit as train
        from reelation.training.ranking import Bpr, BprConfig

        torch.set_num_threads(1)
        seen = audience_matrix(problem.graph)
        if seen is None:
            raise DataError("There are no ratings here; LightGCN needs some.")
        likes, rated, watch = seen.T.tocsr(), np.diff(seen.indptr) > 0, _Watch(problem)
        model = LightGcn(likes, LightGcnConfig(chosen.width, chosen.layers), seed)

        def score_rows() -> ScoreRows:
            with torch.no_grad():
                return by_vectors(np.where(rated[:, None], model.vectors()[1].numpy(), 0).astype(np.float32))

        def quality(_: LightGcn) -> float:
            figures = watch.look(score_rows())
            return figures["MRR"] + figures["AUC hard"]

        plan = plan_of(chosen.steps, chosen.learning_rate, chosen)
        train(model, Bpr(likes, quality, BprConfig(chosen.batch, chosen.ridge)), plan, seed)
        model.start_step()
        best = score_rows()
        return Fitted(best, {"validation": validated(problem, best), "curve": watch.curve})

    return Contender("LightGCN", "graph network", fit, settings=asdict(chosen))


def our_rows(*, words: bool = True) -> list[Row]:
    """The default recipe, and the same parts with weights fitted to the set's own validation pairs.

    Args:
        words: let words of titles count; without, there is the default recipe alone.
    """
    try:
        from reelation.training.learn import LearnConfig
        from reelation.training.recipe import Recipe
        from reelation.training.weights import WeightConfig
    except ModuleNotFoundError as error:
        raise MissingExtraError("Our network", "train") from error
    recipe = Recipe() if words else Recipe(words=0.0)
    settings = {"recipe": asdict(recipe), "learn": asdict(LearnConfig(threads=1))}
    rows: list[Row] = [Contender("Reelation", "ours", _default(recipe), settings=settings)]
    if words:  # without, sequels are asked for, and validation would only say that years and people matter
        own = {**settings, **asdict(WeightConfig())}
        rows.append(Contender("Reelation, weights learned from pairs", "ours", _weighed(recipe), settings=own))
    return rows


def _default(recipe: Recipe) -> Callable[[RelatednessProblem, int], Fitted[ScoreRows]]:
    def fit(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
        from reelation.training.weights import plan_scores

        watch = _Watch(problem)
        score_rows = plan_scores(_plans(problem, recipe, seed, watch))
        return Fitted(score_rows, {"validation": watch.look(score_rows), **watch.about()})

    return fit


def _weighed(recipe: Recipe) -> Callable[[RelatednessProblem, int], Fitted[ScoreRows]]:
    def fit(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
        from reelation.training.weights import fit_weights, plan_scores, reweighed

        watch = _Watch(problem)
        plans = _plans(problem, recipe, seed, watch)
        weights = fit_weights(plans, [problem.validation], seed)
        score_rows = plan_scores(reweighed(plans, weights))
        shown = {f"{facet}: {name}": round(weight, 3) for (facet, name), weight in weights.items() if weight > 0}
        return Fitted(score_rows, {"weights": shown, "validation": watch.look(score_rows), **watch.about()})

    return fit


def _plans(problem: RelatednessProblem, recipe: Recipe, seed: int, watch: _Watch) -> tuple[FacetPlan, ...]:
    """What `reelation train` makes of the problem's graph and texts: exact parts, and learned blocks beside them."""
    from reelation.features.audience import audience_matrix
    from reelation.features.text import compact
    from reelation.training.audience import AudienceConfig, seen_by
    from reelation.training.learn import LearnConfig, learn
    from reelation.training.recipe import plan_facets
    from reelation.training.weights import plan_scores

    text = compact(problem.vectors) if problem.vectors is not None else None
    if (seen := audience_matrix(problem.graph)) is not None:
        watch.look(by_vectors(seen_by(seen, AudienceConfig(), seed)))
    watch.look(plan_scores(plan_facets(problem.graph, {}, recipe, seed, text)))
    learned = learn(problem.graph, LearnConfig(threads=1), seed, text=text)
    return plan_facets(problem.graph, learned.blocks, recipe, seed, text)


class _Watch:
    """How good our parts are, and when; the looks' own time does not count."""

    def __init__(self, problem: RelatednessProblem) -> None:
        self._problem, self._began, self._looking = problem, time.perf_counter(), 0.0
        self.curve: list[tuple[float, float]] = []

    def look(self, score_rows: ScoreRows) -> dict[str, float]:
        """Measure on validation."""
        before = time.perf_counter()
        figures = validated(self._problem, score_rows)
        self.curve.append((round(before - self._began - self._looking, 2), figures[self._problem.main]))
        self._looking += time.perf_counter() - before
        return figures

    def about(self) -> dict[str, Any]:
        """For the report."""
        return {"curve": self.curve, "about the curve": "viewers alone, exact parts, then with what is learned"}
