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
_SWAPS = 100
"""Rounds; in each, one topic of every title and type is offered to another title."""


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
            chances, pairs = _chances(degrees, np.asarray(titles, np.float64), of[topics].astype(np.float64))
            chance[:, topics] = chances[at]
            expected[np.ix_(topics, topics)] += pairs - (chances.T * titles) @ chances  # which is added below
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
    unit = owner * (int(kind.max()) + 1) + kind[topic]
    for _ in range(_SWAPS):  # one topic of each title and type: swaps of different titles do not meet
        drawn = random.permutation(len(owner))
        drawn = drawn[np.unique(unit[drawn], return_index=True)[1]]
        drawn = drawn[np.argsort(group[drawn] + random.random(len(drawn)), kind="stable")]
        one, two = drawn[0 : len(drawn) - 1 : 2], drawn[1::2]
        one, two = (side[group[one] == group[two]] for side in (one, two))
        there = owner * size + topic
        new = np.stack([owner[one] * size + topic[two], owner[two] * size + topic[one]])
        free = ~np.isin(new, there).any(axis=0)
        one, two = one[free], two[free]
        topic[one], topic[two] = topic[two], topic[one]
    order = np.lexsort((topic, owner))
    return owner[order], topic[order]


def _chances(degrees: Rows, titles: Floats, of: Floats) -> tuple[Floats, Floats]:
    """How a type's topics fall on titles that have so many of them each, if only how common they are counts.

    A title with k topics has the set S with a chance in proportion to the product of y_a over S: of all such worlds
    the most random one. y is found so that every topic has its titles.

    Args:
        degrees: [classes] topics of a title, rising.
        titles: [classes] how many such titles there are.
        of: [topics] titles of each topic, above 0; they add up to about sum of degrees x titles.

    Returns:
        [classes, topics] the chance that a title has each; [topics, topics] expected titles with both, the diagonal 0.

    Source: sampling of fixed size with the greatest entropy, and the recursions for one and for two units, Chen,
        Dempster & Liu 1994, doi:10.1093/biomet/81.3.457.
    """
    most = int(min(degrees.max(), len(of)))
    count = np.bincount(np.minimum(degrees, most), weights=titles, minlength=most + 1)
    whole = float(count @ np.arange(most + 1))
    wanted, y = of * (whole / of.sum()), of / of.max()
    for _ in range(_STEPS):
        single = _single(y, most)
        had = count @ single
        if (np.abs(had - wanted) <= _CLOSE * wanted).all():
            break
        y = np.clip(y * wanted / np.maximum(had, 1e-300), 1e-12, 1e12)
        y = y / y.max()
    single = _single(y, most)
    both, before, pairs = np.zeros((2, len(of), len(of))), np.outer(y, y), np.zeros((len(of), len(of)))
    np.fill_diagonal(before, 0)
    for k in range(2, most + 1):
        one = single[k - 2]
        found = before * np.maximum(1 - one[:, None] - one[None] + both[k % 2], 0)
        both[k % 2] = found * (k * (k - 1) / max(float(found.sum()), 1e-300))
        pairs += count[k] * both[k % 2]
    back = of.sum() / max(whole, 1e-12)
    return single[np.minimum(degrees, most)] * back, pairs * back**2


def _single(y: Floats, most: int) -> Floats:
    """[most + 1, topics] the chance that a title with 0, 1 … `most` topics has each; rows add up to 0, 1 …."""
    found = np.zeros((most + 1, len(y)))
    for k in range(1, most + 1):
        part = y * (1 - found[k - 1])
        found[k] = np.minimum(part * (k / max(float(part.sum()), 1e-300)), 1)
    return found
