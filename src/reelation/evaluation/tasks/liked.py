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

LIKED_STARS = 4.0
CO_LIKED_NPMI, CO_LIKED_VIEWERS = 0.4, {"validation": 4, "test": 5}
"""How far above chance, and by how many viewers at least."""
VIEWER_SHARES = {"validation": 0.2, "test": 0.3}
"""Of all viewers; contenders see the rest."""


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
    pairs: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}
    for talk in found.talks:
        liked = sorted({rows[film] for film in talk.liked if film in rows})
        pairs[talk.seeker in held] |= {(a, b) for a in liked for b in liked if a < b}
    mentions = np.zeros(len(material.graph), np.int64)
    for film, row in rows.items():
        mentions[row] += found.mentions.get(film, 0)
    return RelatednessTask(
        name="relatedness, ReDial",
        about="A film that somebody likes is asked about: do the films come first that the same person liked too?",
        material=material,
        test=labels_of(pairs[False]),
        validation=labels_of(pairs[True] - pairs[False]),
        popularity=mentions,
        masked=masked,
        main="AUC hard",
    )


def co_liked(material: Material, masked: float = MASKED) -> RelatednessTask:
    """Films that the same viewers like, far above chance.

    Viewers are parted three ways. Pairs of the test come from three tenths of them, those of validation from two
    tenths, and contenders see the ratings of the remaining half only: no rating that makes a test pair is left.

    Raises:
        DataError: the catalogue has no ratings.
    """
    events = from_graph(material.graph)
    shuffled = generator(0, "viewers").permutation(events.viewers)
    first = int(VIEWER_SHARES["test"] * events.viewers)
    second = first + int(VIEWER_SHARES["validation"] * events.viewers)
    test = co_liked_pairs(events, shuffled[:first], CO_LIKED_VIEWERS["test"])
    validation = co_liked_pairs(events, shuffled[first:second], CO_LIKED_VIEWERS["validation"])
    likes = events.only(np.isin(events.viewer, shuffled[:second]) & (events.stars >= LIKED_STARS))
    return RelatednessTask(
        name="relatedness, co-liked",
        about="A film is asked about: do the films come first that hidden viewers like together with it?",
        material=material,
        test=labels_of(test),
        validation=labels_of(validation - test),
        popularity=likes.popularity(),
        viewers=tuple(sorted(shuffled[:second].tolist())),
        masked=masked,
        main="AUC hard",
    )


def co_liked_pairs(events: Interactions, viewers: Rows, least: int) -> set[tuple[int, int]]:
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
