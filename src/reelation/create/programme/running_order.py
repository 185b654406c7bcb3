"""In which order to show some titles: neighbours related, yet of another decade and country.

links [titles, titles]  ->  running_order  ->  the path through all titles whose links add up to most

Up to 14 titles the best of all orders is found; with more, an order that no reversal of a stretch and no move of a
title makes better, the best of one start from each title.

Source: the exact one is Held & Karp 1962, doi:10.1137/0110015; the other 2-opt (Croes 1958, doi:10.1287/opre.6.6.791)
    with moves of one title (Or 1976).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

EXACT = 14
"""Titles, up to which the best of all orders is found."""


def worth_of_links(
    related: Floats, decades: NDArray[np.bool_], countries: NDArray[np.bool_], alternate: float
) -> Floats:
    """What it is worth to show each title next to each other.

    worth = (1 - alternate) * relatedness, stretched to 0 to 1 among these titles, + alternate * (half where the decades
    differ, half where no country is shared)

    Args:
        related: [titles, titles] symmetric.
        decades: [values, titles] which title is of which decade.
        countries: [values, titles].
        alternate: 0 (only relatedness counts) to 1 (only change does).

    Returns:
        [titles, titles] 0 to 1, symmetric, 0 on the diagonal. What is unknown counts as no change.
    """
    count = len(related)
    pairs = related[np.triu_indices(count, 1)]
    low, high = (float(pairs.min()), float(pairs.max())) if len(pairs) else (0.0, 0.0)
    near = np.clip((related - low) / (high - low), 0, 1) if high > low else np.ones((count, count))
    change = np.zeros((count, count))
    for having in (decades, countries):
        known, some = np.asarray(having.any(axis=0)), having.astype(np.int64)
        unlike = (np.asarray(some.T @ some) == 0) & known[:, None] & known[None, :]
        change += 0.5 * np.asarray(unlike, np.float64)
    found = (1 - alternate) * near + alternate * change
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def running_order(links: Floats, years: Rows) -> tuple[Rows, bool]:
    """The order in which the links of neighbours add up to most.

    Args:
        links: [titles, titles] symmetric, finite.
        years: [titles] of two opposite orders, which are worth the same, the one is taken that begins earlier.

    Returns:
        [titles] places, and whether it is the best of all orders.
    """
    count = len(links)
    exact = count <= EXACT
    found = _best(links) if exact else _improved(links)
    if count > 1 and (years[found[-1]], found[-1]) < (years[found[0]], found[0]):
        found = found[::-1]
    return found.copy(), exact


def _best(links: Floats) -> Rows:
    """Over sets of titles in the order of their bits: the best path through each that ends at each."""
    count = len(links)
    if count < 2:
        return np.arange(count)
    sets = 1 << count
    best = np.full((sets, count), -np.inf)
    best[1 << np.arange(count), np.arange(count)] = 0.0
    before = np.zeros((sets, count), np.int8)
    numbers = np.arange(sets)
    sizes = np.array([(numbers >> bit) & 1 for bit in range(count)]).sum(axis=0)
    for size in range(1, count):
        here = numbers[sizes == size]
        for last in range(count):
            free = here[(here >> last) & 1 == 0]
            paths = best[free] + links[:, last]
            goes = free | 1 << last
            before[goes, last] = paths.argmax(axis=1)
            best[goes, last] = paths.max(axis=1)
    left, at = sets - 1, int(best[-1].argmax())
    order = [at]
    while len(order) < count:
        left, at = left ^ (1 << at), int(before[left, at])
        order.append(at)
    return np.array(order[::-1])


def _improved(links: Floats) -> Rows:
    tries = [_better(links, _greedy(links, start)) for start in range(len(links))]
    worths = [path_worth(links, order) for order in tries]
    return tries[int(np.argmax(worths))]


def _greedy(links: Floats, start: int) -> Rows:
    order, free = [start], np.ones(len(links), bool)
    free[start] = False
    while free.any():
        order.append(int(np.where(free, links[order[-1]], -np.inf).argmax()))
        free[order[-1]] = False
    return np.array(order)


def _better(links: Floats, order: Rows) -> Rows:
    """Take the best reversal of a stretch, or the best move of one title, as long as there is one."""
    count = len(order)
    first, last = np.triu_indices(count, 1)
    while True:
        near = np.zeros(
            (count + 2, count + 2)
        )  # by place; a place before the first and one after the last link nothing
        near[1:-1, 1:-1] = links[np.ix_(order, order)]
        i, j = first + 1, last + 1
        turned = near[i - 1, j] + near[i, j + 1] - near[i - 1, i] - near[j, j + 1]
        alone = np.arange(1, count + 1)[:, None]
        gap = np.arange(count + 1)[None]  # between the places gap and gap + 1
        moved = near[gap, alone] + near[alone, gap + 1] - near[gap, gap + 1]
        moved = moved + near[alone - 1, alone + 1] - near[alone - 1, alone] - near[alone, alone + 1]
        moved[(gap == alone) | (gap == alone - 1)] = -np.inf
        if max(turned.max(initial=-np.inf), moved.max()) <= 1e-12:
            return order
        if turned.max(initial=-np.inf) >= moved.max():
            best = int(turned.argmax())
            at, to = int(first[best]), int(last[best]) + 1
            order = np.concatenate([order[:at], order[at:to][::-1], order[to:]])
        else:
            at, to = (int(one) for one in np.unravel_index(int(moved.argmax()), moved.shape))
            order = np.insert(np.delete(order, at), to - (to > at), order[at])


def path_worth(links: Floats, order: Rows) -> float:
    """The links of neighbours added up."""
    return float(links[order[:-1], order[1:]].sum())
