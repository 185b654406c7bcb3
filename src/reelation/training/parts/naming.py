"""What each group is called after: the people, tags, words and years that it has more of than other titles.

    members [titles], evidence edges  ->  log-odds of each term  ->  at most three terms a group

A term must be in a fair share of the group (a name that fits one title in ten misleads), be more frequent there than
elsewhere, and say something that the terms before it do not. Terms are compared with all titles and, for a group
inside a larger one, with that one too: "Japan" tells the groups of Japan's films nothing about each other.

Source: Monroe, Colaresi, Quinn 2008, doi:10.1093/pan/mpn018: log-odds with an informative prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.store import AtlasContent

Labels = NDArray[np.int64]

TERMS = 3
"""Terms of a name at the most."""
_PRIOR = 20.0
"""Titles' worth of belief that a group is like all others."""
_FAMILIES = {"language": "country", "subject": "keyword", "trope": "keyword", "network": "company"}
"""Types of which one stands for the other."""
_MOST = {"genre": 2, "person": 2, "keyword": 2}
"""Terms of one family in a name; 1 for what is not listed."""
_SHARE = {"genre": 0.3, "person": 0.15, "word": 0.5, "company": 0.25, "certificate": 2.0, "title": 2.0, "award": 0.3}
"""Share of the group that has the term, at the least; 0.25 for what is not listed, and 2 keeps a type out."""
_LOOSE = 0.5
"""How much of these shares is enough where a name has one term only, or is another group's too."""
_LOOK = 60
"""Terms looked at for each group."""
_ORDER = ("genre", "keyword", "franchise", "based_on", "word", "country", "place", "person", "company", "award")
_YEARS = (20, 40)
"""A group whose middle four fifths lie within so many years is called after them, by strict and by loose rules."""


@dataclass(frozen=True)
class Term:
    """One term of a group's name."""

    term: str
    """A node's id ("genre:horror"), or "years:1930-1949", the decades that hold the middle four fifths."""
    share: float
    """Of the group's titles that have it, 0 to 1."""
    lift: float
    """That share over the share among all titles."""


def name_groups(
    content: AtlasContent, node_types: Sequence[str], labels: Labels, above: Labels | None
) -> list[tuple[Term, ...]]:
    """Terms of every group of one level, the most telling first.

    Args:
        content: of the atlas.
        node_types: names of `content.node_type`'s values.
        labels: [titles] group of each title, -1 for none.
        above: [titles] its group one level up, or None at the top.
    """
    titles, groups = len(labels), int(labels.max(initial=-1)) + 1
    evidence = sparse.csr_array(
        (np.ones(len(content.edge_node), np.float32), np.asarray(content.edge_node), np.asarray(content.edge_start)),
        shape=(titles, len(content.nodes)),
    )
    counts = sparse.csr_array(_members(labels, groups) @ evidence)
    counts.sort_indices()
    cells = counts.tocoo(copy=True)
    sizes = np.bincount(labels[labels >= 0], minlength=groups).astype(np.float64)
    inside = cells.data.astype(np.float64)
    everywhere = np.diff(np.asarray(content.posting_start)).astype(np.float64)
    distance = _log_odds(inside, sizes[cells.row], everywhere[cells.col], float(titles))
    if above is not None:
        parent = np.zeros(groups, np.int64)
        parent[labels[labels >= 0]] = above[labels >= 0]
        around = sparse.csr_array(_members(above, int(above.max()) + 1) @ evidence)
        in_parent = np.asarray(around[parent[cells.row], cells.col], np.float64).ravel()
        of_parent = np.bincount(above[above >= 0]).astype(np.float64)[parent]
        distance = (distance + _log_odds(inside, sizes[cells.row], in_parent, of_parent[cells.row])) / 2
    share = inside / sizes[cells.row]
    lift = share / (everywhere[cells.col] / titles)
    kinds = np.asarray(content.node_type)[cells.col]
    least = np.array([_SHARE.get(name, 0.25) for name in node_types])[kinds]
    many = inside >= np.minimum(3, sizes[cells.row])
    strict = (share >= least) & (lift >= 1.3) & (distance > 0) & many
    loose = (share >= _LOOSE * least) & (lift >= 1.5) & (distance > 2) & many & (least <= 1)
    order = np.flatnonzero(strict | loose)
    value = distance * np.sqrt(share)
    order = order[np.lexsort((cells.col[order], -value[order], ~strict[order], cells.row[order]))]
    starts = np.searchsorted(cells.row[order], np.arange(groups + 1))
    members = sparse.csc_array(evidence)
    spans = _spans(labels, groups, np.asarray(content.year))

    def term(at: int) -> _Candidate:
        node, group = int(cells.col[at]), int(cells.row[at])
        having = members.indices[members.indptr[node] : members.indptr[node + 1]]
        kind = node_types[kinds[at]]
        said = Term(content.nodes[node], float(share[at]), float(lift[at]))
        return _Candidate(said, _FAMILIES.get(kind, kind), having[labels[having] == group], bool(strict[at]))

    names = [
        _Name(group, [term(at) for at in order[starts[group] : starts[group + 1]][:_LOOK].tolist()], spans.get(group))
        for group in range(groups)
    ]
    _tell_apart(names)
    return [name.terms() for name in names]


