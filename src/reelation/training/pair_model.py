"""Fits who will work together: each person's new collaborators against candidates that are hard to tell from them.

    Splits of earlier years  ->  groups (a person, new collaborators, hard and drawn candidates)  ->  PairModel

The loss of a person is listwise: each new collaborator against all candidates, of whom those drawn count for all that
they stand for; a share of the plain logistic loss makes the scores log-odds. Nothing after a split's window is read.

Source: sampled softmax with the weights of what was drawn, Bengio & Senécal 2008, doi:10.1109/TNN.2007.912312; learning
    to rank lists, Cao et al. 2007, doi:10.1145/1273496.1273513.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.collaborations import AT_ONCE, Split
from reelation.search.collaborating import PairModel
from reelation.search.pair_features import PAIR, PERSON

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class PairConfig:
    """How to fit."""

    people: int = 1500
    """People of each split that are learned from, at the most."""
    new: int = 25
    """New collaborators of a person that are looked at, at the most."""
    hard: int = 80
    """Candidates that rank first by paths."""
    drawn: int = 60
    """Other candidates."""
    hidden: int = 24
    epochs: int = 30
    rate: float = 0.01
    logistic: float = 0.03
    """Weight of the plain logistic loss."""


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
    shift = torch.zeros(config.hidden + 1)
    odds = float(weight[new].sum() / max(float(weight[~new].sum()), 1e-9))
    shift[-1] = float(np.log(max(odds, 1e-9)))
    shift.requires_grad_()
    straight = torch.zeros(width, requires_grad=True)
    out = (torch.randn(config.hidden, generator=drawn) / config.hidden**0.5 * 0.1).requires_grad_()
    wanted = [bend, shift, straight, out]
    batch = 32
    steps = config.epochs * -(-len(x) // batch)
    optimiser = torch.optim.AdamW(wanted, lr=config.rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(config.epochs):
        for rows in torch.randperm(len(x), generator=drawn).split(batch):
            inputs, new_, stands_ = x[rows], came[rows], stands[rows]
            scores = torch.relu(inputs @ bend.T + shift[:-1]) @ out + inputs @ straight + shift[-1]
            against = torch.where(there[rows] & ~new_, scores + stands_.clamp_min(1e-9).log(), torch.tensor(-1e9))
            total = torch.logsumexp(against, dim=1, keepdim=True)
            each = (softplus(total - scores) * new_ * stands_).sum(dim=1) / (new_ * stands_).sum(dim=1).clamp_min(1e-9)
            listwise = each.sum() / new_.any(dim=1).sum().clamp_min(1)
            plain = (softplus(torch.where(new_, -scores, scores)) * stands_).sum() / (new_ * stands_).sum().clamp_min(1)
            loss = listwise + config.logistic * plain
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(wanted, 5.0)
            optimiser.step()
            schedule.step()
    weights = np.vstack([bend.detach().numpy(), straight.detach().numpy()[None]]) / spread
    bias = shift.detach().numpy() - weights @ mean
    return PairModel(weights.astype(np.float32), bias.astype(np.float32), out.detach().numpy().copy())
