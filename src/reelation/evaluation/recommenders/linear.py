"""EASE: the linear item-item model with a closed form, also with side information and dislikes as further rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.recommenders.known import Floats, Known

Doubles = NDArray[np.float64]


def ease(rows: Floats, questions: Floats, strength: float) -> Floats:
    """Scores of an item-item model B with zero diagonal: argmin |rows - rows B|^2 + strength |B|^2.

    B = I - P / diag(P) with P = (rows' rows + strength I)^-1. Where there are fewer rows than titles, P is never
    made: rows P = (rows rows' + strength I)^-1 rows, so the work is O(rows^2 titles).

    Args:
        rows: [observations, titles] to learn from.
        questions: [viewers, titles] histories to answer.
        strength: of the penalty, above 0.

    Returns:
        [viewers, titles].

    Source: Steck 2019 (arXiv:1905.03375), equation 8; side information as further rows, Jeunen et al. 2020,
        doi:10.1145/3383313.3411544; the form for few rows is the push-through identity.
    """
    x, asked = rows.astype(np.float64), questions.astype(np.float64)
    if len(x) >= x.shape[1]:
        gram = x.T @ x
        gram[np.diag_indices(len(gram))] += strength
        inverse = np.linalg.inv(gram)
        diagonal = np.diag(inverse).copy()
        return np.asarray(asked - (asked @ inverse) / diagonal, np.float32)
    kernel = x @ x.T
    kernel[np.diag_indices(len(kernel))] += strength
    solved = np.linalg.solve(kernel, x)
    diagonal = (1 - np.einsum("ij,ij->j", x, solved)) / strength
    return np.asarray(asked - (asked - (asked @ x.T) @ solved) / (strength * diagonal), np.float32)


def histories(known: Known, dislike: float = 0.0) -> Floats:
    """[viewers, titles] 1 for a like, `dislike` (at most 0) for a dislike, 0 for all else."""
    found = known.liked.matrix()
    if dislike:
        found = found + known.disliked.matrix() * np.float32(dislike)
    return np.asarray(found.toarray(), np.float32)
