"""The score's make-up: which exact blocks and terms stand beside the learned ones, and how much each counts.

Weights were chosen on sequels that the titles themselves give away ("Saw", "Saw II") in the default catalogue,
with every title of the evaluation's series left out; docs/research-log.md has the figures. Where viewers are known
other weights hold, learned on validation pairs of three kinds at once: of one series, liked by one person in a talk,
liked by the same viewers; docs/research/relatedness.md has the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.audiences import SEEN_BY, WIDELY_SEEN, audience_blocks, say_of
from reelation.draws import exact_draw, lot
from reelation.features.audience import audience_matrix, audience_vectors
from reelation.features.exact import era_columns, pair_columns, people_terms, tag_columns, word_terms
from reelation.features.propagate import CONTEXT_TAGS, STORY_TAGS, sketch
from reelation.features.senses import Sense
from reelation.graph.build import Graph
from reelation.rows import unit_rows, whole_minutes
from reelation.training.assemble import DenseBlock, FacetPlan, SparseTerms

Floats = NDArray[np.float32]

FACET_NODES = {
    "people": ("person",),
    "story": STORY_TAGS,
    "context": (*CONTEXT_TAGS, "title"),
    "audience": (),
    "words": ("word",),
    "look": (),
    "sound": (),
    "graph": (),
}
"""Which shared things are evidence for which facet."""


ERA_SCALE, RUNTIME_SCALE = 14.0, 8.0
"""Widths of the exact kernels' bumps: years, minutes."""


AMONG_VIEWERS = {
    "people: person terms": 0.8,
    "people: learned": 13.0,
    "story: genre": 10.6,
    "story: keyword": 0.6,
    "story: subject": 1.4,
    "story: genre pairs": 3.1,
    "story: text": 4.2,
    "story: learned": 24.0,
    "context: era": 1.3,
    "context: runtime": 1.2,
    "context: country": 1.6,
    "context: language": 1.0,
    "context: company": 4.7,
    "context: certificate": 3.9,
    "context: place": 0.1,
    "context: learned": 16.7,
    "words: word terms": 27.0,
}
"""Of what is not the audience, where it is known who has seen what."""


@dataclass(frozen=True)
class Recipe:
    """Weights of the parts of the score, relative to each other."""

    people: float = 1.0
    """Exact people, as sparse terms whose squared length is about 30 (see `people_terms`)."""
    people_flatten: float = 0.5
    role_weights: dict[str, float] = field(
        default_factory=lambda: {
            "actor": 1.0,
            "writer": 1.0,
            "director": 0.6,
            "creator": 1.0,
            "composer": 0.4,
            "producer": 0.3,
            "cinematographer": 0.3,
            "editor": 0.3,
            "production_designer": 0.3,
            "self": 0.5,
            "other": 0.2,
        }
    )
    """Roles beyond actor, director and writer are by analogy."""
    columns: dict[str, tuple[float, int]] = field(
        default_factory=lambda: {
            "genre": (4.5, 48),
            "country": (0.2, 16),
            "certificate": (0.7, 12),
            "company": (3.9, 96),
            "keyword": (4.0, 64),
            "subject": (4.0, 32),
            "language": (0.2, 8),
            "franchise": (8.0, 32),
            "based_on": (4.0, 32),
            "place": (0.5, 16),
            "network": (0.5, 12),
        }
    )
    """Tag facet -> (weight, columns); more values than columns are projected. From language on by analogy."""
    genre_pairs: tuple[float, int] = (1.9, 48)
    era: tuple[float, int] = (10.0, 16)
    runtime: tuple[float, int] = (2.4, 16)
    learned: dict[str, float] = field(
        default_factory=lambda: {"people": 3.2, "story": 1.4, "context": 3.0, "audience": 39.0, "graph": 6.0}
    )
    """Learned block of each facet; graph is by analogy."""
    text: float = 8.0
    """Text vectors, where there are any."""
    audience: tuple[float, int] = (221.0, 48)
    """Who has seen both: weight, columns."""
    widely_seen: float = 44.0
    """That many have seen both."""
    few_viewers: float = 50.0
    """At so many viewers what they say has half of its weight; see `say_of`."""
    among_viewers: dict[str, float] = field(default_factory=lambda: dict(AMONG_VIEWERS))
    """Weights that hold instead where it is known who has seen what, "facet: part"; parts not named keep theirs."""
    audience_shrink: float = 60.0
    """Viewers; see `audience_vectors`."""
    words: float = 8.0
    """Words of the title; 0 leaves them out."""
    senses: dict[str, float] = field(default_factory=lambda: {"image": 6.0, "video": 6.0, "audio": 3.0})
    """Modality -> weight of what titles look and sound like, shared by the blocks of one modality. Video and audio by
    analogy: there are too few clips to weigh them with."""


