"""Where people's histories are kept: one folder each, written whole or not at all, on this machine only.

    save  ->  HOME/histories/NAME/history.json + generation-…/{entries,decisions,corrections}.json  ->  load

Decisions are kept by title id, never by row, and what the person said is kept beside them: it counts again at every
later import, and whenever another atlas is opened.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from reelation import settings
from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import EVENTS, KINDS
from reelation.errors import DataError, TitleNotFoundError, UsageError
from reelation.generations import read_manifest, write_generation
from reelation.histories.decision import Decision
from reelation.histories.entry import SERIES, Entry
from reelation.histories.history import RATING, WATCH, History, history_of
from reelation.histories.match import match
from reelation.histories.mentions import Mention
from reelation.search.batch import rows_of_ids

FORMAT = 1
_FILE = "history.json"
_NAME = re.compile(r"[\w][\w .-]{0,63}")


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


def folder_of(name: str) -> Path:
    """Where the history of this name is kept, or would be.

    Raises:
        UsageError: this can be no name.
    """
    if not _NAME.fullmatch(name) or name.rstrip(" .") != name:
        raise UsageError(f"'{name[:80]}' cannot name a history: use letters, digits, blanks, '-', '_' and '.'")
    return settings.home() / "histories" / name


def names() -> list[str]:
    """Names of the histories that there are, sorted."""
    folder = settings.home() / "histories"
    try:
        return sorted(child.name for child in folder.iterdir() if (child / _FILE).is_file())
    except FileNotFoundError:
        return []


def load(name: str) -> Stored | None:
    """The history of this name; None where there is none.

    Raises:
        DataError: it is damaged, or a newer version wrote it.
        UsageError: this can be no name.
    """
    folder = folder_of(name)
    for attempt in (1, 2):  # a writer may switch generations between the manifest and its files
        try:
            found = read_manifest(folder, _FILE)
            if found is None:
                return None
            manifest, data = found
            if manifest.get("format") != FORMAT:
                raise DataError(
                    f"The history '{name}' has format {manifest.get('format')}; update with: pip install -U reelation"
                )
            return _stored(name, manifest, data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if attempt == 2:
                raise DataError(
                    f"The history '{name}' in {folder} is damaged ({error}). Import it again; or remove it: "
                    f"reelation histories --remove {name}"
                ) from error
    raise AssertionError("unreachable")


def save(atlas: Atlas, name: str, entries: Sequence[Entry], corrections: Mapping[str, Correction]) -> Stored:
    """Match the entries to the atlas and keep them; an earlier history of this name stays until the new one is whole.

    Raises:
        UsageError: this can be no name.
    """
    decided = match(atlas, entries, _as_picked(atlas, corrections))
    kept = Stored(
        name,
        tuple(entries),
        tuple(decided),
        dict(corrections),
        atlas.manifest.catalogue_hash,
        datetime.now(UTC).isoformat(timespec="seconds"),
    )

    def fill(fresh: Path) -> dict[str, Any]:
        _write(fresh / "entries.json", [entry.to_json() for entry in kept.entries])
        _write(fresh / "decisions.json", [_decided_json(*pair) for pair in kept.decided])
        said = {key: [one.title_id, one.externals] for key, one in kept.corrections.items()}
        _write(fresh / "corrections.json", said)
        return {
            "format": FORMAT,
            "name": name,
            "updated": kept.updated,
            "catalogue_hash": kept.catalogue_hash,
            "entries": len(kept.entries),
        }

    folder = folder_of(name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_generation(folder, _FILE, fill)
    return kept


def remove(name: str) -> None:
    """Delete the history of this name and everything that was kept of it.

    Raises:
        TitleNotFoundError: there is none.
    """
    folder = folder_of(name)
    if not (folder / _FILE).is_file():
        raise no_history(name)
    (folder / _FILE).unlink()
    shutil.rmtree(folder)


def no_history(name: str) -> TitleNotFoundError:
    """The error that says that there is no history of this name."""
    known = names()
    hint = f"There are: {', '.join(known)}." if known else "Import one: reelation import EXPORT"
    return TitleNotFoundError(f"No history '{name}'. {hint}", tuple(known[:5]))


def load_history(atlas: Atlas, name: str) -> History:
    """A kept history as rows of `atlas`. Matched anew, in memory, where the atlas is of another catalogue.

    Raises:
        TitleNotFoundError: there is none of this name.
        DataError: it is damaged.
    """
    stored = load(name)
    if stored is None:
        raise no_history(name)
    return history_in(atlas, current(atlas, stored))


def current(atlas: Atlas, stored: Stored) -> Stored:
    """The history as it is in `atlas`; itself where it was matched to the same catalogue."""
    if stored.catalogue_hash == atlas.manifest.catalogue_hash:
        return stored
    decided = match(atlas, stored.entries, _as_picked(atlas, stored.corrections))
    return Stored(
        stored.name, stored.entries, tuple(decided), stored.corrections, atlas.manifest.catalogue_hash, stored.updated
    )


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


def _stored(name: str, manifest: Mapping[str, Any], data: Path) -> Stored:
    entries, decided, said = (
        json.loads((data / f"{part}.json").read_text(encoding="utf-8"))
        for part in ("entries", "decisions", "corrections")
    )
    return Stored(
        name=name,
        entries=tuple(Entry.of_json(one) for one in entries),
        decided=tuple(
            (Mention(one["key"], Entry.of_json(one["entry"]), tuple(one["entries"])), Decision.of_json(one))
            for one in decided
        ),
        corrections={key: Correction(*one) for key, one in said.items()},
        catalogue_hash=manifest["catalogue_hash"],
        updated=manifest["updated"],
    )


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
