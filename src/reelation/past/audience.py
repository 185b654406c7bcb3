"""Who had seen what by a day: titles as short vectors of their viewers, as training makes them from all events.

viewers' events until then  ->  seen_by  ->  [titles, width], [titles] how many viewers
viewers then and now        ->  says     ->  how much of its weight of now the audience has
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.audiences import say_of
from reelation.histories.history import LIKE, RATING, WATCH
from reelation.past.known import Known
from reelation.rows import rarity

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_LEAST_STARS = 3.0
_DENSE = 2_000
"""Up to so many viewers their products are decomposed whole."""
_ROWS_AT_ONCE = 4_096
_ROUNDS = 6


def seen_by(atlas: Atlas, rows: Rows, day: int, width: int) -> tuple[Floats, Rows]:
    """[titles, width] by the viewers until `day`, fewer columns where there are fewer viewers; and how many they are.

    Inner products approximate sum over shared viewers of idf(viewer)^2 / sqrt((n_a + shrink) (n_b + shrink)); the
    longest row has length 1. See `reelation.features.audience.audience_vectors`.

    Args:
        atlas: with the part "viewers"; without it there are no columns.
        rows: [titles] rows of the titles known, rising.
        day: events later than this are not there.
        width: columns.

    Source: subspace iteration, Halko, Martinsson & Tropp 2011, doi:10.1137/090771806, beyond `_DENSE` viewers.
    """
    title, viewer = _pairs(atlas, rows, day)
    count = np.bincount(title, minlength=len(rows))
    if not len(title):
        return np.zeros((len(rows), 0), np.float32), count
    viewers = int(viewer.max()) + 1
    recipe: dict[str, Any] = atlas.manifest.config.get("recipe", {})
    shrink = float(recipe.get("audience_shrink", 60.0))
    value = rarity(len(rows), np.bincount(viewer, minlength=viewers))[viewer] / np.sqrt(count[title] + shrink)
    most = min(width, viewers - 1, len(rows) - 1)
    if most < 1:
        return np.zeros((len(rows), 0), np.float32), count
    matrix = _Sparse(title, viewer, value.astype(np.float64), (len(rows), viewers))
    basis = _whole(matrix, most) if viewers <= _DENSE else _iterated(matrix, most)
    found = matrix.times(basis)
    found *= np.where(found[np.abs(found).argmax(axis=0), np.arange(most)] < 0, -1, 1)
    return np.asarray(found / max(float(np.linalg.norm(found, axis=1).max()), 1e-12), np.float32), count


def _pairs(atlas: Atlas, rows: Rows, day: int) -> tuple[Rows, Rows]:
    """Each title (in order of `rows`) with each viewer who had seen and not disliked it; viewers numbered anew."""
    part = atlas.part("viewers")
    if part is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    event = Known.of(atlas).event
    assert event is not None
    viewer, suited = _suited(part)
    seen = (event <= day) & suited
    new = np.full(len(atlas), -1)
    new[rows] = np.arange(len(rows))
    there, inverse = np.unique(viewer[event <= day], return_inverse=True)
    number = np.zeros(len(viewer), np.int64)
    number[event <= day] = inverse
    both = np.unique(new[np.asarray(part.array("title"))[seen]] * max(len(there), 1) + number[seen])
    return both // max(len(there), 1), both % max(len(there), 1)


def says(atlas: Atlas, rows: Rows, day: int) -> float:
    """What the audience's weight has to be multiplied by, since it is that of all viewers of now."""
    part, recipe = atlas.part("viewers"), atlas.manifest.config.get("recipe", {})
    if part is None or "few_viewers" not in recipe:
        return 1.0
    few = float(recipe["few_viewers"])
    viewer, suited = _suited(part)
    now, then = len(np.unique(viewer[suited])), len(np.unique(_pairs(atlas, rows, day)[1]))
    return say_of(then, few) / say_of(now, few) if now else 1.0


def _suited(part: Part) -> tuple[Rows, NDArray[np.bool_]]:
    """[events] whose they are, and whether the title suited."""
    kind, value = np.asarray(part.array("kind")), np.asarray(part.array("value"))
    viewer = np.repeat(np.arange(len(part.vocabulary("viewers"))), np.diff(part.array("start")))
    return viewer, ((kind == RATING) & (value >= _LEAST_STARS)) | (kind == LIKE) | (kind == WATCH)


class _Sparse:
    """[titles, viewers] with entries sorted by title; only the products that are needed."""

    def __init__(self, row: Rows, column: Rows, value: NDArray[np.float64], shape: tuple[int, int]) -> None:
        self.shape = shape
        self._by_row = row, column, value
        order = np.argsort(column, kind="stable")
        self._by_column = column[order], row[order], value[order]

    def times(self, dense: NDArray[np.float64]) -> NDArray[np.float64]:
        """[titles, width] self @ dense."""
        return _product(*self._by_row, dense, self.shape[0])

    def transposed_times(self, dense: NDArray[np.float64]) -> NDArray[np.float64]:
        """[viewers, width] self.T @ dense."""
        return _product(*self._by_column, dense, self.shape[1])

    def products(self) -> NDArray[np.float64]:
        """[viewers, viewers] self.T @ self, so many titles at a time."""
        row, column, value = self._by_row
        found = np.zeros((self.shape[1], self.shape[1]))
        for start in range(0, self.shape[0], _ROWS_AT_ONCE):
            low, high = np.searchsorted(row, [start, start + _ROWS_AT_ONCE])
            part = np.zeros((_ROWS_AT_ONCE, self.shape[1]))
            part[row[low:high] - start, column[low:high]] = value[low:high]
            found += part.T @ part
        return found


def _product(
    row: Rows, column: Rows, value: NDArray[np.float64], dense: NDArray[np.float64], rows: int
) -> NDArray[np.float64]:
    found = np.zeros((rows, dense.shape[1]))
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    found[row[begins]] = np.add.reduceat(dense[column] * value[:, None], begins, axis=0)
    return found


def _whole(matrix: _Sparse, most: int) -> NDArray[np.float64]:
    _, vectors = np.linalg.eigh(matrix.products())
    return np.ascontiguousarray(vectors[:, : -most - 1 : -1])


def _iterated(matrix: _Sparse, most: int) -> NDArray[np.float64]:
    basis = np.random.default_rng(0).standard_normal((matrix.shape[1], most + 16))
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(matrix.transposed_times(matrix.times(basis)))
    left = matrix.times(basis)
    _, turned = np.linalg.eigh(left.T @ left)
    return np.asarray(basis @ turned[:, : -most - 1 : -1])
