"""How long a list of recommendations takes: a history of 500 titles over an atlas of 100,000, on one thread.

    OMP_NUM_THREADS=1 python benchmarks/recommend_speed.py [--titles 100000] [--history 500] [--lists 60]

The atlas is invented: vectors that clump in 2,000 places, 30 people or words a title with a long-tailed choice, item
weights of 8,000 titles with 500 entries each. Every list is for another history.

Measured on one thread of a two-core machine with other work on it, 60 lists, processor time: median 45.1 ms, 95th
percentile 46.7 ms; with all three sliders 46.3 and 48.2 ms. An atlas that knows no times takes 41.0 and 42.2 ms.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from reelation.atlas.manifest import Block, Facet, Manifest
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent, write_atlas
from reelation.engine import Engine
from reelation.histories.history import RATING, History
from reelation.ids import Strings, Vocabulary
from reelation.search.preference import signals_of
from reelation.search.reach import lengths

WIDTH, EDGES, PLACES, NEXT, KEPT = 374, 30, 8000, 4000, 500
LIVES = {
    "viewers": [0.0, 3.0, 10.0, 30.0],
    "next": [1.0, 3.0, 10.0, 30.0],
    "reach": [0.0, 3.0, 10.0],
}


def invent(folder: Path, titles: int, rng: np.random.Generator) -> Atlas:
    """Write an atlas of this many titles."""
    clumps = rng.standard_normal((2000, WIDTH)).astype(np.float32)
    vectors = clumps[rng.integers(0, 2000, titles)] + 0.7 * rng.standard_normal((titles, WIDTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    nodes = titles // 2
    node = (nodes * rng.random((titles, EDGES)) ** 2).astype(np.int32)  # some are in many titles, most in few
    node.sort(axis=1)
    fresh = np.ones(node.shape, bool)
    fresh[:, 1:] = node[:, 1:] != node[:, :-1]
    rows, columns = np.repeat(np.arange(titles), fresh.sum(axis=1)), node[fresh]
    value = (0.2 * rng.random(len(rows))).astype(np.float32)
    by_node = np.argsort(columns, kind="stable")
    starts = [
        np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=size))])
        for ids, size in ((rows, titles), (columns, nodes))
    ]
    names = [f"Title {n}" for n in range(titles)]
    ids = [f"x:{n:07}" for n in range(titles)]
    content = AtlasContent(
        vectors=vectors,
        norms=np.ones((titles, 1), np.float32),
        edge_start=starts[0],
        edge_node=columns,
        edge_relations=np.ones(len(rows), np.uint32),
        edge_value=value,
        posting_start=starts[1],
        posting_title=rows[by_node].astype(np.int32),
        posting_value=value[by_node],
        node_type=np.zeros(nodes, np.uint8),
        kind=np.zeros(titles, np.uint8),
        year=rng.integers(1950, 2025, titles).astype(np.int16),
        end_year=np.zeros(titles, np.int16),
        runtime=np.full(titles, 100, np.float32),
        name_row=np.arange(titles, dtype=np.int32),
        name_rank=np.zeros(titles, np.uint8),
        titles=Vocabulary.of_sorted(ids),
        nodes=Vocabulary.of_sorted(f"person:p:{n:07}" for n in range(nodes)),
        names=Strings.of(names),
        originals=Strings.of([""] * titles),
        node_names=Strings.of(f"Person {n}" for n in range(nodes)),
        name_keys=Strings.of(sorted(name.lower() for name in names)),
        externals=Strings.of([""] * titles),
    )
    manifest = Manifest(
        facets=(Facet("people", 1.0, (Block("learned", 0, WIDTH),), ("person",)),),
        node_types=("person",),
        relations=("actor",),
        titles=titles,
        width=WIDTH,
        seed=0,
        catalogue_hash="",
        sources=(),
    )
    places = np.sort(rng.permutation(titles)[:PLACES]).astype(np.int32)
    metric = rng.standard_normal((WIDTH, WIDTH)).astype(np.float32)
    part = Part(
        {
            "centre": vectors.mean(axis=0),
            "metric": metric + metric.T,
            "fame": rng.random(titles).astype(np.float32),
            "standing": rng.random(titles).astype(np.float32),
            "title": places,
            "start": np.arange(PLACES + 1, dtype=np.int64) * KEPT,
            "other": places[rng.integers(0, PLACES, PLACES * KEPT)],
            "value": (0.1 * rng.standard_normal(PLACES * KEPT)).astype(np.float32),
            "next title": places[:NEXT],
            "next start": np.arange(NEXT + 1, dtype=np.int64) * KEPT,
            "next other": places[rng.integers(0, NEXT, NEXT * KEPT)],
            "next value": (0.1 * rng.standard_normal(NEXT * KEPT)).astype(np.float32),
            "relation": np.zeros(1, np.int16),
            "length": lengths(content, np.zeros(1, np.int16)),
        },
        {"relations": ["person"], "half_lives": LIVES, "weights": {}},
    )
    part.about["weights"] = {one.name: 0.1 for one in signals_of(part)}
    return write_atlas(folder, content, manifest, {"recommender": part})


def main() -> None:
    """Make the atlas, ask for lists, print milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("titles", 100_000), ("history", 500), ("lists", 60)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory(prefix="reelation-") as scratch:
        engine = Engine(invent(Path(scratch) / "atlas", asked.titles, rng), "en")
        part = engine.atlas.part("recommender")
        assert part is not None
        places = part.array("title").astype(np.int64)
        for what, options in {
            "plain": {},
            "diversity .5, novelty .3, popularity -.3": {"diversity": 0.5, "novelty": 0.3, "popularity": -0.3},
        }.items():
            taken = []
            for _ in range(asked.lists + 3):
                rows = np.sort(rng.permutation(places)[: asked.history])
                kinds = np.full(len(rows), RATING, np.uint8)
                stars = np.asarray(rng.integers(2, 11, len(rows)) / 2, np.float32)
                mine = History("me", rows, kinds, stars, np.arange(len(rows), dtype=np.int64))
                began = time.perf_counter(), time.process_time()
                engine.recommend(mine, **options)  # type: ignore[arg-type]
                taken.append((time.perf_counter() - began[0], time.process_time() - began[1]))
            for name, column in zip(("on the clock", "of processor"), np.array(taken[3:]).T, strict=True):
                middle, late = 1000 * np.quantile(column, [0.5, 0.95])
                print(f"{what}: median {middle:.1f} ms {name}, 95th percentile {late:.1f} ms, {asked.lists} lists")


if __name__ == "__main__":
    main()
