"""Titles and people by what a person types.

TitleSearch.open(atlas).search("alein")  ->  Found: Alien (1979), typo; ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.errors import UsageError
from reelation.search.lookup import row_of_id
from reelation.title_search.names import (
    Form,
    known_for,
    names_of,
    title_renown,
    written,
)
from reelation.title_search.plain import PlainNames
from reelation.title_search.query import Reading, readings
from reelation.title_search.ranking import WEIGHTS, How, Weights, closeness, year_counts

TYPES = ("all", "title", "person")
LONGEST = 200
"""Characters of a question."""
_LEAST = 0.6
"""Closeness below which a name is not what was meant."""


class Searchable(Protocol):
    """What titles and people are found in: `NameIndex`, or `PlainNames`."""

    thing: NDArray[np.int32]
    form: NDArray[np.uint8]
    source: NDArray[np.int32]
    renown: NDArray[np.float32]

    @property
    def keys(self) -> Sequence[str]:
        """[names] as they are compared."""

    def candidates(self, reading: Reading) -> list[int]:
        """Names that `reading` may mean, each once."""


@dataclass(frozen=True)
class KnownTitle:
    """A title that a person is known for."""

    title_id: str
    name: str
    year: int | None

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name


@dataclass(frozen=True)
class Hit:
    """A title or a person that the text may mean."""

    type: Literal["title", "person"]
    id: str
    """Of the title; of the person with "person:" in front, as `timeline` takes it."""
    name: str
    matched: str
    """The name that fits, as it is written."""
    how: How
    score: float
    """0 to 1."""
    year: int | None = None
    kind: str | None = None
    original_name: str | None = None
    titles: int | None = None
    """Of a person: how many."""
    known_for: tuple[KnownTitle, ...] = ()
    """Of a person: up to three of the best known titles."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        shared = {"type": self.type, "id": self.id, "name": self.name}
        if self.type == "title":
            own: dict[str, Any] = {"year": self.year, "kind": self.kind, "original_name": self.original_name}
        else:
            own = {"titles": self.titles, "known_for": [asdict(one) for one in self.known_for]}
        return {**shared, **own, "matched": self.matched, "how": self.how, "score": self.score}


@dataclass(frozen=True)
class Found(Sequence[Hit]):
    """What a text may mean, best first."""

    query: str
    hits: tuple[Hit, ...]

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, place: int) -> Hit:  # type: ignore[override]
        return self.hits[place]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {"query": self.query, "results": [hit.to_json() for hit in self.hits]}


@dataclass(frozen=True)
class _Scored:
    name: int
    score: float
    how: How


