"""Explanations: the score of two related titles should rest on the evidence that is given for it.

    graph + pairs of related titles  ->  Explanations.open(seed)  ->  ExplanationProblem + exam

For a pair let C be all things that the two titles have (its people, tags, links; for models that read them, year and
runtime), S the explanation, a part of C, and s(X) the model's score of the pair when the edges of both titles to
everything in C but X are gone from the graph, computed anew by the trained model:

    fidelity+  =  mean over pairs of |s(C) - s(C without S)|  /  mean over pairs of |s(C)|
    fidelity-  =  mean over pairs of |s(C) - s(S)|            /  mean over pairs of |s(C)|
    sparsity   =  mean over pairs of 1 - |S| / |C|

High fidelity+ says that S was needed, low fidelity- that S is enough.

Source: `torch_geometric.explain.metric.fidelity` for explanations of a model, after GraphFramEx (Amara et al. 2022,
arXiv:2206.09677): fid+ = 1 - mean of [class(C without S) = class(C)], fid- the same with S. A relatedness score is
no class, so whether the answer changed becomes by how much, as in the "prob" variants of Yuan et al. 2022
(doi:10.1109/TPAMI.2022.3204236), in units of the model's own scores, so that models of different scale compare.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.evaluation.baselines import overlap_baselines
from reelation.evaluation.figures import Figure, mean_figure
from reelation.evaluation.task import Exam
from reelation.graph.build import Graph, build_graph
from reelation.graph.hide import without_viewers
from reelation.seeds import generator

Kept = NDArray[np.bool_]

SIZE = 5
"""Things in an explanation."""
PAIRS = 60
_OF_FIRST = 10
"""The other title of a pair is one of so many that are closest."""
_LEAST = 2 * SIZE
"""Things that a title of the sample has."""


class Pair(Protocol):
    """A model's view of two titles."""

    things: int
    """What can be deleted."""

    def scores(self, kept: Kept) -> NDArray[np.float64]:
        """[variants] the model's score when only `kept` [variants, things] is left."""


class Explainer(Protocol):
    """A trained model and a way to explain it."""

    def pair(self, a: int, b: int) -> Pair:
        """Make two titles ready; not timed."""

    def explain(self, pair: Pair, rng: np.random.Generator) -> Kept:
        """[draws, things] the explanation; several where it is drawn by lot, whose figures are averaged."""


@dataclass(frozen=True)
class ExplanationProblem:
    """What contenders see."""

    catalogue: Catalogue
    graph: Graph
    """Without viewers: evidence here is what is said of titles by name."""


class ExplanationExam(Exam[ExplanationProblem, Explainer]):
    """Deletes things and asks the model again."""

    def __init__(self, population: str, pairs: NDArray[np.int64], seed: int) -> None:
        super().__init__(population)
        self._pairs, self._seed = pairs, seed

    def leaks(self, problem: ExplanationProblem) -> list[str]:
        """There is no right answer that could leak: the model itself is asked."""
        return []

    def _mark(self, predict: Explainer) -> dict[str, Figure]:
        rng = generator(self._seed, "explanations by lot")
        rows = [self._pair(predict, int(a), int(b), rng) for a, b in self._pairs]
        table = np.array(rows)
        scale = max(float(np.abs(table[:, 0]).mean()), 1e-12)
        return {
            "fidelity+": mean_figure(table[:, 1] / scale),
            "fidelity-": mean_figure(table[:, 2] / scale),
            "sparsity": mean_figure(table[:, 3]),
            "ms": mean_figure(table[:, 4]),
        }

    @staticmethod
    def _pair(predict: Explainer, a: int, b: int, rng: np.random.Generator) -> tuple[float, ...]:
        pair = predict.pair(a, b)
        began = time.perf_counter()
        chosen = predict.explain(pair, rng)
        spent = time.perf_counter() - began
        whole = np.ones((1, pair.things), bool)
        scores = pair.scores(np.concatenate([whole, ~chosen, chosen]))
        without, alone = np.split(np.abs(scores[0] - scores[1:]), 2)
        share = chosen.sum(axis=1).mean() / max(pair.things, 1)
        return float(scores[0]), float(without.mean()), float(alone.mean()), 1 - float(share), 1000 * spent


class Explanations:
    """Pairs of a title and one of the ten closest by hand-weighted overlap: the same for every model."""

    main = "fidelity+"
    lower_is_better = False

    def __init__(self, catalogue: Catalogue, name: str, pairs: int = PAIRS) -> None:
        """Build the graph.

        Args:
            catalogue: whose titles are explained.
            name: what to call it.
            pairs: sample size; fewer where the catalogue is small.

        Raises:
            DataError: too few titles have anything to tell.
        """
        self._problem = ExplanationProblem(catalogue, without_viewers(build_graph(catalogue)))
        self._wanted = pairs
        graph = self._problem.graph
        told = sum(
            (np.diff(relation.matrix.indptr) for relation in graph.relations.values()), np.zeros(len(graph), int)
        )
        self._asked = np.flatnonzero(told >= _LEAST)
        self._rank = overlap_baselines(graph).get("hand-weighted overlap, lighter")
        if len(self._asked) < _LEAST or self._rank is None:
            raise DataError(f"{catalogue.folder} has too few titles with people and tags to explain any.")
        self.name = f"Explanations, {name}"
        self.about = (
            f"{min(pairs, len(self._asked))} pairs of related titles: how much of a model's score goes when the "
            "evidence given for it is deleted (fidelity+), how much when nothing else is left (fidelity-, lower is "
            "better)? "
            f"Explanations hold {SIZE} things unless the row says otherwise; ms is the time for one."
        )
        content = [catalogue.hash, str(pairs), "1"]
        self.fingerprint = hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]

    def open(self, seed: int) -> tuple[ExplanationProblem, ExplanationExam]:
        """Draw the pairs of a seed."""
        assert self._rank is not None
        rng = generator(seed, "explained pairs")
        asked = np.sort(rng.choice(self._asked, min(self._wanted, len(self._asked)), replace=False))
        scores = self._rank(asked).astype(np.float64)
        scores[np.arange(len(asked)), asked] = -np.inf
        closest = np.argsort(-scores, axis=1, kind="stable")[:, :_OF_FIRST]
        other = closest[np.arange(len(asked)), rng.integers(0, closest.shape[1], len(asked))]
        return self._problem, ExplanationExam(f"{self.name} {seed}", np.stack([asked, other], axis=1), seed)


def of_catalogue(catalogue: Catalogue, name: str) -> list[Explanations]:
    """Any catalogue with people or tags.

    Raises:
        DataError: too few titles have anything to tell.
    """
    return [Explanations(catalogue, name)]
