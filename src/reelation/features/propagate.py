"""Propagate first, learn after: every relation's features are averaged over the graph once, before training.

    Graph  ->  channels  ->  [Channel(facet, name, values [titles, width]), ...]

A channel is a title's own view of one relation (its cast, its genres, its era), or the average of such views
over the titles that it shares people or companies with (title -> person -> title). Ids become vectors by a
random projection, which keeps inner products on average (Johnson and Lindenstrauss 1984), towards a direction that
hangs on the id alone. After this a title is
a plain row of numbers: training needs no neighbours, and a title that arrives later needs only its own edges.

Source: SIGN (Frasca et al. 2020, arXiv:2004.11198) and SeHGNN (Yang et al. 2023, arXiv:2207.02547) propagate
per relation before learning; the channels and their facets are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import ROLES
from reelation.draws import Keys, lot, random_directions
from reelation.features.exact import era_columns
from reelation.graph.build import Graph, Relation, idf, union
from reelation.rows import unit_rows, whole_minutes

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

MAIN_ROLES = ("actor", "director", "writer", "creator")
"""Roles with a channel each; all others share one, called "crew"."""
STORY_TAGS = ("genre", "keyword", "subject", "trope", "based_on")
CONTEXT_TAGS = ("country", "language", "company", "network", "certificate", "place", "franchise", "award")
PEOPLE_DRAW = "people"
"""The purpose under which people's directions are drawn."""
MOST_TITLES = 2_000
"""People and companies with more titles than this are not averaged over."""
_ROWS_AT_ONCE = 65_536


def tag_draw(name: str) -> str:
    """The purpose under which the directions of a tag facet are drawn."""
    return f"tag {name}"


@dataclass(frozen=True)
class Channel:
    """One block of input numbers."""

    facet: str
    """The facet whose network reads it."""
    name: str
    values: Halves
    """[titles, width] float16, half the memory; rows of unit length, or zero where the title has nothing to say."""
    things: Keys | None = None
    """[width] keys of the things, where each has a column."""


@dataclass(frozen=True)
class PropagateConfig:
    """How ids become numbers."""

    people_width: int = 128
    """Width of the random projection of people."""
    tag_width: int = 64
    """Width of the random projection of a tag facet with more values than this; fewer are kept one by one."""
    era_width: int = 24
    """Columns for years."""


def channels(
    graph: Graph, seed: int, config: PropagateConfig | None = None, text: Floats | None = None
) -> list[Channel]:
    """All inputs of the default network.

    Args:
        graph: relations that are not in it are not read.
        seed: of the random projections.
        config: widths.
        text: [titles, width] vectors of texts, zero where there is none; read by the story facet.
    """
    config = config or PropagateConfig()
    own = [*_people(graph, seed, config), *_tags(graph, seed, config), *_numbers(graph, config)]
    if text is not None:
        own.append(Channel("story", "text", _halves(text.shape, lambda part: text[part])))
    own += _audience(graph, seed, config)
    return own + _neighbours(graph, own)


def number_shapes(config: PropagateConfig) -> dict[str, tuple[int, float]]:
    """Name of each channel of numbers -> columns, and the width of a bump in years or minutes."""
    return {"era": (config.era_width, 8.0), "runtime": (16, 10.0)}


def sketch(matrix: sparse.csr_array, things: Keys, weights: NDArray[np.floating], width: int, drawn: int) -> Floats:
    """Rows of a sparse matrix, columns weighted, projected to `width` random directions, unit length.

    Args:
        matrix: [titles, things].
        things: [things] keys.
        weights: [things], e.g. idf.
        width: columns of the result; a matrix with no more columns is kept as it is.
        drawn: the lot of the directions; see `reelation.draws`.

    Returns:
        [titles, min(width, things)] float32.
    """
    if matrix.shape[1] <= width:
        return unit_rows((matrix @ sparse.diags_array(weights)).toarray().astype(np.float32))
    return unit_rows(np.asarray(matrix @ directions(things, weights, width, drawn), np.float32))


def directions(things: Keys, weights: NDArray[np.floating], width: int, drawn: int) -> Floats:
    """[things, width] a random direction a thing, as long as its weight times the root of `width`."""
    found = random_directions(things, drawn, width)
    found *= weights[:, None].astype(np.float32)
    return found


def _sketched(
    facet: str,
    name: str,
    matrix: sparse.csr_array,
    things: Keys,
    weights: NDArray[np.floating],
    width: int,
    drawn: int,
) -> Channel:
    """`sketch` in half precision, a part of the titles at a time."""
    if matrix.shape[1] <= width:
        return Channel(facet, name, sketch(matrix, things, weights, width, drawn).astype(np.float16), things)
    towards = directions(things, weights, width, drawn)
    return Channel(facet, name, _halves((matrix.shape[0], width), lambda part: matrix[part] @ towards))


