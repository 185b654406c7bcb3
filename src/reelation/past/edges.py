"""The evidence of an atlas as of a day: what was known of the titles known then, in numbers of its own.

    Atlas, day  ->  Evidence: titles kept, their edges, nodes that anything leads to

Nodes are numbered anew, as a training on what was known would have done: a thing that no title had yet is no node.
Words of titles are taken from the names anew, since which words count depends on how many titles have them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import spans
from reelation.atlas.store import Atlas
from reelation.folding import title_words
from reelation.ids import Strings, Vocabulary
from reelation.past.known import Known

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """Titles and what they have, by the row numbers and node numbers of the past."""

    rows: Rows
    """[titles] rows in the atlas, rising."""
    owner: Rows
    """[edges] title, rising."""
    node: Rows
    """[edges] rising within a title."""
    relations: NDArray[np.uint32]
    """[edges] bit set of `relation_names`."""
    weight: Floats
    """[edges] a tag's weight, 0 to 1; 1 for all else."""
    relation_names: tuple[str, ...]
    node_types: tuple[str, ...]
    node_type: NDArray[np.uint8]
    """[nodes] index into `node_types`, rising."""
    nodes: Vocabulary
    node_names: Strings
    was: Rows
    """[nodes] number in the atlas; -1 for words."""

    def span(self, kind: str) -> tuple[int, int]:
        """First and last (exclusive) node of a type; the same where there is none."""
        if kind not in self.node_types:
            return 0, 0
        number = self.node_types.index(kind)
        first, last = np.searchsorted(self.node_type, [number, number + 1])
        return int(first), int(last)

    def of_type(self, kind: str) -> Rows:
        """Places of the edges that lead to nodes of a type."""
        first, last = self.span(kind)
        return np.flatnonzero((self.node >= first) & (self.node < last))


def evidence_at(atlas: Atlas, day: int) -> Evidence:
    """What was known on `day`."""
    known, manifest = Known.of(atlas), atlas.manifest
    rows = np.flatnonzero(known.title <= day)
    places = spans(np.asarray(atlas.edge_start)[rows], np.asarray(atlas.edge_start)[rows + 1])
    owner = np.repeat(np.arange(len(rows)), np.diff(atlas.edge_start)[rows])
    types = np.asarray(atlas.node_type)
    word = manifest.node_types.index("word") if "word" in manifest.node_types else -1
    kept = (known.edge[places] <= day) & (types[np.asarray(atlas.edge_node)[places]] != word)
    places, owner = places[kept], owner[kept]
    node, bits = np.asarray(atlas.edge_node)[places].astype(np.int64), np.asarray(atlas.edge_relations)[places]
    if "itself" in manifest.relations:  # a title that nothing links to yet is no node
        itself = bits == np.uint32(1 << manifest.relations.index("itself"))
        linked = np.zeros(len(types), bool)
        linked[node[~itself]] = True
        there = ~itself | linked[node]
        places, owner, node, bits = places[there], owner[there], node[there], bits[there]
    alive = np.flatnonzero(np.bincount(node, minlength=len(types)))
    names, relations = _used(bits, manifest.relations)
    weight = _weights(atlas, places)
    words, word_owner, word_node = _words(atlas, rows) if word >= 0 else ([], owner[:0], node[:0])
    pieces = [(name, alive[types[alive] == i]) for i, name in enumerate(manifest.node_types) if i != word]
    if words:
        pieces.append(("word", np.full(len(words), -1)))
    pieces = sorted((piece for piece in pieces if len(piece[1])), key=lambda piece: f"{piece[0]}:".encode())
    first = dict(zip([name for name, _ in pieces], np.cumsum([0, *(len(p) for _, p in pieces)]).tolist(), strict=False))
    number = np.full(len(types), -1, np.int64)
    for name, piece in pieces:
        if name != "word":
            number[piece] = first[name] + np.arange(len(piece))
    owner = np.concatenate([owner, word_owner])
    node = np.concatenate([number[node], word_node + first.get("word", 0)])
    order = np.lexsort((node, owner))
    written = Strings.of(f"word:{one}" for one in words), Strings.of(words)
    return Evidence(
        rows=rows,
        owner=owner[order],
        node=node[order],
        relations=np.concatenate([relations, np.zeros(len(word_node), np.uint32)])[order],
        weight=np.concatenate([weight, np.ones(len(word_node), np.float32)])[order],
        relation_names=names,
        node_types=tuple(name for name, _ in pieces),
        node_type=np.repeat(np.arange(len(pieces)), [len(piece) for _, piece in pieces]).astype(np.uint8),
        nodes=Vocabulary(
            Strings.joined([written[0] if name == "word" else atlas.nodes.ids.take(piece) for name, piece in pieces])
        ),
        node_names=Strings.joined(
            [written[1] if name == "word" else atlas.node_names.take(piece) for name, piece in pieces]
        ),
        was=np.concatenate([piece for _, piece in pieces]) if pieces else np.zeros(0, np.int64),
    )


def _used(bits: NDArray[np.uint32], relations: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.uint32]]:
    """The relations that any edge has, and the edges' bits numbered by them."""
    every = int(np.bitwise_or.reduce(bits)) if len(bits) else 0
    kept = [i for i in range(len(relations)) if every >> i & 1]
    found = np.zeros(len(bits), np.uint32)
    for new, old in enumerate(kept):
        found |= ((bits >> np.uint32(old)) & np.uint32(1)) << np.uint32(new)
    return tuple(relations[i] for i in kept), found


def _weights(atlas: Atlas, places: Rows) -> Floats:
    part = atlas.part("network")
    weights = part.columns.get("tag-weight") if part is not None else None
    if not isinstance(weights, np.ndarray):
        return np.ones(len(places), np.float32)
    return np.asarray(weights[places], np.float32)


def _words(atlas: Atlas, rows: Rows, common: float = 0.01) -> tuple[list[str], Rows, Rows]:
    """Words that count, sorted, and the edges to them: title, word. As `reelation.features.exact.word_terms`."""
    split = [title_words(name) for name in atlas.names.take(rows)]
    counts = Counter(word for words in split for word in words)
    kept = sorted(word for word, count in counts.items() if 2 <= count <= max(3, common * len(rows)))
    column = {word: i for i, word in enumerate(kept)}
    pairs = [(i, column[word]) for i, words in enumerate(split) for word in sorted(set(words)) if word in column]
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return kept, found[:, 0], found[:, 1]
