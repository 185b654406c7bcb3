"""Exact intervals and tests of shares, and what keeps many of them honest at once; numpy only.

    seen k of n, expected share p  ->  two_sided, share_interval  ->  discoveries (which, and their intervals' level)

Answering has no SciPy: binomial tails are summed here, and tests compare them with SciPy's.
"""

from __future__ import annotations

from math import lgamma

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_TINY = 1e-300
_STEPS = 60
_AT_ONCE = 1 << 17
"""Terms of all cases that are summed at a time."""
_log_gamma = np.frompyfunc(lgamma, 1, 1)


def at_least(seen: Floats | Counts, of: Floats | Counts, share: Floats) -> Floats:
    """P(X >= seen) of the binomial distribution with `of` trials of chance `share`.

    Args:
        seen: [cases], 0 to `of`.
        of: [cases] trials.
        share: [cases], 0 to 1.
    """
    seen, of, share = _together(seen, of, share)
    high = seen >= of * share  # the tail away from the mean is summed: its terms only fall
    tail = _tail(np.where(high, seen, of - seen + 1), of, np.where(high, share, 1 - share))[0]
    return np.where(seen <= 0, 1.0, np.where(high, np.exp(tail), -np.expm1(tail)))


def two_sided(seen: Floats | Counts, of: Floats | Counts, share: Floats) -> Floats:
    """The two-sided p-value of `seen` in `of` where the share is `share`: twice the smaller tail, at most 1.

    Below `1 - level` exactly where `share_interval` at `level` leaves `share` out.
    """
    seen, of, share = _together(seen, of, share)
    high = seen >= of * share
    tail = _tail(np.where(high, seen, of - seen), of, np.where(high, share, 1 - share))[0]
    return np.asarray(np.minimum(1.0, 2 * np.exp(tail)))


def share_interval(seen: Floats | Counts, of: Floats | Counts, level: Floats | float = 0.95) -> tuple[Floats, Floats]:
    """The exact interval of a share: it holds the true one at least `level` of the time, however few there are.

    Args:
        seen: [shares] how many have it, 0 to `of`.
        of: [shares] out of how many; 0 gives 0 to 1.
        level: 0 to 1, one for all or one a share.

    Returns:
        low and high, [shares] each, 0 to 1.

    Source: Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404.
    """
    seen, of, level = _together(seen, of, level)
    tail = (1 - level) / 2
    ends = _lowest(np.concatenate([seen, of - seen]), np.concatenate([of, of]), np.concatenate([tail, tail]))
    return ends[: len(seen)], 1 - ends[len(seen) :]


def wilson_interval(seen: Floats | Counts, of: Floats | Counts, level: float = 0.95) -> tuple[Floats, Floats]:
    """The score interval of a share: `level` on average over shares, quick and smooth enough for bands in plots.

    Where `of` is 0 it is 0 to 1.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953; recommended by Brown, Cai & DasGupta 2001,
        doi:10.1214/ss/1009213286.
    """
    seen, of = np.asarray(seen, np.float64), np.asarray(of, np.float64)
    some = of > 0
    of = np.where(some, of, 1.0)
    z = normal_quantile(1 - (1 - level) / 2)
    share = seen / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return np.where(some, np.clip(middle - half, 0, 1), 0.0), np.where(some, np.clip(middle + half, 0, 1), 1.0)


def false_discovery(p_values: Floats, tests: int | None = None) -> Floats:
    """q-values: rejecting all with q <= r keeps the expected share of false ones among them at or below r.

    Args:
        p_values: [tests that could be rejected].
        tests: how many were made in all; those not listed have p = 1. As many as listed where None.

    Returns:
        [tests that could be rejected], 0 to 1.

    Source: Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")
    scaled = np.asarray(p_values)[order] * max(tests or count, count) / np.arange(1, count + 1)
    q_values = np.empty(count)
    q_values[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q_values


def discoveries(p_values: Floats, rate: float, tests: int | None = None) -> tuple[NDArray[np.bool_], float]:
    """Which tests to report at a false-discovery rate, and at which level their intervals are to be given.

    Returns:
        [p_values] True where q <= rate; the level 1 - rate R / tests for the intervals of the R reported ones, so
        that on average at most `rate` of those miss the truth. Where none is reported, 1 - rate.

    Source: Benjamini & Yekutieli 2005, doi:10.1198/016214504000001907.
    """
    found = false_discovery(p_values, tests) <= rate
    count = max(tests or len(p_values), len(p_values), 1)
    return found, 1 - rate * (int(found.sum()) or count) / count


def normal_quantile(level: float) -> float:
    """The standard normal quantile."""
    from statistics import NormalDist  # which takes longer to import than all else here

    return NormalDist().inv_cdf(level)


def normal_two_sided(z: Floats) -> Floats:
    """The two-sided p-value of a standard normal score."""
    from math import erfc

    return np.array([erfc(abs(one) / 2**0.5) for one in np.asarray(z, np.float64).tolist()])


def _together(*values: Floats | Counts | float) -> tuple[Floats, ...]:
    return tuple(np.atleast_1d(np.array(value, np.float64)) for value in np.broadcast_arrays(*values))


def _tail(seen: Floats, of: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Logarithm of P(X >= seen), summed upwards from `seen` >= `of` x `share`; and P(X >= seen) / P(X = seen)."""
    share = np.clip(share, _TINY, 1 - 1e-16)
    k = np.minimum(seen, of)
    ways = np.asarray(_log_gamma(of + 1) - _log_gamma(k + 1) - _log_gamma(of - k + 1), np.float64)
    first = ways + k * np.log(share) + (of - k) * np.log1p(-share)
    odds, term, whole = share / (1 - share), np.ones(len(of)), np.ones(len(of))
    steps = np.arange(max(1, min(64, _AT_ONCE // max(len(of), 1))), dtype=np.float64)
    while (term > 1e-16 * whole).any():  # so many terms at a time, each the one before times a ratio below 1
        at = k[:, None] + steps
        terms = term[:, None] * np.cumprod(np.clip((of[:, None] - at) / (at + 1) * odds[:, None], 0.0, 1.0), axis=1)
        whole += terms.sum(axis=1)
        term = terms[:, -1]
        k = k + len(steps)
    logs = np.where(seen <= 0, 0.0, np.where(seen > of, -np.inf, np.minimum(first + np.log(whole), 0)))
    return logs, whole


def _lowest(seen: Floats, of: Floats, tail: Floats) -> Floats:
    """The share at which P(X >= seen) is `tail`; 0 where nothing was seen.

    Newton's method on log P over log share: concave, so that from the left it never goes too far.
    """
    found = np.zeros(len(seen))
    some = np.flatnonzero(seen > 0)
    k, n, wanted = seen[some], of[some], np.log(tail[some])
    z = np.sqrt(-2 * wanted) + 1
    logs = np.log(k / n) - z / np.sqrt(k) - z * z / k  # left of the answer
    for _ in range(_STEPS):
        above, whole = _tail(k, n, np.exp(logs))
        step = (wanted - above) * whole / k
        logs = np.minimum(logs + step, np.log(k / n))
        if not (np.abs(step) > 1e-11).any():
            break
    found[some] = np.exp(logs)
    return found
