"""Reader of the benchmark files of GC-MC: Flixster and Douban with their official split and side graphs.

    training_test_dataset.mat (HDF5)  ->  MontiData: training, test, who is linked to whom

Source: Monti et al. 2017 (arXiv:1704.06803), who made the files; van den Berg et al. 2017 (arXiv:1706.02263).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import DataError, MissingExtraError
from reelation.evaluation.interactions import Interactions

FILE = "training_test_dataset.mat"


@dataclass(frozen=True)
class MontiData:
    """One set of 3,000 viewers and 3,000 titles."""

    train: Interactions
    test: Interactions
    viewer_links: sparse.csr_array | None
    """[viewers, viewers] 1 where two are linked; None where the set has no such graph."""
    title_links: sparse.csr_array | None
    """[titles, titles] the same for titles."""


def read_monti(folder: Path) -> MontiData:
    """Read the file of one set.

    Args:
        folder: the one that holds `training_test_dataset.mat`.

    Raises:
        DataError: the file is missing, unreadable, or its parts do not fit together.
        MissingExtraError: h5py is not installed.
    """
    try:
        import h5py
    except ModuleNotFoundError as error:
        raise MissingExtraError("Reading Matlab 7.3 files", "evaluate") from error
    path = folder / FILE
    if not path.is_file():
        raise DataError(f"No file {path}. It comes with the GC-MC repository, folder gcmc/data.")
    try:
        with h5py.File(path) as file:
            # Matlab stores by column: h5py shows every matrix transposed, viewers are its columns.
            found = {name: np.asarray(file[name][()]).T for name in file if isinstance(file[name], h5py.Dataset)}
    except OSError as error:
        raise DataError(f"{path} could not be read as HDF5: {error}") from error
    return _checked(found, path)


def _checked(found: Mapping[str, NDArray[Any]], path: Path) -> MontiData:
    for name in ("M", "Otraining", "Otest"):
        if name not in found:
            raise DataError(f"{path} has no matrix {name}; it holds {', '.join(sorted(found)) or 'nothing'}.")
        if found[name].shape != found["M"].shape or found[name].ndim != 2:
            raise DataError(f"{path}: {name} is {found[name].shape}, the ratings are {found['M'].shape}.")
    stars, train, test = found["M"], found["Otraining"] > 0, found["Otest"] > 0
    if (both := int((train & test).sum())) > 0:
        raise DataError(f"{path}: {both} ratings are in training and in test.")
    if (empty := int(((train | test) & (stars <= 0)).sum())) > 0:
        raise DataError(f"{path}: {empty} ratings of the split have no stars.")
    viewers, titles = stars.shape
    links: dict[str, sparse.csr_array | None] = {}
    for name, size in (("W_users", viewers), ("W_movies", titles)):
        matrix = found.get(name)
        if matrix is not None and matrix.shape != (size, size):
            raise DataError(f"{path}: {name} is {matrix.shape}, expected {(size, size)}.")
        links[name] = sparse.csr_array(matrix, dtype=np.float32) if matrix is not None else None
    return MontiData(_events(stars, train), _events(stars, test), links["W_users"], links["W_movies"])


def _events(stars: NDArray[Any], mask: NDArray[np.bool_]) -> Interactions:
    viewer, title = np.nonzero(mask)
    return Interactions(
        viewer=viewer.astype(np.int32),
        title=title.astype(np.int32),
        stars=stars[mask].astype(np.float32),
        time=np.full(len(viewer), UNKNOWN_TIME),
        viewers=mask.shape[0],
        titles=mask.shape[1],
    )
