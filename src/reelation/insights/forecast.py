"""What share of titles a genre, theme, country … will have in the next years, with intervals that are checked.

    counts of all things of a kind by year  ->  Forecasts: one way of smoothing, intervals from its own past errors

The share of a year is binomial around a level that moves: A_t = w A_(t-1) + y_t titles with the thing in
N_t = w N_(t-1) + n_t (power discounting, Smith 1979, doi:10.1111/j.2517-6161.1979.tb01092.x); a damped slope of its
logit may be added (Gardner & McKenzie 1985, doi:10.1287/mnsc.31.10.1237). Which discount and slope: the one under which
all things of the kind together were likeliest in the past. An interval is as wide as 90 % of the past errors of things
about as frequent, over the same number of years, in units of their expected spread: split conformal prediction by
classes (Vovk, Gammerman & Shafer 2005, doi:10.1007/b106715), so it holds without a law of errors, as long as the next
years surprise as the last 25 did. Nothing of a year that is forecast is used, neither for the choice nor for widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.insights.topics import edges_of, topics_of

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

LEVEL = 0.9
"""Of the intervals."""
YEARS = 5
"""Years that are forecast, at the most."""
FEWEST = 20
"""Titles that a thing needs."""
_DISCOUNTS = (0.2, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.96)
_SLOPES = (0.0, 0.03, 0.06, 0.12)
"""Weight of the latest change in the slope; 0: no slope."""
_DAMPED = 0.9
_LOOKED, _CALIBRATED = 30, 25
"""Years back that discount and slope are chosen on, and that widths are taken from."""
_CLASSES = (1.0, 5.0, 20.0)
"""Bounds of classes of things, by expected titles a year."""
_ENOUGH = 100
"""Past errors that a class needs for widths of its own."""
_ADAPTED = 45
"""Years back from which on intervals learn from those before."""
_RATE, _TAILS = 0.4, (0.01, 0.3)
"""How quickly they do, and how much an interval may leave out."""
_NORMAL = 1.6449
"""Half the width of 90 % in standard deviations, where there are too few past errors of any class."""


@dataclass(frozen=True)
class Counts:
    """Titles by year, of all things of one aspect."""

    years: Rows
    """[years] all from the first to the last."""
    seen: Floats
    """[things, years] titles that have it."""
    of: Floats
    """[years] titles that have anything of the aspect."""
    numbers: Rows
    """[things] of the topic, rising; see `topics_of`."""

    @classmethod
    def read(cls, atlas: Atlas, aspect: str, fewest: int = FEWEST) -> Counts:
        """Count things that at least `fewest` dated titles have, episodes aside."""
        topics, years = topics_of(atlas, aspect), np.asarray(atlas.year, np.int64)
        dated = np.flatnonzero((years > 0) & topics.covered & (atlas.kind != KINDS.index("episode")))
        if not len(dated):
            return cls(np.zeros(0, np.int64), np.zeros((0, 0)), np.zeros(0), np.zeros(0, np.int64))
        first, last = int(years[dated].min()), int(years[dated].max())
        place, topic = topics.of(dated, edges_of(atlas, dated))
        pairs = np.unique(topic * len(dated) + place)  # a title has a thing once
        topic, place = pairs // len(dated), pairs % len(dated)
        numbers, counts = np.unique(topic, return_counts=True)
        numbers = numbers[counts >= fewest]
        kept = np.isin(topic, numbers)
        row, year = np.searchsorted(numbers, topic[kept]), years[dated[place[kept]]] - first
        seen = np.bincount(row * (last - first + 1) + year, minlength=len(numbers) * (last - first + 1))
        of = np.bincount(years[dated] - first)
        shape = (len(numbers), last - first + 1)
        return cls(np.arange(first, last + 1), seen.reshape(shape).astype(float), of.astype(float), numbers)


@dataclass(frozen=True)
class Forecasts:
    """Shares of all things of an aspect in the years after `origin`."""

    counts: Counts
    origin: int
    """Place in `counts.years` of the last year that is used."""
    discount: float
    slope: float
    share: Floats
    """[things, horizons] 0 to 1, for 1, 2 … `YEARS` years after the origin."""
    low: Floats
    high: Floats


class Forecaster:
    """Forecasts from any year of some counts; what is smoothed once serves all of them."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._levels = {discount: self._smoothed(discount) for discount in _DISCOUNTS}

    def at(self, origin: int) -> Forecasts:
        """Forecasts from the year in place `origin`, which is the last that they use."""
        chosen = self._chosen(origin)
        share = self._looks[chosen][0][:, origin]
        ends = [self._interval(chosen, origin, horizon) for horizon in range(1, YEARS + 1)]
        low, high = (np.stack([one[side] for one in ends], axis=1) for side in (0, 1))
        return Forecasts(self.counts, origin, *chosen, share, low, high)

    def _chosen(self, origin: int) -> tuple[float, float]:
        return max(self._likelihoods, key=lambda name: self._summed(name, origin))

    def _interval(self, name: tuple[float, float], origin: int, horizon: int) -> tuple[Floats, Floats]:
        """[things] low and high, 0 to 1."""
        share, spread = (part[:, origin, horizon - 1] for part in self._looks[name])
        below, above = self._widths(name, origin, horizon, float(self._outside[origin, horizon - 1]))
        return (share + below * spread).clip(0, 1), (share + above * spread).clip(0, 1)

    @cached_property
    def _outside(self) -> Floats:
        """[years, horizons] which share of past errors an interval from there leaves out.

        Where intervals of late held less than they should, the next are wider, and the other way round: adaptive
        conformal inference, Gibbs & Candes 2021 (arXiv:2106.00170).
        """
        of, share = self.counts.of, self.counts.seen / np.maximum(self.counts.of, 1)
        found = np.full((len(of), YEARS), 1 - LEVEL)
        self.__dict__["_outside"] = found  # intervals of earlier years read it while it is filled
        for year in range(max(1, len(of) - _ADAPTED), len(of)):
            found[year] = found[year - 1]
            for horizon in range(1, min(YEARS, year) + 1):
                there = self.established[:, year - horizon]
                if not there.any() or of[year] == 0 or year - horizon < len(of) - _ADAPTED:
                    continue
                low, high = self._interval(self._chosen(year - horizon), year - horizon, horizon)
                missed = float(((share[:, year] < low) | (share[:, year] > high))[there].mean())
                step = _RATE * (1 - LEVEL - missed)
                found[year, horizon - 1] = np.clip(found[year, horizon - 1] + step, *_TAILS)
        return found

    def _smoothed(self, discount: float) -> tuple[Floats, Floats]:
        """Level [things, years], 0 to 1, and the titles that stand behind it [years]."""
        seen, of = self.counts.seen, self.counts.of
        level, behind = np.zeros_like(seen), np.zeros(len(of))
        titles, total = np.zeros(len(seen)), 0.0
        usual = (np.cumsum(seen, axis=1) + 0.5) / (np.cumsum(of) + 1)
        for t in range(len(of)):
            titles, total = discount * titles + seen[:, t], discount * total + of[t]
            level[:, t], behind[t] = (titles + usual[:, t]) / (total + 1), total + 1
        return level, behind

    @cached_property
    def established(self) -> NDArray[np.bool_]:
        """[things, years] True once a thing has `FEWEST` titles: what becomes common only later is not known then."""
        return np.cumsum(self.counts.seen, axis=1) >= FEWEST

    @cached_property
    def _looks(self) -> dict[tuple[float, float], tuple[Floats, Floats]]:
        """(discount, slope) -> share and its expected spread, [things, years, horizons]."""
        found = {}
        recent = np.convolve(self.counts.of, np.ones(3), "full")[: len(self.counts.of)] / 3
        horizons = np.arange(1, YEARS + 1)
        for discount, (level, behind) in self._levels.items():
            logit = np.log(level / (1 - level))
            for weight in _SLOPES:
                slope = np.zeros_like(logit)
                for t in range(1, logit.shape[1] if weight else 0):
                    slope[:, t] = (1 - weight) * slope[:, t - 1] + weight * (logit[:, t] - logit[:, t - 1])
                steps = np.cumsum(_DAMPED**horizons)
                share = 1 / (1 + np.exp(-(logit[:, :, None] + slope[:, :, None] * steps)))
                each = 1 / np.maximum(recent, 1)[:, None] + 1 / (behind[:, None] * discount**horizons)
                found[discount, weight] = share, np.sqrt(share * (1 - share) * each)
        return found

    @cached_property
    def _likelihoods(self) -> dict[tuple[float, float], Floats]:
        """(discount, slope) -> [years, horizons] log-likelihood of all things, in the year that is forecast."""
        return {name: self._likelihood(share) for name, (share, _) in self._looks.items()}

    def _likelihood(self, share: Floats) -> Floats:
        seen, of = self.counts.seen, self.counts.of
        found = np.zeros((len(of), YEARS))
        for horizon in range(1, YEARS + 1):
            p = share[:, : len(of) - horizon, horizon - 1]
            y, n, there = seen[:, horizon:], of[horizon:], self.established[:, : len(of) - horizon]
            found[horizon:, horizon - 1] = ((y * np.log(p) + (n - y) * np.log1p(-p)) * there).sum(axis=0)
        return found

    def _summed(self, name: tuple[float, float], origin: int) -> float:
        return float(self._likelihoods[name][max(0, origin - _LOOKED) : origin + 1].sum())

    def _widths(self, name: tuple[float, float], origin: int, horizon: int, outside: float) -> tuple[Floats, Floats]:
        """[things] how many expected spreads below and above the share the interval ends."""
        share, spread = (part[:, :, horizon - 1] for part in self._looks[name])
        last = max(0, origin - horizon + 1)  # what is forecast from before here is known
        first = max(0, last - _CALIBRATED)
        of = self.counts.of
        known = of[first + horizon : last + horizon] > 0
        truth = self.counts.seen[:, first + horizon : last + horizon] / np.maximum(
            of[first + horizon : last + horizon], 1
        )
        there = self.established[:, first:last] & known
        errors = ((truth - share[:, first:last]) / spread[:, first:last])[there]
        classes = self._class_of(share[:, first:last], np.arange(first, last))[there]
        every = _ends(errors, outside) if errors.size >= _ENOUGH else (-_NORMAL, _NORMAL)
        by_class = []
        for one in range(len(_CLASSES) + 1):
            own = errors[classes == one]
            by_class.append(_ends(own, outside) if len(own) >= _ENOUGH else every)
        ends = np.array(by_class)[self._class_of(share[:, origin : origin + 1], np.array([origin]))[:, 0]]
        return ends[:, 0], ends[:, 1]

    def _class_of(self, share: Floats, years: Rows) -> Rows:
        """[things, years] by how many titles a year are expected."""
        before = np.concatenate([np.zeros(3), np.cumsum(self.counts.of)])
        recent = (before[years + 3] - before[years]) / 3
        return np.asarray(np.searchsorted(_CLASSES, share * recent), np.int64)


