"""An invented atlas for measurements of the service: films that clump, people and tags with long tails.

from service_atlas import invent
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block, Facet, Manifest
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent, write_atlas
from reelation.folding import fold
from reelation.ids import Strings, Vocabulary
from reelation.training.parts.neighbours import find_neighbours

WEIGHTS = {"people": 0.45, "story": 0.34, "context": 0.21}
GENRES, COUNTRIES, LANGUAGES = 24, 40, 30
_WORDS = ("night", "river", "glass", "winter", "king", "garden", "storm", "silent", "paper", "wolf", "bridge", "island")


def invent(folder: Path, titles: int, width: int, seed: int = 0) -> Atlas:
    """Write an atlas of `titles` titles with vectors of `width` numbers, the closest of all pairs among its parts."""
    rng = np.random.default_rng(seed)
    clump = rng.integers(0, max(4, titles // 50), titles)
    genre = _tags(rng, clump, GENRES, 3)
    edges = {
        "company": _tailed(rng, titles, titles // 20, 2),
        "country": _tags(rng, clump, COUNTRIES, 1),
        "genre": genre,
        "language": _tags(rng, clump + 7, LANGUAGES, 1),
        "person": _tailed(rng, titles, titles // 2, 10),
    }
    counts = {name: int(nodes.max()) + 1 for name, nodes in edges.items()}
    first = dict(zip(counts, np.cumsum([0, *list(counts.values())[:-1]]).tolist(), strict=True))
    columns = np.concatenate([edges[name] + first[name] for name in edges], axis=1)
    columns.sort(axis=1)
    fresh = np.ones(columns.shape, bool)
    fresh[:, 1:] = columns[:, 1:] != columns[:, :-1]
    rows, nodes = np.repeat(np.arange(titles), fresh.sum(axis=1)), columns[fresh].astype(np.int32)
    kinds = np.repeat(np.arange(len(counts)), list(counts.values())).astype(np.uint8)
    person = kinds[nodes] == list(counts).index("person")
    often = np.bincount(nodes, minlength=len(kinds))
    value = np.where(person, 0.25 * np.sqrt(WEIGHTS["people"]) / np.sqrt(1 + np.log1p(often[nodes])), 0)
    vectors, facets = _vectors(rng, clump, genre, width, list(counts))
    by_node = np.lexsort((rows, nodes))
    names = [
        f"{_WORDS[a]} {_WORDS[b]} {number}".title()
        for number, (a, b) in enumerate(rng.integers(0, len(_WORDS), (titles, 2)).tolist())
    ]
    keys = sorted((fold(name).encode(), row) for row, name in enumerate(names))
    content = AtlasContent(
        vectors=vectors,
        norms=_norms(vectors, facets, rows, value.astype(np.float32)),
        edge_start=np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=titles))]).astype(np.int64),
        edge_node=nodes,
        edge_relations=(1 << kinds[nodes].astype(np.int64)).astype(np.uint32),
        edge_value=value.astype(np.float32),
        posting_start=np.concatenate([[0], np.cumsum(often)]).astype(np.int64),
        posting_title=rows[by_node].astype(np.int32),
        posting_value=value[by_node].astype(np.float32),
        node_type=kinds,
        kind=np.zeros(titles, np.uint8),
        year=(1930 + 95 * rng.random(titles) ** 0.5).astype(np.int16),
        end_year=np.zeros(titles, np.int16),
        runtime=rng.normal(100, 15, titles).round().astype(np.float32),
        name_row=np.array([row for _, row in keys], np.int32),
        name_rank=np.zeros(titles, np.uint8),
        titles=Vocabulary.of_sorted(f"x:{number:07}" for number in range(titles)),
        nodes=Vocabulary.of_sorted(f"{kind}:{number:07}" for kind, many in counts.items() for number in range(many)),
        names=Strings.of(names),
        originals=Strings.of([""] * titles),
        node_names=Strings.of(f"{kind} {number}".title() for kind, many in counts.items() for number in range(many)),
        name_keys=Strings.of(key.decode() for key, _ in keys),
        externals=Strings.of(f"imdb=tt{number:07}" for number in range(titles)),
    )
    manifest = Manifest(
        facets=facets,
        node_types=tuple(counts),
        relations=("company", "country", "genre", "language", "actor"),
        titles=titles,
        width=width,
        seed=seed,
        catalogue_hash="",
        sources=(),
    )
    found = find_neighbours(content, seed, exact=titles)
    parts = {
        "neighbours": Part({"closest": found.closest}, {"k": found.closest.shape[1], "search": "all pairs"}),
        "layout": Part(
            {"position": rng.random((titles, 2)).astype(np.float32), "renown": rng.random(titles).astype(np.float32)},
            {"method": "none"},
        ),
    }
    return write_atlas(folder, content, manifest, parts)


def _tags(rng: np.random.Generator, clump: NDArray[np.int64], many: int, most: int) -> NDArray[np.int64]:
    """[titles, most] tags: those of the clump, one in ten another."""
    usual = (clump[:, None] * np.array([1, 5, 11])[:most] + np.arange(most)) % many
    other = rng.integers(0, many, usual.shape)
    return np.asarray(np.where(rng.random(usual.shape) < 0.1, other, usual), np.int64)


def _tailed(rng: np.random.Generator, titles: int, many: int, each: int) -> NDArray[np.int64]:
    """[titles, each] things of which some are in many titles and most in few."""
    return (many * rng.random((titles, each)) ** 2).astype(np.int64)


def _vectors(
    rng: np.random.Generator, clump: NDArray[np.int64], genre: NDArray[np.int64], width: int, types: list[str]
) -> tuple[NDArray[np.float32], tuple[Facet, ...]]:
    """Vectors that clump, one learned block a facet and exact columns for genres; and the facets."""
    titles, learned = len(clump), width - GENRES
    sizes = [learned // 3, learned // 3, learned - 2 * (learned // 3)]
    blocks, facets, start = [], [], 0
    evidence = {"people": ("person",), "story": ("genre",), "context": ("company", "country", "language")}
    for (name, weight), size in zip(WEIGHTS.items(), sizes, strict=True):
        centres = rng.standard_normal((int(clump.max()) + 1, size)).astype(np.float32)
        block = centres[clump] + 0.7 * rng.standard_normal((titles, size)).astype(np.float32)
        block *= np.sqrt(weight) * 0.7 / np.linalg.norm(block, axis=1, keepdims=True)
        blocks.append(block)
        told = [Block("learned", start, start + size)]
        start += size
        if name == "story":
            exact = np.zeros((titles, GENRES), np.float32)
            np.put_along_axis(exact, genre, np.float32(np.sqrt(weight) * 0.5 / np.sqrt(3)), axis=1)
            blocks.append(exact)
            labels = tuple(f"genre:{number:07}" for number in range(GENRES))
            told.append(Block("genre", start, start + GENRES, labels))
            start += GENRES
        facets.append(Facet(name, weight, tuple(told), tuple(kind for kind in evidence[name] if kind in types)))
    return np.concatenate(blocks, axis=1).astype(np.float32), tuple(facets)


def _norms(
    vectors: NDArray[np.float32], facets: tuple[Facet, ...], rows: NDArray[np.int64], value: NDArray[np.float32]
) -> NDArray[np.float32]:
    """[titles, facets] squared lengths; all terms are people's."""
    found = np.zeros((len(vectors), len(facets)), np.float32)
    for at, facet in enumerate(facets):
        for block in facet.blocks:
            found[:, at] += (vectors[:, block.columns] ** 2).sum(axis=1)
    found[:, 0] += np.bincount(rows, value**2, minlength=len(vectors))
    return found
