"""Relatedness by liking: films that the same seeker liked in one talk, and films that the same viewers like.

ReDial  ->  redial      ratings  ->  co_liked  ->  RelatednessTask, the viewers hidden who make the pairs
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reelation.errors import DataError
from reelation.evaluation.datasets.redial import match_films, read_redial
from reelation.evaluation.interactions import Interactions, from_graph
from reelation.evaluation.questions import Rows, labels_of
from reelation.evaluation.tasks.relatedness import MASKED, Material, RelatednessTask
from reelation.seeds import generator

Pair = tuple[int, int]
LIKED_STARS = 4.0
CO_LIKED_NPMI, CO_LIKED_VIEWERS = 0.4, 5
"""How far above chance, and by how many viewers at least."""


def redial(material: Material, folder: Path, masked: float = MASKED) -> RelatednessTask:
    """Films that one seeker liked in one talk; a third of the seekers is validation.

    Popularity is the number of mentions in all of ReDial.

    Raises:
        DataError: ReDial's files are missing or odd, or none of its films is in the catalogue.
    """
    found = read_redial(folder)
    rows = match_films(found.names, material.catalogue)
    if not rows:
        raise DataError(f"no film of {folder} is in this catalogue")
    seekers = sorted({talk.seeker for talk in found.talks})
    held = set(generator(0, "seekers").permutation(seekers)[: len(seekers) // 3].tolist())
    pairs: dict[bool, set[Pair]] = {True: set(), False: set()}
    for talk in found.talks:
        liked = sorted({rows[film] for film in talk.liked if film in rows})
        pairs[talk.seeker in held] |= {(a, b) for a in liked for b in liked if a < b}
    validation, test = parted(pairs[True], pairs[False])
    mentions = np.zeros(len(material.graph), np.int64)
    for film, row in rows.items():
        mentions[row] += found.mentions.get(film, 0)
    return RelatednessTask(
        name="relatedness, ReDial",
        about="A film that somebody likes is asked about: do the films come first that the same person liked too?",
        material=material,
        test=labels_of(test),
        validation=labels_of(validation),
        popularity=mentions,
        masked=masked,
        main="AUC hard",
    )


def co_liked(material: Material, masked: float = MASKED) -> RelatednessTask:
    """Films that the same viewers like, far above chance.

    Viewers are parted three ways: of each four who rated about as much, one makes pairs of the test, one those of
    validation, and contenders see the ratings of the other two only: no rating that makes a test pair is left.

    Raises:
        DataError: the catalogue has no ratings.
    """
    events = from_graph(material.graph)
    hidden = [every_fourth(events, place) for place in (0, 1)]
    validation, test = parted(*(co_liked_pairs(events, viewers, CO_LIKED_VIEWERS) for viewers in hidden))
    viewers = np.sort(np.concatenate(hidden))
    likes = events.only(np.isin(events.viewer, viewers) & (events.stars >= LIKED_STARS))
    return RelatednessTask(
        name="relatedness, co-liked",
        about="A film is asked about: do the films come first that hidden viewers like together with it?",
        material=material,
        test=labels_of(test),
        validation=labels_of(validation),
        popularity=likes.popularity(),
        viewers=tuple(viewers.tolist()),
        masked=masked,
        main="AUC hard",
    )


def every_fourth(events: Interactions, place: int) -> Rows:
    """One of each four viewers who rated about as much, drawn by lot; another one for each `place` from 0 to 3."""
    lot = generator(0, "viewers").random(events.viewers)
    order = np.lexsort([lot, -np.bincount(events.viewer, minlength=events.viewers)])
    fours = order[: len(order) // 4 * 4].reshape(-1, 4)
    drawn = np.take_along_axis(fours, np.argsort(lot[fours], axis=1), axis=1)
    return np.asarray(drawn[:, place], np.int64)


def parted(validation: set[Pair], test: set[Pair]) -> tuple[set[Pair], set[Pair]]:
    """Give each pair that is in both to one of them, by lot.

    These are the surest pairs. Were the test to keep them all, validation would be harder than it and choose badly.
    """
    both = sorted(validation & test)
    lot = generator(0, "pairs of both").random(len(both)) < 0.5
    mine = {pair for pair, ours in zip(both, lot.tolist(), strict=True) if ours}
    return (validation - test) | mine, test - mine


def co_liked_pairs(events: Interactions, viewers: Rows, least: int) -> set[Pair]:
    """Pairs of titles that `viewers` like together far more often than chance has it.

    npmi = ln(p(a, b) / (p(a) p(b))) / -ln p(a, b), at least 0.4, with p over viewers; liking is 4 stars or more.

    Args:
        events: ratings.
        viewers: whose ratings count.
        least: viewers who like both, at least.

    Source: Bouma 2009, "Normalized (Pointwise) Mutual Information in Collocation Extraction".
    """
    liked = events.only(np.isin(events.viewer, viewers) & (events.stars >= LIKED_STARS)).matrix()
    count = np.asarray(liked.sum(axis=0)).ravel()
    together = (liked.T @ liked).tocoo()
    kept = (together.row < together.col) & (together.data >= least)
    a, b, both = together.row[kept], together.col[kept], together.data[kept] / len(viewers)
    lift = np.log(both * len(viewers) ** 2 / (count[a] * count[b]))
    npmi = np.divide(lift, -np.log(both), out=np.ones_like(lift), where=both < 1)
    strong = npmi >= CO_LIKED_NPMI
    return set(zip(a[strong].tolist(), b[strong].tolist(), strict=True))
