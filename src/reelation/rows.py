"""Arithmetic on rows that building and answering share: unit length, rarity, numbers as a kernel. Plain numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


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