def plan_facets(
    graph: Graph,
    learned: dict[str, Floats],
    recipe: Recipe,
    seed: int,
    text: Floats | None = None,
    senses: Sequence[Sense] = (),
) -> tuple[FacetPlan, ...]:
    """Put the learned blocks and the exact parts together, facet by facet.

    Args:
        graph: relations that are not in it leave their part out.
        learned: facet -> [titles, width] unit-length rows.
        recipe: weights.
        seed: of the projections.
        text: [titles, width], zero rows where there is no text.
        senses: what titles look and sound like.

    Returns:
        Facets with at least one part, in a fixed order.
    """
    exact: dict[str, Callable[[], list[DenseBlock]]] = {
        "story": lambda: _story(graph, recipe, seed, text),
        "context": lambda: _context(graph, recipe, seed),
        "look": lambda: _senses(senses, recipe, "look"),
        "sound": lambda: _senses(senses, recipe, "sound"),
    }
    dense = {facet: exact[facet]() if facet in exact else [] for facet in FACET_NODES}
    seen = audience_matrix(graph) if recipe.audience[0] > 0 else None
    if seen is not None:
        dense["audience"] = _audience(seen, recipe, seed, [*dense["story"], *dense["context"]])
    plans = []
    for facet, node_types in FACET_NODES.items():
        if facet in learned and recipe.learned[facet] > 0:
            dense[facet].append(DenseBlock(facet, "learned", recipe.learned[facet], learned[facet]))
        terms = _terms(graph, recipe, facet)
        if dense[facet] or terms:
            plans.append(FacetPlan(facet, node_types, tuple(dense[facet]), terms))
    return tuple(plans if seen is None else _among(len(np.unique(seen.indices)), plans, recipe))


def _among(viewers: int, plans: Sequence[FacetPlan], recipe: Recipe) -> list[FacetPlan]:
    """The same parts, weighed as where so many viewers are known."""
    say = say_of(viewers, recipe.few_viewers)

    def weight(facet: str, name: str, otherwise: float) -> float:
        return recipe.among_viewers.get(f"{facet}: {name}", otherwise) * (say if facet == "audience" else 1)

    return [
        replace(
            plan,
            dense=tuple(replace(one, weight=weight(plan.name, one.name, one.weight)) for one in plan.dense),
            terms=tuple(
                replace(one, weight=weight(plan.name, f"{one.node_type} terms", one.weight)) for one in plan.terms
            ),
        )
        for plan in plans
    ]


def _terms(graph: Graph, recipe: Recipe, facet: str) -> tuple[SparseTerms, ...]:
    if facet == "people" and (credits := graph.of_target("person")) and recipe.people > 0:
        matrix = people_terms(credits, recipe.role_weights, recipe.people_flatten)
        return (SparseTerms("people", "person", recipe.people, matrix),)
    if facet == "words" and recipe.words > 0:
        matrix, words = word_terms([str(name) for name in graph.names["title"]])
        return (SparseTerms("words", "word", recipe.words, matrix, tuple(words)),) if matrix.nnz else ()
    return ()


def _tags(graph: Graph, recipe: Recipe, seed: int, facet: str, names: tuple[str, ...]) -> list[DenseBlock]:
    blocks = []
    for name in names:
        weight, width = recipe.columns.get(name, (0.0, 0))
        if weight <= 0 or name not in graph.relations:
            continue
        relation = graph.relations[name]
        if relation.matrix.shape[1] <= width or name in ("genre", "country", "language", "network"):
            columns, kept = tag_columns(relation, width)
            labels = tuple(f"{name}:{graph.nodes[name][int(tag)]}" for tag in kept)
            blocks.append(DenseBlock(facet, name, weight, columns, labels))
        else:
            drawn = lot(seed, exact_draw(name))
            columns = sketch(relation.matrix, graph.nodes[name].keys, relation.idf(), width, drawn)
            blocks.append(DenseBlock(facet, name, weight, columns))
    return blocks


def _story(graph: Graph, recipe: Recipe, seed: int, text: Floats | None) -> list[DenseBlock]:
    blocks = _tags(graph, recipe, seed, "story", STORY_TAGS)
    if "genre" in graph.relations:
        weight, most = recipe.genre_pairs
        pairs, _ = pair_columns(graph.relations["genre"], most)
        if weight > 0 and pairs.shape[1]:
            blocks.append(DenseBlock("story", "genre pairs", weight, pairs))
    if text is not None and recipe.text > 0:
        blocks.append(DenseBlock("story", "text", recipe.text, unit_rows(text.astype(np.float32))))
    return blocks


def _context(graph: Graph, recipe: Recipe, seed: int) -> list[DenseBlock]:
    minutes = whole_minutes(graph.runtime)
    return [
        DenseBlock("context", "era", recipe.era[0], era_columns(graph.year, recipe.era[1], scale=ERA_SCALE)),
        DenseBlock(
            "context", "runtime", recipe.runtime[0], era_columns(minutes, recipe.runtime[1], scale=RUNTIME_SCALE)
        ),
        *_tags(graph, recipe, seed, "context", CONTEXT_TAGS),
    ]


def _audience(seen: sparse.csr_array, recipe: Recipe, seed: int, content: Sequence[DenseBlock]) -> list[DenseBlock]:
    weight, width = recipe.audience
    vectors = audience_vectors(seen, width, recipe.audience_shrink, seed)
    known = np.concatenate([np.zeros((seen.shape[0], 0), np.float32), *(one.columns for one in content)], axis=1)
    beyond, wide = audience_blocks(vectors, np.diff(seen.indptr), known)
    return [
        DenseBlock("audience", SEEN_BY, weight, beyond),
        DenseBlock("audience", WIDELY_SEEN, recipe.widely_seen, wide),
    ]


def _senses(senses: Sequence[Sense], recipe: Recipe, facet: str) -> list[DenseBlock]:
    blocks = []
    for sense in senses:
        alike = sum(other.modality == sense.modality for other in senses)
        if sense.facet == facet and (weight := recipe.senses.get(sense.modality, 0.0)) > 0:
            blocks.append(DenseBlock(facet, sense.block, weight / alike, sense.columns))
    return blocks
