"""Facets of which nothing is known, guessed from what is: a poster alone puts a title among its kin.

    atlas content + senses + text  ->  fuse  ->  content with thin titles filled in, and the network that did it

Only what has no evidence at all is filled in, and only with dense columns: shared people, words and tags are never made
up, and scores stay exact sums over facets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.manifest import Facet
from reelation.atlas.store import AtlasContent
from reelation.features.senses import FACETS, Sense
from reelation.graph.build import Graph
from reelation.models.fusion import FusionConfig, FusionNetwork
from reelation.rows import rarity, whole_minutes
from reelation.search.fusing import GUESSED, PEOPLE, TEXT
from reelation.training.alignment import Alignment, AlignmentConfig
from reelation.training.loop import FitConfig, History, fit
from reelation.training.parts.neighbours import Wholes

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

THIN = GUESSED[:3]
"""A title without evidence for one of these is thin."""
MOST = 2_000
"""People with more titles than this say nothing of a title."""
_COLUMNS = 64
_ROWS_AT_ONCE = 8_192
LEAST = 50
"""Titles with a picture or sound that fusion needs to learn from."""


@dataclass(frozen=True)
class FusingConfig:
    """How fusion is learned."""

    network: FusionConfig = field(default_factory=FusionConfig)
    alignment: AlignmentConfig = field(default_factory=AlignmentConfig)
    ridge: float = 30.0
    """Of the linear maps, in units of an input's usual size."""
    fit: FitConfig = field(
        default_factory=lambda: FitConfig(steps=300, learning_rate=1e-2, weight_decay=0.1, validate_every=50)
    )


@dataclass(frozen=True)
class Given:
    """What there is to guess from, and what is to be guessed."""

    inputs: dict[str, Floats]
    """Input -> [titles, columns]; a zero row is a title without it."""
    full: Floats
    """[titles, width] vectors without look and sound."""
    known: NDArray[np.bool_]
    """[titles, facets] where there is evidence."""
    whole: NDArray[np.bool_]
    """[titles] where there is evidence of all that matters: such titles are learned from."""

    @property
    def there(self) -> NDArray[np.bool_]:
        """[titles, inputs] which title has which."""
        return np.stack([rows.any(axis=1) for rows in self.inputs.values()], axis=1)


@dataclass(frozen=True)
class Fused:
    """The fusion of one atlas."""

    network: FusionNetwork
    history: History
    recalls: dict[str, float]
    """Input -> recall@50 of held-out titles' neighbours by that input alone."""
    given: Given
    content: AtlasContent
    """With guesses in the facets that thin titles lack."""


def what_is_given(
    graph: Graph, content: AtlasContent, facets: Sequence[Facet], senses: Sequence[Sense], text: Floats | None
) -> Given:
    """Gather inputs.

    Args:
        graph: of the titles.
        content: of the atlas.
        facets: of its vectors.
        senses: what titles look and sound like.
        text: [titles, width] compact text vectors, zero rows where there is none.
    """
    known, full = evidence(graph, facets, senses, text), full_vectors(content, facets)
    whole = _whole(known, facets)
    inputs = {PEOPLE: people_means(graph, full, whole)} | ({TEXT: text} if text is not None else {})
    inputs |= {sense.block: sense.columns for sense in senses}
    inputs = {name: np.asarray(rows, np.float32) for name, rows in inputs.items() if rows.any()}
    return Given(inputs, full, known, whole)


def _whole(known: NDArray[np.bool_], facets: Sequence[Facet]) -> NDArray[np.bool_]:
    return np.asarray(known[:, [i for i, facet in enumerate(facets) if facet.name in THIN]].all(axis=1))


def fuse(
    graph: Graph,
    content: AtlasContent,
    facets: Sequence[Facet],
    senses: Sequence[Sense],
    text: Floats | None,
    seed: int,
    config: FusingConfig | None = None,
) -> Fused | None:
    """Learn to guess vectors from single inputs, and fill in what thin titles lack.

    Args:
        graph, content, facets, senses, text: see `what_is_given`.
        seed: the same seed gives the same network on the same machine.
        config: how.

    Returns:
        None where fewer than `LEAST` titles with a picture or sound are known well enough to learn from.
    """
    config = config or FusingConfig()
    if not senses:
        return None
    given = what_is_given(graph, content, facets, senses, text)
    if not any(int((sense.there & given.whole).sum()) >= LEAST for sense in senses):
        return None
    torch.manual_seed(seed)
    objective = Alignment(given.there & given.whole[:, None], given.full, Wholes(content), seed, config.alignment)
    linear = linear_maps(given, objective.learnable, config.ridge)
    size = float(np.sqrt((given.full[objective.learnable] ** 2).mean()))
    network = FusionNetwork(given.inputs, linear, size, config.network)
    history = fit(network, objective, config.fit, seed)
    with torch.no_grad():
        recalls = objective.recalls(network)

    def guess(rows: Rows) -> Floats:
        with torch.no_grad():
            return np.asarray(network.guess(torch.from_numpy(rows)).numpy())

    return Fused(network, history, recalls, given, filled(content, facets, given, guess))


