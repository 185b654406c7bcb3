"""Forecasts: better than the last value and a line where there is something to know, with intervals that hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.insights.forecast import YEARS, Counts, Forecaster, check
from reelation.insights.timeline_plot import timeline_plot
from tests.invented import invented_atlas


def moving(random: np.random.Generator, things: int = 60, years: int = 80, drift: float = 0.12) -> Counts:
    """Shares whose logits walk at random, and binomial counts of 200 to 400 titles a year."""
    logit = random.normal(-2.5, 1.0, things)[:, None] + np.cumsum(random.normal(0, drift, (things, years)), axis=1)
    of = random.integers(200, 400, years)
    seen = random.binomial(of, 1 / (1 + np.exp(-logit)))
    return Counts(np.arange(1940, 1940 + years), seen.astype(float), of.astype(float), np.arange(things))


@pytest.mark.parametrize("drift", [0.0, 0.12, 0.3])
def test_intervals_hold_nine_in_ten_and_errors_are_below_the_baselines(drift: float) -> None:
    coverage, error, last, line = [], [], [], []
    for seed in range(3):
        counts = moving(np.random.default_rng(seed), drift=drift)
        found = check(Forecaster(counts), 70, 79)
        assert found is not None
        assert (found.first, found.last) == (2010, 2019)
        coverage.append(found.coverage)
        error.append(found.error)
        last.append(found.last_value_error)
        line.append(found.linear_error)
    assert 0.85 <= np.mean(coverage) <= 0.95
    assert np.mean(error) < np.mean(last)
    assert np.mean(error) < np.mean(line)


def test_nothing_of_later_years_is_used() -> None:
    counts = moving(np.random.default_rng(5))
    changed = counts.seen.copy()
    changed[:, 61:] = np.random.default_rng(6).integers(0, 200, changed[:, 61:].shape)
    other = Counts(counts.years, changed, counts.of, counts.numbers)
    for origin in (45, 60):
        one, two = Forecaster(counts).at(origin), Forecaster(other).at(origin)
        assert (one.discount, one.slope) == (two.discount, two.slope)
        for name in ("share", "low", "high"):
            assert np.array_equal(getattr(one, name), getattr(two, name)), name
    assert not np.array_equal(Forecaster(counts).at(70).share, Forecaster(other).at(70).share)


def test_few_years_and_few_things() -> None:
    counts = moving(np.random.default_rng(1), things=1, years=14)
    made = Forecaster(counts).at(13)
    assert made.share.shape == (1, YEARS)
    assert (made.low <= made.share).all()
    assert (made.share <= made.high).all()
    assert (made.low >= 0).all()
    assert (made.high <= 1).all()
    rare = Counts(counts.years, counts.seen * 0, counts.of, counts.numbers)
    assert check(Forecaster(rare), 11, 13) is None


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """40 titles a year; westerns at a quarter, the rest by turns; the last year has just begun."""
    random = np.random.default_rng(3)
    years = np.append(np.repeat(np.arange(1950, 2011), 40), [2011, 2011])
    western: NDArray[np.int64] = np.flatnonzero(random.random(len(years)) < 0.25)
    rest = np.setdiff1d(np.arange(len(years)), western)
    having = {"genre:western": western, "genre:a": rest[::2], "genre:b": rest[1::2], "person:Ada": western[:40]}
    return invented_atlas(tmp_path_factory.mktemp("ahead") / "atlas", years, having)


def test_the_outlook_of_a_thing(atlas: Atlas) -> None:
    engine = Engine(atlas, "en")
    found = engine.timeline("western")
    assert found.outlook is not None
    assert found.outlook.since == 2010  # 2011 is not over
    assert [one.year for one in found.outlook.years] == [2011, 2012, 2013, 2014, 2015]
    for one in found.outlook.years:
        assert one.low < one.share < one.high
        assert one.low < 0.25 < one.high
        assert one.share == pytest.approx(0.25, abs=0.06)
    assert found.outlook.checked is not None
    assert found.outlook.checked.last == 2010
    assert any(sentence.startswith("Forecast from 2010") for sentence in found.summary)
    assert any("intervals held what came" in sentence for sentence in found.summary)
    assert engine.timeline("Ada", by="person").outlook is None
    assert "预测" in " ".join(Engine(atlas, "zh").timeline("western").summary)
    drawn = timeline_plot(found, engine.say, html=False)
    assert drawn.startswith("<svg")


def test_the_command_tells_it(atlas: Atlas, tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["timeline", "western", "--atlas", str(atlas.folder), "--json"])
    content = json.loads(told.output)["outlook"]
    assert content["level"] == 0.9
    assert len(content["years"]) == 5
    assert set(content["checked"]) >= {"coverage", "error", "last_value_error", "linear_error"}
