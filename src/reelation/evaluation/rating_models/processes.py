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

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import DataError
from reelation.evaluation.interactions import Interactions

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


class Look(NamedTuple):
    """One look at validation ratings."""

    rounds: int
    seconds: float
    """Since the start, looks included."""
    figure: float


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
    looks: list[Look] = field(default_factory=list)

    def predict(self, viewer: NDArray[Any], title: NDArray[Any], moment: NDArray[Any]) -> Doubles:
        """[questions] expected stars.

        Args:
            viewer: [questions].
            title: [questions].
            moment: [questions] seconds since 1970.
        """
        found = self.mean[title].copy()
        groups = _groups(viewer)
        for who, rows in _by_viewer(self.events).items():
            asked = groups.get(who)
            if asked is None:
                continue
            _, weights = self.solve(rows)
            cross = self.covariance[np.ix_(title[asked], self.events.title[rows])]
            for variance, near in zip(self.moods, self.fading(moment[asked], self.events.time[rows]), strict=True):
                cross += np.float32(variance) * near
            found[asked] += cross @ weights
        return np.asarray(found)

    def left_out(self) -> Doubles:
        """[events] what is predicted for each training rating from the viewer's others (closed form)."""
        found = np.zeros(len(self.events))
        for rows in _by_viewer(self.events).values():
            inverse, weights = self.solve(rows)
            found[rows] = self.events.stars[rows] - weights / np.diag(inverse)
        return found

    def fading(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> list[Singles]:
        """A mood each, [a, b]: 1 at the same moment, 1/e a scale apart; none where times are unknown."""
        if not len(self.moods):
            return []
        gap = np.abs(a[:, None] - b[None, :]).astype(np.float32)
        return [np.exp(gap / np.float32(-scale)) for scale in self.config.scales]

    def solve(self, rows: NDArray[np.int64], fading: list[Singles] | None = None) -> tuple[Singles, Singles]:
        """Inverse of the covariance of some ratings, and its product with what they are above the mean.

        Args:
            rows: [ratings] of one viewer.
            fading: of these ratings, where it is there already.
        """
        title, moment = self.events.title[rows], self.events.time[rows]
        total = self.covariance[np.ix_(title, title)]
        for variance, near in zip(self.moods, self.fading(moment, moment) if fading is None else fading, strict=True):
            total += np.float32(variance) * near
        total[np.diag_indices_from(total)] += np.float32(self.noise)
        factor, failed = lapack.spotrf(total, lower=1, overwrite_a=1)
        inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
        if failed or failed_too:
            raise DataError("The covariance of a viewer's ratings is not positive: are there two of one title?")
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        return inverse, np.asarray(inverse @ (self.events.stars[rows] - self.mean[title]).astype(np.float32))


def fit_process(
    events: Interactions,
    features: Singles | None,
    config: ProcessConfig,
    look: Callable[[Process], float] | None = None,
) -> Process:
    """Learn covariance, means, moods and noise.

    Args:
        events: ratings.
        features: [titles, columns] for the prior covariance, rows of any length; None for none.
        config: prior and effort.
        look: asked for an error on validation ratings after every other round.

    Raises:
        DataError: a viewer rated one title twice.
    """
    began = time.monotonic()
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
    for done in range(1, config.rounds + 1):
        _round(process, prior, groups, overall)
        if look is not None and (done % 2 == 0 or done == config.rounds):
            figure = look(process)
            process.looks.append(Look(done, round(time.monotonic() - began, 2), round(figure, 4)))
    return process


def _round(process: Process, prior: Singles, groups: list[NDArray[np.int64]], overall: float) -> None:
    """One round: what each viewer's ratings say beyond the present covariance."""
    events, config = process.events, process.config
    push = np.zeros_like(process.covariance)
    slope, curve = np.zeros(events.titles), np.zeros(events.titles)
    sums = np.zeros((1 + len(process.moods), 2))
    for rows in groups:
        title = events.title[rows]
        fading = process.fading(events.time[rows], events.time[rows])
        inverse, weights = process.solve(rows, fading)
        slope[title] += weights
        curve[title] += np.diag(inverse)
        push[np.ix_(title, title)] += np.outer(weights, weights) - inverse
        sums[0] += weights @ weights, np.trace(inverse)
        sums[1:] += [(weights @ near @ weights, np.vdot(near, inverse)) for near in fading] or 0
    viewers = len(groups)
    new = process.covariance @ push @ process.covariance + viewers * process.covariance + config.strength * prior
    process.covariance = np.asarray((new + new.T) / (2 * (viewers + config.strength)), np.float32)
    factors = np.sqrt(sums[:, 0] / sums[:, 1])
    process.noise *= float(factors[0])
    process.moods = process.moods * factors[1:]
    pull = config.damping / process.noise  # a Newton step for each title's mean, halved, as they move together
    process.mean = process.mean + 0.5 * (slope - pull * (process.mean - overall)) / (curve + pull)


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
