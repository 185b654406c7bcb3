"""How many titles would have both of two topics if topics had nothing to do with each other: a null model.

    titles' topics, by type and ten years  ->  chances of each topic  ->  together, [topics, topics] expected titles

Within ten years and a type (genres, countries …) every title keeps the number of topics that it has, every topic the
number of titles that it has, and all else is as random as can be: the bipartite configuration model. It knows that a
title has no topic twice, so it holds for topics as common as "drama", where the product of shares (Chung & Lu 2002,
doi:10.1007/PL00012580) promises too much. Neither busier tagging nor a topic's own fashion makes a pair.

Source: Saracco, Di Clemente, Gabrielli & Squartini 2015, doi:10.1038/srep10595; as a null model of how often two
things meet, with a false-discovery rate, Saracco et al. 2017, doi:10.1088/1367-2630/aa6b38.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_MOST_TOPICS_OF_A_TITLE = 24
"""A title with more topics of a type counts as one with so many, so that there are few classes of titles."""
_STEPS, _CLOSE = 400, 1e-6
_SWAPS = 60
"""Rounds; in each, every second topic of a title is offered to another title."""


def together(owner: Rows, topic: Rows, kind: Rows, stratum: Rows) -> tuple[Floats, Floats]:
    """Expected titles with both of each two topics, of all years and of the last ten.

    Args:
        owner: [pairs] place of the title, 0 to titles - 1.
        topic: [pairs] number of a topic that it has, each once.
        kind: [topics] number of the topic's type.
        stratum: [titles] which ten years the title is of; 0 for the last ones.

    Returns:
        [topics, topics] float64 each, symmetric, 0 on the diagonal.
    """
    kinds, strata = int(kind.max(initial=-1)) + 1, int(stratum.max(initial=-1)) + 1
    degree = np.bincount(owner * kinds + kind[topic], minlength=len(stratum) * kinds).reshape(len(stratum), kinds)
    degree = np.minimum(degree, _MOST_TOPICS_OF_A_TITLE)
    whole, last = np.zeros((len(kind), len(kind))), np.zeros((len(kind), len(kind)))
    for s in range(strata):
        expected = np.zeros((len(kind), len(kind)))
        rows = np.flatnonzero(stratum == s)
        inside = stratum[owner] == s
        of = np.bincount(topic[inside], minlength=len(kind))
        classes, size = np.unique(degree[rows], axis=0, return_counts=True)
        chance = np.zeros((len(classes), len(kind)))
        for k in range(kinds):
            topics = np.flatnonzero((kind == k) & (of > 0))
            if not len(topics):
                continue
            degrees, at = np.unique(classes[:, k], return_inverse=True)
            titles = np.bincount(at, weights=size, minlength=len(degrees))
            chances = _chances(degrees, np.asarray(titles, np.float64), of[topics].astype(np.float64))
            chance[:, topics] = chances[at]
            expected[np.ix_(topics, topics)] -= (chances.T * titles) @ chances  # put right by what follows
            for number, row, share in zip(degrees.tolist(), titles.tolist(), chances, strict=True):
                if number > 1:
                    expected[np.ix_(topics, topics)] += row * _both(share, number)
        expected += (chance.T * size) @ chance
        np.fill_diagonal(expected, 0)
        whole += np.maximum(expected, 0)
        last = np.maximum(expected, 0) if s == 0 else last
    return whole, last


def shuffled(owner: Rows, topic: Rows, kind: Rows, stratum: Rows, random: np.random.Generator) -> tuple[Rows, Rows]:
    """A world in which nothing but chance joins topics: each keeps its titles by number, each title its topics.

    Two titles of the same ten years swap topics of the same type, many times over; arguments as for `together`.

    Returns:
        owner, topic, sorted as they were: by title, then topic.

    Source: random graphs of given degrees by switching, Rao, Jana & Bandyopadhyay 1996, Sankhya A 58, 225-242.
    """
    owner, topic = owner.copy(), topic.copy()
    group = stratum[owner] * (int(kind.max()) + 1) + kind[topic]
    size = len(kind)
    for _ in range(_SWAPS):
        order = np.argsort(group + random.random(len(owner)), kind="stable")  # by group, at random within it
        one, two = order[0 : len(order) - 1 : 2], order[1::2]
        one, two = (side[group[one] == group[two]] for side in (one, two))
        new = np.concatenate([owner[one] * size + topic[two], owner[two] * size + topic[one]])
        values, at, count = np.unique(new, return_inverse=True, return_counts=True)
        free = ((count == 1) & ~np.isin(values, owner * size + topic))[at].reshape(2, -1).all(axis=0)
        one, two = one[free], two[free]
        topic[one], topic[two] = topic[two], topic[one]
    order = np.lexsort((topic, owner))
    return owner[order], topic[order]


def _chances(degrees: Rows, titles: Floats, of: Floats) -> Floats:
    """The chance that a title with so many topics has each of them.

    Args:
        degrees: [classes] topics of a title, rising.
        titles: [classes] how many such titles there are.
        of: [topics] titles of each topic, above 0; they add up to about sum of degrees x titles.

    Returns:
        [classes, topics]: x y / (1 + x y), with rows that add up to `degrees`.
    """
    wanted = degrees * (of.sum() / max(float(degrees @ titles), 1e-12))  # where titles were cut to fewer topics
    wanted = np.minimum(wanted, len(of) - 1e-9)
    x = np.where(degrees > 0, wanted / np.sqrt(of.sum()), 0.0)
    y = of / np.sqrt(of.sum())
    for _ in range(_STEPS):
        odds = x[:, None] * y
        y = of / np.maximum(titles @ (x[:, None] / (1 + odds)), 1e-300)
        odds = x[:, None] * y
        new = wanted / np.maximum((y / (1 + odds)).sum(axis=1), 1e-300)
        if (np.abs(new - x) <= _CLOSE * (x + 1e-12)).all():
            break
        x = new
    odds = x[:, None] * y
    return np.asarray(odds / (1 + odds))


def _both(chance: Floats, number: int) -> Floats:
    """The chance of each two topics in a title that has exactly `number` of this type.

    [topics] chances that add up to `number` -> [topics, topics] u_a u_b, 0 on the diagonal, with rows that add up to
    (number - 1) times the chance: so often does a topic of such a title meet another one.
    """
    wanted = (number - 1) * chance * (number / max(float(chance.sum()), 1e-12))
    u = wanted / np.sqrt(max(float(wanted.sum()), 1e-300))
    for _ in range(_STEPS):
        new = wanted / np.maximum(u.sum() - u, 1e-300)
        new = (u + new) / 2
        if (np.abs(new - u) <= _CLOSE * (u + 1e-12)).all():
            break
        u = new
    found = np.minimum(np.outer(u, u), np.minimum.outer(chance, chance))
    np.fill_diagonal(found, 0)
    return np.asarray(found)
