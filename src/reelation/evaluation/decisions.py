"""From probabilities to decisions: thresholds chosen on validation titles, one a class.

Source: thresholds that maximise each class's F1, Lipton et al. 2014 (arXiv:1402.1892). That no title goes without a
class is ours: every title of the training data has one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.metrics import f1_scores

Flags = NDArray[np.bool_]
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Rule:
    """How probabilities are turned into decisions."""

    thresholds: Floats | None
    """[classes] from which probability on a class applies; None: the likeliest class, and no other."""

    def decide(self, probability: Floats) -> Flags:
        """[titles, classes]; at least one class a title, the one that comes closest to its threshold.

        Args:
            probability: [titles, classes] 0 to 1.
        """
        found = np.zeros(probability.shape, bool)
        rows = np.arange(len(probability))
        if self.thresholds is None:
            found[rows, probability.argmax(axis=1)] = True
            return found
        found |= probability >= self.thresholds
        found[rows, (probability / np.maximum(self.thresholds, 1e-9)).argmax(axis=1)] = True
        return found


def choose_rule(truth: Flags, probability: Floats, exclusive: bool = False) -> Rule:
    """The rule that suits these titles best.

    Each class's threshold lies midway between the probabilities where its F1 is at its highest.

    Args:
        truth: [titles, classes] of validation titles.
        probability: [titles, classes].
        exclusive: every title has exactly one class.
    """
    if exclusive:
        return Rule(None)
    return Rule(np.array([_threshold(truth[:, c], probability[:, c]) for c in range(truth.shape[1])]))


def validation_f1(truth: Flags, probability: Floats, exclusive: bool = False) -> float:
    """Macro F1 with the rule that suits these titles best: what models are chosen by."""
    return f1_scores(truth, choose_rule(truth, probability, exclusive).decide(probability)).macro


def _threshold(truth: Flags, probability: Floats) -> float:
    order = np.argsort(-probability, kind="stable")
    falling = probability[order]
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(order) + 1) + max(int(truth.sum()), 1))
    last_of_ties = np.append(falling[1:] < falling[:-1], True)
    best = int(np.where(last_of_ties, f1, -1.0).argmax())
    below = falling[best + 1] if best + 1 < len(falling) else 0.0
    return float((falling[best] + below) / 2)
