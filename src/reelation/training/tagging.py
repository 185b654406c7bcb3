"""Tags from everything else that a title has: one calibrated logistic regression a tag, fitted in folds.

    Graph, labels  ->  features of every title  ->  Tagging  ->  probabilities, TagModel

A title's features are what it has besides the facet itself: its people, companies, other tags and words; what the
*other* titles of its people and companies are tagged; year, length and text. Weights are fitted once a fold, on the
titles outside it. A title of the catalogue is asked of the model that has not seen it, a new one of the mean of all, so
probabilities are honest for both. `reelation.search.tagging` computes the same features for one title.

Source: neighbours' labels as features follow SeHGNN, Yang et al. 2023 (arXiv:2207.02547); calibration by a logistic
curve a class is Platt 1999, Probabilistic Outputs for Support Vector Machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from reelation.evaluation.label_models.logistic import Beside, fit_logistic
from reelation.features.exact import unit_rows_sparse, word_terms
from reelation.graph.build import Graph, union
from reelation.rows import Kernel, rarity, whole_minutes
from reelation.seeds import generator

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class TagConfig:
    """How tags are learned; chosen on titles out of their folds (docs/research-log.md)."""

    folds: int = 3
    most_titles: int = 30_000
    """Titles to learn from; more are sampled."""
    least: int = 5
    """Nodes with fewer titles than this have no weight of their own."""
    penalty: float = 3.0
    iterations: int = 25
    shrink: float = 2.0
    """Titles; a person with n others counts as n / (n + shrink) of what they say."""
    pull: float = 2.0
    """People of usual rarity; what few people say is pulled towards nothing as if by so many who say nothing."""
    most: int = 2_000
    """Things with more titles than this are not averaged over."""
    loud: float = 4.0
    """Factor of neighbours' tags, whose weights it frees from the penalty."""
    era: tuple[int, float] = (16, 8.0)
    """Columns for years, and the width of a bump in years."""
    runtime: tuple[int, float] = (12, 10.0)


GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "makers": ("person", ("director", "writer", "creator")),
    "cast": ("person", ("actor", "self")),
    "crew": ("person", ("composer", "producer", "cinematographer", "editor", "production_designer", "other")),
    "company": ("company", ("company",)),
    "keyword": ("keyword", ("keyword",)),
    "subject": ("subject", ("subject",)),
    "franchise": ("franchise", ("franchise",)),
}
"""Whose other titles are looked at: name -> type of node, relations."""


@dataclass(frozen=True)
class TagFeatures:
    """What can be said of every title besides one facet."""

    nodes: dict[str, sparse.csr_array]
    """Type -> [titles, nodes] idf, rows of unit length."""
    groups: dict[str, sparse.csr_array]
    """Name of `GROUPS` -> [titles, nodes] 1."""
    rare: dict[str, Floats]
    """Type -> [nodes] rarity."""
    era: Kernel | None
    runtime: Kernel | None
    numbers: Floats
    """[titles, columns] both kernels."""
    text: Floats | None


def tag_features(
    graph: Graph, facet: str, config: TagConfig, text: Floats | None = None, *, words: bool = True
) -> TagFeatures:
    """Gather what titles have besides `facet`.

    Args:
        graph: whose relations; those of `facet` are not read.
        facet: the one to be told.
        config: shapes.
        text: [titles, width] compact text vectors.
        words: also read words of titles.
    """
    wanted = [relation for relation in graph.relations.values() if relation.target not in ("title", "viewer", facet)]
    types = {target: union([one for one in wanted if one.target == target]) for target in {o.target for o in wanted}}
    if words and any(name is not None for name in graph.names["title"]):
        types["word"] = word_terms([str(name) for name in graph.names["title"]])[0].astype(bool).astype(np.float32)
    rare = {kind: rarity(len(graph), np.bincount(m.indices, minlength=m.shape[1])) for kind, m in types.items()}
    nodes = {}
    for kind in sorted(types):
        matrix = types[kind].copy()
        matrix.data = rare[kind][matrix.indices]
        nodes[kind] = unit_rows_sparse(matrix)
    groups = {}
    for name, (kind, relations) in GROUPS.items():
        there = [graph.relations[relation] for relation in relations if relation in graph.relations]
        if there and kind != facet:
            groups[name] = union(there)
    minutes = whole_minutes(graph.runtime)
    era, runtime = Kernel.of(graph.year, *config.era), Kernel.of(minutes, *config.runtime)
    columns = [kernel.columns(of) for kernel, of in ((era, graph.year), (runtime, minutes)) if kernel is not None]
    numbers = np.concatenate([*columns, np.zeros((len(graph), 0), np.float32)], axis=1)
    return TagFeatures(nodes, groups, rare, era, runtime, numbers, text)


