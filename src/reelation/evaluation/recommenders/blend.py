"""Our top-N default: a blend of recommenders with weights learned on what viewers went on to like.

    looks  ->  members and plain features  ->  Stack  ->  weights, judged by cross-fitting over viewers and titles
    everything  ->  the same members, learned again  ->  the chosen weights  ->  scores

Members are learned on what was known before a look, so their weights are learned on data that no member has seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.ranking import Predict
from reelation.evaluation.recommenders.known import Floats, Known, answering, everything, looks
from reelation.evaluation.recommenders.stacking import (
    LinearStacker,
    Rows,
    Stack,
    crossed,
    fit_linear,
    folds,
    spread_out,
    stack,
)
from reelation.evaluation.task import Fitted
from reelation.evaluation.tasks.topn import RankingProblem

Features = Callable[[Known, int], Iterator[tuple[str, Floats]]]
"""What is known and a seed -> names and [viewers, titles]; names that start with "=" are not standardised."""


@dataclass(frozen=True)
class BlendConfig:
    """How a blend is learned."""

    calling: tuple[str, ...]
    """Features whose best titles are candidates. The first is the order of all other titles, and its weight is free:
    the stronger the penalty, the nearer is the blend to this one member."""
    crossed: tuple[str, ...] = ()
    """Features whose weight may depend on how long the viewer's history is."""
    each: int = 60
    """Candidates a calling feature and viewer."""
    penalties: tuple[float, ...] = (1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 10.0)
    """Of the weighted sum."""
    viewer_folds: int = 4
    title_folds: int = 3


def fit_blend(problem: RankingProblem, seed: int, features: Features, config: BlendConfig) -> Fitted[Predict]:
    """Learn a blend and answer with it.

    Args:
        problem: what is known.
        seed: of members and folds.
        features: members and plain features, the quick ones first.
        config: how.
    """
    began = time.perf_counter()
    occasions = looks(problem)
    stacks: list[Stack] = []
    names: list[str] = []
    singles: dict[str, list[NDArray[np.float64]]] = {}
    seconds: dict[str, float] = {}
    for look in occasions:
        started = time.perf_counter()
        scores: dict[str, Floats] = {}
        for name, values in features(look.known, seed):
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - started
            scores[name] = values
        names = list(scores)
        asked = np.flatnonzero(np.diff(look.right.indptr))
        stacks.append(candidates_of(look.known, scores, asked, config, look.right))
        for name in names:
            if not name.startswith("="):
                singles.setdefault(name, []).append(look.quality(scores[name]))
    data = joined(stacks)
    found = judged(data, right_counts(data, [look.right for look in occasions]), seed, config, names)
    best = max(found, key=lambda name: found[name])
    stacker = learned(best, data, config, names)
    alone = {name: _mean(parts) for name, parts in singles.items()}
    curve = [*_rising(seconds, alone), (round(time.perf_counter() - began, 2), round(found[best], 4))]
    known = everything(problem)
    scores = dict(features(known, seed))
    final = candidates_of(known, scores, np.arange(known.liked.viewers), config, None)
    values = stacker.score(final.features[:, : len(stacker.weights)])
    answer = spread_out(final, values, known.liked.viewers, scores[config.calling[0]])
    about: dict[str, Any] = {
        "chosen": best,
        "validation NDCG@10": round(found[best], 4),
        "validation NDCG@10 of all ways": {name: round(value, 4) for name, value in found.items()},
        "validation NDCG@10 of members": {name: round(figure, 4) for name, figure in alone.items()},
        "weights": _told([*names, *(f"{name} x history" for name in config.crossed)], stacker),
        "curve": curve,
        "about the curve": "the best member so far, then the blend",
    }
    return Fitted(answering(answer), about)


def _rising(seconds: Mapping[str, float], figures: Mapping[str, float]) -> list[tuple[float, float]]:
    """When each member was there that is better than all before it, and how good it is."""
    found: list[tuple[float, float]] = []
    for name in sorted(figures, key=lambda name: seconds[name]):
        if not found or figures[name] > found[-1][1]:
            found.append((round(seconds[name], 2), round(figures[name], 4)))
    return found


def candidates_of(
    known: Known, scores: Mapping[str, Floats], viewers: Rows, config: BlendConfig, right: sparse.csr_array | None
) -> Stack:
    """Viewers' candidates, with the crossed features after the plain ones."""
    found = stack(scores, known.barred(), viewers, config.calling, right, config.each)
    history = np.bincount(known.liked.viewer, minlength=known.liked.viewers)[viewers]
    names = list(scores)
    return crossed(found, [names.index(name) for name in config.crossed], np.log((1 + history) / _USUAL))


