"""Which combinations are rarer than expected, and how sure that is.

    Combined  ->  scarce  ->  pairs tested, p-values, which of them count at a false-discovery rate

A pair is tested where the model expects at least so many titles, and at least so many in ten years at the pace of the
last ten: neither looks at the pair's own count, so the choice does not bend the test (Bourgon, Gentleman & Huber 2010,
doi:10.1073/pnas.0914005107). The test is exact and one-sided: so few titles or fewer, if the expectation holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.create.gaps.affinity import Affinity, affinity
from reelation.create.gaps.combinations import Combined
from reelation.folding import fold
from reelation.inference import discoveries, false_discovery, two_sided

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_ALIKE = 0.9
"""Two topics of a type that are so alike in what they meet are two words for one thing."""
_NESTED = 0.8
"""So are two of which so large a share of the smaller one's titles is the other's."""
_EMPTY_WORDS = frozenset(("film", "films", "movie", "movies", "fiction", "based", "on", "of", "the", "and", "a"))
_AT_MOST = 0.5
"""Of what is expected: a combination that has more is no gap, however sure the difference."""
_SIZES = (1, 2, 4, 8, 16, 32, 64)
"""Expected titles that part pairs by size, to say how far off the model is."""


@dataclass(frozen=True)
class Scarce:
    """Pairs that were tested. Arrays are [pairs]."""

    one: Rows
    two: Rows
    """Numbers of topics, `one` < `two`."""
    seen: Floats
    expected: Floats
    lately: Floats
    """Expected titles in ten years, at the pace of the last ten."""
    p_values: Floats
    q_values: Floats
    called: NDArray[np.bool_]
    """Rarer than expected at the rate, with at most half of what is expected."""
    level: float
    """Of the intervals of those called."""
    off: Floats
    """By which share the model is usually off, over and above chance, for pairs of this size."""
    affinity: Affinity


def scarce(
    found: Combined, fewest_expected: float, fewest_lately: float, rate: float, of: Rows | None = None
) -> Scarce:
    """Test.

    Args:
        found: topics and how often they meet.
        fewest_expected: titles.
        fewest_lately: titles in ten years.
        rate: of false discoveries.
        of: topics one of which a pair must have; any where None.
    """
    topics = [found.topic(number) for number in range(len(found.kind))]
    fitted = affinity([one.node_id for one in topics], found.kind, found.both, found.chance)
    pace = np.divide(found.chance_lately, found.chance, out=np.zeros_like(found.chance), where=found.chance > 0)
    names = [frozenset(fold(one.name).split()) - _EMPTY_WORDS for one in topics]
    wanted = np.ones((len(topics), len(topics)), bool)
    if of is not None:
        wanted[:] = False
        wanted[of] = wanted[:, of] = True
    wanted &= (fitted.expected >= fewest_expected) & (pace * fitted.expected >= fewest_lately)
    smaller = np.minimum.outer(found.titles, found.titles)
    same = found.kind[:, None] == found.kind[None]
    wanted &= ~(same & (fitted.alike >= _ALIKE)) & (found.both < _NESTED * smaller)
    one, two = np.nonzero(np.triu(wanted, 1))
    apart = np.array(
        [not (names[a] <= names[b] or names[b] <= names[a]) for a, b in zip(one.tolist(), two.tolist(), strict=True)],
        bool,
    )
    one, two = one[apart], two[apart]
    seen, expected = found.both[one, two], fitted.expected[one, two]
    titles = len(found.rows)
    p_values = np.ones(len(one))
    under = np.flatnonzero(seen < expected)
    p_values[under] = two_sided(seen[under], np.full(len(under), titles), expected[under] / titles) / 2
    sure, level = discoveries(p_values, rate)
    return Scarce(
        one=one.astype(np.int64),
        two=two.astype(np.int64),
        seen=seen,
        expected=expected,
        lately=(pace * fitted.expected)[one, two],
        p_values=p_values,
        q_values=false_discovery(p_values),
        called=sure & (seen <= _AT_MOST * expected),
        level=level,
        off=_off(found, fitted)[np.searchsorted(_SIZES, expected, side="right")],
        affinity=fitted,
    )


def _off(found: Combined, fitted: Affinity) -> Floats:
    """[sizes] the relative error of the model: the root of (variance - mean) / mean^2, 0 where there is only chance.

    Source: the moment estimator of over-dispersion of a negative binomial (McCullagh & Nelder 1989, ch. 6.2.3).
    """
    one, two = np.triu_indices(len(found.kind), 1)
    seen, expected = found.both[one, two], fitted.expected[one, two]
    size = np.searchsorted(_SIZES, expected, side="right")
    count = len(_SIZES) + 1
    more = np.bincount(size, weights=(seen - expected) ** 2 - expected, minlength=count)
    square = np.bincount(size, weights=expected**2, minlength=count)
    return np.asarray(np.sqrt(np.maximum(more, 0) / np.maximum(square, 1e-12)))
