"""Reader of HGB's IMDB: films with their director, up to three actors and keywords, five genres, several a film.

    link.dat, label.dat, label.dat.test, info.dat  ->  Labelled

The official split has training and test titles; validation is carved from training by whoever uses it. Node features
(`node.dat`) are not read: structure is all there is. Titles' names, which the label files hold, are not read either.

Source: Lv et al. 2021, "Are we really making much progress?" (arXiv:2112.14936), the Heterogeneous Graph Benchmark.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import DataError
from reelation.evaluation.datasets.labelled import Labelled, bare_graph

NODES = {"title": 4932, "director": 2393, "actor": 6124, "keyword": 7971}
"""Node types in the order of their numbers, with how many there are."""
RELATIONS = {"director": 0, "actor": 2, "keyword": 4}
"""Node type -> the link type from titles to it; odd types are their reverses."""


def read_hgb_imdb(folder: Path) -> Labelled:
    """Read the folder.

    Args:
        folder: holds `link.dat`, `label.dat`, `label.dat.test` and `info.dat`.

    Raises:
        DataError: a file is missing, or says something else than HGB's IMDB.
    """
    links = _links(folder)
    bounds = np.cumsum([0, *NODES.values()])
    relations = {}
    for number, kind in enumerate(NODES):
        if kind in RELATIONS:
            rows, columns = links[links[:, 2] == RELATIONS[kind], :2].T
            inside = (rows < NODES["title"]) & (columns >= bounds[number]) & (columns < bounds[number + 1])
            if not inside.all() or not len(rows):
                raise DataError(f"{folder}/link.dat: {int((~inside).sum())} links of type {kind} end elsewhere.")
            shape = (NODES["title"], NODES[kind])
            ones = np.ones(len(rows), np.float32)
            relations[kind] = sparse.csr_array((ones, (rows, columns - bounds[number])), shape=shape)
    about = _about(folder)
    classes = tuple(about["label.dat"]["node type"]["0"].values())
    words = about["node.dat"]["keyword"]
    keywords = [words.get(str(i)) for i in range(NODES["keyword"])]
    labels = np.zeros((NODES["title"], len(classes)), bool)
    train, test = (_labels(folder / name, labels) for name in ("label.dat", "label.dat.test"))
    graph = bare_graph("hgb", NODES, relations, {"keyword": keywords})
    return Labelled(graph, labels, classes, False, train, np.zeros(0, np.int64), test)


def _lines(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise DataError(f"No file {path}. It comes with the Heterogeneous Graph Benchmark, data set IMDB.")
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]


def _links(folder: Path) -> NDArray[np.int64]:
    cells = _lines(folder / "link.dat")
    try:
        return np.array([[int(cell) for cell in line[:3]] for line in cells], np.int64).reshape(-1, 3)
    except ValueError as error:
        raise DataError(f"{folder}/link.dat: a line is not three numbers and a weight: {error}") from error


def _labels(path: Path, into: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows = []
    for number, line in enumerate(_lines(path), 1):
        try:
            row, classes = int(line[0]), [int(cell) for cell in line[3].split(",")]
            into[row, classes] = True
        except (ValueError, IndexError) as error:
            raise DataError(f"{path}, line {number}: expected node, name, type and labels: {error}") from error
        rows.append(row)
    return np.sort(np.array(rows, np.int64))


def _about(folder: Path) -> dict[str, Any]:
    path = folder / "info.dat"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found["label.dat"]["node type"]["0"].values(), found["node.dat"]["keyword"].values()
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"{path} does not describe the data set: {error}") from error
    return found
