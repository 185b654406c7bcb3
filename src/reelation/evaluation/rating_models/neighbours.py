"""Item-kNN: a viewer's ratings of the titles most like the one asked for, each above its damped biases.

Source: Koren 2010, Factor in the neighbors, doi:10.1145/1644873.1644874, equations 3 and 4: Pearson correlation of what
is left after biases, shrunk by the number of common raters, and a weighted mean that is itself shrunk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.rating_models.biases import BiasConfig, Biases, fit_biases

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class NeighbourConfig:
    """Sizes and shrinkage."""

    neighbours: int = 40
    """At most so many of the viewer's own titles speak."""
    shrinkage: float = 50.0
    """Common raters at which a correlation counts half."""
    pull: float = 1.0
    """Similarity added to the weights' sum, which pulls the answer to the biases."""
    biases: BiasConfig = field(default_factory=BiasConfig)


@dataclass(frozen=True)
class Neighbours:
    """A fitted model."""

    config: NeighbourConfig
    biases: Biases
    similarity: NDArray[np.float32]
    """[titles, titles] -1 to 1."""
    left: NDArray[np.float32]
    """[viewers, titles] stars above biases; not a number where not rated."""

    def predict(self, viewer: NDArray[Any], title: NDArray[Any], time: NDArray[Any] | None = None) -> Doubles:
        """[questions] stars; the time is not used."""
        found = self.biases.predict(viewer, title)
        for who in np.unique(viewer):
            asked = np.flatnonzero(viewer == who)
            rated = np.flatnonzero(~np.isnan(self.left[who]))
            if len(rated) == 0:
                continue
            weights = np.maximum(self.similarity[np.ix_(title[asked], rated)], 0)
            if len(rated) > self.config.neighbours:
                least = np.partition(weights, -self.config.neighbours, axis=1)[:, -self.config.neighbours, None]
                weights = np.where(weights >= least, weights, 0)
            found[asked] += weights @ self.left[who, rated] / (weights.sum(axis=1) + self.config.pull)
        return found


def fit_neighbours(events: Interactions, config: NeighbourConfig | None = None) -> Neighbours:
    """Correlate all pairs of titles; memory grows with viewers x titles and titles x titles.

    Args:
        events: ratings, at least one.
        config: sizes and shrinkage.
    """
    config = config or NeighbourConfig()
    biases = fit_biases(events, config.biases)
    left = np.full((events.viewers, events.titles), np.nan, np.float32)
    left[events.viewer, events.title] = events.stars - biases.predict(events.viewer, events.title)
    filled, given = np.nan_to_num(left), (~np.isnan(left)).astype(np.float32)
    product, common = filled.T @ filled, given.T @ given
    squares = (filled**2).T @ given  # of each title over the raters that both have
    length = np.sqrt(squares * squares.T)
    correlation = np.divide(product, length, out=np.zeros_like(product), where=length > 1e-6)
    similarity = correlation * common / (common + config.shrinkage)
    np.fill_diagonal(similarity, 0)
    return Neighbours(config, biases, similarity.astype(np.float32), left)
