"""Many slices of one array at once: what a loop over titles or nodes would gather, in a few array steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


def places_of(start: NDArray[np.int64], rows: Places) -> tuple[Places, Places]:
    """Where the entries of some rows of a CSR stand.

    Args:
        start: [rows of the CSR + 1] where each row's entries begin.
        rows: [asked] rows, in any order.

    Returns:
        places [entries] of all their entries, row after row; owner [entries] index into `rows`, rising.
    """
    first = np.asarray(start[rows], np.int64)
    counts = np.asarray(start[rows + 1], np.int64) - first
    owner = np.repeat(np.arange(len(rows)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(owner)) + (first - before)[owner], owner


def sum_by(values: NDArray[np.float32], owner: Places, owners: int) -> NDArray[np.float32]:
    """[entries, width] -> [owners, width] sums of the entries of each owner; `owner` rises."""
    found = np.zeros((owners, values.shape[1]), np.float32)
    if len(owner):
        begins = np.flatnonzero(np.diff(owner, prepend=-1))
        found[owner[begins]] = np.add.reduceat(values, begins, axis=0)
    return found
