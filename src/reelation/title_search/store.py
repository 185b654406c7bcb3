"""Indexes in the cache folder: made once an atlas, opened in milliseconds, safe to delete.

cache/title-search/HASH/titles, people   HASH: of the atlas's manifest and the versions of what made the index
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reelation import settings
from reelation.atlas.store import Atlas
from reelation.title_search.index import NameIndex, write_index
from reelation.title_search.names import names_of

FORMAT = 1
"""Goes up with every change of what an index holds."""
_KEPT = 4
"""Indexes of this many atlases stay."""
_KINDS = ("titles", "people")
_LIBRARIES = ("tantivy", "pypinyin", "OpenCC")


def open_indexes(atlas: Atlas) -> tuple[NameIndex, NameIndex]:
    """The indexes of an atlas's titles and people; built where the cache does not have them, or has them damaged.

    Where the cache cannot be written to, they are built in a temporary folder and last as long as the process.

    Raises:
        MissingExtraError: a library is not installed.
    """
    place = settings.cache_folder() / "title-search" / index_key(atlas)
    if (place / "whole").exists():
        try:
            found = _open(place)
        except (OSError, ValueError):  # damaged: made again below
            shutil.rmtree(place, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.utime(place)
            return found
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=place.parent))
    except OSError:
        return _passing(atlas)
    try:
        _write(atlas, draft)
        (draft / "whole").touch()
        with contextlib.suppress(OSError):  # another process was quicker: its index is as good
            draft.rename(place)
        found = _open(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _tidy(place.parent)
    return found


def index_key(atlas: Atlas) -> str:
    """What an index depends on, in 16 letters."""
    content = [f"{FORMAT}", atlas.data.name, json.dumps(atlas.manifest.to_json(), sort_keys=True)]
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            content.append(f"{name} {version(name)}")
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


def _write(atlas: Atlas, folder: Path) -> None:
    for kind, (names, renown) in zip(_KINDS, names_of(atlas), strict=True):
        (folder / kind).mkdir()
        write_index(names, renown, folder / kind)


def _open(folder: Path) -> tuple[NameIndex, NameIndex]:
    return NameIndex.open(folder / "titles"), NameIndex.open(folder / "people")


def _passing(atlas: Atlas) -> tuple[NameIndex, NameIndex]:
    folder = Path(tempfile.mkdtemp(prefix="reelation-title-search-"))
    try:
        _write(atlas, folder)
        return _open(folder)
    finally:  # what is mapped stays readable
        shutil.rmtree(folder, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Keep the indexes used last, and no drafts of processes that were killed an hour ago or more."""
    with contextlib.suppress(OSError):
        places = sorted(
            (place for place in folder.iterdir() if place.is_dir()), key=lambda place: -place.stat().st_mtime
        )
        whole = [place for place in places if not place.name.startswith(".draft-")]
        newest = places[0].stat().st_mtime if places else 0.0
        old = [place for place in places if place.name.startswith(".draft-") and place.stat().st_mtime < newest - 3600]
        for place in [*whole[_KEPT:], *old]:
            shutil.rmtree(place, ignore_errors=True)
