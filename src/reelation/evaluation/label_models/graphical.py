"""Stacked graphical learning: what a title's neighbours are predicted to be says what it is.

    predictions of everyone, by models that know the labels of other titles only
        ->  their averages over neighbours, relation by relation  ->  logistic regression

Source: Kou & Cohen 2007, "Stacked Graphical Models for Efficient Inference in Markov Random Fields",
doi:10.1137/1.9781611972771.60.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from reelation.evaluation.label_models.logistic import fit_logistic
from reelation.evaluation.label_models.stacking import Flags, Floats, Member, Rows, cross_fitted, folds

Predict = Callable[[Rows], Floats]
"""Titles to learn from -> [titles, classes] predictions of everyone, about 0 to 1."""
FOLDS = 5
_PENALTY = 3.0


def neighbours_predictions(
    predict: Predict,
    near: Mapping[str, sparse.csr_array],
    labels: Flags,
    rows: Rows,
    rng: np.random.Generator,
    *,
    exclusive: bool = False,
) -> Member:
    """Learn from predictions of oneself and of one's neighbours.

    Args:
        predict: the first model; fitted some forty times, so a quick one.
        near: relation -> [titles, titles] averages over other titles (`reelation.features.metapaths.averages`).
        labels: [titles, classes]; read at `rows` only.
        rows: [learned] titles.
        rng: draws the folds.
        exclusive: exactly one class a title.
    """

    def features(predicted: Floats) -> Floats:
        own = special.logit(np.clip(predicted, 0.01, 0.99))
        return np.concatenate([own, *(np.asarray(average @ predicted) for average in near.values())], axis=1)

    def fit(learned: NDArray[np.int64]) -> Floats:
        everyone = features(predict(learned))
        held = np.zeros((len(learned), everyone.shape[1]))
        for rest, part in folds(len(learned), rng, FOLDS):
            held[part] = features(predict(learned[rest]))[learned[part]]
        centre, spread = held.mean(axis=0), held.std(axis=0) + 1e-9
        model = fit_logistic((held - centre) / spread, labels[learned], _PENALTY, exclusive=exclusive)
        return model.probability((everyone - centre) / spread)

    return cross_fitted(fit, rows, rng, FOLDS)
