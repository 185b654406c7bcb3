"""Which title a file belongs to: by its name, its folder's name, or a table.

tt0084058.jpg, tt0084058-2.jpg, imdb_tt0084058/trailer.mp4, Q171048.webm  ->  the catalogue's title ids
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from reelation.catalogue.schema_names import EXTERNAL_IDS
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.media.kinds import ENDINGS

_IMDB = re.compile(r"(?<![a-z0-9])(tt\d{7,10})(?!\d)", re.IGNORECASE)
_WIKIDATA = re.compile(r"(?<![A-Za-z0-9])(Q\d{1,10})(?!\d)")
_PREFIXED = re.compile(r"([a-z]+)[_:]([A-Za-z0-9]+)")
_SERVICES = ("imdb", "wikidata", "tmdb", "ml")
"""Sources of ids that are taken at their word where there is no catalogue to look them up in."""


class Source(NamedTuple):
    """One file and the title it belongs to."""

    title_id: str
    uri: str
    """A path, or an https address."""


class TitleIds:
    """From what a name says to ids of a catalogue; without a catalogue, a name's own id with its source in front."""

    def __init__(self, catalogue: Catalogue | None) -> None:
        self._known: Mapping[tuple[str, str], str] | None = None
        if catalogue is not None:
            titles = catalogue.scan("titles").select("title_id", *EXTERNAL_IDS).collect()
            known: dict[tuple[str, str], str] = {}
            for column in EXTERNAL_IDS:
                for title_id, key in titles.select("title_id", column).drop_nulls().iter_rows():
                    known.setdefault((column.removesuffix("_id"), str(key)), title_id)
            for title_id in titles["title_id"].to_list():
                known[title_id.partition(":")[0], title_id.partition(":")[2]] = title_id
            self._known = known

    def find(self, text: str) -> str | None:
        """The title that `text` (a file's or a folder's name) names; None where it names none, or an unknown one."""
        for source, key in _keys(text):
            if self._known is None and source in _SERVICES:
                return f"{source}:{key}"
            if self._known is not None and (found := self._known.get((source, key))):
                return found
        return None


def _keys(text: str) -> Iterator[tuple[str, str]]:
    if found := _IMDB.search(text):
        yield "imdb", found[1].lower()
    if found := _WIKIDATA.search(text):
        yield "wikidata", found[1]
    if found := _PREFIXED.match(text):
        yield found[1], found[2]


def files_in(path: Path, ids: TitleIds) -> tuple[list[Source], list[Path]]:
    """The media files under `path` (or that one file) with their titles, and those whose names name no title.

    Hidden files, and links that lead out of the folder, are left out.

    Raises:
        DataError: there is no such file or folder.
    """
    if not path.exists():
        raise DataError(f"There is no file or folder {path}.")
    root = path.resolve()
    found, unknown = [], []
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        inside = file.relative_to(path) if path.is_dir() else Path(file.name)
        if file.suffix.lower() not in ENDINGS or any(part.startswith(".") for part in inside.parts):
            continue
        if not file.is_file() or (path.is_dir() and not file.resolve().is_relative_to(root)):
            continue
        names = [inside.stem, *reversed(inside.parts[:-1])]
        title = next((title for name in names if (title := ids.find(name))), None)
        if title is None:
            unknown.append(file)
        else:
            found.append(Source(title, str(file)))
    return found, unknown


def files_of(catalogue: Catalogue, folder: Path) -> list[Source]:
    """What the catalogue's own table of media names; relative paths are taken from `folder`."""
    rows = catalogue.table("media").select("title_id", "uri").unique(maintain_order=True)
    found = []
    for title_id, uri in rows.iter_rows():
        remote = uri.startswith(("https://", "http://"))
        found.append(Source(title_id, uri if remote else str(folder / uri.removeprefix("file://"))))
    return found
