"""Our top-N default: a blend of recommenders with weights learned on what viewers went on to like.

    looks  ->  members and plain features  ->  Stack  ->  stackers, judged by cross-fitting over viewers
    everything  ->  the same members, learned again  ->  the chosen stacker  ->  scores

Members are learned on what was known before a look, so their weights are learned on data that no member has seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.ranking import Predict
from reelation.evaluation.recommenders.known import Floats, Known, Look, answering, everything, looks
from reelation.evaluation.recommenders.stacking import (
    LinearStacker,
    Stack,
    Stacker,
    TreeConfig,
    fit_linear,
    fit_trees,
    folds,
    spread_out,
    stack,
)
from reelation.evaluation.task import Fitted
from reelation.evaluation.tasks.topn import RankingProblem

Features = Callable[[Known, int], dict[str, Floats]]
"""What is known and a seed -> name -> [viewers, titles]; names that start with "=" are not standardised."""


@dataclass(frozen=True)
class BlendConfig:
    """How a blend is learned."""

    calling: tuple[str, ...]
    """Features whose best titles are candidates; the first is the order of all other titles."""
    each: int = 60
    """Candidates a calling feature and viewer."""
    penalties: tuple[float, ...] = (1e-4, 1e-3, 1e-2, 1e-1)
    """Of the weighted sum; the best by cross-fitting is taken."""
    trees: TreeConfig = field(default_factory=TreeConfig)
    tree_seeds: int = 2
    """Forests averaged."""
    viewer_folds: int = 4
    title_folds: int = 3


@dataclass(frozen=True)
class Mixed:
    """Trees and a weighted sum, each made variance 1, averaged."""

    parts: tuple[Stacker, ...]
    spread: tuple[float, ...]

    def score(self, features: Floats) -> Floats:
        """See `Stacker.score`."""
        total = sum(part.score(features) / spread for part, spread in zip(self.parts, self.spread, strict=True))
        return np.asarray(total, np.float32)


def fit_blend(problem: RankingProblem, seed: int, features: Features, config: BlendConfig) -> Fitted[Predict]:
    """Learn a blend and answer with it.

    Args:
        problem: what is known.
        seed: of members, folds and trees.
        features: members and plain features.
        config: how.
    """
    began = time.perf_counter()
    occasions = looks(problem)
    stacks, names = [], [""]
    singles: dict[str, list[NDArray[np.float64]]] = {}
    for look in occasions:
        scores = features(look.known, seed)
        names = list(scores)
        asked = np.flatnonzero(np.diff(look.right.indptr))
        stacks.append(stack(scores, look.known.barred(), asked, config.calling, look.right, config.each))
        for name in config.calling:
            singles.setdefault(name, []).append(look.quality(scores[name]))
    data = joined(stacks)
    curve = [(round(time.perf_counter() - began, 2), round(_mean(singles[config.calling[0]]), 4))]
    found = judged(data, occasions, seed, config)
    best = max(found, key=lambda name: found[name])
    stacker = learned(best, data, seed, config)
    curve.append((round(time.perf_counter() - began, 2), round(found[best], 4)))
    known = everything(problem)
    scores = features(known, seed)
    final = stack(scores, known.barred(), np.arange(known.liked.viewers), config.calling, None, config.each)
    answer = spread_out(final, stacker.score(final.features), known.liked.viewers, scores[config.calling[0]])
    about: dict[str, Any] = {
        "chosen": best,
        "validation NDCG@10, cross-fitted": {name: round(value, 4) for name, value in found.items()},
        "validation NDCG@10 of single members": {name: round(_mean(parts), 4) for name, parts in singles.items()},
        "weights": _weights(names, learned(_linear(found), data, seed, config)),
        "curve": curve,
    }
    return Fitted(answering(answer), about)


def judged(data: Stack, occasions: Sequence[Look], seed: int, config: BlendConfig) -> dict[str, float]:
    """NDCG@10 of every way to blend, each candidate scored by a stacker learned from other viewers and other titles.

    Other titles too: trees would otherwise learn which titles did well on these very occasions.

    Args:
        data: the looks' stacks, one after the other.
        occasions: the looks themselves.
        seed: of folds and trees.
        config: what to try.

    Returns:
        "sum, penalty ..." for each penalty, "trees", and "trees + sum" with the best penalty.
    """
    person = data.viewers % _STRIDE
    of_viewer = folds(int(person.max()) + 1, seed, "viewers", config.viewer_folds)[person]
    of_title = folds(int(data.title.max()) + 1, seed, "titles", config.title_folds)[data.title]
    own = {f"sum, penalty {penalty:g}": np.zeros(len(data.owner), np.float32) for penalty in config.penalties}
    own["trees"] = np.zeros(len(data.owner), np.float32)
    for one, two in np.ndindex(config.viewer_folds, config.title_folds):
        train = data.only(of_viewer != one, of_title != two)
        inside = (of_viewer == one)[data.owner] & (of_title == two)
        if inside.any():
            for name in own:
                own[name][inside] = learned(name, train, seed, config).score(data.features[inside])
    found = {name: candidate_ndcg(data, values, occasions) for name, values in own.items()}
    line = _linear(found)
    for name, share in _MIXES.items():
        mixed = (1 - share) * own["trees"] / own["trees"].std() + share * own[line] / own[line].std()
        found[f"{name} | {line}"] = candidate_ndcg(data, mixed, occasions)
    return found


_MIXES = {"trees + sum": 0.5}
_STRIDE = 1 << 40


def learned(name: str, data: Stack, seed: int, config: BlendConfig) -> Stacker:
    """The stacker that `judged` calls so."""
    if " | " in name:
        both = tuple(learned(part, data, seed, config) for part in ("trees", name.split(" | ")[1]))
        return Mixed(both, tuple(float(part.score(data.features).std()) for part in both))
    if name.startswith("sum"):
        return fit_linear(data, float(name.split()[-1]))
    forests = tuple(fit_trees(data, config.trees, seed + i) for i in range(config.tree_seeds))
    return Mixed(forests, (1.0,) * len(forests))


def joined(stacks: Sequence[Stack]) -> Stack:
    """Several looks' stacks as one; viewers keep their numbers, marked by the look."""
    starts = np.cumsum([0, *(len(one.viewers) for one in stacks)])
    return Stack(
        viewers=np.concatenate([one.viewers + i * _STRIDE for i, one in enumerate(stacks)]),
        owner=np.concatenate([one.owner + start for one, start in zip(stacks, starts[:-1], strict=True)]),
        title=np.concatenate([one.title for one in stacks]),
        features=np.concatenate([one.features for one in stacks]),
        right=np.concatenate([one.right for one in stacks]),
    )


