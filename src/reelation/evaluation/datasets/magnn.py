"""Reader of MAGNN's IMDB: films with director and actors, one of three genres each, bags of plot words.

    IMDB_processed.zip  ->  Labelled with features, and the official split 400 / 400 / 3,478

Source: Fu et al. 2020, MAGNN (arXiv:2002.01680); the file is the authors' own.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from reelation.errors import DataError
from reelation.evaluation.datasets.labelled import Labelled, bare_graph

FILE = "IMDB_processed.zip"
CLASSES = ("action", "comedy", "drama")
KINDS = ("title", "director", "actor")
"""Node types in the order of their numbers."""


def read_magnn_imdb(folder: Path) -> Labelled:
    """Read the file.

    Args:
        folder: holds `IMDB_processed.zip`.

    Raises:
        DataError: the file is missing, broken, or a part of it is.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataError(f"No file {path}. It comes with the MAGNN repository.")
    try:
        with zipfile.ZipFile(path) as archive:
            types = _array(archive, "node_types.npy")
            classes = _array(archive, "labels.npy").astype(np.int64)
            links = _matrix(archive, "adjM.npz")
            features = {kind: _matrix(archive, f"features_{number}.npz") for number, kind in enumerate(KINDS)}
            split = _array(archive, "train_val_test_idx.npz")
            train, validation, test = (
                np.sort(split[f"{name}_idx"].astype(np.int64)) for name in ("train", "val", "test")
            )
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DataError(f"{path} could not be read: {error}") from error
    counts = np.bincount(types, minlength=len(KINDS))
    if (np.diff(types) < 0).any() or links.shape != (len(types), len(types)) or len(classes) != counts[0]:
        raise DataError(f"{path}: node types, links and labels do not fit together.")
    bounds = np.cumsum([0, *counts])
    relations = {
        kind: sparse.csr_array(links[: counts[0], bounds[number] : bounds[number + 1]])
        for number, kind in enumerate(KINDS)
        if kind != "title"
    }
    graph = bare_graph("magnn", dict(zip(KINDS, counts.tolist(), strict=True)), relations)
    labels = np.eye(len(CLASSES), dtype=bool)[classes]
    return Labelled(graph, labels, CLASSES, True, train, validation, test, features)


def _array(archive: zipfile.ZipFile, name: str) -> Any:
    return np.load(io.BytesIO(archive.read(name)), allow_pickle=False)


def _matrix(archive: zipfile.ZipFile, name: str) -> sparse.csr_array:
    """A scipy CSR matrix, read without trusting anything but numbers."""
    found = _array(archive, name)
    shape = tuple(found["shape"].tolist())
    matrix = sparse.csr_array((found["data"].astype(np.float32), found["indices"], found["indptr"]), shape=shape)
    matrix.check_format()
    return matrix
