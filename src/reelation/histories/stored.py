"""A history as it is kept: what exports say, what was decided of it, and what the person said; kept nowhere yet.

    entries + corrections  ->  decide(atlas)  ->  Stored  <->  documents (JSON)
                                                    |
                                                    +-> history_in(atlas)  ->  History

Decisions are kept by title id, never by row, and what the person said is kept beside them: it counts again at every
later import, and whenever another atlas is opened. `reelation.histories.store` keeps it in folders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS, KINDS
from reelation.histories.decision import Decision
from reelation.histories.entry import SERIES, Entry
from reelation.histories.history import RATING, WATCH, History, history_of
from reelation.histories.match import match
from reelation.histories.mentions import Mention
from reelation.search.batch import rows_of_ids

PARTS = ("entries", "decisions", "corrections")
"""The documents of a history."""


@dataclass(frozen=True)
class Correction:
    """What the person said of a mention."""

    title_id: str | None
    """None: none of the catalogue's titles."""
    externals: str = ""
    """The title's other ids, as the atlas writes them: it is found again where its own id has changed."""


@dataclass(frozen=True)
class Stored:
    """A history as it is kept."""

    name: str
    entries: tuple[Entry, ...]
    decided: tuple[tuple[Mention, Decision], ...]
    corrections: Mapping[str, Correction]
    """Key of a mention -> what the person said."""
    catalogue_hash: str
    """Of the atlas that the decisions were made for."""
    updated: str
    """ISO time, UTC."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Formats that its entries came from, sorted."""
        return tuple(sorted({entry.source for entry in self.entries}))

    def to_json(self) -> dict[str, Any]:
        """What there is, in a few plain values."""
        return {
            "name": self.name,
            "entries": len(self.entries),
            "titles": len(self.decided),
            "found": sum(decision.title_id is not None for _, decision in self.decided),
            "sources": list(self.sources),
            "updated": self.updated,
        }

    def documents(self) -> dict[str, str]:
        """The parts (`PARTS`) as JSON text; `of_documents` reads them back."""
        said = {key: [one.title_id, one.externals] for key, one in self.corrections.items()}
        return {
            "entries": _text([entry.to_json() for entry in self.entries]),
            "decisions": _text([_decided_json(*pair) for pair in self.decided]),
            "corrections": _text(said),
        }

    @classmethod
    def of_documents(cls, name: str, documents: Mapping[str, str], catalogue_hash: str, updated: str) -> Stored:
        """Read back what `documents` gave.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: they are damaged.
        """
        entries, decided, said = (json.loads(documents[part]) for part in PARTS)
        return cls(
            name=name,
            entries=tuple(Entry.of_json(one) for one in entries),
            decided=tuple(
                (Mention(one["key"], Entry.of_json(one["entry"]), tuple(one["entries"])), Decision.of_json(one))
                for one in decided
            ),
            corrections={key: Correction(*one) for key, one in said.items()},
            catalogue_hash=catalogue_hash,
            updated=updated,
        )


def decide(atlas: Atlas, name: str, entries: Sequence[Entry], corrections: Mapping[str, Correction]) -> Stored:
    """Match the entries to the atlas."""
    return Stored(
        name,
        tuple(entries),
        tuple(match(atlas, entries, _as_picked(atlas, corrections))),
        dict(corrections),
        atlas.manifest.catalogue_hash,
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def redecide(atlas: Atlas, stored: Stored, corrections: Mapping[str, Correction]) -> Stored:
    """The same as `decide` with other corrections, but only what these are about is matched again.

    Args:
        atlas: that `stored` was matched to; see `current`.
        stored: as it was.
        corrections: all that the person has said by now.
    """
    before = stored.corrections
    changed = {key for key in {*before, *corrections} if before.get(key) != corrections.get(key)}
    touched = [mention for mention, _ in stored.decided if not changed.isdisjoint(mention.keys)]
    places = sorted(place for mention in touched for place in mention.entries)
    found = {
        mention.key: (replace(mention, entries=tuple(places[at] for at in mention.entries)), decision)
        for mention, decision in match(atlas, [stored.entries[at] for at in places], _as_picked(atlas, corrections))
    }
    return replace(
        stored,
        decided=tuple(found.get(mention.key, (mention, decision)) for mention, decision in stored.decided),
        corrections=dict(corrections),
        updated=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def current(atlas: Atlas, stored: Stored) -> Stored:
    """The history as it is in `atlas`; itself where it was matched to the same catalogue."""
    if stored.catalogue_hash == atlas.manifest.catalogue_hash:
        return stored
    return replace(decide(atlas, stored.name, stored.entries, stored.corrections), updated=stored.updated)


def history_in(atlas: Atlas, stored: Stored) -> History:
    """The events of what was matched or guessed. Ratings of single episodes count as watching the series."""
    events: set[tuple[int, int, float | None, int]] = set()
    for mention, decision in stored.decided:
        row = atlas.titles.find(decision.title_id) if decision.title_id is not None else None
        if row is None:
            continue
        collapsed = KINDS[atlas.kind[row]] in SERIES
        for at in mention.entries:
            entry = stored.entries[at]
            single = collapsed and (entry.episode is not None or bool(entry.episode_name))
            kind = EVENTS.index(entry.status)
            if entry.stars is not None and not single:
                events.add((row, RATING, entry.stars, entry.time))
            if kind != RATING or single:
                events.add((row, WATCH if kind == RATING else kind, None, entry.time))
    return history_of(
        stored.name,
        [(row, kind, np.nan if value is None else value, time) for row, kind, value, time in events],
    )


def _as_picked(atlas: Atlas, corrections: Mapping[str, Correction]) -> dict[str, str | None]:
    """Key -> title id in this atlas; a title that has another id here is found by its other ids."""
    moved = {
        key: one for key, one in corrections.items() if one.title_id is not None and one.title_id not in atlas.titles
    }
    ids = {word for one in moved.values() for word in _ids(one)}
    rows = rows_of_ids(atlas, ids)
    found: dict[str, str | None] = {}
    for key, one in corrections.items():
        if key not in moved:
            found[key] = one.title_id
            continue
        fits = {row for word in _ids(one) for row in rows.get(word, ())}
        if len(fits) == 1:
            found[key] = atlas.titles[fits.pop()]
    return found


def _ids(one: Correction) -> set[str]:
    return {(one.title_id or "").replace(":", "=", 1), *one.externals.split()}


def _decided_json(mention: Mention, decision: Decision) -> dict[str, Any]:
    told = {"key": mention.key, "entry": mention.entry.to_json(), "entries": list(mention.entries)}
    return {**told, **decision.to_json()}


def _text(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))