def candidate_ndcg(data: Stack, values: Floats, occasions: Sequence[Look]) -> float:
    """Mean NDCG@10 over viewers when only candidates are ranked, against all that the viewer went on to like."""
    order = np.lexsort((-values, data.owner))
    starts = np.searchsorted(data.owner, np.arange(len(data.viewers)))
    place = np.arange(len(order)) - starts[data.owner]
    hit = data.right[order] & (place < 10)
    gain = np.bincount(data.owner[hit], weights=1 / np.log2(place[hit] + 2), minlength=len(data.viewers))
    look, person = np.divmod(data.viewers, _STRIDE)
    count = np.array([np.diff(occasions[i].right.indptr)[j] for i, j in zip(look, person, strict=True)])
    ideal = np.cumsum(1 / np.log2(np.arange(2, 12)))[np.clip(count, 1, 10) - 1]
    return float((gain / ideal).mean())


def _linear(found: Mapping[str, float]) -> str:
    return max((name for name in found if name.startswith("sum")), key=lambda name: found[name])


def _weights(names: Sequence[str], stacker: Stacker) -> dict[str, float]:
    if not isinstance(stacker, LinearStacker):
        return {}
    return {name: round(float(weight), 3) for name, weight in zip(names, stacker.weights, strict=True)}


def _mean(parts: Sequence[NDArray[np.float64]]) -> float:
    return float(np.concatenate(parts).mean())
