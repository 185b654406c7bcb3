"""A Gaussian process a viewer: titles (and moments) that go together are rated alike.

    stars of one viewer = mean of the title + taste(title) + mood(time) + noise

Taste has one covariance of all pairs of titles, full rank, learned by expectation maximisation over all viewers; mood
is a sum of exponentially forgetting processes, from minutes to months, whose strengths are learned the same way. On the
ratings turned around it is a process a title over viewers.

Source: Yu, Zhu, Lafferty & Gong 2009, Fast nonparametric matrix factorization for large-scale collaborative filtering,
doi:10.1145/1571941.1571979 (covariance, its closed-form update); variances of moods and noise by the update of Zhou,
Hu, Zhou & Lange 2019 (doi:10.1080/10618600.2018.1529601). The inverse Wishart prior and the moods are ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from reelation.evaluation.interactions import UNKNOWN_TIME, Interactions

Singles = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class ProcessConfig:
    """Prior and effort."""

    rounds: int = 16
    """Of expectation maximisation."""
    strength: float = 100.0
    """How many viewers the prior covariance is worth."""
    shared: float = 0.15
    """Prior variance that all titles share: how generous a viewer is; squared stars."""
    alike: float = 0.1
    """Prior variance that titles with the same features share."""
    own: float = 0.15
    """Prior variance of each title on its own."""
    noise: float = 0.75
    """First variance of the noise."""
    damping: float = 3.0
    """Ratings that a title's mean is pulled towards the overall mean with."""
    scales: tuple[float, ...] = (60.0, 3_600.0, 86_400.0, 2_592_000.0)
    """Seconds in which a mood fades to 1/e; unused where times are unknown."""
    mood: float = 0.03
    """First variance of each mood."""


@dataclass
class Process:
    """A fitted process; `predict` conditions on the ratings it was fitted on."""

    config: ProcessConfig
    events: Interactions
    covariance: Singles
    """[titles, titles]."""
    mean: Doubles
    """[titles] stars."""
    noise: float
    moods: Doubles
    """[scales] variances; empty where times are unknown."""
    log: list[dict[str, Any]] = field(default_factory=list)

    def predict(self, viewer: NDArray[Any], title: NDArray[Any], time: NDArray[Any]) -> Doubles:
        """[questions] expected stars.

        Args:
            viewer: [questions].
            title: [questions].
            time: [questions] seconds.
        """
        found = self.mean[title].copy()
        groups = _groups(viewer)
        for who, rows in _by_viewer(self.events).items():
            asked = groups.get(who)
            if asked is None:
                continue
            _, weights = self._solve(rows)
            cross = self.covariance[np.ix_(title[asked], self.events.title[rows])].astype(np.float64)
            cross += self._mood(time[asked], self.events.time[rows])
            found[asked] += cross @ weights
        return np.asarray(found)

    def left_out(self) -> Doubles:
        """[events] what is predicted for each training rating from the viewer's others (closed form)."""
        found = np.zeros(len(self.events))
        for rows in _by_viewer(self.events).values():
            inverse, weights = self._solve(rows)
            found[rows] = self.events.stars[rows] - weights / np.diag(inverse)
        return found

    def _mood(self, a: NDArray[Any], b: NDArray[Any]) -> Doubles:
        gap = np.abs(a[:, None] - b[None, :]).astype(np.float64)
        total = np.zeros(gap.shape)
        for variance, scale in zip(self.moods, self.config.scales, strict=False):
            total += variance * np.exp(-gap / scale)
        return total

    def _solve(self, rows: NDArray[np.int64]) -> tuple[Doubles, Doubles]:
        """Inverse of the covariance of some ratings, and its product with what they are above the mean."""
        title = self.events.title[rows]
        total = self.covariance[np.ix_(title, title)].astype(np.float64)
        if len(self.moods):
            total += self._mood(self.events.time[rows], self.events.time[rows])
        total[np.diag_indices_from(total)] += self.noise
        inverse = linalg.inv(total, overwrite_a=True, check_finite=False)
        return inverse, np.asarray(inverse @ (self.events.stars[rows] - self.mean[title]))


def fit_process(events: Interactions, features: Singles | None, config: ProcessConfig) -> Process:
    """Learn covariance, means, moods and noise.

    Args:
        events: ratings.
        features: [titles, columns] for the prior covariance, rows of any length; None for none.
        config: prior and effort.
    """
    prior = np.full((events.titles, events.titles), config.shared, np.float32)
    if features is not None:
        unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)
        prior += config.alike * (unit @ unit.T)
    prior[np.diag_indices_from(prior)] += config.own
    count = np.bincount(events.title, minlength=events.titles)
    overall = float(events.stars.mean())
    total = np.bincount(events.title, weights=events.stars - overall, minlength=events.titles)
    mean = overall + total / (count + config.damping)
    timed = bool(len(events)) and bool((events.time != UNKNOWN_TIME).all())
    moods = np.full(len(config.scales) if timed else 0, config.mood)
    process = Process(config, events, prior.copy(), mean, config.noise, moods)
    groups = list(_by_viewer(events).values())
    for _ in range(config.rounds):
        _round(process, prior, groups, overall)
    return process


def _round(process: Process, prior: Singles, groups: list[NDArray[np.int64]], overall: float) -> None:
    """One round: what each viewer's ratings say beyond the present covariance."""
    events, config = process.events, process.config
    push = np.zeros_like(process.covariance)
    slope, curve = np.zeros(events.titles), np.zeros(events.titles)
    sums = np.zeros((1 + len(process.moods), 2))
    for rows in groups:
        title = events.title[rows]
        inverse, weights = process._solve(rows)
        slope[title] += weights
        curve[title] += np.diag(inverse)
        push[np.ix_(title, title)] += (np.outer(weights, weights) - inverse).astype(np.float32)
        sums[0] += weights @ weights, np.trace(inverse)
        if len(process.moods):
            gap = np.abs(events.time[rows][:, None] - events.time[rows][None, :]).astype(np.float64)
            for i, scale in enumerate(config.scales, 1):
                near = np.exp(-gap / scale)
                sums[i] += weights @ near @ weights, (near * inverse).sum()
    viewers = len(groups)
    new = process.covariance @ push @ process.covariance + viewers * process.covariance + config.strength * prior
    process.covariance = np.asarray((new + new.T) / (2 * (viewers + config.strength)), np.float32)
    factors = np.sqrt(sums[:, 0] / sums[:, 1])
    process.noise *= float(factors[0])
    process.moods = process.moods * factors[1:]
    pull = 1 / (config.damping * process.noise)
    process.mean = process.mean + 0.5 * (slope - (process.mean - overall) * pull * 0.1) / (curve + pull)
    process.log.append({"noise": round(process.noise, 4), "moods": [round(float(v), 4) for v in process.moods]})


def turned(events: Interactions) -> Interactions:
    """Viewers and titles change places."""
    return Interactions(events.title, events.viewer, events.stars, events.time, events.titles, events.viewers)


def _groups(viewer: NDArray[Any]) -> dict[int, NDArray[np.int64]]:
    order = np.argsort(viewer, kind="stable")
    values, starts = np.unique(viewer[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(who): part for who, part in zip(values, parts, strict=True)}


def _by_viewer(events: Interactions) -> dict[int, NDArray[np.int64]]:
    return _groups(events.viewer)
