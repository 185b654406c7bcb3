"""Label propagation: labels flow along shared people, tags and words until they settle.

Source: learning with local and global consistency, Zhou et al. 2003 (NIPS 16), F = (1 - a) (I - a S)^-1 Y, on the graph
of titles that share something; S averages over neighbours, so that F stays between 0 and 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.floating]


def spread(
    average: sparse.csr_array, labels: NDArray[np.bool_], known: NDArray[np.int64], keep: float = 0.8, steps: int = 30
) -> Floats:
    """Each title's share of every class among the labels that reach it.

    Labels and the fact of being labelled flow alike; what arrives of the one is divided by what arrives of the other,
    with one title's worth of the overall share mixed in where little arrives.

    Args:
        average: [titles, titles] rows that add up to 1 (or 0), without a diagonal.
        labels: [titles, classes].
        known: rows whose labels may be used.
        keep: how much goes on at every step, 0 to 1; more reaches further.
        steps: of the iteration.

    Returns:
        [titles, classes] 0 to 1; a known title's own label counts in its row.
    """
    start = np.zeros((len(labels), labels.shape[1] + 1))
    start[known, :-1] = labels[known]
    start[known, -1] = 1
    now = start
    for _ in range(steps):
        now = keep * (average @ now) + (1 - keep) * start
    share = labels[known].mean(axis=0)
    prior = 0.1 * (1 - keep)
    return np.asarray((now[:, :-1] + prior * share) / (now[:, -1:] + prior))
