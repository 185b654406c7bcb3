"""EASE: the linear item-item model with a closed form, also with side information and dislikes as further rows."""

from __future__ import annotations

import numpy as np
from scipy import linalg, sparse

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.known import Floats, Known


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

    Raises:
        ValueError: numerically, the penalty is too weak.

    Source: Steck 2019 (arXiv:1905.03375), equation 8; side information as further rows, Jeunen et al. 2020,
        doi:10.1145/3383313.3411544; the form for few rows is the push-through identity.
    """
    x, asked = rows.astype(np.float32), questions.astype(np.float32)
    if len(x) >= x.shape[1]:
        return np.asarray(asked @ item_weights(_products(x.T), strength), np.float32)
    kernel = _products(x)
    kernel[np.diag_indices(len(kernel))] += np.float32(strength)
    factor = linalg.cholesky(kernel, lower=True, overwrite_a=True)
    half = linalg.solve_triangular(factor, x, lower=True)
    weights = linalg.solve_triangular(factor, x @ asked.T, lower=True)
    diagonal = 1 - np.einsum("ij,ij->j", half, half)
    return np.asarray(asked - (asked - weights.T @ half) / diagonal, np.float32)


def item_weights(products: Floats, strength: float) -> Floats:
    """[titles, titles] B of `ease` in full; row i is what liking title i says of each.

    Args:
        products: [titles, titles] rows' rows, and whatever else says that two titles belong together; changed here.
        strength: of the penalty, above 0.

    Raises:
        ValueError: numerically, the penalty is too weak.
    """
    found = _inverse(products, strength)
    found /= -np.diag(found).copy()
    found[np.diag_indices(len(found))] = 0
    return found


def _products(x: Floats) -> Floats:
    """X x', by sparse arithmetic where x is mostly zeros."""
    if np.count_nonzero(x) > 0.05 * x.size:
        return np.asarray(x @ x.T, np.float32)
    thin = sparse.csr_array(x)
    return np.asarray((thin @ thin.T).toarray(), np.float32)


def _inverse(gram: Floats, strength: float) -> Floats:
    """(gram + strength I)^-1 of a symmetric matrix, by Cholesky."""
    gram[np.diag_indices(len(gram))] += np.float32(strength)
    factor, failed = linalg.lapack.spotrf(gram, lower=1, overwrite_a=1, clean=1)
    lower, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ValueError(f"the titles' products plus {strength:g} are not positive definite")
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T, np.float32)


def stretches(known: Known, length: int) -> Floats:
    """[stretches, titles] histories cut, in order of time, into stretches of `length` likes each; see `cut`."""
    return np.asarray(cut(known.liked, length).toarray(), np.float32)


def cut(events: Interactions, length: int) -> sparse.csr_array:
    """[stretches, titles] 1 for the titles of each stretch of `length` events of one viewer, in order of time.

    As further rows for `ease` they say that titles liked close together in time belong together more.

    Args:
        events: all of known time.
        length: events in a stretch; a viewer's last one may be shorter.
    """
    order = np.lexsort((events.time, events.viewer))
    viewer = events.viewer[order].astype(np.int64)
    place = np.arange(len(order)) - np.searchsorted(viewer, viewer)
    found, stretch = np.unique(viewer * (len(order) + 1) + place // length, return_inverse=True)
    ones = np.ones(len(order), np.float32)
    return sparse.csr_array((ones, (stretch, events.title[order])), shape=(len(found), events.titles))


def late_histories(known: Known, half_life: float) -> Floats:
    """[viewers, titles] likes, halved for every `half_life` likes of the viewer after them; 0 for all else."""
    events = known.liked
    order = np.lexsort((events.time, events.viewer))
    viewer = events.viewer[order]
    after = np.searchsorted(viewer, viewer, side="right") - 1 - np.arange(len(order))
    found = np.zeros((events.viewers, events.titles), np.float32)
    found[viewer, events.title[order]] = np.exp2(-after / half_life)
    return found


def histories(known: Known, dislike: float = 0.0) -> Floats:
    """[viewers, titles] 1 for a like, `dislike` (at most 0) for a dislike, 0 for all else."""
    found = known.liked.matrix()
    if dislike:
        found = found + known.disliked.matrix() * np.float32(dislike)
    return np.asarray(found.toarray(), np.float32)