def neighbours_tags(
    there: sparse.csr_array, rare: Floats, labels: Floats, known: NDArray[np.bool_], rows: Rows, config: TagConfig
) -> Floats:
    """How the tags of the other titles of a title's people (or companies …) differ from the average.

    sum over things p of rarity(p) (tags of p's other titles - how many x prior) / (how many + shrink)
    / (sum over p of rarity(p) + pull x mean rarity)

    Args:
        there: [titles, things] 1.
        rare: [things].
        labels: [titles, classes] 0 or 1.
        known: [titles] whose tags are known; others' don't count.
        rows: [asked] titles; each is left out of its own.
        config: shrinkage and limits.

    Returns:
        [asked, classes] float32; 0 where nothing is known.
    """
    prior = labels[known].mean(axis=0)
    asked = there[rows]
    things, at = np.unique(asked.indices, return_inverse=True)
    asked = sparse.csr_array((asked.data, at.astype(np.int32), asked.indptr), shape=(len(rows), len(things)))
    of_things = there[:, things].tocsr()
    counted = np.asarray(of_things.T @ known.astype(np.float32))
    sums = np.asarray(of_things.T @ (labels * known[:, None]))
    owner = np.repeat(np.arange(len(rows)), np.diff(asked.indptr))
    others = counted[asked.indices] - known[rows][owner]
    weight = np.where((others > 0) & (counted[asked.indices] <= config.most), rare[things][asked.indices], 0)
    total = np.bincount(owner, weights=weight, minlength=len(rows)) + config.pull * usual_rarity(there, rare)
    share = np.divide(weight, total[owner] * (others + config.shrink), out=np.zeros_like(weight), where=weight > 0)
    averaging = sparse.csr_array((share.astype(np.float32), asked.indices, asked.indptr), shape=asked.shape)
    itself = np.bincount(owner, weights=share, minlength=len(rows))[:, None] * (labels * known[:, None])[rows]
    average = np.bincount(owner, weights=share * others, minlength=len(rows))[:, None] * prior
    return np.asarray(averaging @ sums - itself - average, np.float32)


def usual_rarity(there: sparse.csr_array, rare: Floats) -> float:
    """Mean rarity over all pairs of title and thing."""
    return float(rare[there.indices].mean()) if there.nnz else 1.0


@dataclass(frozen=True)
class TagModel:
    """Weights of one facet's classes; the leading axis is folds."""

    kept: dict[str, NDArray[np.int32]]
    """Type -> [kept] nodes that have weights, rising."""
    nodes: dict[str, Floats]
    """Type -> [folds, kept, classes]."""
    groups: dict[str, Floats]
    """Name -> [folds, classes, classes]: from the neighbours' tags to a title's."""
    numbers: Floats
    """[folds, columns, classes]."""
    text: Floats
    """[folds, width, classes]."""
    bias: Floats
    """[folds, classes]."""
    curve: Floats
    """[2, classes] slope and offset of the calibration."""
    prior: Floats
    """[classes] share of the titles whose tags are known."""
    fold: NDArray[np.int8]
    """[titles] the fold that a title is in; -1: no model has seen it."""