def _ends(errors: Floats, outside: float) -> tuple[float, float]:
    """The ends of the middle 1 - `outside` of some errors, with the correction for their number."""
    ordered, tail = np.sort(errors), outside / 2
    below = max(int(np.floor(tail * (len(ordered) + 1))) - 1, 0)
    return float(ordered[below]), float(ordered[len(ordered) - 1 - below])


@dataclass(frozen=True)
class Checked:
    """How forecasts of years that were held out did, over all things of an aspect."""

    first: int
    """First and last year that was forecast."""
    last: int
    things: int
    forecasts: int
    coverage: float
    """Share of intervals that held the share that came."""
    error: float
    """Mean absolute error of the share."""
    last_value_error: float
    """Of the share in the last year known."""
    linear_error: float
    """Of a straight line through the last ten years."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "first": self.first,
            "last": self.last,
            "things": self.things,
            "forecasts": self.forecasts,
            "coverage": round(self.coverage, 4),
            "error": round(self.error, 6),
            "last_value_error": round(self.last_value_error, 6),
            "linear_error": round(self.linear_error, 6),
        }


def check(forecaster: Forecaster, first: int, last: int) -> Checked | None:
    """Forecast the years in places `first` to `last` from the one to five years before, and compare.

    Returns:
        None where there is nothing to compare: no things, or no years long enough after the first.
    """
    counts = forecaster.counts
    inside, errors, lasts, lines = [], [], [], []
    seen = np.zeros(len(counts.numbers), bool)
    for origin in range(max(first - YEARS, 10), last):
        made, there = forecaster.at(origin), forecaster.established[:, origin]
        share = counts.seen / np.maximum(counts.of, 1)
        for horizon in range(1, YEARS + 1):
            year = origin + horizon
            if not (first <= year <= last and counts.of[year] > 0 and counts.of[origin] > 0):
                continue
            truth, at = share[:, year], horizon - 1
            inside.append(((made.low[:, at] <= truth) & (truth <= made.high[:, at]))[there])
            errors.append(np.abs(made.share[:, at] - truth)[there])
            lasts.append(np.abs(share[:, origin] - truth)[there])
            lines.append(np.abs(_line(share[:, origin - 9 : origin + 1], horizon) - truth)[there])
            seen |= there
    if not seen.any():
        return None
    means = [float(np.mean(np.concatenate(one))) for one in (inside, errors, lasts, lines)]
    years = int(counts.years[first]), int(counts.years[last])
    return Checked(*years, int(seen.sum()), sum(map(len, inside)), *means)


def _line(share: Floats, horizon: int) -> Floats:
    """[things] least squares through the years of `share` [things, years], so many years on; 0 to 1."""
    x = np.arange(share.shape[1]) - (share.shape[1] - 1) / 2
    slope = share @ x / (x @ x)
    return np.asarray(np.clip(share.mean(axis=1) + slope * (x[-1] + horizon), 0, 1), np.float64)
