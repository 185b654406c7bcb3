"""What anybody would try first: overlaps of genres, people and words, without any learning."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.evaluation.retrieval import ScoreRows
from reelation.features.exact import era_columns, pair_columns, people_terms, tag_columns, word_terms
from reelation.graph.build import Graph

Matrix: TypeAlias = NDArray[np.float32] | sparse.csr_array


def overlap_baselines(graph: Graph) -> dict[str, ScoreRows]:
    """Idf-weighted cosines of what two titles share.

    "hand-weighted overlap" is people 1, genres and genre pairs .25 each, era .2, country .05; "hand-weighted
    overlap, lighter" halves everything but people and country, which suits this test better: the stronger of the
    two is the one to beat. What a graph does not have is left out.
    """
    parts: dict[str, Matrix] = {"era": era_columns(graph.year)}
    if credits := graph.of_target("person"):
        parts["people"] = people_terms(credits, dict.fromkeys(graph.relations, 1.0), flatten=1.0)
    if "genre" in graph.relations:
        parts["genres"], _ = tag_columns(graph.relations["genre"], 10_000)
        parts["pairs"], _ = pair_columns(graph.relations["genre"], 10_000)
    if "country" in graph.relations:
        parts["country"], _ = tag_columns(graph.relations["country"], 10_000)
    parts["words"], _ = word_terms([str(name) for name in graph.names["title"]])
    lighter = {"people": 1.0, "genres": 0.15, "pairs": 0.15, "era": 0.1, "country": 0.05}
    recipes = {
        "shared genres": {"genres": 1.0},
        "shared people": {"people": 1.0},
        "people + genres": {"people": 1.0, "genres": 0.5},
        "title words": {"words": 1.0},
        "hand-weighted overlap": {"people": 1.0, "genres": 0.25, "pairs": 0.25, "era": 0.2, "country": 0.05},
        "hand-weighted overlap, lighter": lighter,
        "hand-weighted overlap + title words": {**lighter, "words": 1.0},
    }
    present = {
        name: [(parts[part], weight) for part, weight in recipe.items() if part in parts]
        for name, recipe in recipes.items()
    }
    return {name: weighted(*some) for name, some in present.items() if some}


def weighted(*parts: tuple[Matrix, float]) -> ScoreRows:
    """The weighted sum of inner products of matrices whose rows are titles."""

    def score_rows(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        total = np.zeros((len(rows), parts[0][0].shape[0]), np.float32)
        for matrix, weight in parts:
            product = matrix[rows] @ matrix.T
            total += weight * (product if isinstance(product, np.ndarray) else product.toarray())
        return total

    return score_rows