class Tagging:
    """A facet's tags of every title, each told by a model that has not seen it."""

    def __init__(
        self, features: TagFeatures, labels: NDArray[np.bool_], learnable: Rows, seed: int, config: TagConfig
    ) -> None:
        """Fit one model a fold, and the calibration on what the models say of titles that they have not seen.

        Args:
            features: of all titles.
            labels: [titles, classes]; False where they are not known.
            learnable: titles whose labels are known, all of them.
            seed: of the sample and the folds.
            config: how.
        """
        self._features, self._config = features, config
        self._known = np.zeros(len(labels), bool)
        self._known[learnable] = True
        self._truth = labels.astype(np.float32)
        rng = generator(seed, "tags")
        self.sample: Rows = np.sort(rng.permutation(learnable)[: config.most_titles])
        """Titles that were learned from."""
        fold = np.full(len(labels), -1, np.int8)
        fold[self.sample] = rng.permutation(np.arange(len(self.sample)) % config.folds)
        self._kept = {
            kind: _common(matrix[self.sample], config.least).astype(np.int32) for kind, matrix in features.nodes.items()
        }
        columns = self._columns(self.sample)
        weights, bias = [], []
        for one in range(config.folds):
            rows = np.flatnonzero(fold[self.sample] != one)
            part = columns.rows(rows)
            model = fit_logistic(part, labels[self.sample[rows]], config.penalty, iterations=config.iterations)
            weights.append(model.weights.astype(np.float32))
            bias.append(model.bias.astype(np.float32))
        self._weights, self._bias, self._fold = np.stack(weights), np.stack(bias), fold
        self._curve = calibrate(self._told(columns, self.sample), labels[self.sample])

    def logits(self, rows: Rows) -> Floats:
        """[rows, classes] before calibration."""
        return self._told(self._columns(rows), rows)

    def probability(self, rows: Rows, at_once: int = 30_000) -> Floats:
        """[rows, classes] calibrated, 0 to 1."""
        parts = [self.logits(rows[at : at + at_once]) for at in range(0, len(rows), at_once)]
        logits = np.concatenate([*parts, np.zeros((0, self._truth.shape[1]), np.float32)])
        return calibrated(logits, self._curve)

    def model(self) -> TagModel:
        """The weights, taken apart."""
        classes, features = self._truth.shape[1], self._features
        sizes = [len(one) for one in self._kept.values()] + [classes] * len(features.groups)
        *parts, numbers, text = np.split(
            self._weights, np.cumsum([*sizes, features.numbers.shape[1]]).astype(int), axis=1
        )
        groups = parts[len(self._kept) :]
        return TagModel(
            kept=self._kept,
            nodes=dict(zip(self._kept, parts[: len(self._kept)], strict=True)),
            groups={name: part * self._config.loud for name, part in zip(features.groups, groups, strict=True)},
            numbers=numbers,
            text=text,
            bias=self._bias,
            curve=self._curve,
            prior=self._truth[self._known].mean(axis=0),
            fold=self._fold,
        )

    def _columns(self, rows: Rows) -> Beside:
        features, config = self._features, self._config
        nodes = [features.nodes[kind][rows][:, kept] for kind, kept in self._kept.items()]
        around = [
            config.loud * neighbours_tags(there, features.rare[GROUPS[name][0]], self._truth, self._known, rows, config)
            for name, there in features.groups.items()
        ]
        dense = [*around, features.numbers[rows], *([features.text[rows]] if features.text is not None else [])]
        sparse_part = sparse.csr_array(sparse.hstack(nodes)) if nodes else sparse.csr_array((len(rows), 0))
        return Beside((sparse_part.astype(np.float32), np.concatenate(dense, axis=1).astype(np.float32)))

    def _told(self, columns: Beside, rows: Rows) -> Floats:
        """What the models that have not seen the titles say of them."""
        found = np.zeros((len(rows), self._truth.shape[1]), np.float32)
        for one in range(-1, self._config.folds):
            at = np.flatnonzero(self._fold[rows] == one)
            weights = self._weights.mean(axis=0) if one < 0 else self._weights[one]
            bias = self._bias.mean(axis=0) if one < 0 else self._bias[one]
            found[at] = columns.rows(at) @ weights + bias
        return found


def _common(matrix: sparse.csr_array, least: int) -> NDArray[np.int64]:
    return np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= least)


def calibrate(logits: Floats, labels: NDArray[np.bool_], steps: int = 15) -> Floats:
    """[2, classes] slope and offset of a logistic curve a class, by Newton's method, pulled a little to (1, 0)."""
    x, y = logits.astype(np.float64), labels.astype(np.float64)
    slope, offset = np.ones(x.shape[1]), np.zeros(x.shape[1])
    for _ in range(steps):
        p = special.expit(x * slope + offset)
        spread, error = p * (1 - p), p - y
        a, b, d = (spread * x * x).sum(0) + 1, (spread * x).sum(0), spread.sum(0) + 1
        u, v = (error * x).sum(0) + (slope - 1), error.sum(0) + offset
        det = a * d - b * b
        slope, offset = slope - (d * u - b * v) / det, offset - (a * v - b * u) / det
    return np.stack([slope, offset]).astype(np.float32)


def calibrated(logits: Floats, curve: Floats) -> Floats:
    """[titles, classes] raw log-odds -> probabilities, 0 to 1."""
    return np.asarray(special.expit(logits * curve[0] + curve[1]), np.float32)


def common_classes(degree: Sequence[int] | NDArray[np.int64], least: int, most: int) -> Rows:
    """Tags with at least `least` titles, the `most` common ones, in their own order."""
    counts = np.asarray(degree)
    order = np.argsort(-counts, kind="stable")[:most]
    return np.sort(order[counts[order] >= least]).astype(np.int64)
