"""Who explains a score: our measured drops beside rarest-first, chance, everything, and GNNExplainer on its own models.

contenders(task)  ->  the rows of a table of explanations

Rows of one model share its training: the first row of each seed pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.errors import MissingExtraError
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.explanations import SIZE, Explainer, ExplanationProblem, Explanations, Kept
from reelation.insights.evidence import measured
from reelation.search.exact import Measure

if TYPE_CHECKING:
    from reelation.contenders.explained_default import DefaultPair, ExplainedDefault
    from reelation.contenders.explained_passing import ExplainedPassing, PassingPair
    from reelation.models.message_passing import Kind

Row = Contender[ExplanationProblem, Explainer]
DRAWS = 20
"""Explanations that are drawn by lot a pair."""
PASSING: dict[str, Kind] = {"GCN": "gcn", "GAT": "gat", "GraphSAGE": "sage"}


def contenders(task: Explanations) -> list[Row]:
    """The rows of a table of explanations."""
    try:
        import torch_geometric  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("Explained networks", "train") from error
    rows = [
        _default("Reelation, 5 largest drops", "ours", _largest),
        _default("Reelation, 5 largest drops by name", "ours", _largest_by_name),
        _default("Reelation, 2 largest drops", "other model", _two_largest),
        _default("Reelation, 5 rarest shared", "baseline", _rarest),
        _default("Reelation, 5 of what is shared, by lot", "baseline", _shared_by_lot),
        _default("Reelation, 5 of everything, by lot", "baseline", _by_lot),
        _default("Reelation, 5 of the evidence, by lot", "baseline", _evidence_by_lot),
        _default("Reelation, 2 of the evidence, by lot", "baseline", _two_by_lot),
        _default("Reelation, all that is shared", "other model", _all),
    ]
    for name in PASSING:
        rows += [
            _passing(name, "5 largest drops", "other model", _passing_largest),
            _passing(name, "GNNExplainer", "graph network", _gnn_explainer),
            _passing(name, "5 by lot", "baseline", _passing_by_lot),
        ]
    return rows


class _Chosen:
    """A model with one way to choose."""

    def __init__(self, model: Any, choose: Callable[[Any, np.random.Generator], Kept]) -> None:
        self._model, self._choose = model, choose

    def pair(self, a: int, b: int) -> Any:
        """See `Explainer.pair`."""
        return self._model.pair(a, b)

    def explain(self, pair: Any, rng: np.random.Generator) -> Kept:
        """See `Explainer.explain`."""
        return self._choose(pair, rng)


def _default(name: str, kind: Any, choose: Callable[[DefaultPair, np.random.Generator], Kept]) -> Row:
    from reelation.training.learn import LearnConfig
    from reelation.training.recipe import Recipe

    def fit(problem: ExplanationProblem, seed: int) -> Fitted[Explainer]:
        return Fitted(_Chosen(_trained_default(_Same(problem), seed), choose))

    settings = {"learn": asdict(LearnConfig(threads=1)), "recipe": asdict(Recipe()), "size": SIZE, "draws": DRAWS}
    return Contender(name, kind, fit, settings=settings)


def _passing(name: str, what: str, kind: Any, choose: Callable[[PassingPair, np.random.Generator], Kept]) -> Row:
    from reelation.contenders.explained_passing import EPOCHS, config_of

    def fit(problem: ExplanationProblem, seed: int) -> Fitted[Explainer]:
        return Fitted(_Chosen(_trained_passing(_Same(problem), PASSING[name], seed), choose))

    settings = {"learn": asdict(config_of(PASSING[name])), "size": SIZE, "draws": DRAWS, "epochs": EPOCHS}
    return Contender(f"{name}, {what}", kind, fit, settings=settings)


class _Same:
    """A problem that equals another of the same catalogue, so that trainings can be remembered."""

    def __init__(self, problem: ExplanationProblem) -> None:
        self.problem = problem

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.problem.catalogue.hash == other.problem.catalogue.hash

    def __hash__(self) -> int:
        return hash(self.problem.catalogue.hash)


@lru_cache(maxsize=3)
def _trained_default(same: _Same, seed: int) -> ExplainedDefault:
    from reelation.contenders.explained_default import ExplainedDefault

    return ExplainedDefault(same.problem, seed)


@lru_cache(maxsize=3)
def _trained_passing(same: _Same, kind: Kind, seed: int) -> ExplainedPassing:
    from reelation.contenders.explained_passing import ExplainedPassing

    return ExplainedPassing(same.problem, kind, seed)


def _largest(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    """What `reelation why` lists first: the largest measured drops, by the atlas alone."""
    return _strongest(pair, numbers=True)


def _two_largest(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    return _strongest(pair, numbers=True, size=2)


def _largest_by_name(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    """The same among people, tags and words, without year and runtime."""
    return _strongest(pair, numbers=False)


def _strongest(pair: DefaultPair, *, numbers: bool, size: int = SIZE) -> Kept:
    from reelation.insights.deletion import NUMBERS
    from reelation.insights.evidence import Shared

    atlas, chosen = pair.model.atlas, np.zeros((1, pair.things), bool)
    found = measured(atlas, *pair.rows, Measure.of(atlas)).strongest()
    for one in [one for one in found if numbers or isinstance(one, Shared)][:size]:
        if isinstance(one, Shared):
            chosen[0, np.searchsorted(pair.deletion.nodes, atlas.nodes.row(one.node_id))] = True
        else:
            chosen[0, len(pair.deletion.nodes) + NUMBERS.index(one.name)] = True
    return chosen


def _rarest(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    starts, nodes = pair.model.atlas.posting_start, pair.deletion.nodes[pair.deletion.shared]
    order = np.argsort(starts[nodes + 1] - starts[nodes], kind="stable")
    return _marked(pair.things, pair.deletion.shared[order[:SIZE]][None])


def _all(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    return _marked(pair.things, pair.deletion.shared[None])


def _shared_by_lot(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    return _lot(pair.things, pair.deletion.shared, rng)


def _evidence_by_lot(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    """Of all that `reelation why` lists: what both have by name, and their years and runtimes."""
    return _lot(pair.things, _listed(pair), rng)


def _two_by_lot(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    return _lot(pair.things, _listed(pair), rng, size=2)


def _listed(pair: DefaultPair) -> np.ndarray[Any, Any]:
    return np.flatnonzero(_strongest(pair, numbers=True, size=pair.things)[0])


def _by_lot(pair: DefaultPair, rng: np.random.Generator) -> Kept:
    return _lot(pair.things, np.arange(pair.things), rng)


def _passing_largest(pair: PassingPair, rng: np.random.Generator) -> Kept:
    """The same on a message-passing network: every thing of either title is deleted, one at a time."""
    kept = np.concatenate([~np.eye(pair.things, dtype=bool), np.ones((1, pair.things), bool)])
    scores = pair.scores(kept)
    return _marked(pair.things, np.argsort(scores[:-1] - scores[-1], kind="stable")[:SIZE][None])


def _gnn_explainer(pair: PassingPair, rng: np.random.Generator) -> Kept:
    return _marked(pair.things, np.argsort(-pair.mask(rng), kind="stable")[:SIZE][None])


def _passing_by_lot(pair: PassingPair, rng: np.random.Generator) -> Kept:
    return _lot(pair.things, np.arange(pair.things), rng)


def _lot(things: int, among: np.ndarray[Any, Any], rng: np.random.Generator, size: int = SIZE) -> Kept:
    size = min(size, len(among))
    return _marked(things, np.stack([rng.choice(among, size, replace=False) for _ in range(DRAWS)]))


def _marked(things: int, chosen: np.ndarray[Any, Any]) -> Kept:
    """[draws, things] True at `chosen` [draws, size]."""
    found = np.zeros((len(chosen), things), bool)
    np.put_along_axis(found, np.asarray(chosen, np.int64), True, axis=1)
    return found
