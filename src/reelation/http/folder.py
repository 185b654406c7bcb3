"""The web app as a folder of files: answers written beforehand instead of a service.

    Atlas  ->  index.html, assets/, data/  ->  any web server that serves files

data/index.json says what is there; data/map.bin is what /v1/map sends; data/LANGUAGE/ holds the rest as gzipped JSON:
labels, card, one file a level of groups, one file a group, and one file for every 64 rows of titles with the details,
the closest titles with their reasons, and what lies around each. Only the best-known titles have lists: a list takes a
few hundredths of a second and some kilobytes.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import orjson

from reelation.engine import Engine
from reelation.errors import UsageError
from reelation.http.columns import map_columns
from reelation.http.routes.map import labels_of
from reelation.http.routes.operations import card_of
from reelation.http.routes.titles import details_of
from reelation.http.settings import ServeSettings
from reelation.http.state import Generation
from reelation.http.web import FOLDER
from reelation.insights.related import Wanted
from reelation.messages import LANGUAGES
from reelation.search.fame import fame_of

FILE = "data/index.json"
SHARD = 64
"""Rows of titles a file."""
KEPT = 24
"""Titles of a list."""
_AROUND = 36
_SHARED = 6
"""Pieces of evidence kept of a pair."""
_MEMBERS = 60
_NO_LIST = ("external_ids", "end_year")


@dataclass(frozen=True)
class AppFolder:
    """A folder that was written."""

    path: Path
    titles: int
    lists: int
    """Titles that have a list."""
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "path": str(self.path),
            "format": "folder",
            "titles": self.titles,
            "lists": self.lists,
            "bytes": self.bytes,
        }


def write_folder(
    atlas: Path, out: Path, *, best: int = 2000, told: Callable[[int, int], None] = lambda done, all_: None
) -> AppFolder:
    """Write the app over the atlas in the folder `atlas` to `out`.

    Args:
        atlas: with a layout.
        out: a new folder, an empty one, or one that this function wrote.
        best: how many of the best-known titles have lists, 1 or more.
        told: is told after every file of titles how many of how many are done.

    Raises:
        AtlasError: there is no atlas, or it has no layout.
        UsageError: `out` holds something else, or `best` is out of range.
    """
    if best < 1:
        raise UsageError(f"lists for {best} titles; give 1 or more")
    if not (FOLDER / "index.html").is_file():
        raise UsageError("the web app is not part of this installation; build it with: make web")
    _check(out)
    generation = Generation.open(ServeSettings(atlas=atlas))
    with TemporaryDirectory(prefix=f".{out.name}.", dir=out.absolute().parent) as draft:
        made = Path(draft) / "app"
        shutil.copytree(FOLDER, made)
        _rewrite(made / "index.html")
        rows = _best(generation, best)
        _write(made / "data", generation, rows, told)
        if out.is_dir():
            shutil.rmtree(out)
        made.rename(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return AppFolder(out, len(generation.atlas), len(rows), size)


def _check(out: Path) -> None:
    if not out.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {out.absolute().parent} to write {out.name} into")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; give a new folder, or a name with .html, .svg or .png")
    if out.is_dir() and any(out.iterdir()) and not (out / FILE).is_file():
        raise UsageError(f"{out} holds something else; give a new folder")


def _rewrite(page: Path) -> None:
    """The page of the service names everything from the root; that of a folder names what is beside it."""
    text = page.read_text(encoding="utf-8")
    text = text.replace('="/', '="./').replace(
        'name="reelation-source" content="http"', 'name="reelation-source" content="folder"'
    )
    page.write_text(text, encoding="utf-8")


def _best(generation: Generation, best: int) -> list[int]:
    """Rows of the best-known titles, rising."""
    atlas = generation.atlas
    fame = fame_of(atlas)
    order = np.arange(len(atlas)) if fame is None else np.argsort(-np.asarray(fame), kind="stable")
    return sorted(order[:best].tolist())


def _write(folder: Path, generation: Generation, rows: list[int], told: Callable[[int, int], None]) -> None:
    folder.mkdir()
    (folder / "map.bin").write_bytes(map_columns(generation.atlas))
    shards = sorted({row // SHARD for row in rows})
    index = {
        "atlas_version": generation.version,
        "titles": len(generation.atlas),
        "lists": len(rows),
        "kept": KEPT,
        "shard": SHARD,
        "shards": shards,
        "languages": list(LANGUAGES),
    }
    (folder / "index.json").write_bytes(orjson.dumps(index))
    for language in LANGUAGES:
        for name, content in _overview(generation, language):
            _save(folder / language / f"{name}.json.gz", content)
    chosen, done = set(rows), 0
    for shard in shards:
        here = [row for row in range(shard * SHARD, (shard + 1) * SHARD) if row in chosen]
        for language in LANGUAGES:
            engine = generation.engine(language)
            content = {generation.atlas.titles[row]: _title(generation, engine, row) for row in here}
            _save(folder / language / "titles" / f"{shard}.json.gz", content)
        done += len(here)
        told(done, len(rows))


def _overview(generation: Generation, language: str) -> Iterator[tuple[str, Any]]:
    engine = generation.engine(language)
    yield "labels", labels_of(generation, engine)
    yield "card", card_of(generation, language)
    if generation.atlas.part("groups") is None:
        return
    first = engine.groups(level=1)
    for level in range(1, first.levels + 1):
        found = engine.groups(level=level)
        yield f"groups/level{level}", found.to_json()
        for group in found.items:
            yield f"groups/{group.group}", engine.titles_of_group(group.group, k=_MEMBERS).to_json()


def _title(generation: Generation, engine: Engine, row: int) -> dict[str, Any]:
    title_id = generation.atlas.titles[row]
    related = engine.related_at(row, Wanted(k=KEPT, differs=True)).to_json()
    for item in related["related"]:
        item["shared"] = [
            {key: one[key] for key in ("node_id", "name", "type", "titles", "facet", "share", "used", "drop")}
            for one in item["shared"][:_SHARED]
        ]
        for key in _NO_LIST:
            item.pop(key)
    return {
        "details": details_of(generation, engine, title_id),
        "related": related,
        "ego": engine.ego(title_id, count=_AROUND).to_json(),
    }


def _save(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(orjson.dumps(content), 6, mtime=0))