def _halves(shape: tuple[int, ...], rows: Callable[[slice], Any]) -> Halves:
    """Unit-length rows in half precision, made `_ROWS_AT_ONCE` at a time, so that little is held in full."""
    found = np.empty(shape, np.float16)
    for start in range(0, shape[0], _ROWS_AT_ONCE):
        part = slice(start, min(start + _ROWS_AT_ONCE, shape[0]))
        found[part] = unit_rows(np.asarray(rows(part), np.float32))
    return found


def averaging(relations: Sequence[Relation], most: int = MOST_TITLES) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Two factors of title -> thing -> title averaging: out = first @ (second @ x), rows of first sum to 1.

    Rare things count more (idf), and a thing averages over its titles. Things with more than `most` titles say
    little and cost much; they are left out.

    Returns:
        first [titles, things], second [things, titles], float32 CSR.
    """
    anyone = union(relations)
    degree = np.bincount(anyone.indices, minlength=anyone.shape[1])
    useful = (degree > 1) & (degree <= most)
    first = (anyone @ sparse.diags_array(np.where(useful, idf(anyone), 0))).tocsr()
    sums = np.asarray(first.sum(axis=1)).ravel()
    scale = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
    first = (sparse.diags_array(scale) @ first).tocsr().astype(np.float32)
    mean = np.divide(useful, degree, out=np.zeros(len(degree)), where=degree > 0)
    second = (sparse.diags_array(mean) @ anyone.T.tocsr()).tocsr().astype(np.float32)
    return first, second


def _people(graph: Graph, seed: int, config: PropagateConfig) -> list[Channel]:
    credits = {relation.name: relation for relation in graph.of_target("person")}
    if not credits:
        return []
    matrices = {name: credits[name].matrix for name in MAIN_ROLES if name in credits}
    if rest := [relation for name, relation in credits.items() if name not in MAIN_ROLES]:
        matrices["crew"] = union(rest)
    people, drawn = graph.nodes["person"].keys, lot(seed, PEOPLE_DRAW)  # a person is the same person in every role
    return [
        _sketched("people", name, matrix, people, idf(matrix), config.people_width, drawn)
        for name, matrix in matrices.items()
    ]


def _tags(graph: Graph, seed: int, config: PropagateConfig) -> list[Channel]:
    found = []
    for facet, names in (("story", STORY_TAGS), ("context", CONTEXT_TAGS)):
        for name in names:
            if name in graph.relations:
                matrix, things = graph.relations[name].matrix, graph.nodes[name].keys
                drawn = lot(seed, tag_draw(name))
                found.append(_sketched(facet, name, matrix, things, idf(matrix), config.tag_width, drawn))
    return found


def _numbers(graph: Graph, config: PropagateConfig) -> list[Channel]:
    numbers = {"era": graph.year, "runtime": whole_minutes(graph.runtime)}
    return [
        Channel("context", name, era_columns(numbers[name], *shape).astype(np.float16))
        for name, shape in number_shapes(config).items()
    ]


def _audience(graph: Graph, seed: int, config: PropagateConfig) -> list[Channel]:
    """Who liked a title: ratings above the viewer's own mean, and likes."""
    liked = liking(graph)
    if liked is None:
        return []
    viewers = graph.nodes["viewer"].keys
    return [_sketched("audience", "liked by", liked, viewers, idf(liked), config.people_width, lot(seed, "viewers"))]


def liking(graph: Graph) -> sparse.csr_array | None:
    """[titles, viewers] stars above the viewer's own mean (at least 0), likes as 1; None without events."""
    parts = []
    if "rating" in graph.relations:
        ratings = graph.relations["rating"].matrix.copy()
        count = np.bincount(ratings.indices, minlength=ratings.shape[1])
        sums = np.bincount(ratings.indices, weights=ratings.data, minlength=ratings.shape[1])
        mean = np.divide(sums, count, out=np.zeros_like(sums), where=count > 0)
        ratings.data = np.maximum(ratings.data - mean[ratings.indices], 0).astype(np.float32)
        parts.append(ratings)
    parts += [graph.relations[name].matrix for name in ("like", "watch") if name in graph.relations]
    if not parts:
        return None
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    total = total.tocsr()
    total.eliminate_zeros()
    return total


def _neighbours(graph: Graph, own: list[Channel]) -> list[Channel]:
    """Every facet's own channels side by side, averaged over the titles that share people or companies."""
    paths: list[tuple[str, list[Relation]]] = [
        ("person", [graph.relations[role] for role in ROLES if role in graph.relations]),
        ("company", [graph.relations["company"]] if "company" in graph.relations else []),
    ]
    found = []
    for name, relations in paths:
        if relations:
            first, second = averaging(relations)
            found += [
                replace(channel, name=f"{channel.name} over {name}", values=_averaged(first, second, channel.values))
                for channel in own
                if channel.facet != "people" or name == "person"
            ]
    return found


def _averaged(first: sparse.csr_array, second: sparse.csr_array, values: Halves) -> Halves:
    means = second @ values.astype(np.float32)
    return _halves(values.shape, lambda part: first[part] @ means)
