"""Reader of MovieLens 100K's official folds u1 to u5, with what is known about viewers and films.

    u1.base u1.test u.user u.item u.genre  ->  FoldData: training, test, features of viewers and of titles

Source: https://grouplens.org/datasets/movielens/100k/; research use, not for revenue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from reelation.errors import DataError
from reelation.evaluation.interactions import Interactions

FOLDS = (1, 2, 3, 4, 5)
_FIRST_GENRE = 5
"""Column of `u.item` where the genre flags begin."""


@dataclass(frozen=True)
class FoldData:
    """One fold."""

    train: Interactions
    test: Interactions
    viewer_features: sparse.csr_array
    """[viewers, columns] 0 or 1: decade of age, gender, occupation, first sign of the postal code."""
    title_features: sparse.csr_array
    """[titles, columns] 0 or 1: genres, and the half decade of release."""


def read_fold(folder: Path, fold: int) -> FoldData:
    """Read one official fold.

    Args:
        folder: of the release.
        fold: 1 to 5.

    Raises:
        DataError: a file is missing or a line is not as expected.
        ValueError: there is no such fold.
    """
    if fold not in FOLDS:
        raise ValueError(f"folds are 1 to 5, got {fold}")
    people, films = _rows(folder / "u.user", "|", 5), _rows(folder / "u.item", "|", _FIRST_GENRE + 1)
    genres = [row[0] for row in _rows(folder / "u.genre", "|", 2)]
    train, test = (_events(folder / f"u{fold}.{part}", len(people), len(films)) for part in ("base", "test"))
    if len(both := np.intersect1d(train.pairs(), test.pairs())):
        raise DataError(f"{folder}: {len(both)} ratings are in training and in test of fold {fold}.")
    viewers = (
        [f"age {int(age) // 10}", f"gender {sex}", f"job {job}", f"zip {zip_[:1]}"] for _, age, sex, job, zip_ in people
    )
    return FoldData(train, test, one_hot(viewers), one_hot(_film(row, genres) for row in films))


def one_hot(rows: Iterable[Sequence[str]]) -> sparse.csr_array:
    """[rows, distinct values] float32, 1 where a row has a value; columns in order of the values' names."""
    kept = [list(row) for row in rows]
    names = {name: column for column, name in enumerate(sorted({name for row in kept for name in row}))}
    where = [(line, names[name]) for line, row in enumerate(kept) for name in dict.fromkeys(row)]
    line, column = np.array(where, np.int64).reshape(-1, 2).T
    ones = np.ones(len(line), np.float32)
    return sparse.csr_array((ones, (line, column)), shape=(len(kept), len(names)))


def _film(row: Sequence[str], genres: Sequence[str]) -> list[str]:
    found = [f"genre {name}" for name, flag in zip(genres, row[_FIRST_GENRE:], strict=True) if flag == "1"]
    year = row[2][-4:]
    return [*found, f"years {int(year) // 5 * 5}"] if year.isdigit() else found


def _rows(path: Path, separator: str, least: int) -> list[list[str]]:
    if not path.is_file():
        raise DataError(f"No file {path}. It comes with MovieLens 100K, grouplens.org/datasets/movielens/100k.")
    rows = []
    for number, line in enumerate(path.read_text("latin-1").splitlines(), 1):
        cells = line.split(separator)
        if line.strip() and len(cells) < least:
            raise DataError(f"{path}, line {number}: {len(cells)} cells, expected at least {least}.")
        if line.strip():
            rows.append(cells)
    return rows


def _events(path: Path, viewers: int, titles: int) -> Interactions:
    cells = [row[:4] for row in _rows(path, "\t", 4)]
    try:
        table = np.array(cells, np.int64).reshape(-1, 4)
        return Interactions(
            viewer=(table[:, 0] - 1).astype(np.int32),
            title=(table[:, 1] - 1).astype(np.int32),
            stars=table[:, 2].astype(np.float32),
            time=table[:, 3],
            viewers=viewers,
            titles=titles,
        )
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error
