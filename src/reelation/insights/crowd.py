"""The other viewers of an atlas: what they see on average, how they rate, and who of them is like somebody.

part "viewers" (at most so many events)  ->  Crowd  ->  weights of titles, mean ratings, neighbours
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.histories.history import DISLIKE, LIKE, RATING, WATCH, History
from reelation.insights.topics import ragged

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_MOST_EVENTS = 200_000
"""Where there are more, every n-th viewer stands for all, so that an answer takes milliseconds."""
_PRIOR_RATINGS = 5.0
"""A title's mean deviation is drawn to 0 as if so many more viewers had rated it as they rate on average."""


@dataclass(frozen=True)
class Crowd:
    """Viewers other than the one asked about, and the titles that they saw, each pair once."""

    titles: int
    viewers: int
    viewer: Rows
    """[seen] number of the viewer, rising."""
    title: Rows
    """[seen] row of the title."""
    stars: Floats
    """[seen] the rating, NaN where there is none."""

    @cached_property
    def seen_by(self) -> Rows:
        """[titles] how many viewers saw each."""
        return np.bincount(self.title, minlength=self.titles)

    @cached_property
    def sizes(self) -> Rows:
        """[viewers] how many titles each saw."""
        return np.bincount(self.viewer, minlength=self.viewers)

    @cached_property
    def weights(self) -> Floats:
        """[titles] the average viewer's: each viewer counts 1, shared among what they saw. They add up to 1.

        The catalogue as a whole counts as one viewer more, so that nothing in it is impossible.
        """
        shares = np.bincount(self.title, weights=1 / self.sizes[self.viewer], minlength=self.titles)
        return (shares + 1 / self.titles) / (int((self.sizes > 0).sum()) + 1)

    @cached_property
    def deviations(self) -> tuple[Floats, Floats, Rows]:
        """How titles are rated against what each viewer rates on average.

        Returns:
            by rating [ratings], stars; summed by title [titles]; how many ratings each title has [titles].
        """
        viewer, title, stars = (column[self._rated] for column in (self.viewer, self.title, self.stars))
        count = np.maximum(np.bincount(viewer, minlength=self.viewers), 1)
        means = np.bincount(viewer, weights=stars, minlength=self.viewers) / count
        apart = (stars - means[viewer]).astype(np.float64)
        sums = np.bincount(title, weights=apart, minlength=self.titles)
        return apart, sums.astype(np.float64), np.bincount(title, minlength=self.titles)

    @property
    def means(self) -> Floats:
        """[titles] how much better than average a title is rated, stars; drawn to 0 where few rated it.

        Source: the shrunken item mean of Bell & Koren 2007, doi:10.1109/ICDM.2007.90.
        """
        _, sums, counts = self.deviations
        return np.asarray(sums / (counts + _PRIOR_RATINGS))

    @cached_property
    def level(self) -> float:
        """The mean of all ratings, stars; NaN without any."""
        return float(self.stars[self._rated].mean()) if len(self._rated) else float("nan")

    @cached_property
    def agreement(self) -> Floats:
        """[viewers] correlation of each viewer's ratings with the others' means; NaN below 20 ratings."""
        apart, sums, counts = self.deviations
        viewer, title = self.viewer[self._rated], self.title[self._rated]
        others = (sums[title] - apart) / (counts[title] - 1 + _PRIOR_RATINGS)
        return correlations(viewer, apart, others, self.viewers, fewest=20)

    def neighbours(self, rows: Rows, count: int) -> tuple[Rows, Floats]:
        """The viewers who saw the most of the same titles.

        Args:
            rows: [titles] what was seen.
            count: how many at the most.

        Returns:
            numbers of viewers [neighbours], most alike first; similarity [neighbours], the cosine of the sets, > 0.
        """
        seen = np.zeros(self.titles, bool)
        seen[rows] = True
        shared = np.bincount(self.viewer[seen[self.title]], minlength=self.viewers)
        alike = shared / np.sqrt(np.maximum(self.sizes, 1) * max(len(rows), 1))
        best = np.argsort(-alike, kind="stable")[:count]
        best = best[alike[best] > 0]
        return best, alike[best]

    @cached_property
    def _rated(self) -> Rows:
        return np.flatnonzero(np.isfinite(self.stars))


def crowd_of(atlas: Atlas, without: History | None = None, most: int = _MOST_EVENTS) -> Crowd | None:
    """The viewers that the atlas knows, but for the one whose history is `without`; None where it knows none.

    Args:
        atlas: with or without the part "viewers".
        without: recognised by its name.
        most: events; where there are more, every n-th viewer is taken.
    """
    part = atlas.part("viewers")
    if part is None:
        return None
    own = part.vocabulary("viewers").find(without.name) if without is not None else None
    if own is not None:
        return _read(atlas, part, own, most)
    name = f"crowd {most}"
    if name not in atlas.kept:
        atlas.kept[name] = _read(atlas, part, None, most)
    found: Crowd | None = atlas.kept[name]
    return found


def _read(atlas: Atlas, part: Part, own: int | None, most: int) -> Crowd | None:
    start, viewers = part.array("start"), part.vocabulary("viewers")
    step = max(1, -(-int(start[-1]) // most))
    if step == 1:
        viewer = np.repeat(np.arange(len(viewers)), np.diff(start))
        at: slice | Rows = slice(None)
    else:
        chosen = np.arange(0, len(viewers), step)
        places, at = ragged(start, chosen)
        viewer = chosen[places]
    kind, title = np.asarray(part.array("kind")[at]), part.array("title")[at].astype(np.int64)
    stars = part.array("value")[at].astype(np.float64)
    stars[kind != RATING] = np.nan
    kept = np.isin(kind, (RATING, WATCH, LIKE, DISLIKE))
    if own is not None:
        kept &= viewer != own
    if not kept.all():
        viewer, title, stars, kind = viewer[kept], title[kept], stars[kept], kind[kept]
    if len(np.unique(kind)) > 1:  # one viewer may have watched, rated and liked the same title
        order = np.lexsort((np.isnan(stars), title, viewer))
        viewer, title, stars = viewer[order], title[order], stars[order]
        first = np.ones(len(viewer), bool)
        first[1:] = (viewer[1:] != viewer[:-1]) | (title[1:] != title[:-1])
        viewer, title, stars = viewer[first], title[first], stars[first]
    if not len(viewer):
        return None
    return Crowd(len(atlas), len(viewers), viewer, title, stars)


def correlations(group: Rows, x: Floats, y: Floats, groups: int, fewest: int) -> Floats:
    """Pearson's correlation of x and y within each group; NaN below `fewest` pairs or without spread."""
    count = np.bincount(group, minlength=groups)
    safe = np.maximum(count, 1)
    x = x - (np.bincount(group, weights=x, minlength=groups) / safe)[group]
    y = y - (np.bincount(group, weights=y, minlength=groups) / safe)[group]
    xy, xx, yy = (np.bincount(group, weights=product, minlength=groups) for product in (x * y, x * x, y * y))
    spread = np.sqrt(xx * yy)
    found = (count >= fewest) & (spread > 0)
    return np.where(found, xy / np.where(spread > 0, spread, 1), np.nan)
