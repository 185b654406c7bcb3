"""Item-based nearest neighbours on likes, with an eye for who liked two titles at about the same time."""

from __future__ import annotations

import numpy as np

from reelation.evaluation.recommenders.known import Floats, Known
from reelation.evaluation.recommenders.linear import histories


def item_knn(known: Known, neighbours: int, shrink: float = 20.0) -> Floats:
    """[viewers, titles] summed similarity to what the viewer likes, each title's best neighbours only.

    similarity(a, b) = common viewers / sqrt((viewers of a + shrink) (viewers of b + shrink))

    Args:
        known: what is known.
        neighbours: how many a title keeps.
        shrink: added to both, against chance agreement of rare titles.

    Source: Sarwar et al. 2001, doi:10.1145/371920.372071; Deshpande & Karypis 2004, doi:10.1145/963770.963776.
    """
    x = histories(known)
    return np.asarray(x @ _sparsified(_normalised(x.T @ x, shrink), neighbours), np.float32)


def moment_knn(known: Known, seconds: float, shrink: float = 20.0) -> Floats:
    """[viewers, titles] the same, where a common viewer counts exp(-time between his two likes / seconds).

    Args:
        known: all likes have a time.
        seconds: above 0.
        shrink: as in `item_knn`.

    Source: decaying a pair by the time between its events, Ding & Li 2005, doi:10.1145/1099554.1099689.
    """
    events = known.liked
    order = np.lexsort((events.time, events.viewer))
    start = np.searchsorted(events.viewer[order], np.arange(events.viewers + 1))
    close = np.zeros((events.titles, events.titles), np.float32)
    for viewer in range(events.viewers):
        own = order[start[viewer] : start[viewer + 1]]
        apart = np.abs(np.subtract.outer(events.time[own], events.time[own])).astype(np.float32)
        close[np.ix_(events.title[own], events.title[own])] += np.exp(-apart / np.float32(seconds))
    return np.asarray(histories(known) @ _normalised(close, shrink), np.float32)


def _normalised(together: Floats, shrink: float) -> Floats:
    scale = (1 / np.sqrt(np.diag(together) + shrink)).astype(np.float32)
    similar = together * scale[:, None] * scale
    np.fill_diagonal(similar, 0)
    return np.asarray(similar, np.float32)


def _sparsified(similar: Floats, neighbours: int) -> Floats:
    """Keep each column's largest entries."""
    if neighbours >= len(similar):
        return similar
    least = np.partition(similar, -neighbours, axis=0)[-neighbours]
    return np.where(similar >= least, similar, 0)


def user_knn(known: Known, neighbours: int, shrink: float = 10.0) -> Floats:
    """[viewers, titles] summed similarity of the viewers who like the title, a viewer's best neighbours only.

    Source: Herlocker et al. 1999, doi:10.1145/312624.312682, on likes with cosine.
    """
    x = histories(known)
    similar = _sparsified(_normalised(np.asarray(x @ x.T, np.float32), shrink), neighbours)
    return np.asarray(similar.T @ x, np.float32)