def judged(
    data: Stack,
    count: Rows,
    seed: int,
    config: BlendConfig,
    names: Sequence[str],
    firm: NDArray[np.float64] | None = None,
) -> dict[str, float]:
    """NDCG@10 of every way to blend, each candidate scored by weights learned from other viewers and other titles.

    Other titles too: what only names a title would otherwise tell which titles did well on these very occasions.

    Args:
        data: the looks' stacks, one after the other; crossed features last.
        count: [viewers of the stack] titles that each went on to like, candidates or not.
        seed: of the folds.
        config: what to try.
        names: of the features that are not crossed.
        firm: see `learned`.

    Returns:
        "plain, penalty ..." and, where there are any, "crossed, penalty ..." for each penalty.
    """
    person = data.viewers % STRIDE
    of_viewer = folds(int(person.max()) + 1, seed, "viewers", config.viewer_folds)[person]
    of_title = folds(int(data.title.max()) + 1, seed, "titles", config.title_folds)[data.title]
    kinds = ("plain", "crossed") if config.crossed else ("plain",)
    own = {
        f"{kind}, penalty {penalty:g}": np.zeros(len(data.owner), np.float32)
        for kind in kinds
        for penalty in config.penalties
    }
    for one, two in np.ndindex(config.viewer_folds, config.title_folds):
        train = data.only(of_viewer != one, of_title != two)
        inside = (of_viewer == one)[data.owner] & (of_title == two)
        if inside.any() and train.right.any():
            for name, values in own.items():
                stacker = learned(name, train, config, names, firm)
                values[inside] = stacker.score(data.features[inside][:, : len(stacker.weights)])
    return {name: candidate_ndcg(data, values, count) for name, values in own.items()}


STRIDE = 1 << 40
"""In a stack of several looks, a viewer's number is this times the look plus the person."""
_USUAL = 50.0
"""Likes in a history of middling length."""


def learned(
    name: str, data: Stack, config: BlendConfig, names: Sequence[str], firm: NDArray[np.float64] | None = None
) -> LinearStacker:
    """The weights that `judged` calls `name`.

    Args:
        name: "plain" or "crossed", and the penalty.
        data: candidates.
        config: how.
        names: of the features that are not crossed.
        firm: [names] how many times as strong the penalty of each is; None for 1.
    """
    width = len(names) + (len(config.crossed) if name.startswith("crossed") else 0)
    anchor = list(names).index(config.calling[0])
    penalty = np.full(width, float(name.split()[-1]))
    if firm is not None:
        penalty[: len(names)] *= firm
    return fit_linear(replace(data, features=data.features[:, :width]), penalty, anchor)


def joined(stacks: Sequence[Stack]) -> Stack:
    """Several looks' stacks as one; viewers keep their numbers, marked by the look."""
    starts = np.cumsum([0, *(len(one.viewers) for one in stacks)])
    return Stack(
        viewers=np.concatenate([one.viewers + i * STRIDE for i, one in enumerate(stacks)]),
        owner=np.concatenate([one.owner + start for one, start in zip(stacks, starts[:-1], strict=True)]),
        title=np.concatenate([one.title for one in stacks]),
        features=np.concatenate([one.features for one in stacks]),
        right=np.concatenate([one.right for one in stacks]),
    )


def right_counts(data: Stack, rights: Sequence[sparse.csr_array]) -> Rows:
    """[viewers of joined stacks] right titles in each look's [viewers, titles]."""
    look, person = np.divmod(data.viewers, STRIDE)
    return np.array([np.diff(rights[i].indptr)[j] for i, j in zip(look, person, strict=True)], np.int64)


def candidate_ndcg(data: Stack, values: Floats, count: Rows) -> float:
    """Mean NDCG@10 over viewers when only candidates are ranked, against all that the viewer went on to like."""
    order = np.lexsort((-values, data.owner))
    starts = np.searchsorted(data.owner, np.arange(len(data.viewers)))
    place = np.arange(len(order)) - starts[data.owner]
    hit = data.right[order] & (place < 10)
    gain = np.bincount(data.owner[hit], weights=1 / np.log2(place[hit] + 2), minlength=len(data.viewers))
    ideal = np.cumsum(1 / np.log2(np.arange(2, 12)))[np.clip(count, 1, 10) - 1]
    return float((gain / ideal).mean())


def _told(names: Sequence[str], stacker: LinearStacker) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, stacker.weights, strict=False)}


def _mean(parts: Sequence[NDArray[np.float64]]) -> float:
    return float(np.concatenate(parts).mean())
