"""Who says which genres a title has: logistic regression, label propagation, node2vec, graph networks, ours.

    contenders(task)  ->  the rows of the table, for the default catalogue, HGB's IMDB and MAGNN's alike

Every choice is made on the problem's validation titles.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.contenders.label_blend import keyword_vectors, ours
from reelation.contenders.label_networks import networks
from reelation.contenders.label_rows import Classify, Row, row
from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.label_models.logistic import fit_logistic
from reelation.evaluation.label_models.propagated import multi_hop
from reelation.evaluation.label_models.spreading import spread
from reelation.evaluation.similarity import Node2vecConfig, node2vec_vectors
from reelation.evaluation.tasks.genres import CatalogueGenres, LabelProblem, LabelTask
from reelation.features.metapaths import averages, own_blocks, together
from reelation.training.tagging import TagConfig, Tagging, tag_features

Floats = NDArray[np.floating]
ATLAS_ROW = "Reelation (atlas)"
PENALTIES = (0.1, 0.3, 1.0, 3.0)


def contenders(task: LabelTask | CatalogueGenres) -> list[Row]:
    """The rows of a genre table.

    Args:
        task: any of the genre tasks; the rows are the same for all.
    """
    logistic: dict[str, Classify] = {f"penalty {p}": partial(_logistic, own_matrix, p) for p in PENALTIES}
    spreading: dict[str, Classify] = {f"keep {keep}": partial(_spread, keep) for keep in (0.5, 0.8, 0.95)}
    hops: dict[str, Classify] = {f"penalty {p}": partial(_dense_logistic, _multi_hop, p) for p in (1.0, 10.0)}
    return [
        row("most common genres", "baseline", {"share": _share}, seeded=False),
        row("logistic regression on features", "baseline", logistic),
        row("label propagation", "baseline", spreading),
        row("logistic regression on multi-hop features", "baseline", hops),
        row("node2vec + logistic regression", "baseline", {"penalty 3.0": partial(_dense_logistic, _walked, 3.0)}),
        *networks(),
        ours(),
        *([row(ATLAS_ROW, "ours", {"as trained": _atlas})] if isinstance(task, CatalogueGenres) else []),
        *([ours("ours, names of keywords read", keyword_vectors)] if _names_keywords(task) else []),
    ]


def _atlas(problem: LabelProblem, rows: Rows, seed: int) -> Floats:
    """What the part "classifier" of an atlas says: the same code, with these labels."""
    config = TagConfig()
    tagging = Tagging(tag_features(problem.graph, "genre", config), problem.labels, rows, seed, config)
    return tagging.probability(np.arange(len(problem.labels)))


def own_matrix(problem: LabelProblem) -> sparse.csr_array:
    """[titles, columns] everything that a title has itself."""
    blocks = own_blocks(problem.graph, problem.features.get("title"))
    return sparse.csr_array(sparse.hstack(list(blocks.values())), dtype=np.float64)


def _share(problem: LabelProblem, rows: Rows, seed: int) -> Floats:
    return np.tile(problem.labels[rows].mean(axis=0), (len(problem.labels), 1))


def _logistic(
    matrix: Callable[[LabelProblem], sparse.csr_array], penalty: float, problem: LabelProblem, rows: Rows, seed: int
) -> Floats:
    features = matrix(problem)
    model = fit_logistic(features[rows], problem.labels[rows], penalty, exclusive=problem.exclusive)
    return model.probability(features)


def _dense_logistic(
    vectors: Callable[[LabelProblem, int], Floats], penalty: float, problem: LabelProblem, rows: Rows, seed: int
) -> Floats:
    features = vectors(problem, seed)
    model = fit_logistic(features[rows], problem.labels[rows], penalty, exclusive=problem.exclusive, iterations=60)
    return model.probability(features)


def _multi_hop(problem: LabelProblem, seed: int) -> Floats:
    features = problem.features.get("title")
    return np.concatenate(list(multi_hop(problem.graph, averages(problem.graph, features), features).values()), axis=1)


def _walked(problem: LabelProblem, seed: int) -> Floats:
    vectors = node2vec_vectors(problem.graph, Node2vecConfig(), seed)
    return np.asarray(vectors / (vectors.std() + 1e-9), np.float32)


def _names_keywords(task: LabelTask | CatalogueGenres) -> bool:
    """A benchmark whose keywords have names, which no other row reads."""
    return isinstance(task, LabelTask) and any(task.data.graph.names.get("keyword", []))


def _spread(keep: float, problem: LabelProblem, rows: Rows, seed: int) -> Floats:
    average = together(averages(problem.graph, problem.features.get("title")))
    return spread(average, problem.labels, rows, keep)
