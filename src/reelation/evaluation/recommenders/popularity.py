"""What most viewers like: ever, lately, or at the time when a viewer was there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.recommenders.known import Floats, Known

DAY = 86_400


def popularity(known: Known, seed: int = 0) -> Floats:
    """[viewers, titles] number of viewers who like the title; the same for everybody."""
    return _for_all(known, known.liked.popularity().astype(np.float32))


def recent_popularity(known: Known, half_life_days: float) -> Floats:
    """[viewers, titles] likes, each halved for every half-life before the last moment known.

    Args:
        known: all likes have a time.
        half_life_days: above 0.

    Source: Ding & Li 2005, doi:10.1145/1099554.1099689, on decaying old events.
    """
    return _for_all(known, recent_likes(known.liked, half_life_days))


def recent_likes(likes: Interactions, half_life_days: float) -> Floats:
    """[titles] the same, once."""
    age = (likes.time.max() - likes.time) / DAY
    decayed = np.bincount(likes.title, weights=np.exp2(-age / half_life_days), minlength=likes.titles)
    return decayed.astype(np.float32)


def latest_likes(likes: Interactions, half_life: float) -> NDArray[np.float64]:
    """[titles] likes, each halved for every share `half_life` of all likes that came after its second.

    So "lately" is as long as it takes viewers to like so many titles, in a busy week as in an idle year.

    Args:
        likes: all of them have a time.
        half_life: above 0; .03 for three of a hundred.
    """
    after = len(likes) - np.searchsorted(np.sort(likes.time), likes.time, side="right")
    weights = np.exp2(-after / (half_life * max(len(likes), 1)))
    return np.asarray(np.bincount(likes.title, weights=weights, minlength=likes.titles), np.float64)


def contemporary_popularity(known: Known, width: float, bins: int = 100) -> Floats:
    """[viewers, titles] likes of the title around the times at which the viewer himself was there.

    Time is cut into `bins` spans with as many likes each; a title's likes a span are smoothed by a Gaussian and
    averaged over the viewer's own spans. In a problem in order, the only span that counts is the last one.

    Args:
        known: all likes have a time.
        width: standard deviation of the Gaussian, in spans.
        bins: number of spans.
    """
    events = known.liked
    edges = np.quantile(events.time, np.linspace(0, 1, bins + 1))
    span = np.clip(np.searchsorted(edges, events.time, side="right") - 1, 0, bins - 1)
    of_title, of_viewer = np.zeros((events.titles, bins)), np.zeros((events.viewers, bins))
    np.add.at(of_title, (events.title, span), 1)
    if known.in_order:
        of_viewer[:, -1] = 1
    else:
        np.add.at(of_viewer, (events.viewer, span), 1)
    of_viewer /= np.maximum(of_viewer.sum(axis=1, keepdims=True), 1)
    distance = np.subtract.outer(np.arange(bins), np.arange(bins))
    kernel = np.exp(-0.5 * (distance / width) ** 2)
    return np.asarray(of_viewer @ (of_title @ (kernel / kernel.sum(axis=0))).T, np.float32)


def _for_all(known: Known, of_title: Floats) -> Floats:
    return np.broadcast_to(of_title, (known.liked.viewers, len(of_title)))
