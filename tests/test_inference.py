"""Exact intervals and tests against SciPy's, and the rates that they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reelation.inference import (
    at_least,
    discoveries,
    false_discovery,
    normal_two_sided,
    share_interval,
    two_sided,
    wilson_interval,
)

counts = st.integers(0, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(st.lists(st.tuples(counts, st.floats(1e-6, 1 - 1e-6)), min_size=1, max_size=20))
def test_tails_are_those_of_scipy(cases: list[tuple[tuple[int, int], float]]) -> None:
    seen, of = np.array([case[0] for case in cases]).T
    share = np.array([case[1] for case in cases])
    np.testing.assert_allclose(at_least(seen, of, share), stats.binom.sf(seen - 1, of, share), rtol=1e-9, atol=1e-14)


@given(st.lists(counts, min_size=1, max_size=20), st.floats(0.5, 0.9999))
def test_intervals_are_those_of_scipy(cases: list[tuple[int, int]], level: float) -> None:
    seen, of = np.array(cases).T
    low, high = share_interval(seen, of, level)
    for a, b, k, n in zip(low, high, seen.tolist(), of.tolist(), strict=True):
        if n == 0:
            assert (a, b) == (0, 1)
            continue
        expected = stats.binomtest(k, n).proportion_ci(level, method="exact")
        assert a == pytest.approx(expected.low, abs=1e-9)
        assert b == pytest.approx(expected.high, abs=1e-9)


def test_wilson_is_that_of_scipy() -> None:
    low, high = wilson_interval(np.array([0, 3, 50]), np.array([7, 9, 50]))
    for a, b, k, n in zip(low, high, (0, 3, 50), (7, 9, 50), strict=True):
        expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
        assert (a, b) == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high, abs=1e-12))


@given(counts, st.floats(0.001, 0.999))
def test_a_test_rejects_exactly_what_its_interval_leaves_out(case: tuple[int, int], share: float) -> None:
    seen, of = (np.array([one]) for one in case)
    low, high = share_interval(seen, of, 0.95)
    p_value = float(two_sided(seen, of, np.array([share]))[0])
    if abs(p_value - 0.05) > 1e-6:
        assert (p_value < 0.05) == (not low[0] <= share <= high[0])


def test_false_discovery_is_that_of_scipy_and_counts_tests_that_are_not_listed() -> None:
    p_values = np.array([0.001, 0.2, 0.012, 0.03, 0.9])
    np.testing.assert_allclose(false_discovery(p_values), stats.false_discovery_control(p_values))
    padded = np.concatenate([p_values, np.ones(95)])
    np.testing.assert_allclose(false_discovery(p_values, 100), stats.false_discovery_control(padded)[:5])


def test_discoveries_keep_their_rate_and_their_intervals_cover() -> None:
    """190 true nulls and 10 planted shares: few of those called are false, few of their intervals miss."""
    random = np.random.default_rng(5)
    share = np.concatenate([np.full(190, 0.05), np.full(10, 0.15)])
    of = np.full(200, 300)
    false_share, missed = [], []
    for _ in range(60):
        seen = random.binomial(of, share)
        called, level = discoveries(two_sided(seen, of, np.full(200, 0.05)), 0.05)
        low, high = share_interval(seen[called], of[called], level)
        assert called[190:].sum() >= 5
        assert not ((low <= 0.05) & (high >= 0.05)).any()
        false_share.append(called[:190].sum() / max(called.sum(), 1))
        missed.append(((share[called] < low) | (share[called] > high)).mean())
    assert np.mean(false_share) <= 0.05
    assert np.mean(missed) <= 0.05


def test_normal_tails() -> None:
    scores = np.array([-2.5, 0.0, 1.96])
    np.testing.assert_allclose(normal_two_sided(scores), 2 * stats.norm.sf(np.abs(scores)))
