"""Atlases of invented titles whose tags, years, vectors and viewers a test chooses: no training, known answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Block, Facet, Manifest
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent, write_atlas
from reelation.ids import Strings, Vocabulary

Rows = NDArray[np.int64]


def invented_atlas(
    folder: Path,
    years: Sequence[int] | Rows,
    having: Mapping[str, Sequence[int] | Rows],
    *,
    vectors: NDArray[np.float32] | None = None,
    parts: Mapping[str, Part] | None = None,
) -> Atlas:
    """Titles "t:00000", "t:00001" … of these years, with nodes such as "genre:western" -> rows that have it."""
    count = len(years)
    ids = sorted(having, key=lambda node: (node.partition(":")[0], node.encode()))
    types = tuple(sorted({node.partition(":")[0] for node in ids}, key=lambda kind: f"{kind}:".encode()))
    relations = tuple("director" if kind == "person" else kind for kind in types)
    pairs = [(int(row), at) for at, node in enumerate(ids) for row in having[node]]
    title, node = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    by_node = np.lexsort((title, node))
    kind = np.array([types.index(name.partition(":")[0]) for name in ids], np.uint8)
    if vectors is None:
        vectors = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    content = AtlasContent(
        vectors=vectors,
        norms=(vectors**2).sum(axis=1, keepdims=True),
        edge_start=np.concatenate([[0], np.cumsum(np.bincount(title, minlength=count))]).astype(np.int64),
        edge_node=node.astype(np.int32),
        edge_relations=(1 << kind[node].astype(np.int64)).astype(np.uint32),
        edge_value=np.zeros(len(node), np.float32),
        posting_start=np.concatenate([[0], np.cumsum(np.bincount(node, minlength=len(ids)))]).astype(np.int64),
        posting_title=title[by_node].astype(np.int32),
        posting_value=np.zeros(len(node), np.float32),
        node_type=kind,
        kind=np.zeros(count, np.uint8),
        year=np.asarray(years, np.int16),
        end_year=np.zeros(count, np.int16),
        runtime=np.full(count, np.nan, np.float32),
        name_row=np.zeros(0, np.int32),
        name_rank=np.zeros(0, np.uint8),
        titles=Vocabulary.of_sorted(f"t:{row:05d}" for row in range(count)),
        nodes=Vocabulary.of_sorted(ids),
        names=Strings.of(f"Title {row}" for row in range(count)),
        originals=Strings.of("" for _ in range(count)),
        node_names=Strings.of(name.partition(":")[2] for name in ids),
        name_keys=Strings.of([]),
        externals=Strings.of("" for _ in range(count)),
    )
    width = vectors.shape[1]
    facet = Facet("story", 1.0, (Block("learned", 0, width),), types)
    manifest = Manifest((facet,), types, relations, count, width, 3, "invented", ())
    return write_atlas(folder, content, manifest, parts)


def viewers_part(seen: Sequence[Sequence[tuple[int, float, int]]]) -> Part:
    """The part "viewers" from (row, stars, time) by viewer; viewers are "v:000", "v:001" …; NaN stars are a watch."""
    events = [(viewer, *event) for viewer, own in enumerate(seen) for event in sorted(own, key=lambda one: one[2])]
    viewer, title, stars, time = np.array(events, np.float64).T
    start = np.concatenate([[0], np.cumsum(np.bincount(viewer.astype(np.int64), minlength=len(seen)))])
    columns = {
        "viewers": Vocabulary.of_sorted(f"v:{number:03d}" for number in range(len(seen))),
        "start": start.astype(np.int64),
        "title": title.astype(np.int32),
        "kind": np.isnan(stars).astype(np.uint8),
        "value": stars.astype(np.float32),
        "time": time.astype(np.int64),
    }
    return Part(columns, {"events": len(events)})
