"""Arithmetic on rows that building and answering share: unit length, rarity, numbers as a kernel. Plain numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_MEASURED = 5
"""Titles; what was measured of fewer has no spread to speak of and is left out."""


def unit_rows(matrix: Floats) -> Floats:
    """Rows scaled to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0), np.float32)


def unit(vector: Floats) -> Floats:
    """One row scaled to length 1; zero stays zero."""
    return np.asarray(unit_rows(vector[None])[0], np.float32)


def rarity(titles: int, degree: NDArray[np.integer]) -> Floats:
    """How rare things are: ln((1 + titles) / (1 + titles with it)) + 1, at least 1.

    Args:
        titles: how many there are.
        degree: [things] how many have each.

    Returns:
        [things] float32.

    Source: the smoothed inverse document frequency of scikit-learn's TfidfTransformer.
    """
    return np.asarray(np.log((1 + titles) / (1 + degree)) + 1, np.float32)


def share_below(figures: NDArray[np.number]) -> Floats:
    """[things] 0 to 1: for each figure the share of all other things whose figure is lower."""
    return np.asarray(np.searchsorted(np.sort(figures), figures) / max(len(figures) - 1, 1), np.float32)


def whole_minutes(runtime: Floats) -> NDArray[np.int16]:
    """[titles] minutes, NaN unknown -> [titles] int16, at most 600, 0 unknown."""
    return np.where(np.isnan(runtime), 0, np.clip(runtime, 0, 600)).astype(np.int16)


@dataclass(frozen=True)
class Kernel:
    """Numbers as Gaussian bumps, evenly spaced, made unit length.

    The inner product of two numbers' rows is about exp(-(difference / (2 scale))^2).
    """

    first: float
    """Centre of the first bump."""
    last: float
    """Centre of the last bump."""
    width: int
    """Number of bumps."""
    scale: float
    """Width of a bump, in the unit of the numbers; no less than half the spacing of the centres is used."""

    @classmethod
    def of(cls, numbers: NDArray[np.integer], width: int, scale: float) -> Kernel | None:
        """Bumps over the known numbers (those above 0); None where none is known."""
        known = numbers[numbers > 0]
        if not len(known):
            return None
        first = float(known.min())
        return cls(first, max(float(known.max()), first + 1), width, scale)

    def columns(self, numbers: NDArray[np.integer]) -> Floats:
        """[numbers] -> [numbers, width] float32 of unit length; zero where the number is not above 0."""
        known = numbers > 0
        found = np.zeros((len(numbers), self.width), np.float32)
        centres = np.linspace(self.first, self.last, self.width)
        scale = max(self.scale, (centres[1] - centres[0]) / 2) if self.width > 1 else self.scale
        found[known] = np.exp(-0.5 * ((numbers[known, None] - centres) / scale) ** 2)
        return unit_rows(found)


class Measured(NamedTuple):
    """From raw measurements, each in a unit of its own, to comparable rows: standardised, rotated, of unit length.

    Source: standardising and then rotating to principal axes is Jolliffe 2002, Principal Component Analysis, ch. 2.
    """

    mean: Floats
    """[columns] over the titles that it was made from."""
    scale: Floats
    """[columns] one over the standard deviation; 0 for a column that never changes."""
    directions: Floats
    """[columns, width]."""

    @classmethod
    def of(cls, raw: Floats, width: int, most: float = 4.0) -> Measured:
        """The map of some titles' measurements onto the `width` directions in which they differ most.

        Args:
            raw: [titles, columns] finite.
            width: columns of the result; fewer where there are fewer columns.
            most: standard deviations; what lies further out is pulled in, as `__call__` does.
        """
        wide = raw.astype(np.float64)
        mean, spread = wide.mean(axis=0), wide.std(axis=0)
        scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9 * (1 + np.abs(mean)))
        standard = np.clip((wide - mean) * scale, -most, most)
        _, axes = np.linalg.eigh(standard.T @ standard)
        best = axes[:, ::-1][:, :width]
        best = best * np.where(best[np.abs(best).argmax(axis=0), np.arange(best.shape[1])] < 0, -1, 1)
        return cls(mean.astype(np.float32), scale.astype(np.float32), best.astype(np.float32))

    def __call__(self, raw: Floats, most: float = 4.0) -> Floats:
        """[titles, columns] -> [titles, width] float32 of unit length."""
        return unit_rows(np.asarray(np.clip((raw - self.mean) * self.scale, -most, most) @ self.directions, np.float32))
