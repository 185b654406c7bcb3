"""Where people's histories are kept: one folder each, written whole or not at all, on this machine only.

save  ->  HOME/histories/NAME/history.json + generation-…/{entries,decisions,corrections}.json  ->  load
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reelation import settings
from reelation.atlas.store import Atlas
from reelation.errors import DataError, TitleNotFoundError, UsageError
from reelation.generations import read_manifest, write_generation
from reelation.histories.entry import Entry
from reelation.histories.history import History
from reelation.histories.stored import PARTS, Correction, Stored, current, decide, history_in

FORMAT = 1
_FILE = "history.json"
_NAME = re.compile(r"[\w][\w .-]{0,63}")


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
            documents = {part: (data / f"{part}.json").read_text(encoding="utf-8") for part in PARTS}
            return Stored.of_documents(name, documents, manifest["catalogue_hash"], manifest["updated"])
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
    return keep(decide(atlas, name, entries, corrections))


def keep(kept: Stored) -> Stored:
    """Keep a history as it is, in the place of an earlier one of its name; itself.

    Raises:
        UsageError: this can be no name.
    """

    def fill(fresh: Path) -> dict[str, Any]:
        for part, text in kept.documents().items():
            (fresh / f"{part}.json").write_text(text, encoding="utf-8")
        return {
            "format": FORMAT,
            "name": kept.name,
            "updated": kept.updated,
            "catalogue_hash": kept.catalogue_hash,
            "entries": len(kept.entries),
        }

    folder = folder_of(kept.name)
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
