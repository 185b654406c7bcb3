"""From the words of a description to nodes of an atlas: people and tags by id or name, titles linked to.

    Description  ->  understood  ->  Understood: nodes with relations and weights; what is unknown; what needs an answer

A name that several people have is a question back, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.catalogue.values import canonical
from reelation.errors import AmbiguousTitleError, AtlasError, TitleNotFoundError
from reelation.folding import fold, title_words
from reelation.search.described import Description
from reelation.search.lookup import find, label

_BARE_IDS = ((re.compile(r"nm\d{7,10}"), "imdb"), (re.compile(r"Q\d+"), "wikidata"))
_CLOSE_AMONG = 5_000
"""Close names are looked for among no more tags than this; longer lists would take too long."""


@dataclass(frozen=True)
class Unknown:
    """Something that the atlas does not have; it has no part in the answer."""

    where: str
    """"credits.actor", "tags.genre", "links.sequel"."""
    text: str
    close: tuple[str, ...] = ()
    """Names like it, best first."""


@dataclass(frozen=True)
class Candidate:
    """One of several people who have the same name."""

    id: str
    name: str
    titles: int
    known_for: tuple[str, ...]
    """Up to three of their titles."""


@dataclass(frozen=True)
class Question:
    """A text that several people or titles fit; naming one by its id answers it."""

    where: str
    text: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Understood:
    """What of a description an atlas knows."""

    description: Description
    row: int | None
    """The title of the atlas that is described anew; None: a new one."""
    nodes: NDArray[np.int64]
    """[edges] rising."""
    relations: NDArray[np.uint32]
    """[edges] bit set of `Manifest.relations`."""
    weights: NDArray[np.float32]
    """[edges] 0 to 1; 1 but for tags that were given another."""
    unknown: tuple[Unknown, ...] = ()
    questions: tuple[Question, ...] = ()


def network_part(atlas: Atlas) -> Part:
    """The part that new titles need.

    Raises:
        AtlasError: the atlas was made without it.
    """
    part = atlas.part("network")
    if part is None:
        raise AtlasError(
            f"The atlas in {atlas.folder} was made by an earlier version and cannot place new titles. "
            "Train it again: reelation train"
        )
    return part


def understood(atlas: Atlas, description: Description) -> Understood:
    """Find everything that `description` names.

    Raises:
        AtlasError: the atlas was made without the part "network".
    """
    return _Reader(atlas, description).read()


@dataclass
class _Reader:
    atlas: Atlas
    description: Description
    edges: dict[int, tuple[int, float]] = field(default_factory=dict)
    unknown: list[Unknown] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        part = network_part(self.atlas)
        self._keys, self._key_node = part.strings("keys"), part.array("key-node")

    def read(self) -> Understood:
        said = self.description
        for role, names in said.credits.items():
            for name in names:
                self._person(role, name)
        for facet, values in said.tags.items():
            for value, weight in values.items():
                self._tag(facet, value, weight)
        for kind, others in said.links.items():
            for other in others:
                self._link(kind, other)
        if "word" in self.atlas.manifest.node_types:
            for word in title_words(said.name):
                if (node := self.atlas.nodes.find(f"word:{word}")) is not None:
                    self.edges[node] = (0, 1.0)
        nodes = np.array(sorted(self.edges), np.int64)
        return Understood(
            said,
            self.atlas.titles.find(said.title_id) if said.title_id is not None else None,
            nodes,
            np.array([self.edges[node][0] for node in nodes.tolist()], np.uint32),
            np.array([self.edges[node][1] for node in nodes.tolist()], np.float32),
            tuple(self.unknown),
            tuple(self.questions),
        )

    def _add(self, node: int, relation: str, weight: float = 1.0) -> None:
        if relation not in self.atlas.manifest.relations:  # e.g. a role that no title of this atlas has
            return
        bits, before = self.edges.get(node, (0, 0.0))
        self.edges[node] = bits | 1 << self.atlas.manifest.relations.index(relation), max(before, weight)

    def _person(self, role: str, text: str) -> None:
        nodes = self._by_id("person", text) or self._called("person", text)
        if len(nodes) == 1:
            self._add(nodes[0], role)
        elif nodes:
            candidates = tuple(self._candidate(node) for node in nodes[:8])
            self.questions.append(Question(f"credits.{role}", text, candidates))
        else:
            self.unknown.append(Unknown(f"credits.{role}", text))

    def _by_id(self, kind: str, text: str) -> list[int]:
        keys = [text, *(f"{source}:{text}" for pattern, source in _BARE_IDS if pattern.fullmatch(text))]
        return [node for key in keys if (node := self.atlas.nodes.find(f"{kind}:{key}")) is not None][:1]

    def _called(self, kind: str, name: str) -> list[int]:
        """Nodes of a type whose folded name is that of `name`."""
        first, last = self._keys.span(f"{kind}:{fold(name)}")
        return [int(node) for node in self._key_node[first:last]]

    def _candidate(self, node: int) -> Candidate:
        titles = self.atlas.posting_title[self.atlas.titles_of(node)]
        known = tuple(label(self.atlas, row) for row in titles[:3].tolist())
        return Candidate(self.atlas.nodes[node].partition(":")[2], self.atlas.node_names[node], len(titles), known)

    def _tag(self, facet: str, text: str, weight: float) -> None:
        meant = canonical(facet, text) or (text,)
        for value in meant:
            nodes = self._by_id(facet, value) or self._called(facet, value)
            nodes = nodes or self._called(facet, text)
            if nodes:
                self._add(nodes[0], facet, weight)
            else:
                self.unknown.append(
                    Unknown(f"tags.{facet}", value if len(meant) > 1 else text, self._close(facet, value))
                )

    def _close(self, facet: str, text: str) -> tuple[str, ...]:
        first, last = node_range(self.atlas, facet)
        if not 0 < last - first <= _CLOSE_AMONG:
            return ()
        from rapidfuzz import process

        names = {fold(self.atlas.node_names[node]): node for node in range(first, last)}
        found = process.extract(fold(text), list(names), limit=3, score_cutoff=70)
        return tuple(self.atlas.node_names[names[name]] for name, *_ in found)

    def _link(self, kind: str, text: str) -> None:
        where = f"links.{kind}"
        try:
            row = find(self.atlas, text).row
        except AmbiguousTitleError as error:
            candidates = (one.removesuffix("]").rpartition("  [") for one in error.candidates)
            shown = tuple(Candidate(key, name, 0, ()) for name, _, key in candidates)
            self.questions.append(Question(where, text, shown))
            return
        except TitleNotFoundError as error:
            self.unknown.append(Unknown(where, text, error.suggestions))
            return
        node = self.atlas.nodes.find(f"title:{self.atlas.titles[row]}")
        if node is not None:
            self._add(node, kind)


def node_range(atlas: Atlas, kind: str) -> tuple[int, int]:
    """First and last (exclusive) node of a type; the same where there is none."""
    if kind not in atlas.manifest.node_types:
        return 0, 0
    number = atlas.manifest.node_types.index(kind)
    first, last = np.searchsorted(atlas.node_type, [number, number + 1])
    return int(first), int(last)