def linear_maps(given: Given, rows: Rows, ridge: float) -> dict[str, tuple[Floats, Floats]]:
    """Ridge regression from each input to the full vector.

    Args:
        given: inputs and vectors.
        rows: titles to learn from.
        ridge: penalty, for numbers of an input whose usual size is 1.

    Returns:
        Input -> ([columns, width] weights, [width] the mean, which is added).
    """
    found = {}
    for name, values in given.inputs.items():
        known = rows[values[rows].any(axis=1)]
        mean, width = given.full[known].mean(axis=0, dtype=np.float64), values.shape[1]
        square, across = np.zeros((width, width)), np.zeros((width, len(mean)))
        for at in range(0, len(known), _ROWS_AT_ONCE):
            some = known[at : at + _ROWS_AT_ONCE]
            x = values[some]
            square += x.T @ x
            across += x.T @ (given.full[some] - mean.astype(np.float32))
        penalty = ridge * max(float(np.trace(square)) / max(len(known) * width, 1), 1e-12)
        weights = np.linalg.solve(square + penalty * np.eye(width), across)
        found[name] = weights.astype(np.float32), mean.astype(np.float32)
    return found


def full_vectors(content: AtlasContent, facets: Sequence[Facet]) -> Floats:
    """[titles, width] the vectors without what is known of look and sound, which are never guessed."""
    full = np.array(content.vectors, np.float32)
    for facet in facets:
        if facet.name in FACETS.values():
            for block in facet.blocks:
                full[:, block.columns] = 0
    return full


def people_means(graph: Graph, full: Floats, whole: NDArray[np.bool_]) -> Floats:
    """Where the other titles of a title's people are: [titles, width], zero where they have none.

    mean over people p of rarity(p) x the mean of the full vectors of p's other titles

    Args:
        graph: its credits.
        full: [titles, width].
        whole: [titles] whose vectors count.
    """
    credits = graph.of_target("person")
    if not credits:
        return np.zeros_like(full)
    matrix = sum(relation.matrix.astype(bool).astype(np.float32) for relation in credits)
    there = sparse.csr_array(matrix).astype(bool).astype(np.float32)
    rare = rarity(len(graph), np.asarray(there.sum(axis=0)).ravel().astype(np.int64))
    counted = there.T @ whole.astype(np.float32)
    owner = np.repeat(np.arange(there.shape[0]), np.diff(there.indptr))
    others = counted[there.indices] - whole[owner]
    useful = (others > 0) & (counted[there.indices] <= MOST)
    weight = np.where(useful, rare[there.indices], 0)
    total = np.bincount(owner, weights=weight, minlength=len(full))
    share = np.divide(weight, others * total[owner], out=np.zeros_like(weight), where=weight > 0).astype(np.float32)
    averaging = sparse.csr_array((share, there.indices, there.indptr), shape=there.shape)
    own = np.bincount(owner, weights=share, minlength=len(full)).astype(np.float32) * whole
    across, found = there.T.tocsr(), np.empty_like(full)
    for at in range(0, full.shape[1], _COLUMNS):
        columns = slice(at, at + _COLUMNS)
        found[:, columns] = averaging @ (across @ (full[:, columns] * whole[:, None])) - own[:, None] * full[:, columns]
    found[total == 0] = 0
    return found


def evidence(graph: Graph, facets: Sequence[Facet], senses: Sequence[Sense], text: Floats | None) -> NDArray[np.bool_]:
    """[titles, facets] where a title has anything to be compared by: people, tags, a text, a year, a viewer, a file."""
    known = np.zeros((len(graph), len(facets)), bool)
    for i, facet in enumerate(facets):
        for relation in graph.relations.values():
            if relation.target in facet.node_types or (facet.name == "audience" and relation.target == "viewer"):
                known[:, i] |= np.diff(relation.matrix.indptr) > 0
        if facet.name == "story" and text is not None:
            known[:, i] |= text.any(axis=1)
        elif facet.name == "context":
            known[:, i] |= (graph.year > 0) | (whole_minutes(graph.runtime) > 0)
        elif facet.name == "words":
            known[:, i] = True
        for sense in senses:
            if sense.facet == facet.name:
                known[:, i] |= sense.there
    return known


def filled(
    content: AtlasContent,
    facets: Sequence[Facet],
    given: Given,
    guess: Callable[[Rows], Floats],
    at_once: int = 8192,
) -> AtlasContent:
    """The content with guesses in place of what thin titles lack.

    Args:
        content: of the atlas.
        facets: of its vectors.
        given: where evidence is missing.
        guess: [rows] of titles with at least one input -> [rows, width].
        at_once: titles guessed together.
    """
    rows = np.flatnonzero(~given.whole & given.there.any(axis=1))
    if not len(rows):
        return content
    vectors, norms = np.array(content.vectors), np.array(content.norms)
    for at in range(0, len(rows), at_once):
        some = rows[at : at + at_once]
        guessed = guess(some)
        for i, facet in enumerate(facets):
            if facet.name not in GUESSED or not facet.blocks:
                continue
            missing = ~given.known[some, i]
            norms[some[missing], i] = 0
            for block in facet.blocks:
                columns = guessed[missing][:, block.columns]
                vectors[some[missing], block.columns] = columns
                norms[some[missing], i] += np.einsum("ij,ij->i", columns, columns)
    return replace(content, vectors=vectors, norms=norms)


def about(fused: Fused) -> dict[str, Any]:
    """Plain values for the manifest."""
    rounded = {name: round(value, 4) for name, value in fused.recalls.items() if not np.isnan(value)}
    return {"recall@50 by one input": rounded, **fused.history.to_json()}
