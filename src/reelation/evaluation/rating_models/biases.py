"""Damped biases: the overall mean, how good a title is, how generous a viewer is.

Source: Koren, Bell & Volinsky 2009, doi:10.1109/MC.2009.263; the damping is a ridge penalty on each bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.interactions import Interactions

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class BiasConfig:
    """Penalties."""

    viewer: float = 5.0
    """Ratings that a viewer's bias is pulled to zero with."""
    title: float = 5.0
    """The same for a title's."""
    rounds: int = 10
    """Of solving viewers and titles in turn."""


@dataclass(frozen=True)
class Biases:
    """A fitted model."""

    overall: float
    """Stars."""
    viewer: Doubles
    """[viewers] stars above it; 0 for one without ratings."""
    title: Doubles
    """[titles] the same."""

    def predict(self, viewer: NDArray[Any], title: NDArray[Any], time: NDArray[Any] | None = None) -> Doubles:
        """[questions] stars; the time is not used."""
        return np.asarray(self.overall + self.viewer[viewer] + self.title[title])


def fit_biases(events: Interactions, config: BiasConfig | None = None) -> Biases:
    """Solve for both sides in turn, titles first.

    Args:
        events: ratings, at least one.
        config: penalties.
    """
    config = config or BiasConfig()
    overall = float(events.stars.mean(dtype=np.float64))
    above = events.stars.astype(np.float64) - overall
    viewers, titles = np.zeros(events.viewers), np.zeros(events.titles)
    for _ in range(config.rounds):
        titles = _side(above - viewers[events.viewer], events.title, events.titles, config.title)
        viewers = _side(above - titles[events.title], events.viewer, events.viewers, config.viewer)
    return Biases(overall, viewers, titles)


def _side(left: Doubles, who: NDArray[np.int32], size: int, damping: float) -> Doubles:
    total = np.bincount(who, weights=left, minlength=size)
    return np.asarray(total / np.maximum(np.bincount(who, minlength=size) + damping, 1e-9))