class TitleSearch:
    """Finds titles and people of one atlas. Threads may share it."""

    def __init__(self, atlas: Atlas, titles: Searchable, people: Searchable, weights: Weights = WEIGHTS) -> None:
        """Search these names of `atlas`; see `open` and `plain`."""
        self._atlas = atlas
        self._names = {"title": titles, "person": people}
        self._renown = title_renown(atlas)
        self._weights = weights

    @classmethod
    def open(cls, atlas: Atlas) -> TitleSearch:
        """Search `atlas` by its index, which is built where the cache does not have it.

        Raises:
            MissingExtraError: tantivy, or for Chinese names pypinyin or OpenCC, is not installed.
        """
        from reelation.title_search.store import open_indexes

        return cls(atlas, *open_indexes(atlas))

    @classmethod
    def plain(cls, atlas: Atlas) -> TitleSearch:
        """Search `atlas` without an index: at once, but slower, and less forgiving."""
        titles, people = (PlainNames(names, renown) for names, renown in names_of(atlas))
        return cls(atlas, titles, people)

    def search(self, text: str, *, count: int = 10, type: str = "all") -> Found:
        """Titles and people that `text` may mean, best first.

        Args:
            text: an id, or a name, also its beginning, mistyped, in pinyin or its initials; a year may go with it.
            count: how many at most, 1 to 50.
            type: "title", "person" or "all".

        Raises:
            UsageError: something is out of range, or the text is longer than `LONGEST`.
        """
        if type not in TYPES:
            raise UsageError(f"no type '{type}'; there are {', '.join(TYPES)}")
        if not 1 <= count <= 50:
            raise UsageError(f"count is {count}; give 1 to 50")
        if len(text) > LONGEST:
            raise UsageError(f"the text has {len(text)} characters; give at most {LONGEST}")
        if type != "person" and (row := row_of_id(self._atlas, text.strip())) is not None:
            return Found(text, (self._title(row, self._atlas.names[row], "exact", 1.0),))
        meant = readings(text)
        if not meant and type != "person":
            return Found(text, tuple(self._signs(text.strip()))[:count])
        ranked = [
            (scored, kind)
            for kind in ("title", "person")
            if type in ("all", kind)
            for scored in self._ranked(kind, meant, count)
        ]
        ranked.sort(key=lambda pair: -pair[0].score)
        return Found(text, tuple(self._hit(kind, scored) for scored, kind in ranked[:count]))

    def _signs(self, text: str) -> Iterator[Hit]:
        """Titles whose name is these signs: "$", "…"."""
        for row in self._all_signs:
            if text and self._atlas.names[row].strip() == text:
                yield self._title(row, self._atlas.names[row], "exact", 1.0)

    @cached_property
    def _all_signs(self) -> list[int]:
        """Rows of titles whose name has no letter or digit."""
        titles = self._names["title"]
        named = np.zeros(len(self._atlas), bool)
        named[titles.thing[titles.form == Form.NAME]] = True
        return [int(row) for row in np.flatnonzero(~named)]

    def _ranked(self, kind: str, meant: Sequence[Reading], count: int) -> list[_Scored]:
        """The best names of different titles or people, best first."""
        found, best = self._names[kind], dict[int, _Scored]()
        for reading in meant:
            if kind == "person" and reading.year is not None:
                continue
            names = np.array(found.candidates(reading), np.int64)
            if not len(names):
                continue
            keys = [found.keys[name] for name in names.tolist()]
            close, ways = closeness(reading, keys, found.form[names], people=kind == "person", weights=self._weights)
            things = found.thing[names]
            if kind == "title":
                close = close + year_counts(self._atlas.year[things].astype(np.int64), reading.year, self._weights)
            scores = (close + self._weights.renown * found.renown[names]) / (1 + self._weights.renown)
            for at in np.flatnonzero(close >= _LEAST).tolist():
                thing, score = int(things[at]), float(scores[at])
                if thing not in best or score > best[thing].score:
                    best[thing] = _Scored(int(names[at]), score, ways[at])
        order = sorted(best.items(), key=lambda item: (-item[1].score, item[0]))
        return [scored for _, scored in order[:count]]

    def _hit(self, kind: str, scored: _Scored) -> Hit:
        names, atlas = self._names[kind], self._atlas
        thing, score = int(names.thing[scored.name]), round(min(scored.score, 1.0), 4)
        source = int(names.source[scored.name])
        if kind == "title":
            matched = written(atlas, thing, Form(names.form[source]), names.keys[source])
            return self._title(thing, matched, scored.how, score)
        rows = known_for(atlas, thing, self._renown)
        titles = atlas.titles_of(thing)
        return Hit(
            "person",
            atlas.nodes[thing],
            atlas.node_names[thing],
            atlas.node_names[thing],
            scored.how,
            score,
            titles=titles.stop - titles.start,
            known_for=tuple(
                KnownTitle(atlas.titles[row], atlas.names[row], int(atlas.year[row]) or None) for row in rows
            ),
        )

    def _title(self, row: int, matched: str, how: How, score: float) -> Hit:
        atlas = self._atlas
        return Hit(
            "title",
            atlas.titles[row],
            atlas.names[row],
            matched,
            how,
            score,
            year=int(atlas.year[row]) or None,
            kind=KINDS[atlas.kind[row]],
            original_name=atlas.originals[row] or None,
        )
