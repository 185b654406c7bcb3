"""Moments at which a viewer is about to like something, with what was known before each.

    log of events, oldest first  ->  likes(start, end)   ->  Questions + what was right: each like by itself
                                 ->  visits(start, end)  ->  the same: all that somebody likes before the next pause

Several likes of one second are one moment with several right titles: which came first nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.ranking import Scores, list_figures
from reelation.search.preference import PAUSE

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Questions:
    """Moments at which somebody is about to like something; one row a viewer and second."""

    log: Interactions
    """Events, oldest first, ratings in stars. It goes on after a question: `known` says how much of it may be read."""
    known: Rows
    """[questions] events at the log's beginning that were known: those before the question's second."""
    viewer: Rows
    """[questions]."""
    time: Rows
    """[questions] seconds since 1970, rising."""

    def __len__(self) -> int:
        return len(self.viewer)

    def only(self, rows: NDArray[np.int64]) -> Questions:
        """The questions at `rows`, the log as it is."""
        return replace(self, known=self.known[rows], viewer=self.viewer[rows], time=self.time[rows])

    def own(self) -> Iterator[tuple[Rows, Rows, NDArray[np.float32]]]:
        """What each question's viewer did before it, oldest first: titles, times, stars."""
        order = np.argsort(self.log.viewer, kind="stable")
        first = np.searchsorted(self.log.viewer[order], np.arange(self.log.viewers + 1))
        for viewer, known in zip(self.viewer.tolist(), self.known.tolist(), strict=True):
            mine = order[first[viewer] : first[viewer + 1]]
            mine = mine[: np.searchsorted(mine, known)]
            yield self.log.title[mine].astype(np.int64), self.log.time[mine], self.log.stars[mine]

    def barred(self) -> NDArray[np.bool_]:
        """[questions, titles] True for what the viewer had rated before."""
        found = np.zeros((len(self), self.log.titles), bool)
        for row, (titles, _, _) in enumerate(self.own()):
            found[row, titles] = True
        return found


Predict = Callable[[Questions], Scores]
"""Questions -> [questions, titles] scores, higher is better; minus infinity for what is never recommended."""


@dataclass(frozen=True)
class Window:
    """A span of time to ask about."""

    questions: Questions
    right: sparse.csr_array
    """[questions, titles] what the viewer liked in the question's second, or from it until the next pause."""
    start: int
    """Events at the log's beginning that came before the span; what is learned is learned from these."""


Asking = Callable[[Interactions, NDArray[np.bool_], int, int], Window]
"""`likes` or `visits`."""


def likes(log: Interactions, liked: NDArray[np.bool_], start: int, end: int) -> Window:
    """Every second between two places of a log in which a viewer who liked something before likes something.

    Args:
        log: events, oldest first.
        liked: [events] True for what may be right, and makes a viewer one who is asked later.
        start: a place where a second begins.
        end: likewise; the last place itself is not asked about.
    """
    return _asked(log, liked, log.time, start, end)


def visits(log: Interactions, liked: NDArray[np.bool_], start: int, end: int) -> Window:
    """Every visit that begins between two places of a log, of a viewer who liked something before and does so again.

    A visit ends where nothing follows for `PAUSE` seconds. It is asked about once, in its first second, and all that
    is liked in it is right.

    Args:
        log: events, oldest first.
        liked: [events] True for what may be right, and makes a viewer one who is asked later.
        start: a place where a second begins.
        end: likewise; a visit that begins before it is followed beyond it.
    """
    order = np.lexsort((log.time, log.viewer))
    viewer, time = log.viewer[order], log.time[order]
    begins = np.ones(len(order), bool)
    begins[1:] = (viewer[1:] != viewer[:-1]) | (time[1:] - time[:-1] > PAUSE)
    begun = np.empty(len(order), np.int64)
    begun[order] = time[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    return _asked(log, liked, begun, start, end)


def _asked(log: Interactions, liked: NDArray[np.bool_], when: Rows, start: int, end: int) -> Window:
    """One question a viewer and second in which they are asked, of viewers who liked something before it.

    Args:
        log: events, oldest first.
        liked: [events] True for what may be right.
        when: [events] the second at which each event is asked for.
        start: a place where a second begins; what is asked for before it is left out.
        end: likewise; what is asked for from it on is left out.
    """
    first = np.full(log.viewers, np.iinfo(np.int64).max)
    np.minimum.at(first, log.viewer[liked], log.time[liked])
    place = np.searchsorted(log.time, when, side="left")
    right = np.flatnonzero(liked & (place >= start) & (place < end) & (first[log.viewer] < when))
    order = right[np.lexsort((log.viewer[right], when[right]))]
    viewer, time = log.viewer[order].astype(np.int64), when[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (viewer[1:] != viewer[:-1]) | (time[1:] != time[:-1])
    row, at = np.cumsum(fresh) - 1, np.flatnonzero(fresh)
    ones = np.ones(len(order), np.float32)
    found = sparse.csr_array((ones, (row, log.title[order])), shape=(len(at), log.titles))
    return Window(Questions(log, place[order[at]].astype(np.int64), viewer[at], time[at]), found, start)


def quality(scores: Scores, one: Window) -> NDArray[np.float64]:
    """[questions] NDCG@10 of scores that are all there already; for choices on validation data."""
    some = np.array(scores, np.float64)
    some[one.questions.barred()] = -np.inf
    return np.asarray(list_figures(some, one.right)[:, 2])
