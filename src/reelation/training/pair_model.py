"""Fits who will work together: each person's new collaborators against candidates that are hard to tell from them.

    Splits of earlier years  ->  groups (a person, new collaborators, hard and drawn candidates)  ->  PairModel

The loss of a person is listwise: each new collaborator against all candidates, of whom those drawn count for all that
they stand for. Then scale, level and what the person asked has by itself are fitted to the plain logistic loss, which
makes scores log-odds and leaves ranks as they are. Nothing after a split's window is read.

Source: sampled softmax with the weights of what was drawn, Bengio & Senécal 2008, doi:10.1109/TNN.2007.912312; learning
    to rank lists, Cao et al. 2007, doi:10.1145/1273496.1273513.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.collaborations import AT_ONCE, Split
from reelation.search.collaborating import PairModel
from reelation.search.pair_features import PAIR, PERSON

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_BATCH = 32
_NEVER = -1e9


@dataclass(frozen=True)
class PairConfig:
    """How to fit."""

    people: int = 1500
    """People of each split that are learned from, at the most."""
    new: int = 25
    """New collaborators of a person that are looked at, at the most."""
    hard: int = 120
    """Candidates that rank first by paths."""
    drawn: int = 80
    """Other candidates."""
    hidden: int = 24
    epochs: int = 20
    rate: float = 0.004
    decay: float = 1.0
    """Weight decay; of what is learned from a thousand people or two there is much to forget."""


@dataclass(frozen=True)
class Groups:
    """People to learn from, each with candidates; the first axis is people."""

    features: Floats
    """[people, candidates, features] of `PAIR`, then `PERSON` of the candidate, then of the person."""
    weight: Floats
    """[people, candidates] how many candidates each stands for; 0 for padding."""
    new: NDArray[np.bool_]
    """[people, candidates]."""


def groups(split: Split, config: PairConfig, random: np.random.Generator) -> Groups:
    """Draw people and candidates of a split."""
    places = np.sort(random.permutation(len(split.active))[: config.people])
    width = config.new + config.hard + config.drawn
    features = np.zeros((len(places), width, len(PAIR) + 2 * len(PERSON)), np.float32)
    weight, new = np.zeros((len(places), width), np.float32), np.zeros((len(places), width), bool)
    person = split.features.person[split.active]
    paths = [PAIR.index(name) for name in ("walk 2", "walk 3", "walk 4")]
    for begin in range(0, len(places), AT_ONCE):
        some = places[begin : begin + AT_ONCE]
        pairs = split.features.of(split.active[some], split.active)
        near = pairs[paths].sum(axis=0)
        near[split.barred(some)] = -np.inf
        for at, place in enumerate(some.tolist()):
            chosen, stands = _candidates(near[at], split.new_of(place), config, random)
            row, count = begin + at, len(chosen)
            features[row, :count, : len(PAIR)] = pairs[:, at, chosen].T
            features[row, :count, len(PAIR) : -len(PERSON)] = person[chosen]
            features[row, :count, -len(PERSON) :] = person[place]
            weight[row, :count] = stands
            new[row, :count] = np.isin(chosen, split.new_of(place))
    return Groups(features, weight, new)


def _candidates(near: Floats, came: Rows, config: PairConfig, random: np.random.Generator) -> tuple[Rows, Floats]:
    """Places of candidates and how many each stands for."""
    first = random.permutation(came)[: config.new]
    rest = np.isfinite(near)
    rest[came] = False
    free = np.flatnonzero(rest)
    order = free[np.argsort(-near[free], kind="stable")]
    hard, others = order[: config.hard], order[config.hard :]
    drawn = random.permutation(others)[: config.drawn]
    stands = [
        np.full(len(first), len(came) / max(len(first), 1)),
        np.ones(len(hard)),
        np.full(len(drawn), len(others) / max(len(drawn), 1)),
    ]
    return np.concatenate([first, hard, drawn]), np.concatenate(stands).astype(np.float32)


def fit(parts: Sequence[Groups], config: PairConfig, seed: int) -> PairModel | None:
    """Fit a model to some groups; None where fewer than ten people find somebody new."""
    import torch
    from torch.nn.functional import softplus

    features = np.concatenate([one.features for one in parts])
    weight, new = (np.concatenate([getattr(one, name) for one in parts]) for name in ("weight", "new"))
    if int(new.any(axis=1).sum()) < 10:
        return None
    told = weight > 0
    mean, spread = features[told].mean(axis=0), features[told].std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0).astype(np.float32)
    x = torch.from_numpy(np.where(told[..., None], (features - mean) / spread, 0).astype(np.float32))
    stands, came, there = torch.from_numpy(weight), torch.from_numpy(new), torch.from_numpy(told)
    drawn = torch.Generator().manual_seed(seed)
    width = x.shape[2]
    bend = (torch.randn(config.hidden, width, generator=drawn) / width**0.5).requires_grad_()
    shift = torch.zeros(config.hidden, requires_grad=True)
    straight = torch.zeros(width, requires_grad=True)
    out = (torch.randn(config.hidden, generator=drawn) / config.hidden**0.5 * 0.1).requires_grad_()
    wanted = [bend, shift, straight, out]
    never = torch.tensor(_NEVER)
    learners = torch.from_numpy(np.flatnonzero(new.any(axis=1)))
    steps = config.epochs * -(-len(learners) // _BATCH)
    optimiser = torch.optim.AdamW(wanted, lr=config.rate, weight_decay=config.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(config.epochs):
        for some in torch.randperm(len(learners), generator=drawn).split(_BATCH):  # type: ignore[no-untyped-call]
            rows = learners[some]
            scores = torch.relu(x[rows] @ bend.T + shift) @ out + x[rows] @ straight
            against = torch.where(there[rows] & ~came[rows], scores + stands[rows].clamp_min(1e-9).log(), never)
            total = torch.logsumexp(against, dim=1, keepdim=True)
            each = (softplus(total - scores) * came[rows]).sum(dim=1) / came[rows].sum(dim=1)
            optimiser.zero_grad()
            each.mean().backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(wanted, 5.0)
            optimiser.step()
            schedule.step()
    with torch.no_grad():
        scores = torch.relu(x @ bend.T + shift) @ out + x @ straight
    own = x[:, 0, -len(PERSON) :]
    scale, level, tilt = _calibrated(scores, own, stands, came)
    line = (straight.detach() * scale).numpy()
    line[-len(PERSON) :] += tilt
    weights = np.vstack([bend.detach().numpy(), line[None]]) / spread
    bias = np.append(shift.detach().numpy(), level) - weights @ mean
    return PairModel(weights.astype(np.float32), bias.astype(np.float32), (out.detach() * scale).numpy().copy())


def _calibrated(scores: Any, own: Any, stands: Any, came: Any) -> tuple[float, float, Floats]:
    """Scale (above 0), level and weights of the person's own features: logistic regression on scores, each candidate
    counting for all that it stands for; `scores`, `stands`, `came` [people, candidates], `own` [people, features].
    """
    import torch
    from torch.nn.functional import softplus

    odds = float((stands * came).sum() / (stands * ~came).sum().clamp_min(1e-9))
    level = torch.tensor(float(np.log(max(odds, 1e-9))), requires_grad=True)
    log_scale = torch.zeros((), requires_grad=True)
    tilt = torch.zeros(own.shape[1], requires_grad=True)
    middle = float((scores * stands).sum() / stands.sum())
    optimiser = torch.optim.LBFGS([log_scale, level, tilt], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Any:
        optimiser.zero_grad()
        logits = log_scale.exp() * (scores - middle) + level + (own @ tilt)[:, None]
        each = softplus(torch.where(came, -logits, logits)) * stands
        found = each.sum() / (stands * came).sum() + 1e-3 * (tilt**2).sum()
        found.backward()
        return found

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    scale = float(log_scale.detach().exp())
    return scale, float(level.detach()) - scale * middle, tilt.detach().numpy()