@dataclass(frozen=True)
class _Candidate:
    term: Term
    family: str
    holders: NDArray[np.int32]
    """Titles of the group that have it, rising."""
    strict: bool


class _Name:
    """A name in the making: grows by the next candidate that says something new."""

    def __init__(self, group: int, candidates: list[_Candidate], years: _Years | None) -> None:
        self.group = group
        self._rest = candidates
        self._chosen: list[_Candidate] = []
        self._years = years if years is not None and years.strict else None
        self._loose_years = years if self._years is None else None
        while len(self.terms()) < TERMS and self._grow(strict=True):
            pass
        if len(self.terms()) < 2:
            self.more()

    def terms(self) -> tuple[Term, ...]:
        """The terms so far: genres first, then what it is about, where it is from, who is in it; years last."""
        ordered = sorted(
            self._chosen, key=lambda one: _ORDER.index(one.family) if one.family in _ORDER else len(_ORDER)
        )
        return (*(one.term for one in ordered), *((self._years.term,) if self._years else ()))

    def more(self) -> bool:
        """Add one term, by looser rules; False where there is no room or nothing to add."""
        if len(self.terms()) >= TERMS:
            return False
        if self._loose_years is not None:
            self._years, self._loose_years = self._loose_years, None
            return True
        return self._grow(strict=False)

    def _grow(self, strict: bool) -> bool:
        while self._rest and (self._rest[0].strict or not strict):
            one = self._rest.pop(0)
            family = sum(other.family == one.family for other in self._chosen)
            if family < _MOST.get(one.family, 1) and not any(
                _same(one.holders, other.holders) for other in self._chosen
            ):
                self._chosen.append(one)
                return True
        return False


def _tell_apart(names: Sequence[_Name]) -> None:
    """Let names that are the same grow until they differ, as far as they can."""
    for _ in range(TERMS):
        alike: dict[tuple[str, ...], list[_Name]] = {}
        for name in names:
            alike.setdefault(tuple(one.term for one in name.terms()), []).append(name)
        doubles = [name for group in alike.values() if len(group) > 1 for name in group]
        if not [name for name in doubles if name.more()]:
            return


def _members(labels: Labels, groups: int) -> sparse.csr_array:
    """[groups, titles] 1 where a title is in a group."""
    rows = np.flatnonzero(labels >= 0)
    return sparse.csr_array((np.ones(len(rows), np.float32), (labels[rows], rows)), shape=(groups, len(labels)))


def _log_odds(
    inside: NDArray[np.float64],
    size: NDArray[np.float64],
    everywhere: NDArray[np.float64],
    titles: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """How many standard deviations the log-odds of a term in a group lie above those outside it."""
    prior = _PRIOR * np.clip(everywhere / titles, 1e-9, 1 - 1e-9)
    here, others = inside + prior, np.maximum(everywhere - inside, 0) + prior
    not_here = np.maximum(size - inside, 0) + _PRIOR - prior
    not_others = np.maximum(titles - size - (everywhere - inside), 0) + _PRIOR - prior
    difference = np.log(here / not_here) - np.log(others / not_others)
    return np.asarray(difference / np.sqrt(1 / here + 1 / others))


def _same(some: NDArray[np.int32], others: NDArray[np.int32]) -> bool:
    """Whether two terms are had by nearly the same titles."""
    both = len(np.intersect1d(some, others, assume_unique=True))
    return both > 0.8 * (len(some) + len(others) - both)


@dataclass(frozen=True)
class _Years:
    term: Term
    strict: bool
    """Whether the span is short enough for every name."""


def _spans(labels: Labels, groups: int, year: NDArray[np.integer[Any]]) -> dict[int, _Years]:
    """The decades of each group that keeps to a few: the 10th to the 90th percentile of its years."""
    dated = np.flatnonzero((labels >= 0) & (year > 0))
    order = dated[np.lexsort((year[dated], labels[dated]))]
    starts = np.searchsorted(labels[order], np.arange(groups + 1))
    counts = np.diff(starts)
    kept = np.flatnonzero(counts >= 3)
    low, high = (year[order[starts[kept] + (at * (counts[kept] - 1)).round().astype(int)]] for at in (0.1, 0.9))
    everywhere = np.sort(year[year > 0])
    found = {}
    decades = zip(kept.tolist(), (low // 10 * 10).tolist(), (high // 10 * 10 + 9).tolist(), strict=True)
    for group, first, last in decades:
        within = np.searchsorted(everywhere, [first, last + 1])
        usual = float(within[1] - within[0]) / len(everywhere)
        own = year[order[starts[group] : starts[group + 1]]]
        share = float(((own >= first) & (own <= last)).mean())
        if last - first < _YEARS[1] and share >= 1.3 * usual:
            term = Term(f"years:{first}-{last}", share, share / usual)
            found[group] = _Years(term, last - first < _YEARS[0] and share >= 1.5 * usual)
    return found
